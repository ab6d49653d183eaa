"""Files that are broken in ways which look whole, and workbooks whose reader says less than it should."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import Run
from tests.importing.test_import import listed, open_document, summary

HEAD = ["承接单位", "项目名称", "年度", "合作方式", "合同金额"]


def workbook(path: Path, cells: dict[tuple[int, int], object], merged: tuple[int, int, int, int] | None = None) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for (row, column), value in cells.items():
        sheet.write(row, column, value)
    if merged:
        sheet.merge_range(*merged, "")
    book.close()
    return path


ONE = {(0, 0): "名称", (0, 1): "类型", (1, 0): "甲协会", (1, 1): "社会团体"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('名称,类型\n"快乐艺术团,社会团体\n甲协会,社会团体\n"丙协会,社会团体\n', "第 2 至 4 行之间双引号不成对"),
        ('名称,类型,备注\n甲协会,社会团体,"一句\n乙协会,社会团体,\n', "第 2 至 3 行之间双引号不成对"),
    ],
)
def test_a_quote_that_is_not_closed_swallows_no_rows(street: Run, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.csv").write_text(text, "utf-8")
    result = street("import", "a.csv")
    assert result.code == 4 and said in result.err
    assert len(listed(street, "org")) == 2


def test_utf8_that_was_cut_off_is_not_read_as_another_encoding(street: Run, tmp_path: Path) -> None:
    rows = "".join(f"潍坊街道协会{place}号,\n" for place in range(5))
    (tmp_path / "a.csv").write_bytes(f"name,uscc\n{rows}".encode()[:-3] + b"\xe5\x8d\n")
    result = street("import", "a.csv", "--set", "kind=社会团体")
    assert result.code == 4 and "utf-8" in result.err and "不完整" in result.err


def test_a_cell_in_the_last_corner_does_not_end_the_program(street: Run, tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", {**ONE, (1048575, 16383): "x"})
    result = street("import", "a.xlsx")
    assert result.code == 4 and "范围过大" in result.err


def test_cells_merged_beyond_the_table(street: Run, tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", ONE, (0, 9, 1, 9))
    assert street("import", "a.xlsx").code == 0


def test_damage_that_makes_the_reader_panic(street: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    # an OLE file whose directory sector is cut short
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00" + bytes(10)
    head += (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4) + (4096).to_bytes(4, "little")
    head += b"\xfe\xff\xff\xff" + bytes(4) + b"\xfe\xff\xff\xff" + bytes(4) + (0).to_bytes(4, "little")
    head += b"\xff" * (512 - len(head))
    fat = b"\xfd\xff\xff\xff\xfe\xff\xff\xff" + b"\xff" * 504
    (tmp_path / "a.xls").write_bytes(head + fat + bytes(40))
    result = street("import", "a.xls")
    assert result.code == 4 and "文件不完整或已损坏" in result.err and "程序出错" not in result.err
    assert "panicked" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("entry", "content", "said"),
    [
        ("word/document.xml", "", "是 Word 文档"),
        ("mimetype", "application/vnd.oasis.opendocument.text", "是 ODT 文档"),
        ("台账.xlsx", "", "请先解压"),
    ],
)
def test_archives_that_are_no_workbooks(street: Run, tmp_path: Path, entry: str, content: str, said: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(entry, content)
    (tmp_path / "a.xlsx").write_bytes(packed.getvalue())
    result = street("import", "a.xlsx")
    assert result.code == 4 and said in result.err


def test_cells_merged_downwards_in_an_open_document(street: Run, tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return "".join(["<table:table-row>", *cells, "</table:table-row>"])

    def cell(text: str, more: str = "") -> str:
        return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'

    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    rows = [
        row(*map(cell, HEAD)),
        row(cell("周亚英工作室", ' table:number-rows-spanned="2"'), *map(cell, ("调解", "2025", "委托管理", "3"))),
        row("<table:covered-table-cell/>", *map(cell, ("书画", "2025", "委托管理", "4"))),
    ]
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{oasis}:manifest:1.0"/>')
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{oasis}:office:1.0" xmlns:table="{oasis}:table:1.0"'
            f' xmlns:text="{oasis}:text:1.0"><office:body><office:spreadsheet><table:table table:name="表">'
            f"{''.join(rows)}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    assert street("import", "a.ods").code == 0
    assert [each["org"] for each in listed(street, "project")] == ["周亚英工作室"] * 2


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_failed_formulas_of_a_workbook_are_refused_as_in_a_csv(street: Run, tmp_path: Path, name: str) -> None:
    if name.endswith("xlsx"):
        book = xlsxwriter.Workbook(str(tmp_path / name))
        book.add_worksheet("别的")
        sheet = book.add_worksheet("名册 & 备注")
        sheet.write_row(1, 0, ["名称", "类型", "住所"])
        sheet.write_row(2, 0, ["甲协会", "社会团体"])
        sheet.write_formula(2, 2, "=A1048576", None, "#REF!")
        sheet.write_row(3, 0, ["乙协会", "社会团体", "潍坊路1号"])
        book.close()
    else:
        error = (
            '<table:table-cell table:formula="of:=[.#REF!]" office:value-type="string" office:string-value=""'
            ' calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
        )
        head = ["名称", "类型", "负责人", "备注", "住所"]
        open_document(tmp_path / name, [[""], head, ["甲协会", "社会团体", "", "", "@"]])
        with zipfile.ZipFile(tmp_path / name) as archive:
            parts = {entry: archive.read(entry).decode() for entry in archive.namelist()}
        calc = ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
        plain = '<table:table-cell office:value-type="string"><text:p>@</text:p></table:table-cell>'
        content = (
            parts["content.xml"]
            .replace(plain, error)
            .replace(plain.replace("@", "") * 2, '<table:table-cell table:number-columns-repeated="2"/>')
            .replace("<office:document-content", "<office:document-content" + calc)
        )
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for entry, text in (parts | {"content.xml": content}).items():
                archive.writestr(entry, text)
    said = summary(street, name, "--as", "org", code=4)
    assert [(each["row"], each["column"], each["value"], each["code"]) for each in said["issues"] if each["row"]] == [
        (3, "住所", "#REF!", "formula-error")
    ]


def xlsx_of(path: Path, old: str, new: str) -> Path:
    """A workbook in one of whose parts a text was replaced."""
    workbook(path, ONE)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert any(old in text for text in parts.values())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text.replace(old, new))
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('r="B2"', "r='XFD1048576'", "范围过大"),
        (' r="B2"', '\nr = "XFD1048576"', "范围过大"),
        ('r="B2"', 'r="XFD99999999"', "范围过大"),
        ('<row r="2" spans="1:2"><c r="A2"', '<row r="4294967290"><c', "范围过大"),
        ('uniqueCount="', 'uniqueCount="9999999999', "文字的个数对不上"),
    ],
)
def test_numbers_that_would_end_the_program(street: Run, tmp_path: Path, old: str, new: str, said: str) -> None:
    """The reader makes room for what they say, and ends the process when there is none."""
    xlsx_of(tmp_path / "a.xlsx", old, new)
    result = street("import", "a.xlsx")
    assert result.code == 4 and said in result.err


@pytest.mark.parametrize("flag", [0x01, 0x20, 0x40])  # encrypted, patched, strongly encrypted
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_parts_that_claim_to_be_what_cannot_be_read(street: Run, tmp_path: Path, part: str, flag: int) -> None:
    """The flags of an entry in the archive's list, with nothing else changed."""
    workbook(tmp_path / "a.xlsx", ONE)
    content = bytearray((tmp_path / "a.xlsx").read_bytes())
    content[content.rindex(part.encode()) - 46 + 8] |= flag
    (tmp_path / "a.xlsx").write_bytes(content)
    result = street("import", "a.xlsx")
    assert result.code == 4 and "请" in result.err


