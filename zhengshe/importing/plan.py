"""A plan: what a file would change, row by row. The dry run shows it, the import carries it out: there is no other way.

readers -> headers -> mapping -> here: text to values, staged -> which record, what differs -> apply
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zhengshe.errors import Issue, RejectedError, UsageError
from zhengshe.importing import entry, headers, mapping, readers
from zhengshe.importing import recipe as recipes
from zhengshe.importing.conversion import Conversion
from zhengshe.importing.owners import Owners, normal_name
from zhengshe.importing.recipe import Recipe
from zhengshe.models import ORG, RECORDS, Record
from zhengshe.rules import derive
from zhengshe.store import history, lookup, records, staging
from zhengshe.store.connection import Connection
from zhengshe.values import Value

_OWNERS_FIRST = {"org": 0, "project": 1}


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    noun: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    maps: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    add_missing_orgs: bool = False
    accept_renames: bool = False
    recipe: Recipe = field(default_factory=Recipe)

    @classmethod
    def by_recipe(cls, recipe: Recipe, **said: Any) -> Wish:
        """What a mapping file asks for; what was said on the command line wins."""
        maps = {**recipe.columns, **said.pop("maps", {})}
        sets = {**recipe.set, **said.pop("sets", {})}
        noun = said.pop("noun", None) or recipe.noun
        return cls(noun=noun, maps=maps, sets=sets, recipe=recipe, **said)


@dataclass
class Plan:
    """What one sheet would do. ``issues`` holds every refused cell and one word for every kind of guess;
    ``last_batch`` is the state of the database that it was made for."""

    source: readers.Source
    sheet: readers.Sheet
    head: headers.Head
    mapping: mapping.SheetMapping
    why: str
    stage: staging.Stage
    owners: Owners
    issues: list[Issue]
    skipped: dict[str, list[int]]
    last_batch: int | None

    @property
    def record(self) -> Record:
        return self.mapping.record

    def counts(self) -> dict[str, int]:
        return self.stage.counts()

    @property
    def rejected_rows(self) -> dict[int, list[Issue]]:
        rows: dict[int, list[Issue]] = {}
        for issue in self.issues:
            if issue.fatal:
                rows.setdefault(issue.row, []).append(issue)
        return rows

    @property
    def guesses(self) -> list[Issue]:
        """What was taken, but with a word about it."""
        return [issue for issue in self.issues if not issue.fatal]

    def recipe(self) -> str:
        """The text of a mapping file that reads such a ledger in the same way."""
        columns = {column.header: column.target.key for column in self.mapping.columns}
        return recipes.written(self.record.noun, columns, self.mapping.constants, self.head.unit)

    def rejects(self) -> Iterator[list[str]]:
        """The refused rows in their original columns and wording, with the reason in a last column."""
        refused = self.rejected_rows
        for number, cells in enumerate(self.sheet.rows, 1):
            if number in refused:
                width = len(self.head.cells)
                padded = [*cells[:width], *[""] * (width - len(cells))]
                yield [*padded, "；".join(f"{issue.column}：{issue.message}" for issue in refused[number])]


def make(db: Connection, paths: Sequence[Path], wish: Wish) -> list[Plan]:
    """A plan for every sheet of every file that holds a ledger, owners before what belongs to them.

    Rows may belong to what earlier plans will register. Raises RejectedError when a file has no header we know.
    """
    found = [each for path in paths for each in _sheets(path, wish)]
    found.sort(key=lambda each: _OWNERS_FIRST.get(each.record.noun, len(_OWNERS_FIRST)))
    plans: list[Plan] = []
    for each in found:
        plans.append(_plan(db, each, wish, [*plans]))
    return plans


@dataclass(frozen=True)
class _Found:
    """A sheet that was recognised: its header, its noun and why; ``left`` names the file's sheets that were not."""

    source: readers.Source
    sheet: readers.Sheet
    head: headers.Head
    record: Record
    why: str
    left: tuple[str, ...] = ()


def _sheets(path: Path, wish: Wish) -> list[_Found]:
    source = readers.read(path, wish.encoding)
    if wish.sheet and wish.sheet not in {sheet.name for sheet in source.sheets}:
        names = "、".join(sheet.name for sheet in source.sheets)
        raise UsageError(f"{path.name} 没有工作表“{wish.sheet}”；有：{names}")
    chosen = [sheet for sheet in source.sheets if wish.sheet in (None, sheet.name)]
    recognised = {sheet.name: _recognise(source, sheet, wish) for sheet in chosen}
    found = [_Found(source, sheet, *known) for sheet in chosen if (known := recognised[sheet.name])]
    if not found:
        raise RejectedError(_no_header(source, wish))
    found[0] = replace(found[0], left=tuple(name for name, known in recognised.items() if not known))
    return found


