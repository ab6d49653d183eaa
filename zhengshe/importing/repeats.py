"""Rows that name the same record as another row, of their sheet or of an earlier one, and rows that fit several."""

from __future__ import annotations

from collections.abc import Sequence

from zhengshe.importing import decisions
from zhengshe.importing.plan import Plan
from zhengshe.models import Kind
from zhengshe.store import records
from zhengshe.store.connection import Connection
from zhengshe.store.twins import Twins, ambiguous, between, contested, taken_keys, within


def settle_doubtful(db: Connection, plans: Sequence[Plan]) -> None:
    """Rows that fit several records, or claim what another row claims: none is chosen, unless a plan file does."""
    sheets = [plan.stage for plan in plans]
    doubtful = [ambiguous(sheet, sheets) for sheet in sheets]
    for plan, fitting in zip(plans, doubtful, strict=True):
        if plan.decided is not None:
            decisions.choose_records(db, plan, fitting)
        for row, fits in fitting.items():
            if plan.is_decided(row) or not plan.stage.has(row):
                continue
            # organizations of one name are told apart by namesakes: a row that got its record there has it
            if plan.record.noun != "org" or plan.stage.record_of(row) is None:
                message = f"对应 {fits} 条{plan.record.label}（本库的或台账里的），请补充信用代码、登记证号或编号"
                plan.reject(row, "ambiguous", message)
    by_stage = {id(plan.stage): plan for plan in plans}
    for sheet, row, record, key in [*contested(sheets)]:
        plan, declared = by_stage[id(sheet)], plans[0].record[key]
        if not plan.is_decided(row):
            message = f"有几行都像是本库的{plan.record.label} #{record}，{declared.label}却不同；请核对哪一行才是"
            plan.reject(row, "ambiguous", message, declared.label, str(plan.stage.value(row, key)))


def settle_reused_numbers(db: Connection, plan: Plan) -> None:
    """A number that the ledger has for something else: a column 编号 often only counts the rows of this year."""
    record = plan.record
    if not record.numbered or plan.mapping.exported:
        return
    parts = record.natural_keys[-1]  # what tells it where it has no number
    named = next(part for part in parts if record[part].kind is Kind.TEXT)
    for row, known in plan.stage.changing_much(parts):
        if not plan.is_decided(row):
            number = str(plan.stage.value(row, "number"))
            title = str((records.get(db, record, known) or {})[named])[:20]
            message = f"编号“{number}”在本库是“{title}”的，这一行说的却是另一件；若只是逐行编的号，请把列名改为“序号”"
            plan.reject(row, "number-reused", message, record["number"].label, number)


def settle_taken_keys(plan: Plan) -> None:
    """A row that is one record by its code and another by its number."""
    for row, other, key in taken_keys(plan.stage):
        if not plan.is_decided(row):
            declared = plan.record[key]
            message = f"这个{declared.label}在本库是另一条{plan.record.label}（#{other}）的，请核对"
            plan.reject(row, "owner-contradiction", message, declared.label, str(plan.stage.value(row, key)))


def settle_twins(plan: Plan) -> None:
    """Rows that name what an earlier row of the sheet names. Where the ledger has the one and not the other, or has two
    records, neither is taken: which is right the next import would see otherwise."""
    found = within(plan.stage)
    neither = {twins.first for twins in found if _are_two_of_one_name(plan, plan, twins)}
    for first in sorted(neither):
        _refuse_both(plan, first, "后面有一行")
    for twins in found:
        row, first = twins.row, twins.first
        if first in neither:
            _refuse_both(plan, row, f"第 {first} 行")
        elif not twins.adds:
            plan.stage.repeat(row, first, plan.stage)
            plan.say("duplicate-same", f"与第 {first} 行相同，不重复登记", row=row)
        elif named := _other_name(plan, plan, twins):
            _refuse_name(plan, row, f"第 {first} 行", named)
        else:
            told_by = "或".join(plan.record[key].label for key in plan.record.natural_keys[-1])
            advice = f"重复的请只留一行，确是两件的请写出不同的{told_by}"
            message = f"与第 {first} 行是同一条{plan.record.label}，但内容不同；{advice}"
            plan.reject(row, "duplicate", message)


