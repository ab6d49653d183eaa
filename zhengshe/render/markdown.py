"""Markdown: pipe tables (GitHub's), aligned also to the eye."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TextIO

from zhengshe.render.aligned import measured
from zhengshe.render.blocks import NOTHING
from zhengshe.render.cells import ColumnForm, formatted, heads, shown
from zhengshe.render.text import one_line, pad, pad_left, width
from zhengshe.reports.report import Chart, Column, Heading, Paragraph, Report, Table
from zhengshe.values import SHOW_FORMS

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~]|&(?=#?\w+;)")
_ESCAPED = r"\\\g<0>"
_LINE_END = re.compile(r"\r\n|[\r\n]")


def escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return one_line(_SPECIAL.sub(_ESCAPED, text))


def write(report: Report, stream: TextIO, unit: str) -> None:
    for number, block in enumerate(report.blocks):
        if number:
            stream.write("\n")
        if isinstance(block, Heading):
            stream.write(f"{'#' * block.level} {escape(block.text)}\n")
        elif isinstance(block, Paragraph):
            stream.write("\n\n".join(map(escape, block.text.splitlines())) + "\n")
        else:
            _write_table(block.table if isinstance(block, Chart) else block, stream, unit)


def _write_table(table: Table, stream: TextIO, unit: str) -> None:
    if table.title:
        stream.write(f"**{escape(table.title)}**\n\n")
    labels = [escape(label) for label in heads(table.columns, unit)]
    forms = [_form(column, unit) for column in table.columns]
    if table.card:
        written = _write_cards(labels, formatted(table.rows, forms), stream)
    else:
        right = [column.kind.is_number for column in table.columns]
        with measured(labels, table.rows, forms) as (widths, rows):
            written = _write_rows(labels, right, widths, rows, stream)
    if not written:
        stream.write(f"\n{NOTHING}\n")
    if table.note:
        stream.write(f"\n注：{escape(table.note)}\n")


def _write_rows(
    labels: Sequence[str], right: Sequence[bool], widths: Sequence[int], rows: Iterable[Sequence[str]], stream: TextIO
) -> int:
    """The pipe table; how many rows it had."""
    widths = [max(cells, 3) for cells in widths]  # the rule needs three dashes
    pads = [pad_left if at_right else pad for at_right in right]

    def line(cells: Sequence[str]) -> str:
        return (
            "| " + " | ".join(fill(cell, wide) for fill, cell, wide in zip(pads, cells, widths, strict=True)) + " |\n"
        )

    stream.write(line(labels))
    rule = ["-" * (wide - 1) + (":" if at_right else "-") for wide, at_right in zip(widths, right, strict=True)]
    stream.write("| " + " | ".join(rule) + " |\n")
    written = 0
    for cells in rows:
        stream.write(line(cells))
        written += 1
    return written


def _write_cards(labels: Sequence[str], batches: Iterable[Sequence[Sequence[str]]], stream: TextIO) -> int:
    """A table of two columns for each record."""
    written = 0
    for columns in batches:
        for cells in zip(*columns, strict=True):
            stream.write("\n" if written else "")
            widths = [max(map(width, ("项目", *labels))), max(map(width, ("内容", *cells)))]
            _write_rows(("项目", "内容"), (False, False), widths, zip(labels, cells, strict=True), stream)
            written += 1
    return written


def _form(column: Column, unit: str) -> ColumnForm:
    show = shown(column, unit)
    if column.kind in SHOW_FORMS:
        return lambda values: [show(value) for value in values]
    return lambda values: [one_line(_LINE_END.sub("<br>", _SPECIAL.sub(_ESCAPED, show(value)))) for value in values]
