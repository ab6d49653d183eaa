"""check: red flags and data quality, like a linter."""

from __future__ import annotations

from typing import Annotated

import typer

from zhengshe.commands.context import open_from, say
from zhengshe.commands.output import Format, Output, emit


def check(
    ctx: typer.Context,
    select: Annotated[str | None, typer.Option(metavar="CODE,...", help="只查这些（开头相同的都算，如 R、D9）")] = None,
    ignore: Annotated[str | None, typer.Option(metavar="CODE,...", help="不查这些")] = None,
    explain: Annotated[str | None, typer.Option(metavar="CODE", help="说明一项查的是什么、出处")] = None,
    format: Format = None,
    output: Output = None,
) -> None:
    if explain:
        from zhengshe import library

        emit(library.check_explained(explain), format, output)
        return
    with open_from(ctx) as ledger:
        report, hit = ledger.check(select=_codes(select), ignore=_codes(ignore))
    emit(report, format, output)
    if hit:
        say("有需要看一看的；用 check --explain 代码 查看含义")
        raise typer.Exit(1)


def _codes(text: str | None) -> list[str]:
    return [code.strip().upper() for code in (text or "").replace("，", ",").split(",") if code.strip()]
