"""What of a report goes where."""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple

from zhengshe.errors import UsageError
from zhengshe.models import Kind
from zhengshe.reports.report import Block, Chart, Report, Table
from zhengshe.values import Value

NOTHING = "（无记录）"
TOTAL = "合计"


def table_of(block: Block) -> Table | None:
    """The table of a table or chart; None for words."""
    return block.table if isinstance(block, Chart) else block if isinstance(block, Table) else None


def with_footnotes(table: Table) -> Table:
    """The table with its column of footnotes below it, line by line, each after the words that its line begins with."""
    place = next((place for place, column in enumerate(table.columns) if column.footnote), None)
    if place is None:
        return table
    columns, rows = list(table.columns), [list(row) for row in table.rows]
    label = columns.pop(place).label
    words = [*takewhile(lambda word: not columns[word].at_right, range(len(columns)))]
    notes = [table.note, label] if table.note else [label]
    for row in rows:
        if numbers := row.pop(place):
            about = "、".join(str(row[word]) for word in words if row[word] is not None)
            notes.append(f"{about}：{numbers}" if about else str(numbers))
    return table._replace(columns=columns, rows=rows, note="\n".join(notes))


class Series(NamedTuple):
    """One line or set of bars of a chart: its place among the columns, its head, and a value for every point."""

    place: int
    label: str
    kind: Kind
    values: list[int | None]


def drawn(chart: Chart) -> tuple[list[str], list[Series]]:
    """The names of the points and the series of a chart, without a last line of totals."""
    rows = [row for row in chart.table.rows if row[0] != TOTAL]
    places = [place for place, column in enumerate(chart.table.columns) if column.key in chart.series]
    series = [
        Series(place, column.label, column.kind, [_number(row[place]) for row in rows])
        for place in places
        for column in [chart.table.columns[place]]
    ]
    return [str(row[0]) for row in rows], series


def _number(value: Value) -> int | None:
    return None if value is None else int(value)


def first_table(report: Report) -> Table:
    """The one table that csv, tsv and JSON hold. Raises UsageError when the report has none."""
    for block in report.blocks:
        if table := table_of(block):
            return table
    raise UsageError("这个结果里没有表格，不能这样输出；请改用 table、md、html 或 docx")
