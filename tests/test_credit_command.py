"""credit show and list, as the clerk and a script see them."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from itertools import product
from typing import Any

import pytest

from tests.conftest import ROOT, TODAY, Run
from zhengshe.store.facts import facts_of

KEYS = ["org", "uscc", "as_of", "scheme", "score", "grade", "eligible", "reasons", "dimensions", "items"]


@pytest.fixture
def street(zs: Run) -> Run:
    assert zs("init").code == 0
    assert zs("import", *sorted((ROOT / "examples" / "weifang").glob("0[1-4]*"))).code == 0
    return zs


def credit(run: Run, org: str, *options: str) -> Any:
    result = run("credit", "show", org, "-f", "json", *options)
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_the_items_add_up_to_the_score_exactly(street: Run) -> None:
    for row in json.loads(street("org", "list", "-f", "json").out):
        shown = credit(street, row["name"])
        assert list(shown) == KEYS
        assert sum(item["points"] for item in shown["items"]) == shown["score"]
        assert sum(dimension["score"] for dimension in shown["dimensions"]) == shown["score"]


def test_show_and_list_never_disagree(street: Run) -> None:
    street(
        "listing",
        "add",
        "东方青年社",
        "--list",
        "活动异常名录",
        "--ground",
        "未按时报送年报",
        "--entered-on",
        "2026-01-05",
    )
    listed = json.loads(street("credit", "list", "-f", "json").out)
    assert len(listed) == 18
    for row in listed:
        shown = credit(street, row["org"])
        assert (row["score"], row["grade"], row["eligible"]) == (shown["score"], shown["grade"], shown["eligible"])


@pytest.mark.parametrize(
    ("fact", "eligible", "clause"),
    [
        (
            ("listing", "add", "六助", "--list", "严重违法失信名单", "--entered-on", "2026-03-01", "--ground", "x"),
            "不可承接",
            "60号",
        ),
        (
            ("listing", "add", "六助", "--list", "活动异常名录", "--entered-on", "2026-03-01", "--ground", "x"),
            "受限",
            "惯例",
        ),
        (("org", "edit", "六助", "--status", "注销"), "不可承接", "采购法"),
        (("penalty", "add", "六助", "--kind", "限期停止活动", "--decided-on", "2024-03-01"), "不可承接", "第十九条"),
        (("penalty", "add", "六助", "--kind", "限期停止活动", "--decided-on", "2023-06-29"), "可承接", ""),
    ],
)
def test_who_may_be_entrusted(street: Run, fact: tuple[str, ...], eligible: str, clause: str) -> None:
    assert credit(street, "六助")["eligible"] == "可承接"
    assert street(*fact).code == 0
    shown = credit(street, "六助")
    assert shown["eligible"] == eligible
    assert any(clause in reason["basis"] for reason in shown["reasons"])


def test_the_past_is_as_it_was_then(street: Run) -> None:
    before = credit(street, "六助", "--as-of", "2026-02-01")
    street("listing", "add", "六助", "--list", "严重违法失信名单", "--entered-on", "2026-03-01", "--ground", "x")
    street("penalty", "add", "六助", "--kind", "罚款", "--amount", "6万元", "--decided-on", "2026-02-02")
    assert credit(street, "六助", "--as-of", "2026-02-01") == before
    assert credit(street, "六助")["grade"] == "D"


def test_adding_a_penalty_never_raises_the_score(street: Run) -> None:
    before = credit(street, "六助")["score"]
    street("penalty", "add", "六助", "--kind", "警告", "--decided-on", "2026-05-01")
    assert credit(street, "六助")["score"] < before


def test_points_are_never_presented_as_law(street: Run) -> None:
    text = street("credit", "show", "六助").out
    assert "示范" in text
    assert "没有统一分值" in text


def test_options(street: Run) -> None:
    assert street("credit", "show", "六助", "--as-of", "昨天").code == 2
    assert street("credit", "show", "不存在的组织").code == 3
    assert street("credit", "list", "--grade", "A", "-f", "json").code == 0


def test_the_state_that_is_listed_is_the_state_that_counts(street: Run) -> None:
    """The list derives it from a row as it is, credit in SQL as of a day: on the same day they must agree."""
    dates = (None, "2026-06-29", TODAY), (None, "2026-06-10"), (None, "2026-06-20")
    for severity, due, rectified, verified in product(("表扬", "提示", "一般", "严重"), *dates):
        words = ["finding", "add", "东方青年社", "--channel", "行政监督", "--severity", severity]
        words += ["--found-on", "2026-06-01", "--fact", f"{severity} {due} {rectified} {verified}"]
        for option, day in (("--due-on", due), ("--rectified-on", rectified), ("--verified-on", verified)):
            words += [option, day] if day else []
        result = street(*words)
        assert result.code == 0, (words, result.err)
    listed = street("finding", "list", "--org", "东方青年社", "--columns", "number,state", "-f", "tsv").out
    with sqlite3.connect("zhengshe.db") as db:
        (org,) = db.execute("SELECT id FROM org WHERE name LIKE '%东方青年社%'").fetchone()
        facts = facts_of(db, "finding", ["state"], [], org, dt.date.fromisoformat(TODAY))
    assert dict(line.split("\t") for line in listed.splitlines()[1:]) == {
        fact.ref: fact.values["state"] for fact in facts
    }
    assert {fact.values["state"] for fact in facts} == {"待整改", "逾期", "待核验", "已销号", "无需整改"}
