"""How the bids stood to one another: indicators of the Open Contracting Partnership's Cardinal, under their numbers.

https://cardinal.readthedocs.io/ – the definitions are theirs, the numbers are in data/thresholds.yaml. A bid whose
``valid`` is 否 counts as disqualified.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations

from zhengshe.rules.flags.flag import Answer, Hit, Missing, about, flag
from zhengshe.rules.street import Row, Street, exact, money

_TOO_FEW = Missing("两份以上报价")


def _prices(bids: list[Row]) -> list[Row]:
    """The valid bids with a price, cheapest first."""
    valid = [bid for bid in bids if bid["valid"] != 0 and bid["price"] is not None]
    return sorted(valid, key=lambda bid: int(bid["price"] or 0))


@flag("R003", "投标期过短", "从公告到投标截止的天数过少（Cardinal R003）。")
def short_period(street: Street) -> Iterator[Answer]:
    for _ in street.tenders:
        yield Missing("公告日期、投标截止日期（台账不记）")


@flag("R018", "只有一家投标", "竞争性方式只收到一份投标（Cardinal R018）。")
def single_bid(street: Street) -> Iterator[Answer]:
    for project, org, bids in street.tenders:
        if project["mode"] in street.limits["competitive_modes"]:
            yield about(project, org, f"{project['mode']}，只有 {bids[0]['bidder']} 投标") if len(bids) == 1 else None


@flag("R024", "次低价紧贴中标价", "次低的有效报价比中标价高不到 close_price_share（Cardinal R024）。")
def close_price(street: Street) -> Iterator[Answer]:
    yield from _gap(street, lambda share: share < exact(street.limits["close_price_share"]), "只高")


@flag("R058", "中标价大幅低于次低价", "中标价比次低的有效报价低 heavy_discount_share 以上（Cardinal R058）。")
def heavy_discount(street: Street) -> Iterator[Answer]:
    yield from _gap(street, lambda share: share >= exact(street.limits["heavy_discount_share"]), "高")


def _gap(street: Street, odd: Callable[[Fraction], bool], word: str) -> Iterator[Answer]:
    for project, org, bids in street.tenders:
        prices = _prices(bids)
        won = [bid for bid in prices if bid["won"] == 1]
        others = [
            bid for bid in prices if bid["won"] != 1 and won and int(bid["price"] or 0) >= int(won[0]["price"] or 0)
        ]
        if not won or not won[0]["price"]:
            yield Missing("中标人或报价")
        elif others:
            lowest = int(won[0]["price"])
            share = Fraction(int(others[0]["price"] or 0) - lowest, lowest)
            yield about(project, org, f"次低价比中标价{word} {float(share):.1%}") if odd(share) else None


@flag("R025", "屡投不中", "一家投标不少于 many_bids 次，中标率低于 low_win_share（Cardinal R025）。")
def many_losing_bids(street: Street) -> Iterator[Answer]:
    for bidder, bids in _by_bidder(street).items():
        if len(bids) >= street.limits["many_bids"]:
            won = sum(bid["won"] == 1 for bid in bids)
            few = won / len(bids) < street.limits["low_win_share"]
            yield Hit(bidder, bidder, f"投标 {len(bids)} 次，中标 {won} 次") if few else None


@flag("R028", "报价相同", "两家报价分毫不差（Cardinal R028）。")
def identical_prices(street: Street) -> Iterator[Answer]:
    for project, org, bids in street.tenders:
        priced = [bid for bid in bids if bid["price"] is not None]
        if len(priced) < 2:
            yield _TOO_FEW
            continue
        same = [(a, b) for a, b in combinations(priced, 2) if a["price"] == b["price"]]
        pair = f"{same[0][0]['bidder']}、{same[0][1]['bidder']} 都报 {money(same[0][0]['price'])}" if same else ""
        yield about(project, org, pair) if same else None


@flag(
    "R030",
    "迟交的投标中标",
    "中标的投标在截止之后收到；台账不记截止日，以其他投标都已收到、合同已签订为准（Cardinal R030 的下限）。",
)
def late_bid_won(street: Street) -> Iterator[Answer]:
    for project, org, bids in street.tenders:
        won = [bid for bid in bids if bid["won"] == 1]
        if not won or won[0]["submitted_on"] is None or project["signed_on"] is None:
            yield Missing("中标投标的递交日期、合同签订日期")
            continue
        late = str(won[0]["submitted_on"]) > str(project["signed_on"])
        yield about(project, org, f"{won[0]['submitted_on']} 递交，{project['signed_on']} 已签约") if late else None


@flag("R035", "其余投标全部无效", "两家以上投标，除中标者外全部被判无效（Cardinal R035）。")
def all_others_disqualified(street: Street) -> Iterator[Answer]:
    for project, org, bids in street.tenders:
        others = [bid for bid in bids if bid["won"] != 1]
        if len(bids) < 2 or any(bid["valid"] is None for bid in others):
            yield Missing("两份以上投标的有效与否")
            continue
        out = all(bid["valid"] == 0 for bid in others)
        yield about(project, org, f"{len(others)} 家全部无效") if out else None


@flag("R036", "最低价被否", "报价最低的投标被判无效（Cardinal R036）。")
def lowest_rejected(street: Street) -> Iterator[Answer]:
    for project, org, bids in street.tenders:
        priced = [bid for bid in bids if bid["price"] is not None]
        if len(priced) < 2:
            yield _TOO_FEW
            continue
        lowest = min(priced, key=lambda bid: int(bid["price"] or 0))
        rejected = lowest["valid"] == 0
        yield about(project, org, f"{lowest['bidder']} 报 {money(lowest['price'])}，被判无效") if rejected else None


@flag("R038", "投标常被判无效", "一家投标不少于 many_bids 次，无效占比超过 disqualified_share（Cardinal R038）。")
def often_disqualified(street: Street) -> Iterator[Answer]:
    for bidder, bids in _by_bidder(street).items():
        if len(bids) >= street.limits["many_bids"]:
            out = sum(bid["valid"] == 0 for bid in bids)
            often = out / len(bids) > street.limits["disqualified_share"]
            yield Hit(bidder, bidder, f"投标 {len(bids)} 次，无效 {out} 次") if often else None


@flag("R048", "一家承接领域过杂", "一家组织承接的服务领域多于 fields_per_supplier 个（Cardinal R048）。")
def heterogeneous(street: Street) -> Iterator[Answer]:
    fields: dict[object, set[str]] = defaultdict(set)
    for project, org in street.awarded():
        if project["field"] is None:
            yield Missing("服务领域")
        else:
            fields[org["id"]].add(str(project["field"]))
    for row, found in fields.items():
        name = str(street.organizations[row]["name"])  # type: ignore[index]
        many = len(found) > street.limits["fields_per_supplier"]
        yield Hit(name, name, f"{len(found)} 个领域：{'、'.join(sorted(found))}") if many else None


@flag("S503", "投标人之间有关联", "同一项目的两家投标人（在册的）法定代表人、电话或住所相同。")
def related_bidders(street: Street) -> Iterator[Answer]:
    known = {str(org["name"]): org for org in street["org"]}
    labels = {"legal_rep": "法定代表人", "phone": "电话", "address": "住所"}
    for project, org, bids in street.tenders:
        bidders = [known[str(bid["bidder"])] for bid in bids if str(bid["bidder"]) in known]
        if len(bidders) < 2:
            yield Missing("两家以上在册的投标人")
            continue
        shared = [
            f"{a['name']}、{b['name']} {label}相同"
            for a, b in combinations(bidders, 2)
            for key, label in labels.items()
            if a[key] is not None and a[key] == b[key]
        ]
        yield about(project, org, "；".join(shared)) if shared else None


def _by_bidder(street: Street) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for bid in street["bid"]:
        found[str(bid["bidder"])].append(bid)
    return found