def _no_header(source: readers.Source, wish: Wish) -> str:
    first = readers.top(source.sheets[0].rows, 3) if source.sheets else []
    seen = "、".join(cell.strip()[:12] for cell in (first[0] if first else ()) if cell.strip())[:60]
    advice = "" if wish.noun else "，或用 --as 指明是哪种记录"
    return f"{source.path.name} 中找不到认得的表头（首行：{seen}）；请用 --map 表头=字段 指明列{advice}"


def _recognise(source: readers.Source, sheet: readers.Sheet, wish: Wish) -> tuple[headers.Head, Record, str] | None:
    """The header row, the noun and why it is that one."""
    top = readers.top(sheet.rows, headers.SEARCHED + 1)
    given = {headers.normal(header) for header in wish.maps}
    if wish.noun:
        record = RECORDS[wish.noun]
        head = headers.find(top, mapping.targets(record).keys(), given)
        return (head, record, "--as 指定") if head else None
    head = headers.find(top, mapping.every_name(), given)
    guessed = mapping.guess(head.cells, [sheet.name, source.path.stem]) if head else None
    return (head, *guessed) if head and guessed else None


def _plan(db: Connection, found: _Found, wish: Wish, earlier: Sequence[Plan]) -> Plan:
    source, sheet, record = found.source, found.sheet, found.record
    head, rows = wish.recipe.shape(found.head, sheet.rows)
    sets = {key: value for key, value in wish.sets.items() if mapping.knows(record, key)}
    year = _year_said(found, head, wish)
    if year:
        sets["year"] = year
    columns = mapping.resolve(record, head.cells, head.unit, wish.maps, sets)
    stages = [plan.stage for plan in earlier]
    owners = Owners(db, record, columns.keys, stages, create=wish.add_missing_orgs)
    stage = staging.Stage(db, record)
    plan = Plan(source, sheet, found.head, columns, found.why, stage, owners, [], {}, history.last_batch(db))
    if year:
        _say(plan, "year-guessed", f"没有年度列，按标题或表头中的 {year} 年登记", "年度", year)
    if found.left:
        _say(plan, "sheet-unknown", f"工作表 {'、'.join(found.left)} 没有认得的表头，没有读")
    for name in headers.repeats(head.cells):
        _say(plan, "header-repeated", f"表头“{name}”出现不止一次，只用第一个（可能是并排的两张表）", name)
    conversion = Conversion(rows, head, columns, owners)
    plan.stage.add(conversion.keys, conversion.rows())
    plan.skipped |= conversion.skipped
    refused = [replace(issue, row=bad.row) for bad in conversion.rejected for issue in bad.issues]
    for issue in (*refused, *conversion.warnings()):
        plan.issues.append(replace(issue, sheet=sheet.name, file=source.path.name))
    _settle(db, plan, wish, [other for other in earlier if other.record is record])
    return plan


def _year_said(found: _Found, head: headers.Head, wish: Wish) -> str | None:
    """The year of a ledger that has no column for it: the one year that its headers, title or name speak of."""
    record, cells = found.record, head.cells
    columns = mapping.resolve(record, cells, head.unit, wish.maps, wish.sets).keys
    dated = {"signed_on", "start_on"}  # a project's year is read off its contract
    if "year" not in record or not record["year"].required or "year" in columns or columns & dated:
        return None
    for place in (cells, head.titles, (found.sheet.name,), (found.source.path.stem,)):
        years = set(re.findall(r"(?<!\d)(20\d\d)\s*年", " ".join(place)))
        if years:
            return years.pop() if len(years) == 1 else None
    return None


def _say(
    plan: Plan, code: str, message: str, column: str = "", value: str = "", row: int = 0, fatal: bool = False
) -> None:
    issue = Issue(code, message, column, value, row, plan.sheet.name, plan.source.path.name, fatal)
    plan.issues.append(issue)


# -- which record, what differs


def _settle(db: Connection, plan: Plan, wish: Wish, earlier: Sequence[Plan]) -> None:
    stage, record = plan.stage, plan.record
    stage.match()
    parts = {part for key in record.natural_keys for part in key}
    if _complete_new_rows(db, plan, parts):  # a year that was read off a date may tell which record it is
        stage.match()
    for row, fits in stage.ambiguous():
        _reject(plan, row, "ambiguous", f"对应本库 {fits} 条{record.label}，请补充信用代码、登记证号或编号")
    _settle_names(db, plan, wish)
    stage.fill_defaults()
    _complete_new_rows(db, plan, set(record.keys))
    _settle_twins(plan)
    for other in earlier:
        _settle_repeats(plan, other)
    if record.numbered:
        stage.number(record.dated, [other.stage for other in earlier])
    if record.noun == "change":
        _check_changes(db, plan)
    _require(plan)
    for number in plan.rejected_rows.keys() - {0}:
        stage.reject(number)
    stage.judge()


