"""Credit: what must hold whatever the facts are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengshe import Ledger, open_ledger
from zhengshe.calendar import add_months, earliest_within
from zhengshe.reports.scheme_files import shipped
from zhengshe.resources import statutes as statute_entries
from zhengshe.rules.credit import Rulebook, effect, judge, tally
from zhengshe.rules.items import Named, account
from zhengshe.rules.scheme import Clause
from zhengshe.rules.standing import EFFECTS, bars
from zhengshe.rules.statute import read_statutes

TODAY = dt.date(2026, 6, 30)
LIST_A, LIST_B = "活动异常名录", "严重违法失信名单"
NUMBER = count(1)
FEW = settings(max_examples=25, deadline=None)

days = st.dates(dt.date(2021, 1, 1), dt.date(2027, 12, 31)).map(dt.date.isoformat)
FACTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "penalty": st.fixed_dictionaries(
        {"kind": st.sampled_from(["警告", "罚款", "限期停止活动", "吊销登记证书"]), "decided_on": days},
        optional={"amount": st.sampled_from([1000, 49999, 50000])},
    ),
    "listing": st.fixed_dictionaries(
        {"list": st.sampled_from([LIST_A, LIST_B]), "ground": st.just("某事由"), "entered_on": days},
        optional={"removed_on": days},
    ),
    "inspection": st.fixed_dictionaries(
        {
            "year": st.integers(2020, 2026),
            "conclusion": st.sampled_from(["合格", "基本合格", "不合格", "未参检"]),
        },
        optional={"concluded_on": days, "filed_on": days},
    ),
    "rating": st.fixed_dictionaries(
        {"grade": st.sampled_from(["5A", "4A", "3A", "2A"]), "awarded_on": days}, optional={"valid_until": days}
    ),
    "honour": st.fixed_dictionaries({"title": st.sampled_from(["先进", "模范"]), "awarded_on": days}),
    "finding": st.fixed_dictionaries(
        {
            "severity": st.sampled_from(["表扬", "提示", "一般", "较重", "严重"]),
            "channel": st.just("行政监督"),
            "fact": st.sampled_from(["甲事", "乙事"]),
            "found_on": days,
        },
        optional={"due_on": days, "rectified_on": days, "verified_on": days},
    ),
    "project": st.fixed_dictionaries(
        {
            "name": st.sampled_from(["项目甲", "项目乙", "项目丙"]),
            "mode": st.just("委托管理"),
            "status": st.sampled_from(["履约", "结项", "终止", "待验收"]),
            "year": st.integers(2021, 2026),
        },
        optional={"signed_on": days, "end_on": days},
    ),
}
KEYED = {"inspection": ["year"], "rating": ["awarded_on"], "honour": ["title", "awarded_on"]}
KEYED |= {"listing": ["list", "entered_on"], "penalty": ["decided_on", "kind"]}
KEYED |= {"finding": ["found_on", "fact"], "project": ["name", "year"]}
one_fact = st.sampled_from(sorted(FACTS)).flatmap(lambda noun: st.tuples(st.just(noun), FACTS[noun]))


def identity(fact: tuple[str, dict[str, Any]]) -> tuple[Any, ...]:
    noun, values = fact
    return (noun, *(values[key] for key in KEYED[noun]))


facts = st.lists(one_fact, max_size=8, unique_by=identity)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    path: Path = tmp_path_factory.mktemp("credit") / "zhengshe.db"
    with open_ledger(path, today=TODAY, operator="测试员", create=True) as opened:
        yield opened


def register(ledger: Ledger, found: list[tuple[str, dict[str, Any]]]) -> str:
    """A new organization with these facts; its name."""
    name = f"组织{next(NUMBER)}号"
    ledger.add("org", name=name, kind="社会团体")
    add(ledger, name, found)
    return name


def add(ledger: Ledger, name: str, found: list[tuple[str, dict[str, Any]]]) -> None:
    for noun, values in found:
        ledger.add(noun, name, **values)


def credit(ledger: Ledger, name: str, as_of: str | dt.date = TODAY, scheme: str | None = None) -> dict[str, Any]:
    data = ledger.credit(name, as_of=as_of, scheme=scheme).data
    assert isinstance(data, dict)
    return data


@FEW
@given(found=facts)
def test_the_items_add_up_and_the_dimensions_hold_them(ledger: Ledger, found: list[Any]) -> None:
    shown = credit(ledger, register(ledger, found))
    assert sum(item["points"] for item in shown["items"]) == shown["score"]
    for dimension in shown["dimensions"]:
        inside = sum(item["points"] for item in shown["items"] if item["dimension"] == dimension["key"])
        assert inside == dimension["score"]
        assert 0 <= dimension["score"] <= dimension["max"]


@FEW
@given(found=facts, as_of=days)
@pytest.mark.parametrize("scheme", ["示范百分制", "山东四级"])
def test_show_and_list_are_one_engine(ledger: Ledger, scheme: str, found: list[Any], as_of: str) -> None:
    if scheme == "山东四级":
        as_of = max(as_of, "2023-08-14")  # in force since
    name = register(ledger, found)
    shown = credit(ledger, name, as_of, scheme)
    *_, listed = (row for row in ledger.credits(as_of=as_of, scheme=scheme).rows if row[0] == name)
    score = None if shown["score"] is None else round(shown["score"] * 100)
    assert tuple(listed[3:7]) == (scheme, score, shown["grade"], shown["eligible"])


@FEW
@given(found=facts, penalty=FACTS["penalty"], as_of=days)
def test_a_penalty_never_raises(ledger: Ledger, found: list[Any], penalty: dict[str, Any], as_of: str) -> None:
    name = register(ledger, [fact for fact in found if fact[0] != "penalty"])
    before = credit(ledger, name, as_of)
    add(ledger, name, [("penalty", penalty)])
    after = credit(ledger, name, as_of)
    assert after["score"] <= before["score"]
    assert EFFECTS.index(after["eligible"]) >= EFFECTS.index(before["eligible"])


@FEW
@given(found=facts, later=facts, as_of=days)
def test_nothing_after_the_day_is_used(ledger: Ledger, found: list[Any], later: list[Any], as_of: str) -> None:
    """What is dated after the day, in whatever field dates it, changes nothing."""
    taken = {identity(fact) for fact in found}
    name = register(ledger, found)
    before = credit(ledger, name, as_of)
    after_the_day = [fact for fact in later if identity(fact) not in taken and begins(fact) > as_of]
    add(ledger, name, after_the_day)
    assert credit(ledger, name, as_of) == before


def begins(fact: tuple[str, dict[str, Any]]) -> str:
    noun, values = fact
    year = f"{values.get('year')}-12-31"
    if noun == "inspection":
        return str(values.get("concluded_on") or values.get("filed_on") or year)
    if noun == "project":
        return str(values.get("signed_on") or year)
    return next(str(values[key]) for key in ("decided_on", "entered_on", "awarded_on", "found_on") if key in values)


@FEW
@given(found=facts, data=st.data())
def test_the_order_of_facts_does_not_matter(ledger: Ledger, found: list[Any], data: st.DataObject) -> None:
    one = credit(ledger, register(ledger, found))
    other = credit(ledger, register(ledger, data.draw(st.permutations(found))))
    for key in ("score", "grade", "eligible", "dimensions"):
        assert one[key] == other[key]
    assert sorted(item["points"] for item in one["items"]) == sorted(item["points"] for item in other["items"])


@pytest.mark.parametrize(
    ("noun", "values", "day", "before", "after"),
    [
        # rectified after the day: still overdue then
        (
            "finding",
            {"severity": "一般", "channel": "行政监督", "fact": "甲", "found_on": "2026-01-05", "due_on": "2026-02-05"},
            {"rectified_on": "2026-03-01"},
            "2026-02-28",
            "2026-03-01",
        ),
        (
            "listing",
            {"list": LIST_A, "ground": "x", "entered_on": "2026-01-05"},
            {"removed_on": "2026-03-01"},
            "2026-02-28",
            "2026-03-01",
        ),
    ],
)
def test_a_fact_stands_as_it_stood(
    ledger: Ledger, noun: str, values: dict[str, str], day: dict[str, str], before: str, after: str
) -> None:
    name = register(ledger, [(noun, values | day)])
    then, now = credit(ledger, name, before), credit(ledger, name, after)
    assert then["score"] < now["score"]


def test_a_change_of_status_is_taken_back(ledger: Ledger) -> None:
    name = register(ledger, [])
    ledger.add("change", name, item="登记状态", after="注销", approved_on="2026-03-01")
    assert credit(ledger, name, "2026-02-28")["eligible"] == "可承接"
    assert credit(ledger, name, "2026-03-01")["eligible"] == "不可承接"


def test_a_name_is_the_one_it_bore(ledger: Ledger) -> None:
    name = register(ledger, [])
    ledger.add("change", name, item="名称", after=f"新{name}", approved_on="2026-03-01")
    assert credit(ledger, name, "2026-02-28")["org"] == name
    assert credit(ledger, name, "2026-03-01")["org"] == f"新{name}"


@given(
    start=st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)),
    day=st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)),
    months=st.integers(1, 60),
)
def test_a_period_is_counted_the_same_from_both_ends(start: dt.date, day: dt.date, months: int) -> None:
    assert (start >= earliest_within(day, months)) == (add_months(start, months) >= day)


# -- the statute layer: every number is the statute's (and moves with it)

STATUTES = read_statutes(statute_entries())


def eligible(noun: str, values: dict[str, Any], statutes: Any = STATUTES, months_ago: int | None = 12) -> str:
    [scheme] = [scheme for scheme in shipped() if scheme.name == "示范百分制"]
    book = Rulebook(scheme, bars(statutes, TODAY.isoformat()))
    asked = book.needs[noun]
    fact = Named({**dict.fromkeys(asked.attributes), **values}, months_ago, date="2025-06-30")
    org = Named({"status": "正常", "registered": 1}, None)
    named = {each: ([fact] if each == noun else [org] if each == "org" else []) for each in book.needs}
    return account(book, named).verdict.eligible


def with_value(name: str, **values: Any) -> Any:
    entries = {key: dict(entry) for key, entry in statute_entries().items()}
    entries[name]["values"] = {**entries[name]["values"], **values}
    return read_statutes(entries)


@pytest.mark.parametrize(
    ("noun", "values", "expected", "clause"),
    [
        ("listing", {"list": LIST_B, "listed": 1}, "不可承接", "credit.list-b"),
        ("listing", {"list": LIST_A, "listed": 1}, "受限", "credit.list-a"),
        ("listing", {"list": LIST_B, "listed": 0}, "可承接", None),
        ("org", {"status": "注销", "registered": 1}, "不可承接", "credit.cancelled"),
        ("org", {"status": "正常", "registered": 0}, "不可承接", "credit.registered"),
        ("penalty", {"kind": "吊销登记证书"}, "不可承接", "credit.major-penalty"),
        ("penalty", {"kind": "警告"}, "可承接", None),
        ("rating", {"current": 1, "grade": "5A"}, "可承接", None),
        ("inspection", {"latest": 1, "conclusion": "未参检"}, "受限", "credit.inspection"),
        ("inspection", {"latest": 0, "conclusion": "不合格"}, "可承接", None),
    ],
)
def test_who_may_be_entrusted(noun: str, values: dict[str, Any], expected: str, clause: str | None) -> None:
    assert eligible(noun, values) == expected
    if clause:
        assert eligible(noun, values, with_value(clause, effect="可承接")) == "可承接"


def test_a_major_penalty_bars_for_three_years() -> None:
    kind = {"kind": "限期停止活动"}
    assert eligible("penalty", kind, months_ago=36) == "不可承接"
    assert eligible("penalty", kind, months_ago=None) == "可承接"
    shorter = with_value("credit.major-penalty", months=24)
    assert eligible("penalty", kind, shorter, months_ago=36) == "可承接"


@pytest.mark.parametrize(
    "kind",
    ["责令停产停业", "限期停止活动", "吊销登记证书", "撤销登记", "撤销成立登记", "撤销设立登记", "予以取缔"],
)
def test_every_grave_kind_of_penalty_bars(kind: str) -> None:
    assert eligible("penalty", {"kind": kind}) == "不可承接"


def test_a_large_fine_is_what_the_clause_says() -> None:
    fine = {"kind": "罚款", "amount": 50_000_00}
    assert eligible("penalty", fine) == "不可承接"
    assert eligible("penalty", {**fine, "amount": 49_999_99}) == "可承接"
    assert eligible("penalty", fine, with_value("credit.large-fine", amount=60_000)) == "可承接"


def test_no_scheme_lifts_a_bar() -> None:
    for scheme in shipped():
        book = Rulebook(scheme, bars(STATUTES, TODAY.isoformat()))
        on_b = Named({**dict.fromkeys(book.needs["listing"].attributes), "list": LIST_B, "listed": 1}, None)
        assert judge(book, [tally(book, "listing", [effect(book, "listing", on_b)])]).eligible == "不可承接"


def test_a_clause_with_months_leaves_out_what_is_older() -> None:
    within = Clause("penalty", (), 24)
    assert [within.fits(Named({}, age)) for age in (12, 24, 36, None)] == [True, True, False, False]


def test_a_penalty_is_told_for_three_years_and_a_grade_is_a_preference() -> None:
    def texts(noun: str, values: dict[str, Any], statutes: Any = STATUTES, months_ago: int | None = 36) -> list[str]:
        [scheme] = [scheme for scheme in shipped() if scheme.name == "示范百分制"]
        book = Rulebook(scheme, bars(statutes, TODAY.isoformat()))
        asked = book.needs[noun]
        fact = Named({**dict.fromkeys(asked.attributes), **values}, months_ago, date="2025-06-30")
        named: dict[str, list[Named]] = {each: ([fact] if each == noun else []) for each in book.needs}
        return [reason.bar.statute for reason in account(book, named).reasons]

    warning = {"kind": "警告"}
    assert texts("penalty", warning) == ["credit.penalty"]
    assert texts("penalty", warning, months_ago=None) == []
    assert texts("penalty", warning, with_value("credit.penalty", months=24)) == []
    high = {"grade": "3A", "current": 1}
    for grade in ("5A", "4A", "3A"):
        assert texts("rating", {**high, "grade": grade}) == ["credit.rating"]
    assert texts("rating", {**high, "grade": "2A"}) == []
    assert texts("rating", high, with_value("credit.rating", grades=["5A", "4A"])) == []


@pytest.mark.parametrize(("decided_on", "told"), [("2023-06-30", True), ("2023-06-29", False)])
@pytest.mark.parametrize(
    ("clause", "penalty"),
    [
        ("credit.penalty", {"kind": "警告"}),
        ("credit.major-penalty", {"kind": "限期停止活动"}),
        ("credit.large-fine", {"kind": "罚款", "amount": 50_000_00}),
    ],
)
def test_a_penalty_counts_to_the_day(
    ledger: Ledger, clause: str, penalty: dict[str, Any], decided_on: str, told: bool
) -> None:
    name = register(ledger, [("penalty", {**penalty, "decided_on": decided_on})])
    bases = {reason["basis"] for reason in credit(ledger, name)["reasons"]}
    assert (STATUTES[clause].citation in bases) == told


def test_a_clause_bars_from_the_day_it_is_in_force() -> None:
    clauses = {bar.statute for bar in bars(STATUTES, "2018-01-23")}
    assert {"credit.cancelled", "credit.major-penalty"} <= clauses
    assert "credit.list-b" not in clauses
    assert "credit.list-b" in {bar.statute for bar in bars(STATUTES, "2018-01-24")}


@pytest.mark.parametrize(
    ("awarded_on", "last"),
    [("2019-05-10", "2024-05-10"), ("2020-02-29", "2025-02-28"), ("2026-03-01", "2031-12-31")],
)
def test_a_grade_without_a_recorded_end_ends_by_the_rule_of_its_day(ledger: Ledger, awarded_on: str, last: str) -> None:
    name = register(ledger, [("rating", {"grade": "5A", "awarded_on": awarded_on})])
    day = dt.date.fromisoformat(last)
    on_the_day, after = credit(ledger, name, day), credit(ledger, name, day + dt.timedelta(1))
    assert "rating-high" in {item["rule"] for item in on_the_day["items"]}
    assert "rating-high" not in {item["rule"] for item in after["items"]}
    *_, listed = (row for row in ledger.credits(as_of=day + dt.timedelta(1)).rows if row[0] == name)
    assert listed[4] == round(after["score"] * 100)


def test_where_nothing_stands_against_it_that_is_said_with_its_clause(ledger: Ledger) -> None:
    [reason] = credit(ledger, register(ledger, []))["reasons"]
    assert (reason["text"], reason["basis"]) == (STATUTES["credit.clear"].text, STATUTES["credit.clear"].citation)
