"""One record at a time: find it by its natural key, write it, remove it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from zhengshe.errors import RejectedError
from zhengshe.models import RECORDS, Record
from zhengshe.values import Value

_UTC_NOW = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"


def insert(db: sqlite3.Connection, record: Record, values: Mapping[str, Value]) -> int:
    """Write a new record and return its id."""
    names = ", ".join(f'"{key}"' for key in values)
    marks = ", ".join("?" * len(values))
    cursor = db.execute(f'INSERT INTO "{record.noun}"({names}) VALUES ({marks})', tuple(values.values()))
    return int(cursor.lastrowid or 0)


def update(db: sqlite3.Connection, record: Record, row: int, values: Mapping[str, Value]) -> None:
    """Set the given fields of one record."""
    pairs = ", ".join(f'"{key}" = ?' for key in values)
    db.execute(f'UPDATE "{record.noun}" SET {pairs}, updated_at = {_UTC_NOW} WHERE id = ?', (*values.values(), row))


def get(db: sqlite3.Connection, record: Record, row: int) -> dict[str, Value] | None:
    """The stored values of one record, references as ids; None when there is none."""
    cursor = db.execute(f'SELECT * FROM "{record.noun}" WHERE id = ?', (row,))
    found = cursor.fetchone()
    return dict(zip((column[0] for column in cursor.description), found, strict=True)) if found else None


def children(db: sqlite3.Connection, noun: str, key: str, owner: Value) -> list[dict[str, Value]]:
    """The records of a noun whose field ``key`` holds ``owner``, as stored."""
    cursor = db.execute(f'SELECT * FROM "{noun}" WHERE "{key}" = ? ORDER BY id', (owner,))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def every(db: sqlite3.Connection, record: Record) -> Iterator[dict[str, Value]]:
    """Every record of a noun as stored, in the order of registration."""
    cursor = db.execute(f'SELECT * FROM "{record.noun}" ORDER BY id')
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def cells(db: sqlite3.Connection, noun: str, keys: Sequence[str]) -> Iterator[tuple[Value, ...]]:
    """These fields of every record of a noun as stored, in the order of registration."""
    names = ", ".join(f'"{key}"' for key in keys)
    return db.execute(f'SELECT {names} FROM "{noun}" ORDER BY id')


def last_id(db: sqlite3.Connection, record: Record) -> int:
    """The highest id so far; a new record gets a higher one."""
    return int(db.execute(f'SELECT coalesce(max(id), 0) FROM "{record.noun}"').fetchone()[0])


def delete(db: sqlite3.Connection, record: Record, row: int) -> None:
    """Remove one record; RejectedError while others belong to it."""
    held = [f"{count} 条{owner.label}" for owner, count in dependants(db, record, row)]
    if held:
        raise RejectedError(f"不能删除：名下还有{'、'.join(held)}；请先删除它们（机构停止活动请改登记状态，不要删除）")
    db.execute(f'DELETE FROM "{record.noun}" WHERE id = ?', (row,))


def dependants(db: sqlite3.Connection, record: Record, row: int) -> Iterator[tuple[Record, int]]:
    """The kinds of records that refer to this one, with how many."""
    for other in RECORDS.values():
        for field in other.reference_fields:
            if field.kind.value == record.noun:
                sql = f'SELECT count(*) FROM "{other.noun}" WHERE "{field.key}" = ?'
                if count := db.execute(sql, (row,)).fetchone()[0]:
                    yield other, count
    if record.noun != "document":
        subject = f"{record.noun}/{row}"
        if count := db.execute("SELECT count(*) FROM document WHERE subject = ?", (subject,)).fetchone()[0]:
            yield RECORDS["document"], count


def match(
    db: sqlite3.Connection, record: Record, values: Mapping[str, Value], besides: int | None = None
) -> int | None:
    """The record, ``besides`` the one given, that these values identify, by the first natural key that applies (see
    ``key_conditions``)."""
    for condition, keys in key_conditions(record, "t.", ":"):
        if any(values.get(key) is None for key in keys):
            continue
        parameters = {key: values.get(key) for key in record.keys} | {"besides": besides}
        sql = f'SELECT id FROM "{record.noun}" t WHERE {condition} AND id IS NOT :besides LIMIT 1'
        found = db.execute(sql, parameters).fetchone()
        if found:
            return int(found[0])
    return None


def having(db: sqlite3.Connection, record: Record, key: str, value: Value, *, besides: int) -> list[int]:
    """The records, ``besides`` the one given, that hold this value in a field."""
    sql = f'SELECT id FROM "{record.noun}" WHERE "{key}" = ? AND id <> ? ORDER BY id'
    return [row for (row,) in db.execute(sql, (value, besides))]


def strangers_fits(db: sqlite3.Connection, record: Record, values: Mapping[str, Value], place: int) -> list[int]:
    """The records that one of another file may be by the natural key at ``place``: none when it does not apply."""
    condition, needed = _stranger_conditions(record)[place]
    if any(values[key] is None for key in needed):
        return []
    rows = db.execute(f'SELECT id FROM "{record.noun}" t WHERE {condition} ORDER BY id', values)
    return [row for (row,) in rows]


def namesakes(db: sqlite3.Connection, record: Record, after: int) -> Iterator[tuple[int, int, int]]:
    """(record, another, place) for records added after the id ``after`` that share the natural key at ``place`` with
    another; a stronger key tells the two apart."""
    for place, key in enumerate(record.natural_keys[1:], 1):
        same = " AND ".join(f'b."{part}" = a."{part}"' for part in key)
        yield from db.execute(
            f'SELECT a.id, b.id, ? FROM "{record.noun}" a JOIN "{record.noun}" b ON {same} AND b.id <> a.id'
            " WHERE a.id > ? ORDER BY 1, 2",
            (place, after),
        ).fetchall()


@cache
def _stranger_conditions(record: Record) -> Sequence[tuple[str, list[str]]]:
    return tuple(key_conditions(record, "t.", ":", stranger=True))


def key_conditions(
    record: Record, table: str, given: str, *, stranger: bool = False
) -> Iterator[tuple[str, list[str]]]:
    """SQL that compares a table row with given values, one condition a natural key, strongest first, and the fields
    that must be given for it to apply.

    A weaker key identifies a record only where the stronger ones do not contradict it: two organizations of one name
    with two credit codes are two. In the last key a blank equals a blank, so that a post without a starting day is
    still the same post when it is read again. Values of a ``stranger`` come from another file: a number that the
    program assigned here says nothing against theirs.
    """

    def column(key: str) -> tuple[str, str]:
        mark = f'{given}"{key}"' if given.endswith(".") else f"{given}{key}"
        return f'{table}"{key}"', mark

    stronger: list[str] = []
    for place, key in enumerate(record.natural_keys):
        last = place == len(record.natural_keys) - 1
        needed = [part for part in key if record[part].required or not last]
        parts = []
        for part in key:
            mine, theirs = column(part)
            parts.append(f"{mine} {'=' if part in needed else 'IS'} {theirs}")
        for part in stronger:
            mine, theirs = column(part)
            assigned = f" OR {_assigned(record, mine)}" if stranger and part == "number" else ""
            parts.append(f"({mine} IS NULL OR {theirs} IS NULL OR {mine} = {theirs}{assigned})")
        yield " AND ".join(parts), needed
        stronger += [part for part in key if part not in stronger]


def is_assigned(record: Record, number: Value) -> bool:
    """Does a number look like those that the program assigns? Every file starts anew with them."""
    return record.numbered is not None and bool(re.fullmatch(f"{record.numbered}[0-9]{{4}}-[0-9]{{3,}}", str(number)))


def identity(record: Record, values: Mapping[str, Value]) -> Mapping[str, Value]:
    """What identifies a record outside its own file: its values without a number that the program assigned."""
    return {**values, "number": None} if is_assigned(record, values.get("number")) else values


def _assigned(record: Record, column: str) -> str:
    """The same as an SQL condition."""
    form = f"{record.numbered}{'[0-9]' * 4}-{'[0-9]' * 3}*"
    return f"({column} GLOB '{form}' AND substr({column}, 7) NOT GLOB '*[^0-9]*')"


def next_number(db: sqlite3.Connection, record: Record, year: int) -> str:
    """The number after the highest of its year: P2026-001, P2026-002 … P2026-1000."""
    return number_text(record, year, highest_number(db, record, year) + 1)


def highest_number(db: sqlite3.Connection, record: Record, year: int) -> int:
    prefix = f"{record.numbered}{year}-"
    highest = db.execute(
        f'SELECT max(CAST(substr("number", ?) AS INTEGER)) FROM "{record.noun}" WHERE "number" GLOB ?',
        (len(prefix) + 1, f"{prefix}[0-9]*"),
    ).fetchone()[0]
    return highest or 0


def number_text(record: Record, year: int, sequence: int) -> str:
    return f"{record.numbered}{year}-{sequence:03d}"
