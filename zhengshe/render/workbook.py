"""xlsx: a sheet a table, real dates and numbers, codes as text, native charts.

Rows are streamed (constant memory), so each sheet's widths are set after its rows are known. Headings and paragraphs
stand on a sheet of their own, 说明, in the order of the report.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhengshe.models import Kind
from zhengshe.render.blocks import drawn, table_of
from zhengshe.render.cells import head
from zhengshe.render.text import one_line, width
from zhengshe.reports.report import Chart, Column, Heading, Paragraph, Report, Table
from zhengshe.values import Value, guard_formula, to_show

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_NARROWEST, _WIDEST = 8, 60
_FIRST_REAL_DATE = "1900-03-01"  # Excel believes in 29 February 1900
_FORMATS = {Kind.MONEY: "#,##0.00", Kind.COUNT: "#,##0", Kind.DECIMAL: "0.##", Kind.DATE: "yyyy-mm-dd", Kind.YEAR: "0"}
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31


def write(report: Report, path: Path, unit: str) -> None:
    from xlsxwriter import Workbook

    book = Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = _Styles(book)
    names: set[str] = set()
    words = [block for block in report.blocks if isinstance(block, Heading | Paragraph)]
    if any(isinstance(block, Paragraph) for block in words):
        _write_words(book.add_worksheet(_sheet_name("说明", names)), words, styles)
    for block in report.blocks:
        if table := table_of(block):
            sheet = book.add_worksheet(_sheet_name(table.title or "数据", names))
            _write_table(book, sheet, table, block if isinstance(block, Chart) else None, styles, unit)
    if not book.worksheets():
        book.add_worksheet("无记录")
    book.close()


class _Styles:
    """The few formats a workbook needs."""

    def __init__(self, book: Workbook) -> None:
        font = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        self.head = book.add_format({**font, "bold": True, "border": 1, "bg_color": "#E7EDF3", "text_wrap": True})
        self.title = book.add_format({**font, "bold": True, "font_size": 14})
        self.words = book.add_format({**font, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({**font, "border": 1, "num_format": "@", "text_wrap": True})
        self.of = {kind: book.add_format({**font, "border": 1, "num_format": form}) for kind, form in _FORMATS.items()}


def _write_words(sheet: Worksheet, words: Sequence[Heading | Paragraph], styles: _Styles) -> None:
    sheet.set_column(0, 0, 90)
    for row, block in enumerate(words):
        sheet.write_string(row, 0, block.text, styles.title if isinstance(block, Heading) else styles.words)


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name Excel accepts, and no other sheet has."""
    plain = _NOT_IN_A_NAME.sub(" ", one_line(title)).strip()[:_LONGEST_NAME] or "数据"
    name, number = plain, 2
    while name.lower() in taken:
        name = f"{plain[: _LONGEST_NAME - 3]} {number}"
        number += 1
    taken.add(name.lower())
    return name


def _write_table(
    book: Workbook, sheet: Worksheet, table: Table, chart: Chart | None, styles: _Styles, unit: str
) -> None:
    if table.card:
        _write_cards(sheet, table, styles, unit)
        return
    labels = [head(column, unit) for column in table.columns]
    widths = [width(label) for label in labels]
    for place, label in enumerate(labels):
        sheet.write_string(0, place, label, styles.head)
    writers = [_writer(sheet, column, styles, unit) for column in table.columns]
    last = 0
    for last, row in enumerate(table.rows, 1):
        for place, (put, value) in enumerate(zip(writers, row, strict=True)):
            if value is not None:
                put(last, place, value)
                widths[place] = max(widths[place], _shown_width(table.columns[place], value))
    for place, wide in enumerate(widths):
        sheet.set_column(place, place, min(max(wide + 2, _NARROWEST), _WIDEST))
    sheet.freeze_panes(1, 0)
    if last:
        sheet.autofilter(0, 0, last, len(labels) - 1)
    if table.note:
        sheet.write_string(last + 1, 0, f"注：{one_line(table.note)}")
    if chart:
        _draw(book, sheet, chart, unit)


def _write_cards(sheet: Worksheet, table: Table, styles: _Styles, unit: str) -> None:
    """Label and value, line by line; a blank line between records."""
    line = 0
    for row in table.rows:
        for column, value in zip(table.columns, row, strict=True):
            sheet.write_string(line, 0, head(column, unit), styles.head)
            if value is not None:
                _writer(sheet, column, styles, unit)(line, 1, value)
            line += 1
        line += 1
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 60)


def _shown_width(column: Column, value: Value) -> int:
    text = to_show(column.kind, value) if column.kind in _FORMATS else str(value)
    return max(map(width, text.split("\n")))


def _writer(sheet: Worksheet, column: Column, styles: _Styles, unit: str) -> Callable[[int, int, Any], object]:
    """How a value of this column is put into its cell; the choice is made once a column."""
    style = styles.of.get(column.kind)
    if column.kind is Kind.MONEY:
        divisor = 1_000_000 if unit == "万元" else 100  # the format rounds what is seen, the cell keeps the value
        return lambda row, place, value: sheet.write_number(row, place, value / divisor, style)
    if column.kind is Kind.DECIMAL:
        return lambda row, place, value: sheet.write_number(row, place, value / 100, style)
    if column.kind in (Kind.COUNT, Kind.YEAR):
        return lambda row, place, value: sheet.write_number(row, place, value, style)
    if column.kind is Kind.DATE:
        return lambda row, place, value: _write_date(sheet, row, place, value, styles)
    if column.kind is Kind.FLAG:
        return lambda row, place, value: sheet.write_string(row, place, "是" if value else "否", styles.text)
    # guarded as in csv, since a workbook is often saved as one
    return lambda row, place, value: sheet.write_string(row, place, guard_formula(str(value)), styles.text)


def _write_date(sheet: Worksheet, row: int, place: int, value: str, styles: _Styles) -> None:
    try:
        day = dt.datetime.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or value < _FIRST_REAL_DATE:
        sheet.write_string(row, place, value, styles.text)
    else:
        sheet.write_datetime(row, place, day, styles.of[Kind.DATE])


def _draw(book: Workbook, sheet: Worksheet, chart: Chart, unit: str) -> None:
    """A native chart to the right of its table."""
    points, series = drawn(chart)
    if not points or not series:
        return
    kinds = {"bar": "column", "line": "line", "pie": "pie"}
    native = book.add_chart({"type": kinds[chart.kind]})
    for each in series[:1] if chart.kind == "pie" else series:
        native.add_series(
            {
                "name": each.label,
                "categories": [sheet.get_name(), 1, 0, len(points), 0],
                "values": [sheet.get_name(), 1, each.place, len(points), each.place],
                "data_labels": {"value": chart.kind != "line", "percentage": chart.kind == "pie"},
                "marker": {"type": "automatic"},
            }
        )
    native.set_title({"name": chart.table.title, "name_font": {"size": 12}})
    if chart.kind != "pie" and any(each.kind is Kind.MONEY for each in series):
        native.set_y_axis({"name": unit})
    sheet.insert_chart(0, len(chart.table.columns) + 1, native)
