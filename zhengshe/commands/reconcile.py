"""reconcile: compare with an official list, and write nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhengshe.commands.context import open_from
from zhengshe.commands.output import Format, Output, emit
from zhengshe.commands.usage import one_of, pair
from zhengshe.models import RECORDS


def reconcile(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="官方名单，如公开的年检、评估、异常名录")],
    noun: Annotated[str | None, typer.Option("--as", metavar="NOUN", help="是哪种记录；不写则由表头判断")] = None,
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help="只读这个工作表")] = None,
    maps: Annotated[
        list[str] | None, typer.Option("--map", metavar="HEADER=FIELD", help="这一列是哪个字段，可重复")
    ] = None,
    sets: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="整份文件这个字段都是这个值，可重复")
    ] = None,
    format: Format = None,
    output: Output = None,
) -> None:
    from zhengshe.importing.plan import Wish

    one_of("--as", noun, [*RECORDS])
    given = {name: dict(pair(text) for text in texts or ()) for name, texts in (("maps", maps), ("sets", sets))}
    wish = Wish(noun=noun, sheet=sheet, accept_renames=True, maps=given["maps"], sets=given["sets"])
    with open_from(ctx) as ledger:
        emit(ledger.reconcile(file, wish), format, output)
