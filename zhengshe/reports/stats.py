"""Cross tables: how many records, and how much money, by the values of some fields."""

from __future__ import annotations

from collections.abc import Sequence

from zhengshe.models import Field, Kind, Record
from zhengshe.reports.report import Column, Table
from zhengshe.store import query
from zhengshe.store.connection import Connection
from zhengshe.values import Value

UNKNOWN = "未填"


def by(db: Connection, record: Record, keys: Sequence[Field], filters: Sequence[query.Filter] = ()) -> Table:
    """Counts and sums of every money field by the values of ``keys``, with a line of totals."""
    sums = [field for field in record.fields if field.kind is Kind.MONEY]
    groups = [list(row) for row in query.group(db, record, keys, sums, filters)]
    for row in groups:
        row[: len(keys)] = [UNKNOWN if value is None else value for value in row[: len(keys)]]
    totals = [sum(int(row[place] or 0) for row in groups) for place in range(len(keys), len(keys) + 1 + len(sums))]
    total: list[Value] = ["合计", *[None] * (len(keys) - 1), *totals]
    # a group's label is shown as text: 2025 年 is not a quantity, and 未填 and 合计 stand in the same column
    columns = [Column(field.key, field.label) for field in keys]
    columns += [Column("records", "数量", Kind.COUNT), *map(Column.of, sums)]
    return Table(columns, [*groups, total], title=f"{record.label}（按{'、'.join(field.label for field in keys)}）")
