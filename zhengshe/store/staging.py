"""Rows on their way in: a temporary table beside the real one, compared and moved by whole sets.

A plan of a million rows must not live in Python's memory, and a row at a time would take three times as long. So rows
are staged as they are read; which record each one is and what it would change are a few statements over the whole
table, and so is the writing (see bulk).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable, Iterator, Sequence
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
        self._db = db
        self._serial = next(_serial)
        self._by_weaker_key = False  # may a row have been matched by another natural key than the first?
        self._filled: set[str] = set()  # fields that may hold anything at all
        self.table = f"temp.stage_{self._serial}"
        columns = ", ".join(f'"{key}"' for key in record.keys)
        db.execute(f"CREATE TABLE {self.table}(row INTEGER PRIMARY KEY, record INTEGER, verdict TEXT, {columns})")

    def drop(self) -> None:
        self._db.execute(f"DROP TABLE IF EXISTS {self.table}")

    def add(self, keys: Sequence[str], batches: Iterable[Batch]) -> None:
        """Stage batches of rows, their values by column in the order of ``keys``, in one transaction of the temporary
        database."""
        self._filled.update(keys)
        names = ", ".join(f'"{key}"' for key in ("row", *keys))
        width = len(keys) + 1
        marks = f"({', '.join('?' * width)})"
        own = not self._db.in_transaction
        if own:
            self._db.execute("BEGIN")
        try:
            for numbers, columns in batches:
                # one statement for all rows of a batch takes half the time of one for each
                cells: list[Value] = [None] * (width * len(numbers))
                for place, column in enumerate((numbers, *columns)):
                    cells[place::width] = column
                every = ", ".join([marks] * len(numbers))
                self._db.execute(f"INSERT INTO {self.table}({names}) VALUES {every}", cells)
        finally:
            if own:
                self._db.execute("COMMIT")

    # -- which record is it

    def match(self) -> None:
        """Find the record each row is, by the strongest natural key that applies (see records.key_conditions)."""
        if not self._db.execute(f'SELECT 1 FROM "{self.record.noun}" LIMIT 1').fetchone():
            return
        for place, (condition, needed) in enumerate(records.key_conditions(self.record, "t.", "s.")):
            present = "".join(f' AND s."{key}" IS NOT NULL' for key in needed)
            tried = self._db.execute(
                f"UPDATE {self.table} AS s SET record ="
                f' (SELECT t.id FROM "{self.record.noun}" t WHERE {condition} ORDER BY t.id LIMIT 1)'
                f" WHERE s.record IS NULL{present}"
            )
            self._by_weaker_key |= place > 0 and tried.rowcount > 0

    def ambiguous(self) -> list[tuple[int, int]]:
        """(row, how many records fit) for rows whose key fits several records."""
        found: list[tuple[int, int]] = []
        conditions = [*records.key_conditions(self.record, "t.", "s.")] if self._by_weaker_key else []
        for condition, needed in conditions[1:]:
            present = "".join(f' AND s."{key}" IS NOT NULL' for key in needed)
            found += self._db.execute(
                f'SELECT s.row, (SELECT count(*) FROM "{self.record.noun}" t WHERE {condition}) AS fits'
                f" FROM {self.table} s WHERE s.record IS NOT NULL{present} AND s.verdict IS NULL"
                f' AND NOT EXISTS (SELECT 1 FROM "{self.record.noun}" t WHERE t.id = s.record AND {self._first_key()})'
                " AND fits > 1"
            )
        return found

    def _first_key(self) -> str:
        condition, _ = next(iter(records.key_conditions(self.record, "t.", "s.")))
        return condition

    def twins(self, *, any_new: bool) -> Iterator[tuple[int, int, bool]]:
        """(row, earlier row, whether it adds or changes anything) for rows that name what an earlier row names."""
        pairs = dict(self._repeated("record", "verdict IS NULL AND record IS NOT NULL", "1"))
        pairs = self._new_twins() | pairs if any_new else pairs
        for row, first in sorted(pairs.items()):
            yield row, first, self._adds_to(row, first)

    def _new_twins(self) -> dict[int, int]:
        pairs: dict[int, int] = {}
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
        return pairs

    def _repeated(self, keys: str, where: str, condition: str) -> list[tuple[int, int]]:
        """(row, first row) for rows whose ``keys`` an earlier row has too, if the pair fits ``condition``."""
        table = self.table
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
        return bool(self._db.execute(f"SELECT 1 FROM {self.table} WHERE {blank} LIMIT 1").fetchone())

    def _adds_to(self, row: int, first: int) -> bool:
        """Does the later row say anything that the earlier one does not?"""
        differs = " OR ".join(f'(b."{key}" IS NOT NULL AND b."{key}" IS NOT a."{key}")' for key in self.record.keys)
        sql = f"SELECT {differs} FROM {self.table} a, {self.table} b WHERE a.row = ? AND b.row = ?"
        return bool(self._db.execute(sql, (first, row)).fetchone()[0])

    def value(self, row: int, key: str) -> Value:
        found: Value = self._db.execute(f'SELECT "{key}" FROM {self.table} WHERE row = ?', (row,)).fetchone()[0]
        return found

    def record_of(self, row: int) -> int | None:
        found: int | None = self._db.execute(f"SELECT record FROM {self.table} WHERE row = ?", (row,)).fetchone()[0]
        return found

    def records(self) -> list[tuple[int, int | None]]:
        """(row, the record it is) for every staged row."""
        return self._db.execute(f"SELECT row, record FROM {self.table} ORDER BY row").fetchall()

    def is_written(self, row: int) -> bool:
        """Will this row be a new record or change one?"""
        found = self._db.execute(f"SELECT 1 FROM {self.table} WHERE row = ? AND {_IS_WRITTEN}", (row,))
        return bool(found.fetchone())

    def has(self, row: int) -> bool:
        return bool(self._db.execute(f"SELECT 1 FROM {self.table} WHERE row = ?", (row,)).fetchone())

    def point(self, row: int, record: int | None) -> None:
        """Say which record a row is (None: a new one)."""
        self._db.execute(f"UPDATE {self.table} SET record = ? WHERE row = ?", (record, row))

    def leave_out(self, rows: Sequence[int]) -> None:
        self._db.executemany(f"DELETE FROM {self.table} WHERE row = ?", ((row,) for row in rows))

    def decide(self, row: int, verdict: str) -> None:
        self._db.execute(f"UPDATE {self.table} SET verdict = ? WHERE row = ?", (verdict, row))

    def repeat(self, row: int, first: int, of: Stage) -> None:
        """The row says again what an earlier row (of this sheet, or an earlier one) says: it stands for that record."""
        (record,) = self._db.execute(f"SELECT record FROM {of.table} WHERE row = ?", (first,)).fetchone()
        self._db.execute(
            f"UPDATE {self.table} SET verdict = '{SAME}', record = ? WHERE row = ?",
            (record if record is not None else of.reference(first), row),
        )

    def reject(self, row: int) -> None:
        """A row that was refused before it could be staged is counted all the same."""
        self._db.execute(f"INSERT OR REPLACE INTO {self.table}(row, verdict) VALUES (?, '{REJECTED}')", (row,))

    def judge(self) -> None:
        """Find the rows that change their record; a blank changes nothing."""
        differs = " OR ".join(f'(s."{key}" IS NOT NULL AND s."{key}" IS NOT t."{key}")' for key in self.filled) or "0"
        self._db.execute(
            f"UPDATE {self.table} AS s SET verdict = '{CHANGED}' WHERE verdict IS NULL AND record IS NOT NULL"
            f' AND EXISTS (SELECT 1 FROM "{self.record.noun}" t WHERE t.id = s.record AND ({differs}))'
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
            f"SELECT row, {self.columns()} FROM {self.table}"
            f" WHERE row > ? AND {IS_NEW} AND ({where}) ORDER BY row LIMIT {_AT_A_TIME}"
        )
        while rows := self._db.execute(sql, (last,)).fetchall():
            for row, *values in rows:
                yield row, dict(zip(self.record.keys, values, strict=True))
            last = rows[-1][0]

    def any_new(self) -> bool:
        return bool(self._db.execute(f"SELECT 1 FROM {self.table} WHERE {IS_NEW} LIMIT 1").fetchone())

    def fill_defaults(self, keys: Container[str]) -> None:
        """What a blank in one of ``keys`` means in a new record."""
        for field in self.record.fields:
            if field.default and field.key in keys:
                filled = self._db.execute(
                    f'UPDATE {self.table} SET "{field.key}" = ? WHERE {IS_NEW} AND "{field.key}" IS NULL',
                    (field.default,),
                )
                self._filled |= {field.key} if filled.rowcount else set()

    def fill(self, row: int, values: dict[str, Value]) -> None:
        self._filled.update(values)
        for key, value in values.items():
            self._db.execute(f'UPDATE {self.table} SET "{key}" = ? WHERE row = ?', (value, row))

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
            f'SELECT max(CAST(substr("number", ?) AS INTEGER)) FROM {self.table} WHERE "number" GLOB ?',
            (len(prefix) + 1, f"{prefix}[0-9]*"),
        )
        return staged.fetchone()[0] or 0

    def differing(self, key: str) -> list[tuple[int, Value, Value]]:
        """(row, what the record has, what the row says) where both say something of ``key`` and it is not the same."""
        return self._db.execute(
            f'SELECT s.row, t."{key}", s."{key}" FROM {self.table} s JOIN "{self.record.noun}" t ON t.id = s.record'
            f' WHERE s.verdict IS NULL AND s."{key}" <> t."{key}"'
        ).fetchall()

    def repeats(self, earlier: Stage) -> Iterator[tuple[int, int, bool]]:
        """(row, row of ``earlier``, whether it adds anything) for new rows that an earlier sheet will register."""
        differs = " OR ".join(f'(b."{key}" IS NOT NULL AND b."{key}" IS NOT a."{key}")' for key in self.record.keys)
        seen: set[int] = set()
        for condition, needed in records.key_conditions(self.record, "a.", "b."):
            present = "".join(f' AND b."{key}" IS NOT NULL' for key in needed)
            found = self._db.execute(
                f"SELECT b.row, a.row, {differs} FROM {self.table} b JOIN {earlier.table} a ON {condition}"
                f" WHERE a.verdict IS NULL AND a.record IS NULL"
                f" AND b.verdict IS NULL AND b.record IS NULL{present} ORDER BY b.row"
            ).fetchall()
            for row, first, adds in found:
                if row not in seen:
                    seen.add(row)
                    yield row, first, bool(adds)

    # -- rows told along the way, of what belongs to the rows of another stage

    def belong_to(self, owners: Stage, key: str, said: Sequence[str]) -> None:
        """Make every row belong to the record of the same row of ``owners``. Rows that say nothing of ``said``, or
        whose owner is refused, are left out."""
        self._filled.add(key)
        self._db.execute(
            f'UPDATE {self.table} AS s SET "{key}" ='
            f" (SELECT coalesce(o.record, ? - o.row)"
            f" FROM {owners.table} o WHERE o.row = s.row AND o.verdict IS NOT '{REJECTED}')",
            (owners.reference(0),),
        )
        silent = " AND ".join(f'"{name}" IS NULL' for name in said)
        self._db.execute(f'DELETE FROM {self.table} WHERE "{key}" IS NULL OR ({silent})')

    def fill_from(self, key: str, source: str, of: Stage | None = None) -> None:
        """Fill a blank with another field of the row, or with a field of the same row of another stage."""
        self._filled.add(key)
        value = f'"{source}"' if of is None else f'(SELECT "{source}" FROM {of.table} o WHERE o.row = s.row)'
        self._db.execute(f'UPDATE {self.table} AS s SET "{key}" = {value} WHERE "{key}" IS NULL')

    def number_within(self, owner: str, key: str) -> None:
        """Number the rows of each owner in the order of the file."""
        self._filled.add(key)
        self._db.execute(
            f'UPDATE {self.table} AS s SET "{key}" = n.place FROM (SELECT row,'
            f' row_number() OVER (PARTITION BY "{owner}" ORDER BY row) AS place FROM {self.table}) n'
            f' WHERE n.row = s.row AND "{key}" IS NULL'
        )

    def drop_other_days(self, owner: str, key: str, days: Sequence[str]) -> list[int]:
        """Leave out the rows whose ``key`` was only counted and whose record has another day than the row: it is most
        likely another one; returns the rows."""
        differs = " OR ".join(f's."{day}" <> t."{day}"' for day in days) or "0"
        self._index(owner)
        found = self._db.execute(
            f'SELECT s.row FROM {self.table} s JOIN "{self.record.noun}" t ON t."{owner}" = s."{owner}"'
            f' AND t."{key}" = s."{key}" WHERE {differs} ORDER BY s.row'
        )
        return self._drop(found)

    def drop_said_better(self, owner: str, better: Stage) -> None:
        """Leave out the rows of owners of whom another stage says the same kind of thing."""
        self._db.execute(f'DELETE FROM {self.table} WHERE "{owner}" IN (SELECT "{owner}" FROM {better.table})')

    def drop_known_better(self, owner: str) -> list[int]:
        """Leave out the rows of owners of whom the ledger has more such records than the file; returns the rows."""
        self._index(owner)
        found = self._db.execute(
            f'SELECT row FROM {self.table} s WHERE "{owner}" > 0 AND (SELECT count(*) FROM "{self.record.noun}" t'
            f' WHERE t."{owner}" = s."{owner}") > (SELECT count(*) FROM {self.table} p WHERE p."{owner}" = s."{owner}")'
        )
        return self._drop(found)

    def drop_lacking(self, keys: Sequence[str]) -> list[int]:
        """Leave out the rows in which one of ``keys`` is blank; returns them."""
        blank = " OR ".join(f'"{key}" IS NULL' for key in keys)
        return self._drop(self._db.execute(f"SELECT row FROM {self.table} WHERE {blank}"))

    def _drop(self, found: Iterable[tuple[int]]) -> list[int]:
        rows = [row for (row,) in found]
        self.leave_out(rows)
        return rows

    # -- references between sheets of one import

    def new_rows_with(self, key: str, value: str) -> list[int]:
        """References to rows that will be new records: negative until they are written (see ``settle_references``)."""
        self._index(key)
        found = self._db.execute(f'SELECT row FROM {self.table} WHERE "{key}" = ? AND {IS_NEW}', (value,)).fetchall()
        return [self.reference(row) for (row,) in found]

    def reference(self, row: int) -> int:
        """What stands for a staged row until its record is written."""
        return -(self._serial << _SERIAL_BITS | row)

    def referred(self, reference: int) -> int | None:
        """The row that a reference stands for; None when it is none of this stage's."""
        serial, row = divmod(-reference, 1 << _SERIAL_BITS)
        return row if reference < 0 and serial == self._serial else None

    def _index(self, key: str) -> None:
        table = self.table.removeprefix("temp.")
        self._db.execute(f'CREATE INDEX IF NOT EXISTS temp."{table}_{key}" ON {table}("{key}")')

    def settle_references(self, earlier: Stage) -> None:
        """Put the ids that the rows of an earlier sheet have got by now in place of references to those rows."""
        lowest, highest = -((earlier._serial + 1) << _SERIAL_BITS), -(earlier._serial << _SERIAL_BITS)
        for field in self.record.reference_fields:
            if field.kind.value == earlier.record.noun:
                self._db.execute(
                    f'UPDATE {self.table} SET "{field.key}" ='
                    f" (SELECT {_written(earlier.record)} FROM {earlier.table} e"
                    f' WHERE e.row = ? - {self.table}."{field.key}")'
                    f' WHERE "{field.key}" > ? AND "{field.key}" <= ?',
                    (highest, lowest, highest),
                )

    # -- what it says

    def counts(self) -> dict[str, int]:
        sums = f"total({IS_NEW}), total(verdict = '{CHANGED}'), total(verdict = '{REJECTED}')"
        new, changed, rejected, every = self._db.execute(f"SELECT {sums}, count(*) FROM {self.table}").fetchone()
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
        cursor = self._db.execute(
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
        cursor = self._db.execute(f"SELECT {self.columns()} FROM {self.table} WHERE {IS_NEW} ORDER BY row")
        return (dict(zip(self.record.keys, values, strict=True)) for values in cursor)

    def changing(self, key: str) -> list[tuple[int, Value, Value]]:
        """(record, old, new) for every record whose ``key`` would change."""
        return self._db.execute(
            f'SELECT s.record, t."{key}", s."{key}" FROM {self.table} s JOIN "{self.record.noun}" t ON t.id = s.record'
            f' WHERE s.verdict = \'{CHANGED}\' AND s."{key}" <> t."{key}" ORDER BY s.row'
        ).fetchall()

    def absent(self, others: Iterable[Stage] = ()) -> Iterator[int]:
        """Records that no row names, neither here nor in ``others`` of the same noun."""
        named = " UNION ALL ".join(
            f"SELECT record FROM {stage.table} WHERE record IS NOT NULL" for stage in (self, *others)
        )
        cursor = self._db.execute(f'SELECT id FROM "{self.record.noun}" WHERE id NOT IN ({named}) ORDER BY id')
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
        found = self._db.execute(f'SELECT DISTINCT "{key}" FROM {self.table} WHERE {_IS_WRITTEN}')
        return {value for (value,) in found}

    def replace_reference(self, key: str, old: int, new: int) -> None:
        """Organizations that are registered along the way have negative numbers until they are written."""
        self._index(key)
        self._db.execute(f'UPDATE {self.table} SET "{key}" = ? WHERE "{key}" = ?', (new, old))


def _written(record: Record) -> str:
    """An SQL expression: the id that a row which was new has got by now, by the strongest natural key that applies."""
    ids = [
        f'(SELECT min(t.id) FROM "{record.noun}" t WHERE {condition})'
        for condition, _ in records.key_conditions(record, "t.", "e.")
    ]
    return f"coalesce({', '.join(ids)}, NULL)"
