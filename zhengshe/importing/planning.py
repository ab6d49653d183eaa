"""From files to plans: owners before what belongs to them, one plan a sheet."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from zhengshe.errors import UsageError
from zhengshe.importing import headers, mapping, parts, readers, recognise, units
from zhengshe.importing.conversion import Conversion
from zhengshe.importing.headers import Head
from zhengshe.importing.mapping import SheetMapping
from zhengshe.importing.newcomers import Newcomers
from zhengshe.importing.owners import Owners
from zhengshe.importing.parts import Part
from zhengshe.importing.plan import Plan, Tell, Wish
from zhengshe.importing.readers import Row, WorkbookRows
from zhengshe.importing.recognise import Found
from zhengshe.importing.settle import settle
from zhengshe.models import Kind
from zhengshe.reading import UNITS
from zhengshe.store import history, staging
from zhengshe.store.connection import Connection
from zhengshe.store.staged_parts import PartStage
from zhengshe.values import Value

_OWNERS_FIRST = {"org": 0, "project": 1}
_LOOKED_AT = 500  # rows, for what is said in all of them


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
            _say_who_is_registered(sheet.plan)
            _say_what_is_shared(sheet.plan)
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
    told = _told_along(possible, head, columns, required=wish.recipe.parts is not None)
    used = {column.header for _, each in told for column in each.columns}
    columns = replace(columns, unused=tuple(each for each in columns.unused if each[0] not in used))
    stages = [plan.stage for plan in earlier]
    owners = Owners(task.db, record, columns.keys, stages, newcomers=task.newcomers, exported=columns.exported)
    why = "是本程序导出的" if columns.exported else found.why
    plan = _new_plan(task, found, columns, why, owners, staging.Stage(task.db, record), place)
    if len(years) == 1:
        plan.say("year-guessed", f"没有年度列，按标题或表头中的 {years[0]} 年登记", "年度", years[0])
    elif years:
        plan.say(
            "year-unclear", f"没有年度列，标题或表头中有 {'、'.join(years)} 几个年份；请用 --set year=… 指明", "年度"
        )
    if found.left:
        plan.say("sheet-unknown", f"工作表 {'、'.join(found.left)} 没有认得的表头，没有读")
    if found.sheet.hidden:
        plan.say(
            "sheet-hidden", "是隐藏的工作表，一样读入；不要的请删去，或用 --sheet 指明要读的", value=plan.sheet.name
        )
    _say_of_the_header(plan, head, [columns, *(each for _, each in told)])
    for header, _ in columns.unused:
        for part in possible:
            if wanting := part.wanting(header, head.cells):
                plan.say("part-column", f"一列没有读：登记{part.record.label}还要有{'、'.join(wanting)}", header)
    blocks = _counted(rows, head.row, plan.called, task.tell)
    conversion = Conversion(blocks, head, columns, owners, nameless=found.head.nameless)
    _stage(plan, conversion)
    _leave_out_clean(plan)
    if conversion.unnamed:
        shown = "、".join(map(headers.letters, sorted(conversion.unnamed)))
        plan.say("column-unnamed", f"没有列名的列（{shown}）有内容，没有读；请补上列名")
    return _Reading(plan, found, head, rows, told, dict(conversion.legible()))


def _parts(task: _Task, sheet: _Reading, earlier: Sequence[Plan]) -> list[Plan]:
    """The plans of what a sheet tells along the way."""
    owner, made = sheet.plan, list[Plan]()
    for part, columns in sheet.told:
        nobody = Owners(task.db, part.record, set(), [], newcomers=None)
        stage, place = PartStage(task.db, part.record), len(earlier) + len(made)
        along = _new_plan(task, sheet.found, columns, f"随{owner.record.label}登记", nobody, stage, place)
        along.part = part
        blocks = _counted(sheet.rows, sheet.head.row, owner.called, task.tell)
        again = Conversion(blocks, sheet.head, columns, nobody, along=owner.mapping)
        _stage(along, again, refused_already=owner.rejected_rows)
        _complete_part(along, stage, sheet, {each.row for each in again.rejected})
        if _is_summed(part) and part.record.owner:
            for other in made:
                if other.record is part.record:
                    stage.drop_said_better(part.record.owner.key, other.stage)
        settle(task.db, [along], [other for other in (*earlier, *made) if other.record is part.record])
        _say_what_is_shared(along)
        made.append(along)
    return made


def _say_of_the_header(plan: Plan, head: Head, mappings: Sequence[SheetMapping]) -> None:
    """What is in doubt above the header and in it. Whether the unit is matters only to amounts that do not say it
    themselves."""
    bare = head.unit is None and any(each.has_bare_amounts for each in mappings)
    told = next((column for each in mappings for column in each.columns if column.unit > 1), None)
    if bare and told:
        others = "、".join(column.header for each in mappings for column in each.columns if column.is_bare)
        plan.say("unit-mixed", f"没有写单位，按元读；“{told.header}”另有单位，请核对", others)
    for header, _ in plan.mapping.unused if bare else ():
        if units.is_column(header) and (unit := _unit_below(plan, head.cells.index(header))):
            message = f"一列写着{unit}，金额没有照此换算；请把单位写进金额的列名，如 合同金额（{unit}）"
            plan.say("unit-column", message, header, row=head.row, fatal=True)
    for issue in head.doubts:
        if bare or not issue.code.startswith("unit-"):
            plan.say(*issue[:5], fatal=issue.fatal)
    for column in (column for each in mappings for column in each.columns if column.is_unclear):
        message = "列名里的单位看不懂，没有换算；请改成（元）或（万元），数量列请去掉“万”并写足数"
        plan.say("unit-unclear", message, column.header, row=head.row, fatal=True)
    for name in headers.repeats(head.cells):
        plan.say("header-repeated", "在表头中出现不止一次，只用第一个", name)


def _counted(rows: Iterable[Row], first: int, named: str, tell: Tell) -> Iterator[Sequence[Row]]:
    """Blocks of the rows below the header, telling how many were read."""
    count = 0
    for block in readers.blocks(rows, first):
        count += len(block)
        tell(f"正在读 {named}：{count:,} 行")
        yield block


def _unit_below(plan: Plan, place: int) -> str | None:
    """A unit other than 元 in a column, as far as the first rows tell."""
    said = {row[place].strip() for row in readers.top(plan.sheet.rows, _LOOKED_AT)[plan.head.row :] if place < len(row)}
    return next((unit for unit in sorted(said) if UNITS.get(unit, 1) > 1), None)


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


_NOTHING_FOUND = (
    "无",
    "没有",
    "未发现",
    "未发现问题",
    "无问题",
    "没有问题",
    "未发现异常",
    "无异常",
    "正常",
    "符合要求",
)


def _leave_out_clean(plan: Plan) -> None:
    """An inspection that found nothing is no finding, and costs nobody points."""
    if plan.record.noun == "finding" and (rows := plan.stage.saying("fact", _NOTHING_FOUND)):
        plan.stage.leave_out(rows)
        plan.skipped["没有发现问题的行"] = rows


def _say_what_is_shared(plan: Plan) -> None:
    """An amount in a cell that is merged downwards may be one for all of its rows: each has got the whole of it."""
    rows = plan.sheet.rows
    filled = rows.filled_down if isinstance(rows, WorkbookRows) else {}
    for column in plan.mapping.columns:
        if column.target.field.kind is Kind.MONEY and column.place in filled:
            shared = [row for row in filled[column.place] if plan.stage.is_written(row)]
            if shared:
                message = f"是向下合并的单元格，{_rows(shared)}各按整个数登记；如是几行合计，请在台账里拆开"
                plan.say("amount-merged", message, column.header)


def _say_who_is_registered(plan: Plan) -> None:
    used = plan.stage.used("org") if plan.owners.missing else set()
    if new := [str(values["name"]) for number, values in plan.owners.missing.items() if number in used]:
        shown = "、".join(new[:20]) + (f" 等 {len(new)} 家" if len(new) > 20 else "")
        plan.say("owner-registered", f"本库没有，写入时一并登记：{shown}")


# -- what is told along the way


def _told_along(
    possible: Sequence[Part], head: Head, own: SheetMapping, *, required: bool
) -> list[tuple[Part, SheetMapping]]:
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
    return sorted(found, key=lambda one: (nouns.index(one[0].record.noun), _is_summed(one[0])))


def _is_summed(part: Part) -> bool:
    """Is what the record is about filled from elsewhere, as the whole amount of a project stands for its one source?"""
    return any(part.record[key].required and source not in part.record for key, source in part.fill.items())


def _complete_part(plan: Plan, stage: PartStage, sheet: _Reading, refused: Collection[int]) -> None:
    """Who the records belong to, and what follows from their owners. A row that is too little for a record is left out,
    and so is one where the ledger knows more than the sheet sums up. In ``refused`` rows the part cannot be read."""
    owner, part, record = sheet.plan, plan.part, plan.record
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
            plan.say("part-lacking", f"{_rows(rows)}是同一{owner.record.label}的几条{record.label}，{lacking}")
        stage.fill_from(filled, field, owner.stage if noun else None)
    if part.numbered:
        stage.number_within(key, part.numbered)
        if refused:
            _hold_back(plan, stage, sheet, refused, key)
    if rows := stage.drop_known_better(key) if part.numbered or _is_summed(part) else []:
        plan.say("part-known", f"{_rows(rows)}的{owner.record.label}在本库已有更细的{record.label}，没有用台账里的")
    if part.numbered:
        days = [column.target.key for column in plan.mapping.columns if column.target.field.kind is Kind.DATE]
        if rows := stage.drop_other_days(key, part.numbered, days):
            advice = f"没有改动本库；是另一期请用 {record.noun} add 登记"
            plan.say("part-known", f"{_rows(rows)}的{record.label}与本库同一期的日期不同，{advice}")
    required = [each for each in record.fields if each.required and not each.default and each is not record.owner]
    if rows := stage.drop_lacking([each.key for each in required]):
        lacking = "、".join(each.label for each in required if each.key not in plan.mapping.constants)
        plan.say("part-lacking", f"{_rows(rows)}不足以登记{record.label}（需要{lacking}），没有登记")


def _hold_back(plan: Plan, stage: PartStage, sheet: _Reading, refused: Collection[int], key: str) -> None:
    """Records that are numbered in the order of the file wait for each other: were one refused and the others taken,
    it would come back as number one and take the place of another."""
    for row, values in sheet.legible.items():
        sheet.plan.stage.fill(row, values)
    for row, because in stage.sharing_with(refused, sheet.plan.stage, key):
        if row not in refused:
            why = f"同一{sheet.plan.record.label}的第 {because} 行不能接受"
            message = f"{why}；{plan.record.label}按行的先后编号，改好那一行，一起导入"
            plan.reject(row, "part-held", message, plan.mapping.columns[0].header)


def _rows(rows: Sequence[int]) -> str:
    shown = "、".join(map(str, rows[:8])) + ("……" if len(rows) > 8 else "")
    return f"第 {shown} 行"