def _settle_names(db: Connection, plan: Plan, wish: Wish) -> None:
    """A known code under another name: another spelling or a former name changes nothing, a new name is a rename."""
    stage = plan.stage
    for row, ours, theirs in stage.differing("name") if plan.record.noun == "org" else ():
        former = stage.record_of(row) in lookup.exactly(db, "former name", str(theirs))
        if former or normal_name(str(ours)) == normal_name(str(theirs)):
            stage.fill(row, {"name": None})
            what = "曾用名" if former else "写法不同"
            _say(plan, "name-kept", f"{what}，本库名为“{ours}”，名称不改", "名称", str(theirs), row)
        elif not wish.accept_renames:
            message = f"此信用代码在本库名为“{ours}”；如系更名，请加 --accept-renames 或用 change add"
            _reject(plan, row, "code-two-names", message, "名称", str(theirs))


def _settle_twins(plan: Plan) -> None:
    """Rows that name what an earlier row of the sheet names."""
    stage, record = plan.stage, plan.record
    for row, first, adds in stage.twins():
        names = [str(stage.value(each, "name")) for each in (first, row)] if record.noun == "org" else []
        if not adds:
            stage.decide(row, staging.SAME)
            _say(plan, "duplicate-same", f"与第 {first} 行相同，不重复登记", row=row)
        elif len(set(names)) == 2:
            message = f"与第 {first} 行信用代码（或登记证号）相同而名称不同（那里是“{names[0]}”）；请核对是更名还是笔误"
            _reject(plan, row, "code-two-names", message, "名称", names[1])
        else:
            message = f"与第 {first} 行是同一条{record.label}，但内容不同；请只留一行"
            _reject(plan, row, "duplicate", message)


def _settle_repeats(plan: Plan, other: Plan) -> None:
    """Rows that name what an earlier sheet or file will register."""
    where = f"{other.source.path.name} {other.sheet.name}".strip()
    for row, first, adds in plan.stage.repeats(other.stage):
        if adds:
            message = f"与 {where} 第 {first} 行是同一条{plan.record.label}，但内容不同；请只留一处，或分两次导入"
            _reject(plan, row, "duplicate", message)
        else:
            plan.stage.decide(row, staging.SAME)
            _say(plan, "duplicate-same", f"与 {where} 第 {first} 行相同，不重复登记", row=row)


def _check_changes(db: Connection, plan: Plan) -> None:
    """What a change will write into its organization must be readable now, not when half is written."""
    for row, values in plan.stage.new_rows():
        declared = derive.changed_field(str(values["item"]))
        if declared and values["after"] is not None:
            try:
                entry.read_values(db, ORG, {declared.key: str(values["after"])})
            except RejectedError as error:
                problem = error.issues[0]
                _reject(plan, row, problem.code, problem.message, RECORDS["change"]["after"].label, problem.value)


def _require(plan: Plan) -> None:
    stage, record = plan.stage, plan.record
    required = [declared.key for declared in record.fields if declared.required]
    for row, values in stage.lacking(required):
        missing = "、".join(record[key].label for key in required if values[key] is None)
        _reject(plan, row, "required-missing", f"缺少{missing}{_why_unknown(record, values)}", missing)


def _reject(plan: Plan, row: int, code: str, message: str, column: str = "", value: str = "") -> None:
    plan.stage.decide(row, staging.REJECTED)
    _say(plan, code, message, column, value, row, fatal=True)


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


# -- apply


def apply(db: Connection, plans: Sequence[Plan], batch: int, today: str) -> None:
    """Carry the plans out within a batch that is open. A rename that was accepted is registered as a change of today,
    so that the old name stays findable."""
    if any(plan.last_batch != history.last_batch(db) for plan in plans):
        raise RejectedError("读入之后数据库又有写入，原来的比对不再可靠，没有写入；请重新导入")
    for place, plan in enumerate(plans):
        _register_missing(db, plan)
        for before in plans[:place]:
            plan.stage.settle_references(before.stage)
        renamed = plan.stage.changing("name") if plan.record.noun == "org" else []
        plan.stage.write(batch)
        for org, old, new in renamed:
            change: dict[str, Value] = {"org": org, "item": "名称", "before": old, "after": new, "approved_on": today}
            records.insert(db, RECORDS["change"], change)
        if plan.record.noun == "change":
            for values in plan.stage.values(staging.NEW):
                entry.apply_change(db, values)
    lookup.spell_names(db)


def _register_missing(db: Connection, plan: Plan) -> None:
    needed = plan.stage.used("org") if plan.owners.missing else set()
    for temporary, values in plan.owners.missing.items():
        if temporary not in needed:  # its only rows were refused
            continue
        row = records.match(db, ORG, values) or records.insert(db, ORG, values)
        plan.stage.replace_reference("org", temporary, row)
