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
    "服务结束后超过 acceptance_days 天，没有验收记录。",
    "contract.acceptance",
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
    "补充协议合计增加超过合同金额的限度。",
    "contract.supplement",
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
        over = share > exact(street.statutes["contract.supplement"].values["share"])
        yield about(project, org, f"增加 {float(share):.0%}") if over else None


@flag(
    "C404",
    "合同期限超过三年",
    "服务期超过了最长的年限。",
    "contract.term",
)
def term_too_long(street: Street) -> Iterator[Answer]:
    return _longer_than(street, street.statutes["contract.term"].values["years_at_most"])


@flag(
    "C405",
    "合同期限超过一年",
    "服务期超过一般的年限，须属内容相对固定、经费来源稳定、价格变化幅度小的。",
    "contract.term",
)
def term_over_a_year(street: Street) -> Iterator[Answer]:
    return _longer_than(street, street.statutes["contract.term"].values["years"])


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
    "政府采购合同的签订（没有签的，到今天）距中标通知超过法定天数。没有登记中标通知日期的不能计算。",
    "contract.signing",
)
def signed_late(street: Street) -> Iterator[Answer]:
    for project in street["project"]:
        notice, signed = project["awarded_on"], project["signed_on"]
        if project["mode"] not in street.limits["procurement_modes"] or not (notice or signed):
            continue
        if notice is None:
            yield Missing("中标通知日期")
            continue
        waited = (dt.date.fromisoformat(str(signed or street.today)) - dt.date.fromisoformat(str(notice))).days
        done = f"{signed} 签约" if signed else "至今未签约"
        late = waited > street.statutes["contract.signing"].values["days"]
        org = street.organizations[project["org"]]
        yield about(project, org, f"{notice} 中标通知，{done}，隔 {waited} 天") if late else None


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