@pytest.mark.parametrize("size", [(0xFFFFFFFF, 0xFFFF), (65536, 256)])
def test_an_xls_at_which_the_reader_dies(street: Run, tmp_path: Path, size: tuple[int, int]) -> None:
    """DIMENSIONS, the record that says how many rows and columns there are, in an otherwise whole stream."""
    rows, columns = size
    (tmp_path / "a.xls").write_bytes(compound(biff(rows, columns)))
    result = street("import", "a.xls", "--set", "kind=社会团体", "--as", "org")
    honest = rows == 65536
    assert (result.code, "打开它要的内存没有边" in result.err) == ((0, False) if honest else (4, True)), result.err


def failed_formula(row: int, code: int) -> bytes:
    """FORMULA, with an error as its last value and no tokens."""
    return struct.pack("<HHHHH", 0x0006, 22, row, 0, 0) + bytes([2, 0, code, 0, 0, 0, 0xFF, 0xFF]) + bytes(8)


def failed_cell(row: int, code: int) -> bytes:
    """BOOLERR: the value of an error that no formula gives."""
    return struct.pack("<HHHHHBB", 0x0205, 8, row, 0, 0, code, 1)


@pytest.mark.parametrize("error", [failed_formula, failed_cell])
def test_failed_formulas_of_an_xls_are_refused_too(
    street: Run, tmp_path: Path, error: Callable[[int, int], bytes]
) -> None:
    truth = struct.pack("<HHHHHBB", 0x0205, 8, 3, 0, 0, 1, 0)  # the same record holds true and false
    (tmp_path / "a.xls").write_bytes(compound(biff(65536, 256, error(2, 0x17) + truth + error(4, 0x2A))))
    said = summary(street, "a.xls", "--set", "kind=社会团体", "--as", "org", code=4)
    assert [(each["row"], each["value"], each["code"]) for each in said["issues"]] == [(3, "#REF!", "formula-error")]
    assert said["new"] == 2


