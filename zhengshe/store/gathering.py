"""The records of several files in one order, which neither the order of the files nor the ids in them decide."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from zhengshe.models import Record
from zhengshe.store import records
from zhengshe.values import Value

# a file's place, the id in it, and the values, references as our ids
Gathered = tuple[int, int, Mapping[str, Value]]


def in_canonical_order(db: sqlite3.Connection, record: Record, rows: Iterable[Gathered]) -> Iterator[Gathered]:
    """Those that a stronger key identifies come first, and what says the same comes one after the other.

    An assigned number decides last: what one organization has got keeps together. The rows wait in a temporary table,
    so that memory does not grow with them.
    """
    keys = sorted(record.keys, key=lambda key: key == "number")
    names = ", ".join(f'"{key}"' for key in keys)
    db.execute("DROP TABLE IF EXISTS temp.gathered")
    db.execute(f"CREATE TEMP TABLE gathered(_strength, {names}, _file, _row)")
    db.executemany(
        f"INSERT INTO gathered VALUES ({', '.join('?' * (len(keys) + 3))})",
        ((_strength(record, values), *(values[key] for key in keys), file, row) for file, row, values in rows),
    )
    for file, row, *cells in db.execute(
        f"SELECT _file, _row, {names} FROM gathered ORDER BY _strength, {names}, _file"
    ):
        yield file, row, dict(zip(keys, cells, strict=True))
    db.execute("DROP TABLE temp.gathered")


def _strength(record: Record, values: Mapping[str, Value]) -> int:
    """The place of the strongest natural key that identifies the record."""
    known, keys = records.identity(record, values), record.natural_keys
    return next((place for place, key in enumerate(keys) if all(known[part] is not None for part in key)), len(keys))
