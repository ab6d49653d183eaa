"""From files to plans: owners before what belongs to them, one plan a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from zhengshe.importing import headers, mapping, recognise
from zhengshe.importing.conversion import Conversion
from zhengshe.importing.owners import Owners
from zhengshe.importing.plan import Plan, Wish
from zhengshe.importing.recognise import Found
from zhengshe.importing.settle import settle
from zhengshe.store import history, staging
from zhengshe.store.connection import Connection

_OWNERS_FIRST = {"org": 0, "project": 1}


def plan_files(db: Connection, paths: Sequence[Path], wish: Wish) -> list[Plan]:
    """A plan for every sheet of every file that holds a ledger, owners before what belongs to them.

    Rows may belong to what earlier plans will register. Raises RejectedError when a file has no header we know.
    """
    found = [each for path in paths for each in recognise.sheets(path, wish)]
    found.sort(key=lambda each: _OWNERS_FIRST.get(each.record.noun, len(_OWNERS_FIRST)))
    plans: list[Plan] = []
    for each in found:
        plans.append(_plan(db, each, wish, [*plans]))
    return plans


def _plan(db: Connection, found: Found, wish: Wish, earlier: Sequence[Plan]) -> Plan:
    source, sheet, record = found.source, found.sheet, found.record
    head, rows = wish.recipe.shape(found.head, sheet.rows)
    sets = {key: value for key, value in wish.sets.items() if mapping.knows(record, key)}
    year = recognise.year_said(found, head, wish)
    if year:
        sets["year"] = year
    columns = mapping.resolve(record, head.cells, head.unit, wish.maps, sets)
    stages = [plan.stage for plan in earlier]
    owners = Owners(db, record, columns.keys, stages, create=wish.add_missing_orgs)
    stage = staging.Stage(db, record)
    plan = Plan(source, sheet, found.head, columns, found.why, stage, owners, [], {}, history.last_batch(db))
    if year:
        plan.say("year-guessed", f"没有年度列，按标题或表头中的 {year} 年登记", "年度", year)
    if found.left:
        plan.say("sheet-unknown", f"工作表 {'、'.join(found.left)} 没有认得的表头，没有读")
    for name in headers.repeats(head.cells):
        plan.say("header-repeated", f"表头“{name}”出现不止一次，只用第一个（可能是并排的两张表）", name)
    conversion = Conversion(rows, head, columns, owners)
    plan.stage.add(conversion.keys, conversion.rows())
    plan.skipped |= conversion.skipped
    refused = [replace(issue, row=bad.row) for bad in conversion.rejected for issue in bad.issues]
    for issue in (*refused, *conversion.warnings()):
        plan.issues.append(replace(issue, sheet=sheet.name, file=source.path.name))
    settle(db, plan, wish, [other for other in earlier if other.record is record])
    return plan
