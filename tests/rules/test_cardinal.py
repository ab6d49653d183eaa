"""The eleven indicators of Cardinal by their published definitions: on the boundary, one step before it, and what keeps
them from being computed. https://cardinal.readthedocs.io/en/latest/cli/indicators/"""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.rules.test_flags import bid, look, org, project, with_value
from zhengshe.rules.flags.flag import CLEAR, HIT, NOT_COMPUTABLE, NOTHING, Fence
from zhengshe.rules.flags.outliers import fence, quantile

Rows = list[tuple[str, dict[str, Any]]]


def tender(number: int, *bids: dict[str, Any], **values: Any) -> Rows:
    """A project with its bids."""
    own = [("bid", {**each, "id": number * 100 + place, "project": number}) for place, each in enumerate(bids)]
    return [("project", project(number, **values)), *own]


def won(bidder: str = "甲", price: int | None = 10_000, **more: Any) -> dict[str, Any]:
    return bid(0, bidder, price, won=1, **more)


def lost(bidder: str = "乙", price: int | None = 12_000, **more: Any) -> dict[str, Any]:
    return bid(0, bidder, price, **more)


# -- the method


def test_quartiles_are_those_of_the_eighth_definition() -> None:
    eight = [Fraction(number) for number in (8, 1, 7, 2, 6, 3, 5, 4)]
    assert quantile(eight, Fraction(1, 4)) == Fraction(29, 12)  # R: quantile(1:8, 1/4, type = 8) is 2.416667
    assert quantile(eight, Fraction(3, 4)) == Fraction(79, 12)
    assert quantile(eight, Fraction(1, 2)) == Fraction(9, 2)
    assert quantile([Fraction(3)], Fraction(1, 4)) == 3


@given(st.lists(st.fractions(0, 9), min_size=1, max_size=30), st.fractions(0, 1))
def test_a_quantile_lies_among_its_values(values: list[Fraction], share: Fraction) -> None:
    assert min(values) <= quantile(values, share) <= max(values)
    assert quantile(values, share) == quantile(values[::-1], share)


def test_a_fence_lies_so_many_ranges_beyond_the_quartile() -> None:
    values = [Fraction(each) for each in (17, 20, 20, 21, 21, 22, 22, 22)]  # Q1 20, Q3 22
    limits = {"outlier_least": 8, "outlier_iqr_times": 1.5}
    assert fence("x", values, limits, upper=False) == Fence("x", 8, Fraction(20), Fraction(22), Fraction(17))
    assert fence("x", values, limits, upper=True) == Fence("x", 8, Fraction(20), Fraction(22), Fraction(25))


# -- R003, R018, R028, R030, R035, R036: one tender by itself


@pytest.mark.parametrize(
    ("mode", "due", "state"),
    [
        ("公开招标", "2026-01-20", HIT),  # the law asks for 20 days
        ("公开招标", "2026-01-21", CLEAR),
        ("邀请招标", "2026-01-20", HIT),
        ("询价", "2026-01-15", HIT),  # Cardinal's own 15
        ("询价", "2026-01-16", CLEAR),
        ("公开招标", None, NOT_COMPUTABLE),
        ("委托管理", None, NOT_COMPUTABLE),
    ],
)
def test_r003_a_short_time_to_bid(mode: str, due: str | None, state: str) -> None:
    outcome = look("R003", *tender(1, mode=mode, tendered_on="2026-01-01", bids_due_on=due))
    assert outcome.state == state
    assert outcome.missing == ((("投标截止日期", 1),) if due is None else ())


def test_r003_follows_its_numbers() -> None:
    short = tender(1, mode="公开招标", tendered_on="2026-01-01", bids_due_on="2026-01-20")
    assert look("R003", *short, statutes=with_value("contract.bid-period", days=19)).state == CLEAR
    by_quotation = tender(1, mode="询价", tendered_on="2026-01-01", bids_due_on="2026-01-15")
    assert look("R003", *by_quotation, bid_days=14).state == CLEAR
    assert look("R003", *tender(1, mode="委托管理")).state == NOTHING
    assert look("R003", *tender(1, mode="公开招标")).missing == (("招标公告日期", 1),)


