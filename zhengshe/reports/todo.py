"""todo: everything with a date in one list, what is overdue first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from zhengshe.errors import UsageError
from zhengshe.models import ORG, Kind
from zhengshe.office import Office
from zhengshe.reports import clocks
from zhengshe.reports.report import Column, Table
from zhengshe.rules.deadlines import NOUNS, Due, File, deadlines
from zhengshe.rules.listing import ENTER, proposals
from zhengshe.store.connection import Connection
from zhengshe.store.dossiers import certified, dossiers
from zhengshe.values import Value

COLUMNS = (
    Column("date", "日期"),
    Column("days", "剩余天数", Kind.COUNT),
    Column("kind", "事项类别"),
    Column("org", ORG.label),
    Column("text", "事项"),
    Column("record", "记录", aside=True),
    Column("basis", "依据", aside=True),
)
KINDS = (
    "整改",
    "支付",
    "投标截止",
    "签约",
    "合同到期",
    "验收",
    "评估",
    "年检",
    "撤销风险",
    "评估等级到期",
    "证书到期",
    "换届",
    "处罚公示",
    "名录",
)


def todo(
    db: Connection, office: Office, today: dt.date, within: int, *, org: int | None = None, kind: str | None = None
) -> Table:
    """What is overdue, and what falls due within so many days; the earliest first."""
    if kind and kind not in KINDS:
        raise UsageError(f"没有“{kind}”这类事项；可用：{'、'.join(KINDS)}")
    last = today + dt.timedelta(within)
    found = [
        (due, name)
        for due, name in every_deadline(db, office, today, org)
        if due.day <= last and kind in (None, due.kind)
    ]
    found.sort(key=lambda pair: (pair[0].day, pair[1], pair[0].kind, pair[0].record))
    return Table(COLUMNS, [_row(office, due, name, today) for due, name in found], f"待办（{today}）")


def _row(office: Office, due: Due, name: str, today: dt.date) -> tuple[Value, ...]:
    basis = office.citation(due.statute) if due.statute else None
    text = f"{due.text}（估算）" if due.estimated else due.text
    return due.day.isoformat(), (due.day - today).days, due.kind, name, text, due.record, basis


def every_deadline(db: Connection, office: Office, today: dt.date, org: int | None = None) -> Iterator[tuple[Due, str]]:
    """Every deadline with the name of its organization; those of the lists among them."""
    exempted = certified(db, office.statutes["list.exempt"].values["document_kind"])
    nouns = tuple(dict.fromkeys((*NOUNS, *clocks.NOUNS)))
    for row, found in dossiers(db, nouns, today, org):
        name = str(row["name"])
        for due in deadlines(File(row, found, office.statutes, office.thresholds, today)):
            yield due, name
        facts = clocks.dossier(row, found, exempted)
        for proposal in proposals(facts, office.statutes, today, office.workdays):
            text = f"{proposal.action}{proposal.list}：{proposal.text}"
            if proposal.action != ENTER or proposal.day <= today:
                yield Due("名录", proposal.day, text, proposal.record, proposal.statute, proposal.estimated), name
