"""Every write is in the history, whoever made it, and can be taken back exactly."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import TODAY, Run
from zhengshe import Ledger, open_ledger
from zhengshe.errors import NotFoundError, RejectedError
from zhengshe.models import RECORDS


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every record, and every spelled name; not the history itself."""
    with sqlite3.connect(path) as db:
        found = {noun: db.execute(f'SELECT * FROM "{noun}" ORDER BY id').fetchall() for noun in RECORDS}
        return found | {"pinyin": db.execute("SELECT name, initials, full FROM pinyin ORDER BY name").fetchall()}


def test_undo_and_undo_of_undo(ledger: Ledger) -> None:
    ledger.add("org", name="读书会", kind="社区社会组织")
    empty_of_project = contents(ledger.path)
    ledger.add("project", "读书会", name="共读一本书", mode="委托管理", year=2026)
    full = contents(ledger.path)
    assert ledger.undo().batch == 2
    assert contents(ledger.path) == empty_of_project
    assert ledger.undo().batch == 3
    assert contents(ledger.path) == full


def test_a_change_updates_the_organization_and_undo_restores_both(ledger: Ledger) -> None:
    ledger.add("org", name="读书会", kind="社区社会组织")
    before = contents(ledger.path)
    ledger.add("change", "读书会", item="名称变更", after="共读社", approved_on="2026-05-01")
    assert [row[1] for row in ledger.list("org").rows] == ["共读社"]
    ledger.show("org", "读书会")  # the former name still finds it
    ledger.undo()
    assert contents(ledger.path) == before


def test_an_older_change_does_not_overrule_a_newer_one(ledger: Ledger) -> None:
    ledger.add("org", name="丙社", kind="社会团体")
    ledger.add("change", "丙社", item="名称", before="甲社", after="丙社", approved_on="2026-05-01")
    ledger.add("change", "丙社", item="名称", before="元社", after="甲社", approved_on="2020-05-01")
    assert [row[1] for row in ledger.list("org").rows] == ["丙社"]
    ledger.show("org", "元社")


def test_undo_names_what_came_later(ledger: Ledger) -> None:
    ledger.add("org", name="读书会", kind="社区社会组织")
    ledger.edit("org", "读书会", note="改过")
    with pytest.raises(RejectedError, match="批次 2"):
        ledger.undo(1)
    ledger.undo(2)
    ledger.undo(1)  # with the edit taken back, nothing stands in the way
    assert list(ledger.list("org").rows) == []


def test_undo_refuses_to_orphan(ledger: Ledger) -> None:
    ledger.add("org", name="读书会", kind="社区社会组织")
    ledger.add("rating", "读书会", grade="3A", awarded_on="2025-03-01")
    before = contents(ledger.path)
    with pytest.raises(RejectedError, match="1 条评估等级"):
        ledger.undo(1)
    assert contents(ledger.path) == before


def test_no_batch_for_nothing_written(ledger: Ledger) -> None:
    ledger.add("org", name="读书会", kind="社区社会组织")
    assert ledger.edit("org", "读书会", kind="社区社会组织").batch is None
    with pytest.raises(RejectedError):
        ledger.add("org", name="读书会", kind="社区社会组织")
    assert len(list(ledger.log().rows)) == 1


def test_undo_of_nothing(ledger: Ledger) -> None:
    with pytest.raises(NotFoundError):
        ledger.undo()
    with pytest.raises(NotFoundError, match="99"):
        ledger.undo(99)


def test_another_program_is_recorded_and_can_be_undone(ledger: Ledger) -> None:
    ledger.add("org", name="读书会", kind="社区社会组织")
    ledger.add("org", name="合唱队", kind="社区社会组织")
    before = contents(ledger.path)
    with sqlite3.connect(ledger.path) as stranger:
        stranger.execute("UPDATE org SET note = '外来'")
    last = list(ledger.log().rows)[-1]
    assert (last[2], last[-1]) == ("外部程序", 2)  # one statement, one batch, two records
    ledger.undo()
    assert contents(ledger.path) == before


def test_log_shows_operator_command_and_fields(street: Run) -> None:
    street("--operator", "王芳", "org", "edit", "周亚英工作室", "--phone", "13900000000")
    changes = street("log", "--org", "周亚英工作室").out
    assert "王芳" in changes
    assert "13800000000" in changes
    assert "13900000000" in changes
    assert "org edit 周亚英工作室" in changes


WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 4)),
        st.tuples(st.just("edit"), st.integers(0, 4), st.text("甲乙丙", min_size=1, max_size=3)),
        st.tuples(st.just("rate"), st.integers(0, 4), st.integers(2015, 2025)),
        st.tuples(st.just("rename"), st.integers(0, 4), st.integers(2015, 2025)),
        st.tuples(st.just("remove"), st.integers(0, 4)),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WRITES)
def test_undoing_everything_newest_first_leaves_nothing(tmp_path: Path, writes: list[tuple[str, int, str]]) -> None:
    path = tmp_path / "h.db"
    path.unlink(missing_ok=True)
    with open_ledger(path, today=TODAY, create=True) as ledger:
        states = [contents(path)]
        done: list[int] = []
        for verb, which, *more in writes:
            try:
                saved = _write(ledger, verb, f"#{which + 1}", *more)
            except (NotFoundError, RejectedError):
                assert contents(path) == states[-1]
                continue
            if saved is not None:
                done.append(saved)
                states.append(contents(path))
        for batch in reversed(done):
            assert contents(path) == states.pop()
            ledger.undo(batch)
        assert contents(path) == states.pop()


def _write(ledger: Ledger, verb: str, ref: str, *more: object) -> int | None:
    if verb == "add":
        return ledger.add("org", name=f"组织{ref}", kind="其他").batch
    if verb == "edit":
        return ledger.edit("org", ref, note=str(more[0])).batch
    if verb == "rate":
        return ledger.add("rating", ref, grade="3A", awarded_on=f"{more[0]}-01-01").batch
    if verb == "rename":
        return ledger.add("change", ref, item="名称", after=f"新名{more[0]}", approved_on=f"{more[0]}-01-01").batch
    return ledger.remove("org", ref).batch
