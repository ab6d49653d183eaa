"""The database asks for what the models declare, and opens only what it understands."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.schema_sql import schema
from zhengshe import open_ledger
from zhengshe.errors import DatabaseError
from zhengshe.models import RECORDS
from zhengshe.store.migrate import statements, steps


def described(db: sqlite3.Connection) -> set[tuple[str, object]]:
    """Every part of the schema by name; a table as its columns in any order, since a migration appends them."""
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB 'history_*_*'")
    return {(name, parts(" ".join(sql.split()))) for name, sql in rows if not name.startswith("sqlite_")}


def parts(sql: str) -> object:
    if not sql.startswith("CREATE TABLE"):
        return sql
    head, body = sql.split("(", 1)
    body, tail = body.rsplit(")", 1)
    columns = re.split(r",(?![^(]*\))", body)  # a comma that no bracket holds
    return head.strip(), frozenset(column.strip() for column in columns), tail.strip()


def test_a_new_database_is_what_the_models_declare(tmp_path: Path) -> None:
    open_ledger(tmp_path / "a.db", create=True).close()
    wanted = sqlite3.connect(":memory:")
    wanted.executescript(schema())
    with sqlite3.connect(tmp_path / "a.db") as made:
        assert described(made) == described(wanted)


def test_every_record_has_history_triggers(tmp_path: Path) -> None:
    open_ledger(tmp_path / "a.db", create=True).close()
    with sqlite3.connect(tmp_path / "a.db") as db:
        triggers = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    for noun in RECORDS:
        assert {f"history_{noun}_{event}" for event in ("insert", "update", "delete")} <= triggers


def test_closed_lists_and_foreign_keys_are_enforced(tmp_path: Path) -> None:
    open_ledger(tmp_path / "a.db", create=True).close()
    with sqlite3.connect(tmp_path / "a.db") as db:
        db.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            db.execute("INSERT INTO org(name, kind, status) VALUES ('甲', '公司', '正常')")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            db.execute("INSERT INTO inspection(org, year) VALUES (7, 2025)")
        with pytest.raises(sqlite3.IntegrityError, match="cannot store"):
            db.execute("INSERT INTO org(name, kind, status, capital) VALUES ('甲', '基金会', '正常', '三万')")


def test_statements_are_split_at_their_end_not_inside_triggers() -> None:
    script = (
        "CREATE TABLE a(x);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM a;\n  SELECT 1;\nEND;\n-- end\n"
    )
    first, second, rest = statements(script)
    assert first.startswith("CREATE TABLE")
    assert second.rstrip().endswith("END;")
    assert rest == "-- end\n"


def test_missing_foreign_newer_and_damaged_files_exit_5(zs: Run, tmp_path: Path) -> None:
    missing = zs("org", "list")
    assert (missing.code, "zhengshe init" in missing.err) == (5, True)

    (tmp_path / "text.db").write_text("这不是数据库，只是一个文本文件" * 50, "utf-8")
    assert zs("--db", "text.db", "org", "list").code == 5

    with sqlite3.connect(tmp_path / "foreign.db") as foreign:
        foreign.execute("CREATE TABLE t(x)")
    result = zs("--db", "foreign.db", "org", "list")
    assert (result.code, "不是政社台账" in result.err) == (5, True)

    assert zs("init", "newer.db").code == 0
    with sqlite3.connect(tmp_path / "newer.db") as newer:
        (version,) = newer.execute("PRAGMA user_version").fetchone()
        newer.execute(f"PRAGMA user_version = {version + 1}")  # one step ahead is ahead
    before = (tmp_path / "newer.db").read_bytes()
    result = zs("--db", "newer.db", "org", "list")
    assert (result.code, "升级程序" in result.err) == (5, True)
    assert (tmp_path / "newer.db").read_bytes() == before


def test_a_locked_file_exits_5_and_writes_nothing(street: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhengshe.store.connection.WAIT_SECONDS", 0.1)
    other = sqlite3.connect(tmp_path / "zhengshe.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    result = street("org", "add", "读书会", "--kind", "社区社会组织")
    other.execute("ROLLBACK")
    assert (result.code, "正被别的程序" in result.err) == (5, True)
    assert "读书会" not in street("org", "list").out


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells who has a file open")
@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_locked_file_names_who_holds_it(
    street: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lock: str
) -> None:
    monkeypatch.setattr("zhengshe.store.connection.WAIT_SECONDS", 0.1)
    script = f"import sqlite3; sqlite3.connect('zhengshe.db').execute('BEGIN {lock}'); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout and other.stdout.readline() == "\n"
        result = street("org", "add", "读书会", "--kind", "社区社会组织")
        other.communicate("\n")
    assert (result.code, f"进程 {other.pid}）写入" in result.err) == (5, True), result.err


def test_init_never_overwrites_and_the_file_is_private(zs: Run, tmp_path: Path) -> None:
    assert zs("init").code == 0
    assert (tmp_path / "zhengshe.db").stat().st_mode & 0o077 == 0
    assert zs("init").code == 5


def test_an_older_file_is_backed_up_and_migrated(street: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = tmp_path / "later"
    later.mkdir()
    for step in steps():
        (later / step.name).write_bytes(step.read_bytes())
    (later / "9999_more.sql").write_text('ALTER TABLE "org" ADD COLUMN "more" TEXT;', "utf-8")
    monkeypatch.setattr("zhengshe.store.migrate.FOLDER", later)
    assert "周亚英工作室" in street("org", "list").out
    (copy,) = tmp_path.glob("*.bak.db")
    with sqlite3.connect(copy) as old, sqlite3.connect(tmp_path / "zhengshe.db") as new:
        assert "more" not in {row[1] for row in old.execute("PRAGMA table_info(org)")}
        new.execute("UPDATE org SET more = 'x' WHERE id = 1")
        (after,) = new.execute("SELECT after FROM history ORDER BY id DESC LIMIT 1").fetchone()
        assert '"more":"x"' in after


def test_a_file_of_the_first_schema_opens(zs: Run, tmp_path: Path) -> None:
    """What a later migration added can be filled in and taken back like any other field."""
    shutil.copy(Path(__file__).with_name("schemas") / "0001.db", tmp_path / "zhengshe.db")
    shown = zs("project", "show", "共读一本书")
    assert "12,000" in shown.out, shown.err
    assert zs("project", "edit", "共读一本书", "--awarded-on", "2025-02-10").code == 0
    assert "中标通知日期" in zs("project", "show", "共读一本书", "--history").out
    assert zs("undo").code == 0
    assert "中标通知日期" not in zs("project", "show", "共读一本书").out
    assert zs("doctor").code == 0
    (copy,) = tmp_path.glob("zhengshe-v1-*.bak.db")
    with sqlite3.connect(copy) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (1,)


def test_former_names_that_an_older_file_missed_are_found(zs: Run, tmp_path: Path) -> None:
    shutil.copy(Path(__file__).with_name("schemas") / "0002.db", tmp_path / "zhengshe.db")
    with sqlite3.connect(tmp_path / "zhengshe.db") as old:
        old.execute("UPDATE change SET before = '共学会' WHERE before = '读书会'")
    found = zs("search", "共学", "-f", "json")
    assert "曾用名 共学会" in found.out, found.err
    assert "共读社" in zs("search", "gxh").out
    assert zs("search", "读书会", "-f", "json").out == "[]\n"
    assert zs("doctor").code == 0


def test_several_programs_open_an_older_file_at_once(street: Run, tmp_path: Path) -> None:
    assert street("org", "list").code == 0
    later = tmp_path / "later"
    later.mkdir()
    for step in steps():
        (later / step.name).write_bytes(step.read_bytes())
    (later / "9999_more.sql").write_text('ALTER TABLE "org" ADD COLUMN "more" TEXT;', "utf-8")
    script = (
        "import pathlib, sys; from zhengshe.store import migrate; migrate.FOLDER = pathlib.Path('later');"
        "sys.argv = ['zhengshe', 'org', 'list']; from zhengshe.cli import main; main()"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    programs = [subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=env) for _ in range(6)]
    assert [program.wait(timeout=60) for program in programs] == [0] * 6
    for copy in tmp_path.glob("*.bak.db"):
        with sqlite3.connect(copy) as old:
            assert old.execute("PRAGMA user_version").fetchone() in ((len(steps()),), (len(steps()) + 1,))
            assert old.execute("SELECT count(*) FROM org").fetchone() == (2,)
    assert not list(tmp_path.glob("*.partial"))


def test_a_failed_migration_leaves_the_file_as_it_was(
    street: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = tmp_path / "later"
    later.mkdir()
    for step in steps():
        (later / step.name).write_bytes(step.read_bytes())
    (later / "9999_bad.sql").write_text('ALTER TABLE "org" ADD COLUMN "more" TEXT;\nSELECT * FROM nowhere;', "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr("zhengshe.store.migrate.FOLDER", later)
        with pytest.raises(DatabaseError):
            open_ledger(tmp_path / "zhengshe.db")
    assert street("org", "list").code == 0


SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.db"))


def test_every_earlier_schema_is_kept() -> None:
    kept = {path.stem for path in SCHEMAS}
    missing = {step.name[:4] for step in steps()[:-1]} - kept
    assert not missing, "check out what stood before the newest migration and run: python -m tests.schemas.make"


@pytest.mark.parametrize("kept", SCHEMAS, ids=lambda path: path.stem)
def test_a_file_of_every_earlier_schema_opens_and_migrates(zs: Run, tmp_path: Path, kept: Path) -> None:
    path = tmp_path / "zhengshe.db"
    path.write_bytes(kept.read_bytes())
    with sqlite3.connect(path) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
    assert "读书会" in zs("log", "--org", "共读社").out
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(steps()),)
    doctor = zs("doctor")
    assert doctor.code == 0, doctor.out
    (project,) = json.loads(zs("project", "list", "-f", "json").out)
    assert (project["number"], project["org"], project["amount"]) == ("P2026-001", "共读社", 12000)
    assert json.loads(zs("inspection", "list", "-f", "json").out) == []
    assert zs("document", "extract", "P2026-001").code == 0
    assert (tmp_path / "验收书.txt").read_text("utf-8") == "验收合格"
    assert zs("undo").code == 0  # takes back the undo
    assert len(json.loads(zs("inspection", "list", "-f", "json").out)) == 1
    for batch in (3, 2):  # across the migration
        assert zs("undo", batch).code == (4 if batch == 2 else 0)
    assert zs("doctor").code == 0
    copies = list(tmp_path.glob(f"zhengshe-v{version}-*.bak.db"))
    assert len(copies) == (1 if version < len(steps()) else 0)
    for copy in copies:
        assert copy.stat().st_mode & 0o077 == 0