@pytest.mark.parametrize(
    ("bids", "mode", "state"),
    [
        ([won()], "公开招标", HIT),
        ([won(valid=0)], "公开招标", HIT),  # one tenderer submitted, whatever became of it
        ([won(), lost()], "公开招标", CLEAR),
        ([won()], "单一来源", NOTHING),
        ([won()], "项目申请", NOTHING),  # OCDS: limited, not competitive
    ],
)
def test_r018_a_single_bid(bids: list[dict[str, Any]], mode: str, state: str) -> None:
    assert look("R018", *tender(1, *bids, mode=mode)).state == state


@pytest.mark.parametrize(
    ("bids", "state"),
    [
        ([won("甲", 100), lost("乙", 100)], HIT),
        ([won("甲", 100), lost("乙", 101)], CLEAR),
        ([won("甲", 100), lost("甲", 100)], CLEAR),  # the same tenderer
        ([won("甲", 100), lost("乙", 100, valid=0)], HIT),  # submitted, though disqualified
        ([won("甲", 100), lost("乙", None)], NOT_COMPUTABLE),
    ],
)
def test_r028_identical_prices(bids: list[dict[str, Any]], state: str) -> None:
    assert look("R028", *tender(1, *bids)).state == state


@pytest.mark.parametrize("code", ["R028", "R036"])
def test_prices_that_the_buyer_set_are_not_compared(code: str) -> None:
    bids = tender(1, won("甲", 100), lost("乙", 100), lost("丙", 50, valid=0), mode="询价")
    assert look(code, *bids).state == HIT
    assert look(code, *bids, no_price_comparison_modes=["询价"]).state == NOTHING


@pytest.mark.parametrize(
    ("winner", "due", "state", "missing"),
    [
        (won(submitted_on="2026-01-11"), "2026-01-10", HIT, ()),
        (won(submitted_on="2026-01-10"), "2026-01-10", CLEAR, ()),
        (lost(submitted_on="2026-01-11"), "2026-01-10", NOT_COMPUTABLE, (("中标人", 1),)),
        (won(submitted_on="2026-01-11", valid=0), "2026-01-10", NOT_COMPUTABLE, (("中标人", 1),)),
        (won(submitted_on="2026-01-11"), None, NOT_COMPUTABLE, (("投标截止日期", 1),)),
        (won(), "2026-01-10", NOT_COMPUTABLE, (("中标投标的递交日期", 1),)),
    ],
)
def test_r030_a_late_bid_won(winner: dict[str, Any], due: str | None, state: str, missing: Any) -> None:
    outcome = look("R030", *tender(1, winner, bids_due_on=due))
    assert (outcome.state, outcome.missing) == (state, missing)


@pytest.mark.parametrize(
    ("bids", "least", "state"),
    [
        ([won(), lost("乙", valid=0), lost("丙", valid=0)], 1, HIT),
        ([won(), lost("乙", valid=0), lost("丙")], 1, CLEAR),
        ([won()], 1, CLEAR),  # nobody was disqualified
        ([won(), lost("乙", valid=0)], 2, CLEAR),
        ([won("甲"), won("丁"), lost("乙", valid=0)], 1, CLEAR),  # two valid tenderers
        ([won(), lost("乙", valid=None)], 1, NOT_COMPUTABLE),
        ([lost("甲"), lost("乙", valid=0)], 1, NOT_COMPUTABLE),  # nothing was awarded
    ],
)
def test_r035_all_but_the_winner_disqualified(bids: list[dict[str, Any]], least: int, state: str) -> None:
    assert look("R035", *tender(1, *bids), disqualified_least=least).state == state


