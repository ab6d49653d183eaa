"""Open documents of a few hundred bytes that say how often to repeat what stands in them."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.importing.test_import import open_document, summary
from zhengshe.importing import ods_reach


def cell(text: str, times: object = "", mark: str = '"') -> str:
    more = f" table:number-columns-repeated={mark}{times}{mark}" if times else ""
    content = f' office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'
    return f"<table:table-cell{content}" if text else f"<table:table-cell{more}/>"


def row(*cells: str, times: object = "", mark: str = '"') -> str:
    more = f" table:number-rows-repeated={mark}{times}{mark}" if times else ""
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


HEAD = row(cell("名称"), cell("类型"))
ONE = row(cell("甲协会"), cell("社会团体"))


def document(path: Path, rows: str) -> Path:
    open_document(path, [["@"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    before, _, rest = parts["content.xml"].partition("<table:table-row>")
    parts["content.xml"] = before + rows + rest.partition("</table:table-row>")[2]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (row(cell("甲"), cell("乙", 300), times=99999) * 5, "重复"),
        (row(cell("甲"), cell("乙", 300, "'"), times=99999, mark="'") * 5, "重复"),
        (row(cell("甲"), cell("乙", 16000)) * 200, "重复"),
        (row(cell("甲"), cell("乙"), times=1_000_000_000), "重复"),
        (row(cell("甲"), cell("乙"), times="&#57;99999999"), "重复"),
        (f"<!-- <table:table-row -->{row(cell('甲', 300), times=99999)}", "重复"),
        (row(cell(""), times=900_000) + row(cell("", 300), cell("甲")), "范围过大"),
        (row(cell("", 16383), cell("甲")) + row(cell(""), times=9_000) + ONE, "范围过大"),
        (row(*map(cell, "甲乙"), times=400_000) + row(cell("", 900), cell("甲")), "范围过大"),
    ],
)
def test_what_repeats_without_measure_is_refused_before_it_is_opened(
    street: Run, tmp_path: Path, rows: str, said: str
) -> None:
    result = street("import", document(tmp_path / "a.ods", HEAD + ONE + rows))
    assert result.code == 4 and said in result.err and "请" in result.err, result.err


def test_a_merged_cell_ends_with_the_sheet(street: Run, tmp_path: Path) -> None:
    merged = '<table:table-cell office:value-type="float" office:value="3" table:number-rows-spanned="4000000000">'
    rows = row(*map(cell, ["名称", "类型", "住所"])) + row(*map(cell, ["甲会", "其他"]), f"{merged}</table:table-cell>")
    assert summary(street, document(tmp_path / "a.ods", rows))["new"] == 1


def test_blanks_to_the_end_of_the_sheet_are_no_bomb(street: Run, tmp_path: Path) -> None:
    """As LibreOffice writes every sheet; and cells and rows that are alike it writes once."""
    filler = cell("", 16382)
    rows = row(cell("名称"), cell("类型"), filler) + row(cell("甲协会"), cell("社会团体"), filler)
    rows += row(cell(""), cell(""), cell("", 16382), times=30) + row(cell("乙协会"), cell("社会团体"), times=2)
    said = summary(street, document(tmp_path / "a.ods", rows + row(cell("", 16384), times=1_048_542)))
    assert (said["new"], said["rejected"]) == (2, 0)


cells = st.tuples(st.sampled_from(["", "甲"]), st.sampled_from([1, 2, 12]))
sheets = st.lists(st.tuples(st.lists(cells, min_size=1, max_size=4), st.integers(1, 3)), max_size=5)


@given(st.lists(sheets, max_size=3))
def test_all_that_repeats_is_counted(book: list[list[tuple[list[tuple[str, int]], int]]]) -> None:
    text, grid, filled = "", 0, 0
    for sheet in book:
        rows = "".join(row(*(cell(word, many) for word, many in line), times=times) for line, times in sheet)
        text += f'<table:table table:name="a"><table:table-column/>{rows}</table:table>'
        lines = [[word for word, many in line for _ in range(many)] for line, times in sheet for _ in range(times)]
        filled += sum(map(len, (list(filter(None, line)) for line in lines)))
        last = max((place for place, line in enumerate(lines, 1) if any(line)), default=0)
        grid += last * max((place for line in lines for place, word in enumerate(line, 1) if word), default=0)
    found = ods_reach.reach(text.encode())
    assert found.grid == grid >= found.filled >= filled


def test_styles_beyond_measure_are_not_read(street: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", random.Random(1).randbytes(1 << 20))  # or it would be packed too well
        archive.writestr("xl/styles.xml", b"<styleSheet>" + b"<xf/>" * (14 << 20))
    result = street("import", "a.xlsx")
    assert result.code == 4 and "单元格格式过多" in result.err
