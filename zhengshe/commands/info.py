"""info: say what a database holds."""

from __future__ import annotations

import typer

from zhengshe.commands.context import open_from
from zhengshe.commands.output import Format, Output, emit


def info(ctx: typer.Context, format: Format = None, output: Output = None) -> None:
    with open_from(ctx) as ledger:
        emit(ledger.info(), format, output)
