"""xlsx: a sheet a table, real dates and numbers, codes as text, native charts.

Rows are streamed (constant memory), so each sheet's widths are set after its rows are known. Headings and paragraphs
stand on a sheet of their own, 说明, in the order of the report.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhengshe.errors import ZhengsheError
from zhengshe.models import Kind
from zhengshe.render.blocks import NOTHING, TOTAL, drawn, table_of
from zhengshe.render.cells import head
from zhengshe.render.text import one_line, width
from zhengshe.reports.report import Chart, Column, Heading, Paragraph, Report, Table
from zhengshe.values import Value, guard_formula, to_show

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_NARROWEST, _WIDEST = 8, 60  # characters of a column
_WORDS = 70  # characters of a column of running text, which fits a page in any type
_UPRIGHT, _CHART = 90, 620  # characters that an upright page holds in this type, and pixels of a chart that it holds
_BAR, _AROUND_BARS = 24, 130  # pixels of height
_FULL = 0.8  # how full a folded line is
_LINE, _HIGHEST = 15, 409  # points of a line and, Excel's limit, of a row
_FIRST_REAL_DATE = "1900-03-01"  # Excel believes in 29 February 1900
_FORMATS = {
    Kind.MONEY: "#,##0.00",
    Kind.COUNT: "#,##0",
    Kind.DECIMAL: "General",
    Kind.DATE: "yyyy-mm-dd",
    Kind.YEAR: "0",
}
_AT_LEFT = frozenset({Kind.DATE, Kind.YEAR})  # not quantities; at the right they touch the words of the next column
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
_NOT_IN_XML = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}  # Excel calls a file with one of them damaged
_MOST_ROWS, _MOST_CHARACTERS = 1_048_575, 32_767  # what Excel takes below a head, and in a cell


def write(report: Report, path: Path, unit: str) -> None:
    """Raises ZhengsheError for more rows, or more characters in a cell, than Excel takes."""
    from xlsxwriter import Workbook

    with Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        _write_sheets(book, report, unit)


def _write_sheets(book: Workbook, report: Report, unit: str) -> None:
    styles = _Styles(book)
    names: set[str] = set()
    words = [block for block in report.blocks if isinstance(block, Heading | Paragraph)]
    if any(isinstance(block, Paragraph) for block in words):
        _write_words(book.add_worksheet(_sheet_name("说明", names)), words, styles)
    heading = "数据"
    for block in report.blocks:
        if isinstance(block, Heading):
            heading = block.text
        elif table := table_of(block):
            sheet = book.add_worksheet(_sheet_name(table.title or heading, names))
            _set_page(sheet)
            _write_table(book, sheet, table, block if isinstance(block, Chart) else None, styles, unit)
    if not book.worksheets():
        book.add_worksheet("无记录")


class _Styles:
    """The few formats a workbook needs. Numbers stand at the right in a column, at the left beside a label."""

    def __init__(self, book: Workbook, numbers: str = "right") -> None:
        font = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        head = {**font, "bold": True, "border": 1, "bg_color": "#E7EDF3", "text_wrap": True}
        self.head, self.label = book.add_format({**head, "align": "center"}), book.add_format(head)
        self.total = book.add_format({"bold": True})
        self.title = book.add_format({**font, "bold": True, "font_size": 14})
        self.words = book.add_format({**font, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({**font, "border": 1, "num_format": "@", "text_wrap": True})
        self.figures = book.add_format({**font, "border": 1, "num_format": "@", "align": numbers})
        self.of = {
            kind: book.add_format(
                {**font, "border": 1, "num_format": form, "align": "left" if kind in _AT_LEFT else numbers}
            )
            for kind, form in _FORMATS.items()
        }


def _write_words(sheet: Worksheet, words: Sequence[Heading | Paragraph], styles: _Styles) -> None:
    _set_page(sheet)
    sheet.set_column(0, 0, _WORDS)
    for row, block in enumerate(words):
        _set_height(sheet, row, [[width(line) for line in block.text.split("\n")]], _WORDS)
        sheet.write_string(row, 0, block.text, styles.title if isinstance(block, Heading) else styles.words)


def _set_page(sheet: Worksheet) -> None:
    """A4, as wide as the paper, under the name of the sheet, numbered."""
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_header("&C&A")
    sheet.set_footer("&C— &P —")


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name Excel accepts, and no other sheet has."""
    plain = _cut(_NOT_IN_A_NAME.sub(" ", one_line(title)).strip(), _LONGEST_NAME) or "数据"
    name, number = plain, 2
    while name.lower() in taken:
        name = f"{_cut(plain, _LONGEST_NAME - 3)} {number}"
        number += 1
    taken.add(name.lower())
    return name


def _cut(name: str, most: int) -> str:
    """Excel counts in UTF-16, where a rare 汉字 takes two places."""
    return name.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


