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
    """One chief figure of one year: what kind of number, its value, and the records behind it."""

    kind: Kind
    value: int
    numbers: str


def year(db: Connection, which: int, *, more: Iterable[Block] = (), footnotes: bool = False) -> Report:
    """The report of one year. ``more`` are sections made elsewhere (credit, red flags), put at the end.

    With ``footnotes`` every table names the record numbers behind its lines.
    """

    def table(noun: str, keys: Sequence[str], filters: Sequence[Filter], title: str) -> Table:
        record = RECORDS[noun]
        fields = [record[key] for key in keys]
        return stats.by(db, record, fields, filters, title=title, footnotes=footnotes)

    def few(noun: str, keys: Sequence[str], filters: Sequence[Filter], title: str) -> Block:
        """A table of what may well not have happened."""
        happened = query.count(db, RECORDS[noun], filters)
        return table(noun, keys, filters, title) if happened else Paragraph(f"{title}：无。")

    alive = [Filter("status", "=", "正常")]
    this = [Filter("year", "=", which)]
    of_projects = [Filter("project.year", "=", which)]
    blocks: list[Block] = [
        Heading(f"{which} 年度社会组织与政社合作情况报告"),
        Heading("主要指标", 2),
        _figures(db, which, footnotes),
        Heading("社会组织", 2),
        Chart("pie", table("org", ["kind"], alive, "在册社会组织（按类型）"), ("records",)),
        table("org", ["category"], alive, "在册社会组织（按行业分类）"),
        few("rating", ["grade"], _valid_at_end_of(which), f"{which} 年末有效的评估等级"),
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
        _payments(db, of_projects, footnotes),
        Heading("服务与评估", 2),
        _services(db, which, footnotes),
        few("review", ["kind", "conclusion"], _in(which, "held_on"), "检查、评估与验收"),
        *_scores(db, which, footnotes),
        Heading("监督与整改", 2),
        few("finding", ["channel", "severity"], _in(which, "found_on"), "监督发现（按渠道、严重程度）"),
        _rectification(db, which, footnotes),
        Heading("名录与处罚", 2),
        few("listing", ["list"], _in(which, "entered_on"), "列入名录"),
        few("penalty", ["kind"], _in(which, "decided_on"), "行政处罚"),
        *more,
    ]
    return Report(blocks)


def _in(which: int, key: str) -> list[Filter]:
    return [Filter(key, "starts", which)]


def _valid_at_end_of(which: int) -> list[Filter]:
    end = f"{which}-12-31"
    return [Filter("awarded_on", "<=", end), Filter("valid_until", ">=", end)]


def _figures(db: Connection, which: int, footnotes: bool) -> Table:
    """The chief figures of this year and the last."""
    before = _figures_of(db, which - 1)
    this = _figures_of(db, which, footnotes)
    rows = [_compared(label, now, before[label], footnotes) for label, now in this.items()]
    heads = (("now", f"{which} 年"), ("before", f"{which - 1} 年"), ("change", "增减"))
    columns = [Column("figure", "指标"), *(Column(key, label, figures=True) for key, label in heads)]
    return _traced(columns, rows, "主要指标", footnotes)


def _compared(label: str, now: _Figure, before: _Figure, footnotes: bool) -> tuple[Value, ...]:
    change = now.value - before.value
    shown = [to_show(now.kind, value) for value in (now.value, before.value, change)]
    return (label, *shown[:2], ("+" if change > 0 else "") + shown[2], *([now.numbers] if footnotes else []))


def _traced(columns: Sequence[Column], rows: list[tuple[Value, ...]], title: str, footnotes: bool) -> Table:
    return Table([*columns, *([stats.NUMBERS] if footnotes else [])], rows, title)


