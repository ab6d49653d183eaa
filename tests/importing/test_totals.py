"""Import: a total is known where a name would stand, however it is written, and nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import Run
from tests.importing.test_import import listed, summary, table
from tests.importing.test_silent import HEAD, issues

ORGS = ["序号", "名称", "负责人"]
AS_CLUBS = ("--set", "kind=社区社会组织")
TOTALS = ["合 计", "合计（1家）", "合计：", "共计", "总 计", "小计2家", "本街道合计", "总数", "合計", "汇总", "小\n计"]
NAMES = ["合计协会", "总商会", "小计文化中心", "会计学会", "计划生育协会", "总工会", "汇总人协会", "统计共计算学会"]


@pytest.mark.parametrize("total", [*TOTALS, "小计（2个）", "其中：福彩项目", "福彩项目小计", "其中:自筹"])
def test_a_total_below_cells_that_are_merged_downwards(street: Run, tmp_path: Path, total: str) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    for place, row in enumerate(
        [HEAD, ["", "助老", "", "", 30000], ["", "助残", "", "", 40000], ["", total, "", "", 7]]
    ):
        sheet.write_row(place, 0, row)
    for column, shared in ((0, "潍坊街道老年协会"), (2, 2025), (3, "委托管理")):
        sheet.merge_range(1, column, 3, column, shared)
    book.close()
    assert "跳过合计行 1 行：第 4 行" in street("import", tmp_path / "a.xlsx").out
    assert [each["name"] for each in listed(street, "project")] == ["助老", "助残"]


@pytest.mark.parametrize("total", TOTALS)
def test_a_total_behind_a_number_that_goes_on(street: Run, tmp_path: Path, total: str) -> None:
    file = table(tmp_path / "a.csv", [ORGS, ["1", "红枫队", "张三"], ["2", total, ""], ["3", total, "李四"]])
    assert "跳过合计行 2 行：第 3、4 行" in street("import", file, *AS_CLUBS).out
    assert [each["name"] for each in listed(street, "org")][2:] == ["红枫队"]


@pytest.mark.parametrize("total", TOTALS)
def test_a_total_among_hundreds_of_full_rows(street: Run, tmp_path: Path, total: str) -> None:
    """Whole blocks are asked at once."""
    head = ["序号", "所属社区", "名称", "住所", "负责人"]
    rows = [[str(number), "潍坊", f"第{number}队", "竹园路", "张三"] for number in range(300)]
    rows[120][2] = total
    file = table(tmp_path / "a.csv", [head, *rows])
    assert summary(street, file, *AS_CLUBS)["new"] == 299


def test_names_in_which_a_total_is_only_a_part(street: Run, tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", [ORGS, *([str(place), name, "张三"] for place, name in enumerate(NAMES, 1))])
    assert summary(street, file, *AS_CLUBS)["new"] == len(NAMES)
    assert [each["name"] for each in listed(street, "org")][2:] == NAMES


@pytest.mark.parametrize("word", ["总计", "小计", "累计", "合计", "总 计"])
def test_a_remark_does_not_make_a_record_a_total(street: Run, tmp_path: Path, word: str) -> None:
    head = ["项目名称", "承接单位", "年度", "合作方式", "合同金额", "备注"]
    row = ["助老", "潍坊街道老年协会", "2025", "公开招标", "50000", word]
    assert issues(street, table(tmp_path / "a.csv", [head, row])) == []
    assert [each["name"] for each in listed(street, "project")] == ["助老"]


def test_a_row_without_a_name_is_a_total_in_whatever_column_it_says_so(street: Run, tmp_path: Path) -> None:
    head = ["承接单位", "服务领域", "项目名称", "年度", "合作方式", "合同金额"]
    rows = [
        ["潍坊街道老年协会", "为老", "助老", "2025", "委托管理", "5"],
        ["潍坊街道老年协会", "小计", "", "2025", "", "5"],
    ]
    assert "跳过合计行 1 行：第 3 行" in street("import", table(tmp_path / "a.csv", [head, *rows])).out


def test_a_total_leaves_nothing_along_the_way(street: Run, tmp_path: Path) -> None:
    head = [*HEAD, "已付金额", "付款日期", "财政资金"]
    row = ["潍坊街道老年协会", "助老", "2025", "委托管理", "50", "20", "2025-03-01", "50"]
    file = table(tmp_path / "a.csv", [head, row, [row[0], "小 计（1个）", *row[2:]]])
    assert issues(street, file) == []
    assert [len(listed(street, noun)) for noun in ("project", "payment", "funding")] == [1, 1, 1]
