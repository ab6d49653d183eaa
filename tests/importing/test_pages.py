"""Import: a table that goes on upon the next page, and one that ends where a title says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.importing.test_import import listed, table
from tests.importing.test_silent import issues

AS_CLUBS = ("--as", "org", "--set", "kind=社区社会组织")
TITLE = "潍坊街道群众团队一览表"


def names(street: Run) -> list[str]:
    return [each["name"] for each in listed(street, "org")][2:]


def club(number: int, name: str) -> list[str]:
    return [str(number), name, "张三", f"1380000{number:04d}"]


@pytest.mark.parametrize("first", ["名  称", "名称", "名\n称"])
@pytest.mark.parametrize("again", ["名  称", "名称", "名\n 称", "名\u3000称"])
def test_the_header_again_however_it_is_spaced(street: Run, tmp_path: Path, first: str, again: str) -> None:
    head = ["序号", first, "负责人", "联系电话"]
    file = table(tmp_path / "a.csv", [head, club(1, "甲队"), ["序号", again, *head[2:]], club(2, "乙队")])
    assert "跳过重复表头 1 行：第 3 行" in street("import", file, *AS_CLUBS).out
    assert names(street) == ["甲队", "乙队"]


def test_a_spaced_header_among_hundreds_of_full_rows(street: Run, tmp_path: Path) -> None:
    head = ["序号", "名 称", "负责人", "联系电话"]
    file = table(tmp_path / "a.csv", [head, *(club(number, f"第{number}队") for number in range(280)), head])
    assert "跳过重复表头 1 行：第 282 行" in street("import", file, *AS_CLUBS).out
    assert len(names(street)) == 280


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(
    "title",
    ["续表", "（续表）", "续表1", "续上表", f"{TITLE}（续）", f"{TITLE}(续表二)", TITLE, "潍坊街道群众团队 一览表"],
)
def test_a_page_title_and_the_header_again(street: Run, tmp_path: Path, title: str, place: int) -> None:
    head = ["序号", "名称", "负责人", "联系电话"]
    again = ["序号", "名 称", "负责人", "联系电话"]
    rows = [[TITLE], head, club(1, "甲队"), [*[""] * place, title], again, club(2, "乙队")]
    said = street("import", table(tmp_path / "a.csv", rows), *AS_CLUBS).out
    assert "说明行 1 行：第 4 行" in said and "重复表头 1 行：第 5 行" in said
    assert names(street) == ["甲队", "乙队"]


def test_a_continued_table_without_its_header(street: Run, tmp_path: Path) -> None:
    rows = [["序号", "名称", "负责人", "联系电话"], club(1, "甲队"), ["续表"], club(2, "乙队")]
    assert "说明行 1 行：第 3 行" in street("import", table(tmp_path / "a.csv", rows), *AS_CLUBS).out
    assert names(street) == ["甲队", "乙队"]


# -- titles of another table

YEARS = ["序号", "社会组织", "年检结论"]
FIRST, SECOND = ["1", "潍坊街道老年协会", "合格"], ["1", "周亚英工作室", "不合格"]


def inspections(street: Run) -> list[tuple[str, int]]:
    return [(each["org"], each["year"]) for each in listed(street, "inspection")]


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("header", [[YEARS], []])
@pytest.mark.parametrize("title", ["2024年度年检结果", "2024年度", "2024年度年检结果（续）", "二、2024年度"])
def test_a_title_of_another_year(street: Run, tmp_path: Path, title: str, header: list[list[str]], place: int) -> None:
    rows = [["2025年度年检结果"], YEARS, FIRST, [*[""] * place, title], *header, SECOND]
    file = table(tmp_path / "a.csv", rows)
    assert [each for each in issues(street, file) if each[0]] == [(4, "second-table")]
    said = street("import", file, "--skip-bad")
    assert said.code == 6 and "按2025年登记" in said.out and "分成两个工作表" in said.out
    assert inspections(street) == [("潍坊街道老年协会", 2025)]


def test_groups_of_two_years_below_a_title_of_both(street: Run, tmp_path: Path) -> None:
    rows = [["社会组织年检结果（2024-2025年）"], YEARS, ["一、2024年度"], FIRST, ["二、2025年度"], SECOND]
    file = table(tmp_path / "a.csv", rows)
    assert issues(street, file) == [(0, "year-unclear"), (4, "required-missing"), (6, "required-missing")]
    assert inspections(street) == []


def test_a_numbered_heading_of_another_year(street: Run, tmp_path: Path) -> None:
    rows = [["2025年度年检结果"], YEARS, ["一", "2025年度"], FIRST, ["二", "2024年度"], SECOND]
    assert [each for each in issues(street, table(tmp_path / "a.csv", rows)) if each[0]] == [(5, "second-table")]
    rows = [["2025年度年检结果"], YEARS, ["一", "2024年度"], FIRST]
    assert [each for each in issues(street, table(tmp_path / "b.csv", rows)) if each[0]] == [(3, "second-table")]


def test_headings_that_say_the_year_of_the_title_or_one_that_a_column_says(street: Run, tmp_path: Path) -> None:
    rows = [["2025年度年检结果"], YEARS, ["一、2025年度"], FIRST]
    assert "跳过小标题行 1 行：第 3 行" in street("import", table(tmp_path / "a.csv", rows)).out
    rows = [["2025年度年检结果"], [*YEARS, "年度"], ["一、2024年度"], [*SECOND, "2024"]]
    assert "跳过小标题行 1 行：第 3 行" in street("import", table(tmp_path / "b.csv", rows)).out
    assert sorted(year for _, year in inspections(street)) == [2024, 2025]


@pytest.mark.parametrize("place", [0, 1])
def test_another_title_above_the_header_again(street: Run, tmp_path: Path, place: int) -> None:
    head = ["序号", "名称", "负责人", "联系电话"]
    rows = [[TITLE], head, club(1, "甲队"), [*[""] * place, "基金会名单"], ["单位：元"], head, club(2, "乙队")]
    file = table(tmp_path / "a.csv", rows)
    assert issues(street, file, *AS_CLUBS) == [(4, "second-table")]
    assert street("import", file, *AS_CLUBS, "--skip-bad").code == 6
    assert names(street) == ["甲队"]


def test_a_lone_name_above_the_header_of_the_next_page_is_a_record(street: Run, tmp_path: Path) -> None:
    head = ["名称", "负责人", "联系电话"]
    rows = [head, club(1, "甲队")[1:], ["丙队"], head, club(2, "乙队")[1:]]
    assert issues(street, table(tmp_path / "a.csv", rows), *AS_CLUBS) == []
    assert sorted(names(street)) == sorted(["甲队", "丙队", "乙队"])
