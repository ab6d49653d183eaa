"""credit scheme new, check, show: an office's own way of scoring."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhengshe.commands.context import open_from, say
from zhengshe.commands.output import Format, Output, emit


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="写成哪个文件", dir_okay=False)],
    like: Annotated[str, typer.Option("--from", metavar="NAME", help="以哪个方案为底稿")] = "示范百分制",
) -> None:
    from zhengshe import library

    with file.open("x", encoding="utf-8") as target:
        target.write(library.scheme_text(like))
    say(f"已写入 {file}（底稿：{like}）；改好后用 zhengshe credit scheme check {file} 检查")


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="方案文件", exists=True, dir_okay=False)],
) -> None:
    from zhengshe import library

    scheme = library.scheme_in(file)
    say(f"{file.name} 写法无误：{scheme.name}，自 {scheme.in_force} 起生效，{len(scheme.rules)} 条规则")


def show(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME|FILE", help="方案名称或文件，默认今天生效的")] = None,
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        emit(ledger.scheme(name), format, output)
