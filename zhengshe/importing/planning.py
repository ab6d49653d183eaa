"""From files to plans: owners before what belongs to them, one plan a sheet."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from zhengshe.errors import UsageError
from zhengshe.importing import along, mapping, parts, readers, recognise, remarks
from zhengshe.importing.conversion import Conversion
from zhengshe.importing.headers import Head
from zhengshe.importing.mapping import SheetMapping
from zhengshe.importing.newcomers import Newcomers
from zhengshe.importing.owners import Owners
from zhengshe.importing.parts import Part
from zhengshe.importing.plan import Plan, Tell, Wish
from zhengshe.importing.readers import Row
from zhengshe.importing.recognise import Found
from zhengshe.importing.settle import settle
from zhengshe.store import history, staging
from zhengshe.store.connection import Connection
from zhengshe.store.staged_parts import PartStage
from zhengshe.values import Value

_OWNERS_FIRST = {"org": 0, "project": 1}


@dataclass(frozen=True)
class _Task:
    """One import: the ledger, what was asked for, whom to tell, the day, and who is registered along the way."""

    db: Connection
    wish: Wish
    tell: Tell
    today: str
    newcomers: Newcomers | None


@dataclass(frozen=True)
class _Reading:
    """A sheet that is staged, and what its parts will be made of. ``legible`` is what can be read of refused rows."""

    plan: Plan
    found: Found
    head: Head
    rows: Iterable[Row]
    told: Sequence[tuple[Part, SheetMapping]]
    legible: Mapping[int, dict[str, Value]]


def plan_files(db: Connection, paths: Sequence[Path], wish: Wish, tell: Tell, today: str) -> list[Plan]:
    """A plan for every sheet of every file that holds a ledger and for what it tells along the way, owners before what
    belongs to them.

    Rows may belong to what earlier plans will register. Raises RejectedError when a file has no header we know.
    """
    found = [each for path in paths for each in recognise.sheets(path, wish)]
    found.sort(key=_rank)
    newcomers = Newcomers() if wish.add_missing_orgs else None
    task = _Task(db, wish, tell, today, newcomers)
    plans = _plans(task, found)
    if newcomers and newcomers.came_late:
        for plan in plans:
            plan.stage.drop()
        plans = _plans(task, found)  # now that they are known
    return plans


def _rank(each: Found) -> int:
    return _OWNERS_FIRST.get(each.record.noun, len(_OWNERS_FIRST))


def _plans(task: _Task, found: Sequence[Found]) -> list[Plan]:
    """The plans of sheets that stand in the order of their rank. All sheets of one rank are read before any of them is
    settled: rows of two sheets for one noun may be one record."""
    plans: list[Plan] = []
    for _, group in groupby(found, _rank):
        sheets: list[_Reading] = []
        for each in group:
            sheets.append(_read(task, each, plans, len(plans) + len(sheets)))
        for noun in dict.fromkeys(sheet.plan.record.noun for sheet in sheets):
            of_noun = [sheet.plan for sheet in sheets if sheet.plan.record.noun == noun]
            task.tell(f"正在比对 {'、'.join(plan.called for plan in of_noun)}")
            settle(task.db, of_noun)
        for sheet in sheets:
            remarks.on_who_is_registered(sheet.plan)
            remarks.on_what_is_shared(sheet.plan)
        plans += [sheet.plan for sheet in sheets]
        for sheet in sheets:
            plans += _parts(task, sheet, plans)
    return plans


def _read(task: _Task, found: Found, earlier: Sequence[Plan], place: int) -> _Reading:
    """A sheet, staged; ``place`` is that of its plan among all."""
    record, wish = found.record, task.wish
    head, rows = wish.recipe.shape(found.head, found.sheet.rows)
    sets = {key: value for key, value in wish.sets.items() if mapping.knows(record, key)}
    years = recognise.years_said(found, head, wish)
    if len(years) == 1:
        head = replace(head, year=years[0])
        sets["year"] = years[0]
    possible = parts.of(record, wish.recipe.parts)
    columns = mapping.resolve(record, head.cells, head.unit, wish.maps, sets, parts.names(possible))
    told = along.told(possible, head, columns, required=wish.recipe.parts is not None)
    used = {column.header for _, each in told for column in each.columns}
    columns = replace(columns, unused=tuple(each for each in columns.unused if each[0] not in used))
    stages = [plan.stage for plan in earlier]
    owners = Owners(task.db, record, columns.keys, stages, newcomers=task.newcomers, exported=columns.exported)
    why = "是本程序导出的" if columns.exported else found.why
    plan = _new_plan(task, found, columns, why, owners, staging.Stage(task.db, record), place)
    remarks.on_the_sheet(plan, found, years)
    remarks.on_the_header(plan, head, [columns, *(each for _, each in told)])
    remarks.on_parts(plan, head, possible)
    blocks = _counted(rows, head.row, plan.called, task.tell)
    conversion = Conversion(blocks, head, columns, owners, nameless=found.head.nameless)
    _stage(plan, conversion)
    _leave_out_clean(plan)
    remarks.on_nameless(plan, conversion.unnamed)
    return _Reading(plan, found, head, rows, told, dict(conversion.legible()))


def _parts(task: _Task, sheet: _Reading, earlier: Sequence[Plan]) -> list[Plan]:
    """The plans of what a sheet tells along the way."""
    owner, made = sheet.plan, list[Plan]()
    for part, columns in sheet.told:
        nobody = Owners(task.db, part.record, set(), [], newcomers=None)
        stage, place = PartStage(task.db, part.record), len(earlier) + len(made)
        plan = _new_plan(task, sheet.found, columns, f"随{owner.record.label}登记", nobody, stage, place)
        plan.part = part
        blocks = _counted(sheet.rows, sheet.head.row, owner.called, task.tell)
        again = Conversion(blocks, sheet.head, columns, nobody, along=owner.mapping)
        _stage(plan, again, refused_already=owner.rejected_rows)
        along.complete(plan, stage, owner, sheet.legible, {each.row for each in again.rejected})
        if along.is_summed(part) and part.record.owner:
            for other in made:
                if other.record is part.record:
                    stage.drop_said_better(part.record.owner.key, other.stage)
        settle(task.db, [plan], [other for other in (*earlier, *made) if other.record is part.record])
        remarks.on_what_is_shared(plan)
        made.append(plan)
    return made


def _counted(rows: Iterable[Row], first: int, named: str, tell: Tell) -> Iterator[Sequence[Row]]:
    """Blocks of the rows below the header, telling how many were read."""
    count = 0
    for block in readers.blocks(rows, first):
        count += len(block)
        tell(f"正在读 {named}：{count:,} 行")
        yield block


def _new_plan(
    task: _Task, found: Found, columns: SheetMapping, why: str, owners: Owners, stage: staging.Stage, place: int
) -> Plan:
    wish, last = task.wish, history.last_batch(task.db)
    plan = Plan(found.source, found.sheet, found.head, columns, why, stage, owners, [], {}, last, wish, task.today)
    if wish.decisions is not None:
        noun, plan.decided = wish.decisions[place] if place < len(wish.decisions) else ("", {})
        if noun != columns.record.noun:
            raise UsageError("计划文件与台账的工作表对不上；请用 import --plan 重新生成")
    return plan


def _stage(plan: Plan, conversion: Conversion, refused_already: Container[int] = ()) -> None:
    """Read the rows into the stage, and note what was refused and what was guessed on the way."""
    plan.stage.add(conversion.keys, conversion.batches())
    plan.skipped |= conversion.skipped
    refused = [
        issue._replace(row=bad.row)
        for bad in conversion.rejected
        for issue in bad.issues
        if bad.row not in refused_already
    ]
    for issue in (*refused, *conversion.warnings()):
        plan.issues.append(issue._replace(sheet=plan.sheet.name, file=plan.source.path.name))
    for name, ours in plan.owners.read_as.items():
        plan.say("name-alike", f"写法不同，按本库的“{ours}”读入", "社会组织", name)
    for name, ours in plan.owners.by_code.items():
        message = f"信用代码（或登记证号）是本库“{ours}”的，按它读入；请核对，如系更名请用 change add 登记"
        plan.say("name-by-code", message, "社会组织", name)
    for number, name in plan.owners.by_name.items():
        plan.say("project-by-name", f"本库没有这个编号，按项目名称“{name}”读入", "项目", number)


_NOTHING_FOUND = frozenset(
    {"无", "没有", "未发现", "未发现问题", "无问题", "没有问题", "未发现异常", "无异常", "正常", "符合要求"}
)


def _leave_out_clean(plan: Plan) -> None:
    """An inspection that found nothing is no finding, and costs nobody points."""
    if plan.record.noun == "finding" and (rows := plan.stage.saying("fact", _NOTHING_FOUND)):
        plan.stage.leave_out(rows)
        plan.skipped["没有发现问题的行"] = rows
