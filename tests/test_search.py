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
from zhengshe.store import pinyin
from zhengshe.store.search import best_names, search


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


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("lnxh", "潍坊街道老年协会"),  # not at the beginning
        ("laonianxiehui", "潍坊街道老年协会"),
        ("lao nian", "潍坊街道老年协会"),
        ("wei fang jie dao", "潍坊街道老年协会"),
        ("weifangjied", "潍坊街道老年协会"),  # still being typed
        ("changningsh", "长宁书画社"),  # 长 in either reading, full pinyin that ends in a part of a syllable
        ("zhangning", "长宁书画社"),
        ("cnshs", "长宁书画社"),
        ("zyygzs", "亚英调解社"),  # a former name
        ("jhlr", "P2026-001 金婚老人集体庆祝活动"),
        ("jinhun", "P2026-001 金婚老人集体庆祝活动"),
        ("Lao Ren Ji Ti", "P2026-001 金婚老人集体庆祝活动"),
        ("ｊｈｌｒ", "P2026-001 金婚老人集体庆祝活动"),
        ("金混老人集体", "P2026-001 金婚老人集体庆祝活动"),  # a slip of the pen
        ("qdb", "F2026-001 庆祝活动签到表不全"),
        ("qiandaobiao", "F2026-001 庆祝活动签到表不全"),
        ("签倒表不全", "F2026-001 庆祝活动签到表不全"),
    ],
)
def test_pinyin_and_slips_find_all_three_kinds(street: Run, text: str, title: str) -> None:
    street("org", "add", "长宁书画社", "--kind", "社区社会组织")
    assert titles(street, text) == [title]


def test_pinyin_is_of_whole_syllables(street: Run) -> None:
    """天安 is tianan, but ana is none of its syllables; xian is 西安 as well as 先."""
    for name in ("天安棋社", "西安同乡会", "先锋社"):
        street("org", "add", name, "--kind", "社区社会组织")
    assert titles(street, "anqi") == ["天安棋社"]
    assert titles(street, "nanqi") == []
    assert titles(street, "xian") == ["先锋社", "西安同乡会"]
    assert titles(street, "xi'an") == ["先锋社", "西安同乡会"]


@settings(deadline=None)  # the first reads the dictionary
@given(st.text("潍坊街道老年协会金婚长宁西安（）", min_size=1, max_size=12), st.data())
def test_any_piece_of_a_name_is_found_by_its_pinyin(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    initials, full = pinyin.spell(name[start : data.draw(st.integers(start + 1, len(name)))])
    for typed in filter(None, (initials, full, full[:-1])):
        assert pinyin.pattern(typed).search(name), typed


def test_what_begins_with_the_letters_comes_first(street: Run) -> None:
    street("org", "add", "潍坊老年大学之友", "--kind", "社区社会组织")
    street("org", "add", "老年活动之家联合会", "--kind", "社区社会组织")
    assert titles(street, "ln") == ["老年活动之家联合会", "潍坊街道老年协会", "潍坊老年大学之友"]


@pytest.mark.parametrize("text", ["备字", "第12号", "〔2020〕", "第１２号", "潍备字", "2020"])
def test_a_piece_of_a_registration_number(street: Run, text: str) -> None:
    street("org", "add", "读书会", "--kind", "社区社会组织", "--reg-no", "浦潍备字〔2020〕第12号")
    (row,) = json.loads(street("search", text, "-f", "json").out)
    assert (row["title"], row["owner"], row["by"]) == ("读书会", "浦潍备字〔2020〕第12号", "代码")


@pytest.mark.parametrize("text", ["015", "ＭＪ0151", "52110000ｍｊ", "MJ"])
def test_a_piece_of_a_code(street: Run, text: str) -> None:
    assert titles(street, text) == ["六助为老服务中心"]


def test_a_former_name_that_was_corrected_or_filled_in(street: Run, tmp_path: Path) -> None:
    street("org", "add", "新名社", "--kind", "社区社会组织")
    when = ("--item", "名称", "--after", "新名社", "--approved-on", "2026-02-01")
    street("change", "add", "新名社", "--before", "旧名社", *when)
    assert titles(street, "旧名社") == ["新名社"]
    street("change", "edit", "#2", "--before", "真旧名社")
    assert titles(street, "真旧名") == ["新名社"]
    assert titles(street, "zjms") == ["新名社"]
    with sqlite3.connect(tmp_path / "zhengshe.db") as db:
        assert best_names(db, "旧名", 9) == ["真旧名社"]
    street("change", "edit", "#2", "--item", "住所")
    assert titles(street, "真旧名") == []
    street("undo")
    assert titles(street, "真旧名") == ["新名社"]
    assert street("doctor").code == 0


def test_more_than_is_shown_is_said(street: Run) -> None:
    for number in range(4):
        street("org", "add", f"第{number}合唱队", "--kind", "社区社会组织")
    few = street("search", "合唱", "--limit", 3, "-f", "json")
    assert (few.code, len(json.loads(few.out))) == (0, 3)
    assert few.err == "只列出前 3 条，还有更多；请把文字写得更长些，或用 --limit 多列\n"
    all_of_them = street("search", "合唱", "--limit", 4, "-f", "json")
    assert (len(json.loads(all_of_them.out)), all_of_them.err) == (4, "")


@pytest.mark.parametrize("letter", ["a", "老", "%"])
def test_a_text_that_is_no_fragment_is_refused(street: Run, letter: str) -> None:
    assert street("search", letter * 200).code == 0
    refused = street("search", letter * 60_000)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "60,000 字" in refused.err
    assert letter * 30 not in refused.err


@pytest.mark.parametrize("noun", ["org", "project", "finding"])
def test_a_reference_that_is_no_fragment_is_not_found(street: Run, noun: str) -> None:
    refused = street(noun, "show", "老" * 60_000)
    assert (refused.code, "找不到" in refused.err, len(refused.err) < 300) == (3, True, True), refused.err[:300]


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
        assert sorted(best_names(db, text, 9)) == sorted(scan)


def test_a_pair_that_is_in_most_names(tmp_path: Path) -> None:
    """Not all are fetched then, unless they are asked for; best is the text itself, then what begins with it."""
    open_ledger(tmp_path / "s.db", today=TODAY, create=True).close()
    with sqlite3.connect(tmp_path / "s.db") as db:
        names = [f"潍坊街道第{number}歌咏队" for number in range(1100)]
        names += ["街道合唱队", "街道", "老年协会"]
        db.executemany("INSERT INTO org(name, kind, status) VALUES (?, '其他', '正常')", zip(names))
        assert sorted(best_names(db, "街道", 2000)) == sorted(names[:-1])
        assert sorted(best_names(db, "坊街道第109", 2000)) == sorted(name for name in names if "第109" in name)
        assert [hit.title for hit in search(db, "街道", 3)] == ["街道", "街道合唱队", "潍坊街道第0歌咏队"]


def test_the_pairs_of_a_text_in_another_order(tmp_path: Path) -> None:
    open_ledger(tmp_path / "s.db", today=TODAY, create=True).close()
    with sqlite3.connect(tmp_path / "s.db") as db:
        db.execute("INSERT INTO org(name, kind, status) VALUES ('老服务为老会', '其他', '正常')")
        assert best_names(db, "为老服", 9) == []
        assert best_names(db, "老服务", 9) == ["老服务为老会"]
