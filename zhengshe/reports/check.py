"""What the flags saw: a line for every hit, and for every flag its state and how many records it could judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from zhengshe import resources
from zhengshe.errors import UsageError
from zhengshe.models import Kind
from zhengshe.office import Office
from zhengshe.reports.report import Block, Column, Paragraph, Report, Table
from zhengshe.rules.flags import FLAGS, Outcome, Street, examine
from zhengshe.rules.flags.flag import HIT, Fence
from zhengshe.rules.statute import read_statutes
from zhengshe.rules.street import SHAPES
from zhengshe.store import records
from zhengshe.store.connection import Connection
from zhengshe.values import Value

_HITS = (Column("code", "代码"), Column("title", "事项"), Column("record", "记录"))
_STATES = (Column("code", "代码"), Column("title", "事项"), Column("state", "结果"), Column("n", "查了", Kind.COUNT))


_FENCES = (
    Column("code", "代码"),
    Column("title", "事项"),
    Column("group", "同类"),
    Column("n", "个数", Kind.COUNT),
    Column("q1", "下四分位"),
    Column("q3", "上四分位"),
    Column("fence", "界线"),
)


def chosen(select: Sequence[str], ignore: Sequence[str]) -> list[str]:
    """The codes that were asked for; a beginning stands for all (``R`` for R003 …). Raises UsageError."""
    for prefix in (*select, *ignore):
        if not any(code.startswith(prefix) for code in FLAGS):
            raise UsageError(f"没有检查项“{prefix}”；可用：{'、'.join(FLAGS)}")
    wanted = [code for code in FLAGS if not select or code.startswith(tuple(select))]
    return [code for code in wanted if not ignore or not code.startswith(tuple(ignore))]


def outcomes(db: Connection, office: Office, today: dt.date, codes: Sequence[str]) -> list[Outcome]:
    # ``_make`` without its count of the cells, which are those asked for
    read = {
        noun: [*map(partial(tuple.__new__, shape), records.cells(db, noun, shape._fields))]
        for noun, shape in SHAPES.items()
    }
    return list(examine(Street(read, office.thresholds["flags"], office.statutes, today), codes))


def report(found: Sequence[Outcome]) -> Report:
    hits = [(each.flag.code, each.flag.title, hit.record, hit.org, hit.text) for each in found for hit in each.hits]
    columns = [*_HITS, Column("org", "组织"), Column("text", "情况")]
    states = [(each.flag.code, each.flag.title, each.state, each.examined, _lacking(each)) for each in found]
    blocks: list[Block] = [
        Table(columns, hits, "需要看一看的"),
        Paragraph("命中只说明值得核对，不是结论。"),
        Table([*_STATES, Column("missing", "缺少（条数）")], states, "各项结果"),
    ]
    if fences := [_fence_row(each, fence) for each in found for fence in each.fences]:
        blocks.append(Table(_FENCES, fences, "算出的界线", note="由台账里的同类记录算出；倍数是 outlier_iqr_times。"))
    return Report(blocks, data=[_as_json(each) for each in found])


def explain(code: str) -> Report:
    """What a flag looks for. Raises UsageError."""
    if code not in FLAGS:
        raise UsageError(f"没有检查项“{code}”；可用：{'、'.join(FLAGS)}")
    known = FLAGS[code]
    statutes = read_statutes(resources.statutes())
    basis = [f"依据：{statutes[name].citation}：{statutes[name].text}" for name in known.basis]
    return Report([Paragraph("\n".join([f"{known.code} {known.title}", known.explain, *basis]))])


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
        "fences": [
            {"group": fence.group, "n": fence.n, "q1": _rounded(fence.q1), "q3": _rounded(fence.q3)}
            | {"fence": _rounded(fence.bound)}
            for fence in outcome.fences
        ],
    }


def _fence_row(outcome: Outcome, fence: Fence) -> tuple[Value, ...]:
    parts = (str(_rounded(part)) for part in (fence.q1, fence.q3, fence.bound))
    return outcome.flag.code, outcome.flag.title, fence.group, fence.n, *parts


def _rounded(part: Fraction) -> float:
    return round(float(part), 4)