def biff(rows: int, columns: int, more: bytes = b"") -> bytes:
    """The stream of a workbook of one sheet with 名称 and below it 甲协会, and more cells."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def label(row: int, text: str) -> bytes:
        return record(0x0204, struct.pack("<HHHHB", row, 0, 0, len(text), 1) + text.encode("utf-16-le"))

    begin = struct.pack("<HHHHII", 0x0600, 0, 0x0DBB, 0x07CC, 0, 6)
    cells = label(0, "名称") + label(1, "甲协会") + more
    sheet = record(0x0809, begin.replace(b"\0\x06\0\0", b"\0\x06\x10\0", 1))
    sheet += record(0x0200, struct.pack("<IIHHH", 0, rows, 0, columns, 0)) + cells + record(0x000A, b"")
    start = record(0x0809, b"\0\x06\x05\0" + begin[4:])
    name = record(0x0085, struct.pack("<IHBB", len(start) + 4 + 9 + 4, 0, 1, 0) + b"A")
    return start + name + record(0x000A, b"") + sheet


def compound(stream: bytes, name: str = "Workbook") -> bytes:
    """An OLE file that holds one stream: header, one sector of the FAT, one of the directory, the stream."""
    stream += bytes(-len(stream) % 512)
    stream += bytes(max(0, 4096 - len(stream)))  # a shorter one would lie in the small sectors
    count, free, end = len(stream) // 512, 0xFFFFFFFF, 0xFFFFFFFE
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, end, 0, end, 0, 0) + b"\xff" * 432
    fat = struct.pack("<128I", 0xFFFFFFFD, end, *range(3, count + 2), end, *[free] * (126 - count))

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        told = name.encode("utf-16-le") + b"\0\0"
        told = told.ljust(64, b"\0") + struct.pack("<HBBIII", len(told), kind, 1, free, free, child)
        return told + bytes(36) + struct.pack("<IQ", first, size)

    folder = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, free, 2, len(stream))
    return head + fat + folder.ljust(512, b"\0") + stream
