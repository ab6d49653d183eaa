"""Cross tables: how many records, and how much money, by the values of some fields."""

from __future__ import annotations

from collections.abc import Sequence

from zhengshe.models import Field, Kind, Record
from zhengshe.reports.report import Column, Table
from zhengshe.store import query
from zhengshe.store.connection import Connection
from zhengshe.values import Value

UNKNOWN = "未填"
COUNT = Column("records", "数量", Kind.COUNT)
NUMBERS = Column("numbers", "依据记录", footnote=True)


def by(
    db: Connection,
    record: Record,
    keys: Sequence[Field],
    filters: Sequence[query.Filter] = (),
    *,
    title: str = "",
    footnotes: bool = False,
) -> Table:
    """Counts and sums of every money field by the values of ``keys``, with a line of totals.

    With ``footnotes`` a last column names the records behind each line.
    """
    sums = [field for field in record.fields if field.kind is Kind.MONEY]
    last = None if footnotes else -1
    lines = [list(row[:last]) for row in query.group(db, record, keys, sums, filters, numbered=footnotes)]
    lines.sort(key=lambda line: -int(line[len(keys)] or 0))
    for line in lines:
        line[: len(keys)] = [UNKNOWN if value is None else value for value in line[: len(keys)]]
    figures = range(len(keys), len(keys) + 1 + len(sums))
    totals: list[Value] = [sum(int(line[place] or 0) for line in lines) for place in figures]
    total: list[Value] = ["合计", *[None] * (len(keys) - 1), *totals, *([None] if footnotes else [])]
    # a group's label is shown as text: 2025 年 is not a quantity, and 未填 and 合计 stand in the same column
    columns = [Column(field.key, field.label) for field in keys]
    columns += [COUNT, *map(Column.of, sums), *([NUMBERS] if footnotes else [])]
    labels = "、".join(field.label for field in keys)
    return Table(columns, [*lines, total], title=title or f"{record.label}（按{labels}）")
