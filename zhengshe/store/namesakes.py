"""Who may be whom: staged organizations and those of the ledger that share a code or a name with another.

Only the suspicious ones are told, by whole sets: a list of organizations of which each says what the ledger says of
it, or what nobody else says, yields none.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from zhengshe.models import ORG
from zhengshe.store.staging import Stage

_ODD = "*[^一-龥A-Z0-9]*"  # a name with any other character than these may be the same as one written otherwise


class Said(NamedTuple):
    """What a row or a record says of which organization it is. ``place`` is that of the row's sheet, and ``row`` the
    record's id where it is None; ``record`` is what the row was found to be."""

    place: int | None
    row: int
    record: int | None
    uscc: str | None
    reg_no: str | None
    name: str | None


_KEYS = [part for key in ORG.natural_keys for part in key]
_TOLD = ", ".join(f'"{key}"' for key in _KEYS)


def suspicious(db: sqlite3.Connection, sheets: Sequence[Stage]) -> list[Said]:
    """The rows that share a code or a name with a row or a record that says something else of the others, or is
    another record."""
    said = " UNION ALL ".join(
        f"SELECT {place} AS place, row, record, {_TOLD} FROM {sheet.table} WHERE verdict IS NULL"
        for place, sheet in enumerate(sheets)
    )
    found: list[Said] = []
    for key in _KEYS:
        if not any(key in sheet.filled for sheet in sheets):
            continue
        others = [other for other in _KEYS if other != key]
        apart = " OR ".join(f'count(DISTINCT "{other}") > 1' for other in (*others, "record"))
        several = (
            f'SELECT "{key}" FROM ({said}) WHERE "{key}" IS NOT NULL GROUP BY "{key}"'
            f" HAVING count(*) > 1 AND ({apart} OR count(record) NOT IN (0, count(*)))"
        )
        differs = " OR ".join(f't."{other}" <> s."{other}"' for other in others)
        another = f'SELECT 1 FROM org t WHERE t."{key}" = s."{key}" AND (t.id IS NOT s.record OR {differs})'
        sql = f'SELECT * FROM ({said}) s WHERE "{key}" IN ({several}) OR EXISTS ({another})'
        found += map(Said._make, db.execute(sql))
    return found


def odd_names(db: sqlite3.Connection, sheets: Sequence[Stage]) -> list[str]:
    """The names in the sheets and the ledger that may be the same as one that is written otherwise."""
    return [name for (name,) in db.execute(f"SELECT name FROM ({_names(sheets)}) WHERE name GLOB ?", (_ODD,))]


def names_among(db: sqlite3.Connection, sheets: Sequence[Stage], names: Collection[str]) -> list[str]:
    """Those of the names that the sheets or the ledger have."""
    wanted = "SELECT value FROM json_each(?)"
    found = db.execute(f"SELECT name FROM ({_names(sheets)}) WHERE name IN ({wanted})", (json.dumps([*names]),))
    return [name for (name,) in found]


def _names(sheets: Sequence[Stage]) -> str:
    """An SQL query: every name that the sheets say, and that an organization has or had."""
    said = [f"SELECT name FROM {sheet.table} WHERE verdict IS NULL" for sheet in sheets]
    return " UNION ALL ".join([*said, "SELECT name FROM org", "SELECT before FROM change WHERE item = '名称'"])


def rows_saying(sheets: Sequence[Stage], key: str, values: Collection[str]) -> Iterator[Said]:
    """The rows that say one of these in a field."""
    for place, sheet in enumerate(sheets if values else ()):
        if key in sheet.filled:
            sheet.index(key)
            sql = (
                f"SELECT ?, row, record, {_TOLD} FROM {sheet.table}"
                f' WHERE verdict IS NULL AND "{key}" IN (SELECT value FROM json_each(?))'
            )
            yield from map(Said._make, sheet.db.execute(sql, (place, json.dumps([*values]))).fetchall())


def records_saying(db: sqlite3.Connection, key: str, values: Collection[str] | Collection[int]) -> Iterator[Said]:
    """The organizations of the ledger that have one of these in a field."""
    if values:
        sql = f'SELECT NULL, id, id, {_TOLD} FROM org WHERE "{key}" IN (SELECT value FROM json_each(?))'
        yield from map(Said._make, db.execute(sql, (json.dumps([*values]),)).fetchall())
