"""The street as rules see it: what they look at of its records, and the few ways in which they are looked at."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, namedtuple
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from operator import attrgetter
from typing import Any

from zhengshe.models import RECORDS, Kind
from zhengshe.rules.statute import Statutes
from zhengshe.values import Value

# what rules look at of each noun, besides its id and every date; nothing else is loaded
_LOOKED_AT = {
    "org": "name uscc kind status address legal_rep phone",
    "change": "org item after",
    "person": "org name post term",
    "inspection": "org year conclusion",
    "listing": "org list",
    "figures": "org year income",
    "project": "number org name year buyer partner field mode status amount",
    "funding": "project amount",
    "bid": "project bidder price valid won",
    "amendment": "project amount_change",
    "payment": "project seq amount paid_amount",
    "review": "project kind",
}


def _shape(noun: str) -> Any:
    looked_at = _LOOKED_AT.get(noun, "").split()
    fields = [field.key for field in RECORDS[noun].fields if field.key in looked_at or field.kind is Kind.DATE]
    return namedtuple(noun, ["id", *fields])  # typed ones would declare them again


# A record as stored, references as ids: a tuple costs a third of a dictionary, in time and in memory.
Row = Any
SHAPES: dict[str, Any] = {noun: _shape(noun) for noun in RECORDS}
# the projects beyond 立项 and 采购, for a street a noun like the others
AWARDED = "awarded"


class Street:
    """Records by noun in the ``SHAPES`` of their nouns, in the order of registration; thresholds and clauses; and the
    day."""

    def __init__(
        self, records: Mapping[str, Sequence[Row]], limits: Mapping[str, Any], statutes: Statutes, today: dt.date
    ) -> None:
        awarded = [project for project in records["project"] if project.status not in ("立项", "采购")]
        self._records = {**records, AWARDED: awarded}
        self.limits = limits
        self.statutes = statutes
        self.today = today.isoformat()
        self._known: dict[tuple[str, ...], Sequence[Row]] = {}
        self._by: dict[tuple[str, str], dict[Value, list[Row]]] = {}

    def __getitem__(self, noun: str) -> Sequence[Row]:
        return self._records[noun]

    @cached_property
    def organizations(self) -> dict[Value, Row]:
        return {row.id: row for row in self["org"]}

    def by(self, noun: str, key: str) -> Mapping[Value, list[Row]]:
        """The records of a noun by the value of a field."""
        if (noun, key) not in self._by:
            found: dict[Value, list[Row]] = defaultdict(list)
            for row in self[noun]:
                found[getattr(row, key)].append(row)
            self._by[noun, key] = dict(found)
        return self._by[noun, key]

    def known(self, noun: str, *keys: str) -> Sequence[Row]:
        """The records of a noun of which all these fields are known."""
        asked = (noun, *keys)
        if not keys:
            return self[noun]
        if asked not in self._known:  # one field is asked for by several rules
            value = attrgetter(keys[-1])
            rows = self.known(*asked[:-1])
            lacking = None in map(value, rows)  # mostly all or none are known
            self._known[asked] = [row for row in rows if value(row) is not None] if lacking else rows
        return self._known[asked]

    @cached_property
    def tenders(self) -> Sequence[tuple[Row, list[Row]]]:
        """(project, bids) for every project that bids are known of."""
        bids = self.by("bid", "project")
        return [(project, bids[project.id]) for project in self["project"] if project.id in bids]


def money(fen: int | None) -> str:
    """元 for a message."""
    return f"{(fen or 0) / 100:,.2f} 元"


def total(rows: Sequence[Row], key: str) -> int:
    return sum(getattr(row, key) or 0 for row in rows)


def exact(limit: float) -> Fraction:
    """A threshold as it is written: 0.1 is a tenth, so that the boundary itself falls on the right side."""
    return Fraction(str(limit))
