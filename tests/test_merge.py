"""Several streets in one file: by natural key, conflicts decided by people, one batch that can be taken back."""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import TODAY, Run
from tests.test_history import contents
from zhengshe import open_ledger
from zhengshe.commands import progress
from zhengshe.errors import NotFoundError, RejectedError
from zhengshe.models import RECORDS
from zhengshe.store import records


def make(path: Path, *names: str, note: str | None = None, year: int = 2026) -> Path:
    path.unlink(missing_ok=True)
    with open_ledger(path, today=TODAY, create=True) as ledger:
        for name in names:
            ledger.add("org", name=name, kind="社区社会组织", note=note)
            ledger.add("project", name, name=f"{name}的项目", mode="委托管理", year=year, amount=1000)
            ledger.add("payment", f"{name}的项目", seq=1, amount=500)
    return path


def everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All records with their ids and numbers; not when they were written."""
    columns = {noun: ", ".join(f'"{key}"' for key in ("id", *record.keys)) for noun, record in RECORDS.items()}
    with closing(sqlite3.connect(path)) as db:
        return {
            noun: db.execute(f'SELECT {keys} FROM "{noun}" ORDER BY id').fetchall() for noun, keys in columns.items()
        }


def test_records_come_with_what_belongs_to_them_and_free_numbers(tmp_path: Path) -> None:
    ours = make(tmp_path / "a.db", "甲社")
    theirs = make(tmp_path / "b.db", "乙社", "丙社")
    untouched = theirs.read_bytes()
    with open_ledger(ours, today=TODAY) as ledger:
        before = contents(ours)
        result, batch = ledger.merge([theirs])
        assert (result.new, result.renumbered) == (6, [("b.db", "P2026-001", "P2026-003")])
        rows = list(ledger.list("payment", columns=["project", "amount"]).rows)
        assert [row[0] for row in rows] == ["P2026-001", "P2026-003", "P2026-002"]  # P2026-002 was free
        again, nothing = ledger.merge([theirs])
        assert (again.same, nothing) == (6, None)
        assert theirs.read_bytes() == untouched
        ledger.undo(batch)
        assert contents(ours) == before


def test_blanks_are_filled_and_conflicts_decided(tmp_path: Path) -> None:
    ours = make(tmp_path / "a.db", "甲社")
    theirs = make(tmp_path / "b.db", "甲社", note="对方的话")
    with open_ledger(theirs) as other:
        other.edit("org", "甲社", address="崂山路1号")
        other.edit("project", "甲社的项目", amount=2000)
    with open_ledger(ours, today=TODAY) as ledger:
        before = contents(ours)
        with pytest.raises(RejectedError) as refused:
            ledger.merge([theirs])
        assert [issue.message for issue in refused.value.issues] == ["本库“1,000.00”，b.db“2,000.00”"]
        assert contents(ours) == before

        ledger.merge([theirs], prefer="ours")
        (org,) = ledger.list("org", columns=["note", "address"]).rows
        assert org == ("对方的话", "崂山路1号")
        assert [row[0] for row in ledger.list("project", columns=["amount"]).rows] == [100000]
        ledger.merge([theirs], prefer="theirs")
        assert [row[0] for row in ledger.list("project", columns=["amount"]).rows] == [200000]


# -- several files at once

U1, U2 = "52110000MJ015106XK", "511100003063624772"


class Street:
    """Databases written for one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._empty = make(folder / "empty.db")

    def file(self, name: str, *records: tuple[str, dict[str, object]]) -> Path:
        """A database of records (noun, values); organizations stand before what belongs to them, which names them by
        number: what bears one name can't be named."""
        path = self.folder / name
        shutil.copy(self._empty, path)
        with open_ledger(path, today=TODAY) as ledger:
            for noun, values in records:
                given = {"kind": "社区社会组织", **values} if noun == "org" else values
                with contextlib.suppress(RejectedError, NotFoundError):  # what the file would not take
                    ledger.add(
                        noun, given.get("owner"), **{key: value for key, value in given.items() if key != "owner"}
                    )
        return path

    def outcome(self, files: Sequence[Path], *ours: tuple[str, dict[str, object]], prefer: str | None = None) -> object:
        """What the merge made of our file, or what it refused."""
        path = self.file("ours.db", *ours)
        before = everything(path)
        with open_ledger(path, today=TODAY) as ledger:
            try:
                ledger.merge(files, prefer=prefer)
            except RejectedError as error:
                assert everything(path) == before
                return [str(error), *(f"{issue.column}：{issue.message}" for issue in error.issues)]
        return everything(path)

    def outcomes(
        self, files: Sequence[Path], *ours: tuple[str, dict[str, object]], prefer: str | None = None
    ) -> object:
        """The same in every order of the files: they must agree."""
        first, *others = (self.outcome(order, *ours, prefer=prefer) for order in itertools.permutations(files))
        assert all(other == first for other in others)
        return first


