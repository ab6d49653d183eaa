"""Import: what amounts count in, wherever a ledger says it, and what is refused because it cannot be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.importing.test_import import listed, summary, table
from tests.importing.test_silent import HEAD, ROW, issues


def amounts(street: Run) -> list[float]:
    return [each["amount"] for each in listed(street, "project")]


@pytest.mark.parametrize(
    "header",
    [
        "合同金额（万元，含税）",
        "合同金额（万元/年）",
        "合同金额（万圆）",
        "合同金额（人民币：万元）",
        "合同金额（人民币 万元）",
        "合同金额（含税，万元）",
        "合同金额（含税）（万元）",
        "合同金额（单位：万元人民币）",
        "合同金额（100万元以上的，单位：万元）",
        "合同金额【万元】",
        "合同金额(万)",
        "合同金额/万元",
        "合同金额：万元",
    ],
)
def test_the_unit_stands_anywhere_in_a_header(street: Run, tmp_path: Path, header: str) -> None:
    result = street("import", table(tmp_path / "a.csv", [[*HEAD[:4], header], ROW]))
    assert (result.code, amounts(street)) == (0, [120000]), result.out


@pytest.mark.parametrize(
    "header", ["合同金额（元/年）", "合同金额（10万元以上）", "合同金额（元旦慰问）", "合同金额/元"]
)
def test_a_header_in_yuan(street: Run, tmp_path: Path, header: str) -> None:
    street("import", table(tmp_path / "a.csv", [[*HEAD[:4], header], ROW]))
    assert amounts(street) == [12]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("合同金额（百万元）", "amount"),
        ("合同金额（元/万元）", "amount"),
        ("合同金额（美元）", "amount"),
        ("金额（千）", "amount"),
        ("万人计划金额", "amount"),
        ("服务人次（万人次）", "planned_people"),
    ],
)
def test_a_unit_in_a_header_that_is_not_understood(street: Run, tmp_path: Path, header: str, field: str) -> None:
    file = table(tmp_path / "a.csv", [[*HEAD[:4], header], ROW])
    assert issues(street, file, "--map", f"{header}={field}") == [(1, "unit-unclear")]
    skipped = street("import", file, "--map", f"{header}={field}", "--skip-bad")
    assert skipped.code == 4 and header in skipped.err and len(skipped.err.splitlines()) <= 2
    assert amounts(street) == []
    assert f"没有用到的列：{header}" in street("import", file, "--dry-run").out  # and it is not guessed


ABOVE = [
    ["单位：人、万元"],
    ["单位：人民币 万元"],
    ["金额单位为万元"],
    ["（以下金额单位为万元）"],
    ["（金额：万元）"],
    ["单位：万"],
    ["单位：万元人民币"],
    ["人民币：万元"],
    ["单位：人次/万元"],
    ["单位:（人民币）万元"],
    ["单位：【万元】"],
    ["本表金额均以万元计"],
    ["2025年项目台账（人、万元）"],
    ["单 位：万 元"],
    ["制表：民政办", "", "单位：万元（保留两位小数）"],
    ["表内金额均为万圆"],
    ["填报单位：潍坊街道　金额单位：万元　制表人：张三"],
    ["以人民币万元为单位"],
]


@pytest.mark.parametrize("above", ABOVE)
def test_lines_above_the_header(street: Run, tmp_path: Path, above: list[str]) -> None:
    result = street("import", table(tmp_path / "a.csv", [above, HEAD, ROW]))
    assert (result.code, amounts(street)) == (0, [120000]), result.out
    assert "金额单位 1 万元" in result.out


@pytest.mark.parametrize(
    "above",
    [
        [["2025年项目台账 万元"]],
        [["项目台账 万元"]],
        [["2025年项目台账（万元）", "2025-12-31"]],
        [["单位：百万元"]],
        [["单位：元、万元"]],
        [["单位：元"], ["金额单位：万元"]],
        [["计价：万元。"]],
    ],
)
def test_lines_above_the_header_that_are_not_understood(street: Run, tmp_path: Path, above: list[list[str]]) -> None:
    file = table(tmp_path / "a.csv", [*above, HEAD, ROW])
    assert issues(street, file) == [(len(above), "unit-unclear")]
    skipped = street("import", file, "--skip-bad")
    assert (skipped.code, amounts(street)) == (4, []) and "单位不明" in skipped.err
    (tmp_path / "读法.yaml").write_text("unit: 万元\n", "utf-8")
    assert street("import", file, "--mapping", "读法.yaml").code == 0
    assert amounts(street) == [120000]


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("2025年项目（总投资120万元）", []),
        ("五十万元以上项目台账", []),
        ("编制单位：万元村社区", [(1, "unit-mentioned")]),
        ("填报单位：元宝街道", []),
        ("万元以下小额项目台账", [(1, "unit-mentioned")]),
        ("单位：元", []),
    ],
)
def test_a_title_that_only_mentions_money(street: Run, tmp_path: Path, above: str, said: list[tuple[int, str]]) -> None:
    file = table(tmp_path / "a.csv", [[above], HEAD, ROW])
    assert issues(street, file) == said
    assert amounts(street) == [12]


def test_no_amounts_no_words_about_units(street: Run, tmp_path: Path) -> None:
    own = [*HEAD[:4], "合同金额（元）"]
    for head in (HEAD[:4], own):
        file = table(tmp_path / "a.csv", [["项目台账 万元"], head, ROW[: len(head)], ["备注：金额单位为万元"]])
        assert issues(street, file) == []
    assert amounts(street) == [12]


@pytest.mark.parametrize(
    ("below", "code"),
    [
        (["说明：金额单位为万元"], "unit-below"),
        (["注：本表金额以万元计"], "unit-below"),
        (["（单位：万元）"], "unit-below"),
        (["", "", "", "", "万元"], "unit-below"),
        (["备注：经费120万元由街道承担"], None),
        (["单位：元"], None),
    ],
)
def test_units_said_below(street: Run, tmp_path: Path, below: list[str], code: str | None) -> None:
    file = table(tmp_path / "a.csv", [HEAD, ROW, below])
    assert issues(street, file) == ([(3, code)] if code else [])
    assert street("import", file, "--skip-bad").code == (4 if code else 0)
    assert amounts(street) == ([] if code else [12])


@pytest.mark.parametrize("units", [["万元", "万元"], ["（万元）", "万元"], ["万元", "元"]])
@pytest.mark.parametrize("merged", [True, False])
def test_a_second_row_of_the_header_with_units_only(
    street: Run, tmp_path: Path, units: list[str], merged: bool
) -> None:
    head = [*HEAD, "预算金额"]
    second = [*(HEAD[:4] if merged else [""] * 4), *units]
    said = summary(street, table(tmp_path / "a.csv", [head, second, [*ROW, "15"]]))
    assert (said["header_row"], said["issues"]) == (2, [])
    (project,) = listed(street, "project")
    assert (project["amount"], project["budget"]) == (120000, 15 if units[1] == "元" else 150000)


def test_a_saved_reading_keeps_the_unit_and_says_nothing_of_none(street: Run, tmp_path: Path) -> None:
    street("import", table(tmp_path / "a.csv", [["单位：万元"], HEAD, ROW]), "--save-mapping", "a.yaml")
    street("import", table(tmp_path / "b.csv", [HEAD, ROW]), "--save-mapping", "b.yaml")
    assert "unit: 万元" in (tmp_path / "a.yaml").read_text("utf-8")
    assert "unit" not in (tmp_path / "b.yaml").read_text("utf-8")


def test_a_ledger_that_says_yuan_is_not_read_in_the_unit_of_the_mapping_file(street: Run, tmp_path: Path) -> None:
    (tmp_path / "读法.yaml").write_text("unit: 万元\n", "utf-8")
    street("import", table(tmp_path / "a.csv", [["单位：元"], HEAD, ROW]), "--mapping", "读法.yaml")
    assert amounts(street) == [12]