def settle_repeats(plan: Plan, other: Plan) -> None:
    """Rows that name what a row of an earlier sheet or file names. What they add to it is taken, a contradiction is
    not: else each import would take back what the one before wrote."""
    stage, label = plan.stage, plan.record.label
    for twins in between(stage, other.stage):
        row, first = twins.row, twins.first
        where = f" {other.called} 第 {first} 行"
        if named := _other_name(plan, other, twins):
            _refuse_name(plan, row, where, named)
        elif _are_two_of_one_name(plan, other, twins):
            _refuse_both(other, first, f" {plan.called} 第 {row} 行")
            _refuse_both(plan, row, where)
        elif twins.contradicts:
            plan.reject(row, "duplicate", f"与{where}是同一条{label}，但内容不同；请只留一处")
        elif twins.of_two:  # the ledger knows the earlier row's record by what this row does not say
            stage.point(row, other.stage.record_of(first))
        elif not twins.adds:
            stage.repeat(row, first, other.stage)
            plan.say("duplicate-same", f"与{where}相同，不重复登记", row=row)
        else:
            _add_to(plan, row, other, first)


def settle_followers(plans: Sequence[Plan]) -> None:
    """A row that repeats one which repeats another stands for the record of that one. A row that repeats one that is
    refused waits for it: it may tell of more than its own record."""
    for plan in plans:
        for row, reference in sorted(plan.stage.repeated.items()):
            for other in plans:
                if (first := other.stage.referred(reference)) in other.stage.repeated:
                    plan.stage.repeat(row, first, other.stage)
    refused = {plan.stage.reference(row): row for plan in plans for row in plan.rejected_rows}
    for plan in plans if refused else ():
        for row, reference in sorted(plan.stage.repeated.items()):
            if reference in refused:
                message = f"与第 {refused[reference]} 行是同一条{plan.record.label}，那一行不能接受"
                plan.reject(row, "duplicate", message)
                refused[plan.stage.reference(row)] = row


def _add_to(plan: Plan, row: int, other: Plan, first: int) -> None:
    """Let a new row say what it adds in the row of an earlier sheet that will be its record."""
    said = {key: plan.stage.value(row, key) for key in plan.stage.filled}
    theirs = {key: other.stage.value(first, key) for key in said}
    if any(value is not None and theirs[key] not in (None, value) for key, value in said.items()):
        message = f"与 {other.called} 第 {first} 行是同一条{plan.record.label}，但内容不同；请只留一处"
        plan.reject(row, "duplicate", message)
        return
    added = {key: value for key, value in said.items() if value is not None and theirs[key] is None}
    other.stage.fill(first, added)
    plan.stage.repeat(row, first, other.stage)
    labels = "、".join(plan.record[key].label for key in added)
    plan.say("duplicate-added", f"与 {other.called} 第 {first} 行是同一条，{labels}一并登记", row=row)


def _other_name(plan: Plan, other: Plan, twins: Twins) -> str:
    """What the earlier row calls an organization that this row calls otherwise."""
    if plan.record.noun != "org":
        return ""
    first, name = other.stage.value(twins.first, "name"), plan.stage.value(twins.row, "name")
    return str(first) if None not in (first, name) and first != name else ""


def _are_two_of_one_name(plan: Plan, other: Plan, twins: Twins) -> bool:
    """Is one of the rows a record of the ledger and the other none, or another, though they say the same thing?"""
    if not twins.of_two or _other_name(plan, other, twins):
        return False
    return twins.adds if plan is other else twins.contradicts or twins.earlier_is_new


def _refuse_name(plan: Plan, row: int, where: str, named: str) -> None:
    message = f"与{where}信用代码（或登记证号）相同而名称不同（那里是“{named}”）；请核对是更名还是笔误"
    plan.reject(row, "code-two-names", message, "名称", str(plan.stage.value(row, "name")))


def _refuse_both(plan: Plan, row: int, where: str) -> None:
    if not plan.is_decided(row):
        message = f"与{where}是同一条{plan.record.label}，在本库却对不上同一条；请核对，只留一行"
        plan.reject(row, "duplicate", message)
