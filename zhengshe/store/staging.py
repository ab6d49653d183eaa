"""Rows on their way in: a temporary table beside the real one, compared and moved by whole sets.

A plan of a million rows must not live in Python's memory, and a row at a time would take three times as long. So rows
are staged as they are read; which record each one is, what it would change, and the writing itself are a few statements
over the whole table. The table's history triggers rest meanwhile (one transaction, nobody else can write) and the
history is written by one INSERT … SELECT with the same JSON.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from zhengshe.models import Record
from zhengshe.store import history, records
from zhengshe.values import Value

NEW, CHANGED, SAME, REJECTED = "new", "changed", "unchanged", "rejected"
_UTC_NOW = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
_REBUILD_INDEXES = 10_000  # rows from which building the indexes afterwards is the quicker way
_AT_A_TIME = 2000
_serial = count(1)
_SERIAL_BITS = 40  # a reference to a staged row holds the stage's serial number above the row's


@dataclass(frozen=True)
class Change:
    """One row of a plan: its number, verdict, the record it is (None: new), and what differs (key, old, new)."""

    row: int
    verdict: str
    record: int | None
    differences: tuple[tuple[str, Value, Value], ...]


class Stage:
    """The staged rows of one sheet for one noun."""

    def __init__(self, db: sqlite3.Connection, record: Record) -> None:
        self.record = record
        self._db = db
        self._serial = next(_serial)
        self._table = f"temp.stage_{self._serial}"
        columns = ", ".join(f'"{key}"' for key in record.keys)
        db.execute(f"CREATE TABLE {self._table}(row INTEGER PRIMARY KEY, record INTEGER, verdict TEXT, {columns})")

    def drop(self) -> None:
        self._db.execute(f"DROP TABLE IF EXISTS {self._table}")

    def add(self, keys: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        """Stage rows of (row number, values of ``keys`` …), in one transaction of the temporary database."""
        names = ", ".join(f'"{key}"' for key in keys)
        marks = ", ".join("?" * (len(keys) + 1))
        own = not self._db.in_transaction
        if own:
            self._db.execute("BEGIN")
        try:
            self._db.executemany(f"INSERT INTO {self._table}(row, {names}) VALUES ({marks})", rows)
        finally:
            if own:
                self._db.execute("COMMIT")

    # -- which record is it

    def match(self) -> None:
        """Find the record each row is, by the strongest natural key that applies (see records.key_conditions)."""
        if not self._db.execute(f'SELECT 1 FROM "{self.record.noun}" LIMIT 1').fetchone():
            return
        for condition, needed in records.key_conditions(self.record, "t.", "s."):
            present = "".join(f' AND s."{key}" IS NOT NULL' for key in needed)
            self._db.execute(
                f"UPDATE {self._table} AS s SET record ="
                f' (SELECT min(t.id) FROM "{self.record.noun}" t WHERE {condition})'
                f" WHERE s.record IS NULL{present}"
            )

    def ambiguous(self) -> list[tuple[int, int]]:
        """(row, how many records fit) for rows whose key fits several records."""
        found: list[tuple[int, int]] = []
        for condition, needed in list(records.key_conditions(self.record, "t.", "s."))[1:]:
            present = "".join(f' AND s."{key}" IS NOT NULL' for key in needed)
            found += self._db.execute(
                f'SELECT s.row, (SELECT count(*) FROM "{self.record.noun}" t WHERE {condition}) AS fits'
                f" FROM {self._table} s WHERE s.record IS NOT NULL{present} AND s.verdict IS NULL"
                f' AND NOT EXISTS (SELECT 1 FROM "{self.record.noun}" t WHERE t.id = s.record AND {self._first_key()})'
                " AND fits > 1"
            )
        return found

    def _first_key(self) -> str:
        condition, _ = next(iter(records.key_conditions(self.record, "t.", "s.")))
        return condition

    def twins(self) -> Iterator[tuple[int, int, bool]]:
        """(row, earlier row, whether it adds or changes anything) for rows that name what an earlier row names."""
        pairs = dict(self._repeated("record", "verdict IS NULL AND record IS NOT NULL", "1"))
        decisive: list[str] = []  # a row that has one of these is told by it alone
        conditions = records.key_conditions(self.record, "a.", "b.")
        for key, (condition, needed) in zip(self.record.natural_keys, conditions, strict=True):
            if decisive and not self._any_blank(decisive):
                continue
            decisive += needed if len(needed) == 1 else []
            present = "".join(f' AND "{part}" IS NOT NULL' for part in needed)
            keys = ", ".join(f'"{part}"' for part in key)
            for row, first in self._repeated(keys, f"verdict IS NULL AND record IS NULL{present}", condition):
                pairs.setdefault(row, first)
        for row, first in sorted(pairs.items()):
            yield row, first, self._adds_to(row, first)

    def _repeated(self, keys: str, where: str, condition: str) -> list[tuple[int, int]]:
        """(row, first row) for rows whose ``keys`` an earlier row has too, if the pair fits ``condition``."""
        table = self._table
        if not self._db.execute(
            f"SELECT 1 FROM {table} WHERE {where} GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"
        ).fetchone():
            return []
        return self._db.execute(
            f"SELECT p.row, p.first FROM (SELECT row, min(row) OVER (PARTITION BY {keys}) AS first FROM {table}"
            f" WHERE {where}) p JOIN {table} a ON a.row = p.first JOIN {table} b ON b.row = p.row"
            f" WHERE p.row <> p.first AND {condition}"
        ).fetchall()

    def _any_blank(self, keys: Sequence[str]) -> bool:
        blank = " AND ".join(f'"{key}" IS NULL' for key in keys)
        return bool(self._db.execute(f"SELECT 1 FROM {self._table} WHERE {blank} LIMIT 1").fetchone())

    def _adds_to(self, row: int, first: int) -> bool:
        """Does the later row say anything that the earlier one does not?"""
        differs = " OR ".join(f'(b."{key}" IS NOT NULL AND b."{key}" IS NOT a."{key}")' for key in self.record.keys)
        sql = f"SELECT {differs} FROM {self._table} a, {self._table} b WHERE a.row = ? AND b.row = ?"
        return bool(self._db.execute(sql, (first, row)).fetchone()[0])

    def value(self, row: int, key: str) -> Value:
        found: Value = self._db.execute(f'SELECT "{key}" FROM {self._table} WHERE row = ?', (row,)).fetchone()[0]
        return found

    def record_of(self, row: int) -> int | None:
        found: int | None = self._db.execute(f"SELECT record FROM {self._table} WHERE row = ?", (row,)).fetchone()[0]
        return found

    def decide(self, row: int, verdict: str) -> None:
        self._db.execute(f"UPDATE {self._table} SET verdict = ? WHERE row = ?", (verdict, row))

    def reject(self, row: int) -> None:
        """A row that was refused before it could be staged is counted all the same."""
        self._db.execute(f"INSERT OR REPLACE INTO {self._table}(row, verdict) VALUES (?, '{REJECTED}')", (row,))

    def judge(self) -> None:
        """new, changed or unchanged for every row not decided yet; a blank changes nothing."""
        differs = " OR ".join(f'(s."{key}" IS NOT NULL AND s."{key}" IS NOT t."{key}")' for key in self.record.keys)
        self._db.execute(
            f"UPDATE {self._table} AS s SET verdict = CASE WHEN record IS NULL THEN '{NEW}'"
            f' WHEN EXISTS (SELECT 1 FROM "{self.record.noun}" t WHERE t.id = s.record AND ({differs}))'
            f" THEN '{CHANGED}' ELSE '{SAME}' END WHERE verdict IS NULL"
        )

    # -- what new rows lack

    def lacking(self, keys: Sequence[str]) -> Iterator[tuple[int, dict[str, Value]]]:
        """New rows in which one of ``keys`` is blank, with all their values."""
        return self.new_rows(" OR ".join(f'"{key}" IS NULL' for key in keys) or "0")

    def new_rows(self, where: str = "1") -> Iterator[tuple[int, dict[str, Value]]]:
        """Rows not decided yet that are no record of the ledger, with all their values. They may be changed or decided
        meanwhile: a few thousand are read at a time, so that memory does not grow with them."""
        last = 0
        sql = (
            f"SELECT row, {self._columns()} FROM {self._table}"
            f" WHERE row > ? AND record IS NULL AND verdict IS NULL AND ({where}) ORDER BY row LIMIT {_AT_A_TIME}"
        )
        while rows := self._db.execute(sql, (last,)).fetchall():
            for row, *values in rows:
                yield row, dict(zip(self.record.keys, values, strict=True))
            last = rows[-1][0]

    def fill_defaults(self) -> None:
        """What a blank means in a new record."""
        for field in self.record.fields:
            if field.default:
                self._db.execute(
                    f'UPDATE {self._table} SET "{field.key}" = ?'
                    f' WHERE record IS NULL AND verdict IS NULL AND "{field.key}" IS NULL',
                    (field.default,),
                )

    def fill(self, row: int, values: dict[str, Value]) -> None:
        pairs = ", ".join(f'"{key}" = ?' for key in values)
        self._db.execute(f"UPDATE {self._table} SET {pairs} WHERE row = ?", (*values.values(), row))

    def number(self, dated: str, earlier: Sequence[Stage] = ()) -> None:
        """Give new rows without a number the next ones of their year, in the order of the file, after those that rows
        of ``earlier`` sheets have got."""
        following: dict[int, int] = {}
        for row, values in self.lacking(["number"]):
            year = int(str(values.get("year") or values.get(dated) or 0)[:4])
            if year and year not in following:
                staged = (stage._highest(year) for stage in (self, *earlier))
                following[year] = max(records.highest_number(self._db, self.record, year), *staged)
            if year:
                following[year] += 1
                self.fill(row, {"number": records.number_text(self.record, year, following[year])})

    def _highest(self, year: int) -> int:
        prefix = f"{self.record.numbered}{year}-"
        staged = self._db.execute(
            f'SELECT max(CAST(substr("number", ?) AS INTEGER)) FROM {self._table} WHERE "number" GLOB ?',
            (len(prefix) + 1, f"{prefix}[0-9]*"),
        )
        return staged.fetchone()[0] or 0

    def differing(self, key: str) -> list[tuple[int, Value, Value]]:
        """(row, what the record has, what the row says) where both say something of ``key`` and it is not the same."""
        return self._db.execute(
            f'SELECT s.row, t."{key}", s."{key}" FROM {self._table} s JOIN "{self.record.noun}" t ON t.id = s.record'
            f' WHERE s.verdict IS NULL AND s."{key}" <> t."{key}"'
        ).fetchall()

    def repeats(self, earlier: Stage) -> Iterator[tuple[int, int, bool]]:
        """(row, row of ``earlier``, whether it adds anything) for new rows that an earlier sheet will register."""
        differs = " OR ".join(f'(b."{key}" IS NOT NULL AND b."{key}" IS NOT a."{key}")' for key in self.record.keys)
        seen: set[int] = set()
        for condition, needed in records.key_conditions(self.record, "a.", "b."):
            present = "".join(f' AND b."{key}" IS NOT NULL' for key in needed)
            found = self._db.execute(
                f"SELECT b.row, a.row, {differs} FROM {self._table} b JOIN {earlier._table} a ON {condition}"
                f" WHERE a.verdict = '{NEW}' AND b.record IS NULL AND b.verdict IS NULL{present} ORDER BY b.row"
            ).fetchall()
            for row, first, adds in found:
                if row not in seen:
                    seen.add(row)
                    yield row, first, bool(adds)

    # -- references between sheets of one import

    def new_rows_with(self, key: str, value: str) -> list[int]:
        """References to rows that will be new records: negative until they are written (see ``settle_references``)."""
        self._index(key)
        found = self._db.execute(
            f"SELECT row FROM {self._table} WHERE \"{key}\" = ? AND verdict = '{NEW}'", (value,)
        ).fetchall()
        return [-(self._serial << _SERIAL_BITS | row) for (row,) in found]

    def _index(self, key: str) -> None:
        table = self._table.removeprefix("temp.")
        self._db.execute(f'CREATE INDEX IF NOT EXISTS temp."{table}_{key}" ON {table}("{key}")')

    def settle_references(self, earlier: Stage) -> None:
        """Put the ids that the rows of an earlier sheet have got by now in place of references to those rows."""
        earlier.match()  # its new rows are records now
        lowest, highest = -((earlier._serial + 1) << _SERIAL_BITS), -(earlier._serial << _SERIAL_BITS)
        for field in self.record.reference_fields:
            if field.kind.value == earlier.record.noun:
                self._db.execute(
                    f'UPDATE {self._table} SET "{field.key}" ='
                    f' (SELECT record FROM {earlier._table} e WHERE e.row = ? - {self._table}."{field.key}")'
                    f' WHERE "{field.key}" > ? AND "{field.key}" <= ?',
                    (highest, lowest, highest),
                )

    # -- what it says

    def counts(self) -> dict[str, int]:
        found = self._db.execute(f"SELECT verdict, count(*) FROM {self._table} GROUP BY verdict")
        return {NEW: 0, CHANGED: 0, SAME: 0, REJECTED: 0, **dict(found.fetchall())}

    def changes(self, limit: int | None = None) -> Iterator[Change]:
        """Row by row what would be written; unchanged and rejected rows are left out."""
        cursor = self._db.execute(
            f"SELECT s.row, s.verdict, s.record, {self._columns('s.')}, {self._columns('t.')} FROM {self._table} s"
            f' LEFT JOIN "{self.record.noun}" t ON t.id = s.record'
            f" WHERE s.verdict IN ('{NEW}', '{CHANGED}') ORDER BY s.row LIMIT ?",
            (-1 if limit is None else limit,),
        )
        width = len(self.record.keys)
        for row, verdict, record, *values in cursor:
            told = zip(self.record.keys, values[width:], values[:width], strict=True)
            differences = tuple((key, old, new) for key, old, new in told if new is not None and new != old)
            yield Change(row, verdict, record, differences)

    def values(self, verdict: str) -> Iterator[dict[str, Value]]:
        """The staged values of every row with this verdict."""
        cursor = self._db.execute(
            f"SELECT {self._columns()} FROM {self._table} WHERE verdict = ? ORDER BY row", (verdict,)
        )
        return (dict(zip(self.record.keys, values, strict=True)) for values in cursor)

    def changing(self, key: str) -> list[tuple[int, Value, Value]]:
        """(record, old, new) for every record whose ``key`` would change."""
        return self._db.execute(
            f'SELECT s.record, t."{key}", s."{key}" FROM {self._table} s JOIN "{self.record.noun}" t ON t.id = s.record'
            f' WHERE s.verdict = \'{CHANGED}\' AND s."{key}" <> t."{key}" ORDER BY s.row'
        ).fetchall()

    def absent(self) -> Iterator[int]:
        """Records that no row names."""
        cursor = self._db.execute(
            f'SELECT id FROM "{self.record.noun}" WHERE id NOT IN'
            f" (SELECT record FROM {self._table} WHERE record IS NOT NULL) ORDER BY id"
        )
        return (row for (row,) in cursor)

    def _columns(self, prefix: str = "") -> str:
        return ", ".join(f'{prefix}"{key}"' for key in self.record.keys)

    # -- writing

    def used(self, key: str) -> set[Value]:
        """The references of the rows that will be written."""
        found = self._db.execute(
            f"SELECT DISTINCT \"{key}\" FROM {self._table} WHERE verdict IN ('{NEW}', '{CHANGED}')"
        )
        return {value for (value,) in found}

    def replace_reference(self, key: str, old: int, new: int) -> None:
        """Organizations that are registered along the way have negative numbers until they are written."""
        self._index(key)
        self._db.execute(f'UPDATE {self._table} SET "{key}" = ? WHERE "{key}" = ?', (new, old))

    def write(self, batch: int) -> None:
        """Insert and update within the batch that is open, with the history of every row."""
        triggers = history.drop_triggers(self._db, self.record)
        numbers = self.counts()
        if numbers[CHANGED]:
            self._update(batch)
        if numbers[NEW]:
            self._insert(batch, numbers[NEW])
        for statement in triggers:
            self._db.execute(statement)

    def _update(self, batch: int) -> None:
        noun = self.record.noun
        kept = [row[1] for row in self._db.execute(f'PRAGMA table_info("{noun}")')]
        merged = ["'id', t.id"]
        for name in kept[1:]:
            if name in self.record:
                merged.append(f'\'{name}\', coalesce(s."{name}", t."{name}")')
            else:
                merged.append(f"'{name}', {_UTC_NOW if name == 'updated_at' else f't.{name}'}")
        self._db.execute(
            "INSERT INTO history(batch, noun, record, org, before, after)"
            f" SELECT ?, '{noun}', t.id, {history.organization_of(self.record, 't.')},"
            f" {history.row_json(kept, 't.')}, json_object({', '.join(merged)})"
            f" FROM {self._table} s JOIN \"{noun}\" t ON t.id = s.record WHERE s.verdict = '{CHANGED}' ORDER BY s.row",
            (batch,),
        )
        pairs = ", ".join(f'"{key}" = coalesce(s."{key}", "{noun}"."{key}")' for key in self.record.keys)
        self._db.execute(
            f'UPDATE "{noun}" SET {pairs}, updated_at = {_UTC_NOW} FROM {self._table} s'
            f" WHERE s.record = \"{noun}\".id AND s.verdict = '{CHANGED}'"
        )

    def _insert(self, batch: int, rows: int) -> None:
        noun = self.record.noun
        (last,) = self._db.execute(f'SELECT coalesce(max(id), 0) FROM "{noun}"').fetchone()
        indexes = self._drop_indexes() if last == 0 and rows >= _REBUILD_INDEXES else []
        columns = self._columns()
        (now,) = self._db.execute(f"SELECT {_UTC_NOW}").fetchone()  # once, and not for every row
        self._db.execute(
            f'INSERT INTO "{noun}"({columns}, created_at, updated_at)'
            f" SELECT {columns}, ?1, ?1 FROM {self._table} WHERE verdict = '{NEW}' ORDER BY row",
            (now,),
        )
        for statement in indexes:
            self._db.execute(statement)
        kept = [row[1] for row in self._db.execute(f'PRAGMA table_info("{noun}")')]
        self._db.execute(
            "INSERT INTO history(batch, noun, record, org, before, after)"
            f" SELECT ?, '{noun}', t.id, {history.organization_of(self.record, 't.')}, NULL,"
            f" {history.row_json(kept, 't.')}"
            f' FROM "{noun}" t WHERE t.id > ? ORDER BY t.id',
            (batch, last),
        )

    def _drop_indexes(self) -> list[str]:
        found = self._db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
            (self.record.noun,),
        ).fetchall()
        for name, _ in found:
            self._db.execute(f'DROP INDEX "{name}"')
        return [sql for _, sql in found]
