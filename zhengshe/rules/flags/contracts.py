"""The life of a contract: dates, amendments, payments, acceptance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from zhengshe.rules.flags.flag import Answer, Missing, about, awarded, flag, told
from zhengshe.rules.street import AWARDED, Row, Street, exact, money, total


@flag(
    "C401",
    "到期未验收",
    "服务结束后超过 acceptance_days 天，没有验收记录。",
    "contract.acceptance",
)
def not_accepted(street: Street) -> Iterator[Answer]:
    latest = (dt.date.fromisoformat(street.today) - dt.timedelta(street.limits["acceptance_days"])).isoformat()
    accepted = {review.project for review in street["review"] if review.kind == "验收"}
    going = [project for project in street[AWARDED] if project.status != "终止"]
    ended = [project for project in going if project.end_on is not None]
    yield Missing("结束日期", len(going) - len(ended))
    late = [project for project in ended if project.end_on < latest and project.id not in accepted]
    yield from told(street, ended, late, lambda project: f"{project.end_on} 结束，至今没有验收")


@flag("C402", "先开工后签约", "服务开始日期早于合同签订日期。")
def started_before_signed(street: Street) -> Iterator[Answer]:
    projects = yield from awarded(street, "start_on", "signed_on")
    early = [project for project in projects if project.start_on < project.signed_on]
    yield from told(street, projects, early, lambda project: f"{project.start_on} 开始，{project.signed_on} 签约")


@flag(
    "C403",
    "补充协议增加金额过多",
    "补充协议合计增加超过合同金额的限度。",
    "contract.supplement",
)
def raised_by_amendments(street: Street) -> Iterator[Answer]:
    share_at_most = exact(street.statutes["contract.supplement"].values["share"])
    for project, amendments in _with(street, "amendment"):
        if not project.amount:
            yield Missing("合同金额")
            continue
        share = Fraction(total(amendments, "amount_change"), project.amount)
        yield about(street, project, f"增加 {float(share):.0%}") if share > share_at_most else None


def _with(street: Street, noun: str) -> Iterator[tuple[Row, list[Row]]]:
    """The awarded projects of which there are such records, with them."""
    found = street.by(noun, "project")
    return ((project, found[project.id]) for project in street[AWARDED] if project.id in found)


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
    projects = yield from awarded(street, "start_on", "end_on")
    # until the day before the same date of a later year is that many years; starting days repeat themselves
    last = {start: f"{int(start[:4]) + years}{start[4:]}" for start in {project.start_on for project in projects}}
    long = [project for project in projects if project.end_on >= last[project.start_on]]
    yield from told(street, projects, long, lambda project: f"{project.start_on} 至 {project.end_on}")


@flag(
    "C406",
    "签约过迟",
    "政府采购合同的签订（没有签的，到今天）距中标通知超过法定天数。没有登记中标通知日期的不能计算。",
    "contract.signing",
)
def signed_late(street: Street) -> Iterator[Answer]:
    modes = {*street.limits["procurement_modes"]}
    for project in [project for project in street["project"] if project.mode in modes]:
        notice, signed = project.awarded_on, project.signed_on
        if not (notice or signed):
            continue
        if notice is None:
            yield Missing("中标通知日期")
            continue
        waited = (dt.date.fromisoformat(signed or street.today) - dt.date.fromisoformat(notice)).days
        done = f"{signed} 签约" if signed else "至今未签约"
        late = waited > street.statutes["contract.signing"].values["days"]
        yield about(street, project, f"{notice} 中标通知，{done}，隔 {waited} 天") if late else None


@flag("P301", "支付超过合同", "已支付合计超过合同金额与补充协议增减之和。")
def overpaid(street: Street) -> Iterator[Answer]:
    amendments = street.by("amendment", "project")
    for project, payments in _with(street, "payment"):
        if project.amount is None:
            yield Missing("合同金额")
            continue
        agreed = project.amount + total(amendments.get(project.id, ()), "amount_change")
        paid = total(payments, "paid_amount")
        yield about(street, project, f"已付 {money(paid)}，合同 {money(agreed)}") if paid > agreed else None


@flag("P302", "验收前付清尾款", "最后一期款的支付日早于第一次验收。费随事转：尾款应在验收之后。")
def last_instalment_before_acceptance(street: Street) -> Iterator[Answer]:
    reviews = street.by("review", "project")
    for project, found in _with(street, "payment"):
        payments = sorted(found, key=lambda row: row.seq or 0)
        if len(payments) < 2 or payments[-1].paid_on is None:
            continue
        paid = payments[-1].paid_on
        accepted = min((row.held_on for row in reviews.get(project.id, ()) if row.kind == "验收"), default="9999")
        when = "尚未验收" if accepted == "9999" else f"{accepted} 才验收"
        yield about(street, project, f"尾款 {paid} 已付，{when}") if paid < accepted else None
