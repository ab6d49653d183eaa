"""csv and tsv: the first table, under its Chinese heads, as ``values.reader_for`` takes it back.

The csv module looks at every character of every cell and takes half of the time of an export. Here a thousand cells are
searched at once for what needs quoting or guarding, and only a column that has some is looked at cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

from zhengshe.models import Kind
from zhengshe.render.blocks import first_table
from zhengshe.render.cells import ColumnForm, formatted
from zhengshe.render.text import one_line
from zhengshe.reports.report import Column, Report
from zhengshe.values import PLAIN_FORMS, guard_formula

# a spreadsheet runs only text; these kinds were checked when they were read and cannot begin like a formula
_CHECKED = frozenset({Kind.DATE, Kind.YEAR, Kind.COUNT, Kind.CREDIT_CODE})


def write(report: Report, stream: TextIO, *, tabs: bool, line_end: str) -> None:
    """In tsv a tab or line end within a cell becomes a blank; csv keeps them, quoted."""
    table = first_table(report)
    separator = "\t" if tabs else ","
    alone = len(table.columns) == 1  # an empty line would be no record, so a lone blank is quoted

    def lines(columns: Sequence[Sequence[str]]) -> str:
        cells = [[cell or '""' for cell in columns[0]]] if alone else columns
        return line_end.join(map(separator.join, zip(*cells, strict=True))) + line_end

    stream.write(lines([[_quoted(one_line(column.label))] for column in table.columns]))
    for columns in formatted(table.rows, [_form(column, tabs) for column in table.columns]):
        stream.write(lines(columns))


def _form(column: Column, tabs: bool) -> ColumnForm:
    if column.kind in PLAIN_FORMS:
        form = PLAIN_FORMS[column.kind]
        return lambda values: ["" if value is None else form(value) for value in values]
    if column.kind in _CHECKED:
        return lambda values: ["" if value is None else str(value) for value in values]
    return _tsv_text if tabs else _csv_text


def _csv_text(values: Sequence[Any]) -> list[str]:
    cells = ["" if value is None else str(value) for value in values]
    return cells if _harmless(cells) else [_quoted(guard_formula(cell)) for cell in cells]


def _tsv_text(values: Sequence[Any]) -> list[str]:
    cells = ["" if value is None else str(value) for value in values]
    if _harmless(cells) and "".join(cells).isprintable():
        return cells
    return [_quoted(one_line(guard_formula(cell))) for cell in cells]


def _harmless(cells: Sequence[str]) -> bool:
    """No cell needs quotes or a guard."""
    text = "\0" + "\0".join(cells)
    return not any(mark in text for mark in ",\"'\r\n\t=+@") and "\0-" not in text


def _quoted(cell: str) -> str:
    if any(mark in cell for mark in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell
