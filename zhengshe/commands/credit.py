"""credit show, list, diff, scheme: how far an organization may be trusted, and on what grounds."""

from __future__ import annotations

from typing import Annotated

import typer

from zhengshe.commands.completion import names, words
from zhengshe.commands.context import open_from
from zhengshe.commands.output import Format, Output, emit

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="截至哪一天，默认今天")]
Scheme = Annotated[str | None, typer.Option(metavar="NAME|FILE", help="评价方案的名称或文件，默认当日生效的")]


def show(
    ctx: typer.Context,
    org: Annotated[str, typer.Argument(metavar="社会组织", autocompletion=names("org"))],
    as_of: AsOf = None,
    scheme: Scheme = None,
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        emit(ledger.credit(org, as_of=as_of, scheme=scheme), format, output)


def list_(
    ctx: typer.Context,
    as_of: AsOf = None,
    scheme: Scheme = None,
    grade: Annotated[str | None, typer.Option(metavar="GRADE", help="只列这个等级")] = None,
    eligible: Annotated[
        str | None,
        typer.Option(
            metavar="TERM",
            help="只列这一类：可承接、受限、不可承接",
            autocompletion=words("可承接", "受限", "不可承接"),
        ),
    ] = None,
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        table = ledger.credits(as_of=as_of, scheme=scheme, grade=grade, eligible=eligible)
        emit(table, format, output)


def diff(
    ctx: typer.Context,
    org: Annotated[str, typer.Argument(metavar="社会组织", autocompletion=names("org"))],
    since: Annotated[str, typer.Option("--from", metavar="DATE", help="从哪一天")],
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="到哪一天，默认今天")] = None,
    scheme: Scheme = None,
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        emit(ledger.credit_diff(org, since, until, scheme=scheme), format, output)
