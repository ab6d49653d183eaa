"""Which record a row is, what it lacks, and what it would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhengshe.errors import RejectedError
from zhengshe.importing import decisions, entry
from zhengshe.importing.names import Names, normal_name, same_name
from zhengshe.importing.plan import Plan
from zhengshe.models import ORG, RECORDS, Record
from zhengshe.rules import derive
from zhengshe.store import records
from zhengshe.store.connection import Connection
from zhengshe.values import Value

_COMPARISONS = 1_000_000  # names compared with names, which takes a second
_LIKE = 85


def settle(db: Connection, plan: Plan, earlier: Sequence[Plan]) -> None:
    """Decide every staged row: by the rules, and where a plan file speaks, by what it says. ``earlier`` are the plans
    for the same noun before this one."""
    stage, record = plan.stage, plan.record
    stage.match()
    exported = plan.mapping.exported
    # a blank that was stored as one stays one, but what must be there may be lacking in a row that a person added
    wanted = {field.key for field in record.fields if field.required or not exported}
    parts = {part for key in record.natural_keys for part in key}
    any_new = stage.any_new()
    if any_new and _complete_new_rows(
        db, plan, parts & wanted
    ):  # a year that was read off a date may tell which record it is
        stage.match()
    names = Names(db)
    if record.noun == "org" and not exported:
        _match_by_name(db, plan, names)
        _settle_spellings(plan)
    doubtful = dict(stage.ambiguous())
    if plan.decided is not None:
        decisions.choose_records(db, plan, doubtful)
        any_new = stage.any_new()
    for row, fits in doubtful.items():
        if not plan.is_decided(row):
            message = f"对应本库 {fits} 条{record.label}，请补充信用代码、登记证号或编号"
            plan.reject(row, "ambiguous", message)
    _settle_names(plan, names)
    if any_new:
        stage.fill_defaults(wanted)
        _complete_new_rows(db, plan, wanted)
    _settle_twins(plan, any_new=any_new)
    if any_new:
        for other in earlier:
            _settle_repeats(plan, other)
        _settle_new_rows(db, plan, earlier, names)
    for number in plan.rejected_rows.keys() - {0}:
        stage.reject(number)
    stage.judge()
    if plan.decided is not None:
        decisions.hold_to(db, plan)


def _settle_new_rows(db: Connection, plan: Plan, earlier: Sequence[Plan], names: Names) -> None:
    """What a new record must have, and what is said of it."""
    record = plan.record
    if record.numbered:
        plan.stage.number(record.dated, [other.stage for other in earlier])
    if record.noun == "change" and plan.mapping.exported and plan.stage.any_new():
        plan.say("change-recorded", "导出的变更只登记，不再改写社会组织；要改写请用 change add")
    elif record.noun == "change":
        _check_changes(db, plan)
    if record.noun == "org" and plan.decided is None:
        _propose_names(plan, names)
    _require(plan)


def _match_by_name(db: Connection, plan: Plan, names: Names) -> None:
    """Organizations whose name is written in another way are those that the ledger has, unless their codes differ.

    Only a row that could be registered by itself is matched so: else a row would be refused beside the one that
    registers its name, and taken when the same file is imported again.
    """
    for row, values in plan.stage.new_rows('"name" IS NOT NULL AND "kind" IS NOT NULL') if len(names) else ():
        found = names.alike(str(values["name"]))
        if len(found) == 1:
            (org,) = found
            if _codes_agree(values, records.get(db, plan.record, org) or {}):
                plan.stage.point(row, org)


def _settle_spellings(plan: Plan) -> None:
    """New organizations whose name the sheet writes in two ways: which is right only a person can say."""
    named = '"name" IS NOT NULL'
    written = ((str(values["name"]), row, values) for row, values in plan.stage.new_rows(named))
    odd = {normal for name, _, _ in written if (normal := normal_name(name)) != name}
    seen: dict[str, tuple[int, Mapping[str, Value]]] = {}
    for row, values in plan.stage.new_rows(named) if odd else ():
        normal = normal_name(str(values["name"]))
        first, other = seen.setdefault(normal, (row, values)) if normal in odd else (row, values)
        if other["name"] != values["name"] and _codes_agree(other, values) and not plan.is_decided(row):
            message = f"与第 {first} 行的“{other['name']}”写法不同，像是同一家；请统一写法，只留一行"
            plan.reject(row, "duplicate", message, "名称", str(values["name"]))


def _codes_agree(one: Mapping[str, Value], other: Mapping[str, Value]) -> bool:
    return all(one[key] is None or other[key] in (None, one[key]) for key in ("uscc", "reg_no"))


def _propose_names(plan: Plan, names: Names) -> None:
    """A new organization with nearly the name of another may be that one: said, never taken."""
    compared = 0
    for row, values in plan.stage.new_rows() if len(names) else ():
        compared += len(names)
        if compared > _COMPARISONS:
            break
        if near := names.near(str(values["name"]), least=_LIKE, limit=1):
            message = f"与本库的“{near[0][1]}”相近；如系同一家，用 --plan 写成计划文件，把这一行改成 match"
            plan.say("name-similar", message, "名称", str(values["name"]), row)


def _settle_names(plan: Plan, names: Names) -> None:
    """A known code under another name: another spelling or a former name changes nothing, a new name is a rename."""
    stage = plan.stage
    for row, ours, theirs in stage.differing("name") if plan.record.noun == "org" else ():
        if stage.record_of(row) in names.alike(str(theirs)):
            stage.fill(row, {"name": None})
            what = "写法不同" if same_name(str(ours), str(theirs)) else "曾用名"
            plan.say("name-kept", f"{what}，本库名为“{ours}”，名称不改", "名称", str(theirs), row)
        elif not plan.wish.accept_renames and not plan.is_decided(row):
            message = f"此信用代码在本库名为“{ours}”；如系更名，请加 --accept-renames 或用 change add"
            plan.reject(row, "code-two-names", message, "名称", str(theirs))


def _settle_twins(plan: Plan, *, any_new: bool) -> None:
    """Rows that name what an earlier row of the sheet names."""
    stage, record = plan.stage, plan.record
    for row, first, adds in stage.twins(any_new=any_new):
        names = [str(stage.value(each, "name")) for each in (first, row)] if record.noun == "org" else []
        if not adds:
            stage.repeat(row, first, stage)
            plan.say("duplicate-same", f"与第 {first} 行相同，不重复登记", row=row)
        elif len(set(names)) == 2:
            message = f"与第 {first} 行信用代码（或登记证号）相同而名称不同（那里是“{names[0]}”）；请核对是更名还是笔误"
            plan.reject(row, "code-two-names", message, "名称", names[1])
        else:
            message = f"与第 {first} 行是同一条{record.label}，但内容不同；请只留一行"
            plan.reject(row, "duplicate", message)


def _settle_repeats(plan: Plan, other: Plan) -> None:
    """Rows that name what an earlier sheet or file will register."""
    where = f"{other.source.path.name} {other.sheet.name}".strip()
    for row, first, adds in plan.stage.repeats(other.stage):
        if adds:
            message = f"与 {where} 第 {first} 行是同一条{plan.record.label}，但内容不同；请只留一处，或分两次导入"
            plan.reject(row, "duplicate", message)
        else:
            plan.stage.repeat(row, first, other.stage)
            plan.say("duplicate-same", f"与 {where} 第 {first} 行相同，不重复登记", row=row)


def _check_changes(db: Connection, plan: Plan) -> None:
    """What a change will write into its organization must be readable now, not when half is written."""
    for row, values in plan.stage.new_rows():
        declared = derive.changed_field(str(values["item"]))
        if declared and values["after"] is not None:
            try:
                entry.read_values(db, ORG, {declared.key: str(values["after"])})
            except RejectedError as error:
                problem = error.issues[0]
                plan.reject(row, problem.code, problem.message, RECORDS["change"]["after"].label, problem.value)


def _require(plan: Plan) -> None:
    stage, record = plan.stage, plan.record
    required = [declared.key for declared in record.fields if declared.required]
    for row, values in stage.lacking(required):
        # a number is assigned once the rest is there
        missing = "、".join(
            record[key].label for key in required if values[key] is None and not (record.numbered and key == "number")
        )
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
