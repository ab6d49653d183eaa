"""Records as tables: a list, one record with all that belongs to it, the log, what a file holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from zhengshe.models import RECORDS, Field, Kind, Record
from zhengshe.reports.report import Block, Column, Report, Table
from zhengshe.store import query
from zhengshe.store.connection import Connection
from zhengshe.store.query import Filter
from zhengshe.values import Value, to_json, to_show

if TYPE_CHECKING:
    from zhengshe.store import history
    from zhengshe.store.doctor import Complaint
    from zhengshe.store.search import Hit

Rows = Iterator[Sequence[Value]]


def brief_fields(record: Record) -> list[Field]:
    """The columns of a table when none are asked for."""
    return [field for field in (*record.fields, *record.derived) if field.brief]


def listing(
    db: Connection,
    record: Record,
    fields: Sequence[Field],
    filters: Sequence[Filter],
    order: Sequence[tuple[str, bool]],
    limit: int | None,
    today: dt.date,
) -> Table:
    """Records as a table of the given fields, streamed."""
    derived = {field.key for field in record.derived}
    late = [condition for condition in filters if condition.key in derived]
    if not late and not derived.intersection(field.key for field in fields):
        rows: Iterable[Sequence[Value]] = query.select(db, record, fields, filters, order, limit)
    else:
        early = [condition for condition in filters if condition not in late]
        rows = islice(_with_derived(db, record, fields, early, late, order, today), limit)
    return Table([Column.of(field) for field in fields], rows, title=record.label)


def _with_derived(
    db: Connection,
    record: Record,
    fields: Sequence[Field],
    early: Sequence[Filter],
    late: Sequence[Filter],
    order: Sequence[tuple[str, bool]],
    today: dt.date,
) -> Rows:
    from zhengshe.rules.derive import finding_state

    stored = query.all_fields(record)
    for row in query.select(db, record, stored, early, order):
        values = dict(zip((field.key for field in stored), row, strict=True))
        values["state"] = finding_state(values, today.isoformat())
        if all(values[condition.key] == condition.value for condition in late):
            yield [values[field.key] for field in fields]


def card(db: Connection, record: Record, row: int, today: dt.date, with_history: bool) -> Report:
    """One record as label and value, then a table of each kind of record that refers to it.

    People are shown the fields that are filled in; ``data`` is the whole record.
    """
    only = [Filter("id", "=", row)]
    fields = query.all_fields(record)
    (values,) = query.select(db, record, fields, only)
    known = [(field, value) for field, value in zip(fields, values, strict=True) if value is not None]
    own = Table([Column.of(field) for field, _ in known], [[value for _, value in known]], record.label, card=True)
    data = [{field.key: to_json(field.kind, value) for field, value in zip(fields, values, strict=True)}]
    blocks: list[Block] = [own]
    for other in RECORDS.values():
        for field in other.fields:
            target: Value = row if field.kind.value == record.noun else f"{record.noun}/{row}"
            if field.kind.value == record.noun or field.key == "subject":
                shown = [column for column in brief_fields(other) if column is not field]
                related = listing(db, other, shown, [Filter(field.key, "=", target)], (), None, today)
                if rows := list(related.rows):
                    blocks.append(Table(related.columns, rows, other.label))
    if with_history:
        from zhengshe.store import history

        log = changes(history.entries(db, noun=record.noun, record=row))
        blocks.append(Table(log.columns, list(log.rows), "修改记录"))
    return Report(blocks, data)


def label(db: Connection, record: Record, row: int) -> str:
    """What to call a record in a message: 老年协会, P2026-001 金婚庆典, 老年协会 2025 合格."""
    fields = [field for field in record.fields if field.brief][: 3 if record.numbered or record.owner else 1]
    (values,) = query.select(db, record, fields, [Filter("id", "=", row)])
    return " ".join(
        to_show(field.kind, value) for field, value in zip(fields, values, strict=True) if value is not None
    )


def found(hits: Iterable[Hit]) -> Table:
    """What a search found, best first."""
    columns = [Column("noun", "类别"), Column("id", "序号", Kind.COUNT), Column("title", "名称")]
    rows = ((RECORDS[hit.noun].label, hit.id, hit.title, hit.owner, hit.by) for hit in hits)
    return Table([*columns, Column("owner", "代码或所属"), Column("by", "依据")], rows, "查找结果")


def complaints(found: Sequence[Complaint], fixed: bool) -> Table:
    """What an examination found, and whether it can be or was put right."""
    columns = [Column("check", "检查项"), Column("message", "情况"), Column("repair", "处理")]
    can = "已修复" if fixed else "可用 --fix 修复"
    return Table(
        columns, [(each.check, each.message, can if each.repair else "需人工处理") for each in found], "检查结果"
    )


def log(db: Connection, org: int | None, batch: int | None, since: str | None) -> Table:
    """A line a batch, or with an organization or a batch a line for every field that changed."""
    from zhengshe.store import history

    if org or batch:
        return changes(history.entries(db, org=org, batch=batch, since=since))
    return batches(history.batches(db, since=since))


_AT = Column("at", "时间")
_WHO = (Column("batch", "批次", Kind.COUNT), _AT, Column("operator", "经办"), Column("command", "命令"))


def batches(found: Iterable[history.BatchSummary]) -> Table:
    rows = ((b.batch, _local(b.at), b.operator, b.command, b.undoes, b.records) for b in found)
    columns = [*_WHO, Column("undoes", "撤销批次", Kind.COUNT), Column("records", "记录数", Kind.COUNT)]
    return Table(columns, rows, "写入记录")


def changes(found: Iterable[history.Entry]) -> Table:
    """Field by field: what was written."""
    columns = [*_WHO, Column("record", "记录"), Column("act", "动作"), Column("field", "字段")]
    return Table([*columns, Column("before", "原值"), Column("after", "新值")], _change_rows(found), "修改记录")


def _change_rows(found: Iterable[history.Entry]) -> Rows:
    for entry in found:
        record = RECORDS[entry.noun]
        head = (
            entry.batch,
            _local(entry.at),
            entry.operator,
            entry.command,
            f"{record.label} #{entry.record}",
            entry.act,
        )
        for key, old, new in entry.differences():
            field = record[key] if key in record else Field(key, key)
            yield (*head, field.label, to_show(field.kind, old), to_show(field.kind, new))


def _local(at: str) -> str:
    """The UTC time of the history as this computer's own, to the second."""
    return f"{dt.datetime.fromisoformat(at.replace('Z', '+00:00')).astimezone():%Y-%m-%d %H:%M:%S}"


def info(db: Connection, path: Path) -> Report:
    """How many records of each kind, the size of the file and its last write."""
    from zhengshe.store import history

    counts = [(record.noun, record.label, query.count(db, record)) for record in RECORDS.values()]
    columns = [Column("noun", "命令"), Column("label", "内容"), Column("records", "条数", Kind.COUNT)]
    last = list(history.batches(db))[-1:]
    about: list[tuple[Value, ...]] = [("文件", str(path.resolve())), ("大小（字节）", f"{path.stat().st_size:,}")]
    about += [("最近写入", f"{_local(b.at)} {b.operator}：{b.command}（批次 {b.batch}）") for b in last]
    facts = Table([Column("item", "项目"), Column("value", "内容")], about, "数据库")
    return Report([Table(columns, counts, "台账内容"), facts])
