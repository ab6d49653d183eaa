"""Charts where nothing can be drawn: bars and sparklines of block characters, which GBK has too."""

from __future__ import annotations

from collections.abc import Sequence

from zhengshe.render.blocks import TOTAL, drawn
from zhengshe.reports.report import Chart, Column, Table

_CELLS = 20
_SPARKS = "▁▂▃▄▅▆▇█"


def with_bars(chart: Chart) -> Table:
    """The table of a chart with a last column of bars for its last series; for lines a note with a sparkline each."""
    points, series = drawn(chart)
    table = chart.table
    if not points or not series:
        return table
    if chart.kind == "line":
        known = {each.label: [value for value in each.values if value is not None] for each in series}
        sparks = "；".join(f"{label} {_spark(values)}" for label, values in known.items() if len(values) > 1)
        return table._replace(note="　".join(filter(None, (table.note, sparks and f"走势：{sparks}"))))
    last = series[-1]
    most = max([value or 0 for value in last.values] + [1])
    rows = [(*row, None if row[0] == TOTAL else _bar(int(row[last.place] or 0), most)) for row in table.rows]
    return table._replace(columns=[*table.columns, Column("bar", f"{last.label}图示")], rows=rows)


def _bar(value: int, most: int) -> str:
    return "█" * round(_CELLS * max(value, 0) / most)


def _spark(values: Sequence[int]) -> str:
    """The years of which a figure is known, lowest to highest."""
    low, high = min(values), max(values)
    steps = len(_SPARKS) - 1
    return "".join(_SPARKS[steps * (value - low) // ((high - low) or 1)] for value in values)
