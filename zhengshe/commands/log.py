"""log and undo: what was written, and taking it back."""

from __future__ import annotations

from typing import Annotated

import typer

from zhengshe.commands.completion import names
from zhengshe.commands.context import open_from, say
from zhengshe.commands.output import Format, Output, emit


def log(
    ctx: typer.Context,
    org: Annotated[
        str | None, typer.Option(metavar="ORG", help="只看一家的每一处修改", autocompletion=names("org"))
    ] = None,
    batch: Annotated[int | None, typer.Option(metavar="N", help="只看一批的每一处修改")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="自哪一天（含）")] = None,
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        emit(ledger.log(org=org, batch=batch, since=since), format, output)


def undo(
    ctx: typer.Context,
    batch: Annotated[int | None, typer.Argument(metavar="批次", help="撤销哪一批，默认最近一批（见 log）")] = None,
) -> None:
    with open_from(ctx, batch) as ledger:
        undone = ledger.undo(batch)
    what = f"批次 {undone.batch}（{undone.command}）"
    say(f"已撤销{what}，复原 {undone.records} 条；恢复请用 zhengshe undo {undone.new}")
