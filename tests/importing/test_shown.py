"""What a clerk sees in a table, and its reader does not say: formulas without a result, number formats, merges, hidden
sheets, columns without a name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import Run
from tests.importing.test_import import listed, open_document, summary

HEAD = ["承接单位", "项目名称", "年度", "合作方式", "合同金额"]
ROW = ["周亚英工作室", "调解", "2025", "委托管理"]


def rewritten(path: Path, change: Callable[[str], str]) -> str:
    """The name of a workbook whose cells were changed as they stand in the file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            is_table = name == "content.xml" or name.startswith("xl/worksheets/sheet")
            new = change(content.decode()).encode() if is_table else content
            assert not is_table or new != content
            archive.writestr(name, new)
    return path.name


def refused(street: Run, name: str) -> list[tuple[int, str, str]]:
    said = summary(street, name, code=4)
    return [(each["row"], each["column"], each["code"]) for each in said["issues"] if each["row"]]


@pytest.mark.parametrize("result", ["<v></v>", "<v/>", "<v />", "", "\n"])
def test_a_formula_nobody_worked_out_is_no_blank(street: Run, tmp_path: Path, result: str) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ROW)
    sheet.write_formula(1, 4, "=30000+5000", None, 1)
    sheet.write_row(2, 0, [ROW[0], "书画", *ROW[2:], 5])
    book.close()
    name = rewritten(tmp_path / "a.xlsx", lambda text: text.replace("</f><v>1</v>", f"</f>{result}"))
    assert refused(street, name) == [(2, "合同金额", "formula-unworked")]
    assert "请在 WPS/Excel 中打开、保存后再导入" in street("import", name).out


def test_results_that_are_blank_or_there(street: Run, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [*HEAD, "合同编号"])
    sheet.write_row(1, 0, ROW)
    sheet.write_formula(1, 4, "=30000+5000", None, 35000)
    sheet.write_formula(1, 5, '=""', None, "")
    book.close()
    old, new = '<c r="F2"><f>""</f><v></v></c>', '<c r="F2" t="str"><f>""</f><v/></c>'
    assert street("import", rewritten(tmp_path / "a.xlsx", lambda text: text.replace(old, new))).code == 0
    assert [(each["amount"], each["contract_no"]) for each in listed(street, "project")] == [(35000, None)]


def test_a_formula_nobody_worked_out_in_an_open_document(street: Run, tmp_path: Path) -> None:
    open_document(tmp_path / "a.ods", [HEAD, [*ROW, "@"], [ROW[0], "书画", *ROW[2:], "$"]])

    def change(text: str) -> str:
        cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
        bare = '<table:table-cell table:formula="of:=30000+5000"/>'
        blank = '<table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string" office:string-value=""/>'
        return text.replace(cell.format("@"), bare).replace(cell.format("$"), blank)

    assert refused(street, rewritten(tmp_path / "a.ods", change)) == [(2, "合同金额", "formula-unworked")]
