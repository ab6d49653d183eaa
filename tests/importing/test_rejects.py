"""Rejects: the refused rows as they were, with why; mended, they are read as the ledger was."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.importing.test_import import listed, summary, table
from zhengshe.importing.mapping import every_name
from zhengshe.importing.plan import REASON

AMENDMENTS = [
    ["项目名称", "变更事项", "签订日期", "金额变动"],
    ["调解", "金额", "2025-03-01", "三千左右"],
]


def mended(path: Path, *changes: tuple[str, str]) -> list[str]:
    text = path.read_text("utf-8-sig")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (path.parent / "mended.csv").write_text(text, "utf-8")
    return text.splitlines()[0].split(",")


@pytest.fixture
def project(street: Run) -> Run:
    done = street("project", "add", "老年协会", "--name", "调解", "--mode", "委托管理", "--year", "2025")
    assert done.code == 0, done.err
    return street


def test_no_field_goes_by_the_name_of_the_reason() -> None:
    assert not any(REASON.endswith(name) for name in every_name() if len(name) > 2)


def test_the_reason_is_no_data_when_mended_rows_come_back(project: Run, tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", AMENDMENTS)
    assert project("import", file, "--skip-bad", "--rejects", "r.csv").code == 6
    assert mended(tmp_path / "r.csv", ("三千左右", "3000")) == [*AMENDMENTS[0], REASON]
    result = project("import", "mended.csv")
    assert result.code == 0 and REASON not in result.out, result.out
    (row,) = listed(project, "amendment")
    assert (row["amount_change"], row["reason"]) == (3000, None)


def test_what_is_refused_again_has_one_reason_only(project: Run, tmp_path: Path) -> None:
    project("import", table(tmp_path / "a.csv", AMENDMENTS), "--skip-bad", "--rejects", "r.csv")
    mended(tmp_path / "r.csv", ("三千左右", "四千左右"))
    project("import", "mended.csv", "--skip-bad", "--rejects", "again.csv")
    head, row = csv.reader((tmp_path / "again.csv").open(encoding="utf-8-sig"))
    assert head == [*AMENDMENTS[0], REASON] and row[3] == "四千左右" and len(row) == 5


def test_a_reason_that_was_moved_is_passed_over_too(project: Run, tmp_path: Path) -> None:
    rows = [[REASON, *AMENDMENTS[0]], ["金额变动：不是金额", *AMENDMENTS[1][:3], "3000"]]
    result = project("import", table(tmp_path / "a.csv", rows))
    assert result.code == 0 and REASON not in result.out
    assert [row["reason"] for row in listed(project, "amendment")] == [None]


def test_rejects_with_a_single_column_of_their_own(street: Run, tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", [["名称"], ["甲社"]])
    options = ("--as", "org")
    assert street("import", file, *options, "--skip-bad", "--rejects", "r.csv").code == 6
    assert summary(street, "r.csv", *options, "--set", "kind=其他")["new"] == 1


def test_rejects_of_former_days_are_read_and_what_is_made_of_them_said(project: Run, tmp_path: Path) -> None:
    """Their column was called 原因. A ledger's own column may be called so as well: nobody but the clerk can tell."""
    old = [[*AMENDMENTS[0], "原因"], [*AMENDMENTS[1][:3], "3000", "金额变动：不是金额"]]
    result = project("import", table(tmp_path / "a.csv", old), "--dry-run")
    assert result.code == 0 and "原因→变更原因" in result.out
    orgs = [["名称", "类型", "原因"], ["甲社", "其他", "类型：缺少类型"]]
    result = project("import", table(tmp_path / "b.csv", orgs))
    assert result.code == 0 and "没有用到的列：原因" in result.out