@pytest.mark.parametrize(
    ("bids", "state"),
    [
        ([won("甲", 200), lost("乙", 100, valid=0)], HIT),
        ([won("甲", 100), lost("乙", 200, valid=0)], CLEAR),
        ([won("甲", 100), lost("乙", 100, valid=0)], CLEAR),  # a valid bid was as low
        ([won("甲", 200), lost("乙", 100)], CLEAR),  # not the cheapest, but nobody rejected it
        ([lost("甲", 200), lost("乙", 100, valid=0)], NOT_COMPUTABLE),  # no award
        ([won("甲", None), lost("乙", 100, valid=0)], NOT_COMPUTABLE),  # no valid bid with an amount
    ],
)
def test_r036_the_lowest_bid_disqualified(bids: list[dict[str, Any]], state: str) -> None:
    assert look("R036", *tender(1, *bids)).state == state


# -- R024 and R058: the second-lowest bid above the winning one


def margins(*percents: float) -> Rows:
    """A tender for each: the next bid so many per cent above the winning one, and a dearer one that does not count."""
    bids = ((won(), lost("乙", 10_000 + round(each * 100)), lost("丙", 90_000)) for each in percents)
    return [row for number, each in enumerate(bids, 1) for row in tender(number, *each)]


@pytest.mark.parametrize(("least", "hits"), [(17, ["P2026-001"]), (17.01, [])])
def test_r024_a_price_close_to_the_winning_one(least: float, hits: list[str]) -> None:
    outcome = look("R024", *margins(least, 20, 20, 21, 21, 22, 22, 22))  # Q1 20 %, Q3 22 %, fence 17 %
    assert [hit.record for hit in outcome.hits] == hits
    assert outcome.examined == 8
    [bound] = outcome.fences
    assert (bound.n, bound.bound) == (8, Fraction(17, 100))


def test_r024_below_zero_a_fence_finds_nothing() -> None:
    outcome = look("R024", *margins(0, 1, 1, 2, 2, 3, 3, 3))
    assert (outcome.state, outcome.examined, outcome.fences[0].bound) == (CLEAR, 8, Fraction(-2, 100))


@pytest.mark.parametrize(("most", "hits"), [(25, ["P2026-008"]), (24.99, [])])
def test_r058_a_heavy_discount(most: float, hits: list[str]) -> None:
    outcome = look("R058", *margins(20, 20, 20, 21, 21, 22, 22, most))  # Q1 20 %, Q3 22 %, fence 25 %
    assert [hit.record for hit in outcome.hits] == hits
    assert outcome.fences[0].bound == Fraction(25, 100)


@pytest.mark.parametrize("code", ["R024", "R058"])
def test_too_few_tenders_or_no_spread_is_not_computable(code: str) -> None:
    few = look(code, *margins(1, 20, 20, 21, 22, 22, 40))
    assert (few.state, few.examined, few.missing) == (NOT_COMPUTABLE, 0, (("可比的招标（至少 8 个）", 7),))
    assert look(code, *margins(1, 20, 20, 21, 22, 22, 40), outlier_least=7).state != NOT_COMPUTABLE
    alike = look(code, *margins(*[5] * 9))
    assert (alike.state, alike.missing) == (NOT_COMPUTABLE, (("招标之间的差异（四分位距为零）", 9),))


@pytest.mark.parametrize(
    "bids",
    [
        (won("甲"), won("乙"), lost("丙")),  # two winners
        (won("甲"), lost("乙", 9_000)),  # price alone did not decide
        (won("甲"), lost("乙", valid=0)),  # no other valid bid
        (won("甲", None), lost("乙")),
        (lost("甲"), lost("乙")),
    ],
)
def test_tenders_whose_prices_say_nothing_are_left_out(bids: tuple[dict[str, Any], ...]) -> None:
    rows = [*margins(20, 20, 20, 21, 21, 22, 22, 23), *tender(9, *bids)]
    assert look("R058", *rows).fences[0].n == 8
    quoted = look("R058", *[(n, {**row, "mode": "询价"} if n == "project" else row) for n, row in rows])
    assert quoted.fences[0].n == 8
    assert look("R058", *rows, no_price_comparison_modes=["公开招标"]).state == NOTHING


