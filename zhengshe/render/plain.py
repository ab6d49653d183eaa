"""The table format where no terminal is: aligned, whole width, uncoloured, nothing cut."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from zhengshe.render.aligned import measured, padded, padded_heads
from zhengshe.render.bars import with_bars
from zhengshe.render.blocks import NOTHING
from zhengshe.render.cells import formatted, heads, shown_line
from zhengshe.render.text import lines_of, one_line, pad, width
from zhengshe.reports.report import Chart, Heading, Paragraph, Report, Table

GAP = "  "


def write(report: Report, stream: TextIO, unit: str) -> None:
    for number, block in enumerate(report.blocks):
        if number:
            stream.write("\n")
        if isinstance(block, Heading | Paragraph):
            stream.write(lines_of(block.text) + "\n")
        else:
            write_table(with_bars(block) if isinstance(block, Chart) else block, stream, unit)


def write_table(table: Table, stream: TextIO, unit: str) -> None:
    """A table or card with its title and note."""
    if table.title:
        stream.write(f"【{one_line(table.title)}】\n")
    (_write_cards if table.card else _write_rows)(table, stream, unit)
    if table.note:
        stream.write(lines_of(f"注：{table.note}") + "\n")


def _write_rows(table: Table, stream: TextIO, unit: str) -> None:
    labels = heads(table.columns, unit)
    right = [column.at_right for column in table.columns]
    with measured(labels, table.rows, [shown_line(column, unit) for column in table.columns]) as (widths, waiting):
        stream.write(_line(padded_heads(labels, widths, right)))
        stream.write(_line("-" * wide for wide in widths))
        written = 0
        for columns in padded(waiting, widths, right):
            lines = list(map(_line, zip(*columns, strict=True)))
            stream.write("".join(lines))
            written += len(lines)
    if not written:
        stream.write(f"{NOTHING}\n")


def _line(cells: Iterable[str]) -> str:
    return GAP.join(cells).rstrip(" ") + "\n"


def _write_cards(table: Table, stream: TextIO, unit: str) -> None:
    """Label and value, line by line; a blank line between records."""
    labels = heads(table.columns, unit)
    widest = max(map(width, labels), default=0)
    written = 0
    for columns in formatted(table.rows, [shown_line(column, unit) for column in table.columns]):
        for cells in zip(*columns, strict=True):
            stream.write("\n" if written else "")
            for label, cell in zip(labels, cells, strict=True):
                stream.write(f"{pad(label, widest)}{GAP}{cell}".rstrip(" ") + "\n")
            written += 1
    if not written:
        stream.write(f"{NOTHING}\n")
