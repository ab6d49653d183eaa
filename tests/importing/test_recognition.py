"""What a file is: its encoding, whether it has a password, whether there is anything in it."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Run
from tests.importing.test_damaged import biff, compound
from tests.importing.test_import import open_document, summary
from zhengshe.importing import readers

LOCK = struct.pack("<HHHH", 0x002F, 4, 0x1234, 0x5678)  # FILEPASS, of the oldest way to encrypt


def locked(stream: bytes, before: bytes = b"") -> bytes:
    """The same stream with a password: its record follows the beginning."""
    size = 4 + struct.unpack_from("<H", stream, 2)[0]
    return stream[:size] + before + LOCK + stream[size:]


@pytest.mark.parametrize(
    ("stream", "name", "said"),
    [
        (locked(biff(65536, 256)), "Workbook", "有密码保护"),
        (
            locked(biff(65536, 256), struct.pack("<HH", 0x0086, 0)),
            "Workbook",
            "有密码保护",
        ),  # to be written by one only
        (b"\0" * 4096, "EncryptedPackage", "有密码保护"),
        (b"\xec\xa5" + b"\0" * 4094, "WordDocument", "是 Word 文档，不是表格"),
        (b"\0" * 4096, "PowerPoint Document", "是 PPT 演示文稿，不是表格"),
        (b"\0" * 4096, "Contents", "不完整或已损坏"),
    ],
)
def test_what_an_ole_file_is(street: Run, tmp_path: Path, stream: bytes, name: str, said: str) -> None:
    (tmp_path / "a.xls").write_bytes(compound(stream, name))
    result = street("import", "a.xls")
    assert result.code == 4 and said in result.err, result.err


def test_a_password_is_not_seen_where_there_is_none(street: Run, tmp_path: Path) -> None:
    """The same bytes further down are cells."""
    (tmp_path / "a.xls").write_bytes(compound(biff(65536, 256, LOCK)))
    assert summary(street, "a.xls", "--as", "org", "--set", "kind=社会团体")["new"] == 1


@pytest.mark.parametrize(
    "parts",
    [
        {"content.xml": b"\x12\x34", "META-INF/manifest.xml": b"<a><manifest:encryption-data/></a>"},
        {"encrypted-package": b"\x12\x34", "META-INF/manifest.xml": b"<a><manifest:encryption-data/></a>"},
        {"encrypted-package": b"\x12\x34", "META-INF/manifest.xml": b"<a/>"},
    ],
)
def test_an_open_document_with_a_password(street: Run, tmp_path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        for name, content in parts.items():
            archive.writestr(name, content)
    result = street("import", "a.ods")
    assert result.code == 4 and "有密码保护" in result.err, result.err


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\r\0\n\0", b",,\n,,\n", b"{}"]
)
def test_a_text_without_content_is_said_to_be_empty(street: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    result = street("import", "a.csv")
    assert result.code == 4 and ("空文件" in result.err or "没有内容" in result.err), result.err


def test_a_workbook_without_content_is_said_to_be_empty(street: Run, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet("一")
        book.add_worksheet("二").write_row(3, 0, ["", " "])
    assert "a.xlsx 的 2 个工作表里没有内容" in street("import", "a.xlsx").err
    assert "a.xlsx 的工作表“一”里没有内容" in street("import", "a.xlsx", "--sheet", "一").err
    assert "没有内容" in street("import", open_document(tmp_path / "a.ods", [[""]])).err


def test_what_is_not_understood_is_shown_from_the_first_row_with_content(street: Run, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet("一")
        book.add_worksheet("二").write_row(4, 1, ["天气", "气温"])
    assert "（首行：天气、气温）" in street("import", "a.xlsx").err


chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=8)
usual = st.sampled_from(
    ["社会组织名称", "年检结论", "一", "上", "潍坊街道老年协会", "2025-01-01", "12.5万元", "A座3楼", "", "（无）"]
)
tables = st.lists(st.lists(chinese | usual, min_size=2, max_size=5), min_size=2, max_size=12)
ENCODINGS = ["utf-16-le", "utf-16-be", "utf-16", "utf-8", "utf-8-sig", "gb18030"]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tables, st.sampled_from(ENCODINGS), st.sampled_from(["\n", "\r\n"]))
def test_a_chinese_table_is_read_in_its_encoding(tmp_path: Path, table: list[list[str]], name: str, end: str) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows([["社会组织名称", "年检结论"], *table])
    (tmp_path / "t.csv").write_bytes(text.getvalue().encode(name))
    source = readers.read(tmp_path / "t.csv")
    assert source.encoding == name
    with (tmp_path / "t.csv").open(encoding=name) as file:
        assert file.read() == text.getvalue().replace(end, "\n")


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tables, st.sampled_from(["utf-8", "gb18030"]), st.integers(0))
def test_a_stray_zero_makes_no_other_encoding(tmp_path: Path, table: list[list[str]], name: str, place: int) -> None:
    text = "\n".join(",".join(row) for row in [["社会组织名称", "年检结论"], *table])
    at = place % len(text)
    (tmp_path / "t.csv").write_bytes(f"{text[:at]}\0{text[at:]}".encode(name))
    with pytest.raises(readers.RejectedError, match="不是文本表格"):
        readers.read(tmp_path / "t.csv")