@pytest.fixture
def streets(tmp_path: Path) -> Street:
    return Street(tmp_path)


def org(name: str, **values: object) -> tuple[str, dict[str, object]]:
    return "org", {"name": name, **values}


def of(noun: str, owner: str, **values: object) -> tuple[str, dict[str, object]]:
    return noun, {"owner": owner, **values}


PENALTY = {"kind": "警告", "decided_on": "2025-03-01"}
PROJECT = {"name": "共读", "mode": "委托管理", "year": 2026}


def test_a_record_that_may_be_either_of_two_namesakes_is_refused(street: Run, streets: Street) -> None:
    for code in (U1, U2):
        assert street("org", "add", "读书会", "--uscc", code).code == 0
    streets.file("t.db", org("读书会"), of("penalty", "#1", **PENALTY))
    for prefer in ((), ("--prefer", "ours"), ("--prefer", "theirs")):
        refused = street("merge", "t.db", *prefer)
        assert refused.code == 4
        assert f"社会组织“读书会”：t.db 的对得上 本库（{U1}）、本库（{U2}）" in refused.err
        assert "请在 t.db 里写上统一社会信用代码或登记证号" in refused.err
        assert "--prefer 定不了" in refused.err
    assert json.loads(street("penalty", "list", "-f", "json").out) == []


def test_a_namesake_that_comes_in_another_file_is_refused_in_every_order(streets: Street) -> None:
    a = streets.file("a.db", org("同名社"), of("inspection", "#1", year=2025, conclusion="合格"))
    b = streets.file("b.db", org("同名社", uscc=U1))
    c = streets.file("c.db", org("同名社", uscc=U2))
    told = f"社会组织“同名社”：a.db 的对得上 c.db（{U2}）、b.db（{U1}）；请在 a.db 里"
    refused = streets.outcomes([a, b, c], prefer="ours")
    assert isinstance(refused, list) and refused[1].startswith(told)
    # of our own the same holds, also when all that is uncertain comes in one file
    both = streets.file("d.db", org("同名社", uscc=U1), org("同名社", uscc=U2))
    refused = streets.outcome([both], org("同名社"))
    assert isinstance(refused, list) and "本库的对得上 d.db" in refused[1] and "请在本库里写上" in refused[1]
    assert isinstance(streets.outcomes([a, b]), dict)  # with one it is clear


def test_a_penalty_without_number_that_may_be_either_of_two_is_refused_in_every_order(streets: Street) -> None:
    files = [
        streets.file(f"{name}.db", org("甲社"), of("penalty", "#1", **PENALTY, doc_no=number))
        for name, number in (("a", None), ("b", "罚1号"), ("c", "罚2号"))
    ]
    refused = streets.outcomes(files)
    assert isinstance(refused, list) and len(refused) == 2
    assert "行政处罚“甲社 2025-03-01 警告”：a.db 的对得上 b.db（罚1号）、c.db（罚2号）" in refused[1]
    assert isinstance(streets.outcomes(files[:2]), dict)


@pytest.mark.parametrize("prefer", [None, "ours", "theirs"])
def test_a_number_that_another_organization_has_is_not_given_to_a_second(streets: Street, prefer: str | None) -> None:
    b = streets.file("b.db", org("读书会", uscc=U1, reg_no="1号"))
    told = "社会组织“读书会”：b.db 给它的登记证号“1号”是社会组织“合唱队”的；请核对是哪一家的，改好再并入"
    refused = streets.outcome([b], org("读书会", uscc=U1), org("合唱队", reg_no="1号"), prefer=prefer)
    assert isinstance(refused, list) and told in refused


