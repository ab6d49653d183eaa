"""csv and tsv: the first table, under its Chinese heads, as ``values.reader_for`` takes it back.

The csv module looks at every character of every cell and takes half of the time of an export. Here many rows are
searched at once for what needs quoting or guarding, and only where something does are they looked at cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TextIO

from zhengshe.errors import DatabaseError
from zhengshe.models import Kind
from zhengshe.render.blocks import first_table
from zhengshe.render.cells import ColumnForm, formatted
from zhengshe.render.text import one_line
from zhengshe.reports.report import Column, Packed, Report
from zhengshe.values import CELL_END, PLAIN_FORMS, guard_formula

# a spreadsheet runs only text; these kinds were checked when they were read and cannot begin like a formula
_CHECKED = frozenset({Kind.DATE, Kind.YEAR, Kind.COUNT, Kind.CREDIT_CODE})

_BLOCK = 200  # packed rows searched at once; what a processor keeps at hand
_ROW = b"\xfe" + CELL_END  # before each of them: like CELL_END bytes that UTF-8 does not have
_MARKS = b",\"'\r\n\t=+@"  # a cell with one of these, or with a dash in front, may need quotes or a guard


def write(report: Report, stream: TextIO, *, tabs: bool, line_end: str) -> None:
    """In tsv a tab or line end within a cell becomes a blank; csv keeps them, quoted.

    Raises DatabaseError for text that is not UTF-8 (another program's).
    """
    table = first_table(report)
    separator = "\t" if tabs else ","
    alone = len(table.columns) == 1  # an empty line would be no record, so a lone blank is quoted

    def lines(columns: Sequence[Sequence[str]]) -> str:
        cells = [[cell or '""' for cell in columns[0]]] if alone else columns
        return line_end.join(map(separator.join, zip(*cells, strict=True))) + line_end

    stream.write(lines([[_quoted(one_line(column.label))] for column in table.columns]))
    if isinstance(table.rows, Packed) and not tabs and not alone:
        stream.writelines(_unpacked(table.rows.packed(), table.columns, line_end))
        return
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


# -- a million rows: the same bytes from rows that come in one piece each ----------------------------------------------


def _unpacked(rows: Iterator[bytes], columns: Sequence[Column], line_end: str) -> Iterator[str]:
    free = [column.kind not in PLAIN_FORMS and column.kind not in _CHECKED for column in columns]
    end = line_end.encode()
    while block := list(islice(rows, _BLOCK)):
        for number in _careful(block):
            block[number] = _cell_by_cell(block[number], free)
        yield _decoded(end.join([*block, b""]).replace(CELL_END, b","))


def _careful(block: Sequence[bytes]) -> set[int]:
    """The places of the rows of which some cell may need quotes or a guard."""
    cells = _ROW.join([b"", *block])
    places = set()
    for mark in (*_MARKS, CELL_END + b"-"):
        found = cells.find(mark)
        while found >= 0:
            places.add(cells.count(_ROW[:1], 0, found) - 1)
            found = cells.find(mark, found + 1)
    return places


def _cell_by_cell(row: bytes, free: Sequence[bool]) -> bytes:
    cells = row.split(CELL_END)
    for place, cell in enumerate(cells):
        if free[place] and (cell[:1] == b"-" or cell.translate(None, _MARKS) != cell):
            cells[place] = _quoted(guard_formula(_decoded(cell))).encode()
    return CELL_END.join(cells)


def _decoded(packed: bytes) -> str:
    try:
        return packed.decode()
    except UnicodeDecodeError:
        raise DatabaseError("数据库里有不是 UTF-8 的文字（多半是别的程序写入的），请先改正再输出") from None
