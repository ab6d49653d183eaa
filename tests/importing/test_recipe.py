"""Mapping files: last year's way of reading, kept and used again."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Run
from tests.importing.test_import import listed, summary, table

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


def test_a_cell_that_its_separator_has_parted_is_refused(street: Run, ledger_file: Path) -> None:
    text = ledger_file.read_text("utf-8")
    ledger_file.write_text(text.replace("委托管理,2026-07-01,4", "委托管理,2026-07-01,4,000") + ",,,,,,,\n", "utf-8")
    result = street("import", ledger_file, "--mapping", "读法.yaml")
    assert result.code == 4 and "多出“000”" in result.out
    assert listed(street, "project") == []


def test_rejects_keep_the_original_columns(street: Run, ledger_file: Path, tmp_path: Path) -> None:
    text = ledger_file.read_text("utf-8").replace("2026-07-01", "七月")
    ledger_file.write_text(text, "utf-8")
    options = ("--mapping", "读法.yaml", "--skip-bad", "--rejects", "r.csv")
    assert street("import", ledger_file, *options).code == 6
    head, row = list(csv.reader((tmp_path / "r.csv").open(encoding="utf-8-sig")))
    assert head == [*ROWS[1], "不能接受的原因"]
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
    assert street("import", "f.csv", "--mapping", "m.yaml", "--save-mapping", "m.yaml").code == 2  # never overwritten


def test_a_guessed_year_is_not_kept_for_next_year(street: Run, tmp_path: Path) -> None:
    def ledger(year: int, conclusion: str) -> Path:
        rows = [[f"{year}年社会组织年检情况", ""], ["社会组织名称", "年检结论"], ["潍坊街道老年协会", conclusion]]
        return table(tmp_path / f"v{year}.csv", rows)

    assert street("import", ledger(2025, "合格"), "--save-mapping", "s.yaml").code == 0
    assert street("import", ledger(2026, "不合格"), "--mapping", "s.yaml").code == 0
    assert {(each["year"], each["conclusion"]) for each in listed(street, "inspection")} == {
        (2025, "合格"),
        (2026, "不合格"),
    }


def test_a_year_that_was_said_is_kept(street: Run, tmp_path: Path) -> None:
    table(tmp_path / "v.csv", [["社会组织名称", "年检结论"], ["潍坊街道老年协会", "合格"]])
    assert street("import", "v.csv", "--set", "年度=2024", "--save-mapping", "s.yaml").code == 0
    assert yaml.safe_load((tmp_path / "s.yaml").read_text("utf-8"))["set"] == {"year": "2024"}
    assert summary(street, "v.csv", "--mapping", "s.yaml")["unchanged"] == 1


COLUMNS = {"干事单位": "org", "方式": "mode", "开始": "start_on", "结束": "end_on", "经费": "amount"}
PARTS = [
    {"noun": "payment", "columns": {"首款": "amount"}, "set": {"seq": "1"}},
    {"noun": "funding", "columns": {"来源": "source"}, "fill": {"amount": "project.amount", "year": "project.year"}},
]
LEDGER = [
    ["干事单位", "项目名称", "分项", "方式", "起止", "经费", "首款", "来源", "财政资金"],
    ["周亚英工作室", "调解", "上半年", "招投标", "2026-01-01至2026-06-30", "3", "1", "自筹", "2"],
    ["周亚英工作室", "书画", "上半年", "委托管理", "2026-07-01", "4万元", "2", "财政预算", "1"],
]
choices = st.fixed_dictionaries(
    {},
    optional={
        "values": st.just({"方式": {"招投标": "公开招标"}, "来源": {"自筹": "社会捐赠"}}),
        "join": st.sampled_from(["项目名称", "合称"]).map(
            lambda name: {name: {"of": ["项目名称", "分项"], "with": "~"}}
        ),
        "split": st.just({"起止": {"at": "至", "into": ["开始", "结束"]}}),
        "unit": st.sampled_from(["万元", "千元", "元"]),
        "parts": st.lists(st.sampled_from(PARTS), unique_by=str, max_size=2),
        "set": st.sampled_from([{"year": "2025"}, {"status": "结项", "year": "2024"}]),
    },
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices, st.booleans())
def test_a_saved_reading_reads_the_same_ledger_in_the_same_way(
    street: Run, tmp_path: Path, chosen: dict[str, Any], with_unit: bool
) -> None:
    head = [["单位：万元", *[""] * 8]] if with_unit else []
    table(tmp_path / "t.csv", [*head, *LEDGER])
    joined = next(iter(chosen.get("join", {"项目名称": ""})))
    columns = {header: key for header, key in COLUMNS.items() if header in LEDGER[0] or "split" in chosen}
    content = {"noun": "project", "columns": {**columns, joined: "name"}, "set": {"year": "2026"}} | chosen
    for name in ("a.yaml", "b.yaml", "c.yaml"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    first = street("import", "t.csv", "--mapping", "a.yaml", "--skip-bad", "--save-mapping", "b.yaml", "-f", "json")
    assert first.code in (0, 6), first.err
    again = street("import", "t.csv", "--mapping", "b.yaml", "--skip-bad", "--save-mapping", "c.yaml", "-f", "json")
    assert again.code == first.code, again.err

    def told(out: str) -> list[tuple[object, ...]]:
        loaded = json.loads(out)
        sheets = loaded if isinstance(loaded, list) else [loaded]
        return [(each["noun"], each["columns"], each["rejected"], each["issues"]) for each in sheets]

    assert told(again.out) == told(first.out)
    loaded = json.loads(again.out)
    assert all(not each["new"] and not each["changed"] for each in (loaded if isinstance(loaded, list) else [loaded]))
    assert (tmp_path / "c.yaml").read_text("utf-8") == (tmp_path / "b.yaml").read_text("utf-8")
    street("undo")


def test_a_reading_of_what_export_wrote_is_no_more_than_its_noun(street: Run) -> None:
    """By its columns it would not be known as such any more, and a record called 合计 be skipped."""
    assert street("org", "add", "合计", "--kind", "其他").code == 0
    assert street("export", "e").code == 0
    assert street("import", "e/01-org.csv", "--save-mapping", "m.yaml").code == 0
    assert summary(street, "e/01-org.csv", "--mapping", "m.yaml")["unchanged"] == 3


@pytest.mark.parametrize("more", ["", "split: {开始日期: {at: 至, into: [开始日期, 结束日期]}}"])
def test_a_new_column_stands_for_the_old_one_of_its_name(street: Run, tmp_path: Path, more: str) -> None:
    head = ["承接单位", "项目名称", "分项", "合作方式", "开始日期", "合同金额"]
    row = ["周亚英工作室", "调解", "上半年", "委托管理", "2026-01-01" + ("至2026-06-30" if more else ""), "3"]
    table(tmp_path / "t.csv", [head, row, head, [""] * 6])  # the header again, as on the next page
    text = f"values: {{合作方式: {{'': 委托管理}}}}\njoin: {{项目名称: {{of: [项目名称, 分项]}}}}\n{more}\n"
    (tmp_path / "m.yaml").write_text(text, "utf-8")
    said = street("import", "t.csv", "--as", "project", "--mapping", "m.yaml")
    assert said.code == 0 and "并排" not in said.out, said.out + said.err
    assert "跳过重复表头 1 行" in said.out and "跳过空行 1 行" in said.out
    [project] = listed(street, "project")
    assert (project["name"], project["start_on"]) == ("调解上半年", "2026-01-01")
    assert project["end_on"] == ("2026-06-30" if more else None)


def test_words_of_a_mapping_file_are_taken_as_they_stand(street: Run, tmp_path: Path) -> None:
    """YAML by itself makes a number of 0123, a day of 2026-01-01 and nothing of ~."""
    head = ["承接单位", "项目名称", "合作方式", "起止"]
    table(tmp_path / "t.csv", [head, ["周亚英工作室", "调解", "01", "2026-01-01~2026-06-30"]])
    text = "noun: project\nvalues: {合作方式: {01: 委托管理}}\nset: {signed_on: 2026-01-01, contract_no: 0123}\n"
    split = "split: {起止: {at: ~, into: [开始日期, 结束日期]}}\n"
    (tmp_path / "m.yaml").write_text(text + split, "utf-8")
    assert street("import", "t.csv", "--mapping", "m.yaml", "--plan", "plan.yaml").code == 0
    assert street("import", "--apply", "plan.yaml").code == 0
    [project] = listed(street, "project")
    keys = ("mode", "signed_on", "contract_no", "end_on")
    assert [project[key] for key in keys] == ["委托管理", "2026-01-01", "0123", "2026-06-30"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('split: {起止: {at: "", into: [开始, 结束]}}', "没有写在哪里拆"),
        ("split: {起止: {at: 至, into: 开始日期}}", "into 应是一张清单"),
        ("split: {起止: {at: 至, to: [开始, 结束]}}", "应写成 {at: 至"),
        ("join: {合称: {of: 项目}}", "of 应是一张清单"),
        ("join: {合称: {of: [项目, 分项], whit: x}}", "应写成 {of: "),
        ("join: {合称: {of: [项目]}}\nsplit: {起止: {at: 至, into: [开始, 合称]}}", "造出两个“合称”"),
        ("values: {方式: 公开招标}", "values“方式” 应写成"),
        ("values: {方式: {招投标: [公开招标]}}", "应写成文字"),
        ("columns: [项目]", "columns 应写成"),
        ("columns: {项目: naem}", "没有字段“naem”"),
        ("columns: {项目: name, 分项: 项目名称}", "columns 有两列都是 name"),
        ('columns: {项目: name, "项目 ": amount}', "“项目”写了两次"),
        ("columns: {项目: name}\ncolumns: {方式: mode}", "第 3 行写法有误：“columns”写了两次"),
        ("set: {yaer: 2025}", "没有字段“yaer”"),
        ("parts: {noun: payment}", "parts 应是一张清单"),
        ("parts: [{noun: payment, fields: amount}]", "fields 应是一张清单"),
    ],
)
def test_entries_of_another_form_are_not_taken(
    street: Run, ledger_file: Path, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "x.yaml").write_text(f"noun: project\n{text}\n", "utf-8")
    result = street("import", ledger_file, "--mapping", "x.yaml")
    assert result.code in (1, 2) and said in result.err, result.err


def test_a_field_that_no_record_has_is_said_without_a_noun(street: Run, ledger_file: Path, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("set: {yaer: 2025}\n", "utf-8")
    result = street("import", ledger_file, "--mapping", "x.yaml")
    assert result.code == 2 and "x.yaml 的 set：没有字段“yaer”" in result.err


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
