"""Our own records beside an official list: only here, only there, and what differs field by field."""

from __future__ import annotations

from collections.abc import Sequence

from zhengshe.importing.plan import Plan
from zhengshe.models import RECORDS, Field, Kind
from zhengshe.reports import records as record_reports
from zhengshe.reports.report import Block, Column, Paragraph, Report, Table
from zhengshe.store.connection import Connection
from zhengshe.store.staging import CHANGED, NEW, SAME
from zhengshe.values import Value, to_show

_COLUMNS = (
    Column("row", "行", Kind.COUNT),
    Column("record", "记录"),
    Column("state", "比对"),
    Column("field", "字段"),
    Column("ours", "本库"),
    Column("theirs", "对方"),
)


def compare(db: Connection, plans: Sequence[Plan]) -> Report:
    """What a plan would change, told as a comparison; nothing is written."""
    rows = [row for plan in plans for row in _rows(db, plan)]
    same = sum(plan.counts()[SAME] for plan in plans)
    refused = [issue for plan in plans for issue in plan.issues if issue.fatal]
    blocks: list[Block] = [Table(_COLUMNS, rows, "比对结果"), Paragraph(f"一致 {same} 条。没有写入任何内容。")]
    if refused:
        heads = [Column("row", "行", Kind.COUNT), Column("column", "列"), Column("message", "原因")]
        blocks.append(Table(heads, [(each.row, each.column, each.message) for each in refused], "没能比对的行"))
    return Report(blocks)


def _rows(db: Connection, plan: Plan) -> list[tuple[Value, ...]]:
    found: list[tuple[Value, ...]] = []
    for change in plan.stage.changes():
        if change.verdict == NEW:
            said = "，".join(_shown(db, plan.record[key], new) for key, _, new in change.differences[:4])
            found.append((change.row, "", "只在对方", "", "", said))
        elif change.verdict == CHANGED and change.record is not None:
            label = record_reports.label(db, plan.record, change.record)
            for key, old, new in change.differences:
                declared = plan.record[key]
                shown = (_shown(db, declared, old), _shown(db, declared, new))
                found.append((change.row, label, "不同", declared.label, *shown))
    here = (record_reports.label(db, plan.record, row) for row in plan.stage.absent())
    return found + [(None, label, "只在本库", "", "", "") for label in here]


def _shown(db: Connection, declared: Field, value: Value) -> str:
    """A value for people; a reference by what it is called."""
    if declared.kind.is_reference and value is not None:
        return record_reports.label(db, RECORDS[declared.kind.value], int(value))
    return to_show(declared.kind, value)
