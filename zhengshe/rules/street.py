"""The street as rules see it: all its records, and the few ways in which they are looked at."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from zhengshe.rules.statute import Statutes
from zhengshe.values import Value

Row = Mapping[str, Value]


class Street:
    """Records by noun as stored, references as ids; thresholds and clauses; and the day."""

    def __init__(
        self, records: Mapping[str, Sequence[Row]], limits: Mapping[str, Any], statutes: Statutes, today: dt.date
    ) -> None:
        self.records = records
        self.limits = limits
        self.statutes = statutes
        self.today = today.isoformat()

    def __getitem__(self, noun: str) -> Sequence[Row]:
        return self.records[noun]

    @cached_property
    def organizations(self) -> dict[Value, Row]:
        return {row["id"]: row for row in self["org"]}

    @cached_property
    def projects(self) -> dict[Value, Row]:
        return {row["id"]: row for row in self["project"]}

    def of(self, noun: str, key: str, value: Value) -> list[Row]:
        """The records of a noun whose ``key`` is ``value``."""
        return self._by[noun, key].get(value, []) if self.records[noun] else []

    @cached_property
    def _by(self) -> _Indexes:
        return _Indexes(self)

    def awarded(self) -> Sequence[tuple[Row, Row]]:
        """(project, organization) for every project beyond 立项 and 采购."""
        return self._awarded

    @cached_property
    def _awarded(self) -> list[tuple[Row, Row]]:
        # two dozen rules go through them
        chosen = (project for project in self["project"] if project["status"] not in ("立项", "采购"))
        return [(project, self.organizations[project["org"]]) for project in chosen]

    @cached_property
    def tenders(self) -> list[tuple[Row, Row, list[Row]]]:
        """(project, organization, bids) for every project that bids are known of."""
        return [
            (project, self.organizations[project["org"]], bids)
            for project in self["project"]
            if (bids := self.of("bid", "project", project["id"]))
        ]


class _Indexes(dict[tuple[str, str], dict[Value, list[Row]]]):
    """(noun, key) -> value -> records, made when first asked for."""

    def __init__(self, street: Street) -> None:
        super().__init__()
        self._street = street

    def __missing__(self, noun_and_key: tuple[str, str]) -> dict[Value, list[Row]]:
        noun, key = noun_and_key
        found: dict[Value, list[Row]] = defaultdict(list)
        for row in self._street[noun]:
            found[row[key]].append(row)
        self[noun_and_key] = found
        return found


def money(fen: Value) -> str:
    """元 for a message."""
    return f"{int(fen or 0) / 100:,.2f} 元"


def total(rows: Sequence[Row], key: str) -> int:
    return sum(int(row[key] or 0) for row in rows)


def exact(limit: float) -> Fraction:
    """A threshold as it is written: 0.1 is a tenth, so that the boundary itself falls on the right side."""
    return Fraction(str(limit))
