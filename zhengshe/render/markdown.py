"""Markdown: pipe tables (GitHub's), aligned also to the eye."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TextIO

from zhengshe.render.aligned import measured, padded, padded_heads
from zhengshe.render.blocks import NOTHING
from zhengshe.render.cells import ColumnForm, formatted, heads, shown
from zhengshe.render.text import one_line
from zhengshe.reports.report import Chart, Column, Heading, Paragraph, Report, Table
from zhengshe.values import SHOW_FORMS, Value

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
        right = [column.at_right for column in table.columns]
        written = _write_rows(labels, right, table.rows, forms, stream)
    if not written:
        stream.write(f"\n{NOTHING}\n")
    if table.note:
        stream.write(f"\n注：{escape(table.note)}\n")


def _write_rows(
    labels: Sequence[str],
    right: Sequence[bool],
    rows: Iterable[Sequence[Value]],
    forms: Sequence[ColumnForm],
    stream: TextIO,
) -> int:
    """The pipe table; how many rows it had."""
    written = 0
    with measured(labels, rows, forms) as (widths, waiting):
        widths = [max(wide, 3) for wide in widths]  # the rule needs three dashes
        stream.write(_line(padded_heads(labels, widths, right)))
        rule = ("-" * (wide - 1) + (":" if at_right else "-") for wide, at_right in zip(widths, right, strict=True))
        stream.write(_line(rule))
        for columns in padded(waiting, widths, right):
            lines = list(map(_line, zip(*columns, strict=True)))
            stream.write("".join(lines))
            written += len(lines)
    return written


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _write_cards(labels: Sequence[str], batches: Iterable[Sequence[Sequence[str]]], stream: TextIO) -> int:
    """A table of two columns for each record."""
    written = 0
    for columns in batches:
        for cells in zip(*columns, strict=True):
            stream.write("\n" if written else "")
            pairs = zip(labels, cells, strict=True)
            _write_rows(("项目", "内容"), (False, False), pairs, (list, list), stream)
            written += 1
    return written


def _form(column: Column, unit: str) -> ColumnForm:
    show = shown(column, unit)
    if column.kind in SHOW_FORMS:
        return lambda values: [show(value) for value in values]

    def form(values: Sequence[Value]) -> list[str]:
        cells = [show(value) for value in values]
        whole = "".join(cells)
        if whole.isprintable() and not _SPECIAL.search(whole):
            return cells
        return [one_line(_LINE_END.sub("<br>", _SPECIAL.sub(_ESCAPED, cell))) for cell in cells]

    return form
