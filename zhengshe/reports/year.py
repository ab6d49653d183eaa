"""The year report the clerk hands in: what the street did with its organizations in one year, beside the last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhengshe.models import RECORDS, Kind
from zhengshe.reports import stats
from zhengshe.reports.report import Block, Chart, Column, Heading, Paragraph, Report, Table
from zhengshe.store import query
from zhengshe.store.connection import Connection
from zhengshe.store.query import Filter
from zhengshe.values import Value, to_show

_ORG, _PROJECT, _FINDING = RECORDS["org"], RECORDS["project"], RECORDS["finding"]


@dataclass(frozen=True)
class _Figure:
    """One line of the chief figures: how it is called, what it is, and its value in each of the two years."""

    label: str
    kind: Kind
    now: int
    before: int

    def row(self) -> tuple[Value, ...]:
        change = self.now - self.before
        sign = "+" if change > 0 else ""
        return (
            self.label,
            to_show(self.kind, self.now),
            to_show(self.kind, self.before),
            sign + to_show(self.kind, change),
        )


def year(db: Connection, which: int, *, more: Iterable[Block] = (), footnotes: bool = False) -> Report:
    """The report of one year. ``more`` are sections made elsewhere (credit, red flags), put at the end.

    With ``footnotes`` every table names the record numbers behind its lines.
    """

    def table(noun: str, keys: Sequence[str], filters: Sequence[Filter], title: str) -> Table:
        record = RECORDS[noun]
        fields = [record[key] for key in keys]
        return stats.by(db, record, fields, filters, title=title, footnotes=footnotes)

    alive = [Filter("status", "=", "正常")]
    this = [Filter("year", "=", which)]
    of_projects = [Filter("project.year", "=", which)]
    blocks: list[Block] = [
        Heading(f"{which} 年度社会组织与政社合作情况报告"),
        Heading("主要指标", 2),
        _figures(db, which),
        Heading("社会组织", 2),
        Chart("pie", table("org", ["kind"], alive, "在册社会组织（按类型）"), ("records",)),
        table("org", ["category"], alive, "在册社会组织（按行业分类）"),
        table("rating", ["grade"], _valid_at_end_of(which), f"{which} 年末有效的评估等级"),
        Heading("年检", 2),
        table(
            "inspection",
            ["conclusion"],
            [Filter("year", "=", which - 1)],
            f"{which - 1} 年度年检结论（{which} 年开展）",
        ),
        Heading("政社合作", 2),
        Chart("bar", table("project", ["mode"], this, "合作项目（按合作方式）"), ("budget", "amount")),
        table("project", ["field"], this, "合作项目（按服务领域）"),
        table("project", ["buyer"], this, "合作项目（按购买主体）"),
        Chart("pie", table("funding", ["source"], of_projects, "项目资金（按来源）"), ("amount",)),
        _payments(db, of_projects),
        Heading("服务与评估", 2),
        _services(db, which),
        table("review", ["kind", "conclusion"], _in(which, "held_on"), "检查、评估与验收"),
        Heading("监督与整改", 2),
        table("finding", ["channel", "severity"], _in(which, "found_on"), "监督发现（按渠道、严重程度）"),
        _rectification(db, which),
        Heading("名录与处罚", 2),
        table("listing", ["list"], _in(which, "entered_on"), "列入名录"),
        table("penalty", ["kind"], _in(which, "decided_on"), "行政处罚"),
        *more,
    ]
    return Report(blocks)


def _in(which: int, key: str) -> list[Filter]:
    return [Filter(key, "starts", which)]


def _valid_at_end_of(which: int) -> list[Filter]:
    end = f"{which}-12-31"
    return [Filter("awarded_on", "<=", end), Filter("valid_until", ">=", end)]


def _figures(db: Connection, which: int) -> Table:
    """The chief figures of this year and the last."""
    now, before = _figures_of(db, which), _figures_of(db, which - 1)
    rows = [_Figure(label, kind, value, before[label][1]).row() for label, (kind, value) in now.items()]
    columns = [Column("figure", "指标"), Column("now", f"{which} 年"), Column("before", f"{which - 1} 年")]
    return Table([*columns, Column("change", "增减")], rows, "主要指标")


def _figures_of(db: Connection, which: int) -> dict[str, tuple[Kind, int]]:
    def total(noun: str, key: str | None, *filters: Filter) -> int:
        record = RECORDS[noun]
        (row,) = query.group(db, record, [], [record[key]] if key else [], filters)
        return int(row[1 if key else 0] or 0)

    of_year = Filter("year", "=", which)
    of_project = Filter("project.year", "=", which)
    contracted = total("project", "amount", of_year)
    paid = total("payment", "paid_amount", of_project)
    return {
        "新成立社会组织（家）": (Kind.COUNT, total("org", None, *_in(which, "founded_on"))),
        "合作项目（个）": (Kind.COUNT, total("project", None, of_year)),
        "合同金额（元）": (Kind.MONEY, contracted),
        "已支付（元）": (Kind.MONEY, paid),
        "未支付（元）": (Kind.MONEY, contracted - paid),
        "其中福彩公益金（元）": (
            Kind.MONEY,
            total("funding", "amount", of_project, Filter("source", "=", "福彩公益金")),
        ),
        "服务活动（场）": (Kind.COUNT, total("activity", None, *_in(which, "held_on"))),
        "服务人次": (Kind.COUNT, total("activity", "people", *_in(which, "held_on"))),
        "监督发现（条）": (Kind.COUNT, total("finding", None, *_in(which, "found_on"))),
        "行政处罚（件）": (Kind.COUNT, total("penalty", None, *_in(which, "decided_on"))),
        "列入名录（家次）": (Kind.COUNT, total("listing", None, *_in(which, "entered_on"))),
    }


def _payments(db: Connection, of_projects: Sequence[Filter]) -> Table:
    """What was agreed, what fell due and what was paid."""
    payment = RECORDS["payment"]
    (row,) = query.group(db, payment, [], [payment["amount"], payment["paid_amount"]], of_projects)
    agreed, paid = int(row[1] or 0), int(row[2] or 0)
    columns = [Column("agreed", "约定支付", Kind.MONEY), Column("paid", "已支付", Kind.MONEY)]
    return Table([*columns, Column("open", "未支付", Kind.MONEY)], [(agreed, paid, agreed - paid)], "分期支付")


def _services(db: Connection, which: int) -> Table:
    """Activities and people served, planned and reached."""
    activity = RECORDS["activity"]
    (planned,) = query.group(db, _PROJECT, [], [_PROJECT["planned_people"]], [Filter("year", "=", which)])
    (held,) = query.group(db, activity, [], [activity["people"]], _in(which, "held_on"))
    columns = [Column("planned", "计划服务人次", Kind.COUNT), Column("held", "活动场次", Kind.COUNT)]
    row = (int(planned[1] or 0), int(held[0] or 0), int(held[1] or 0))
    return Table([*columns, Column("people", "实际服务人次", Kind.COUNT)], [row], "服务开展情况")


def _rectification(db: Connection, which: int) -> Block:
    """Of the findings that asked for rectification, how many were put right."""
    asked = [*_in(which, "found_on"), Filter("due_on", "filled")]
    total = query.count(db, _FINDING, asked)
    if not total:
        return Paragraph("本年没有需要整改的监督发现。")
    done = query.count(db, _FINDING, [*asked, Filter("rectified_on", "filled")])
    closed = query.count(db, _FINDING, [*asked, Filter("verified_on", "filled")])
    rate = f"{done / total:.1%}"
    return Paragraph(f"需要整改的 {total} 条，已整改 {done} 条（整改率 {rate}），其中已核验销号 {closed} 条。")
