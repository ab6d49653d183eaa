"""Mapping files: last year's way of reading, kept and used again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.conftest import Run

ROWS = [
    ["某街道项目表"],
    ["干事单位", "项目", "分项", "方式", "起止", "经费"],
    ["周亚英工作室", "调解", "上半年", "招投标", "2026-01-01至2026-06-30", "3"],
    ["周亚英工作室", "调解", "下半年", "委托管理", "2026-07-01", "4"],
]
RECIPE = """
noun: project
columns: {干事单位: org, 合称: name, 方式: mode, 开始: start_on, 结束: end_on, 经费: amount}
unit: 万元
values: {方式: {招投标: 公开招标}}
join: {合称: {of: [项目, 分项], with: "·"}}
split: {起止: {at: 至, into: [开始, 结束]}}
"""


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(ROWS)
    (tmp_path / "读法.yaml").write_text(RECIPE, "utf-8")
    return tmp_path / "t.csv"


def test_columns_are_joined_split_reworded_and_counted_in_units(street: Run, ledger_file: Path) -> None:
    done = street("import", ledger_file, "--mapping", "读法.yaml")
    assert done.code == 0, done.out + done.err
    rows = json.loads(street("project", "list", "-f", "json").out)
    assert [(row["name"], row["mode"], row["start_on"], row["end_on"], row["amount"], row["year"]) for row in rows] == [
        ("调解·上半年", "公开招标", "2026-01-01", "2026-06-30", 30000, 2026),
        ("调解·下半年", "委托管理", "2026-07-01", None, 40000, 2026),
    ]
    again = street("import", ledger_file, "--mapping", "读法.yaml", "-f", "json")
    assert json.loads(again.out)["unchanged"] == 2


def test_rejects_keep_the_original_columns(street: Run, ledger_file: Path, tmp_path: Path) -> None:
    text = ledger_file.read_text("utf-8").replace("2026-07-01", "七月")
    ledger_file.write_text(text, "utf-8")
    options = ("--mapping", "读法.yaml", "--skip-bad", "--rejects", "r.csv")
    assert street("import", ledger_file, *options).code == 6
    head, row = list(csv.reader((tmp_path / "r.csv").open(encoding="utf-8-sig")))
    assert head == [*ROWS[1], "原因"]
    assert row[:6] == ["周亚英工作室", "调解", "下半年", "委托管理", "七月", "4"]


def test_a_reading_is_saved_and_used_again(street: Run, tmp_path: Path) -> None:
    rows = [["单位：万元"], ["x", "哪家", "何年", "收入几何"], ["1", "周亚英工作室", "2025", "12"]]
    with (tmp_path / "f.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    maps = ("--map", "哪家=org", "--map", "何年=year", "--map", "收入几何=income")
    first = street("import", "f.csv", "--as", "figures", *maps, "--save-mapping", "m.yaml")
    assert first.code == 0, first.err
    street("undo")
    assert street("import", "f.csv", "--mapping", "m.yaml").code == 0
    assert json.loads(street("figures", "list", "-f", "json").out)[0]["income"] == 120000
    assert street("import", "f.csv", "--mapping", "m.yaml", "--save-mapping", "m.yaml").code == 1  # never overwritten


@pytest.mark.parametrize(
    "text",
    [
        "colums: {a: b}",
        "noun: 公司",
        "unit: 美元",
        "join: {合称: 项目}",
        "columns: {项目: name, 方式: mode}\nvalues: {没有这列: {a: b}}",
        "noun: [project",
    ],
)
def test_mistakes_are_said(street: Run, ledger_file: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    result = street("import", ledger_file, "--as", "project", "--mapping", "x.yaml")
    assert result.code in (1, 2)
    assert "Traceback" not in result.err
    assert "程序出错" not in result.err