def test_two_records_that_their_own_file_holds_apart_are_not_made_one(streets: Street) -> None:
    street = streets.file(
        "a.db",
        org("甲社"),
        of("project", "#1", **PROJECT, number="P2026-001", amount=1),
        of("project", "#1", **PROJECT, number="HT-1", amount=1),
    )
    refused = streets.outcome([street])
    assert isinstance(refused, list)
    assert "合作项目“甲社 共读 2026”：a.db 的 #1、#2 分不开，会并成一条；请在 a.db 里写上项目编号" in refused[1]


def test_assigned_numbers_do_not_follow_the_order_of_the_files(streets: Street) -> None:
    files = [
        streets.file(f"{place}.db", org(name), of("project", "#1", **PROJECT, amount=1000))
        for place, name in enumerate(("甲社", "乙社", "丙社"))
    ]
    found = streets.outcomes(files)
    assert isinstance(found, dict)
    assert [row[1] for row in found["project"]] == ["P2026-001", "P2026-002", "P2026-003"]


def test_a_number_given_by_hand_outlives_an_assigned_one(street: Run, streets: Street) -> None:
    assigned = streets.file("a.db", org("甲社"), of("project", "#1", **PROJECT))
    by_hand = streets.file("b.db", org("甲社"), of("project", "#1", **PROJECT, number="HT-2026-77"))
    found = streets.outcomes([assigned, by_hand])
    assert isinstance(found, dict) and [row[1] for row in found["project"]] == ["HT-2026-77"]
    assert street("merge", "a.db").code == 0
    merged = street("merge", "b.db")
    assert "本库的编号 P2026-001 是自动编的，改用 b.db 里手编的 HT-2026-77" in merged.err
    assert "没有变化" in street("merge", "a.db", "b.db").err
    # a number given by hand identifies, and two of them are two projects, as everywhere
    other = streets.file("c.db", org("甲社"), of("project", "#1", **PROJECT, number="HT-2026-78"))
    found = streets.outcomes([by_hand, other])
    assert isinstance(found, dict) and [row[1] for row in found["project"]] == ["HT-2026-77", "HT-2026-78"]
    # so is one that only resembles the program's
    assert not records.is_assigned(RECORDS["project"], "P2026-001补")


def test_files_that_contradict_each_other_are_not_decided_by_preferring_one_side(streets: Street) -> None:
    b = streets.file("b.db", org("甲社", address="崂山路1号"))
    c = streets.file("c.db", org("甲社", address="浦电路9号"))
    d = streets.file("d.db", org("甲社", address="崂山路1号"))
    for prefer in (None, "ours", "theirs"):
        refused = streets.outcomes([b, c, d], org("甲社"), prefer=prefer)
        assert isinstance(refused, list)
        assert refused[1:] == [
            "社会组织“甲社” 住所：b.db、d.db“崂山路1号”，c.db“浦电路9号”；请改成一致，或一个一个并入"
        ]
        assert "有 1 处 --prefer 定不了" in refused[0]
    # where our own file speaks, it can be preferred to both
    ours = org("甲社", address="潍坊路5号")
    refused = streets.outcomes([b, c], ours)
    assert refused == [
        "没有写入：与本库有 1 处不一致，请加 --prefer ours 或 --prefer theirs",
        "社会组织“甲社” 住所：本库“潍坊路5号”，b.db“崂山路1号”，c.db“浦电路9号”",
    ]
    assert streets.outcomes([b, c], ours, prefer="ours") == everything(streets.file("same.db", ours))
    assert isinstance(streets.outcomes([b, c], ours, prefer="theirs"), list)
    decided = streets.outcomes([b, d], ours, prefer="theirs")
    assert decided == everything(b)


