"""The life of a contract: dates, amendments, payments, acceptance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from zhengshe.rules.flags.flag import Answer, Missing, about, flag
from zhengshe.rules.street import Street, exact, money, total


@flag(
    "C401",
    "到期未验收",
    "服务结束后超过 acceptance_days 天，没有验收记录。依据：政府采购法实施条例第四十五条（书面验收）。",
)
def not_accepted(street: Street) -> Iterator[Answer]:
    latest = (dt.date.fromisoformat(street.today) - dt.timedelta(street.limits["acceptance_days"])).isoformat()
    for project, org in street.awarded():
        if project["status"] == "终止":
            continue
        if project["end_on"] is None:
            yield Missing("结束日期")
            continue
        accepted = any(row["kind"] == "验收" for row in street.of("review", "project", project["id"]))
        late = str(project["end_on"]) < latest and not accepted
        yield about(project, org, f"{project['end_on']} 结束，至今没有验收") if late else None


@flag("C402", "先开工后签约", "服务开始日期早于合同签订日期。")
def started_before_signed(street: Street) -> Iterator[Answer]:
    for project, org in street.awarded():
        start, signed = project["start_on"], project["signed_on"]
        if start is None or signed is None:
            yield Missing("开始日期" if start is None else "合同签订日期")
        else:
            yield about(project, org, f"{start} 开始，{signed} 签约") if str(start) < str(signed) else None


@flag(
    "C403",
    "补充协议增加金额过多",
    "补充协议合计增加超过合同金额的 amendment_share。依据：政府采购法第四十九条（不超过原合同金额的百分之十）。",
)
def raised_by_amendments(street: Street) -> Iterator[Answer]:
    for project, org in street.awarded():
        amendments = street.of("amendment", "project", project["id"])
        if not amendments:
            continue
        if not project["amount"]:
            yield Missing("合同金额")
            continue
        share = Fraction(total(amendments, "amount_change"), int(project["amount"]))
        over = share > exact(street.limits["amendment_share"])
        yield about(project, org, f"增加 {float(share):.0%}") if over else None


@flag(
    "C404",
    "合同期限超过三年",
    "服务期超过 contract_years_at_most 年。依据：政府购买服务管理办法（内容固定、资金有保障的不超过三年）。",
)
def term_too_long(street: Street) -> Iterator[Answer]:
    return _longer_than(street, street.limits["contract_years_at_most"])


@flag(
    "C405",
    "合同期限超过一年",
    "服务期超过 contract_years 年，须属内容相对固定、经费来源稳定、价格变化幅度小的。依据：政府购买服务管理办法。",
)
def term_over_a_year(street: Street) -> Iterator[Answer]:
    return _longer_than(street, street.limits["contract_years"])


def _longer_than(street: Street, years: int) -> Iterator[Answer]:
    for project, org in street.awarded():
        start, end = project["start_on"], project["end_on"]
        if start is None or end is None:
            yield Missing("开始日期" if start is None else "结束日期")
        else:
            # until the day before the same date of a later year is that many years
            last = f"{int(str(start)[:4]) + years}{str(start)[4:]}"
            yield about(project, org, f"{start} 至 {end}") if str(end) >= last else None


@flag(
    "C406",
    "签约过迟",
    "合同签订距最后一份投标递交超过 signing_days 天（台账不记中标通知日，以此为上限提示核对）。"
    "依据：政府采购法第四十六条（中标通知书发出之日起三十日内签订）。",
)
def signed_late(street: Street) -> Iterator[Answer]:
    for project, org in street.awarded():
        bids = [str(bid["submitted_on"]) for bid in street.of("bid", "project", project["id"]) if bid["submitted_on"]]
        if not bids or project["signed_on"] is None:
            if project["mode"] == "公开招标":
                yield Missing("投标递交日期、合同签订日期")
            continue
        waited = (dt.date.fromisoformat(str(project["signed_on"])) - dt.date.fromisoformat(max(bids))).days
        late = waited > street.limits["signing_days"]
        yield about(project, org, f"投标 {max(bids)}，{project['signed_on']} 签约，隔 {waited} 天") if late else None


@flag("P301", "支付超过合同", "已支付合计超过合同金额与补充协议增减之和。")
def overpaid(street: Street) -> Iterator[Answer]:
    for project, org in street.awarded():
        payments = street.of("payment", "project", project["id"])
        if not payments:
            continue
        if project["amount"] is None:
            yield Missing("合同金额")
            continue
        agreed = int(project["amount"]) + total(street.of("amendment", "project", project["id"]), "amount_change")
        paid = total(payments, "paid_amount")
        yield about(project, org, f"已付 {money(paid)}，合同 {money(agreed)}") if paid > agreed else None


@flag("P302", "验收前付清尾款", "最后一期款的支付日早于第一次验收。费随事转：尾款应在验收之后。")
def last_instalment_before_acceptance(street: Street) -> Iterator[Answer]:
    for project, org in street.awarded():
        payments = sorted(street.of("payment", "project", project["id"]), key=lambda row: int(row["seq"] or 0))
        if len(payments) < 2 or payments[-1]["paid_on"] is None:
            continue
        paid = str(payments[-1]["paid_on"])
        reviews = street.of("review", "project", project["id"])
        accepted = min((str(row["held_on"]) for row in reviews if row["kind"] == "验收"), default="9999")
        when = "尚未验收" if accepted == "9999" else f"{accepted} 才验收"
        yield about(project, org, f"尾款 {paid} 已付，{when}") if paid < accepted else None
