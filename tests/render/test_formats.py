"""Every format over one awkward report, and what must hold for any text."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.render import awkward
from tests.render.golden import SUFFIXES, document_lines, golden_for, rendered, workbook_lines
from zhengshe import render
from zhengshe.errors import DatabaseError, UsageError, ZhengsheError
from zhengshe.models import Kind
from zhengshe.render.text import fold, one_line, width
from zhengshe.reports.report import Chart, Column, Heading, Paragraph, Report, Table
from zhengshe.store.query import Selection
from zhengshe.values import Value, unguard_formula

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NOTE = (Column("name", "名称"), Column("note", "备注"))


def to_text(content: Report | Table, format: str, **more: Any) -> str:
    stream = io.StringIO(newline="")
    render.write(content, format, stdout=stream, **more)
    return stream.getvalue()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_golden_file(suffix: str, tmp_path: Path) -> None:
    assert rendered(suffix, tmp_path).decode().splitlines() == golden_for(suffix).read_bytes().decode().splitlines()


def test_the_suffix_chooses_the_format() -> None:
    assert render.format_for(None, None) == "table"
    assert render.format_for(None, Path("a.txt")) == "table"
    assert render.format_for(None, Path("A.XLSX")) == "xlsx"
    assert render.format_for("json", Path("a.md")) == "json"
    with pytest.raises(UsageError, match=r"\.xls"):
        render.format_for(None, Path("a.xls"))
    with pytest.raises(UsageError, match="yaml"):
        render.format_for("yaml", None)


@pytest.mark.parametrize("format", sorted(render.OFFICE_FORMATS))
def test_office_formats_need_a_file(format: str) -> None:
    with pytest.raises(UsageError, match="-o"):
        render.write(awkward.table(), format, stdout=io.StringIO())


# -- csv and tsv -------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_csv_gives_back_every_text(rows: list[tuple[str, str]]) -> None:
    written = to_text(Table(NOTE, rows), "csv")
    _, *read = csv.reader(io.StringIO(written, newline=""))
    assert [tuple(map(unguard_formula, row)) for row in read] == rows


@settings(max_examples=200)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_no_cell_of_csv_or_tsv_begins_like_a_formula(rows: list[tuple[str, str]]) -> None:
    for format, separator in (("csv", ","), ("tsv", "\t")):
        written = to_text(Table(NOTE, rows), format)
        cells = [cell for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator) for cell in row]
        assert len(cells) == 2 + 2 * len(rows)
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_tsv_has_one_line_a_record(rows: list[tuple[str, str]]) -> None:
    lines = to_text(Table(NOTE, rows), "tsv").split("\n")
    assert len(lines) == len(rows) + 2  # the head, and nothing after the last line end
    assert all(line.count("\t") == 1 for line in lines[:-1])


def test_a_lone_blank_is_still_a_record() -> None:
    assert to_text(Table(NOTE[1:], [[None], ["甲"]]), "csv") == '备注\n""\n甲\n'


def test_a_csv_file_is_for_excel(tmp_path: Path) -> None:
    render.write(Table(NOTE, [("甲", "乙\n丙")]), "csv", output=tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == '\ufeff名称,备注\r\n甲,"乙\n丙"\r\n'.encode()


def test_negative_money_stays_a_number_in_csv() -> None:
    table = Table([Column("amount", "金额", Kind.MONEY)], [[-50], [123456789012345600]])
    assert to_text(table, "csv") == "金额\n-0.50\n1234567890123456.00\n"


KINDS = (Kind.TEXT, Kind.MONEY, Kind.DECIMAL, Kind.FLAG, Kind.DATE, Kind.COUNT)
whole = st.integers(0, 10**15) | st.integers(0, 200)


@st.composite
def stored_rows(draw: st.DrawFn, text: st.SearchStrategy[str]) -> list[tuple[Value, ...]]:
    """Rows for KINDS, with or without numbers below nothing."""
    sign = draw(st.sampled_from([1, -1]))
    row = st.tuples(
        st.none() | text,
        st.none() | whole.map(lambda value: value * sign),
        st.none() | whole.map(lambda value: value % 10**11 * sign),
        st.sampled_from([None, 0, 1]),
        st.sampled_from([None, "2026-06-30"]),
        st.none() | st.integers(0, 10**6),
    )
    return draw(st.lists(row, max_size=6))


@pytest.mark.parametrize("marks", [",", '"', "'=", "'-", "\r", "\n", "\t", "=", "+", "-", "@", None])
@settings(max_examples=40)
@given(st.data(), st.sampled_from([1, 70]))
def test_rows_that_come_in_one_piece_are_written_as_any_others(
    marks: str | None, data: st.DataObject, times: int
) -> None:
    """The fast way of a list as csv gives the very bytes of the slow one: for every kind, within and across blocks,
    where nothing but one mark (None: any character) asks for care."""
    # a zero byte ends a text for SQLite's own functions
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    text = st.text(characters if marks is None else st.sampled_from("汉a" + marks), max_size=3)
    rows = data.draw(stored_rows(text)) * times
    names = [f"c{place}" for place in range(len(KINDS))]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {', '.join(names)})")
        db.executemany(f"INSERT INTO t({', '.join(names)}) VALUES (?, ?, ?, ?, ?, ?)", rows)
        selection = Selection(db, list(zip(names, KINDS, strict=True)), "FROM t ORDER BY id", ())
        columns = [Column(name, name, kind) for name, kind in zip(names, KINDS, strict=True)]
        assert to_text(Table(columns, selection), "csv") == to_text(Table(columns, rows), "csv")


def test_text_that_is_no_text_is_refused_and_not_written_as_something_else() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        source = "FROM (SELECT 1 AS id, CAST(x'b9e3cec4' AS TEXT) AS name)"  # GBK, put there by another program
        selection = Selection(db, [("id", Kind.COUNT), ("name", Kind.TEXT)], source, ())
        with pytest.raises(DatabaseError, match="UTF-8"):
            to_text(Table((Column("id", "序号", Kind.COUNT), *NOTE[:1]), selection), "csv")


# -- JSON --------------------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(st.lists(st.tuples(texts, st.none() | texts), max_size=4))
def test_json_and_jsonl_hold_every_text(rows: list[tuple[str, str | None]]) -> None:
    expected = [{"name": name, "note": note} for name, note in rows]
    assert json.loads(to_text(Table(NOTE, rows), "json")) == expected
    lines = to_text(Table(NOTE, rows), "jsonl").split("\n")
    assert [json.loads(line) for line in lines[:-1]] == expected


def test_json_is_typed_and_empty_is_an_array() -> None:
    (first, *_) = json.loads(to_text(awkward.table(), "json"))
    assert (first["amount"], first["people"], first["score"], first["is_charity"]) == (1234567.89, 12000, 95.5, True)
    assert to_text(Table(NOTE, []), "json") == "[]\n"
    assert to_text(Table(NOTE, []), "jsonl") == ""


def test_json_holds_the_data_of_a_report_when_it_has_some() -> None:
    report = Report([Paragraph("…"), Table(NOTE, [])], data={"score": 90})
    assert json.loads(to_text(report, "json")) == {"score": 90}
    assert to_text(Report([], data=[1, {"a": "甲"}]), "jsonl") == '1\n{"a": "甲"}\n'


def test_a_report_of_words_has_no_csv() -> None:
    with pytest.raises(UsageError, match="没有表格"):
        to_text(Report([Paragraph("无")]), "csv")


# -- for the eye -------------------------------------------------------------------------------------------------------


def test_cells_of_a_line_are_counted_as_a_terminal_does() -> None:
    assert [width(text) for text in ("abc", "汉字", "√×●▲", "ｅ", "e\u0301", "零\u200b宽", "\U00020bb7")] == [
        3,
        4,
        4,
        2,
        1,
        4,
        2,
    ]


@settings(max_examples=100)
@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_tables_are_straight_and_one_line_a_record(rows: list[tuple[str, str]]) -> None:
    table = Table((*NOTE, Column("end", "末")), [(*row, "|") for row in rows])
    head, rule, *lines = to_text(table, "table").splitlines()
    if rows:
        assert len(lines) == len(rows)
        assert {width(line) for line in lines} == {width(rule) - 1}
    head, rule, *lines = to_text(Table(NOTE, rows), "md").splitlines()
    assert {width(line) for line in (head, *lines[: len(rows)])} == {width(rule)}


@given(texts)
def test_nothing_that_a_terminal_obeys_is_shown(text: str) -> None:
    shown = one_line(text)
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or char in "\u202e\u2066\u2028" for char in shown)
    assert "\n" not in shown


@given(texts, st.integers(2, 20))
def test_a_folded_line_fits_and_loses_nothing(text: str, cells: int) -> None:
    text = one_line(text)
    lines = fold(text, cells).split("\n")
    assert all(width(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_code_is_not_parted_where_there_is_room() -> None:
    assert fold("见P2026-001、payment/12。", 12).split("\n") == ["见", "P2026-001、", "payment/12。"]
    assert fold("P2026-001", 5) == "P2026\n-001"


def test_an_empty_table_says_so() -> None:
    for format in ("table", "md", "html"):
        assert "（无记录）" in to_text(Table(NOTE, []), format)


def test_wan_rounds_only_what_is_shown(tmp_path: Path) -> None:
    columns = [Column("name", "名称"), Column("amount", "金额", Kind.MONEY)]
    table = Table(columns, [("甲", 4_500_000), ("乙", 500_000), ("丙", -40), ("合计", 4_999_960)])
    assert to_text(table, "table", unit="万元").split() == (
        ["名称", "金额（万元）", "----", "------------", "甲", "4.50", "乙", "0.50", "丙", "0.00", "合计", "5.00"]
    )
    assert "44.99" not in to_text(table, "csv", unit="万元")
    assert "-0.40" in to_text(table, "csv", unit="万元")
    render.write(table, "xlsx", output=tmp_path / "a.xlsx", unit="万元")
    assert "B5 n #,##0.00 '4.99996'" in list(workbook_lines(tmp_path / "a.xlsx"))


# -- html --------------------------------------------------------------------------------------------------------------


class _Balanced(HTMLParser):
    """Fails on a tag that is not closed, and notes what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [name for name, _ in attrs if name in ("src", "href", "srcset", "action")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """<rect … /> of a drawing opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@settings(max_examples=50)
@given(texts)
def test_a_page_is_whole_and_fetches_nothing(text: str) -> None:
    chart = Chart("bar", Table([NOTE[0], Column("n", text, Kind.COUNT)], [[text, 3]], text), ("n",))
    page = _Balanced()
    page.feed(to_text(Report([Heading(text), Paragraph(text), Table(NOTE, [[text, None]], text), chart]), "html"))
    page.close()
    assert page.open == []
    assert page.fetched == []


def _drawn(kind: Any, values: list[int | None]) -> str:
    columns = [Column("name", "年度"), Column("amount", "金额", Kind.MONEY)]
    rows: list[list[Value]] = [[f"{2020 + place} 年", value] for place, value in enumerate(values)]
    written = to_text(Report([Chart(kind, Table(columns, rows), ("amount",))]), "html")
    return written[written.find("<svg") : written.find("</svg>")]


def test_a_chart_does_not_make_up_a_zero() -> None:
    for kind in ("bar", "line"):
        drawing = _drawn(kind, [100_00, None, 300_00])
        assert ">100.00 元<" in drawing
        assert ">0.00 元<" not in drawing
    assert _drawn("bar", [None, 0]) == ""


def test_a_negative_bar_goes_the_other_way() -> None:
    drawing = _drawn("bar", [100_00, -50_00])
    bars = [line for line in drawing.splitlines() if "<rect" in line and 'height="16"' in line]
    left = [float(bar.split('x="')[1].split('"')[0]) for bar in bars]
    wide = [float(bar.split('width="')[1].split('"')[0]) for bar in bars]
    assert left[1] + wide[1] == pytest.approx(left[0], abs=0.2)
    assert wide[0] == pytest.approx(2 * wide[1], abs=0.2)
    assert "<path" not in _drawn("pie", [100_00, -50_00])


# -- docx and xlsx -----------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(text=texts)
def test_office_files_are_sound_for_any_text(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("office")
    report = Report([Heading(text), Paragraph(text), Table(NOTE, [[text, None]], text, note=text)])
    for suffix, lines in (("docx", document_lines), ("xlsx", workbook_lines)):
        render.write(report, suffix, output=folder / f"a.{suffix}")
        assert list(lines(folder / f"a.{suffix}"))  # read as XML


def test_a_wide_table_turns_the_page_and_a_wider_one_becomes_cards(tmp_path: Path) -> None:
    def written(columns: int) -> list[str]:
        heads = [Column(f"k{place}", f"第{place}栏日期", Kind.DATE) for place in range(columns)]
        rows = [["2025-01-01"] * columns]
        render.write(Report([Heading("题"), Table(heads, rows, "表")]), "docx", output=tmp_path / "a.docx")
        return list(document_lines(tmp_path / "a.docx"))

    assert written(4)[-1] == "(page None)"
    assert written(10)[-1] == "(page landscape)"
    assert "| 第39栏日期 | 2025-01-01" in written(40)


def test_excel_is_not_given_what_it_would_cut(tmp_path: Path) -> None:
    with pytest.raises(ZhengsheError, match="32,767"):
        render.write(Table(NOTE, [["甲" * 40_000, ""]]), "xlsx", output=tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_sheets_have_names_that_excel_accepts(tmp_path: Path) -> None:
    tables = [
        Table(NOTE, [], title) for title in ("支付/退回：[2025]?", "支付/退回：[2025]?", "很长" * 30, "很长" * 30)
    ]
    render.write(Report([*tables, Heading("处罚", 2), Table(NOTE, [])]), "xlsx", output=tmp_path / "a.xlsx")
    names = [line[3:] for line in workbook_lines(tmp_path / "a.xlsx") if line.startswith("== ")]
    assert len(set(names)) == 5
    assert names[4] == "处罚"
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


# -- files -------------------------------------------------------------------------------------------------------------


def _broken() -> Iterator[list[Value]]:
    yield ["甲", None]
    raise RuntimeError("the disk, say")


@pytest.mark.parametrize("format", [name for name in render.FORMATS if name != "table"])
def test_a_file_is_written_whole_or_not_at_all(format: str, tmp_path: Path) -> None:
    target = tmp_path / f"a.{format}"
    target.write_text("as before")
    with pytest.raises(RuntimeError):
        render.write(Table(NOTE, _broken()), format, output=target)
    assert target.read_text() == "as before"
    assert list(tmp_path.iterdir()) == [target]
    render.write(Table(NOTE, [["甲", None]]), format, output=target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    render.write(Table(NOTE, []), "json", output=tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text() == "[]\n"
    render.write(Table(NOTE, []), "json", output=Path("/dev/null"))
    assert Path("/dev/null").is_char_device()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ZhengsheError, match="没有文件夹"):
        render.write(Table(NOTE, []), "json", output=tmp_path / "没有" / "a.json")
    with pytest.raises(ZhengsheError, match="是文件夹"):
        render.write(Table(NOTE, []), "json", output=tmp_path)


def test_a_workbook_prints_whole_pages(tmp_path: Path) -> None:
    """A chart stands below its table and its note; a wide sheet lies on its side; both fit the width of a page."""
    render.write(awkward.report(), "xlsx", output=tmp_path / "a.xlsx")
    book = zipfile.ZipFile(tmp_path / "a.xlsx")
    sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    pages = {name: book.read(name).decode() for name in sheets}
    assert {"landscape", "portrait"} == {
        found for page in pages.values() for found in re.findall(r'orientation="(\w+)"', page)
    }
    assert all('fitToHeight="0"' in page for page in pages.values() if "<pageSetup" in page)
    for name in (name for name in book.namelist() if name.startswith("xl/drawings/drawing")):
        (column,), (row,) = (
            re.findall(rf"<xdr:from>.*?<xdr:{side}>(\d+)<", book.read(name).decode()) for side in ("col", "row")
        )
        assert int(column) == 0
        assert int(row) > 4


def test_a_card_stays_on_one_page_and_the_end_makes_none(tmp_path: Path) -> None:
    cards = Table(awkward.COLUMNS[:3], [("甲", None, None), ("乙", None, None)], card=True)
    render.write(cards, "docx", output=tmp_path / "cards.docx")
    document = Document(str(tmp_path / "cards.docx"))
    kept = [
        row.cells[0].paragraphs[0].paragraph_format.keep_with_next for table in document.tables for row in table.rows
    ]
    assert kept == [True, True, None] * 2  # each line with the next, and none with the next card
    assert document.paragraphs[-1].paragraph_format.line_spacing == Pt(1)


def test_a_pie_of_a_workbook_tells_shares_as_percentages(tmp_path: Path) -> None:
    money = Table([Column("source", "来源"), Column("amount", "金额", Kind.MONEY)], [("甲", 100), ("乙", 300)])
    render.write(Report([Chart("pie", money, ("amount",))]), "xlsx", output=tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        chart = book.read("xl/charts/chart1.xml").decode()
    assert '<c:numFmt formatCode="0.0%"' in chart
    assert '<c:showVal val="1"/>' not in chart


def test_bars_of_a_workbook_lie_in_the_order_of_the_table(tmp_path: Path) -> None:
    money = Table([Column("mode", "方式"), Column("amount", "金额", Kind.MONEY)], [("甲", 100), ("乙", 300)])
    render.write(Report([Chart("bar", money, ("amount",))]), "xlsx", output=tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        chart = book.read("xl/charts/chart1.xml").decode()
    assert '<c:barDir val="bar"/>' in chart
    names, figures = chart[chart.index("<c:catAx>") :].split("<c:valAx>")
    assert '<c:orientation val="maxMin"/>' in names
    assert '<c:tickLblPos val="high"/>' in figures


NUMBERS = [f"P2026-{number:03d}" for number in range(1, 40)]


def test_word_and_html_part_no_record_number(tmp_path: Path) -> None:
    columns = [NOTE[0], Column("n", "数量", Kind.COUNT), Column("numbers", "依据记录", footnote=True)]
    told = "、".join(NUMBERS)
    content = Report([Table(columns, [("甲", 39, told)]), Paragraph(f"依据记录：{told}。")])
    render.write(content, "docx", output=tmp_path / "a.docx")
    note, body = (each for each in Document(str(tmp_path / "a.docx")).paragraphs if NUMBERS[0] in each.text)
    for paragraph, cells in ((note, 73), (body, 55)):
        lines = paragraph.text.split("\n")
        assert re.findall(r"P\d+-\d+", " ".join(lines)) == NUMBERS  # as they are, none with a line in it
        assert max(map(width, lines)) <= cells
    assert "".join(f"<span>{number}、</span>" for number in NUMBERS[:-1]) in to_text(content, "html")


def test_a_short_table_stays_on_one_page(tmp_path: Path) -> None:
    for rows, kept in ((2, [True, True, None]), (13, [True] + [None] * 13)):
        render.write(Table(NOTE, [("甲", "乙")] * rows), "docx", output=tmp_path / f"{rows}.docx")
        (table,) = Document(str(tmp_path / f"{rows}.docx")).tables
        assert [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows] == kept
