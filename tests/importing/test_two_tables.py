"""Import: two tables in one sheet, one below or beside the other. Neither is mixed with the other, and none is lost
without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import Run
from tests.importing.test_import import listed, summary, table
from tests.importing.test_silent import HEAD, ROW, issues

OTHER = ["周亚英工作室", "书画", "2025", "委托管理", "10000"]
DATES = ["承接单位", "项目名称", "年度", "合作方式", "开始日期"]
STARTED = [*ROW[:4], "2025-03-01"]


@pytest.mark.parametrize(
    ("head", "row", "second", "gap"),
    [
        ([*HEAD[:4], "合同金额（万元）"], ROW, [*HEAD[:4], "合同金额（元）"], True),
        ([*HEAD[:4], "合同金额（万元）"], ROW, [*HEAD[:4], "合同金额（元）"], False),
        (DATES, STARTED, [*DATES[:4], "结束日期"], True),
        (DATES, STARTED, [*DATES[:4], "结束日期"], False),
        (HEAD, ROW, [HEAD[0], HEAD[2], HEAD[1], "合同签订日期", "合同编号"], False),
        (HEAD, ROW, ["项目名称", "承接单位", "面积", "楼层"], True),
    ],
)
def test_a_second_header_that_differs(
    street: Run, tmp_path: Path, head: list[str], row: list[str], second: list[str], gap: bool
) -> None:
    file = table(tmp_path / "a.csv", [head, row, *([[]] if gap else []), second, OTHER])
    assert issues(street, file) == [(4 if gap else 3, "second-table")]
    assert street("import", file, "--skip-bad").code == 6
    assert [each["name"] for each in listed(street, "project")] == ["调解"]


def test_the_same_header_again_is_skipped(street: Run, tmp_path: Path) -> None:
    upper = ["承接单位", "项目名称", "年度", "合作方式", "合同", ""]
    lower = ["", "", "", "", "金额", "编号"]
    rows = [upper, lower, [*ROW, "H-1"], upper, lower, [*OTHER, "H-2"]]
    said = summary(street, table(tmp_path / "a.csv", rows))
    assert (said["new"], said["issues"]) == (2, [])
    assert "重复表头 2 行：第 4、5 行" in street("import", "a.csv").out


@pytest.mark.parametrize(("above", "between"), [("单位：万元", "单位：元"), ("单位：元", "金额单位：万元")])
def test_another_unit_between_two_tables(street: Run, tmp_path: Path, above: str, between: str) -> None:
    file = table(tmp_path / "a.csv", [[above], HEAD, ROW, [], [between], HEAD, OTHER])
    assert issues(street, file) == [(5, "unit-changed")]
    assert street("import", file, "--skip-bad").code == 6
    assert [each["amount"] for each in listed(street, "project")] == [12 if above == "单位：元" else 120000]


def test_the_same_unit_between_two_tables(street: Run, tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", [["单位：万元"], HEAD, ROW, [], ["单位：万元"], HEAD, OTHER])
    assert issues(street, file) == []
    assert [each["amount"] for each in listed(street, "project")] == [120000, 10**8]


@pytest.mark.parametrize(
    ("above", "rows"),
    [
        ([(0, 5, 6, "资金来源（万元）")], [["财政", "福彩"]]),
        (
            [(0, 5, 8, "支付情况"), (1, 5, 6, "首付款"), (1, 7, 8, "尾款")],
            [["首付款", "", "尾款", ""], ["金额", "日期", "金额", "日期"]],
        ),
    ],
)
def test_a_header_of_several_rows_that_is_not_understood_is_no_second_table(
    street: Run, tmp_path: Path, above: list[tuple[int, int, int, str]], rows: list[list[str]]
) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    for place, name in enumerate(HEAD):
        sheet.merge_range(0, place, len(rows), place, name)
    for place, row in enumerate(rows, 1):
        sheet.write_row(place, len(HEAD), row)
    for line, first, last, name in above:
        sheet.merge_range(line, first, line, last, name)
    sheet.write_row(len(rows) + 1, 0, [*ROW, 2, 1, 1, 1])
    book.close()
    said = street("import", tmp_path / "a.xlsx")
    assert said.code == 4 and "表头不止一行" in said.out and "并成一行" in said.out and "另一张表" not in said.out


# -- the first of two tables

ORGS = [
    ["潍坊街道社会组织名单"],
    ["序号", "社会组织名称", "统一社会信用代码", "面积", "房屋性质", "楼层", "类型"],
    ["1", "甲协会", "", "30", "租", "1", "社会团体"],
    ["2", "乙协会", "", "30", "租", "1", "社会团体"],
    [],
    ["项目名单"],
]
PROJECTS = [
    ["序号", "项目编号", "承接单位", "项目名称", "年度", "采购方式", "合同金额"],
    ["1", "P1", "周亚英工作室", "老年课堂", "2025", "公开招标", "100"],
]


@pytest.mark.parametrize("options", [(), ("--as", "project")])
def test_a_table_above_the_header_is_not_lost(street: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    file = table(tmp_path / "a.csv", [*ORGS, *PROJECTS])
    said = summary(street, file, *options, code=4)
    assert (said["header_row"], said["noun"]) == (7, "project")
    assert [(issue["row"], issue["code"]) for issue in said["issues"]] == [(2, "table-above")]
    assert "第 2–4 行" in said["issues"][0]["message"]
    assert street("import", file, *options, "--skip-bad").code == 6
    assert len(listed(street, "project")) == 1


def test_a_column_that_counts_is_no_unknown_name(street: Run, tmp_path: Path) -> None:
    head = ["序号", "社会组织名称", "类型", "统一社会信用代码", "面积", "楼层"]  # three of five
    file = table(tmp_path / "a.csv", [head, ["1", "甲协会", "社会团体", "", "30", "1"], [], *PROJECTS])
    said = summary(street, file, code=4)
    assert (said["header_row"], said["noun"]) == (1, "org")
    assert [(issue["row"], issue["code"]) for issue in said["issues"]] == [(4, "second-table")]


@pytest.mark.parametrize(
    "above",
    [
        [["单位名称", "老年协会", "联系人", "张三"]],
        [["单位名称", "老年协会", "联系人", "张三"], ["地址", "某路", "联系电话", "50000000"], []],
        [["名称", "类型", "联系人"]],
        [["填报单位：老年协会", "联系人：张三"], ["2025-12-31", "第一稿"]],
    ],
)
def test_a_form_above_the_header_is_no_table(street: Run, tmp_path: Path, above: list[list[str]]) -> None:
    assert issues(street, table(tmp_path / "a.csv", [*above, *PROJECTS])) == []


# -- side by side


@pytest.mark.parametrize(
    ("head", "row", "read"),
    [
        (
            ["名称", "统一社会信用代码", "类型", "", "单位名称", "联系人", "联系电话"],
            ["甲协会", "", "社会团体", "", "乙协会", "张三", "13800000001"],
            {"contact": None, "phone": None},
        ),
        (
            ["名称", "类型", "住所", "名称", "联系人", "联系电话"],
            ["甲协会", "社会团体", "竹园路", "乙协会", "张三", "13800000001"],
            {"contact": None, "phone": None, "address": "竹园路"},
        ),
        (
            ["序号", "名称", "类型", "", "序号", "姓名", "联系电话"],
            ["1", "甲协会", "社会团体", "", "1", "张三", "13800000001"],
            {"phone": None},
        ),
        (
            ["名称", "类型", "", "联系人", "名称", "联系电话"],
            ["甲协会", "社会团体", "", "张三", "乙协会", "13800000001"],
            {"contact": None, "phone": None},
        ),
    ],
)
def test_tables_side_by_side_are_not_mixed(
    street: Run, tmp_path: Path, head: list[str], row: list[str], read: dict[str, str | None]
) -> None:
    title = ["社会组织名单", "", "", "", "联系人名单"]
    said = summary(street, table(tmp_path / "a.csv", [title, head, row]))
    assert (said["noun"], said["new"]) == ("org", 1)
    assert [(issue["row"], issue["code"]) for issue in said["issues"]] == [(2, "header-repeated")]
    (org,) = listed(street, "org", "--where", "name=甲协会")
    assert {key: org[key] for key in read} == read


@pytest.mark.parametrize(
    ("head", "phone"),
    [
        (["名称", "类型", "", "联系人", "联系电话"], "13800000001"),  # a column between, but no second table
        (["名称", "类型", "住所", "负责人", "联系电话"], "13800000001"),
    ],
)
def test_a_column_without_a_header_is_no_second_table(street: Run, tmp_path: Path, head: list[str], phone: str) -> None:
    row = ["甲协会", "社会团体", "", "张三", "13800000001"]
    assert issues(street, table(tmp_path / "a.csv", [head, row])) == []
    assert listed(street, "org", "--where", "name=甲协会")[0]["phone"] == phone


def test_a_column_of_the_second_table_can_be_asked_for(street: Run, tmp_path: Path) -> None:
    head = ["名称", "类型", "", "名称", "电话号"]
    file = table(tmp_path / "a.csv", [head, ["甲协会", "社会团体", "", "甲协会", "13800000001"]])
    assert street("import", file, "--map", "电话号=phone").code == 0
    assert listed(street, "org", "--where", "name=甲协会")[0]["phone"] == "13800000001"
