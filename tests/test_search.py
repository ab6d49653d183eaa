"""Search finds what is remembered of a name, and exactly what a scan of all names would find."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import TODAY, Run
from zhengshe import open_ledger
from zhengshe.store.search import names_with, search


def titles(run: Run, text: str) -> list[str]:
    result = run("search", text, "-f", "json")
    assert result.code == 0, result.err
    return [row["title"] for row in json.loads(result.out)]


@pytest.fixture
def street(street: Run) -> Run:
    street("org", "add", "六助为老服务中心", "--uscc", "52110000MJ015106XK")
    street("change", "add", "周亚英工作室", "--item", "名称", "--after", "亚英调解社", "--approved-on", "2026-01-01")
    street("project", "add", "老年协会", "--name", "金婚老人集体庆祝活动", "--mode", "委托管理", "--year", "2026")
    street(
        *("finding", "add", "老年协会", "--severity", "一般", "--channel", "社会监督"),
        *("--found-on", "2026-05-01", "--fact", "庆祝活动签到表不全"),
    )
    return street


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("老年", "潍坊街道老年协会"),
        ("协会", "潍坊街道老年协会"),
        ("wfjdlnxh", "潍坊街道老年协会"),
        ("weifangjiedao", "潍坊街道老年协会"),
        ("潍坊街道老年协汇", "潍坊街道老年协会"),  # a slip of the pen
        ("潍纺老年协会", "潍坊街道老年协会"),
        ("周亚英工作室", "亚英调解社"),  # a former name
        ("MJ0151", "六助为老服务中心"),
        ("金婚", "P2026-001 金婚老人集体庆祝活动"),
        ("签到", "F2026-001 庆祝活动签到表不全"),
        ("F2026", "F2026-001 庆祝活动签到表不全"),
    ],
)
def test_what_is_remembered_finds_it(street: Run, text: str, first: str) -> None:
    assert titles(street, text)[0] == first


def test_several_kinds_in_one_search(street: Run) -> None:
    assert len(titles(street, "庆祝活动")) == 2


def test_nothing_found_is_an_empty_answer(street: Run) -> None:
    assert titles(street, "火箭") == []
    assert titles(street, "%") == []


LETTERS = "老年协会A（a%_Ａａİ"  # SQLite folds A to a, but neither Ａ to ａ nor İ to anything
NAMES = st.text(LETTERS, min_size=1, max_size=7).map(str.strip).filter(lambda name: name not in ("", "A", "a"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NAMES, max_size=8, unique=True), st.text(LETTERS, min_size=1, max_size=3), st.integers(0, 7))
@example(["Ａ老b"], "Ａ老B", 7)
def test_the_index_finds_what_like_finds(tmp_path: Path, names: list[str], text: str, gone: int) -> None:
    path = tmp_path / "s.db"
    path.unlink(missing_ok=True)
    open_ledger(path, today=TODAY, create=True).close()
    with sqlite3.connect(path) as db:
        for name in names:
            db.execute("INSERT INTO org(name, kind, status) VALUES (?, '其他', '正常')", (name,))
        db.execute("DELETE FROM org WHERE id = ?", (gone,))
        escaped = text.replace("%", "\\%").replace("_", "\\_")
        scan = [n for (n,) in db.execute("SELECT name FROM org WHERE name LIKE ? ESCAPE '\\'", (f"%{escaped}%",))]
        assert sorted(names_with(db, text)) == sorted(scan)


def test_a_pair_that_is_in_most_names(tmp_path: Path) -> None:
    """There the names are read through, with the same result; best is the text itself, then what begins with it."""
    open_ledger(tmp_path / "s.db", today=TODAY, create=True).close()
    with sqlite3.connect(tmp_path / "s.db") as db:
        names = [f"潍坊街道第{number}歌咏队" for number in range(1100)]
        names += ["街道合唱队", "街道", "老年协会"]
        db.executemany("INSERT INTO org(name, kind, status) VALUES (?, '其他', '正常')", zip(names))
        assert sorted(names_with(db, "街道")) == sorted(names[:-1])
        assert sorted(names_with(db, "坊街道第109")) == sorted(name for name in names if "第109" in name)
        assert [hit.title for hit in search(db, "街道", 3)] == ["街道", "街道合唱队", "潍坊街道第0歌咏队"]


def test_the_pairs_of_a_text_in_another_order(tmp_path: Path) -> None:
    open_ledger(tmp_path / "s.db", today=TODAY, create=True).close()
    with sqlite3.connect(tmp_path / "s.db") as db:
        db.execute("INSERT INTO org(name, kind, status) VALUES ('老服务为老会', '其他', '正常')")
        assert names_with(db, "为老服") == []
        assert names_with(db, "老服务") == ["老服务为老会"]
