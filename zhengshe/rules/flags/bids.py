"""How the bids of one tender stood to one another: indicators of the Open Contracting Partnership's Cardinal, by their
numbers. Those that compare tenders, bidders or buyers are in ``outlying``.

https://cardinal.readthedocs.io/en/latest/cli/indicators/ – the definitions are theirs, the parameters are in
data/thresholds.yaml. A bid whose ``valid`` is 否 was disqualified; one of which nothing is said counts as valid, save
where disqualified bids are counted. The winner is the bid with 中标.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations

from zhengshe.rules.flags.flag import Answer, Missing, about, flag
from zhengshe.rules.street import Row, Street, money

_TOO_FEW = Missing("两份以上报价")


def tenders(street: Street, *, by_price: bool = False) -> Iterator[tuple[Row, list[Row]]]:
    """(project, bids) for every project that bids are known of; ``by_price`` leaves out the modes in which prices say
    nothing."""
    for project, bids in street.tenders:
        if not (by_price and project.mode in street.limits["no_price_comparison_modes"]):
            yield project, bids


def winners(bids: list[Row]) -> list[Row]:
    """The valid bids that won; seldom more than one."""
    return [bid for bid in bids if bid.won == 1 and bid.valid != 0]


def price_of(bid: Row) -> int:
    """In 分; 0 where none is known."""
    return int(bid.price or 0)


@flag(
    "R003",
    "投标期过短",
    "从招标公告到投标截止的天数不足 bid_days；招标方式按法定的天数（Cardinal R003，按方式另定门槛）。",
    "contract.bid-period",
)
def short_period(street: Street) -> Iterator[Answer]:
    law = street.statutes["contract.bid-period"].values
    modes = {*street.limits["competitive_modes"]}
    for project in street["project"]:
        start, end = project.tendered_on, project.bids_due_on
        if not (start or end or project.mode in modes):
            continue
        if start is None or end is None:
            yield Missing("招标公告日期" if start is None else "投标截止日期")
            continue
        days = (dt.date.fromisoformat(end) - dt.date.fromisoformat(start)).days
        least = law["days"] if project.mode in law["modes"] else street.limits["bid_days"]
        text = f"{start} 公告，{end} 截止，只有 {days} 天（应不少于 {least} 天）"
        yield about(street, project, text) if days < least else None


@flag("R018", "只有一家投标", "竞争性方式只有一家投标（Cardinal R018）。")
def single_bid(street: Street) -> Iterator[Answer]:
    for project, bids in tenders(street):
        if project.mode in street.limits["competitive_modes"]:
            bidders = {bid.bidder for bid in bids}
            yield about(street, project, f"{project.mode}，只有 {bidders.pop()} 投标") if len(bidders) == 1 else None


@flag("R028", "报价相同", "不同投标人的报价分毫不差（Cardinal R028）。")
def identical_prices(street: Street) -> Iterator[Answer]:
    for project, bids in tenders(street, by_price=True):
        priced = [bid for bid in bids if bid.price is not None]
        if len(priced) < 2:
            yield _TOO_FEW
            continue
        same = [(a, b) for a, b in combinations(priced, 2) if a.price == b.price and a.bidder != b.bidder]
        pair = f"{same[0][0].bidder}、{same[0][1].bidder} 都报 {money(same[0][0].price)}" if same else ""
        yield about(street, project, pair) if same else None


@flag("R030", "迟交的投标中标", "中标的有效投标在投标截止之后收到（Cardinal R030）。")
def late_bid_won(street: Street) -> Iterator[Answer]:
    for project, bids in tenders(street):
        won, due = winners(bids), project.bids_due_on
        if not won or due is None or any(bid.submitted_on is None for bid in won):
            yield Missing("中标人" if not won else "投标截止日期" if due is None else "中标投标的递交日期")
            continue
        late = [bid for bid in won if bid.submitted_on > due]
        text = f"{due} 截止，{late[0].bidder} {late[0].submitted_on} 递交而中标" if late else ""
        yield about(street, project, text) if late else None


@flag(
    "R035",
    "其余投标全部无效",
    "只有中标人一家的投标有效，另有 disqualified_least 家以上被判无效（Cardinal R035）。",
)
def all_others_disqualified(street: Street) -> Iterator[Answer]:
    for project, bids in tenders(street):
        won = {bid.bidder for bid in winners(bids)}
        others = [bid for bid in bids if bid.bidder not in won]
        if not won or any(bid.valid is None for bid in others):
            yield Missing("其他投标的有效与否" if won else "中标人")
            continue
        out = {bid.bidder for bid in others if bid.valid == 0}
        alone = len(won) == 1 and len(out) >= street.limits["disqualified_least"]
        alone = alone and all(bid.valid == 0 for bid in others)
        yield about(street, project, f"除 {won.pop()} 外 {len(out)} 家全部无效") if alone else None


@flag(
    "R036",
    "最低价被否",
    "已有中标人和有效报价，而最低的报价被判无效（Cardinal R036，以价格为准的采购才说明问题）。",
)
def lowest_rejected(street: Street) -> Iterator[Answer]:
    for project, bids in tenders(street, by_price=True):
        priced = [bid for bid in bids if bid.price is not None]
        if not winners(bids) or not any(bid.valid != 0 for bid in priced):
            yield Missing("中标人和有效报价")
            continue
        lowest = [bid for bid in priced if bid.price == min(map(price_of, priced))]
        rejected = all(bid.valid == 0 for bid in lowest)
        text = f"{lowest[0].bidder} 报 {money(lowest[0].price)}，被判无效"
        yield about(street, project, text) if rejected else None


@flag("S503", "投标人之间有关联", "同一项目的两家投标人（在册的）法定代表人、电话或住所相同。")
def related_bidders(street: Street) -> Iterator[Answer]:
    known = {org.name: org for org in street["org"]}
    labels = {"legal_rep": "法定代表人", "phone": "电话", "address": "住所"}
    for project, bids in tenders(street):
        bidders = [known[bid.bidder] for bid in bids if bid.bidder in known]
        if len(bidders) < 2:
            yield Missing("两家以上在册的投标人")
            continue
        shared = [
            f"{a.name}、{b.name} {label}相同"
            for a, b in combinations(bidders, 2)
            for key, label in labels.items()
            if getattr(a, key) is not None and getattr(a, key) == getattr(b, key)
        ]
        yield about(street, project, "；".join(shared)) if shared else None
