"""The global options, and the ledger they open."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from zhengshe.errors import UsageError

if TYPE_CHECKING:
    from zhengshe.errors import Issue
    from zhengshe.ledger import Ledger


NAME = "zhengshe"
INTERRUPTED = 130  # the exit code when somebody pressed Ctrl-C
COMPLETING = "_ZHENGSHE_COMPLETE"  # set by a shell that asks for completions


class Settings(NamedTuple):
    """What was said before the command."""

    db: Path
    operator: str | None
    today: dt.date | None


def settings_from(db: Path | None, operator: str | None, today: str | None) -> Settings:
    """--today, else $ZHENGSHE_TODAY, else the computer's clock; the database as below."""
    clock = day(today or os.environ.get("ZHENGSHE_TODAY"), "--today")
    return Settings(database_from(db), operator or os.environ.get("ZHENGSHE_OPERATOR"), clock)


def database_from(db: Path | None) -> Path:
    """--db, else $ZHENGSHE_DB, else ./zhengshe.db."""
    return db or Path(os.environ.get("ZHENGSHE_DB") or "zhengshe.db")


def day(text: str | None, option: str) -> dt.date | None:
    """The day an option names. Raises UsageError."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{option} “{text}”不是日期，请写成 2026-06-30") from None


def open_from(ctx: typer.Context, *words: object, create: bool = False, db: Path | None = None) -> Ledger:
    """The ledger that the global options name. ``words`` complete the command's name in the history; values that may be
    personal (a telephone number) do not belong there."""
    from zhengshe.ledger import open_ledger

    settings: Settings = ctx.obj
    said = " ".join(str(word) for word in (*ctx.command_path.split(maxsplit=1)[1:], *words) if word)
    return open_ledger(
        db or settings.db,
        today=settings.today,
        operator=settings.operator,
        command=said.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),  # a file may be named in GBK
        create=create,
    )


def say(text: str) -> None:
    """Narration: to stderr, so that stdout stays data."""
    print(text, file=sys.stderr)  # noqa: T201


def say_warnings(warnings: tuple[Issue, ...]) -> None:
    for issue in warnings:
        say(f"提示：{issue.column}“{issue.value}”{issue.message}")


def asks(ctx: typer.Context) -> bool:
    """Is there a person to ask?"""
    return sys.stdin.isatty() and sys.stderr.isatty() and not ctx.resilient_parsing
