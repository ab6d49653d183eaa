"""The part of the year report that rules make: credit grades beside last year's, and red flags."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from zhengshe.models import Kind
from zhengshe.office import Office
from zhengshe.reports import check
from zhengshe.reports.credit import rulebook
from zhengshe.reports.credit_list import verdicts
from zhengshe.reports.report import Block, Column, Heading, Paragraph, Table
from zhengshe.reports.stats import NUMBERS
from zhengshe.rules.flags import FLAGS
from zhengshe.rules.flags.flag import HIT
from zhengshe.rules.standing import ELIGIBLE
from zhengshe.store.connection import Connection
from zhengshe.values import Value, listed


def sections(db: Connection, office: Office, which: int, today: dt.date, *, footnotes: bool = False) -> list[Block]:
    """Credit at the end of the year (or today, while it lasts), and what the checks saw; with ``footnotes`` the
    organizations of each grade and the records of each hit."""
    now, before = min(dt.date(which, 12, 31), today), dt.date(which - 1, 12, 31)
    return [
        Heading("信用状况", 2),
        *_credit(db, office, now, before, footnotes),
        Heading("值得核对的事项", 2),
        *_flags(db, office, today, footnotes),
    ]


def _credit(db: Connection, office: Office, now: dt.date, before: dt.date, footnotes: bool) -> list[Block]:
    book = rulebook(office, None, now)
    graded: dict[str, list[str]] = defaultdict(list)
    limited: list[tuple[Value, ...]] = []
    for name, _, verdict in verdicts(db, book, now):
        graded[verdict.grade].append(str(name))
        if verdict.eligible != ELIGIBLE:
            limited.append((name, verdict.eligible, "；".join(bar.text for bar in verdict.bars)))
    graded_before = Counter(verdict.grade for _, _, verdict in verdicts(db, rulebook(office, None, before), before))
    rows: list[tuple[Value, ...]] = [
        (
            grade,
            len(graded[grade]),
            graded_before[grade],
            _change(len(graded[grade]) - graded_before[grade]),
            *(["、".join(graded[grade])] if footnotes else []),
        )
        for grade in sorted({*graded, *graded_before})
    ]
    counts = Column("now", str(now), Kind.COUNT), Column("before", str(before), Kind.COUNT)
    note = f"方案：{book.scheme.name}。{book.scheme.note}"
    blocks: list[Block] = [
        Table(
            [Column("grade", "等级"), *counts, Column("change", "增减", figures=True), *_traced(footnotes)],
            rows,
            "信用等级分布",
            note=note,
        )
    ]
    if limited:
        columns = [Column("org", "社会组织"), Column("eligible", "承接资格"), Column("reasons", "情形")]
        blocks.append(Table(columns, limited, "受限和不可承接的组织"))
    return blocks


def _change(by: int) -> str:
    return f"{by:+}" if by else "0"


def _traced(footnotes: bool) -> list[Column]:
    return [NUMBERS] if footnotes else []


def _flags(db: Connection, office: Office, today: dt.date, footnotes: bool) -> list[Block]:
    found = check.outcomes(db, office, today, list(FLAGS))
    rows: list[tuple[Value, ...]] = [
        (
            each.flag.code,
            each.flag.title,
            each.count,
            *([listed(hit.record for hit in each.hits)] if footnotes else []),
        )
        for each in found
        if each.state == HIT
    ]
    if not rows:
        return [Paragraph("各项检查没有需要核对的事项。")]
    columns = [Column("code", "代码"), Column("title", "事项"), Column("hits", "件数", Kind.COUNT), *_traced(footnotes)]
    return [Table(columns, rows, "检查命中", note="命中只说明值得核对，不是结论；明细见 zhengshe check。")]
