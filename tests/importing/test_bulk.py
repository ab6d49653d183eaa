"""A whole set written at once leaves the file as a row at a time would have: indexes, triggers, checks and history."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from zhengshe import Ledger
from zhengshe.errors import RejectedError
from zhengshe.importing.plan import Wish
from zhengshe.models import RECORDS
from zhengshe.store import bulk
from zhengshe.store.staging import Stage

KEYS = ("number", "org", "name", "year", "mode", "status")
ROWS = 10_000  # from as many rows indexes are built afterwards


def many(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = ([f"P2025-{row:05d}", "周亚英工作室", f"调解{row}", 2025, "委托管理"] for row in range(ROWS))
        csv.writer(file).writerows([["项目编号", "承接单位", "项目名称", "年度", "合作方式"], *rows])
    return path


def schema(db: sqlite3.Connection) -> set[tuple[str, str]]:
    return {*db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")}


def insert(db: sqlite3.Connection, **said: object) -> None:
    row = {"number": "P1", "org": 1, "name": "调解", "year": 2025, "mode": "委托管理", "status": "立项", **said}
    db.execute(f"INSERT INTO project({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])


@pytest.fixture
def one(ledger: Ledger) -> Ledger:
    ledger.add("org", name="周亚英工作室", kind="社区社会组织")
    return ledger


def test_many_rows_leave_the_schema_as_it_was(one: Ledger, tmp_path: Path) -> None:
    db, before = one._db, schema(one._db)
    one.apply(one.plan([many(tmp_path / "a.csv")], Wish(noun="project")))
    assert schema(db) == before
    assert db.execute("SELECT count(*) FROM history WHERE noun = 'project'").fetchone() == (ROWS,)
    assert db.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    for wrong in ({"mode": "不存在"}, {"org": 99}, {"number": "P2025-00000"}):
        with pytest.raises(sqlite3.IntegrityError):
            insert(db, **wrong)
    one.undo()
    assert db.execute("SELECT count(*) FROM project").fetchone() == (0,)


def write(db: sqlite3.Connection, **said: object) -> None:
    """One row by the way of sets."""
    stage = Stage(db, RECORDS["project"])
    row = {"number": "P1", "org": 1, "name": "调解", "year": 2025, "mode": "委托管理", "status": "立项", **said}
    stage.add(KEYS, [([2], [[value] for value in row.values()])])  # type: ignore[arg-type]
    bulk.write(db, stage, stage.counts(), 1)


@pytest.mark.parametrize("wrong", [{"mode": "不存在"}, {"org": 99}, {"name": None}, {"year": "去年"}])
def test_what_the_table_does_not_take_is_refused_in_a_set_too(one: Ledger, wrong: dict[str, object]) -> None:
    with pytest.raises((RejectedError, sqlite3.Error)):
        write(one._db, **wrong)
    insert(one._db)
    with pytest.raises(sqlite3.IntegrityError):
        insert(one._db, number="P2", mode="不存在")


def test_a_check_of_another_form_is_left_to_the_insert(one: Ledger) -> None:
    one._db.execute("ALTER TABLE project ADD COLUMN more INTEGER DEFAULT 1 CHECK (more > 1)")
    with pytest.raises(RejectedError):
        write(one._db)


def test_history_of_a_set_says_what_stands_in_the_table(one: Ledger, tmp_path: Path) -> None:
    """Also of columns that a later migration put last, and however long it takes to write."""
    file = tmp_path / "a.csv"
    for amount in ("1.00", "2.00"):
        file.write_text(
            f"承接单位,项目名称,年度,合作方式,投标截止日期,合同金额\n周亚英工作室,调解,2025,公开招标,2025-02-01,{amount}\n",
            "utf-8",
        )
        one.apply(one.plan([file], Wish(noun="project")))
        assert [*one.examine().rows] == []
    # the history is written, and some seconds later the table
    one._db.create_function("strftime", -1, clock())
    file.write_text(file.read_text("utf-8").replace("2.00", "3.00"), "utf-8")
    one.apply(one.plan([file], Wish(noun="project")))
    assert [*one.examine().rows] == []
    one.undo()
    assert one._db.execute("SELECT amount FROM project").fetchone() == (200,)


def clock() -> Callable[..., str]:
    ticks = count()
    return lambda *_: f"2026-01-01T00:00:{next(ticks):02d}Z"
