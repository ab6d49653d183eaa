"""Several streets in one file: by natural key, conflicts decided by people, one batch that can be taken back."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import TODAY, Run
from tests.test_history import contents
from zhengshe import Ledger, open_ledger
from zhengshe.commands import progress
from zhengshe.errors import RejectedError
from zhengshe.models import RECORDS


def make(path: Path, *names: str, note: str | None = None, year: int = 2026) -> Path:
    path.unlink(missing_ok=True)
    with open_ledger(path, today=TODAY, create=True) as ledger:
        for name in names:
            ledger.add("org", name=name, kind="社区社会组织", note=note)
            ledger.add("project", name, name=f"{name}的项目", mode="委托管理", year=year, amount=1000)
            ledger.add("payment", f"{name}的项目", seq=1, amount=500)
    return path


def everything(ledger: Ledger) -> dict[str, list[str]]:
    """All records without what the program assigns."""
    found = {}
    for noun, record in RECORDS.items():
        keys = [key for key in record.keys if key not in ("number", "project")]
        found[noun] = sorted(str(row) for row in ledger.list(noun, columns=keys).rows)
    return found


def test_records_come_with_what_belongs_to_them_and_free_numbers(tmp_path: Path) -> None:
    ours = make(tmp_path / "a.db", "甲社")
    theirs = make(tmp_path / "b.db", "乙社", "丙社")
    untouched = theirs.read_bytes()
    with open_ledger(ours, today=TODAY) as ledger:
        before = contents(ours)
        result, batch = ledger.merge([theirs])
        assert (result.new, result.renumbered) == (6, [("P2026-001", "P2026-002"), ("P2026-002", "P2026-003")])
        rows = list(ledger.list("payment", columns=["project", "amount"]).rows)
        assert [row[0] for row in rows] == ["P2026-001", "P2026-002", "P2026-003"]
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
        assert [issue.message for issue in refused.value.issues] == ["本库“1,000.00”，对方“2,000.00”"]
        assert contents(ours) == before

        ledger.merge([theirs], prefer="ours")
        (org,) = ledger.list("org", columns=["note", "address"]).rows
        assert org == ("对方的话", "崂山路1号")
        assert [row[0] for row in ledger.list("project", columns=["amount"]).rows] == [100000]
        ledger.merge([theirs], prefer="theirs")
        assert [row[0] for row in ledger.list("project", columns=["amount"]).rows] == [200000]


STREETS = st.lists(st.lists(st.sampled_from("甲乙丙丁"), unique=True, max_size=3), min_size=3, max_size=3)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STREETS)
def test_three_files_in_any_order_give_one_result(tmp_path: Path, streets: list[list[str]]) -> None:
    files = [make(tmp_path / f"{i}.db", *names) for i, names in enumerate(streets)]
    results = []
    for order in itertools.permutations(files):
        together = tmp_path / "all.db"
        together.unlink(missing_ok=True)
        with open_ledger(together, today=TODAY, create=True) as ledger:
            ledger.merge(order)
            results.append(everything(ledger))
    assert all(result == results[0] for result in results)


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
