"""Stored values, and how one is written.

Stored values are what SQLite holds: ISO text for dates, whole 分 for money, hundredths for decimals, 0/1 for flags,
text for the rest. How text becomes one of them is told in ``reading``, which a list need not load.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from zhengshe.models import Kind

Value = str | int | None

LIMIT_FEN = 10**15  # ten trillion 元: more than any budget, and exact as a JSON number


class Codelist(NamedTuple):
    """The terms of one list. A closed list is enforced; an open one accepts others with a warning."""

    name: str
    label: str
    closed: bool
    values: tuple[str, ...]
    aliases: Mapping[str, str]
    code_prefixes: Mapping[str, str]


def hundredths(value: int) -> int | float:
    """A JSON number of 元 (or points) from whole hundredths; exact, since |value| < 10**15."""
    return value // 100 if value % 100 == 0 else value / 100


def money(fen: int) -> str:
    """元 with two decimals."""
    if -LIMIT_FEN < fen < LIMIT_FEN:  # where a float still holds every 分
        return f"{fen / 100:.2f}"
    whole, part = divmod(abs(fen), 100)
    return f"{'-' * (fen < 0)}{whole}.{part:02d}"


def money_grouped(fen: int) -> str:
    """元 with two decimals and separated thousands: 1,234.50."""
    if -LIMIT_FEN < fen < LIMIT_FEN:
        return f"{fen / 100:,.2f}"
    whole, part = divmod(abs(fen), 100)
    return f"{'-' * (fen < 0)}{whole:,}.{part:02d}"


# How a value that is not None is written, chosen once for a whole column; ``str`` for the kinds that are not named.
JSON_FORMS: Mapping[Kind, Callable[[Any], Any]] = {Kind.MONEY: hundredths, Kind.DECIMAL: hundredths, Kind.FLAG: bool}
PLAIN_FORMS: Mapping[Kind, Callable[[Any], str]] = {
    Kind.MONEY: money,
    Kind.DECIMAL: lambda value: str(hundredths(value)),
    Kind.FLAG: lambda value: "是" if value else "否",
}
SHOW_FORMS: Mapping[Kind, Callable[[Any], str]] = {
    **PLAIN_FORMS,
    Kind.MONEY: money_grouped,
    Kind.COUNT: "{:,}".format,
}


def to_json(kind: Kind, value: Value) -> str | int | float | bool | None:
    """What JSON output holds for a stored value."""
    form = JSON_FORMS.get(kind)
    return value if form is None or value is None else form(value)


def to_show(kind: Kind, value: Value) -> str:
    """Text for people: thousands are separated."""
    return "" if value is None else SHOW_FORMS.get(kind, str)(value)


# Between the cells of a row that is handed out in one piece, in their PLAIN_FORMS: no text in UTF-8 has this byte.
CELL_END = b"\xff"


# -- text that a spreadsheet would run as a formula --------------------------------------------------------------------

FORMULA_STARTS = frozenset("=+-@\t\r")


def guard_formula(text: str) -> str:
    """Text for a csv cell: an apostrophe before what Excel or WPS would run, or what already looks so guarded."""
    return "'" + text if text.lstrip("'")[:1] in FORMULA_STARTS else text


def unguard_formula(text: str) -> str:
    """What ``guard_formula`` was given."""
    return text[1:] if text[:1] == "'" and text.lstrip("'")[:1] in FORMULA_STARTS else text


def listed(refs: Iterable[str]) -> str:
    """Record numbers in a line, as people count: P2026-9 before P2026-10."""

    def counted(ref: str) -> list[str | int]:
        return [int(part) if place % 2 else part for place, part in enumerate(re.split(r"(\d+)", ref))]

    return "、".join(sorted(refs, key=counted))
