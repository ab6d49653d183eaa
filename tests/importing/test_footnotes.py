"""Import: totals, notes and signatures below a table are no records."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.importing.test_import import listed, summary, table
from tests.importing.test_silent import issues

NAMES = ["甲协会", "乙协会"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *((text, "合计行") for text in ("合计2家", "合计：2 家", "共计2家", "以上共2家", "共 2 家", "社会团体小计")),
        *((text, "合计行") for text in ("（一）社会团体小计：", "以上合计2家", "2025年合计")),
        *(
            (text, "说明行")
            for text in ("（注：以上均已登记）", "注1：以上均已登记", "注① 以上均已登记", "注、均已登记")
        ),
        *((text, "说明行") for text in ("*带星号的为新成立", "※ 为今年新成立的组织", "填表说明：照证书填写")),
        *((text, "说明行") for text in ("数据来源：区民政局", "单位负责人：张三", "联系人：张三 电话：50000000")),
        *((text, "说明行") for text in ("潍坊街道办事处（盖章）", "潍坊街道办事处(公章)", "分管领导签字：")),
        *((text, "说明行") for text in ("2025年12月31日", "二〇二五年十二月三十一日", "2025 年 12 月", "（以下空白）")),
        *((text, "说明行") for text in ("以下无正文", "第 1 页 共 1 页", "编制单位：潍坊街道", "填表日期：2025-12-31")),
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_rows_below_the_table(street: Run, tmp_path: Path, text: str, why: str, place: int) -> None:
    head = ["名称", "住所", "联系人", "联系电话", "行业分类"]
    rows = [[name, "竹园路", "张三", "50000000", "养老"] for name in NAMES]
    file = table(tmp_path / "a.csv", [head, *rows, [*[""] * place, text]])
    assert f"跳过{why} 1 行：第 4 行" in street("import", file, "--as", "org", "--set", "kind=社会团体").out
    assert [each["name"] for each in listed(street, "org")][2:] == NAMES


@pytest.mark.parametrize("place", [0, 1])
def test_small_headings_within_a_table(street: Run, tmp_path: Path, place: int) -> None:
    rows = [
        [*[""] * place, "一、社会团体"],
        ["1", "甲协会", "竹园路"],
        [*[""] * place, "（二）基金会"],
        ["2", "乙协会", "1号"],
    ]
    file = table(tmp_path / "a.csv", [["序号", "名称", "住所"], *rows])
    said = street("import", file, "--as", "org", "--set", "kind=社会团体").out
    assert "跳过小标题行 2 行：第 2、4 行" in said
    assert [each["name"] for each in listed(street, "org")][2:] == NAMES


def test_a_list_of_names_has_no_small_headings(street: Run, tmp_path: Path) -> None:
    rows = [["一、甲协会", ""], ["二、乙协会", "竹园路"]]
    file = table(tmp_path / "a.csv", [["名称", "住所"], *rows])
    assert summary(street, file, "--set", "kind=社会团体")["new"] == 2


@pytest.mark.parametrize(
    "row",
    [
        ["单位负责人：张三", "", "审核人：李四", "", "填表人：王五"],
        ["合计2家", "", "", "", "10"],
        ["联系人：张三", "电话：50000000", ""],
        ["潍坊街道办事处（盖章）", "", "", "2025年12月31日"],
    ],
)
def test_rows_below_the_table_with_several_cells(street: Run, tmp_path: Path, row: list[str]) -> None:
    head = ["名称", "类型", "联系人", "联系电话", "行业分类"]
    file = table(tmp_path / "a.csv", [head, *([name, "社会团体", "张三", "50000000", "养老"] for name in NAMES), row])
    assert (summary(street, file)["new"], len(listed(street, "org"))) == (2, 4)


@pytest.mark.parametrize(
    "name",
    ["注册志愿者协会", "共3社区联谊会", "会计学会", "统计协会", "说明书收藏协会", "第1页书社", "来源书社", "总会"],
)
def test_names_that_only_look_like_a_total_or_a_note(street: Run, tmp_path: Path, name: str) -> None:
    file = table(tmp_path / "a.csv", [["名称", "类型", "住所"], [name, "社会团体", "竹园路"]])
    assert summary(street, file)["new"] == 1


def test_what_stands_alone_at_the_end_is_not_registered(street: Run, tmp_path: Path) -> None:
    rows = [
        ["甲协会", "50000000"],
        ["丙协会", ""],
        ["乙协会", "50000001"],
        ["上表由民政科提供", ""],
        ["", ""],
        ["张三"],
    ]
    file = table(tmp_path / "a.csv", [["名称", "联系电话"], *rows])
    options = ("--as", "org", "--set", "kind=社会团体")
    assert issues(street, file, *options) == [(5, "single-cell"), (7, "single-cell")]
    assert street("import", file, *options, "--skip-bad", "--rejects", "r.csv").code == 6
    assert [each["name"] for each in listed(street, "org")][2:] == ["甲协会", "丙协会", "乙协会"]
    assert "上表由民政科提供" in (tmp_path / "r.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        (["名称", "面积"], [["甲协会", "30"], ["乙协会", ""]]),  # one column is read
        (["名称", "备注"], [["甲协会", ""], ["乙协会", ""]]),  # nothing but names
        (["名称", "联系电话"], [["甲协会", "50000000"], ["乙协会", "无"]]),  # a hand said that there is none
        (["名称"], [["甲协会"], ["乙协会"]]),
    ],
)
def test_a_record_may_be_one_cell(street: Run, tmp_path: Path, head: list[str], rows: list[list[str]]) -> None:
    file = table(tmp_path / "a.csv", [head, *rows])
    assert summary(street, file, "--as", "org", "--map", "名称=name", "--set", "kind=社会团体")["new"] == 2


def test_a_long_table_with_a_last_line_of_one_cell(street: Run, tmp_path: Path) -> None:
    """Blocks that are full pass as a whole, and the one that isn't comes after them."""
    head = ["名称", "住所", "联系人", "联系电话", "行业分类"]
    rows = [[f"第{number}协会", "竹园路", "张三", "50000000", "养老"] for number in range(250)]
    file = table(tmp_path / "a.csv", [head, *rows, ["由民政科提供"]])
    assert issues(street, file, "--as", "org", "--set", "kind=社会团体", "--dry-run") == [(252, "single-cell")]


