"""Read records for a list: filters, order, limit, with references shown by name or number."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from zhengshe.models import CREATED_AT, ID, ORG, UPDATED_AT, Field, Kind, Record
from zhengshe.values import CELL_END, Value, listed

_SHOWN_BY = {Kind.ORG: "name", Kind.PROJECT: "number"}
# values.PLAIN_FORMS in SQL, for packed rows; a blank gives NULL, which printf writes as nothing
_MONEY = (
    "CASE WHEN {0} >= 0 THEN printf('%d.%02d', {0} / 100, {0} % 100)"
    " WHEN {0} < 0 THEN printf('-%d.%02d', -({0} / 100), -({0} % 100)) END"
)
_PLAIN_FORMS = {
    Kind.MONEY: _MONEY,
    Kind.DECIMAL: f"rtrim(rtrim({_MONEY}, '0'), '.')",
    Kind.FLAG: "CASE WHEN {0} = 0 THEN '否' WHEN {0} NOTNULL THEN '是' END",
}


class Filter(NamedTuple):
    """One condition: ``test`` is =, >=, <=, ``starts`` (a date's year or month), ``blank`` or ``filled``.

    ``key`` is a field, or ``project.year`` for a field of the project that a record belongs to.
    """

    key: str
    test: str
    value: Value = None

    def sql(self, column: str) -> tuple[str, tuple[Value, ...]]:
        if self.test == "blank":
            return f"{column} IS NULL", ()
        if self.test == "filled":
            return f"{column} IS NOT NULL", ()
        if self.test == "starts":
            return f"{column} GLOB ?", (f"{self.value}*",)
        return f"{column} {self.test} ?", (self.value,)


class Selection:
    """Rows to be read from the store: ``columns`` in SQL with their kinds, ``source`` what follows SELECT …."""

    def __init__(
        self, db: sqlite3.Connection, columns: Sequence[tuple[str, Kind]], source: str, parameters: Sequence[Value]
    ) -> None:
        self._db = db
        self._columns = columns
        self._source = source
        self._parameters = parameters

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return self._db.execute(f"SELECT {', '.join(sql for sql, _ in self._columns)} {self._source}", self._parameters)

    def packed(self) -> Iterator[bytes]:
        """The same rows, each as one piece: its cells in their plain form, UTF-8, parted by CELL_END.

        One piece a row costs SQLite and Python a third of one a cell. A text that another program stored with a zero
        byte in it ends there, as it does for all of SQLite's own functions.
        """
        form = CELL_END.join([b"%s"] * len(self._columns)).hex()
        cells = ", ".join(_PLAIN_FORMS.get(kind, "{0}").format(sql) for sql, kind in self._columns)
        packed = f"CAST(printf(CAST(x'{form}' AS TEXT), {cells}) AS BLOB)"
        return chain.from_iterable(self._db.execute(f"SELECT {packed} {self._source}", self._parameters))


def all_fields(record: Record) -> tuple[Field, ...]:
    """The record's fields with those the store keeps, in output order."""
    return (ID, *record.fields, CREATED_AT, UPDATED_AT)


def select(
    db: sqlite3.Connection,
    record: Record,
    fields: Sequence[Field],
    filters: Sequence[Filter] = (),
    order: Sequence[tuple[str, bool]] = (),
    limit: int | None = None,
) -> Selection:
    """Rows of the given fields. ``order`` holds (key, descending); without it rows come as they were registered."""
    joins: dict[str, str] = {}

    def column(key: str) -> str:
        if key in ORG and key not in record and "org" in record:  # of the organization a record belongs to
            joins["org"] = _join("org", Kind.ORG)
            return f'"of_org"."{key}"'
        kind = record[key].kind if key in record else Kind.TEXT
        if not kind.is_reference:
            return f't."{key}"'
        joins[key] = _join(key, kind)
        return f'"of_{key}"."{_SHOWN_BY[kind]}"'

    columns = [(column(field.key), field.kind) for field in fields]
    conditions, parameters = _where(record, filters, joins)
    ordered = [f"{column(key)}{' DESC' if down else ''}" for key, down in order] + ["t.id"]
    source = f'FROM "{record.noun}" t {" ".join(joins.values())} WHERE {conditions} ORDER BY {", ".join(ordered)}'
    if limit is not None:
        source += " LIMIT ?"
        parameters.append(limit)
    return Selection(db, columns, source, parameters)


def _join(key: str, kind: Kind) -> str:
    return f'LEFT JOIN "{kind.value}" "of_{key}" ON "of_{key}".id = t."{key}"'


def count(db: sqlite3.Connection, record: Record, filters: Sequence[Filter] = ()) -> int:
    """How many records pass the filters."""
    joins: dict[str, str] = {}
    conditions, parameters = _where(record, filters, joins)
    sql = f'SELECT count(*) FROM "{record.noun}" t {" ".join(joins.values())} WHERE {conditions}'
    return int(db.execute(sql, parameters).fetchone()[0])


def group(
    db: sqlite3.Connection,
    record: Record,
    keys: Sequence[Field],
    sums: Sequence[Field] = (),
    filters: Sequence[Filter] = (),
    *,
    numbered: bool = False,
) -> Iterator[tuple[Value, ...]]:
    """(key values …, number of records, sum of each field …, the records' numbers) for every combination that occurs.

    The numbers, None unless asked for, name the records behind a figure: P2026-001、P2026-002, or payment/7 for records
    without one.
    """
    joins: dict[str, str] = {}
    conditions, parameters = _where(record, filters, joins)
    names = "".join(f't."{field.key}", ' for field in keys)
    totals = "".join(f'sum(t."{field.key}"), ' for field in sums)
    number = 't."number"' if record.numbered else f"'{record.noun}/' || t.id"
    numbers = f"json_group_array({number})" if numbered else "NULL"
    grouped = f"GROUP BY {names.rstrip(', ')}" if keys else ""
    rows = db.execute(
        f"SELECT {names}count(*), {totals}{numbers}"
        f' FROM "{record.noun}" t {" ".join(joins.values())} WHERE {conditions} {grouped}'
        f" ORDER BY {names}count(*)",
        parameters,
    )
    return ((*row[:-1], listed(json.loads(row[-1])) or None) for row in rows) if numbered else rows


def _where(record: Record, filters: Sequence[Filter], joins: dict[str, str]) -> tuple[str, list[Value]]:
    parts = ["1"]
    parameters: list[Value] = []
    for condition in filters:
        if condition.key == "org" and "org" not in record:  # what belongs to a project belongs to its organization
            joins["project"] = _join("project", Kind.PROJECT)
            target = '"of_project"."org"'
        elif condition.key.startswith("project."):
            joins["project"] = _join("project", Kind.PROJECT)
            target = f'"of_project"."{condition.key.removeprefix("project.")}"'
        else:
            target = f't."{condition.key}"'
        sql, values = condition.sql(target)
        parts.append(sql)
        parameters += values
    return " AND ".join(parts), parameters