def _write_table(
    book: Workbook, sheet: Worksheet, table: Table, chart: Chart | None, styles: _Styles, unit: str
) -> None:
    if table.card:
        _write_cards(sheet, table, _Styles(book, "left"), unit)
        return
    labels = [head(column, unit) for column in table.columns]
    widths = [width(label) for label in labels]
    for place, label in enumerate(labels):
        sheet.write_string(0, place, label, styles.head)
    writers = [_writer(sheet, column, styles, unit) for column in table.columns]
    last = totals = 0
    for last, row in enumerate(table.rows, 1):
        if last > _MOST_ROWS:
            raise ZhengsheError(f"超过 {_MOST_ROWS:,} 行，一张工作表放不下；请改用 csv，或筛选后再输出")
        totals += row[0] == TOTAL
        lines = [_shown_lines(column, value) for column, value in zip(table.columns, row, strict=True)]
        _set_height(sheet, last, lines, _WIDEST)  # before the cells: a row is written out when the next begins
        for place, (put, value) in enumerate(zip(writers, row, strict=True)):
            if value is None:
                sheet.write_blank(last, place, None, styles.text)
            else:
                put(last, place, value)
        widths = [max(so_far, *shown) for so_far, shown in zip(widths, lines, strict=True)]
    widths = [min(max(wide + 2, _NARROWEST), _WIDEST) for wide in widths]
    for place, wide in enumerate(widths):
        sheet.set_column(place, place, wide)
    if sum(widths) > _UPRIGHT:
        sheet.set_landscape()
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    if last > totals:  # a filter over the total would hide it or count it
        sheet.autofilter(0, 0, last - totals, len(labels) - 1)
    if totals:
        whole = (last - totals + 1, 0, last, len(labels) - 1)
        sheet.conditional_format(*whole, {"type": "no_errors", "format": styles.total})
    if not last:
        sheet.write_string(1, 0, NOTHING)
    below = max(last, 1) + 2
    if table.note:
        sheet.write_string(below, 0, f"注：{one_line(table.note)}")
        below += 2
    if chart:
        _draw(book, sheet, chart, unit, below)


def _write_cards(sheet: Worksheet, table: Table, styles: _Styles, unit: str) -> None:
    """Label and value, line by line; a blank line between records."""
    line = 0
    for row in table.rows:
        for column, value in zip(table.columns, row, strict=True):
            _set_height(sheet, line, [_shown_lines(column, value)], _WIDEST)
            sheet.write_string(line, 0, head(column, unit), styles.label)
            if value is None:
                sheet.write_blank(line, 1, None, styles.text)
            else:
                _writer(sheet, column, styles, unit)(line, 1, value)
            line += 1
        line += 1
    if not line:
        sheet.write_string(0, 0, NOTHING)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, _WIDEST)


def _shown_lines(column: Column, value: Value) -> list[int]:
    """How wide each line of a cell is."""
    text = to_show(column.kind, value) if column.kind in _FORMATS else "" if value is None else str(value)
    return [width(line) for line in text.split("\n")]


def _set_height(sheet: Worksheet, row: int, cells: Sequence[Sequence[int]], room: int) -> None:
    """Room for the cell with the most lines, also those that a column of ``room`` characters folds. Not every program
    finds this out by itself; a line is seldom full, since a code goes to the next one whole."""
    most = max(sum(1 if wide < room - 1 else ceil(wide / (room * _FULL)) for wide in lines) for lines in cells)
    if most > 1:
        sheet.set_row(row, min(most * _LINE, _HIGHEST))


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
    if column.figures:
        return lambda row, place, value: sheet.write_string(row, place, value, styles.figures)
    # guarded as in csv, since a workbook is often saved as one
    return lambda row, place, value: _write_text(sheet, row, place, guard_formula(str(value)), column, styles)


def _write_text(sheet: Worksheet, row: int, place: int, text: str, column: Column, styles: _Styles) -> None:
    if len(text) > _MOST_CHARACTERS:
        raise ZhengsheError(f"“{column.label}”有一格超过 {_MOST_CHARACTERS:,} 字，xlsx 放不下；请改用 csv 或 json")
    sheet.write_string(row, place, text.translate(_NOT_IN_XML), styles.text)


def _write_date(sheet: Worksheet, row: int, place: int, value: str, styles: _Styles) -> None:
    try:
        day = dt.datetime.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or value < _FIRST_REAL_DATE:
        sheet.write_string(row, place, value, styles.text)
    else:
        sheet.write_datetime(row, place, day, styles.of[Kind.DATE])


def _labels(chart: Chart, kind: Kind) -> dict[str, object]:
    """What stands at a point: of a pie its share alone, since one number format would be put on share and value."""
    if chart.kind == "pie":
        return {"percentage": True, "num_format": "0.0%", "position": "outside_end"}
    return {"value": chart.kind == "bar"} | ({"num_format": "#,##0"} if kind is Kind.MONEY else {})


def _draw(book: Workbook, sheet: Worksheet, chart: Chart, unit: str, below: int) -> None:
    """A native chart below its table, where it neither widens the printed page nor is cut by it."""
    points, series = drawn(chart)
    if not points or not series:
        return
    native = book.add_chart({"type": chart.kind})
    for each in series[:1] if chart.kind == "pie" else series:
        native.add_series(
            {
                "name": each.label,
                "categories": [sheet.get_name(), 1, 0, len(points), 0],
                "values": [sheet.get_name(), 1, each.place, len(points), each.place],
                "data_labels": _labels(chart, each.kind),
                "marker": {"type": "automatic"},
            }
        )
    native.set_title({"name": chart.table.title, "name_font": {"size": 12}})
    if chart.kind != "pie":
        says_unit = {"name": unit} if any(each.kind is Kind.MONEY for each in series) else {}
        faint = {"visible": True, "line": {"color": "#D9D9D9"}}  # a label on it is read
        values = {**says_unit, "num_format": "#,##0", "major_gridlines": faint}
        if (
            chart.kind == "bar"
        ):  # lying, in the order of the table: figures beside upright bars stand in each other's way
            native.set_x_axis({**values, "label_position": "high"})  # below, since the other axis is turned round
            native.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}})
        else:
            native.set_y_axis(values)
    native.set_legend({"position": "bottom"})
    bars = len(points) * len(series) if chart.kind == "bar" else 0
    native.set_size({"width": _CHART, "height": max(_CHART // 2, _AROUND_BARS + bars * _BAR)})
    sheet.insert_chart(below, 0, native)
