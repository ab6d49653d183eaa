"""publish: the masked public pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhengshe import render
from zhengshe.commands.context import open_from, say
from zhengshe.commands.output import inside


def publish(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="写入哪个文件夹（没有就新建）", file_okay=False)],
) -> None:
    with open_from(ctx) as ledger:
        pack = ledger.public_pack()
        folder.mkdir(parents=True, exist_ok=True)
        for name, report in pack.contents.items():
            target = inside(folder, name)
            render.write(report, render.format_for(None, target), output=target)
    say(f"已写入 {folder}：{'、'.join(pack.contents)}。公开前请看 withheld.md 并核对署名（data/exchange.yaml）")
