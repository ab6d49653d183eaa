"""search: find a record by what is remembered of it."""

from __future__ import annotations

from typing import Annotated

import typer

from zhengshe.commands.context import open_from, say
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
        found = ledger.search(text, limit=limit + 1)  # one more tells that there are more
        rows = list(found.rows)
        emit(found._replace(rows=rows[:limit]), format, output)
    if len(rows) > limit:
        say(f"只列出前 {limit} 条，还有更多；请把文字写得更长些，或用 --limit 多列")
