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
        (r'row: 3, do: "create"', "row: 3, do: match", 2, "要写明 record"),
        (r'"竹园路1号"', '"竹园路9号"', 2, "与台账不符"),
        (r'row: 3, do: "create"', "row: 3, do: match, record: 没有的", 3, "找不到社会组织"),
        (r"record: 1", "record: 2", 2, "换了 record 请删去 changes"),
        (r"sheets:", "sheet:", 2, "不是计划文件"),
        (r'row: 2, do: "update", record: 1', "row: 2, do: create", 4, "本库已有这条社会组织"),
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


def test_apply_says_itself_what_is_read(street: Run, plan: Path) -> None:
    assert street("import", "台账.csv", "--apply", plan.name).code == 2
    assert street("import").code == 2