def _figures_of(db: Connection, which: int, footnotes: bool = False) -> dict[str, _Figure]:
    def figure(noun: str, key: str | None, *filters: Filter) -> _Figure:
        record = RECORDS[noun]
        (row,) = query.group(db, record, [], [record[key]] if key else [], filters, numbered=footnotes)
        return _Figure(record[key].kind if key else Kind.COUNT, int(row[1 if key else 0] or 0), str(row[-1] or ""))

    of_year = Filter("year", "=", which)
    of_project = Filter("project.year", "=", which)
    contracted = figure("project", "amount", of_year)
    paid = figure("payment", "paid_amount", of_project)
    return {
        "新成立社会组织（家）": figure("org", None, *_in(which, "founded_on")),
        "合作项目（个）": figure("project", None, of_year),
        "合同金额（元）": contracted,
        "已支付（元）": paid,
        "未支付（元）": _Figure(Kind.MONEY, contracted.value - paid.value, _joined(contracted.numbers, paid.numbers)),
        "其中福彩公益金（元）": figure("funding", "amount", of_project, Filter("source", "=", "福彩公益金")),
        "服务活动（场）": figure("activity", None, *_in(which, "held_on")),
        "服务人次": figure("activity", "people", *_in(which, "held_on")),
        "监督发现（条）": figure("finding", None, *_in(which, "found_on")),
        "行政处罚（件）": figure("penalty", None, *_in(which, "decided_on")),
        "列入名录（家次）": figure("listing", None, *_in(which, "entered_on")),
    }


def _joined(*numbers: str) -> str:
    return "、".join(filter(None, numbers))


def _payments(db: Connection, of_projects: Sequence[Filter], footnotes: bool) -> Table:
    """What was agreed and what was paid."""
    payment = RECORDS["payment"]
    (row,) = query.group(db, payment, [], [payment["amount"], payment["paid_amount"]], of_projects, numbered=footnotes)
    agreed, paid = int(row[1] or 0), int(row[2] or 0)
    columns = [Column("agreed", "约定支付", Kind.MONEY), Column("paid", "已支付", Kind.MONEY)]
    line = (agreed, paid, agreed - paid, *([row[-1]] if footnotes else []))
    return _traced([*columns, Column("open", "未支付", Kind.MONEY)], [line], "分期支付", footnotes)


def _services(db: Connection, which: int, footnotes: bool) -> Table:
    """Activities and people served, planned and reached."""
    activity = RECORDS["activity"]
    of_year = [Filter("year", "=", which)]
    (planned,) = query.group(db, _PROJECT, [], [_PROJECT["planned_people"]], of_year, numbered=footnotes)
    (held,) = query.group(db, activity, [], [activity["people"]], _in(which, "held_on"), numbered=footnotes)
    columns = [Column("planned", "计划服务人次", Kind.COUNT), Column("held", "活动场次", Kind.COUNT)]
    columns.append(Column("people", "实际服务人次", Kind.COUNT))
    numbers: list[Value] = [_joined(str(planned[-1] or ""), str(held[-1] or ""))] if footnotes else []
    line = (int(planned[1] or 0), int(held[0] or 0), int(held[1] or 0), *numbers)
    return _traced(columns, [line], "服务开展情况", footnotes)


def _scores(db: Connection, which: int, footnotes: bool) -> list[Block]:
    """The average of what was scored (绩效, 满意度 …), kind by kind, to two decimals."""
    review = RECORDS["review"]
    scored = [*_in(which, "held_on"), Filter("score", "filled")]
    rows: list[tuple[Value, ...]] = [
        (kind, count, round(int(score or 0) / int(count or 1)), *([numbers] if footnotes else []))
        for kind, count, score, numbers in query.group(
            db, review, [review["kind"]], [review["score"]], scored, numbered=footnotes
        )
    ]
    columns = [Column("kind", "检查类别"), Column("records", "评分次数", Kind.COUNT)]
    return (
        [_traced([*columns, Column("score", "平均得分", Kind.DECIMAL)], rows, "评分与满意度", footnotes)]
        if rows
        else []
    )


def _rectification(db: Connection, which: int, footnotes: bool) -> Block:
    """Of the findings that asked for rectification, how many were put right."""
    asked = [*_in(which, "found_on"), Filter("due_on", "filled")]
    (row,) = query.group(db, _FINDING, [], [], asked, numbered=footnotes)
    total = int(row[0] or 0)
    if not total:
        return Paragraph("本年没有需要整改的监督发现。")
    done = query.count(db, _FINDING, [*asked, Filter("rectified_on", "filled")])
    closed = query.count(db, _FINDING, [*asked, Filter("verified_on", "filled")])
    said = f"需要整改的 {total} 条，已整改 {done} 条（整改率 {done / total:.1%}），其中已核验销号 {closed} 条。"
    return Paragraph(f"{said}依据记录：{row[-1]}。" if footnotes else said)
