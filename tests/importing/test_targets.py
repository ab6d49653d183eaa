"""The files that an import writes beside the ledger: looked at first, so that nothing is destroyed or half done."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import Run
from tests.importing.test_import import listed, table
from tests.test_history import contents

HEAD = ["名称", "类型"]
ROWS = [HEAD, ["书法社", "社区社会组织"], ["没有类型的", "不知道"]]


def workbook(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize(
    "options",
    [
        ("--plan", "zhengshe.db"),
        ("--plan", "link.yaml"),
        ("--rejects", "zhengshe.db"),
        ("--save-mapping", "zhengshe.db"),
        ("-f", "csv", "-o", "zhengshe.db"),
        ("-f", "csv", "-o", "other.db"),
        ("-f", "csv", "-o", "zhengshe.db-wal"),
    ],
)
def test_a_database_is_never_written_over(street: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    table(tmp_path / "a.csv", ROWS)
    database = tmp_path / "zhengshe.db"
    (tmp_path / "other.db").write_bytes(database.read_bytes())
    (tmp_path / "link.yaml").symlink_to(database)
    before = database.read_bytes()
    result = street("import", "a.csv", "--skip-bad", *options)
    assert result.code == 2, result.out + result.err
    assert "请换一个文件名" in result.err
    assert database.read_bytes() == before == (tmp_path / "other.db").read_bytes()


def test_what_any_command_prints_into_a_file_is_no_database_before(street: Run, tmp_path: Path) -> None:
    before = contents(tmp_path / "zhengshe.db")
    assert street("org", "list", "-f", "csv", "-o", "zhengshe.db").code == 2
    assert contents(tmp_path / "zhengshe.db") == before


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--mapping", "m.yaml", "--plan", "m.yaml"), 2, "就是要读的文件"),
        (("--mapping", "m.yaml", "--save-mapping", "./m.yaml"), 2, "就是要读的文件"),
        (("--plan", "p.yaml", "--save-mapping", "p.yaml"), 2, "同一个文件"),
        (("--rejects", "r.csv", "-o", "r.csv"), 2, "同一个文件"),
        (("--plan", "p.txt"), 2, ".yaml 或 .yml"),
        (("--save-mapping", "m.csv"), 2, ".yaml 或 .yml"),
        (("--rejects", "r.ods"), 2, ".xlsx 或 .csv"),
        (("--rejects", "r.docx"), 2, ".xlsx 或 .csv"),
        (("--rejects", "no/dir/r.xlsx"), 1, "没有文件夹"),
        (("--plan", "no/p.yaml"), 1, "没有文件夹"),
        (("--save-mapping", "no/p.yaml"), 1, "没有文件夹"),
        (("--save-mapping", "there.yaml"), 1, "已存在"),
        (("-o", "out.ods"), 2, "不认得后缀"),
        (("-o", "no/out.csv"), 1, "没有文件夹"),
        (("-f", "xlsx"), 2, "请加 -o"),
        (("-f", "pdf"), 2, "没有输出格式"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_batch_is(
    street: Run, tmp_path: Path, options: tuple[str, ...], code: int, said: str
) -> None:
    table(tmp_path / "a.csv", ROWS)
    (tmp_path / "m.yaml").write_text("noun: org\n", "utf-8")
    (tmp_path / "there.yaml").write_text("", "utf-8")
    before = contents(tmp_path / "zhengshe.db")
    result = street("import", "a.csv", "--skip-bad", *options)
    assert (result.code, result.out) == (code, "") and said in result.err, result.err
    assert contents(tmp_path / "zhengshe.db") == before
    assert (tmp_path / "m.yaml").read_text("utf-8") == "noun: org\n"


@pytest.mark.skipif(os.name == "nt", reason="names of files are no bytes there")
def test_a_ledger_named_in_gbk_has_no_plan(street: Run, tmp_path: Path) -> None:
    name = os.fsdecode("台账.csv".encode("gbk"))
    table(tmp_path / name, ROWS[:2])
    result = street("import", name, "--plan", "p.yaml")
    assert result.code == 2 and "请先改名" in result.err
    assert street("import", name).code == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to(street: Run, tmp_path: Path) -> None:
    table(tmp_path / "a.csv", ROWS)
    (tmp_path / "locked").mkdir(mode=0o500)
    result = street("import", "a.csv", "--skip-bad", "--rejects", "locked/r.csv")
    assert result.code == 1 and "没有权限" in result.err
    assert len(listed(street, "org")) == 2


def test_one_mapping_file_is_for_one_sheet(street: Run, tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", {"一": ROWS[:2], "二": [HEAD, ["乒乓球队", "其他"]]})
    result = street("import", "a.xlsx", "--save-mapping", "m.yaml")
    assert result.code == 2 and "--sheet" in result.err
    assert len(listed(street, "org")) == 2


def test_rejects_of_several_sheets_are_no_csv(street: Run, tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", {"一": ROWS, "二": [HEAD, ["乒乓球队", "其他"], ["也没有类型", "不详"]]})
    result = street("import", "a.xlsx", "--skip-bad", "--rejects", "r.csv")
    assert result.code == 2 and "改成 xlsx" in result.err
    assert len(listed(street, "org")) == 2 and not (tmp_path / "r.csv").exists()
    assert street("import", "a.xlsx", "--skip-bad", "--rejects", "r.xlsx").code == 6
    assert "有 2 行不能接受" in street("import", "r.xlsx").err


def test_rejects_of_one_sheet_among_several_are(street: Run, tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", {"一": ROWS[:2], "二": [HEAD, ["也没有类型", "不详"]]})
    assert street("import", "a.xlsx", "--skip-bad", "--rejects", "r.csv").code == 6
    assert [row[0] for row in csv.reader((tmp_path / "r.csv").open(encoding="utf-8-sig"))] == ["名称", "也没有类型"]


def test_what_fails_after_all_says_that_the_batch_was_written(street: Run, tmp_path: Path) -> None:
    table(tmp_path / "a.csv", [[*HEAD, "备注"], *([*row, ""] for row in ROWS[1:]), ["甲", "不详", "长" * 40_000]])
    result = street("import", "a.csv", "--skip-bad", "--rejects", "r.xlsx")
    assert result.code == 1
    assert "数据已写入（批次 3）" in result.err and "请改用 csv" in result.err
    assert [row["name"] for row in listed(street, "org")][-1] == "书法社"
