"""search: find a record by what is remembered of it."""

from __future__ import annotations

from typing import Annotated

import typer

from zhengshe.commands.context import open_from
from zhengshe.commands.output import Format, Output, emit


def search(
    ctx: typer.Context,
    text: Annotated[
        str, typer.Argument(metavar="文字", help="名称片段、拼音（首字母或全拼）、代码片段，错一两个字也行")
    ],
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="最多几条")] = 30,
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        emit(ledger.search(text, limit=limit), format, output)
