"""Why an organization's score moved between two days."""

from __future__ import annotations

import datetime as dt

from zhengshe.models import Kind
from zhengshe.office import Office
from zhengshe.reports.credit import Shown, shown
from zhengshe.reports.report import Column, Heading, Paragraph, Report, Table
from zhengshe.rules.items import Item
from zhengshe.store.connection import Connection
from zhengshe.values import Value, hundredths, to_json

_COLUMNS = (
    Column("fact", "事项"),
    Column("record", "记录"),
    Column("date", "日期"),
    Column("before", "原分值", Kind.DECIMAL),
    Column("after", "现分值", Kind.DECIMAL),
    Column("change", "变动", Kind.DECIMAL),
    Column("basis", "依据"),
)


def difference(
    db: Connection, office: Office, org: int, since: dt.date, until: dt.date, scheme: str | None = None
) -> Report:
    """What came, went or changed in an organization's account between two days, and what that did to the score."""
    before, after = (shown(db, office, org, day, scheme) for day in (since, until))
    old, new = ({_cause(item): item for item in side.account.items} for side in (before, after))
    rows: list[tuple[Value, ...]] = []
    for cause, item in (old | new).items():
        was, now = (side[cause].points if cause in side else 0 for side in (old, new))
        if was != now:
            rows.append((item.text, item.record, item.date, was, now, now - was, office.citation(item.basis)))
    data = {
        "org": after.org["name"],
        "uscc": after.org["uscc"],
        "from": _outcome(before),
        "to": _outcome(after),
        "items": [
            {column.key: to_json(column.kind, value) for column, value in zip(_COLUMNS, row, strict=True)}
            for row in rows
        ],
    }
    heading = Heading(f"{after.org['name']} 信用变动（{since} 至 {until}）")
    lines = [Paragraph(_sentence(side)) for side in (before, after)]
    return Report([heading, *lines, Table(_COLUMNS, rows, "变动原因")], data=data)


def _cause(item: Item) -> tuple[str, str | None]:
    return item.rule, item.record


def _outcome(side: Shown) -> dict[str, object]:
    verdict = side.account.verdict
    score = None if verdict.score is None else hundredths(verdict.score)
    return {
        "as_of": side.as_of.isoformat(),
        "scheme": side.book.scheme.name,
        "score": score,
        "grade": verdict.grade,
        "eligible": verdict.eligible,
    }


def _sentence(side: Shown) -> str:
    verdict = side.account.verdict
    points = "" if verdict.score is None else f"{hundredths(verdict.score)} 分　"
    return f"{side.as_of}　{points}{verdict.grade} 级　{verdict.eligible}　方案：{side.book.scheme.name}"
