"""Everything about one organization after another, as it stood on a day: for the rules that look at whole files."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence

from zhengshe.models import ORG, RECORDS, Record
from zhengshe.store.facts import date_of, known, owner_of, source_of
from zhengshe.values import Value

Row = dict[str, Value]

# From when a record is there at all, where that is not the date that counts it as a fact: a plan (a payment to come, a
# project not yet signed, a report on a year still running) is known from the start.
PRESENT_FROM = {
    "payment": "NULL",
    "project": "t.signed_on",
    "inspection": "coalesce(t.concluded_on, t.filed_on)",
    "figures": "NULL",
    "funding": "NULL",
}


def dossiers(
    db: sqlite3.Connection, nouns: Sequence[str], as_of: dt.date, org: int | None = None
) -> Iterator[tuple[Row, dict[str, list[Row]]]]:
    """(organization, its records by noun) in order of registration; with ``org`` that one only.

    Besides its fields each row holds ``id`` and ``ref`` (what to call the record). One pass over each table, merged.
    """
    streams = {noun: _rows(db, RECORDS[noun], as_of, org) for noun in nouns}
    heads = {noun: next(stream, None) for noun, stream in streams.items()}
    chosen = "" if org is None else " WHERE id = :org"
    columns = ", ".join(f'"{key}"' for key in ORG.keys)
    for number, *values in db.execute(f"SELECT id, {columns} FROM org{chosen} ORDER BY id", {"org": org}):
        row = dict(zip(ORG.keys, values, strict=True)) | {"id": number, "ref": f"org/{number}"}
        found: dict[str, list[Row]] = {}
        for noun, stream in streams.items():
            found[noun] = []
            while (head := heads[noun]) and head[0] == number:
                found[noun].append(head[1])
                heads[noun] = next(stream, None)
        yield row, found


def _rows(db: sqlite3.Connection, record: Record, as_of: dt.date, org: int | None) -> Iterator[tuple[int, Row]]:
    columns = ", ".join([owner_of(record), "t.id", *(known(field) for field in record.fields)])
    date = PRESENT_FROM.get(record.noun, date_of(record))
    chosen = "" if org is None else f" AND {owner_of(record)} = :org"
    sql = (
        f"SELECT {columns} FROM {source_of(record)}"
        f" WHERE coalesce({date}, :as_of) <= :as_of{chosen} ORDER BY {owner_of(record)}, {date}, t.id"
    )
    for owner, number, *values in db.execute(sql, {"as_of": as_of.isoformat(), "org": org}):
        row = dict(zip(record.keys, values, strict=True))
        yield owner, row | {"id": number, "ref": row["number"] if record.numbered else f"{record.noun}/{number}"}


def certified(db: sqlite3.Connection, kind: str) -> frozenset[str]:
    """What documents of a kind belong to: refs as in ``dossiers``."""
    subjects = (subject for (subject,) in db.execute("SELECT subject FROM document WHERE kind = ?", (kind,)))
    return frozenset(_ref(db, subject) for subject in subjects)


def _ref(db: sqlite3.Connection, subject: str) -> str:
    noun, _, number = subject.partition("/")
    if not RECORDS[noun].numbered:
        return subject
    found = db.execute(f'SELECT number FROM "{noun}" WHERE id = ?', (number,)).fetchone()
    return str(found[0]) if found else subject
