"""listing due: what the statutory clocks ask for today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from zhengshe.commands.completion import names
from zhengshe.commands.context import open_from
from zhengshe.commands.output import Format, Output, emit

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhengshe.models import Record


def due_verb(_: Record) -> Callable[..., None]:
    return due


def due(
    ctx: typer.Context,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="截至哪一天，默认今天")] = None,
    org: Annotated[str | None, typer.Option(metavar="ORG", help="只看一家组织", autocompletion=names("org"))] = None,
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        emit(ledger.listing_due(as_of=as_of, org=org), format, output)
