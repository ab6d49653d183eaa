"""Which record a row is, what it lacks, and what it would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter

from zhengshe.errors import RejectedError
from zhengshe.importing import decisions, entry, repeats
from zhengshe.importing.changed import keep_what_changed
from zhengshe.importing.names import Names, same_name
from zhengshe.importing.namesakes import settle_namesakes
from zhengshe.importing.plan import Plan
from zhengshe.models import ORG, RECORDS, Record
from zhengshe.rules import derive
from zhengshe.store import records
from zhengshe.store.connection import Connection
from zhengshe.values import Value

_COMPARISONS = 1_000_000  # names compared with names, which takes a second
_LIKE = 85


def settle(db: Connection, plans: Sequence[Plan], earlier: Sequence[Plan] = ()) -> None:
    """Decide every staged row of the plans for one noun: by the rules, and where a plan file speaks, by what it says.
    ``earlier`` are plans for the same noun that are settled already."""
    names = Names(db)
    for plan in plans:
        _match(db, plan)
    told = [len(plan.issues) for plan in plans]
    if plans[0].record.noun == "org":
        settle_namesakes(db, plans, names)
    repeats.settle_doubtful(db, plans)
    for place, plan in enumerate(plans):
        _settle_names(db, plan, names)
        repeats.settle_taken_keys(plan)
        repeats.settle_twins(plan)
        for other in (*earlier, *plans[:place]):
            repeats.settle_repeats(plan, other)
    for plan, before in zip(plans, told, strict=True):
        plan.issues[before:] = sorted(plan.issues[before:], key=attrgetter("row"))
        _settle_new_rows(db, plan, names)
    if plans[0].record.numbered:
        sheets = [plan.stage for plan in (*earlier, *plans)]
        for plan in plans:
            plan.stage.number(plan.record.dated, sheets)
    repeats.settle_followers(plans)
    for plan in plans:
        for number in plan.rejected_rows.keys() - {0}:
            plan.stage.reject(number)
        plan.stage.judge()
        repeats.settle_reused_numbers(db, plan)
        keep_what_changed(db, plan)
        if plan.decided is not None:
            decisions.hold_to(db, plan)


def _match(db: Connection, plan: Plan) -> None:
    """Find the records of the ledger by what the rows say."""
    stage, record = plan.stage, plan.record
    stage.match()
    parts = {part for key in record.natural_keys for part in key}
    # a year that was read off a date may tell which record it is
    if stage.any_new() and _complete_new_rows(db, plan, parts & _wanted(plan)):
        stage.match()


def _wanted(plan: Plan) -> set[str]:
    """The fields in which a blank is to be filled: in what the program exported, one that was stored as a blank stays
    one, but what must be there may be lacking in a row that a person added."""
    return {field.key for field in plan.record.fields if field.required or not plan.mapping.exported}


def _settle_new_rows(db: Connection, plan: Plan, names: Names) -> None:
    """What a new record must have, and what is said of it."""
    record, stage = plan.record, plan.stage
    if not stage.any_new():
        return
    wanted = _wanted(plan)
    stage.fill_defaults(wanted)
    _complete_new_rows(db, plan, wanted)
    if record.noun == "change" and plan.mapping.exported:
        plan.say("change-recorded", "导出的变更只登记，不再改写社会组织；要改写请用 change add")
    elif record.noun == "change":
        _check_changes(db, plan, names)
    if record.noun == "org" and plan.decided is None:
        _propose_names(plan, names)
    _require(plan)


def _propose_names(plan: Plan, names: Names) -> None:
    """A new organization with nearly the name of another may be that one: said, never taken."""
    compared = 0
    for row, values in plan.stage.new_rows() if len(names) else ():
        compared += len(names)
        if compared > _COMPARISONS:
            break
        if near := names.near(str(values["name"]), least=_LIKE, limit=1):
            like = "已有同名的一家，代码不同" if near[0][1] == values["name"] else f"与本库的“{near[0][1]}”相近"
            message = f"{like}；如系同一家，用 --plan 写成计划文件，把这一行改成 match"
            plan.say("name-similar", message, "名称", str(values["name"]), row)


def _settle_names(db: Connection, plan: Plan, names: Names) -> None:
    """A known code under another name: another spelling or a former name changes nothing, a new name is a rename."""
    stage = plan.stage
    for row, ours, theirs in stage.differing("name") if plan.record.noun == "org" else ():
        org = int(stage.record_of(row) or 0)
        if names.goes_by(org, str(theirs)):
            stage.fill(row, {"name": None})
            what = "写法不同" if same_name(str(ours), str(theirs)) else "曾用名"
            plan.say("name-kept", f"{what}，本库名为“{ours}”，名称不改", "名称", str(theirs), row)
        elif plan.is_decided(row):
            continue
        elif names.alike(str(theirs)):
            message = f"此信用代码（或登记证号）在本库是“{ours}”的，名称却是本库另一家的，请核对"
            plan.reject(row, "owner-contradiction", message, "名称", str(theirs))
        elif not plan.wish.accept_renames:
            message = f"此信用代码（或登记证号）在本库名为“{ours}”；如系更名，请加 --accept-renames 或用 change add"
            plan.reject(row, "code-two-names", message, "名称", str(theirs))
        elif records.match(db, RECORDS["change"], {"org": org, "item": "名称", "approved_on": plan.today}):
            message = f"“{ours}”今天已登记过一次更名，一天只能登记一次；请核对名称，或改日再导入"
            plan.reject(row, "renamed-today", message, "名称", str(theirs))


def _check_changes(db: Connection, plan: Plan, names: Names) -> None:
    """What a change will write into its organization must be readable now, not when half is written. A name before it
    that the organization never had in the ledger is said: then a rename is missing, or it is about another."""
    for row, values in plan.stage.new_rows():
        declared = derive.changed_field(str(values["item"]))
        org, before, after = (values[key] for key in ("org", "before", "after"))
        if declared is ORG["name"] and before is not None and isinstance(org, int) and org > 0:
            known = {str(before), str(after)}
            if not any(names.goes_by(org, name) for name in known):
                ours = names.called(org)
                message = f"不是本库的名称，本库名为“{ours}”；请核对，漏了一次更名请用 change add 补上"
                plan.say("change-before", message, RECORDS["change"]["before"].label, str(before), row)
        if declared and values["after"] is not None:
            try:
                entry.read_values(db, ORG, {declared.key: str(values["after"])})
            except RejectedError as error:
                problem = error.issues[0]
                plan.reject(row, problem.code, problem.message, RECORDS["change"]["after"].label, problem.value)


def _require(plan: Plan) -> None:
    stage, record = plan.stage, plan.record
    # a number is assigned once the rest is there
    given = [each for each in record.fields if not (record.numbered and each.key == "number")]
    required = [declared.key for declared in given if declared.required]
    for row, values in stage.lacking(required):
        missing = "、".join(record[key].label for key in required if values[key] is None)
        plan.reject(row, "required-missing", f"缺少{missing}{_why_unknown(record, values)}", missing)


def _why_unknown(record: Record, values: Mapping[str, Value]) -> str:
    """A kind that could not be read off the code, because the code is none of a social organization."""
    code = str(values.get("uscc") or "")
    if record.noun == "org" and values.get("kind") is None and code:
        return f"（信用代码以 {code[:2]} 开头，不是民政部门登记的社会组织）"
    return ""


def _complete_new_rows(db: Connection, plan: Plan, wanted: set[str]) -> bool:
    """Fill the ``wanted`` blanks of new rows that can be known: kind from the code, defaults, deadlines. True when
    there were any."""
    record, stage = plan.record, plan.stage
    keys = [key for key in derive.derivable(record) if key in wanted and not record[key].default]
    any_filled = False
    for row, values in stage.lacking(keys):
        completed = entry.complete(db, record, values)
        filled = {key: completed[key] for key in wanted if completed[key] != values[key]}
        if filled:
            stage.fill(row, filled)
            any_filled = True
    return any_filled
