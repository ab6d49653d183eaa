"""What a shell may offer for the word that is being typed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import typer

from zhengshe.commands.context import COMPLETING, database_from
from zhengshe.models import RECORDS, Field, Kind

Completer = Callable[[typer.Context, str], Sequence[str]]


def _when_asked(completer: Completer) -> Completer | None:
    """Typer takes every completer apart when it builds a command, so it is given one only when a shell asks."""
    return completer if COMPLETING in os.environ else None


def words(*choices: str) -> Completer | None:
    """One of these."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
        return [choice for choice in choices if choice.startswith(incomplete)]

    return _when_asked(complete)


def nouns() -> Completer | None:
    """A kind of record."""
    return words(*RECORDS)


def terms(codelist: str) -> Completer | None:
    """A term of a codelist."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
        from zhengshe import library

        return [term for term in library.codelists()[codelist] if term.startswith(incomplete)]

    return _when_asked(complete)


def topics() -> Completer | None:
    """A term that ``help`` explains."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
        from zhengshe import library

        return [topic for topic in library.topics() if topic.startswith(incomplete)]

    return _when_asked(complete)


def names(noun: str) -> Completer | None:
    """The name of an organization, or the number of a project or finding, in the database the command line is about."""

    def complete(ctx: typer.Context, incomplete: str) -> Sequence[str]:
        from zhengshe import library

        return library.names_beginning(database_from(ctx.find_root().params.get("db")), noun, incomplete)

    return _when_asked(complete)


def value_of(field: Field) -> Completer | None:
    """What a field may hold, where that can be known."""
    if field.codelist:
        return terms(field.codelist)
    if field.kind is Kind.FLAG:
        return words("是", "否")
    return names(field.kind.value) if field.kind.is_reference else None
