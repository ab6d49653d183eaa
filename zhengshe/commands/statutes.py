"""statutes: the clauses the rules rest on."""

from __future__ import annotations

from typing import Annotated

import typer

from zhengshe.commands.context import open_from
from zhengshe.commands.output import Format, Output, emit


def statutes(
    ctx: typer.Context,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="哪一天有效的，默认今天")] = None,
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        emit(ledger.statutes(on), format, output)
