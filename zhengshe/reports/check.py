"""What the flags saw: a line for every hit, and for every flag its state and how many records it could judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from zhengshe.errors import UsageError
from zhengshe.models import RECORDS, Kind
from zhengshe.reports.report import Block, Column, Paragraph, Report, Table
from zhengshe.rules.flags import FLAGS, Outcome, Street, examine
from zhengshe.rules.flags.flag import HIT
from zhengshe.store import records
from zhengshe.store.connection import Connection

_HITS = (Column("code", "代码"), Column("title", "事项"), Column("record", "记录"))
_STATES = (Column("code", "代码"), Column("title", "事项"), Column("state", "结果"), Column("n", "查了", Kind.COUNT))


def chosen(select: Sequence[str], ignore: Sequence[str]) -> list[str]:
    """The codes that were asked for; a beginning stands for all (``R`` for R003 …). Raises UsageError."""
    for prefix in (*select, *ignore):
        if not any(code.startswith(prefix) for code in FLAGS):
            raise UsageError(f"没有检查项“{prefix}”；可用：{'、'.join(FLAGS)}")
    wanted = [code for code in FLAGS if not select or code.startswith(tuple(select))]
    return [code for code in wanted if not ignore or not code.startswith(tuple(ignore))]


def outcomes(db: Connection, limits: Mapping[str, Any], today: dt.date, codes: Sequence[str]) -> list[Outcome]:
    street = Street({noun: list(records.every(db, record)) for noun, record in RECORDS.items()}, limits, today)
    return list(examine(street, codes))


def report(found: Sequence[Outcome]) -> Report:
    hits = [(each.flag.code, each.flag.title, hit.record, hit.org, hit.text) for each in found for hit in each.hits]
    columns = [*_HITS, Column("org", "组织"), Column("text", "情况")]
    states = [(each.flag.code, each.flag.title, each.state, each.examined, _lacking(each)) for each in found]
    blocks: list[Block] = [
        Table(columns, hits, "需要看一看的"),
        Paragraph("命中只说明值得核对，不是结论。"),
        Table([*_STATES, Column("missing", "缺少（条数）")], states, "各项结果"),
    ]
    return Report(blocks, data=[_as_json(each) for each in found])


def explain(code: str) -> Report:
    """What a flag looks for. Raises UsageError."""
    if code not in FLAGS:
        raise UsageError(f"没有检查项“{code}”；可用：{'、'.join(FLAGS)}")
    known = FLAGS[code]
    return Report([Paragraph(f"{known.code} {known.title}\n{known.explain}")])


def any_hit(found: Sequence[Outcome]) -> bool:
    return any(each.state == HIT for each in found)


def _lacking(outcome: Outcome) -> str:
    return "、".join(f"{field}（{count}）" for field, count in outcome.missing)


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "code": outcome.flag.code,
        "title": outcome.flag.title,
        "state": outcome.state,
        "n": outcome.examined,
        "hits": [{"record": hit.record, "org": hit.org, "text": hit.text} for hit in outcome.hits],
        "missing": dict(outcome.missing),
    }
