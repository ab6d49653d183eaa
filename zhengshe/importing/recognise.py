"""Which sheets of a file hold a ledger: the header row, the noun, and why it is that one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zhengshe.errors import Issue, RejectedError, UsageError
from zhengshe.importing import guess, headers, mapping, parts, readers, units
from zhengshe.importing.plan import REASON, Wish
from zhengshe.models import RECORDS, Record


@dataclass(frozen=True)
class Found:
    """A sheet that was recognised: its header, its noun and why; ``left`` names the file's sheets that were not."""

    source: readers.Source
    sheet: readers.Sheet
    head: headers.Head
    record: Record
    why: str
    left: tuple[str, ...] = ()


def sheets(path: Path, wish: Wish) -> list[Found]:
    source = readers.read(path, wish.encoding)
    if wish.sheet and wish.sheet not in {sheet.name for sheet in source.sheets}:
        names = "、".join(sheet.name for sheet in source.sheets)
        raise UsageError(f"{path.name} 没有工作表“{wish.sheet}”；有：{names}")
    chosen = [sheet for sheet in source.sheets if wish.sheet in (None, sheet.name)]
    recognised = {sheet.name: _recognise(source, sheet, wish) for sheet in chosen}
    found = [Found(source, sheet, *known) for sheet in chosen if (known := recognised[sheet.name])]
    if not found:
        raise RejectedError(_no_header(source, chosen, wish))
    found[0] = replace(found[0], left=tuple(name for name, known in recognised.items() if not known))
    return found


def _no_header(source: readers.Source, chosen: Sequence[readers.Sheet], wish: Wish) -> str:
    rows = (row for sheet in chosen for row in sheet.rows)
    first = next((cells for row in rows if (cells := [*filter(None, map(str.strip, row))])), None)
    if first is None:
        where = f"的工作表“{wish.sheet}”" if wish.sheet else "" if len(chosen) < 2 else f"的 {len(chosen)} 个工作表"
        return f"{source.path.name} {where}里没有内容，没有可导入的；请核对是不是这个文件"
    for sheet in chosen if not wish.noun else ():
        if (head := _headed(sheet, wish)[0]) and (near := guess.nearly(head.cells, wish.sets)):
            record, lacking = near
            advice = f"表头像是{record.label}，缺少{'、'.join(lacking)}；请补上这些列，或各行都一样的用 --set 字段=值"
            return f"{source.path.name} 的{advice}"
    seen = "、".join(cell[:12] for cell in first)[:60]
    advice = "" if wish.noun else "，或用 --as 指明是哪种记录"
    return f"{source.path.name} 中找不到认得的表头（首行：{seen}）；请用 --map 表头=字段 指明列{advice}"


def _recognise(source: readers.Source, sheet: readers.Sheet, wish: Wish) -> tuple[headers.Head, Record, str] | None:
    """The header row, the noun and why it is that one."""
    record = RECORDS[wish.noun] if wish.noun else None
    given = {headers.normal(header) for header in wish.maps}
    head, top = _headed(sheet, wish)
    if not head:
        return None
    hints = [sheet.name, source.path.stem]
    head = _with_unit_of_names(head, source, sheet)
    known = (record, "--as 指定") if record else guess.guess(_first_table(head, None, given).cells, hints, wish.sets)
    return (_with_table_above(_first_table(head, known[0], given), top), *known) if known else None


def _with_unit_of_names(head: headers.Head, source: readers.Source, sheet: readers.Sheet) -> headers.Head:
    """With the unit that the name of the sheet or the file says, when nothing above the header does."""
    said = units.units_said([sheet.name]) or units.units_said([source.path.stem])
    return replace(head, unit=said.pop()) if head.unit is None and len(said) == 1 else head


def _headed(sheet: readers.Sheet, wish: Wish) -> tuple[headers.Head | None, Sequence[readers.Row]]:
    """The header of a sheet, and its first rows."""
    top = readers.top(sheet.rows, headers.SEARCHED + 2)
    record = RECORDS[wish.noun] if wish.noun else None
    own = parts.names(parts.of(record, wish.recipe.parts)) if record else parts.every_name()
    known = frozenset(mapping.targets(record)) if record else mapping.every_name()
    return _find(top, known | own, {headers.normal(header) for header in wish.maps}), top


def _first_table(head: headers.Head, record: Record | None, given: Collection[str]) -> headers.Head:
    """Without the columns of another table beside it, unless one of them was named on the command line."""
    place = mapping.second_table(record, head.cells)
    if place is None or _names(head.cells[place:]) & {*given} - _names(head.cells[:place]):
        return head
    message = f"（第 {place + 1} 列）起像是并排的另一张表，没有读；请分成两个工作表或两个文件，或改掉重复的列名"
    doubt = Issue("header-repeated", message, head.cells[place], row=head.row, fatal=False)
    return replace(head, cells=head.cells[:place], doubts=(*head.doubts, doubt))


def _names(cells: Sequence[str]) -> set[str]:
    return {headers.normal(cell) for cell in cells}


def _with_table_above(head: headers.Head, top: Sequence[readers.Row]) -> headers.Head:
    """With a word about a table above the header, whose rows would be lost: they look like a title."""
    rows = headers.table_above(top[: len(head.titles)], mapping.every_name())
    if not rows:
        return head
    first, last = rows
    message = (
        f"第 {first}–{last} 行在表头（第 {head.row} 行）上方，像是另一张表，没有读；请分成两个工作表或两个文件再导入"
    )
    return replace(head, doubts=(*head.doubts, Issue("table-above", message, row=first)))


def _find(top: Sequence[readers.Row], known: frozenset[str], given: Collection[str]) -> headers.Head | None:
    """The header; the column in which rejects say why does not belong to it."""
    head = headers.find(top, known | {headers.normal(REASON)}, given)
    if head is None or REASON not in head.cells:
        return head
    last = len(head.cells) - (head.cells[-1] == REASON)
    return replace(head, cells=tuple("" if cell == REASON else cell for cell in head.cells[:last]))


def years_said(found: Found, head: headers.Head, wish: Wish) -> list[str]:
    """The years that a ledger which has no column for them speaks of, in its headers, title or name: those of the
    first of these that speaks of any. The day on which it was filled in is no year of it."""
    record, cells = found.record, head.cells
    columns = mapping.resolve(record, cells, head.unit, wish.maps, wish.sets).keys
    dated = {"signed_on", "start_on"}  # a project's year is read off its contract
    if "year" not in record or not record["year"].required or "year" in columns or columns & dated:
        return []
    for place in (cells, head.titles, (found.sheet.name,), (found.source.path.stem,)):
        if years := headers.years_in(" ".join(place)):
            return sorted(years)
    return []
