"""What a clerk sees in a table, and its reader does not say: formulas without a result, number formats, merges, hidden
sheets, columns without a name."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import Run
from tests.importing.test_damaged import biff, compound
from tests.importing.test_import import listed, open_document, summary, table

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


# -- number formats


@pytest.mark.parametrize(
    ("number", "format", "amount"),
    [
        (3.5, '0.00"万元"', 35000),
        (3.456789, '#,##0.00"万元"', 34567.89),  # shown as 3.46万元
        (-3.5, '0.00"万元";(0.00"万元")', -35000),
        (35000, '0!.0,"万"', 35000),  # shown as 3.5万
        (35123, '0\\.0,"万元"', 35123),
        (35000, '[>=10000]0!.0,"万元";0"元"', 35000),
        (5000, '[>=10000]0!.0,"万元";0"元"', 5000),
        (35000000, '#,##0.0,"千元"', 35000000),
        (3.5, 'General"万元"', 35000),
        (3.5, "0.00\\万\\元", 35000),
        (3.5, '[Red]"¥"#,##0.00_ "元"', 3.5),
        (3.5, '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', 3.5),
        (3.5, "0.00", 3.5),
        (35000, "#,##0.00,", 35000),  # what it counts in is not said
    ],
)
def test_the_unit_that_a_format_shows(street: Run, tmp_path: Path, number: float, format: str, amount: float) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ROW)
    sheet.write_number(1, 4, number, book.add_format({"num_format": format}))
    book.close()
    assert street("import", "a.xlsx").code == 0
    assert [each["amount"] for each in listed(street, "project")] == [amount]


def test_a_percentage_is_no_amount(street: Run, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [*HEAD, "已付金额"])
    sheet.write_row(1, 0, [*ROW, 10])
    sheet.write_number(1, 5, 0.5, book.add_format({"num_format": "0%"}))
    book.close()
    said = summary(street, "a.xlsx", code=4)
    assert [(each["row"], each["value"]) for each in said[1]["issues"] if each["row"]] == [(2, "50%")]


def test_a_score_in_percent(street: Run, tmp_path: Path) -> None:
    street("import", table(tmp_path / "p.csv", [HEAD, [*ROW, "10"]]))
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["项目名称", "评估类型", "评估日期", "满意度"])
    sheet.write_row(1, 0, ["调解", "验收", "2025-03-03"])
    sheet.write_row(2, 0, ["调解", "验收", "2025-04-03"])
    tenth = book.add_format({"num_format": "0.0%"})
    sheet.write_number(1, 3, 0.965, tenth)
    sheet.write_formula(2, 3, "=0.9+0.02", tenth, 0.92)
    book.close()
    assert street("import", "a.xlsx", "--as", "review").code == 0
    assert {each["score"] for each in listed(street, "review")} == {96.5, 92}


def test_zeros_before_a_number(street: Run, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    zeros, named, long = (book.add_format({"num_format": each}) for each in ("0000", '"备-"000', "0" * 18))
    sheet.write_row(0, 0, ["名称", "类型", "备案号", "统一社会信用代码"])
    for row, (number, format) in enumerate([(12, zeros), (7, named), (9, None)], 1):
        sheet.write_row(row, 0, [f"第{row}艺术团", "社区社会组织"])
        sheet.write_number(row, 2, number, format)
    sheet.write_row(4, 0, ["第四艺术团", "社区社会组织"])
    sheet.write_number(4, 3, 511100003063624772, long)  # its last digits are lost: zeros would hide that
    book.close()
    assert refused(street, "a.xlsx") == [(5, "统一社会信用代码", "code-destroyed")]
    street("import", "a.xlsx", "--skip-bad")
    assert {each["name"]: each["reg_no"] for each in listed(street, "org") if each["reg_no"]} == {
        "第1艺术团": "0012",
        "第2艺术团": "备-007",
        "第3艺术团": "9",
    }


# -- merged cells


@pytest.mark.parametrize(
    ("cell", "said"), [(12, ["amount-merged"]), (12.5, ["amount-merged"]), ("5万元", ["amount-merged"]), ("/", [])]
)
def test_an_amount_of_any_kind_for_several_rows_is_said(
    street: Run, tmp_path: Path, cell: object, said: list[str]
) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    for place, row in enumerate([HEAD, ROW, [ROW[0], "书画", *ROW[2:]]]):
        sheet.write_row(place, 0, row)
    sheet.merge_range(1, 4, 2, 4, cell)
    book.close()
    assert [each["code"] for each in summary(street, "a.xlsx")["issues"]] == said


def test_a_whole_amount_for_several_rows_of_an_xls_is_said(street: Run, tmp_path: Path) -> None:
    def label(row: int, column: int, text: str) -> bytes:
        said = struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le")
        return struct.pack("<HH", 0x0204, len(said)) + said

    head = [label(0, column, name) for column, name in enumerate(["名称", "类型", "注册资金"])]
    cells = [label(row, 0, name) for row, name in ((1, "甲协会"), (2, "乙协会"))]
    cells += [label(row, 1, "社会团体") for row in (1, 2)]
    number = struct.pack("<HHHHHi", 0x027E, 10, 1, 2, 0, 30000 << 2 | 2)  # RK, a whole number
    merged = struct.pack("<HHHHHHH", 0x00E5, 10, 1, 1, 2, 2, 2)
    stream = biff(65536, 256, b"".join((*head, *cells, number, merged)))
    (tmp_path / "a.xls").write_bytes(compound(stream))
    said = summary(street, "a.xls")
    assert [each["code"] for each in said["issues"]] == ["amount-merged"]
    assert [each["capital"] for each in listed(street, "org") if each["capital"]] == [30000, 30000]


# -- long numbers


def test_numbers_of_documents_that_a_spreadsheet_has_shortened(street: Run, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [*HEAD, "合同编号"])
    sheet.write_row(1, 0, [*ROW, 10, 310115202500000123])
    sheet.write_row(2, 0, [ROW[0], "书画", *ROW[2:], 10, "310115202500000124"])
    sheet.write_row(3, 0, [ROW[0], "歌咏", *ROW[2:], 10, 310115202500125])
    book.close()
    assert refused(street, "a.xlsx") == [(2, "合同编号", "number-destroyed")]
    street("import", "a.xlsx", "--skip-bad")
    assert {each["contract_no"] for each in listed(street, "project", "--columns", "contract_no")} == {
        "310115202500000124",
        "310115202500125",
    }


@pytest.mark.parametrize("written", ["3.10115E+17", "3.101152025e+17", "3E+17"])
def test_shortened_numbers_in_a_text_file(street: Run, tmp_path: Path, written: str) -> None:
    rows = [["项目编号", *HEAD], [written, *ROW, "10"], ["WF-2025-E+1", ROW[0], "书画", *ROW[2:], "10"]]
    table(tmp_path / "a.csv", rows)
    assert refused(street, "a.csv") == [(2, "项目编号", "number-destroyed")]
    table(tmp_path / "b.csv", [["名称", "类型", "备案号"], ["甲社", "社区社会组织", written]])
    assert refused(street, "b.csv") == [(2, "备案号", "number-destroyed")]


# -- text files of platforms


@pytest.mark.parametrize("quoted", [True, False])
def test_what_keeps_the_zeros_in_a_text_file_is_taken_off(street: Run, tmp_path: Path, quoted: bool) -> None:
    rows = [["名称", "类型", "备案号", "住所"], ["甲社", "其他", "00123", '潍坊路"甲"'], ["乙社", "其他", "", "x"]]
    guarded = [['="{}"'.format(cell.replace('"', '""')) for cell in row] for row in rows]
    if quoted:
        table(tmp_path / "a.csv", guarded)
    else:
        (tmp_path / "a.csv").write_text("\n".join(map(",".join, guarded)), "utf-8")
    assert street("import", "a.csv").code == 0
    (first, second) = (each for each in listed(street, "org") if each["name"] in ("甲社", "乙社"))
    said = [(each["reg_no"], each["address"]) for each in sorted((first, second), key=lambda each: each["name"])]
    assert said == [(None, "x"), ("00123", '潍坊路"甲"')]


def test_what_is_no_guard_is_left(street: Run, tmp_path: Path) -> None:
    table(tmp_path / "a.csv", [["名称", "类型", "备案号"], ["甲社", "其他", '\'="00123"'], ["乙社", "其他", 'a="b"']])
    assert street("import", "a.csv").code == 0
    assert {each["reg_no"] for each in listed(street, "org") if each["reg_no"]} == {'="00123"', 'a="b"'}


# -- columns without a name


def unnamed(street: Run, name: str, *more: str) -> list[str]:
    said = summary(street, name, *more)
    plans = said if isinstance(said, list) else [said]
    return [each["message"] for plan in plans for each in plan["issues"] if each["code"] == "column-unnamed"]


def test_columns_without_a_name_are_told(street: Run, tmp_path: Path) -> None:
    head = ["名称", "联系电话", "", "类型", ""]
    row = ["甲社", "13800000001", "021-58391234", "社会团体", "已换届"]
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, head)
    sheet.write_row(1, 0, row)
    sheet.merge_range(0, 1, 0, 2, "联系电话")
    book.close()
    said = ["没有列名的列（C、E）有内容，没有读；请补上列名"]
    assert unnamed(street, "a.xlsx", "--dry-run") == said
    table(tmp_path / "a.csv", [head, *[["乙社", "", "", "社会团体"]] * 2, row])  # shorter rows before it
    assert unnamed(street, "a.csv", "--dry-run") == said
    many = [[f"{place}社", "13800000001", "", "社会团体", "", "x"] for place in range(600)]
    table(tmp_path / "b.csv", [[*head, "备注"], *many, [*row, "x"], *many[:1]])  # where a block is read in one go
    assert unnamed(street, "b.csv", "--dry-run") == said
    assert said[0] in street("import", "b.csv", "--dry-run").out


def test_columns_without_a_name_and_without_content_are_not(street: Run, tmp_path: Path) -> None:
    rows = [["名称", "", "类型", ""], ["甲社", "", "社会团体", " "], ["合计", "1", "", "1"], ["", "制表：张三"]]
    table(tmp_path / "a.csv", rows)
    assert unnamed(street, "a.csv") == []
    table(tmp_path / "b.csv", [["名称", "类型", "状态"], ["丙社", "社会团队", ""]])
    street("import", "b.csv", "--skip-bad", "--rejects", "r.csv")
    (tmp_path / "r.csv").write_text(
        (tmp_path / "r.csv").read_text("utf-8-sig").replace("社会团队", "社会团体"), "utf-8"
    )
    assert unnamed(street, "r.csv") == []  # why a row was refused is no column to be named
    (tmp_path / "读法.yaml").write_text("split:\n  住所: {at: /, into: [住所, 业务范围]}\n", "utf-8")
    table(tmp_path / "c.csv", [["名称", "类型", "住所"], ["丁社", "社会团体", "潍坊路/助老"]])
    assert unnamed(street, "c.csv", "--mapping", "读法.yaml") == []


# -- hidden sheets


@pytest.mark.parametrize("hide", ["hide", "very_hidden"])
def test_a_hidden_sheet_is_said_to_be_one(street: Run, tmp_path: Path, hide: str) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    for name in ("今年", "去年"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["名称", "类型"])
        sheet.write_row(1, 0, [f"{name}社", "社会团体"])
    getattr(sheet, hide)()
    book.close()
    said = [each for plan in summary(street, "a.xlsx", "--dry-run") for each in plan["issues"]]
    assert [(each["sheet"], each["code"]) for each in said] == [("去年", "sheet-hidden")]
    assert "“去年”是隐藏的工作表" in street("import", "a.xlsx", "--dry-run").out
    assert "隐藏" not in street("import", "a.xlsx", "--sheet", "今年").out
