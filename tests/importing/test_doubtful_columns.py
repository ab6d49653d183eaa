"""Columns that say several years, a unit beside the amounts, or less than they seem to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.importing.test_import import listed, table
from tests.importing.test_words_for_nothing import FINDING, office

__all__ = ["office"]  # a fixture

PROJECT = ["项目名称", "承接单位", "年度", "合作方式"]
ROW = ["助老", "老年协会", "2025", "公开招标"]


def test_a_column_for_every_year(office: Run, tmp_path: Path) -> None:
    head = ["社会组织名称", "2024年年检结论", "2025年年检结论"]
    file = table(tmp_path / "i.csv", [head, ["老年协会", "合格", "不合格"]])
    done = office("import", file, "--as", "inspection", "--set", "year=2025")
    assert done.code == 0 and "没有用到的列：2024年年检结论" in done.out, done.out + done.err
    assert [each["conclusion"] for each in listed(office, "inspection")] == ["不合格"]
    refused = office("import", file, "--as", "inspection")
    assert refused.code == 4 and "有 2024、2025 几个年份" in refused.out


def test_amounts_of_several_years_are_not_taken_for_the_rows_year(office: Run, tmp_path: Path) -> None:
    head = ["社会组织名称", "年度", "会员数", "2024年收入", "2025年收入"]
    done = office("import", table(tmp_path / "f.csv", [head, ["老年协会", "2025", "30", "100000", "200000"]]))
    assert done.code == 0 and "没有用到的列：2024年收入（是不是收入）、2025年收入（是不是收入）" in done.out, done.out
    assert [each["income"] for each in listed(office, "figures")] == [None]


@pytest.mark.parametrize(
    ("title", "year"),
    [("填报日期：2026年3月1日", None), ("2025年度年检结果", 2025), ("2024-2025年度年检结果", None)],
)
def test_which_year_a_title_says(office: Run, tmp_path: Path, title: str, year: int | None) -> None:
    rows = [[title, ""], ["填报日期：2026年3月1日", ""], ["社会组织名称", "年检结论"], ["老年协会", "合格"]]
    done = office("import", table(tmp_path / "t.csv", rows))
    assert done.code == (0 if year else 4)
    assert ("几个年份" in done.out) == ("-" in title)
    assert [each["year"] for each in listed(office, "inspection")] == ([year] if year else [])


@pytest.mark.parametrize("header", ["计量单位", "单位", "金额单位"])
def test_a_unit_in_a_column_of_its_own(office: Run, tmp_path: Path, header: str) -> None:
    head = [*PROJECT, "合同金额", header]
    refused = office("import", table(tmp_path / "w.csv", [head, [*ROW, "3.5", "万元"]]))
    assert refused.code == 4 and "写着万元，金额没有照此换算" in refused.out, refused.out + refused.err
    assert office("import", "w.csv", "--skip-bad").code == 4
    assert listed(office, "project") == []
    assert office("import", table(tmp_path / "y.csv", [head, [*ROW, "35000", "元"]])).code == 0


def test_two_amounts_of_which_one_says_its_unit(office: Run, tmp_path: Path) -> None:
    head = [*PROJECT, "合同金额（万元）", "已付金额"]
    done = office("import", table(tmp_path / "m.csv", [head, [*ROW, "3.5", "15000"]]))
    assert done.code == 0 and "“合同金额（万元）”另有单位，请核对" in done.out, done.out + done.err


def test_two_sources_of_one_project_without_their_amounts(office: Run, tmp_path: Path) -> None:
    head = [*PROJECT, "合同金额", "资金来源"]
    rows = [[*ROW, "50000", "财政预算"], [*ROW, "50000", "福彩公益金"]]
    done = office("import", table(tmp_path / "s.csv", [head, *rows]))
    assert done.code == 0 and "各有多少资金金额没有写，没有登记" in done.out, done.out + done.err
    assert listed(office, "funding") == []
    assert office("import", table(tmp_path / "one.csv", [head, rows[0], rows[0]])).code == 0
    assert [each["amount"] for each in listed(office, "funding")] == [50000]


@pytest.mark.parametrize("nothing", ["无", "未发现问题"])
def test_an_inspection_that_found_nothing_is_no_finding(office: Run, tmp_path: Path, nothing: str) -> None:
    rows = [
        ["老年协会", "2025-03-01", "行政监督", "", nothing],
        ["青苗助学社", "2025-03-01", "行政监督", "一般", "账目不清"],
    ]
    done = office("import", table(tmp_path / "c.csv", [FINDING[:5], *rows]))
    assert done.code == 0 and "没有发现问题的行 1 行" in done.out, done.out + done.err
    assert [each["fact"] for each in listed(office, "finding")] == ["账目不清"]


def test_a_header_merged_over_several_years(office: Run, tmp_path: Path) -> None:
    rows = [
        ["2025年度年检情况汇总", "", "", ""],
        ["社会组织名称", "年检结论", "", ""],
        ["", "2023年", "2024年", "2025年"],
        ["老年协会", "合格", "合格", "不合格"],
    ]
    done = office("import", table(tmp_path / "y.csv", rows), "--set", "year=2025")
    assert done.code == 0, done.out + done.err
    assert [(each["year"], each["conclusion"]) for each in listed(office, "inspection")] == [(2025, "不合格")]


def test_a_unit_in_the_name_of_the_file(office: Run, tmp_path: Path) -> None:
    file = table(tmp_path / "项目台账（单位：万元）.csv", [[*PROJECT, "合同金额"], [*ROW, "3.5"]])
    assert office("import", file).code == 0
    assert [each["amount"] for each in listed(office, "project")] == [35000]


def test_a_name_that_another_organization_has(office: Run, tmp_path: Path) -> None:
    table(tmp_path / "o.csv", [["名称", "统一社会信用代码"], ["老年协会", "51310115000000019R"]])
    assert office("import", "o.csv").code == 0
    table(tmp_path / "p.csv", [["名称", "统一社会信用代码"], ["老年协会", "51310115000000027L"]])
    done = office("import", "p.csv")
    assert done.code == 0 and "已有同名的一家，代码不同" in done.out, done.out + done.err