# -- R025: who bids much and seldom wins


def bidding(records: dict[str, tuple[int, int]]) -> Rows:
    """(bids, wins) of each bidder; what it does not win goes to 常胜."""
    rows: Rows = []
    for name, (bids, wins) in records.items():
        for place in range(bids):
            number = len(rows) + 1
            rows += tender(number, won(name)) if place < wins else tender(number, won("常胜"), lost(name))
    return rows


# with 常胜 (1) the ratios are x, 1/2, 1/2, 3/5, 3/5, 3/4, 3/4, 1: Q1 1/2, Q3 3/4, fence 1/8
OTHERS = {"乙": (2, 1), "丙": (2, 1), "丁": (5, 3), "戊": (5, 3), "己": (4, 3), "庚": (4, 3)}


@pytest.mark.parametrize(
    ("records", "hits"),
    [
        ({"甲": (8, 1)}, ["甲"]),  # 1/8, and 8 bids are at least the third quartile of 2 2 4 4 5 5 8 15
        ({"甲": (8, 1), "己": (8, 6)}, ["甲"]),  # 8 bids are the third quartile of 2 2 4 5 5 8 8 16
        ({"甲": (15, 2)}, []),  # 2/15
        ({"甲": (8, 1), "丁": (15, 9), "戊": (15, 9)}, []),  # not among the busiest any more
    ],
)
def test_r025_excessive_unsuccessful_bids(records: dict[str, tuple[int, int]], hits: list[str]) -> None:
    outcome = look("R025", *bidding(OTHERS | records))
    assert [hit.record for hit in outcome.hits] == hits
    assert (outcome.examined, outcome.fences[0].bound) == (8, Fraction(1, 8))


def test_r025_counts_valid_bids_of_tenders_with_one_winner() -> None:
    rows = bidding(OTHERS | {"甲": (8, 1)})
    unclear = [*tender(901, won("乙"), won("丙"), lost("甲")), *tender(902, lost("甲"), lost("乙"))]
    invalid = tender(903, won("常胜"), lost("甲", valid=0))
    outcome = look("R025", *rows, *unclear, *invalid)
    assert [hit.text.startswith("有效投标 8 次") for hit in outcome.hits] == [True]
    assert outcome.missing == (("中标人", 1),)
    few = look("R025", *bidding({"甲": (8, 1)}))
    assert (few.state, few.missing) == (NOT_COMPUTABLE, (("可比的投标人（至少 8 个）", 2),))
    assert look("R025", *rows, top_bidder_percent=100).hits == ()


# -- R038: whose bids are often disqualified, and who disqualifies often


def disqualified(groups: dict[str, tuple[int, int]], by: str) -> Rows:
    """(bids, disqualified ones) of each bidder or buyer; the other side is another one each time."""
    rows: Rows = []
    for name, (bids, out) in groups.items():
        for place in range(bids):
            number = len(rows) + 1
            bidder, buyer = (name, f"街道{number}") if by == "bidder" else (f"组织{number}", name)
            rows += tender(number, lost(bidder, valid=0 if place < out else 1), buyer=buyer)
    return rows


# the shares are 0, 0, 0, 0, 1/10, 1/5, 1/5, x: Q1 0, Q3 1/5, fence 1/2
USUAL = {"乙": (2, 0), "丙": (2, 0), "丁": (2, 0), "戊": (2, 0), "己": (10, 1), "庚": (5, 1), "辛": (5, 1)}


