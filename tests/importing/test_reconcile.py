"""Compared with an official list: only here, only there, different, not to be told; and nothing is written."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import TODAY, Run
from tests.test_history import contents
from zhengshe import open_ledger
from zhengshe.importing.plan import Wish

Rows = Sequence[Sequence[str]]
HEAD = ["社会组织名称", "年度", "年检结论"]
ONE, OTHER = "511100003063624772", "52110000MJ015106XK"


def table(path: Path, rows: Rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def workbook(path: Path, **sheets: Rows) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return path


def compared(street: Run, file: Path, *options: str, code: int = 0) -> list[tuple[Any, ...]]:
    """(row, record, state, field, ours, theirs) of every line."""
    result = street("reconcile", file, *options, "-f", "json")
    assert result.code == code, result.out + result.err
    keys = ("row", "record", "state", "field", "ours", "theirs")
    return [tuple(line[key] for key in keys) for line in json.loads(result.out)]


@pytest.fixture
def inspected(street: Run) -> Run:
    """A street with three organizations that passed 年检 in 2025."""
    for name in ("甲社", "乙社", "丙社"):
        assert street("org", "add", name, "--kind", "其他").code == 0
        assert street("inspection", "add", name, "--year", "2025", "--conclusion", "合格").code == 0
    return street


def test_only_here_only_there_and_different(street: Run, tmp_path: Path) -> None:
    street("org", "add", "读书会", "--kind", "社区社会组织")
    for name, conclusion in (("老年协会", "合格"), ("周亚英工作室", "合格"), ("读书会", "合格")):
        assert street("inspection", "add", name, "--year", "2025", "--conclusion", conclusion).code == 0
    with (tmp_path / "公示.csv").open("w", encoding="gbk", newline="") as file:
        rows = [HEAD, ["潍坊街道老年协会", "2025", "基本合格"]]
        rows += [["周亚英工作室", "2025", "合格"], ["周亚英工作室", "2024", "合格"], ["陌生组织", "2025", "合格"]]
        csv.writer(file).writerows(rows)
    before = contents(tmp_path / "zhengshe.db")
    assert compared(street, tmp_path / "公示.csv") == [
        (2, "潍坊街道老年协会 2025 合格", "不同", "年检结论", "合格", "基本合格"),
        (4, "", "只在对方", "", "", "周亚英工作室，2024，合格"),
        (5, "", "只在对方", "", "", "陌生组织，2025，合格"),
        (None, "读书会 2025 合格", "只在本库", "", "", ""),
    ]
    assert contents(tmp_path / "zhengshe.db") == before
    shown = street("reconcile", "公示.csv").out
    assert "没有这家组织" in shown and "--add-missing-orgs" not in shown
    assert "一致 1 行，不同 1 行，只在对方 2 行，不能比对 0 行；只在本库 1 条" in shown


def test_a_blank_of_the_list_is_a_difference(street: Run, tmp_path: Path) -> None:
    when = ("--entered-on", "2024-05-01", "--removed-on", "2025-06-01")
    assert street("listing", "add", "老年协会", "--list", "活动异常名录", "--ground", "未年报", *when).code == 0
    head = ["社会组织名称", "名录", "列入事由", "列入日期"]
    row = ["潍坊街道老年协会", "活动异常名录", "未年报", "2024-05-01"]
    assert compared(street, table(tmp_path / "a.csv", [head, row])) == []  # a list without that column says nothing
    file = table(tmp_path / "b.csv", [[*head, "移出日期"], [*row, ""]])
    (line,) = compared(street, file)
    assert line[2:] == ("不同", "移出日期", "2025-06-01", "（空）")
    assert "移出日期列全是空白" in street("reconcile", file, "-f", "csv").err
    refused = ["生社", "活动异常名录", "未年报", "2024-05-01", "2025-01-01"]
    file = table(tmp_path / "c.csv", [[*head, "移出日期"], [*row, ""], refused])
    assert "全是空白" not in street("reconcile", file).out


def test_a_blank_that_means_what_we_have_is_none(street: Run, tmp_path: Path) -> None:
    street("org", "add", "甲社", "--uscc", ONE)
    head, row = ["名称", "信用代码", "类型", "登记状态"], ["甲社", ONE, "", ""]
    file = table(tmp_path / "a.csv", [head, row])
    assert [line for line in compared(street, file) if line[0]] == []
    street("org", "edit", "甲社", "--status", "注销")
    assert [line[2:] for line in compared(street, file) if line[0]] == [("不同", "登记状态", "注销", "（空）")]


@pytest.mark.parametrize("format", ["json", "jsonl", "csv", "tsv", "md", "html", "table"])
def test_what_cannot_be_read_is_said_and_not_called_absent(inspected: Run, tmp_path: Path, format: str) -> None:
    rows = [
        HEAD,
        ["甲社", "2025", "通过"],
        ["生社", "2025", "合格"],
        ["乙社", "去年", "合格"],
        ["乙社", "2024", "通过"],
    ]
    file = table(tmp_path / "年.csv", rows)
    assert compared(inspected, file, code=4) == [
        (2, "甲社 2025 合格", "不能比对", "", "", "甲社，2025，通过"),
        (3, "", "只在对方", "", "", "生社，2025，合格"),
        (4, "乙社 2025 合格", "不能比对", "", "", "乙社，去年，合格"),
        (5, "", "只在对方", "", "", "乙社，2024，通过"),  # whatever it says, we have none for 2024
        (None, "丙社 2025 合格", "只在本库", "", "", ""),
    ]
    result = inspected("reconcile", file, "-f", format)
    assert result.code == 4 and "有 2 行不能比对" in result.err
    assert all(word in result.out for word in ("没有“通过”", "生社，2025，合格", "本库没有这家组织"))


def test_a_row_that_may_be_one_of_several(inspected: Run, tmp_path: Path) -> None:
    inspected("inspection", "add", "甲社", "--year", "2024", "--conclusion", "合格")
    file = table(tmp_path / "年.csv", [HEAD, ["甲社", "", "合格"], ["乙社", "2025", "合格"], ["丙社", "2025", "合格"]])
    assert compared(inspected, file, code=4) == [
        (2, "", "不能比对", "", "", "甲社，合格"),
        (None, "甲社 2025 合格", "不能比对", "", "", ""),
        (None, "甲社 2024 合格", "不能比对", "", "", ""),
    ]
    assert "可能就是名单第 2 行" in inspected("reconcile", file).out


def test_a_row_that_does_not_say_whose_it_is(inspected: Run, tmp_path: Path) -> None:
    card = "11010519491231002X"
    rows = [["社会组织名称", "信用代码", *HEAD[1:]], ["", "5.11E+17", "2025", "合格"], ["", card, "2025", "合格"]]
    rows += [["乙社", "", "2025", "合格"], ["丙社", "", "2025", "合格"]]
    file = table(tmp_path / "年.csv", rows)
    assert [line[:3] for line in compared(inspected, file, code=4)] == [
        (2, "", "不能比对"),
        (3, "", "不能比对"),
        (None, "甲社 2025 合格", "只在本库"),
    ]
    said = inspected("reconcile", file, "-f", "csv")
    assert "有 2 行看不出是谁的，只在本库的也可能在其中" in said.err
    assert card not in said.out + said.err + inspected("reconcile", file).out


def test_sheets_are_one_list(inspected: Run, tmp_path: Path) -> None:
    half = [HEAD, ["甲社", "2025", "合格"], ["生社", "2025", "合格"]]
    file = workbook(
        tmp_path / "年.xlsx", 一=half, 二=[HEAD, ["乙社", "2025", "不合格"], ["甲社", "2025", "合格"]], 三=[["x"]]
    )
    assert compared(inspected, file) == [
        (3, "", "只在对方", "", "", "生社，2025，合格"),
        (2, "乙社 2025 合格", "不同", "年检结论", "合格", "不合格"),
        (None, "丙社 2025 合格", "只在本库", "", "", ""),
    ]
    said = inspected("reconcile", file, "-f", "jsonl")
    assert json.loads(said.out.splitlines()[1])["sheet"] == "二"
    assert "工作表 三 没有认得的表头，没有读；只在本库的也可能在那里" in said.err


def test_sheets_of_two_nouns_that_speak_of_what_we_do_not_have(street: Run, tmp_path: Path) -> None:
    street("project", "add", "老年协会", "--name", "敬老", "--year", "2025", "--mode", "委托管理")
    found = ("--severity", "一般", "--channel", "行政监督", "--found-on", "2025-06-01", "--fact", "无台账")
    street("finding", "add", "老年协会", *found)
    projects = [
        ["项目编号", "承接主体", "项目名称", "年度", "合作方式"],
        ["X-9", "潍坊街道老年协会", "助餐", "2025", "委托管理"],
    ]
    findings = [["发现编号", "责任单位", "项目编号", "发现日期", "监督渠道", "严重程度", "发现事实"]]
    findings += [["F2025-001", "潍坊街道老年协会", "X-9", "2025-06-01", "行政监督", "一般", "无台账"]]
    file = workbook(tmp_path / "表.xlsx", 合作项目=projects, 监督发现=findings)
    assert [line[1:] for line in compared(street, file)] == [
        ("", "只在对方", "", "", "X-9，潍坊街道老年协会，助餐，2025"),
        ("F2025-001 潍坊街道老年协会 2025-06-01", "不同", "项目", "（空）", "助餐"),
        ("P2025-001 潍坊街道老年协会 敬老", "只在本库", "", "", ""),
    ]


def test_a_record_twice_and_a_row_that_is_torn(inspected: Run, tmp_path: Path) -> None:
    twice = [["甲社", "2025", "合格"], ["甲社", "2025", "合格"], ["甲社", "2025", "不合格"], ["甲社", "2025", ""]]
    new = [["甲社", "2020", "合格"], ["甲社", "2020", "合格"], ["甲社", "2020", "不合格"]]
    rows = [HEAD, *twice, *new, ["乙社", "2025", "合格", "见附件"]]
    found = compared(inspected, table(tmp_path / "年.csv", rows), code=4)
    assert [line[:3] for line in found] == [
        (4, "甲社 2025 合格", "不能比对"),
        (5, "甲社 2025 合格", "不同"),
        (6, "", "只在对方"),
        (7, "", "只在对方"),
        (8, "", "只在对方"),
        (9, "乙社 2025 合格", "不能比对"),
        (None, "丙社 2025 合格", "只在本库"),
    ]


def test_a_code_under_another_name(street: Run, tmp_path: Path) -> None:
    street("org", "add", "甲社", "--uscc", ONE)
    street("org", "add", "乙社", "--uscc", OTHER)
    street("change", "add", "乙社", "--item", "名称", "--after", "新乙社", "--approved-on", "2026-01-01")
    file = table(tmp_path / "名单.csv", [["名称", "信用代码"], ["甲会", ONE], ["乙社", OTHER], ["甲坊", ONE]])
    found = [line[:3] + line[4:] for line in compared(street, file, "--as", "org", code=4) if line[0]]
    assert found == [
        (2, "甲社", "不同", "甲社", "甲会"),
        (3, "新乙社", "不同", "新乙社", "乙社"),
        (4, "甲社", "不能比对", "", "甲坊，511100003063624772"),
    ]
    alone = table(tmp_path / "名单.csv", [["名称", "信用代码"], ["甲 社", ONE]])
    assert [line for line in compared(street, alone, "--as", "org") if line[0]] == []  # only another spelling


def test_a_second_table_is_not_passed_over(inspected: Run, tmp_path: Path) -> None:
    rows = [
        HEAD,
        ["甲社", "2025", "合格"],
        ["", "", ""],
        ["社会组织名称", "评估等级", "评定日期"],
        ["乙社", "3A", "2025-01-01"],
    ]
    file = table(tmp_path / "年.csv", rows)
    assert [line[:3] for line in compared(inspected, file, code=4)] == [
        (4, "", "不能比对"),
        (None, "乙社 2025 合格", "只在本库"),
        (None, "丙社 2025 合格", "只在本库"),
    ]
    assert "只在本库的也可能在其中" in inspected("reconcile", file, "-f", "csv").err


NAMES = st.sampled_from(["甲社", "乙社", "甲 社", "生社", ""])
OURS = st.lists(st.tuples(st.sampled_from(["甲社", "乙社"]), st.integers(2023, 2025)), unique=True, max_size=5)
LIST = st.lists(
    st.tuples(NAMES, st.sampled_from(["2023", "2024", "2025", "去年", ""]), st.sampled_from(["合格", "通过", ""])),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OURS, LIST, LIST)
def test_every_row_and_every_record_has_its_place(
    tmp_path: Path, ours: list[tuple[str, int]], first: Rows, second: Rows
) -> None:
    (tmp_path / "r.db").unlink(missing_ok=True)
    file = workbook(tmp_path / "年.xlsx", 一=[HEAD, *first], 二=[HEAD, *second])
    with open_ledger(tmp_path / "r.db", today=TODAY, create=True) as ledger:
        for name in ("甲社", "乙社"):
            ledger.add("org", name=name, kind="其他")
        for name, year in ours:
            ledger.add("inspection", name, year=year, conclusion="合格")
        before = contents(tmp_path / "r.db")
        lines = [*ledger.reconcile(file, Wish(noun="inspection")).report.first_table.records()]
        assert contents(tmp_path / "r.db") == before
    for name, rows in (("一", first), ("二", second)):
        records = [number for number, row in enumerate(rows, 2) if any(row)]
        told = {line["row"]: line["state"] for line in lines if line["sheet"] == name}
        assert {*told} <= {*records}
        for number in records:
            org, year, conclusion = rows[number - 2]
            mine = year.isdecimal() and (org.replace(" ", ""), int(year)) in ours
            if told.get(number) is None:  # alike
                assert mine and conclusion == "合格"
            elif told[number] == "只在对方":
                assert not mine
            elif told[number] == "不同":
                assert mine and conclusion == ""
    both = [*first, *second]
    for name, year in ours:
        label = f"{name} {year} 合格"
        may_be = [row for row in both if row[0].replace(" ", "") == name and row[1] in (str(year), "去年", "")]
        absent = [line["state"] for line in lines if line["record"] == label and line["row"] is None]
        assert len(absent) <= 1
        if any(row[1] == str(year) for row in may_be):
            assert absent == []
        elif may_be:
            assert absent == ["不能比对"] or any(line["record"] == label for line in lines)
        else:
            assert absent == ["只在本库"]
