"""Read records for a list: filters, order, limit, with references shown by name or number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from zhengshe.models import CREATED_AT, ID, ORG, UPDATED_AT, Field, Kind, Record
from zhengshe.values import Value

_SHOWN_BY = {Kind.ORG: "name", Kind.PROJECT: "number"}


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
) -> Iterator[tuple[Value, ...]]:
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

    shown = ", ".join(column(field.key) for field in fields)
    conditions, parameters = _where(record, filters, joins)
    ordered = [f"{column(key)}{' DESC' if down else ''}" for key, down in order] + ["t.id"]
    sql = (
        f'SELECT {shown} FROM "{record.noun}" t {" ".join(joins.values())}'
        f" WHERE {conditions} ORDER BY {', '.join(ordered)}"
    )
    if limit is not None:
        sql += " LIMIT ?"
        parameters.append(limit)
    return db.execute(sql, parameters)


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
) -> Iterator[tuple[Value, ...]]:
    """(key values …, number of records, sum of each field …, the records' numbers) for every combination that occurs.

    The numbers name the records behind a figure: P2026-001、P2026-002, or #7 for records without one.
    """
    joins: dict[str, str] = {}
    conditions, parameters = _where(record, filters, joins)
    names = "".join(f't."{field.key}", ' for field in keys)
    totals = "".join(f'sum(t."{field.key}"), ' for field in sums)
    number = 't."number"' if record.numbered else "'#' || t.id"
    grouped = f"GROUP BY {names.rstrip(', ')}" if keys else ""
    return db.execute(
        f"SELECT {names}count(*), {totals}group_concat({number}, '、')"
        f' FROM "{record.noun}" t {" ".join(joins.values())} WHERE {conditions} {grouped}'
        f" ORDER BY {names}count(*)",
        parameters,
    )


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
