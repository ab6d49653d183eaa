"""The dated facts about organizations as they stood on a day: one by one for one organization, counted for all.

An attribute is a field of the record, or one of ``DERIVED``. Both ways of reading share the same expressions:
- a fact dated after the day is not there (``DATED`` says what dates it where that is more than a field);
- another date after the day is not there yet, unless it closes a period or is planned (a deadline is known);
- a field with ``known_on`` is blank before that date.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from zhengshe.calendar import earliest_within
from zhengshe.models import CHANGE, NO_RECTIFICATION, ORG, PAYMENT, PROJECT, RECORDS, Field, Kind, Record
from zhengshe.values import Value

# alternatives: (the values that attributes must have, for how many months back)
Sieve = Sequence[tuple[Sequence[tuple[str, Sequence[Value]]], int | None]]
# noun -> (attributes, age steps in months ascending, which facts can matter at all)
Needs = Mapping[str, tuple[Sequence[str], Sequence[int], Sieve]]
Numbers = Mapping[str, str | int]
_NO_NUMBERS: Numbers = {}

_END_OF_YEAR = "t.year || '-12-31'"
DATED = {
    "inspection": f"coalesce(t.concluded_on, t.filed_on, {_END_OF_YEAR})",
    "figures": _END_OF_YEAR,
    "funding": "coalesce(t.year, p.year) || '-12-31'",
    "project": f"coalesce(t.signed_on, t.start_on, {_END_OF_YEAR})",
    "payment": "coalesce(t.due_on, t.paid_on)",
}
# dates that are agreed beforehand, besides those that close a period
PLANNED = (PAYMENT["due_on"], PROJECT["start_on"])

DERIVED = {
    ("listing", "listed"): "(t.removed_on IS NULL OR t.removed_on > :as_of)",
    ("inspection", "latest"): f"""NOT EXISTS (SELECT 1 FROM inspection x WHERE x.org = t.org AND x.year > t.year
        AND {DATED["inspection"].replace("t.", "x.")} <= :as_of)""",
    # valid as recorded, else by the rule of the day of its award (rules.rating says the same of one)
    ("rating", "current"): """(coalesce(t.valid_until, CASE WHEN t.awarded_on >= :rating_rule
        THEN (substr(t.awarded_on, 1, 4) + :rating_years) || '-12-31'
        ELSE (substr(t.awarded_on, 1, 4) + :rating_years_before) || replace(substr(t.awarded_on, 5), '-02-29', '-02-28')
        END) >= :as_of
        AND NOT EXISTS (SELECT 1 FROM rating x
        WHERE x.org = t.org AND x.awarded_on > t.awarded_on AND x.awarded_on <= :as_of))""",
    (
        "finding",
        "state",
    ): f"""CASE WHEN t.verified_on <= :as_of THEN '已销号' WHEN t.rectified_on <= :as_of THEN '待核验'
        WHEN t.due_on IS NULL AND t.severity IN {NO_RECTIFICATION} THEN '无需整改'
        WHEN t.due_on < :as_of THEN '逾期' ELSE '待整改' END""",
    ("finding", "overdue"): """(t.due_on < :as_of AND (t.rectified_on > :as_of OR t.rectified_on IS NULL)
        AND (t.verified_on > :as_of OR t.verified_on IS NULL))""",
    # a project that runs beyond the day was not finished then, whatever its status is now
    ("project", "status"): """CASE WHEN t.end_on > :as_of AND t.status IN ('结项', '待验收') THEN '履约'
        ELSE t.status END""",
    ("project", "overdue"): "(t.status IN ('立项', '采购', '履约') AND coalesce(t.end_on, '9999') < :as_of)",
}


class Fact(NamedTuple):
    """One record as it stood: the attributes asked for, its age step, its date, what to call it, and the record."""

    values: dict[str, Value]
    within: int | None
    date: str
    ref: str
    record: dict[str, Value]


def facts_of(
    db: sqlite3.Connection,
    noun: str,
    attributes: Sequence[str],
    months: Sequence[int],
    org: int,
    as_of: dt.date,
    numbers: Numbers = _NO_NUMBERS,
) -> list[Fact]:
    """The facts of one organization, in order of date. ``numbers`` are those of the law that ``DERIVED`` asks for."""
    record = RECORDS[noun]
    wanted = [_attribute(record, key) for key in attributes]
    stored = [known(field) for field in record.fields]
    select = ", ".join([_within(record, months), date_of(record), "t.id", *wanted, *stored])
    sql = f"SELECT {select} FROM {source_of(record)} WHERE {owner_of(record)} = :org AND {date_of(record)} <= :as_of"
    rows = db.execute(f"{sql} ORDER BY {date_of(record)}, t.id", {"org": org, **numbers, **_days(as_of, months)})
    return [_fact(record, attributes, row) for row in rows]


def _fact(record: Record, attributes: Sequence[str], row: tuple[Value, ...]) -> Fact:
    within, date, number, *rest = row
    values = dict(zip(attributes, rest, strict=False))
    stored = dict(zip(record.keys, rest[len(attributes) :], strict=True))
    ref = str(stored["number"]) if record.numbered else f"{record.noun}/{number}"
    return Fact(values, within if isinstance(within, int) else None, str(date), ref, stored)


def organization(db: sqlite3.Connection, org: int) -> dict[str, Value]:
    """The stored values of an organization."""
    columns = ", ".join(f'"{key}"' for key in ORG.keys)
    row = db.execute(f"SELECT {columns} FROM org WHERE id = ?", (org,)).fetchone()
    return dict(zip(ORG.keys, row, strict=True))


_LATER = 'json_group_array(json_array(approved_on, id, "item", "before"))'


def changes_after(db: sqlite3.Connection, org: int, as_of: dt.date) -> str | None:
    """The registered changes of an organization after the day, as JSON [[approved_on, id, item, before], …]."""
    sql = f'SELECT {_LATER} FROM "{CHANGE.noun}" WHERE org = ? AND approved_on > ?'
    found: str = db.execute(sql, (org, as_of.isoformat())).fetchone()[0]
    return None if found == "[]" else found


def any_of(db: sqlite3.Connection, noun: str) -> bool:
    """Is there any record of the noun at all?"""
    return bool(db.execute(f'SELECT EXISTS (SELECT 1 FROM "{noun}")').fetchone()[0])


def counted(
    db: sqlite3.Connection, needs: Needs, columns: Sequence[str], as_of: dt.date, numbers: Numbers = _NO_NUMBERS
) -> Iterator[tuple[tuple[Value, ...], str | None, list[str | None]]]:
    """Every organization in order of id: (its id and the ``columns`` asked for, its later changes, its facts by
    noun).

    The facts are JSON, [[attribute, …, age step], …] without those that the sieve leaves out; few different texts
    occur, so that they serve as keys. One pass over each table, merged: memory does not grow with their length.
    """
    later = f'SELECT org, {_LATER} FROM "{CHANGE.noun}" WHERE approved_on > ? GROUP BY org ORDER BY org'
    changes: Iterator[tuple[int, str]] = db.execute(later, (as_of.isoformat(),))
    changed = next(changes, _END)
    streams = [_grouped(db, RECORDS[noun], *asked, as_of, numbers) for noun, asked in needs.items()]
    heads = [next(stream, _END) for stream in streams]
    names = ", ".join(f'"{key}"' for key in columns)
    for org in db.execute(f"SELECT id, {names} FROM org ORDER BY id"):
        number = org[0]
        found: list[str | None] = []
        for place, (owner, text) in enumerate(heads):
            if owner == number:
                found.append(text)
                heads[place] = next(streams[place], _END)
            else:
                found.append(None)
        before = None
        if changed[0] == number:
            before = changed[1]
            changed = next(changes, _END)
        yield org, before, found


_END = (0, "")  # no organization has the number 0


def _grouped(
    db: sqlite3.Connection,
    record: Record,
    attributes: Sequence[str],
    months: Sequence[int],
    sieve: Sieve,
    as_of: dt.date,
    numbers: Numbers,
) -> Iterator[tuple[int, str]]:
    key = ", ".join([*(_attribute(record, name) for name in attributes), _within(record, months)])
    days = _days(as_of, months)
    matters, wanted = _sieve(record, sieve)
    sql = (
        f"SELECT {owner_of(record)}, json_group_array(json_array({key})) FROM {source_of(record)}"
        f" WHERE {date_of(record)} <= :as_of AND ({matters}) GROUP BY 1 ORDER BY 1"
    )
    return db.execute(sql, {**numbers, **days, **wanted})


def _sieve(record: Record, sieve: Sieve) -> tuple[str, dict[str, Value]]:
    """A condition that leaves out what no rule asks about, and its parameters."""
    wanted: dict[str, Value] = {}

    def one_of(values: Sequence[Value]) -> str:
        names = [f"v{len(wanted) + place}" for place in range(len(values))]
        wanted.update(zip(names, values, strict=True))
        marks = ", ".join(f":{name}" for name in names)
        return f"= {marks}" if len(names) == 1 else f"IN ({marks})"

    ways = []
    for equalities, months in sieve:
        parts = [] if months is None else [f"{date_of(record)} >= :m{months}"]
        for key, values in equalities:
            if None not in values:  # SQL finds no NULL; a blank is left to the clause itself
                parts.append(f"({_attribute(record, key)}) {one_of(values)}")
        ways.append(" AND ".join(parts) or "1")
    return " OR ".join(ways), wanted


def _days(as_of: dt.date, months: Sequence[int]) -> dict[str, str]:
    steps = {f"m{step}": earliest_within(as_of, step).isoformat() for step in months}
    return {"as_of": as_of.isoformat(), **steps}


def _within(record: Record, months: Sequence[int]) -> str:
    if not months:
        return "NULL"
    return "CASE " + " ".join(f"WHEN {date_of(record)} >= :m{step} THEN {step}" for step in months) + " END"


def date_of(record: Record) -> str:
    return DATED.get(record.noun, f't."{record.dated}"')


def source_of(record: Record) -> str:
    """The table as ``t``; what belongs to a project comes first, its project after (there are fewer of them)."""
    joined = "" if "org" in record else ' CROSS JOIN "project" p ON p.id = t.project'
    return f'"{record.noun}" t{joined}'


def owner_of(record: Record) -> str:
    return 't."org"' if "org" in record else 'p."org"'


def _attribute(record: Record, key: str) -> str:
    return DERIVED.get((record.noun, key)) or known(record[key])


def known(field: Field) -> str:
    """A field as it was known on the day."""
    column = f't."{field.key}"'
    if field.known_on:
        return f'CASE WHEN coalesce(t."{field.known_on}", :as_of) <= :as_of THEN {column} END'
    if field.kind is Kind.DATE and not field.closing and field not in PLANNED:
        return f"CASE WHEN {column} <= :as_of THEN {column} END"
    return column
