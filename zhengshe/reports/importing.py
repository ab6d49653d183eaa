"""What an import did or would do: counts, changes field by field, every refusal, and all that was guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zhengshe.errors import Issue
from zhengshe.importing.mapping import Column as SheetColumn
from zhengshe.importing.plan import REASON, Plan, Tell
from zhengshe.importing.units import name_of, unit_header
from zhengshe.models import Kind
from zhengshe.reports.report import Block, Column, Heading, Paragraph, Report, Table
from zhengshe.store.staging import CHANGED, NEW, REJECTED, SAME, Change
from zhengshe.values import Value, to_show

_GUESSES = 50  # words about guesses on a screen
_EVERY = 250  # rows from word to word
_VERDICTS = ((NEW, "新增"), (CHANGED, "修改"), (SAME, "不变"), (REJECTED, "不能接受"))


def describe(plans: Sequence[Plan], batch: int | None, limit: int) -> Report:
    """For people: the counts, the first ``limit`` changes and every refusal; ``data`` is the summary for programs."""
    summary = [_summary(plan, batch) for plan in plans]
    blocks: list[Block] = [_counts(plans)]
    for plan in plans:
        blocks += [] if plan.part else [Heading(_named(plan), 3)]
        blocks += [Paragraph(recognised(plan)), *_tables(plan, limit)]
    return Report(blocks, summary[0] if len(summary) == 1 else summary)


def rejects(plans: Sequence[Plan], tell: Tell) -> Report:
    """The refused rows of every sheet in their original columns, with the reason, telling how many were read."""
    sheets = [(plan, [each for each in plans if each.sheet is plan.sheet]) for plan in plans if not plan.part]
    return Report([_rejects(plan, told, tell) for plan, told in sheets if any(each.rejected_rows for each in told)])


def _rejects(plan: Plan, told: Sequence[Plan], tell: Tell) -> Table:
    # what stood above the header and is not in this workbook: the unit of its amounts, and the year
    said = plan.head.unit or 1
    unit, cells = f"（{name_of(said)}）" if said != 1 else "", enumerate(plan.head.cells)
    unsaid = {column.place for each in told for column in each.mapping.columns if column.is_bare}
    columns = [Column(f"c{place}", cell + unit if place in unsaid else cell) for place, cell in cells]
    year = [issue.value for issue in plan.guesses if issue.code == "year-guessed"]
    if unit and any(place >= len(plan.head.cells) for place in unsaid):  # split or joined columns, which are not here
        header = unit_header(said)
        columns += [Column("unit", header)] if header not in plan.head.cells else []
    more = [""] * (len(columns) - len(plan.head.cells)) + year
    columns += [Column("year", plan.record["year"].label) for _ in year]
    refused: dict[int, list[Issue]] = {}
    for each in told:
        for row, issues in each.rejected_rows.items():
            refused.setdefault(row, []).extend(issues)
    rows = _refused_rows(plan, refused, more, tell)
    return Table([*columns, Column("reason", REASON)], rows, plan.sheet.name or plan.record.label)


def _refused_rows(
    plan: Plan, refused: Mapping[int, Sequence[Issue]], more: Sequence[str], tell: Tell
) -> Iterator[list[str]]:
    """The rows in their original columns and wording, with ``more`` cells and the reason in the last columns."""
    width = len(plan.head.cells)
    for number, cells in enumerate(plan.sheet.rows, 1):
        if number % _EVERY == 0:
            tell(f"正在写不能接受的行：第 {number:,} 行")
        if number in refused:
            padded = [*cells[:width], *[""] * (width - len(cells))]
            yield [*padded, *more, "；".join(f"{issue.column}：{issue.message}" for issue in refused[number])]


def _summary(plan: Plan, batch: int | None) -> dict[str, Any]:
    return {
        "file": str(plan.source.path),
        "format": plan.source.format,
        "encoding": plan.source.encoding,
        "sheet": plan.sheet.name,
        "header_row": plan.head.row,
        "noun": plan.record.noun,
        "columns": [{"header": column.header, "field": column.target.key} for column in plan.mapping.columns],
        **plan.counts(),
        "batch": batch,
        "issues": [
            {key: getattr(issue, key) for key in ("sheet", "row", "column", "value", "code", "message")}
            for issue in plan.issues
        ],
    }


def _counts(plans: Sequence[Plan]) -> Table:
    rows: list[list[Value]] = []
    for plan in plans:
        counts = plan.counts()
        rows.append([_named(plan), plan.record.label, *(counts[verdict] for verdict, _ in _VERDICTS)])
    columns = [Column("sheet", "文件"), Column("noun", "记录")]
    return Table([*columns, *(Column(verdict, label, Kind.COUNT) for verdict, label in _VERDICTS)], rows, "导入")


def _named(plan: Plan) -> str:
    return f"{plan.source.path.name} {plan.sheet.name}".strip()


def recognised(plan: Plan) -> str:
    """Everything that was guessed, said; what is told along with a sheet's own records was read as they were."""
    used = f"用到的列：{'、'.join(map(_used, plan.mapping.columns))}"
    guesses = [
        f"提示：{_place(issue.row)}{issue.column}{_quoted(issue.value)}{issue.message}"
        for issue in plan.guesses[:_GUESSES]
    ]
    if len(plan.guesses) > _GUESSES:
        guesses.append(f"提示：这类提示共 {len(plan.guesses)} 条，以上是前 {_GUESSES} 条；全部见 -f json")
    if plan.part:
        return "\n".join([f"{plan.why}{plan.record.label}；{used}", *guesses])
    said = plan.head.unit or 1
    unit = "" if said == 1 else f"，金额单位 {said // 10_000} 万元" if said >= 10_000 else f"，金额单位{name_of(said)}"
    encoding = f"，编码 {plan.source.encoding}" if plan.source.encoding else ""
    read = f"格式 {plan.source.format}{encoding}；表头在第 {plan.head.row} 行{unit}"
    unused = "、".join(f"{cell}{f'（是不是{near}）' if near else ''}" for cell, near in plan.mapping.unused)
    parts = [f"按{plan.record.label}读入（{plan.why}）；{read}", used]
    if unused:
        parts.append(f"没有用到的列：{unused}")
    for why, rows in plan.skipped.items():
        shown = "、".join(map(str, rows[:8])) + ("……" if len(rows) > 8 else "")
        parts.append(f"跳过{why} {len(rows)} 行：第 {shown} 行")
    return "\n".join([*parts, *guesses])


