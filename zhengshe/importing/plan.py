"""A plan: what a file would change, row by row. The dry run shows it, the import carries it out: there is no other way.

readers -> headers -> mapping -> here: text to values, staged -> which record, what differs -> apply
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from zhengshe.errors import Issue, RejectedError, UsageError
from zhengshe.importing import entry, headers, mapping, readers
from zhengshe.importing.conversion import Conversion
from zhengshe.importing.owners import Owners
from zhengshe.models import ORG, RECORDS, Record
from zhengshe.rules import derive
from zhengshe.store import lookup, records, staging
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


@dataclass
class Plan:
    """What one sheet would do. ``issues`` holds every refused cell and one word for every kind of guess."""

    source: readers.Source
    sheet: readers.Sheet
    head: headers.Head
    mapping: mapping.SheetMapping
    why: str
    stage: staging.Stage
    owners: Owners
    issues: list[Issue]
    skipped: dict[str, list[int]]

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

    def rejects(self) -> Iterator[list[str]]:
        """The refused rows in their original columns and wording, with the reason in a last column."""
        refused = self.rejected_rows
        for number, cells in enumerate(self.sheet.rows, 1):
            if number in refused:
                width = len(self.head.cells)
                padded = [*cells[:width], *[""] * (width - len(cells))]
                yield [*padded, "；".join(f"{issue.column}：{issue.message}" for issue in refused[number])]


def make(db: Connection, path: Path, wish: Wish, earlier: Sequence[Plan] = ()) -> list[Plan]:
    """A plan for every sheet of a file that holds a ledger, owners before what belongs to them.

    Rows may belong to what ``earlier`` plans will register. Raises RejectedError when no sheet has a header we know.
    """
    source = readers.read(path, wish.encoding)
    if wish.sheet and wish.sheet not in {sheet.name for sheet in source.sheets}:
        names = "、".join(sheet.name for sheet in source.sheets)
        raise UsageError(f"{path.name} 没有工作表“{wish.sheet}”；有：{names}")
    chosen = [sheet for sheet in source.sheets if wish.sheet in (None, sheet.name)]
    recognised = [(sheet, found) for sheet in chosen if (found := _recognise(source, sheet, wish))]
    if not recognised:
        raise RejectedError(_no_header(source, wish))
    recognised.sort(key=lambda each: _OWNERS_FIRST.get(each[1][1].noun, len(_OWNERS_FIRST)))
    plans: list[Plan] = []
    for sheet, found in recognised:
        stages = [plan.stage for plan in (*earlier, *plans)]
        plans.append(_plan(db, source, sheet, *found, wish, stages))
    if without := [sheet.name for sheet in chosen if sheet not in [sheet for sheet, _ in recognised]]:
        _say(plans[0], "sheet-unknown", f"工作表 {'、'.join(without)} 没有认得的表头，没有读")
    return plans


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
    known = {name for record in RECORDS.values() for name in mapping.targets(record)}
    head = headers.find(top, known, given)
    guessed = mapping.guess(head.cells, [sheet.name, source.path.stem]) if head else None
    return (head, *guessed) if head and guessed else None


def _plan(
    db: Connection,
    source: readers.Source,
    sheet: readers.Sheet,
    head: headers.Head,
    record: Record,
    why: str,
    wish: Wish,
    earlier: Sequence[staging.Stage],
) -> Plan:
    sets = {key: value for key, value in wish.sets.items() if mapping.knows(record, key)}
    columns = mapping.resolve(record, head.cells, head.unit, wish.maps, sets)
    owners = Owners(db, record, columns.keys, earlier, create=wish.add_missing_orgs)
    plan = Plan(source, sheet, head, columns, why, staging.Stage(db, record), owners, [], {})
    for name in headers.repeats(head.cells):
        _say(plan, "header-repeated", f"表头“{name}”出现不止一次，只用第一个（可能是并排的两张表）", name)
    conversion = Conversion(sheet.rows, head, columns, owners)
    plan.stage.add(conversion.keys, conversion.rows())
    plan.skipped |= conversion.skipped
    refused = [replace(issue, row=bad.row) for bad in conversion.rejected for issue in bad.issues]
    for issue in (*refused, *conversion.warnings()):
        plan.issues.append(replace(issue, sheet=sheet.name, file=source.path.name))
    _settle(db, plan, wish)
    return plan


def _say(
    plan: Plan, code: str, message: str, column: str = "", value: str = "", row: int = 0, fatal: bool = False
) -> None:
    issue = Issue(code, message, column, value, row, plan.sheet.name, plan.source.path.name, fatal)
    plan.issues.append(issue)


# -- which record, what differs


def _settle(db: Connection, plan: Plan, wish: Wish) -> None:
    stage, record = plan.stage, plan.record
    stage.match()
    for row, fits in stage.ambiguous():
        _reject(plan, row, "ambiguous", f"对应本库 {fits} 条{record.label}，请补充信用代码、登记证号或编号")
    if record.noun == "org" and not wish.accept_renames:
        for row, ours, theirs in stage.differing("name"):
            message = f"此信用代码在本库名为“{ours}”；如系更名，请加 --accept-renames 或用 change add"
            _reject(plan, row, "code-two-names", message, "名称", str(theirs))
    _complete_new_rows(db, plan)
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
    required = [declared.key for declared in record.fields if declared.required]
    for row, values in list(stage.lacking(required)):
        missing = "、".join(record[key].label for key in required if values[key] is None)
        _reject(plan, row, "required-missing", f"缺少{missing}{_why_unknown(record, values)}", missing)
    for number in plan.rejected_rows.keys() - {0}:
        stage.reject(number)
    stage.judge()


def _reject(plan: Plan, row: int, code: str, message: str, column: str = "", value: str = "") -> None:
    plan.stage.decide(row, staging.REJECTED)
    _say(plan, code, message, column, value, row, fatal=True)


def _why_unknown(record: Record, values: Mapping[str, Value]) -> str:
    """A kind that could not be read off the code, because the code is none of a social organization."""
    code = str(values.get("uscc") or "")
    if record.noun == "org" and values.get("kind") is None and code:
        return f"（信用代码以 {code[:2]} 开头，不是民政部门登记的社会组织）"
    return ""


def _complete_new_rows(db: Connection, plan: Plan) -> None:
    """Blanks of new rows that can be known: kind from the code, defaults, deadlines, numbers."""
    record, stage = plan.record, plan.stage
    keys = derive.derivable(record)
    for row, values in list(stage.lacking(keys)) if keys else ():
        completed = entry.complete(db, record, values)
        filled = {key: completed[key] for key in completed if completed[key] != values[key]}
        if filled:
            stage.fill(row, filled)
    if record.numbered:
        stage.number(record.dated)


# -- apply


def apply(db: Connection, plans: Sequence[Plan], batch: int, today: str) -> None:
    """Carry the plans out within a batch that is open. A rename that was accepted is registered as a change of today,
    so that the old name stays findable."""
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
    for temporary, values in plan.owners.missing.items():
        row = records.match(db, ORG, values) or records.insert(db, ORG, values)
        plan.stage.replace_reference("org", temporary, row)