@pytest.mark.parametrize("by", ["bidder", "buyer"])
@pytest.mark.parametrize(("counts", "hits"), [((2, 1), ["甲"]), ((5, 2), [])])
def test_r038_excessive_disqualified_bids(by: str, counts: tuple[int, int], hits: list[str]) -> None:
    # one bid, or one tender, is too few to judge by
    outcome = look("R038", *disqualified(USUAL | {"甲": counts, "壬": (1, 1)}, by))
    assert [hit.record for hit in outcome.hits] == hits
    [bound] = outcome.fences
    assert (bound.group, bound.n) == ("投标人" if by == "bidder" else "购买主体", 8)
    assert bound.bound == Fraction(1, 2)


def test_r038_needs_to_know_what_was_valid() -> None:
    outcome = look("R038", *tender(1, won(valid=None), lost(valid=None)), *tender(2, won(valid=1), buyer=None))
    assert outcome.state == NOT_COMPUTABLE
    assert dict(outcome.missing) == {"投标的有效与否": 2, "购买主体": 1}


# -- R048: who supplies everything


def supplying(*varieties: Sequence[int]) -> Rows:
    """(projects, fields) of each organization."""
    rows: Rows = [("org", org(number)) for number in range(1, len(varieties) + 1)]
    for number, (projects, fields) in enumerate(varieties, 1):
        for place in range(projects):
            rows.append(("project", project(len(rows), org=number, field=f"领域{place % fields}")))
    return rows


# the varieties are 1, 1, 1, 1, 2, 2, 2, x: Q1 1, Q3 2, fence 3.5
FEW_FIELDS = [(5, 1)] * 4 + [(5, 2)] * 3


@pytest.mark.parametrize(
    ("last", "hits"),
    [
        ([(5, 4)], ["组织8"]),
        ([(5, 3)], []),
        ([(5, 3), (4, 4)], ["组织9"]),  # judged too, though it does not make the fence
    ],
)
def test_r048_a_heterogeneous_supplier(last: list[tuple[int, int]], hits: list[str]) -> None:
    outcome = look("R048", *supplying(*FEW_FIELDS, *last), projects_per_supplier=5)
    assert [hit.record for hit in outcome.hits] == hits
    assert (outcome.fences[0].n, outcome.fences[0].bound) == (8, Fraction(7, 2))


@pytest.mark.parametrize(("most", "state"), [((7, 7), HIT), ((7, 6), CLEAR)])
def test_r048_on_the_fence_is_beyond_it(most: tuple[int, int], state: str) -> None:
    outcome = look("R048", *supplying(*[(5, 2)] * 4, *[(5, 4)] * 3, most), projects_per_supplier=5)  # Q1 2, Q3 4
    assert (outcome.state, outcome.fences[0].bound) == (state, 7)


def test_r048_needs_suppliers_of_twenty_projects() -> None:
    outcome = look("R048", *supplying(*FEW_FIELDS, (5, 4)))
    assert outcome.missing == (("可比的承接满 20 个项目的组织（至少 8 个）", 8),)
    assert look("R048", *supplying(*[(20, 1)] * 4, *[(20, 2)] * 3, (20, 4))).state == HIT


def test_the_fence_is_printed(zs: Run) -> None:
    zs("init")
    zs("org", "add", "老年协会", "--kind", "社会团体")
    for number, above in enumerate((17, 20, 20, 21, 21, 22, 22, 22)):
        name = f"助老{number}号"
        zs("project", "add", "老年协会", "--name", name, "--mode", "公开招标", "--year", "2026", "--status", "履约")
        zs("bid", "add", name, "--bidder", "老年协会", "--price", "100", "--won", "是", "--valid", "是")
        zs("bid", "add", name, "--bidder", "读书会", "--price", str(100 + above), "--valid", "是")
    [close] = json.loads(zs("check", "--select", "R024", "-f", "json").out)
    assert close["fences"] == [{"group": "招标", "n": 8, "q1": 0.2, "q3": 0.22, "fence": 0.17}]
    assert [hit["record"] for hit in close["hits"]] == ["P2026-001"]
    assert "17.0%" in close["hits"][0]["text"]
    assert "0.17" in zs("check", "--select", "R024").out