def _used(column: SheetColumn) -> str:
    """The header, and where it is not the field's own name, the field."""
    label = column.target.field.label
    guessed = "（推测）" if column.guessed else ""
    return column.header if column.header == label else f"{column.header}→{label}{guessed}"


def _place(row: int) -> str:
    return f"第 {row} 行 " if row else ""


def _quoted(value: str) -> str:
    return f"“{value}”" if value else ""


def _tables(plan: Plan, limit: int) -> Iterator[Table]:
    changes = [change for change in plan.stage.changes(limit) if change.verdict == CHANGED]
    if changes:
        rows = [row for change in changes for row in _change_rows(plan, change)]
        heads = [Column("row", "行", Kind.COUNT), Column("record", "记录"), Column("field", "字段")]
        yield Table([*heads, Column("old", "原值"), Column("new", "新值")], rows, "修改")
    refused = [issue for issue in plan.issues if issue.fatal]
    if refused:
        heads = [Column("row", "行", Kind.COUNT), Column("column", "列"), Column("value", "内容")]
        rows_refused = [(issue.row, issue.column, issue.value, issue.message) for issue in refused]
        yield Table([*heads, Column("message", "原因")], rows_refused, "不能接受")


def _change_rows(plan: Plan, change: Change) -> Iterator[tuple[Value, ...]]:
    for key, old, new in change.differences:
        declared = plan.record[key]
        shown = (to_show(declared.kind, old), to_show(declared.kind, new))
        yield (change.row, f"#{change.record}", declared.label, *shown)
