"""What a plan says of a sheet beside its rows: what was guessed or passed over, and what is in doubt."""

from __future__ import annotations

from collections.abc import Sequence

from zhengshe.importing import headers, readers, units
from zhengshe.importing.headers import Head
from zhengshe.importing.mapping import SheetMapping
from zhengshe.importing.parts import Part
from zhengshe.importing.plan import Plan
from zhengshe.importing.readers import WorkbookRows
from zhengshe.importing.recognise import Found
from zhengshe.models import Kind
from zhengshe.reading import UNITS

_LOOKED_AT = 500  # rows, for what is said in all of them


def on_the_sheet(plan: Plan, found: Found, years: Sequence[str]) -> None:
    """The year that was taken from a title, the sheets that were left, and that this one is hidden."""
    if len(years) == 1:
        plan.say("year-guessed", f"没有年度列，按标题或表头中的 {years[0]} 年登记", "年度", years[0])
    elif years:
        plan.say("year-unclear", f"没有年度列，标题或表头中有 {'、'.join(years)} 几个年份；请用 --set year=… 指明")
    if found.left:
        plan.say("sheet-unknown", f"工作表 {'、'.join(found.left)} 没有认得的表头，没有读")
    if found.sheet.hidden:
        plan.say(
            "sheet-hidden", "是隐藏的工作表，一样读入；不要的请删去，或用 --sheet 指明要读的", value=plan.sheet.name
        )


def on_parts(plan: Plan, head: Head, possible: Sequence[Part]) -> None:
    """Columns of what is told along that are too few for a record."""
    for header, _ in plan.mapping.unused:
        for part in possible:
            if wanting := part.wanting(header, head.cells):
                plan.say("part-column", f"一列没有读：登记{part.record.label}还要有{'、'.join(wanting)}", header)


def on_nameless(plan: Plan, places: Sequence[int]) -> None:
    """Columns without a header in which something stands."""
    if places:
        shown = "、".join(map(headers.letters, sorted(places)))
        plan.say("column-unnamed", f"没有列名的列（{shown}）有内容，没有读；请补上列名")


def on_the_header(plan: Plan, head: Head, mappings: Sequence[SheetMapping]) -> None:
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
            plan.say("unit-unclear", message, header, row=head.row, fatal=True)
    for issue in head.doubts:
        if bare or not issue.code.startswith("unit-"):
            plan.say(*issue[:5], fatal=issue.fatal)
    for column in (column for each in mappings for column in each.columns if column.is_unclear):
        message = "列名里的单位看不懂，没有换算；请改成（元）或（万元），数量列请去掉“万”并写足数"
        plan.say("unit-unclear", message, column.header, row=head.row, fatal=True)
    for name in headers.repeats(head.cells):
        plan.say("header-repeated", "在表头中出现不止一次，只用第一个", name)


def _unit_below(plan: Plan, place: int) -> str | None:
    """A unit other than 元 in a column, as far as the first rows tell."""
    said = {row[place].strip() for row in readers.top(plan.sheet.rows, _LOOKED_AT)[plan.head.row :] if place < len(row)}
    return next((unit for unit in sorted(said) if UNITS.get(unit, 1) > 1), None)


def on_what_is_shared(plan: Plan) -> None:
    """An amount in a cell that is merged downwards may be one for all of its rows: each has got the whole of it."""
    rows = plan.sheet.rows
    filled = rows.filled_down if isinstance(rows, WorkbookRows) else {}
    for column in plan.mapping.columns:
        if column.target.field.kind is Kind.MONEY and column.place in filled:
            shared = [row for row in filled[column.place] if plan.stage.is_written(row)]
            if shared:
                message = f"是向下合并的单元格，{numbers(shared)}各按整个数登记；如是几行合计，请在台账里拆开"
                plan.say("amount-merged", message, column.header)


def on_who_is_registered(plan: Plan) -> None:
    used = plan.stage.used("org") if plan.owners.missing else set()
    if new := [str(values["name"]) for number, values in plan.owners.missing.items() if number in used]:
        shown = "、".join(new[:20]) + (f" 等 {len(new)} 家" if len(new) > 20 else "")
        plan.say("owner-registered", f"本库没有，写入时一并登记：{shown}")


def numbers(rows: Sequence[int]) -> str:
    """Rows as they are told in a message; not more than a few."""
    shown = "、".join(map(str, rows[:8])) + ("……" if len(rows) > 8 else "")
    return f"第 {shown} 行"
