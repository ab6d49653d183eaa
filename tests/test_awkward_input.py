"""What nobody means to send and somebody does: bombs, endless cells, far columns, names that are no names."""

from __future__ import annotations

import json
import resource
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"
LAUGHS = "<!DOCTYPE l [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)  + "]>"  # fmt: skip


def zipped(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def xlsx(path: Path, rows: str, before: str = "") -> Path:
    """A workbook of one sheet, written by hand."""
    relation = f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" Type="{_OFFICE}/%s" Target="%s"/>'
    types = f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
    book = f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="r"/></sheets>'
    return zipped(
        path,
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relation % ("officeDocument", "xl/workbook.xml") + "</Relationships>",
            "xl/workbook.xml": book + "</workbook>",
            "xl/_rels/workbook.xml.rels": relation % ("worksheet", "worksheets/sheet1.xml") + "</Relationships>",
            "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{_SHEET}"><sheetData>'
            f'<row r="1">{cell("A1", "名称")}{cell("B1", "类型")}</row>{rows}</sheetData></worksheet>',
        },
    )


def ods(path: Path, rows: str, before: str = "") -> Path:
    names = " ".join(f'xmlns:{name}="{_OPEN}:{name}:1.0"' for name in ("office", "table", "text"))
    head = f"<table:table-row>{open_cell('名称')}{open_cell('类型')}</table:table-row>"
    content = (
        f'{before}<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="a">'
        f"{head}{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{_OPEN}:manifest:1.0"/>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(path, {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def open_cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def within_memory(folder: Path, *words: str, megabytes: int = 1500) -> subprocess.CompletedProcess[str]:
    """The program, which may not take more memory than this nor more than a minute."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    return subprocess.run(
        [sys.executable, "-m", "zhengshe", *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "ZHENGSHE_OPERATOR": "示例"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        preexec_fn=bound,
    )


def test_an_honest_workbook_written_by_hand_is_read(street: Run, tmp_path: Path) -> None:
    """Else the refusals below would say nothing."""
    row = f'<row r="2">{cell("A2", "读书会")}{cell("B2", "其他")}</row>'
    assert street("import", xlsx(tmp_path / "a.xlsx", row), "--as", "org").code == 0
    open_row = f"<table:table-row>{open_cell('合唱队')}{open_cell('其他')}</table:table-row>"
    blank = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    assert street("import", ods(tmp_path / "a.ods", open_row + blank), "--as", "org").code == 0
    far_but_full = "".join(f'<row r="{n}">{cell(f"ZZ{n}", "x")}</row>' for n in range(2, 400))
    assert street("import", xlsx(tmp_path / "b.xlsx", row + far_but_full), "--as", "org", "--dry-run").code == 4


@pytest.mark.parametrize("place", ["XFD1048576", "ZZ1000000", "AAA99999"])
def test_a_cell_at_the_end_of_the_world(street: Run, tmp_path: Path, place: str) -> None:  # noqa: ARG001
    xlsx(tmp_path / "far.xlsx", f"<row>{cell(place, 'x')}</row>")
    done = within_memory(tmp_path, "import", "far.xlsx", "--as", "org")
    assert (done.returncode, "多余的行列" in done.stderr) == (4, True), done.stderr


def test_a_row_repeated_without_end(street: Run, tmp_path: Path) -> None:  # noqa: ARG001
    repeated = f'<table:table-row table:number-rows-repeated="1000000000">{open_cell("x")}</table:table-row>'
    ods(tmp_path / "far.ods", repeated)
    done = within_memory(tmp_path, "import", "far.ods", "--as", "org")
    assert (done.returncode, "重复" in done.stderr) == (4, True), done.stderr


def test_a_thousand_million_laughs(street: Run, tmp_path: Path) -> None:  # noqa: ARG001
    xlsx(tmp_path / "l.xlsx", f'<row r="2">{cell("A2", "&a9;")}{cell("B2", "其他")}</row>', LAUGHS)
    ods(tmp_path / "l.ods", f"<table:table-row>{open_cell('&a9;')}{open_cell('其他')}</table:table-row>", LAUGHS)
    for name in ("l.xlsx", "l.ods"):
        done = within_memory(tmp_path, "import", name, "--as", "org")
        assert done.returncode == 4, (name, done.stderr)


def test_an_archive_that_lies_about_its_size(street: Run, tmp_path: Path) -> None:  # noqa: ARG001
    text = "a" * 60_000_000
    path = xlsx(tmp_path / "liar.xlsx", f'<row r="2">{cell("A2", text)}{cell("B2", "其他")}</row>')
    with zipfile.ZipFile(path) as archive:
        true = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", true), struct.pack("<I", 2000)))
    assert within_memory(tmp_path, "import", "liar.xlsx", "--as", "org").returncode == 4


def test_a_cell_of_ten_megabytes(street: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"名称,类型,备注\n读书会,其他,{'长' * 3_400_000}\n", "utf-8")
    result = street("import", "a.csv", "--as", "org")
    assert result.code in (0, 4), result.err
    (tmp_path / "b.csv").write_text(f"名称,类型,备注\n合唱队,其他,{'长' * 10_500_000}\n", "utf-8")
    refused = street("import", "b.csv", "--as", "org")
    assert (refused.code, "csv" in refused.err) == (4, True)


@pytest.mark.parametrize("column", ["", "列"])
def test_a_million_columns(street: Run, tmp_path: Path, column: str) -> None:
    head = "名称,类型," + ",".join(f"{column}{n}" if column else "" for n in range(1_000_000))
    (tmp_path / "a.csv").write_text(f"{head}\n读书会,其他\n", "utf-8")
    result = street("import", "a.csv", "--as", "org")
    assert (result.code, "1,000,002 列" in result.err) == (4, True), result.err
    (tmp_path / "b.csv").write_text(f"名称,类型\n读书会,其他{',' * 1_000_000}\n", "utf-8")
    assert street("import", "b.csv", "--as", "org").code == 4
    (tmp_path / "c.csv").write_text(f"名称,类型\n读书会,其他{',' * 1000}\n", "utf-8")
    assert street("import", "c.csv", "--as", "org").code == 0


def test_zero_bytes(street: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("名称,类型\n读\0书会,其他\n".encode())
    assert street("import", "a.csv", "--as", "org").code == 4
    (tmp_path / "b.csv").write_bytes("名称,类型\n".encode() + b"x" * 70_000 + "\n读\0书会,其他\n".encode())
    assert street("import", "b.csv", "--as", "org").code == 4
    assert street("org", "add", "读\0书会", "--kind", "其他").code == 4
    assert "书会" not in street("org", "list").out


NAMES = {
    "quotes": "“老”'\"年`协会",
    "right to left": "老年\u202e协会\u200f",
    "emoji": "老年👵🏽协会🎉",
    "rare": "𠮷野𠀋会",
    "combining": "e\u0301cole协会",
    "percent": "100%_协会\\",
    "long": "会" * 3000,
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_that_are_awkward(street: Run, name: str) -> None:
    added = street("org", "add", name, "--kind", "其他")
    assert added.code == 0, added.err
    stored = json.loads(street("org", "list", "-f", "json").out)[-1]["name"]
    assert street("org", "show", stored).code == 0
    assert json.loads(street("search", stored[:200], "-f", "json").out)[0]["id"] == 3
    for target in ("x.csv", "x.xlsx", "x.html", "x.docx", "x.md", "x.jsonl"):
        assert street("org", "list", "-o", target).code == 0, target
    assert street("export", "all.jsonl").code == 0
    again = street("import", "all.jsonl")
    assert (again.code, "不变" in again.out or "不变" in again.err) == (0, True)
    assert street("org", "edit", stored, "--note", "改").code == 0
    assert street("undo").code == 0
    assert json.loads(street("org", "list", "-f", "json").out)[-1]["name"] == stored
    assert street("doctor").code == 0


def test_a_line_break_in_a_name(street: Run) -> None:
    assert street("org", "add", "老年\n协会", "--kind", "其他").code in (0, 4)
    assert street("org", "list").code == 0
    assert street("doctor").code == 0


@pytest.mark.parametrize(
    "text", ["noun: {a: 1}", "unit: [万元]", "noun: a\0b", "a: " + "[" * 1500, "\x08", "columns: 3"]
)
def test_a_mapping_file_that_is_none(street: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "m.yaml").write_text(text, "utf-8")
    (tmp_path / "a.csv").write_text("名称,类型\n读书会,其他\n", "utf-8")
    result = street("import", "a.csv", "--as", "org", "--mapping", "m.yaml")
    assert (result.code in (1, 2), "m.yaml" in result.err, "程序出错" in result.err) == (True, True, False), result.err
