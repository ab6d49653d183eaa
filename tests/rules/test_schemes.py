"""Schemes: the shipped ones, an office's own, and mistakes that are named by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.fixture
def street(street: Run) -> Run:
    street("rating", "add", "老年协会", "--grade", "5A", "--awarded-on", "2025-01-01", "--valid-until", "2030-12-31")
    return street


def test_both_shipped_schemes_grade(street: Run) -> None:
    points = json.loads(street("credit", "show", "老年协会", "-f", "json").out)
    rules = json.loads(street("credit", "show", "老年协会", "--scheme", "山东四级", "-f", "json").out)
    assert points["scheme"] == "示范百分制"
    assert isinstance(points["score"], int | float)
    assert (rules["scheme"], rules["score"], rules["grade"]) == ("山东四级", None, "A")
    street("listing", "add", "老年协会", "--list", "活动异常名录", "--ground", "x", "--entered-on", "2026-01-01")
    assert json.loads(street("credit", "show", "老年协会", "--scheme", "山东四级", "-f", "json").out)["grade"] == "C"


def test_what_would_raise_the_grade(street: Run) -> None:
    finding = ("--severity", "严重", "--channel", "行政监督", "--fact", "账目不清", "--found-on", "2026-06-01")
    street("finding", "add", "老年协会", *finding)
    advice = street("credit", "show", "老年协会").out.split("可以提高的有")[1]
    assert "F2026-001" in advice
    street("listing", "add", "老年协会", "--list", "活动异常名录", "--ground", "x", "--entered-on", "2026-01-01")
    assert "总分不超过 74" not in advice
    street("finding", "remove", "F2026-001")
    assert "总分不超过 74" in street("credit", "show", "老年协会").out.split("可以提高的有")[1]
    by_rules = street("credit", "show", "老年协会", "--scheme", "山东四级").out.split("【更高等级】")[1]
    assert "5A、4A" in by_rules
    assert "严重失信" not in by_rules


def test_an_office_writes_its_own(street: Run, tmp_path: Path) -> None:
    assert street("credit", "scheme", "new", "我们的.yaml").code == 0
    assert street("credit", "scheme", "new", "我们的.yaml").code == 1  # never overwritten
    assert street("credit", "scheme", "check", "我们的.yaml").code == 0
    text = (tmp_path / "我们的.yaml").read_text("utf-8")
    (tmp_path / "我们的.yaml").write_text(text.replace("name: 示范百分制", "name: 我们的办法"), "utf-8")
    shown = json.loads(street("credit", "show", "老年协会", "--scheme", "我们的.yaml", "-f", "json").out)
    assert shown["scheme"] == "我们的办法"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dimension: conduct", "dimension: conduckt"),
        ("conclusion: 合格", "conclusion: 优秀"),
        ("fact: inspection", "fact: inspections"),
        ("points: 5", "points: five"),
        ("max: 30", "max: -1"),
    ],
)
def test_a_mistake_is_named_by_its_line(street: Run, tmp_path: Path, old: str, new: str) -> None:
    street("credit", "scheme", "new", "x.yaml")
    lines = (tmp_path / "x.yaml").read_text("utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if old in line)
    lines[place] = lines[place].replace(old, new, 1)
    (tmp_path / "x.yaml").write_text("".join(lines), "utf-8")
    result = street("credit", "scheme", "check", "x.yaml")
    assert result.code == 4
    assert f"第 {place + 1} 行" in result.err


def test_what_only_one_reader_takes_for_yaml(street: Run, tmp_path: Path) -> None:
    """YAML in C takes ``key?`` for a key, YAML in Python does not: who read it looks mistakes up."""
    street("credit", "scheme", "new", "x.yaml")
    text = (tmp_path / "x.yaml").read_text("utf-8")
    line = text[: text.index("{key: conduct")].count("\n") + 1
    (tmp_path / "x.yaml").write_text(text.replace("{key: conduct", "{key?: conduct"), "utf-8")
    result = street("credit", "scheme", "check", "x.yaml")
    assert result.code in (1, 4) and f"第 {line} 行" in result.err and "程序出错" not in result.err


def test_a_day_that_does_not_exist_is_named_by_its_line(street: Run, tmp_path: Path) -> None:
    """YAML takes an unquoted one for a date and says no place."""
    street("credit", "scheme", "new", "x.yaml")
    lines = (tmp_path / "x.yaml").read_text("utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if line.startswith("in_force"))
    lines[place] = "in_force: 2026-02-30\n"
    (tmp_path / "x.yaml").write_text("".join(lines), "utf-8")
    result = street("credit", "scheme", "check", "x.yaml")
    assert (result.code, f"第 {place + 1} 行 2026-02-30" in result.err) == (1, True), result.err


def test_the_version_in_force_on_the_day_is_used(street: Run, tmp_path: Path) -> None:
    for year, base in ((2025, 22), (2026, 25)):
        street("credit", "scheme", "new", f"{year}.yaml")
        text = (tmp_path / f"{year}.yaml").read_text("utf-8").replace("2000-01-01", f"{year}-01-01")
        text = text.replace("name: 示范百分制", f"name: 办法{year}").replace("base: 22", f"base: {base}")
        (tmp_path / f"{year}.yaml").write_text(text, "utf-8")
    own = tmp_path / "zhengshe.office.yaml"
    own.write_text("thresholds: {credit_scheme: [2026.yaml, 2025.yaml]}", "utf-8")

    def shown(day: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(street("credit", "show", "老年协会", "--as-of", day, "-f", "json").out)
        return found

    assert [shown(day)["scheme"] for day in ("2025-12-31", "2026-01-01")] == ["办法2025", "办法2026"]
    early = street("credit", "show", "老年协会", "--as-of", "2024-12-31")
    assert (early.code, "没有生效" in early.err) == (1, True), early.err
    own.write_text("thresholds: {credit_scheme: [2026.yaml, 办法]}", "utf-8")  # not passed over in silence
    wrong = street("credit", "show", "老年协会")
    assert (wrong.code, "“办法”" in wrong.err, ".yaml" in wrong.err) == (1, True, True), wrong.err


def test_an_office_changes_a_number(street: Run, tmp_path: Path) -> None:
    street("listing", "add", "老年协会", "--list", "活动异常名录", "--ground", "x", "--entered-on", "2026-01-01")
    office = "statutes:\n  credit.list-a: {effect: 不可承接}\n"
    (tmp_path / "zhengshe.office.yaml").write_text(office, "utf-8")

    assert json.loads(street("credit", "show", "老年协会", "-f", "json").out)["eligible"] == "不可承接"
    assert "effect=不可承接" in street("statutes").out


def test_statutes_say_what_is_no_law(street: Run) -> None:
    rows = {row["id"]: row for row in json.loads(street("statutes", "-f", "json").out)}
    assert rows["credit.list-b"]["certainty"] == "条文"
    assert rows["credit.list-a"]["certainty"] == "惯例"
    before = {row["id"] for row in json.loads(street("statutes", "--on", "2010-01-01", "-f", "json").out)}
    assert "credit.list-b" not in before
