"""Plan files: decided by hand, carried out exactly, refused once the world has moved on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.importing.test_import import CODE, listed, summary, table

HEAD = ["名称", "类型", "统一社会信用代码", "联系电话", "住所"]
ROWS = [
    HEAD,
    ["潍坊街道老年协会", "社会团体", "", "50000000", "竹园路1号"],
    ["潍坊街道老年人协会", "社会团体", "", "", "竹园路2号"],
    ["书法社", "社区社会组织", "", "", ""],
    ["坏代码", "社会团体", "123", "", ""],
]


def edited(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text("utf-8")
    for pattern, new in changes:
        text, count = re.subn(pattern, new, text)
        assert count, pattern
    path.write_text(text, "utf-8")


@pytest.fixture
def plan(street: Run, tmp_path: Path) -> Path:
    file = table(tmp_path / "台账.csv", ROWS)
    result = street("import", file.name, "--plan", "计划.yaml")
    assert result.code == 4 and "计划已写入" in result.err  # one row is refused
    assert len(listed(street, "org")) == 2
    return tmp_path / "计划.yaml"


def test_what_was_decided_is_written_and_nothing_else(street: Run, plan: Path) -> None:
    text = plan.read_text("utf-8")
    assert 'near: ["#1 潍坊街道老年协会"]' in text and "信用代码应为 18 位" in text
    assert plan.stat().st_mode & 0o077 == 0  # it holds telephone numbers
    edited(
        plan,
        (r', phone: \["", "50000000"\]|phone: \["", "50000000"\], ', ""),
        (r'row: 3, do: "create"', "row: 3, do: match, record: 潍坊街道老年协会"),
        (r'row: 5, do: "refuse"', "row: 5, do: skip"),
    )
    result = street("import", "--apply", plan.name)
    assert result.code == 0, result.err
    rows = {row["name"]: row for row in listed(street, "org")}
    assert rows.keys() == {"潍坊街道老年协会", "周亚英工作室", "书法社"}
    assert rows["潍坊街道老年协会"]["address"] == "竹园路1号" and rows["潍坊街道老年协会"]["phone"] is None


def test_unchanged_by_hand_it_is_the_import_itself(street: Run, tmp_path: Path) -> None:
    file = table(tmp_path / "台账.csv", ROWS[:4])
    assert street("import", file.name, "--plan", "计划.yaml").code == 0
    said = summary(street, "--apply", "计划.yaml")
    assert (said["new"], said["changed"]) == (2, 1)
    assert summary(street, file.name)["unchanged"] == 3


def test_a_struck_line_is_not_written_and_what_it_owned_is_refused(street: Run, tmp_path: Path) -> None:
    orgs = table(tmp_path / "组织.csv", [HEAD, ROWS[3]])
    years = table(tmp_path / "年检.csv", [["社会组织名称", "年度", "年检结论"], ["书法社", "2025", "合格"]])
    street("import", orgs.name, years.name, "--plan", "计划.yaml")
    edited(tmp_path / "计划.yaml", (r'  \{row: 2, do: "create", what: "书法社[^\n]*\n', ""))
    result = street("import", "--apply", "计划.yaml")
    assert result.code == 4 and "书法社" in result.out
    assert len(listed(street, "org")) == 2 and listed(street, "inspection") == []


def test_a_rename_can_be_confirmed_row_by_row(street: Run, tmp_path: Path) -> None:
    street("org", "add", "六助为老服务中心", "--kind", "社会服务机构", "--uscc", CODE)
    table(tmp_path / "台账.csv", [HEAD, ["六助养老服务中心", "", CODE, "", ""]])
    assert street("import", "台账.csv", "--plan", "计划.yaml").code == 4
    edited(tmp_path / "计划.yaml", ('do: "refuse"', "do: update"))
    assert street("import", "--apply", "计划.yaml").code == 0
    assert listed(street, "change")[0]["before"] == "六助为老服务中心"
    assert "六助养老服务中心" in street("org", "list").out


def test_two_of_one_name_and_a_hand_that_chooses(street: Run, tmp_path: Path) -> None:
    for code in (CODE, "51110000069583988B"):
        street("org", "add", "同名会", "--kind", "其他", "--uscc", code)
    table(tmp_path / "台账.csv", [HEAD, ["同名会", "", "", "", "竹园路3号"]])
    assert street("import", "台账.csv", "--plan", "计划.yaml").code == 4
    edited(tmp_path / "计划.yaml", (r'do: "refuse"', "do: update, record: 4"))
    assert street("import", "--apply", "计划.yaml").code == 0
    assert {row["id"]: row["address"] for row in listed(street, "org", "--where", "name=同名会")} == {
        3: None,
        4: "竹园路3号",
    }


def test_a_hand_that_says_it_is_a_third_of_that_name(street: Run, tmp_path: Path) -> None:
    for code in (CODE, "51110000069583988B"):
        street("org", "add", "同名会", "--kind", "其他", "--uscc", code)
    table(tmp_path / "台账.csv", [HEAD, ["同名会", "其他", "", "", "竹园路3号"]])
    assert street("import", "台账.csv", "--plan", "计划.yaml").code == 4
    edited(tmp_path / "计划.yaml", (r'do: "refuse"', "do: create"))
    assert street("import", "--apply", "计划.yaml").code == 0
    named = listed(street, "org", "--where", "name=同名会")
    assert [(row["address"], row["status"]) for row in named] == [(None, "正常")] * 2 + [("竹园路3号", "正常")]


def test_it_is_refused_once_the_ledger_or_the_file_has_moved_on(street: Run, plan: Path, tmp_path: Path) -> None:
    edited(plan, (r'do: "refuse"', "do: skip"))
    table(tmp_path / "台账.csv", [*ROWS, ["又一家", "其他", "", "", ""]])
    result = street("import", "--apply", plan.name)
    assert result.code == 4 and "又改过" in result.err
    table(tmp_path / "台账.csv", ROWS)
    street("org", "add", "新来的", "--kind", "其他")
    result = street("import", "--apply", plan.name)
    assert result.code == 4 and "数据库又有写入" in result.err
    street("undo")
    assert street("import", "--apply", plan.name).code == 4  # an undo is a write too


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        (r'do: "refuse"', "do: create", 4, "信用代码应为 18 位"),
        (r'row: 3, do: "create"', "row: 3, do: erase", 2, "do“erase”"),
        (r'row: 3, do: "create"', "row: 3, do: match", 4, "请写明 record"),
        (r'"竹园路1号"', '"竹园路9号"', 2, "与台账不符"),
        (r'row: 3, do: "create"', "row: 3, do: match, record: 没有的", 3, "找不到社会组织"),
        (r"record: 1", "record: 2", 2, "换了 record 请删去 changes"),
        (r"sheets:", "sheet:", 2, "不是计划文件"),
        (r'row: 2, do: "update", record: 1', "row: 2, do: create", 4, "本库已有这条社会组织"),
        (r'row: 2, do: "update"', "row: 2, do: create", 2, "不能 create"),
        (r'row: 2, do: "update"', "row: 2, do: refuse", 4, "写的是 refuse"),
        (r'row: 3, do: "create"', "row: 3, do: refuse", 4, "写的是 refuse"),
        (r'row: 3, do: "create", what: "[^"]*"', "row: 3, do: match", 4, "请写明 record"),
        (r'row: 3, do: "create"', "row: 3, do: update", 4, "请写明 record"),
        (r'row: 3, do: "create"', "row: 3, do: match, recrod: 1", 2, "“recrod”不认得"),
        (r"row: 3", "row: true", 2, "应是行号"),
        (r"row: 3", "row: 3.5", 2, "应是行号"),
        (r"record: 1", "record: [1]", 2, "record 应是"),
        (r"record: 1", "record: true", 2, "record 应是"),
        (r"record: 1", "record: 2025-03-01", 2, "record 应是"),
        (r"reading: \{\}", "reading: {noun: xx}", 2, "noun: xx"),
        (r"reading: \{\}", "reading: {noun: [org]}", 2, "noun: "),
        (r"reading: \{\}", "reading: {maps: 名称}", 2, "maps: 名称"),
        (r"reading: \{\}", "reading: {add_missing_orgs: 是}", 2, "add_missing_orgs"),
        (r"reading: \{\}", "reading: {encoding: 不知道}", 4, "不知道"),
        (r"reading: \{\}", "reading: {colour: red}", 2, "colour"),
        (r"reading: \{\}", "reading: {recipe: {set: 5}}", 2, "的 set 应写成"),
        (r"sheets:", "sheets: []\nmore:", 2, "对不上"),
    ],
)
def test_what_cannot_be_done_is_said(street: Run, plan: Path, old: str, new: str, code: int, said: str) -> None:
    edited(plan, (old, new))
    result = street("import", "--apply", plan.name)
    assert result.code == code, result.out + result.err
    assert said in result.out + result.err
    assert len(listed(street, "org")) == 2


def test_one_code_on_two_records_is_refused(street: Run, tmp_path: Path) -> None:
    street("org", "add", "六助为老服务中心", "--kind", "社会服务机构", "--uscc", CODE)
    table(tmp_path / "台账.csv", [HEAD, ["六助为老服务中心", "", CODE, "", ""]])
    street("import", "台账.csv", "--plan", "计划.yaml")
    edited(tmp_path / "计划.yaml", (r'do: "match", record: 3', "do: update, record: 1"))
    result = street("import", "--apply", "计划.yaml")
    assert result.code == 4 and "核对 record" in result.err
    assert [row["uscc"] for row in listed(street, "org")] == [None, None, CODE]


def test_a_refused_line_can_be_left_out_with_the_rest_written(street: Run, plan: Path) -> None:
    edited(plan, (r'row: 3, do: "create"', "row: 3, do: refuse, why: 先问清楚"))
    result = street("import", "--apply", plan.name, "--skip-bad")
    assert result.code == 6 and "先问清楚" in result.out
    assert {row["name"] for row in listed(street, "org")} == {"潍坊街道老年协会", "周亚英工作室", "书法社"}


def test_a_known_row_that_is_to_match_is_not_changed(street: Run, plan: Path) -> None:
    edited(plan, (r'row: 2, do: "update", record: 1', "row: 2, do: match"), ('do: "refuse"', "do: skip"))
    assert street("import", "--apply", plan.name).code == 0
    assert [row["phone"] for row in listed(street, "org") if row["id"] == 1] == [None]


@pytest.mark.parametrize(
    ("first", "again", "names"),
    [
        ("create", "match", ["书法社"]),
        ("skip", "create", ["书法社"]),
        ("skip", "skip", []),
        ("skip", "match", None),
        ("refuse", "match", None),
        ("create", "create", None),
    ],
)
def test_the_same_row_twice(street: Run, tmp_path: Path, first: str, again: str, names: list[str] | None) -> None:
    table(tmp_path / "台账.csv", [HEAD, ROWS[3], ROWS[3]])
    assert street("import", "台账.csv", "--plan", "计划.yaml").code == 0
    edited(
        tmp_path / "计划.yaml",
        ('row: 2, do: "create"', f"row: 2, do: {first}"),
        ('row: 3, do: "match"', f"row: 3, do: {again}"),
    )
    assert street("import", "--apply", "计划.yaml").code == (4 if names is None else 0)
    assert [row["name"] for row in listed(street, "org")][2:] == (names or [])


def test_two_rows_cannot_each_update_one_record(street: Run, tmp_path: Path) -> None:
    table(tmp_path / "台账.csv", [HEAD, ROWS[1], ROWS[1]])
    assert street("import", "台账.csv", "--plan", "计划.yaml").code == 0
    edited(
        tmp_path / "计划.yaml",
        (r"changes: \{[^}]*\}", "changes: {}"),  # the first leaves everything as it is, and the second does not
        ('row: 3, do: "match"', "row: 3, do: update"),
    )
    result = street("import", "--apply", "计划.yaml")
    assert result.code == 4 and "不能各自 update" in result.out
    edited(tmp_path / "计划.yaml", ('row: 2, do: "update"', "row: 2, do: match"))
    assert street("import", "--apply", "计划.yaml").code == 0
    assert next(row["phone"] for row in listed(street, "org")) == "50000000"


def test_what_repeats_a_row_that_cannot_be_created_is_refused_with_it(street: Run, tmp_path: Path) -> None:
    table(tmp_path / "台账.csv", [HEAD, *[["没有类型的", "", "", "", ""]] * 2])
    street("import", "台账.csv", "--plan", "计划.yaml")
    edited(tmp_path / "计划.yaml", ('do: "refuse"', "do: create"))
    assert summary(street, "--apply", "计划.yaml", "--skip-bad", code=6)["rejected"] == 2


def test_a_row_that_fits_several_records_says_which(street: Run, tmp_path: Path) -> None:
    for code in (CODE, "51110000069583988B"):
        street("org", "add", "同名会", "--kind", "其他", "--uscc", code)
    table(tmp_path / "台账.csv", [HEAD, ["同名会", "", "", "", "竹园路3号"]])
    street("import", "台账.csv", "--plan", "计划.yaml")
    edited(tmp_path / "计划.yaml", ('do: "refuse"', "do: update"))
    result = street("import", "--apply", "计划.yaml")
    assert result.code == 4 and "要在计划文件里写明 record" in result.out


PROJECT = ["承接单位", "项目名称", "年度", "合作方式", "合同金额", "资金来源"]


@pytest.mark.parametrize(
    "change",
    [
        (r'row: 2, do: "update"', "row: 2, do: skip"),
        (r'amount: \["", "[0-9.,]*"\]', ""),
        (r'row: 2, do: "update", ', "row: 2, do: refuse, "),
    ],
)
def test_what_belongs_to_a_row_is_not_dropped_in_silence(street: Run, tmp_path: Path, change: tuple[str, str]) -> None:
    street("project", "add", "老年协会", "--name", "调解", "--mode", "委托管理", "--year", "2025")
    row = ["潍坊街道老年协会", "调解", "2025", "委托管理", "120000", "福彩公益金"]
    table(tmp_path / "台账.csv", [PROJECT, row])
    assert street("import", "台账.csv", "--plan", "计划.yaml").code == 0
    edited(tmp_path / "计划.yaml", change)
    result = street("import", "--apply", "计划.yaml")
    assert result.code == 4 and "资金来源的这一行改成 skip" in result.out, result.out
    assert listed(street, "funding") == [] and listed(street, "project")[0]["amount"] is None
    edited(tmp_path / "计划.yaml", (r'row: 2, do: "create"', "row: 2, do: skip"))
    again = street("import", "--apply", "计划.yaml")
    assert again.code == (4 if "refuse" in change[1] else 0), again.out
    assert listed(street, "funding") == []


def test_days_without_quotes_in_a_mapping_file(street: Run, tmp_path: Path) -> None:
    table(tmp_path / "年检.csv", [["社会组织名称", "年度", "年检结论"], ["潍坊街道老年协会", "2025", "合格"]])
    mapping = "noun: inspection\nset: {concluded_on: 2025-03-01}\nvalues: {年检结论: {2025-01-02: 合格, yes: no}}\n"
    (tmp_path / "读法.yaml").write_text(mapping, "utf-8")
    result = street("import", "年检.csv", "--mapping", "读法.yaml", "--plan", "计划.yaml")
    assert result.code == 0, result.err
    assert street("import", "--apply", "计划.yaml").code == 0
    assert [row["concluded_on"] for row in listed(street, "inspection")] == ["2025-03-01"]


def test_characters_that_yaml_does_not_know(street: Run, tmp_path: Path) -> None:
    odd = [*map(chr, range(0x80, 0xA1)), *"\u2028\u2029\ufeff\ufffe\uffff\u200b\u202e\u3000𠮷\U000f0000"]
    new = [[f"新{place}{char}社", "其他", "", "", ""] for place, char in enumerate(odd)]
    known = [[f"旧{place}社", "其他", "", "", f"竹园{char}路"] for place, char in enumerate(odd)]
    street("import", table(tmp_path / "旧.csv", [HEAD, *(row[:2] for row in known)]))
    table(tmp_path / "台账.csv", [HEAD, *new, *known])
    assert street("import", "台账.csv", "--plan", "计划.yaml").code == 0
    assert "竹园𠮷路" in (text := (tmp_path / "计划.yaml").read_text("utf-8")) and "竹园\u3000路" in text
    result = street("import", "--apply", "计划.yaml")
    assert result.code == 0, result.out + result.err
    assert "不变" in street("import", "台账.csv").out and "没有变化" in street("import", "台账.csv").err


def test_apply_says_itself_what_is_read(street: Run, plan: Path) -> None:
    assert street("import", "台账.csv", "--apply", plan.name).code == 2
    assert street("import").code == 2