def test_only_what_stands_right_above_a_second_table_is_its_title(street: Run, tmp_path: Path) -> None:
    rows = [["甲协会", "50000000"], ["丙协会"], [], ["二、项目"], ["项目名称", "承接单位"], ["调解", "周亚英工作室"]]
    file = table(tmp_path / "a.csv", [["名称", "联系电话"], *rows])
    options = ("--as", "org", "--set", "kind=社会团体")
    assert issues(street, file, *options) == [(3, "single-cell"), (6, "second-table")]


CLUBS = ["序号", "名称", "所属社区", "负责人"]
AS_CLUBS = ("--as", "org", "--set", "kind=社区社会组织")


def clubs(street: Run, file: Path) -> list[str]:
    assert issues(street, file, *AS_CLUBS) == []
    return [each["name"] for each in listed(street, "org")][2:]


@pytest.mark.parametrize(
    "row",
    [
        ["填表人：", "王五", "审核人：", "赵六"],
        ["填表人:", "王五", "审核人:", "赵六"],
        ["汇总人：张三", "审核：李四", ""],
        ["汇总人：张三", "审核：李四", "电话：50000000", "2025年12月31日"],
        ["经手人：王五", "张三", "", "50000000"],
        ["说明", "1.本表由居委会填写", "", ""],
        ["备注", "本表由居委会填写", "", ""],
        ["", "说明", "本表由居委会填写", ""],
    ],
)
def test_who_signs_and_what_is_remarked_below_a_ledger_of_clubs(street: Run, tmp_path: Path, row: list[str]) -> None:
    file = table(tmp_path / "a.csv", [CLUBS, ["1", "红枫队", "潍坊", "张三"], row])
    said = street("import", file, *AS_CLUBS, "--dry-run").out
    assert "跳过说明行 1 行：第 3 行" in said
    assert clubs(street, file) == ["红枫队"]


def test_who_signs_below_hundreds_of_full_rows(street: Run, tmp_path: Path) -> None:
    rows = [[str(number), f"第{number}队", "潍坊", "张三"] for number in range(240)]
    file = table(tmp_path / "a.csv", [CLUBS, *rows, ["填表人：", "王五", "审核人：", "赵六"]])
    assert len(clubs(street, file)) == 240


@pytest.mark.parametrize(("first", "second"), [("一", "二"), ("一、", "二、"), ("（一）", "（二）")])
@pytest.mark.parametrize("counted", [["1", "2"], ["1.", "2."]])
def test_small_headings_in_the_column_that_counts(
    street: Run, tmp_path: Path, first: str, second: str, counted: list[str]
) -> None:
    rows = [
        [first, "文体活动类（1家）", "", ""],
        [counted[0], "红枫队", "潍坊", "张三"],
        [second, "公益服务类", "", ""],
        [counted[1], "绿叶队", "潍坊", "李四"],
    ]
    file = table(tmp_path / "a.csv", [CLUBS, *rows])
    assert "跳过小标题行 2 行：第 2、4 行" in street("import", file, *AS_CLUBS, "--dry-run").out
    assert clubs(street, file) == ["红枫队", "绿叶队"]


@pytest.mark.parametrize(
    "rows",
    [
        [["一", "红枫队", "", ""], ["二", "绿叶队", "", ""]],
        [["一", "红枫队", "", ""], ["二", "绿叶队", "潍坊", "张三"]],
        [["一", "红枫队", "潍坊", "张三"], ["二", "绿叶队", "", ""]],
        [["1", "红枫队", "", ""], ["2", "绿叶队", "潍坊", "张三"]],
    ],
)
def test_numbers_of_records_are_no_small_headings(street: Run, tmp_path: Path, rows: list[list[str]]) -> None:
    assert sorted(clubs(street, table(tmp_path / "a.csv", [CLUBS, *rows]))) == sorted(["红枫队", "绿叶队"])


def test_all_that_a_ledger_of_clubs_may_have(street: Run, tmp_path: Path) -> None:
    rows = [
        ["一", "文体活动类（1家）", "", ""],
        ["1", "红枫队", "潍坊", "张三"],
        ["2", "合 计", "", ""],
        ["说明", "1.本表由居委会填写", "", ""],
        ["填表人：", "王五", "审核人：", "赵六"],
    ]
    assert clubs(street, table(tmp_path / "a.csv", [CLUBS, *rows])) == ["红枫队"]
