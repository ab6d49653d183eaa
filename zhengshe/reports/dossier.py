"""The whole file of one organization or one project, in the order that others expect."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from zhengshe.models import RECORDS, Kind
from zhengshe.reports import records as record_reports
from zhengshe.reports.report import Block, Chart, Column, Heading, Paragraph, Report, Table
from zhengshe.store import query
from zhengshe.store.connection import Connection
from zhengshe.store.query import Filter
from zhengshe.values import Value

# the order of the national platform's disclosure sheet (基本信息, 成立 and 注销 are in the card itself)
_OF_AN_ORGANIZATION = ("change", "person", "inspection", "rating", "honour", "project", "finding", "penalty", "listing")
# the life of a project; 费随事转: a payment stands beside the condition it follows
_OF_A_PROJECT = ("bid", "funding", "amendment", "payment", "activity", "review", "finding")
_GROWTH = ("full_time", "social_workers", "volunteers", "members", "income")


def organization(db: Connection, row: int, today: dt.date) -> Report:
    """Everything known of an organization, with how it grew over the years of cooperation (在合作中提升能力)."""
    name = record_reports.label(db, RECORDS["org"], row)
    blocks: list[Block] = [Heading(f"{name}信息档案"), Heading("基本信息", 2), _card(db, "org", row)]
    blocks += _sections(db, _OF_AN_ORGANIZATION, "org", row, today)
    if growth := _growth(db, row):
        blocks += [Heading("能力成长", 2), growth]
    blocks += _evidence(db, "org", row, today)
    return Report(blocks)


def project(db: Connection, row: int, today: dt.date) -> Report:
    """The life of a project: need, tender and bids, contract, money, service, reviews, findings, evidence."""
    name = record_reports.label(db, RECORDS["project"], row)
    blocks: list[Block] = [Heading(f"项目档案：{name}"), Heading("项目与合同", 2), _card(db, "project", row)]
    blocks += _sections(db, _OF_A_PROJECT, "project", row, today)
    blocks += [Heading("收支核对", 2), _balance(db, row)]
    blocks += _evidence(db, "project", row, today)
    return Report(blocks)


def ledger(db: Connection, noun: str, filters: Sequence[Filter], today: dt.date) -> Report:
    """A whole ledger under its usual heads, without the columns nobody filled in."""
    record = RECORDS[noun]
    filled = [
        field
        for field in record.fields
        if field.required or query.count(db, record, [*filters, Filter(field.key, "filled")])
    ]
    table = record_reports.listing(db, record, [*filled, *record.derived], filters, (), None, today)
    return Report([Heading(f"{record.label}台账"), table])


def _card(db: Connection, noun: str, row: int) -> Block:
    """The fields that are filled in; what the store keeps for itself is not for a paper."""
    record = RECORDS[noun]
    (values,) = query.select(db, record, record.fields, [Filter("id", "=", row)])
    known = [(field, value) for field, value in zip(record.fields, values, strict=True) if value is not None]
    return Table([Column.of(field) for field, _ in known], [[value for _, value in known]], record.label, card=True)


def _sections(db: Connection, nouns: Sequence[str], owner: str, row: int, today: dt.date) -> list[Block]:
    blocks: list[Block] = []
    for noun in nouns:
        record = RECORDS[noun]
        fields = [field for field in record_reports.brief_fields(record) if field.key != owner]
        table = record_reports.listing(db, record, fields, [Filter(owner, "=", row)], (), None, today)
        rows = list(table.rows)
        blocks += [Heading(record.label, 2), Table(table.columns, rows) if rows else Paragraph("无。")]
    return blocks


def _evidence(db: Connection, noun: str, row: int, today: dt.date) -> list[Block]:
    document = RECORDS["document"]
    fields = [document[key] for key in ("title", "kind", "filename", "size", "sha256")]
    found = record_reports.listing(db, document, fields, [Filter("subject", "=", f"{noun}/{row}")], (), None, today)
    rows = list(found.rows)
    return [Heading("佐证材料", 2), Table(found.columns, rows)] if rows else []


def _growth(db: Connection, row: int) -> Block | None:
    """Year by year: staff, social workers, volunteers, members, income, the projects entrusted and the honours won."""
    figures, project, honour = RECORDS["figures"], RECORDS["project"], RECORDS["honour"]
    own = [Filter("org", "=", row)]
    fields = [figures[key] for key in ("year", *_GROWTH)]
    years = {int(line[0] or 0): list(line[1:]) for line in query.select(db, figures, fields, own, [("year", False)])}
    projects = {
        int(line[0] or 0): line[1:3] for line in query.group(db, project, [project["year"]], [project["amount"]], own)
    }
    honours = Counter(int(str(day)[:4]) for (day,) in query.select(db, honour, [honour["awarded_on"]], own))
    every = sorted(years.keys() | projects.keys() | honours.keys())
    if len(every) < 2:
        return None
    rows: list[list[Value]] = [
        [f"{year} 年", *years.get(year, [None] * len(_GROWTH)), *projects.get(year, (0, 0)), honours[year]]
        for year in every
    ]
    columns = [Column("year", "年度"), *(Column.of(field) for field in fields[1:])]
    columns += [Column("projects", "承接项目", Kind.COUNT), Column("amount", "合同金额", Kind.MONEY)]
    columns.append(Column("honours", honour.label, Kind.COUNT))
    people = ("full_time", "social_workers", "volunteers")
    told = [place for place in range(len(columns)) if any(row[place] is not None for row in rows)]
    columns, rows = [columns[place] for place in told], [[row[place] for place in told] for row in rows]
    return Chart("line", Table(columns, rows, "历年变化"), people)


def _balance(db: Connection, row: int) -> Table:
    """Contract, amendments, funding and payments side by side, so that what does not add up is seen."""
    own = [Filter("project", "=", row)]

    def total(noun: str, key: str) -> int:
        record = RECORDS[noun]
        (line,) = query.group(db, record, [], [record[key]], own)
        return int(line[1] or 0)

    project = RECORDS["project"]
    ((amount,),) = query.select(db, project, [project["amount"]], [Filter("id", "=", row)])
    contract = int(amount or 0)
    lines: list[tuple[Value, ...]] = [
        ("合同金额", contract),
        ("补充协议增减", total("amendment", "amount_change")),
        ("资金来源合计", total("funding", "amount")),
        ("约定支付合计", total("payment", "amount")),
        ("已支付合计", total("payment", "paid_amount")),
    ]
    return Table([Column("item", "项目"), Column("amount", "金额", Kind.MONEY)], lines)
