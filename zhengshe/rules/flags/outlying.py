"""What is far out among its like: the indicators of the Open Contracting Partnership's Cardinal that compare tenders,
bidders, buyers or suppliers with one another. See ``bids`` for the others and ``outliers`` for the method.

https://cardinal.readthedocs.io/en/latest/cli/indicators/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from zhengshe.rules.flags.bids import price_of, tenders, winners
from zhengshe.rules.flags.flag import Answer, Hit, Missing, about, awarded, flag
from zhengshe.rules.flags.outliers import fence, quantile
from zhengshe.rules.street import Row, Street


def _share(part: Fraction) -> str:
    return f"{float(part):.1%}"


# -- among tenders


@dataclass(frozen=True)
class _Margin:
    """By how much the second-lowest valid bid lies above the winning one."""

    project: Row
    share: Fraction


def _margins(street: Street) -> Iterator[_Margin | Missing]:
    """Of every tender with one winner that was the cheapest: where another won, price alone did not decide."""
    for project, bids in tenders(street, by_price=True):
        won = winners(bids)
        if len(won) > 1:
            continue
        if not won or not won[0].price:
            yield Missing("中标人或报价")
            continue
        others = [price_of(bid) for bid in bids if bid is not won[0] and bid.valid != 0 and bid.price is not None]
        lowest = price_of(won[0])
        if others and min(others) >= lowest:
            yield _Margin(project, Fraction(min(others) - lowest, lowest))


@flag(
    "R024",
    "次低价紧贴中标价",
    "次低有效报价高出中标价的比例低得离群：不超过 Q1 − k·IQR，k 即 outlier_iqr_times（Cardinal R024）。",
)
def close_price(street: Street) -> Iterator[Answer]:
    yield from _outlying(street, upper=False)


@flag(
    "R058",
    "中标价大幅低于次低价",
    "次低有效报价高出中标价的比例高得离群：不低于 Q3 + k·IQR，k 即 outlier_iqr_times（Cardinal R058）。",
)
def heavy_discount(street: Street) -> Iterator[Answer]:
    yield from _outlying(street, upper=True)


def _outlying(street: Street, *, upper: bool) -> Iterator[Answer]:
    margins = list(_margins(street))
    yield from (each for each in margins if isinstance(each, Missing))
    known = [each for each in margins if isinstance(each, _Margin)]
    found = fence("招标", [each.share for each in known], street.limits, upper=upper)
    if isinstance(found, Missing):
        yield from [found] * len(known)
        return
    yield found
    for each in known:
        # no difference is less than none: a fence below zero finds nothing
        out = each.share >= found.bound if upper else each.share <= found.bound and found.bound > 0
        text = f"次低价比中标价高 {_share(each.share)}，界线 {_share(found.bound)}（{found.n} 个招标）"
        yield about(street, each.project, text) if out else None


# -- among bidders, buyers and suppliers


@flag(
    "R025",
    "屡投不中",
    "投标次数居前（达到 top_bidder_percent 百分位），而中标率低得离群：不超过 Q1 − k·IQR（Cardinal R025）。",
)
def many_losing_bids(street: Street) -> Iterator[Answer]:
    results: dict[str, list[bool]] = defaultdict(list)
    for _, bids in tenders(street):
        won = winners(bids)
        if not won:
            yield Missing("中标人")
        for bid in bids if len(won) == 1 else ():
            if bid.valid != 0:
                results[bid.bidder].append(bid is won[0])
    shares = {bidder: Fraction(sum(each), len(each)) for bidder, each in results.items()}
    found = fence("投标人", [*shares.values()], street.limits, upper=False)
    if isinstance(found, Missing):
        yield from [found] * len(shares)
        return
    yield found
    many = quantile(
        [Fraction(len(each)) for each in results.values()], Fraction(street.limits["top_bidder_percent"], 100)
    )
    for bidder, share in shares.items():
        count = len(results[bidder])
        few = count >= many and share <= found.bound and found.bound > 0
        text = f"有效投标 {count} 次，中标率 {_share(share)}，界线 {_share(found.bound)}（{found.n} 家）"
        yield Hit(bidder, bidder, text) if few else None


@flag(
    "R038",
    "投标常被判无效",
    "投标人的、或购买主体判的无效投标占比高得离群：不低于 Q3 + k·IQR，k 即 outlier_iqr_times（Cardinal R038）。",
)
def often_disqualified(street: Street) -> Iterator[Answer]:
    by_bidder: dict[str, list[Row]] = defaultdict(list)
    by_buyer: dict[str, list[Row]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for project, bids in tenders(street):
        known = [bid for bid in bids if bid.valid is not None]
        yield from [Missing("投标的有效与否")] * (len(bids) - len(known))
        if project.buyer is None:
            yield Missing("购买主体")
        elif known:
            by_buyer[project.buyer] += known
            counts[project.buyer] += 1
        for bid in known:
            by_bidder[bid.bidder].append(bid)
    bidders = {name: bids for name, bids in by_bidder.items() if len(bids) >= street.limits["bids_per_bidder"]}
    buyers = {name: bids for name, bids in by_buyer.items() if counts[name] >= street.limits["tenders_per_buyer"]}
    yield from _disqualified(street, "投标人", bidders)
    yield from _disqualified(street, "购买主体", buyers)


def _disqualified(street: Street, group: str, found: dict[str, list[Row]]) -> Iterator[Answer]:
    shares = {name: Fraction(sum(bid.valid == 0 for bid in bids), len(bids)) for name, bids in found.items()}
    bound = fence(group, [*shares.values()], street.limits, upper=True)
    if isinstance(bound, Missing):
        yield from [bound] * len(shares)
        return
    yield bound
    for name, share in shares.items():
        text = f"{group}：{len(found[name])} 份投标中 {_share(share)} 无效，界线 {_share(bound.bound)}（{bound.n} 个）"
        yield Hit(name, name, text) if share >= bound.bound else None


@flag(
    "R048",
    "一家承接领域过杂",
    "一家组织承接的服务领域多得离群：不少于 Q3 + k·IQR，由承接满 projects_per_supplier 个项目的组织算出"
    "（Cardinal R048，以服务领域代替物品分类）。",
)
def heterogeneous(street: Street) -> Iterator[Answer]:
    projects = yield from awarded(street, "field")
    fields: dict[int, list[str]] = defaultdict(list)
    for project in projects:
        fields[project.org].append(project.field)
    least = street.limits["projects_per_supplier"]
    varied = [Fraction(len(set(each))) for each in fields.values() if len(each) >= least]
    found = fence(f"承接满 {least} 个项目的组织", varied, street.limits, upper=True)
    if isinstance(found, Missing):
        yield Missing(found.field, len(fields))
        return
    yield found
    for row, each in fields.items():
        name = street.organizations[row].name
        many = len(set(each)) >= found.bound
        text = f"{len(set(each))} 个领域：{'、'.join(sorted(set(each)))}（界线 {float(found.bound):g}）"
        yield Hit(name, name, text) if many else None
