"""What must not go wrong without a word: units, totals, whose a row is, what was paid twice, what a plan file says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import Run
from tests.importing.test_import import listed, summary, table
from zhengshe.reading import code_check_digit

HEAD = ["承接单位", "项目名称", "年度", "合作方式", "合同金额"]
ROW = ["周亚英工作室", "调解", "2025", "委托管理", "12"]


def code(number: int) -> str:
    body = f"51310115MJ{number:07d}"
    return body + code_check_digit(body)


def issues(street: Run, file: Path, *more: str) -> list[tuple[int, str]]:
    said = json.loads(street("import", file, *more, "-f", "json").out)
    plans = said if isinstance(said, list) else [said]
    return [(issue["row"], issue["code"]) for each in plans for issue in each["issues"]]


@pytest.mark.parametrize(
    "above",
    [["（万元）"], ["", "", "", "", "万元"], ["单位 万元"], ["金额单位：人民币（万元）"], ["2025年项目台账（万元）"]],
)
def test_the_unit_above_the_header_however_it_is_written(street: Run, tmp_path: Path, above: list[str]) -> None:
    street("import", table(tmp_path / "a.csv", [above, HEAD, ROW]))
    assert [each["amount"] for each in listed(street, "project")] == [120000]


@pytest.mark.parametrize("above", [["填报单位：元宝街道"], ["编制单位：万元村社区"], ["注册资金（万元）", "3"]])
def test_what_only_looks_like_a_unit(street: Run, tmp_path: Path, above: list[str]) -> None:
    street("import", table(tmp_path / "a.csv", [above, HEAD, ROW]))
    assert [each["amount"] for each in listed(street, "project")] == [12]


def test_a_unit_in_a_header_may_be_short(street: Run, tmp_path: Path) -> None:
    street("import", table(tmp_path / "a.csv", [[*HEAD[:4], "合同金额（万）"], ROW]))
    assert [each["amount"] for each in listed(street, "project")] == [120000]


def test_a_unit_that_is_only_said_below_the_table(street: Run, tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", [HEAD, ROW, ["说明：金额单位为万元"]])
    result = street("import", file)
    assert result.code == 4 and "金额没有照此换算" in result.out
    (tmp_path / "读法.yaml").write_text("unit: 万元\n", "utf-8")
    assert street("import", file, "--mapping", "读法.yaml").code == 0
    assert [each["amount"] for each in listed(street, "project")] == [120000]


@pytest.mark.parametrize("name", ["r.xlsx", "r.csv"])
def test_rejects_keep_the_unit_and_the_year_of_the_title(street: Run, tmp_path: Path, name: str) -> None:
    titles = [["2025年项目台账"], ["单位：万元"]]
    head = [*HEAD[:2], *HEAD[3:], "已付金额"]
    file = table(tmp_path / "a.csv", [*titles, head, ["周亚英工作室", "调解", "委托代理", "12", "6"]])
    assert street("import", file, "--skip-bad", "--rejects", name).code == 6
    street("import", name, "--rejects", "again.csv")  # its own rejects keep them too
    head, row = csv.reader((tmp_path / "again.csv").open(encoding="utf-8-sig"))
    (tmp_path / "mended.csv").write_text(",".join(head) + "\n" + ",".join(row).replace("委托代理", "委托管理"), "utf-8")
    assert street("import", "mended.csv").code == 0
    assert [(each["amount"], each["year"]) for each in listed(street, "project")] == [(120000, 2025)]
    assert [each["paid_amount"] for each in listed(street, "payment")] == [60000]


def test_rejects_keep_the_unit_of_amounts_that_were_split_off(street: Run, tmp_path: Path) -> None:
    """They have no line above the header, and no column of their own that could say it."""
    head = ["承接单位", "项目名称", "合作方式", "金额与年度", "已付与日期"]
    row = ["周亚英工作室", "调解", "委托代理", "12/2025", "6/2025-03-01"]
    file = table(tmp_path / "a.csv", [["单位：万元"], head, row])
    into = {"金额与年度": "[合同金额, 年度]", "已付与日期": "[已付金额, 付款日期]"}
    split = "".join(f"  {name}: {{at: /, into: {names}}}\n" for name, names in into.items())
    (tmp_path / "读法.yaml").write_text(f"noun: project\nsplit:\n{split}", "utf-8")
    assert street("import", file, "--mapping", "读法.yaml", "--skip-bad", "--rejects", "r.csv").code == 6
    street("import", "r.csv", "--mapping", "读法.yaml", "--rejects", "again.csv")  # its own rejects keep it too
    text = (tmp_path / "again.csv").read_text("utf-8-sig")
    assert text.count("单位：万元") == 1
    (tmp_path / "mended.csv").write_text(text.replace("委托代理", "委托管理", 1), "utf-8")
    assert street("import", "mended.csv", "--mapping", "读法.yaml").code == 0
    assert [each["amount"] for each in listed(street, "project")] == [120000]
    assert [each["paid_amount"] for each in listed(street, "payment")] == [60000]


def test_totals_of_many_kinds_are_no_records(street: Run, tmp_path: Path) -> None:
    words = ["本页小计", "累计", "合计（3个）", "总计(万元)", "合计：3个", "以上合计"]
    totals = [[word, "", "", "", "15"] for word in words]
    merged_down = ["周亚英工作室", "小计", "2025", "委托管理", "15"]  # the first column was merged downwards
    street("import", table(tmp_path / "a.csv", [HEAD, ROW, *totals, merged_down]))
    assert [each["name"] for each in listed(street, "project")] == ["调解"]


def test_whose_a_row_is(street: Run, tmp_path: Path) -> None:
    for name, number in (("甲协会", 1), ("乙协会", 2)):
        street("org", "add", name, "--uscc", code(number))
    head = ["单位名称", "统一社会信用代码", "年度", "年检结论"]
    rows = [["乙协会", code(3), "2024", "合格"], ["另一个名字", code(1), "2024", "合格"]]
    file = table(tmp_path / "a.csv", [head, *rows])
    assert issues(street, file) == [(2, "owner-contradiction"), (0, "name-by-code")]
    # two codes of one name are two organizations, also when one is registered along the way; and that is said
    assert (0, "owner-registered") in issues(street, file, "--add-missing-orgs")
    assert [each["uscc"] for each in listed(street, "org", "--where", "name=乙协会")] == [code(2), code(3)]


def test_a_project_of_the_same_name_is_another_organizations(street: Run, tmp_path: Path) -> None:
    street("import", table(tmp_path / "p.csv", [HEAD, ROW]))
    head = ["承接单位", "项目名称", "期次", "应付金额"]
    for owner, found in (
        ("潍坊街道老年协会", [(2, "owner-contradiction")]),
        ("没有的协会", [(2, "owner-unknown")]),
        ("周亚英工作室", []),
    ):
        assert issues(street, table(tmp_path / "a.csv", [head, [owner, "调解", "1", "5"]]), "--dry-run") == found


def test_unknown_organizations_by_the_thousand_take_no_quadratic_time(street: Run, tmp_path: Path) -> None:
    known = table(tmp_path / "o.csv", [["名称", "类型"], *([f"潍坊街道第{n}艺术团", "社会团体"] for n in range(1000))])
    assert street("import", known).code == 0
    rows = [[f"潍坊街道第{n}舞蹈队", *ROW[1:]] for n in range(2500)]
    said = summary(street, table(tmp_path / "a.csv", [HEAD, *rows]), "--dry-run", code=4)["issues"]
    assert "相近的有" in said[0]["message"] and "相近的有" not in said[-1]["message"]


def test_values_of_broken_formulas_are_no_text(street: Run, tmp_path: Path) -> None:
    head = ["名称", "类型", "住所", "业务范围"]
    file = table(tmp_path / "a.csv", [head, ["甲协会", "社会团体", "#REF!", "#VALUE!"]])
    assert issues(street, file) == [(2, "formula-error"), (2, "formula-error")]


def test_one_amount_for_several_rows_is_said(street: Run, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    for place, row in enumerate([[*HEAD, "已付金额"], ROW[:4], ["周亚英工作室", "书画", "2025", "委托管理"]]):
        sheet.write_row(place, 0, row)
    sheet.merge_range(1, 4, 2, 4, 12)
    sheet.merge_range(1, 5, 2, 5, 6)
    book.close()
    assert issues(street, tmp_path / "a.xlsx") == [(0, "amount-merged"), (0, "amount-merged")]
    assert issues(street, tmp_path / "a.xlsx") == []  # nothing is written the second time


def test_a_header_of_two_rows_that_lost_its_merges(street: Run, tmp_path: Path) -> None:
    rows = [
        ["2025年潍坊街道项目台账"],
        ["序号", "承接单位", "合作方式", "项目", "", "合同", "", "验收", ""],
        ["", "", "", "名称", "年度", "金额（万元）", "签订日期", "日期", "结论"],
        ["1", "周亚英工作室", "委托管理", "扶老", "2025", "3", "2025-01-01", "2025-03-03", "合格"],
    ]
    assert street("import", table(tmp_path / "a.csv", rows)).code == 0
    (project,) = listed(street, "project")
    assert (project["org"], project["name"], project["amount"]) == ("周亚英工作室", "扶老", 30000)
    assert [each["held_on"] for each in listed(street, "review")] == ["2025-03-03"]


# -- parts


def test_two_sources_are_compared_each_with_its_own(street: Run, tmp_path: Path) -> None:
    head = [*HEAD, "财政资金", "福彩公益金"]
    street("import", table(tmp_path / "a.csv", [head, [*ROW, "10", "2"]]))
    again = summary(street, table(tmp_path / "b.csv", [head, [*ROW, "10", "3"]]))
    assert [(each["unchanged"], each["changed"], each["issues"]) for each in again[1:]] == [(1, 0, []), (0, 1, [])]


def test_a_column_of_sources_gives_way_to_columns_of_amounts(street: Run, tmp_path: Path) -> None:
    head = [*HEAD, "资金来源", "财政资金", "福彩公益金"]
    file = table(tmp_path / "a.csv", [head, [*ROW, "财政预算", "10", "2"]])
    assert street("import", file).code == 0
    assert [each["amount"] for each in listed(street, "funding")] == [10, 2]
    assert all(each["batch"] is None for each in summary(street, file))


def test_another_instalment_does_not_take_the_place_of_the_first(street: Run, tmp_path: Path) -> None:
    head = [*HEAD, "已付金额", "付款日期"]
    street("import", table(tmp_path / "a.csv", [head, [*ROW, "6", "2025-03-01"]]))
    assert issues(street, table(tmp_path / "b.csv", [head, [*ROW, "5", "2025-09-01"]])) == [(0, "part-known")]
    assert [each["paid_amount"] for each in listed(street, "payment")] == [6]


# -- plan files


def test_a_plan_file_names_who_is_registered_along_the_way(street: Run, tmp_path: Path) -> None:
    head = ["名称", "统一社会信用代码", *HEAD[1:]]
    file = table(tmp_path / "a.csv", [head, ["新协会", code(9), *ROW[1:]]])
    assert "写入时一并登记：新协会" in street("import", file, "--add-missing-orgs", "--plan", "计划.yaml").out
    assert "新协会（本次登记）" in (tmp_path / "计划.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("line", "said"),
    [("  {row: 2, do: skip},\n", "第 2 行写了两次"), ("  {row: 99, do: create},\n", "第 99 行")],
)
def test_lines_that_cannot_be_meant(street: Run, tmp_path: Path, line: str, said: str) -> None:
    street("import", table(tmp_path / "a.csv", [HEAD, ROW]), "--plan", "计划.yaml")
    text = (tmp_path / "计划.yaml").read_text("utf-8")
    (tmp_path / "计划.yaml").write_text(text.replace("  ]}", f"{line}  ]}}"), "utf-8")
    result = street("import", "--apply", "计划.yaml")
    assert result.code == 2 and said in result.err


@pytest.mark.parametrize("option", ["--plan", "--rejects", "--output"])
def test_a_ledger_is_not_written_over(street: Run, tmp_path: Path, option: str) -> None:
    file = table(tmp_path / "a.csv", [HEAD, ["没有的协会", *ROW[1:]]])
    before = file.read_bytes()
    result = street("import", "a.csv", option, file)
    assert result.code == 2 and "请换一个文件名" in result.err
    assert file.read_bytes() == before


def test_hints_by_the_hundred_are_counted(street: Run, tmp_path: Path) -> None:
    result = street("import", table(tmp_path / "a.csv", [HEAD, *[ROW] * 80]))
    assert result.out.count("不重复登记") == 50 and "共 79 条" in result.out


def test_a_number_that_is_assigned_is_not_asked_for(street: Run, tmp_path: Path) -> None:
    result = street("import", table(tmp_path / "a.csv", [HEAD, [*ROW[:2], "", *ROW[3:]]]))
    assert result.code == 4 and "缺少年度" in result.out and "项目编号" not in result.out


def test_a_number_and_a_name_that_do_not_agree(street: Run, tmp_path: Path) -> None:
    street("import", table(tmp_path / "a.csv", [HEAD, ROW, [*ROW[:1], "书画", *ROW[2:]]]))
    first = listed(street, "project", "--where", "name=调解")[0]["number"]
    payment = ["项目编号", "项目名称", "期次", "应付金额"]
    file = table(tmp_path / "p.csv", [payment, [first, "书画", "1", "5"]])  # the name of another project
    assert issues(street, file) == [(2, "owner-contradiction")]
    file = table(tmp_path / "q.csv", [payment, ["本单位-07", "书画", "1", "5"]])  # a number of the maker's own
    assert issues(street, file) == [(0, "project-by-name")]
    assert [each["project"] for each in listed(street, "payment")] != [first]


def test_plain_amounts_take_the_unit_too(street: Run, tmp_path: Path) -> None:
    street("import", table(tmp_path / "a.csv", [["单位：万元"], HEAD, [*ROW[:4], "12.50"]]))
    assert [each["amount"] for each in listed(street, "project")] == [125000]


def test_refusals_stand_in_the_order_of_the_file(street: Run, tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", [HEAD, ["不认得的会", *ROW[1:]], [*ROW[:4], "很多"], ["另一家会", *ROW[1:]]])
    assert [row for row, _ in issues(street, file) if row] == [2, 3, 4]


def test_a_cell_that_a_separator_has_torn_is_refused(street: Run, tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_text("名称,类型\n甲社,其他\n乙社,其他,原名丙社\n丁社,其他,,\n", "utf-8")
    result = street("import", file)
    assert result.code == 4 and "多出“原名丙社”" in result.out
    file.write_text("名称,类型\n甲社,其他\n乙社,其他,11010519491231002X\n", "utf-8")
    assert "11010519491231002X" not in street("import", file, "-f", "json").out
    file.write_text("名称\n甲社\n乙社;原名丙社\n", "utf-8")
    assert street("import", file, "--as", "org", "--set", "kind=其他").code == 0
    assert "乙社;原名丙社" in street("org", "list").out
