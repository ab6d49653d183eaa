"""todo: everything with a date; on a terminal, in a file, or in a calendar."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from zhengshe.commands.completion import names
from zhengshe.commands.context import open_from, say
from zhengshe.commands.output import Format, Output, emit
from zhengshe.render.files import replacing


def todo(
    ctx: typer.Context,
    within: Annotated[int, typer.Option(min=0, metavar="DAYS", help="多少天之内到期的；逾期的总在内")] = 30,
    org: Annotated[str | None, typer.Option(metavar="ORG", help="只看一家组织", autocompletion=names("org"))] = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="只看一类事项，如 整改、支付、年检")] = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """-f ics 或 -o 待办.ics 生成日历文件。"""
    with open_from(ctx) as ledger:
        if format == "ics" or (format is None and output and output.suffix.lower() == ".ics"):
            events = ledger.calendar(within, org=org, kind=kind)
            if output:
                with replacing(output) as path:
                    path.write_bytes(events)
                say(f"已写入 {output}")
            else:
                sys.stdout.buffer.write(events)
            return
        emit(ledger.todo(within, org=org, kind=kind), format, output)