def test_conflicts_of_all_files_are_listed_at_once(streets: Street) -> None:
    files = [streets.file(f"{name}.db", org(f"{name}社", address="崂山路1号")) for name in "cde"]
    ours = [org(f"{name}社", address="潍坊路5号") for name in "cde"]
    refused = streets.outcomes(files, *ours)
    assert isinstance(refused, list)
    assert [line.split("，")[-1] for line in refused[1:]] == [f"{name}.db“崂山路1号”" for name in "cde"]
    assert "有 3 处不一致" in refused[0]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "INSERT INTO inspection(org, year) VALUES (99, 2025)",
            "b.db 的年检年报 #1：所属的 社会组织 #99 不存在；请用 zhengshe --db b.db doctor 检查",
        ),
        (
            "INSERT INTO document(subject, title) VALUES ('org/99', 'x')",
            "b.db 的佐证材料 #1：所属的 社会组织 #99 不存在",
        ),
        ("INSERT INTO document(subject, title) VALUES ('谁知道', 'x')", "b.db 的佐证材料 #1：所属的 谁知道 不存在"),
    ],
)
def test_a_reference_to_nothing_is_told(street: Run, tmp_path: Path, written: str, told: str) -> None:
    with closing(sqlite3.connect(make(tmp_path / "b.db", "乙社"))) as other, other:
        other.execute(written)
    refused = street("merge", "b.db")
    assert (refused.code, told in refused.err, "doctor" in refused.err) == (4, True, True)
    assert "乙社" not in street("org", "list").out


def test_files_of_one_name_are_told_apart(streets: Street, tmp_path: Path) -> None:
    (tmp_path / "南").mkdir()
    one = streets.file("a.db", org("甲社", address="崂山路1号"))
    two = streets.file("南/a.db", org("甲社", address="浦电路9号"))
    refused = streets.outcomes([one, two])
    assert isinstance(refused, list) and f"{one}“崂山路1号”" in refused[1] and f"{two}“浦电路9号”" in refused[1]


OWNERS = st.sampled_from(["#1", "#2"])  # who has no such record has nothing that belongs to it
ORGS = st.lists(st.tuples(st.sampled_from("甲乙"), st.sampled_from([None, U1, U2])), max_size=2)
NUMBERS = st.sampled_from([None, None, "HT-1", "HT-2"])
PROJECTS = st.lists(st.tuples(OWNERS, st.sampled_from(["共读", "合唱"]), NUMBERS, st.integers(1, 2)), max_size=2)
PAYMENTS = st.lists(st.tuples(OWNERS, st.integers(1, 2), st.integers(1, 2)), max_size=2)
PENALTIES = st.lists(st.tuples(OWNERS, st.sampled_from([None, "罚1号", "罚2号"])), max_size=2)
FILES = st.lists(st.tuples(ORGS, PROJECTS, PAYMENTS, PENALTIES), min_size=3, max_size=3)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES, st.sampled_from([None, "ours", "theirs"]))
def test_three_files_in_any_order_give_one_result(streets: Street, files: list[Any], prefer: str | None) -> None:
    paths = []
    for number, (orgs, projects, payments, penalties) in enumerate(files):
        written = [org(f"{name}社", uscc=code) for name, code in orgs]
        for owner, name, given_number, amount in projects:
            written.append(of("project", owner, **{**PROJECT, "name": name}, number=given_number, amount=amount))
        written += [of("payment", owner, seq=seq, amount=amount) for owner, seq, amount in payments]
        written += [of("penalty", owner, **PENALTY, doc_no=doc_no) for owner, doc_no in penalties]
        paths.append(streets.file(f"{number}.db", *written))
    streets.outcomes(paths, org("甲社"), prefer=prefer)


def test_the_command(street: Run, tmp_path: Path) -> None:
    make(tmp_path / "b.db", "乙社")
    merged = street("merge", "b.db")
    assert (merged.code, "新增 3" in merged.err) == (0, True)
    assert street("merge", "b.db", "--prefer", "mine").code == 2
    assert street("merge", "nowhere.db").code == 5


def test_a_long_merge_or_export_says_how_far_it_is(
    street: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(tmp_path / "zhengshe.db", tmp_path / "b.db")
    quick = street("export", "all.jsonl").err + street("merge", "b.db").err
    assert "正在" not in quick  # what is short says nothing
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(progress, "_PAUSE_ELSEWHERE", 0)
    monkeypatch.setattr(progress, "_SLOW", 10)
    said = street("export", "all").err
    assert "正在打开 zhengshe.db" in said and "正在导出社会组织" in said
    said = street("merge", "b.db").err
    assert "正在打开 b.db" in said and "正在并入 b.db 的社会组织" in said
