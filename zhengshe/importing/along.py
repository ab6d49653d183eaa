"""What a sheet tells along the way (see parts): which of its columns, and the records that are made of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from zhengshe.errors import UsageError
from zhengshe.importing import parts
from zhengshe.importing.headers import Head
from zhengshe.importing.mapping import SheetMapping
from zhengshe.importing.parts import Part
from zhengshe.importing.plan import Plan
from zhengshe.importing.remarks import numbers
from zhengshe.models import Kind
from zhengshe.store.staged_parts import PartStage
from zhengshe.values import Value

Legible = Mapping[int, dict[str, Value]]  # what can be read of refused rows


def told(possible: Sequence[Part], head: Head, own: SheetMapping, *, required: bool) -> list[tuple[Part, SheetMapping]]:
    """The parts whose columns are among those the ledger's own noun left over. With ``required`` (the mapping file asks
    for them) UsageError when one cannot be had."""
    taken, named = {column.place for column in own.columns}, parts.names(possible)
    found: list[tuple[Part, SheetMapping]] = []
    for part in possible:
        free = {place for place, cell in enumerate(head.cells) if cell and place not in taken}
        columns = part.mapped(head.cells, free, head.unit, own.keys, None if required else named)
        if columns.columns:
            taken |= {column.place for column in columns.columns}
            found.append((part, columns))
        elif required:
            names = "、".join(part.columns)
            raise UsageError(f"按映射文件的 parts 登记不了{part.record.label}：表头中没有 {names}，或缺少必填字段")
    # 资金来源 beside 财政资金 and 福彩公益金: the columns with amounts of their own tell more, and go first
    nouns = [part.record.noun for part, _ in found]
    return sorted(found, key=lambda one: (nouns.index(one[0].record.noun), is_summed(one[0])))


def is_summed(part: Part) -> bool:
    """Is what the record is about filled from elsewhere, as the whole amount of a project stands for its one source?"""
    return any(part.record[key].required and source not in part.record for key, source in part.fill.items())


def complete(plan: Plan, stage: PartStage, owner: Plan, legible: Legible, refused: Collection[int]) -> None:
    """Who the records belong to, and what follows from their owners. A row that is too little for a record is left out,
    and so is one where the ledger knows more than the sheet sums up. In ``refused`` rows the part cannot be read."""
    part, record = plan.part, plan.record
    if part is None or record.owner is None:
        return
    key, said = record.owner.key, [column.target.key for column in plan.mapping.columns]
    if part.numbered:
        refused = {*refused, *stage.telling(owner.rejected_rows, said)}
    stage.belong_to(owner.stage, key, said)
    for filled, source in part.fill.items():
        noun, _, field = source.rpartition(".")
        if noun and record[filled].required and (rows := stage.drop_several(key, said, filled)):
            lacking = f"各有多少{record[filled].label}没有写，没有登记"
            plan.say("part-lacking", f"{numbers(rows)}是同一{owner.record.label}的几条{record.label}，{lacking}")
        stage.fill_from(filled, field, owner.stage if noun else None)
    if part.numbered:
        stage.number_within(key, part.numbered)
        if refused:
            _hold_back(plan, stage, owner, legible, refused, key)
    if rows := stage.drop_known_better(key) if part.numbered or is_summed(part) else []:
        plan.say("part-known", f"{numbers(rows)}的{owner.record.label}在本库已有更细的{record.label}，没有用台账里的")
    if part.numbered:
        days = [column.target.key for column in plan.mapping.columns if column.target.field.kind is Kind.DATE]
        if rows := stage.drop_other_days(key, part.numbered, days):
            advice = f"没有改动本库；是另一期请用 {record.noun} add 登记"
            plan.say("part-known", f"{numbers(rows)}的{record.label}与本库同一期的日期不同，{advice}")
    required = [each for each in record.fields if each.required and not each.default and each is not record.owner]
    if rows := stage.drop_lacking([each.key for each in required]):
        lacking = "、".join(each.label for each in required if each.key not in plan.mapping.constants)
        plan.say("part-lacking", f"{numbers(rows)}不足以登记{record.label}（需要{lacking}），没有登记")


def _hold_back(plan: Plan, stage: PartStage, owner: Plan, legible: Legible, refused: Collection[int], key: str) -> None:
    """Records that are numbered in the order of the file wait for each other: were one refused and the others taken,
    it would come back as number one and take the place of another."""
    for row, values in legible.items():
        owner.stage.fill(row, values)
    for row, because in stage.sharing_with(refused, owner.stage, key):
        if row not in refused:
            why = f"同一{owner.record.label}的第 {because} 行不能接受"
            message = f"{why}；{plan.record.label}按行的先后编号，改好那一行，一起导入"
            plan.reject(row, "part-held", message, plan.mapping.columns[0].header)
