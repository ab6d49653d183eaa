"""Rows on their way in: a temporary table beside the real one, compared and moved by whole sets.

A plan of a million rows must not live in Python's memory, and a row at a time would take three times as long. So rows
are staged as they are read; which record each one is and what it would change are a few statements over the whole
table, and so is the writing (see bulk).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from zhengshe.models import Record
from zhengshe.store import records
from zhengshe.values import Value

NEW, CHANGED, SAME, REJECTED = "new", "changed", "unchanged", "rejected"
_AT_A_TIME = 2000
_serial = count(1)
# ``verdict`` holds only what cannot be seen otherwise: whoever has no record is new, and whoever has one says nothing
# new unless judged otherwise. So a million rows need not be written again to say so
IS_NEW = "verdict IS NULL AND record IS NULL"
_IS_WRITTEN = f"(verdict = '{CHANGED}' OR {IS_NEW})"
_VERDICT = f"coalesce(verdict, CASE WHEN record IS NULL THEN '{NEW}' ELSE '{SAME}' END)"
_SERIAL_BITS = 40  # a reference to a staged row holds the stage's serial number above the row's


# the numbers of some rows, and what they hold, by column
Batch = tuple[Sequence[int], Sequence[Sequence[Value]]]


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
        self.db = db
        self._serial = next(_serial)
        self.by_weaker_key = False  # may a row have been matched by another natural key than the first?
        self._filled: set[str] = set()  # fields that may hold anything at all
        self.repeated: dict[int, int] = {}  # rows that say again what another says, and the reference to that one
        self.table = f"temp.stage_{self._serial}"
        columns = ", ".join(f'"{key}"' for key in record.keys)
        db.execute(f"CREATE TABLE {self.table}(row INTEGER PRIMARY KEY, record INTEGER, verdict TEXT, {columns})")

    def drop(self) -> None:
        self.db.execute(f"DROP TABLE IF EXISTS {self.table}")

    def add(self, keys: Sequence[str], batches: Iterable[Batch]) -> None:
        """Stage batches of rows, their values by column in the order of ``keys``, in one transaction of the temporary
        database."""
        self._filled.update(keys)
        names = ", ".join(f'"{key}"' for key in ("row", *keys))
        width = len(keys) + 1
        marks = f"({', '.join('?' * width)})"
        own = not self.db.in_transaction
        if own:
            self.db.execute("BEGIN")
        try:
            for numbers, columns in batches:
                # one statement for all rows of a batch takes half the time of one for each
                cells: list[Value] = [None] * (width * len(numbers))
                for place, column in enumerate((numbers, *columns)):
                    cells[place::width] = column
                every = ", ".join([marks] * len(numbers))
                self.db.execute(f"INSERT INTO {self.table}({names}) VALUES {every}", cells)
        finally:
            if own:
                self.db.execute("COMMIT")

    # -- which record is it

    def match(self) -> None:
        """Find the record each row is, by the strongest natural key that applies (see records.key_conditions)."""
        if not self.db.execute(f'SELECT 1 FROM "{self.record.noun}" LIMIT 1').fetchone():
            return
        for place, (condition, needed) in enumerate(records.key_conditions(self.record, "t.", "s.")):
            present = "".join(f' AND s."{key}" IS NOT NULL' for key in needed)
            tried = self.db.execute(
                f"UPDATE {self.table} AS s SET record ="
                f' (SELECT t.id FROM "{self.record.noun}" t WHERE {condition} ORDER BY t.id LIMIT 1)'
                f" WHERE s.record IS NULL{present}"
            )
            self.by_weaker_key |= place > 0 and tried.rowcount > 0

    def value(self, row: int, key: str) -> Value:
        found: Value = self.db.execute(f'SELECT "{key}" FROM {self.table} WHERE row = ?', (row,)).fetchone()[0]
        return found

    def record_of(self, row: int) -> int | None:
        found: int | None = self.db.execute(f"SELECT record FROM {self.table} WHERE row = ?", (row,)).fetchone()[0]
        return found

    def records(self) -> list[tuple[int, int | None]]:
        """(row, the record it is) for every staged row."""
        return self.db.execute(f"SELECT row, record FROM {self.table} ORDER BY row").fetchall()

    def is_written(self, row: int) -> bool:
        """Will this row be a new record or change one?"""
        found = self.db.execute(f"SELECT 1 FROM {self.table} WHERE row = ? AND {_IS_WRITTEN}", (row,))
        return bool(found.fetchone())

    def has(self, row: int) -> bool:
        return bool(self.db.execute(f"SELECT 1 FROM {self.table} WHERE row = ?", (row,)).fetchone())

    def point(self, row: int, record: int | None) -> None:
        """Say which record a row is (None: a new one)."""
        self.db.execute(f"UPDATE {self.table} SET record = ? WHERE row = ?", (record, row))

    def leave_out(self, rows: Sequence[int]) -> None:
        self.db.executemany(f"DELETE FROM {self.table} WHERE row = ?", ((row,) for row in rows))

    def saying(self, key: str, words: Collection[str]) -> list[int]:
        """The rows that say one of these words in a field."""
        wanted = f'"{key}" IN ({", ".join("?" * len(words))})'
        found = self.db.execute(f"SELECT row FROM {self.table} WHERE {wanted} ORDER BY row", (*words,))
        return [row for (row,) in found]

    def decide(self, row: int, verdict: str) -> None:
        self.db.execute(f"UPDATE {self.table} SET verdict = ? WHERE row = ?", (verdict, row))

    def repeat(self, row: int, first: int, of: Stage) -> None:
        """The row says again what an earlier row (of this sheet, or an earlier one) says: it stands for that record."""
        (record,) = self.db.execute(f"SELECT record FROM {of.table} WHERE row = ?", (first,)).fetchone()
        self.db.execute(
            f"UPDATE {self.table} SET verdict = '{SAME}', record = ? WHERE row = ?",
            (record if record is not None else of.reference(first), row),
        )
        self.repeated[row] = of.reference(first)

    def reject(self, row: int) -> None:
        """A row that was refused before it could be staged is counted all the same; one that was staged keeps what it
        says, and is no record's."""
        self.db.execute(
            f"INSERT INTO {self.table}(row, verdict) VALUES (?, '{REJECTED}')"
            " ON CONFLICT(row) DO UPDATE SET verdict = excluded.verdict, record = NULL",
            (row,),
        )

    def judge(self) -> None:
        """Find the rows that change their record; a blank changes nothing."""
        differs = " OR ".join(f'(s."{key}" IS NOT NULL AND s."{key}" IS NOT t."{key}")' for key in self.filled) or "0"
        self.db.execute(
            f"UPDATE {self.table} AS s SET verdict = '{CHANGED}' WHERE verdict IS NULL AND record IS NOT NULL"
            f' AND EXISTS (SELECT 1 FROM "{self.record.noun}" t WHERE t.id = s.record AND ({differs}))'
        )

    def changing_much(self, parts: Sequence[str]) -> list[tuple[int, int]]:
        """(row, record) for rows that change two or more of these fields of their record."""
        changes = " + ".join(f'coalesce(s."{part}" <> t."{part}", 0)' for part in parts)
        return self.db.execute(
            f'SELECT s.row, t.id FROM {self.table} s JOIN "{self.record.noun}" t ON t.id = s.record'
            f" WHERE s.verdict = '{CHANGED}' AND {changes} > 1 ORDER BY s.row"
        ).fetchall()

    def judge_again(self, rows: Sequence[int]) -> None:
        """Judge rows anew that were judged to change their record, and of which something was struck out since."""
        self.db.executemany(f"UPDATE {self.table} SET verdict = NULL WHERE row = ?", ((row,) for row in rows))
        self.judge()

    def changing_with(self, noun: str, key: str) -> list[tuple[int, int]]:
        """(row, record) for the rows that change a record to which a record of another noun belongs by its ``key``."""
        return self.db.execute(
            f"SELECT row, record FROM {self.table} s WHERE verdict = '{CHANGED}'"
            f' AND EXISTS (SELECT 1 FROM "{noun}" t WHERE t."{key}" = s.record) ORDER BY row'
        ).fetchall()

    # -- what new rows lack

    def lacking(self, keys: Sequence[str]) -> Iterator[tuple[int, dict[str, Value]]]:
        """New rows in which one of ``keys`` is blank, with all their values."""
        return self.new_rows(" OR ".join(f'"{key}" IS NULL' for key in keys) or "0")

    def new_rows(self, where: str = "1") -> Iterator[tuple[int, dict[str, Value]]]:
        """Rows not decided yet that are no record of the ledger, with all their values."""
        return self.open_rows(f"record IS NULL AND ({where})")

    def open_rows(self, where: str = "1") -> Iterator[tuple[int, dict[str, Value]]]:
        """Rows not decided yet, with all their values. They may be changed or decided meanwhile: a few thousand are
        read at a time, so that memory does not grow with them."""
        last = 0
        sql = (
            f"SELECT row, {self.columns()} FROM {self.table}"
            f" WHERE row > ? AND verdict IS NULL AND ({where}) ORDER BY row LIMIT {_AT_A_TIME}"
        )
        while rows := self.db.execute(sql, (last,)).fetchall():
            for row, *values in rows:
                yield row, dict(zip(self.record.keys, values, strict=True))
            last = rows[-1][0]

    def any_new(self) -> bool:
        return bool(self.db.execute(f"SELECT 1 FROM {self.table} WHERE {IS_NEW} LIMIT 1").fetchone())

    def fill_defaults(self, keys: Container[str]) -> None:
        """What a blank in one of ``keys`` means in a new record."""
        for field in self.record.fields:
            if field.default and field.key in keys:
                filled = self.db.execute(
                    f'UPDATE {self.table} SET "{field.key}" = ? WHERE {IS_NEW} AND "{field.key}" IS NULL',
                    (field.default,),
                )
                self._filled |= {field.key} if filled.rowcount else set()

    def fill(self, row: int, values: Mapping[str, Value]) -> None:
        self._filled.update(values)
        for key, value in values.items():
            self.db.execute(f'UPDATE {self.table} SET "{key}" = ? WHERE row = ?', (value, row))

    def number(self, dated: str, others: Sequence[Stage]) -> None:
        """Give new rows without a number the next ones of their year, in the order of the file, after those that rows
        of the ``others`` (the sheets for this noun) have."""
        following: dict[int, int] = {}
        for row, values in self.lacking(["number"]):
            year = int(str(values.get("year") or values.get(dated) or 0)[:4])
            if year and year not in following:
                staged = (stage._highest(year) for stage in others)
                following[year] = max(records.highest_number(self.db, self.record, year), *staged)
            if year:
                following[year] += 1
                self.fill(row, {"number": records.number_text(self.record, year, following[year])})

    def _highest(self, year: int) -> int:
        prefix = f"{self.record.numbered}{year}-"
        staged = self.db.execute(
            f'SELECT max(CAST(substr("number", ?) AS INTEGER)) FROM {self.table} WHERE "number" GLOB ?',
            (len(prefix) + 1, f"{prefix}[0-9]*"),
        )
        return staged.fetchone()[0] or 0

    def differing(self, key: str) -> list[tuple[int, Value, Value]]:
        """(row, what the record has, what the row says) where both say something of ``key`` and it is not the same."""
        return self.db.execute(
            f'SELECT s.row, t."{key}", s."{key}" FROM {self.table} s JOIN "{self.record.noun}" t ON t.id = s.record'
            f' WHERE s.verdict IS NULL AND s."{key}" <> t."{key}"'
        ).fetchall()

    # -- references between sheets of one import

    def known_as(self, key: str, value: str) -> list[int]:
        """The records whose rows say this, and references to those that will be new: negative until they are written
        (see ``settle_references``)."""
        self.index(key)
        found = self.db.execute(
            f"SELECT DISTINCT coalesce(record, ? - row) FROM {self.table}"
            f" WHERE \"{key}\" = ? AND verdict IS NOT '{REJECTED}'",
            (self.reference(0), value),
        )
        return [record for (record,) in found]

    def said_of(self, record: int, key: str) -> Value:
        """What a row says of a record, or of what will be one; None when no row does."""
        if (row := self.referred(record)) is not None:
            return self.value(row, key)
        self.index("record")
        found = self.db.execute(
            f'SELECT "{key}" FROM {self.table} WHERE record = ? AND "{key}" IS NOT NULL'
            f" AND verdict IS NOT '{REJECTED}' LIMIT 1",
            (record,),
        ).fetchone()
        return found[0] if found else None

    def said(self, key: str) -> Iterator[tuple[int, Value]]:
        """(record or reference, this field) for every row that says it and was not refused."""
        present = f"\"{key}\" IS NOT NULL AND verdict IS NOT '{REJECTED}'"
        sql = f'SELECT coalesce(record, ? - row), "{key}" FROM {self.table} WHERE {present}'
        return self.db.execute(sql, (self.reference(0),))

    def reference(self, row: int) -> int:
        """What stands for a staged row until its record is written."""
        return -(self._serial << _SERIAL_BITS | row)

    def referred(self, reference: int) -> int | None:
        """The row that a reference stands for; None when it is none of this stage's."""
        serial, row = divmod(-reference, 1 << _SERIAL_BITS)
        return row if reference < 0 and serial == self._serial else None

    def index(self, key: str) -> None:
        """Make looking rows up by a field quick."""
        table = self.table.removeprefix("temp.")
        self.db.execute(f'CREATE INDEX IF NOT EXISTS temp."{table}_{key}" ON {table}("{key}")')

    def settle_references(self, earlier: Stage) -> None:
        """Put the ids that the rows of an earlier sheet have got by now in place of references to those rows."""
        lowest, highest = -((earlier._serial + 1) << _SERIAL_BITS), -(earlier._serial << _SERIAL_BITS)
        for field in self.record.reference_fields:
            if field.kind.value == earlier.record.noun:
                self.db.execute(
                    f'UPDATE {self.table} SET "{field.key}" ='
                    f" (SELECT {_written(earlier.record)} FROM {earlier.table} e"
                    f' WHERE e.row = ? - {self.table}."{field.key}")'
                    f' WHERE "{field.key}" > ? AND "{field.key}" <= ?',
                    (highest, lowest, highest),
                )

    # -- what it says

    def counts(self) -> dict[str, int]:
        sums = f"total({IS_NEW}), total(verdict = '{CHANGED}'), total(verdict = '{REJECTED}')"
        new, changed, rejected, every = self.db.execute(f"SELECT {sums}, count(*) FROM {self.table}").fetchone()
        same = every - new - changed - rejected
        return {NEW: int(new), CHANGED: int(changed), SAME: int(same), REJECTED: int(rejected)}

    def changes(self, limit: int | None = None, *, every: bool = False) -> Iterator[Change]:
        """Row by row what would be written; unchanged and rejected rows are left out unless ``every`` row is asked
        for."""
        for row, verdict, record, ours, theirs in self._beside(f"{_IS_WRITTEN} OR {every:d}", limit):
            told = ((key, ours[key], new) for key, new in theirs.items())
            differences = tuple((key, old, new) for key, old, new in told if new is not None and new != old)
            yield Change(row, verdict, record, differences)

    def beside(self) -> Iterator[tuple[int, int | None, dict[str, Value], dict[str, Value]]]:
        """(row, the record it is, what the record has, what the row says) for every row that was not refused."""
        for row, _, record, ours, theirs in self._beside(f"verdict IS NOT '{REJECTED}'"):
            yield row, record, ours, theirs

    def _beside(
        self, where: str, limit: int | None = None
    ) -> Iterator[tuple[int, str, int | None, dict[str, Value], dict[str, Value]]]:
        cursor = self.db.execute(
            f"SELECT s.row, {_VERDICT}, s.record, {self.columns('s.')}, {self.columns('t.')} FROM {self.table} s"
            f' LEFT JOIN "{self.record.noun}" t ON t.id = s.record WHERE {where} ORDER BY s.row LIMIT ?',
            (-1 if limit is None else limit,),
        )
        keys, width = self.record.keys, len(self.record.keys)
        for row, verdict, record, *values in cursor:
            theirs, ours = (dict(zip(keys, half, strict=True)) for half in (values[:width], values[width:]))
            yield row, verdict, record, ours, theirs

    def new_values(self) -> Iterator[dict[str, Value]]:
        """The staged values of every row that is a new record."""
        cursor = self.db.execute(f"SELECT {self.columns()} FROM {self.table} WHERE {IS_NEW} ORDER BY row")
        return (dict(zip(self.record.keys, values, strict=True)) for values in cursor)

    def changing(self, key: str) -> list[tuple[int, Value, Value]]:
        """(record, old, new) for every record whose ``key`` would change."""
        return self.db.execute(
            f'SELECT s.record, t."{key}", s."{key}" FROM {self.table} s JOIN "{self.record.noun}" t ON t.id = s.record'
            f' WHERE s.verdict = \'{CHANGED}\' AND s."{key}" <> t."{key}" ORDER BY s.row'
        ).fetchall()

    def absent(self, others: Iterable[Stage] = ()) -> Iterator[int]:
        """Records that no row names, neither here nor in ``others`` of the same noun."""
        named = " UNION ALL ".join(
            f"SELECT record FROM {stage.table} WHERE record IS NOT NULL" for stage in (self, *others)
        )
        cursor = self.db.execute(f'SELECT id FROM "{self.record.noun}" WHERE id NOT IN ({named}) ORDER BY id')
        return (row for (row,) in cursor)

    @property
    def filled(self) -> list[str]:
        """The fields in which any row may hold something; the others are blank in all of them."""
        return [key for key in self.record.keys if key in self._filled]

    def columns(self, prefix: str = "") -> str:
        return ", ".join(f'{prefix}"{key}"' for key in self.record.keys)

    # -- organizations that are registered along the way

    def used(self, key: str) -> set[Value]:
        """The references of the rows that will be written."""
        found = self.db.execute(f'SELECT DISTINCT "{key}" FROM {self.table} WHERE {_IS_WRITTEN}')
        return {value for (value,) in found}

    def replace_reference(self, key: str, old: int, new: int) -> None:
        """Organizations that are registered along the way have negative numbers until they are written."""
        self.index(key)
        self.db.execute(f'UPDATE {self.table} SET "{key}" = ? WHERE "{key}" = ?', (new, old))


def _written(record: Record) -> str:
    """An SQL expression: the id that a row which was new has got by now, by the strongest natural key that applies."""
    ids = [
        f'(SELECT min(t.id) FROM "{record.noun}" t WHERE {condition})'
        for condition, _ in records.key_conditions(record, "t.", "e.")
    ]
    return f"coalesce({', '.join(ids)}, NULL)"
