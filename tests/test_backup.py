"""Backups are whole and checked, a restore loses nothing, and the doctor sees what is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.test_history import contents
from zhengshe import open_ledger
from zhengshe.errors import DatabaseError


def test_backup_and_restore(street: Run, tmp_path: Path) -> None:
    before = contents(tmp_path / "zhengshe.db")
    assert street("backup").code == 0
    (copy,) = tmp_path.glob("*.bak.db")
    assert contents(copy) == before
    assert copy.stat().st_mode & 0o077 == 0
    street("org", "add", "读书会", "--kind", "社区社会组织")
    later = contents(tmp_path / "zhengshe.db")
    copy = copy.rename(tmp_path / "monday.db")
    assert street("restore", copy.name).code == 0
    assert contents(tmp_path / "zhengshe.db") == before
    (kept,) = tmp_path.glob("*.bak.db")
    assert contents(kept) == later


def test_old_backups_are_pruned(street: Run, tmp_path: Path) -> None:
    for hour in range(5):
        (tmp_path / f"zhengshe-20260101-0{hour}0000.bak.db").write_bytes(b"old")
    (tmp_path / "zhengshe-mine.bak.db").write_bytes(b"not ours to delete")
    assert street("backup", "--keep", "3").code == 0
    names = sorted(path.name for path in tmp_path.glob("*.bak.db"))
    assert names[:2] == ["zhengshe-20260101-030000.bak.db", "zhengshe-20260101-040000.bak.db"]
    assert len(names) == 4


def test_a_bad_backup_changes_nothing(street: Run, tmp_path: Path) -> None:
    before = (tmp_path / "zhengshe.db").read_bytes()
    (tmp_path / "text.db").write_text("不是数据库" * 500, "utf-8")
    with sqlite3.connect(tmp_path / "foreign.db") as db:
        db.execute("CREATE TABLE t(x)")
    damaged = bytearray(before)
    damaged[40960:45056] = b"\xff" * 4096
    (tmp_path / "damaged.db").write_bytes(damaged)
    (tmp_path / "newer.db").write_bytes(before)
    with sqlite3.connect(tmp_path / "newer.db") as newer:
        (version,) = newer.execute("PRAGMA user_version").fetchone()
        newer.execute(f"PRAGMA user_version = {version + 1}")
    for name in ("text.db", "foreign.db", "damaged.db", "newer.db", "nowhere.db"):
        result = street("restore", name)
        assert result.code == 5, (name, result.err)
        assert (tmp_path / "zhengshe.db").read_bytes() == before


def test_a_damaged_ledger_can_be_restored(street: Run, tmp_path: Path) -> None:
    street("backup")
    (copy,) = tmp_path.glob("*.bak.db")
    copy = copy.rename(tmp_path / "monday.db")
    (tmp_path / "zhengshe.db").write_text("掉电后的乱码" * 900, "utf-8")
    assert street("org", "list").code == 5
    assert street("restore", copy.name).code == 0
    assert "周亚英工作室" in street("org", "list").out
    assert list(tmp_path.glob("*.damaged.db"))


def _not_even_text(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"uscc" TEXT', b'"u\xff\xfe\xfd" TEXT'))


def _half_a_page(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[4096 * 20 : 4096 * 40] = bytes(4096 * 20)
    path.write_bytes(raw)


@pytest.mark.parametrize("damage", [_not_even_text, _half_a_page])
def test_damage_is_called_damage(street: Run, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    damage(tmp_path / "zhengshe.db")
    for words in (("doctor",), ("org", "list", "-f", "json"), ("org", "add", "读书会", "--kind", "其他"), ("log",)):
        result = street(*words)
        assert result.code in ((5,) if words[0] == "doctor" else (0, 5)), (words, result)
        assert (result.code == 0) != ("恢复" in result.err or "doctor" in result.err), (words, result.err)


def test_damage_that_shows_as_another_error_is_called_damage(street: Run, tmp_path: Path) -> None:  # noqa: ARG001
    path = tmp_path / "zhengshe.db"
    with pytest.raises(TypeError), open_ledger(path):  # a sound file is not blamed
        raise TypeError
    _half_a_page(path)
    with pytest.raises(DatabaseError, match="损坏"), open_ledger(path):
        raise TypeError


def test_a_sound_file_gets_a_clean_bill(street: Run) -> None:
    street("change", "add", "老年协会", "--item", "名称", "--after", "长者协会", "--approved-on", "2026-01-01")
    street("undo")
    result = street("doctor")
    assert (result.code, result.out) == (0, ""), result.out


def test_the_doctor_sees_and_mends(street: Run, tmp_path: Path) -> None:
    street("document", "add", "老年协会", _file(tmp_path))
    street("document", "remove", "#1")
    with sqlite3.connect(tmp_path / "zhengshe.db") as db:
        db.execute("DROP TRIGGER history_org_update")
        db.execute("UPDATE org SET note = '绕过历史' WHERE id = 1")
        db.execute("DROP INDEX project_org_name_year")
        db.execute("INSERT INTO inspection(org, year) VALUES (99, 2025)")
        db.execute("INSERT INTO document(subject, title) VALUES ('org/99', '悬空')")
    result = street("doctor")
    assert result.code == 1
    for expected in (
        "history_org_update",
        "project_org_name_year",
        "最后一次",
        "inspection #1",
        "org/99",
        "没有记录引用",
    ):
        assert expected in result.out, expected
    street("doctor", "--fix")
    assert "history_org_update" not in street("doctor").out
    assert "没有记录引用" not in street("doctor").out


def test_the_doctor_tells_search_the_names(street: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "zhengshe.db") as db:
        db.execute("UPDATE pinyin SET name = '无人' WHERE name = '周亚英工作室'")
    result = street("doctor")
    assert (result.code, "1 个名称查找不到" in result.out, "却还能查到" in result.out) == (1, True, True), result.out
    street("doctor", "--fix")
    assert street("doctor").code == 0
    assert "周亚英工作室" in street("search", "zyy").out


def _file(tmp_path: Path) -> Path:
    path = tmp_path / "合同.txt"
    path.write_text("正文", "utf-8")
    return path
