"""reconcile: compare with an official list, and write nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhengshe.commands.context import open_from, say
from zhengshe.commands.import_ import REFUSED, Maps, Noun, Sets, SheetName
from zhengshe.commands.output import Format, Output, emit, is_for_people
from zhengshe.commands.progress import Progress
from zhengshe.commands.usage import one_of, pair
from zhengshe.models import RECORDS


def reconcile(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="官方名单，如公开的年检、评估、异常名录")],
    noun: Noun = None,
    sheet: SheetName = None,
    maps: Maps = None,
    sets: Sets = None,
    format: Format = None,
    output: Output = None,
) -> None:
    from zhengshe.importing.plan import Wish

    one_of("--as", noun, [*RECORDS])
    given = {name: dict(pair(text) for text in texts or ()) for name, texts in (("maps", maps), ("sets", sets))}
    wish = Wish(noun=noun, sheet=sheet, accept_renames=True, maps=given["maps"], sets=given["sets"])
    with open_from(ctx) as ledger:
        with Progress() as tell:
            tell.opening([file])
            found = ledger.reconcile(file, wish, tell=tell)
        emit(found.report, format, output)
    if not is_for_people(format, output):  # those have it below the table
        say(found.summary)
    if found.unread:
        say(f"有 {found.unread} 行不能比对，原因见“说明”；请改好名单后再比")
        raise typer.Exit(REFUSED)
