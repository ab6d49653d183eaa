"""Which row is the header, and what its cells are called.

Ledgers have a title, a line with the maker's name and the unit, a header of one or two rows, and then rows of which
some are totals, remarks and repeated headers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from zhengshe.reading import BLANKS, UNITS

REMARK, BLANK, AGAIN = "说明行", "空行", "重复表头"
SEARCHED = 30  # rows from the top among which a header is looked for
_MONEY_UNIT = r"(亿元|万元|千元|百元|元)"
_UNIT_LINE = re.compile(rf"单位\s*:?\s*[(\[]?(?:人民币)?[(\[]?{_MONEY_UNIT}(?![\u4e00-\u9fff])")
_UNIT_CELL = re.compile(rf"[(\[]?(?:人民币)?{_MONEY_UNIT}[)\]]?")  # a cell above the header, without the word 单位
_UNIT_OF_TITLE = re.compile(rf".*[(\[](?:人民币)?{_MONEY_UNIT}[)\]]")
_UNNAMED = re.compile(r"Unnamed: ?\d+(_level_\d+)?")
_TOTAL = re.compile(r"(?:本[页月季年]|以上)?(?:(?:合|总|小|共|累)\s*计|总数)(?:\s*[(（:：].*)?")
BARE_TOTALS = ("合计", "小计", "总计", "累计")  # no record is called so, in whatever column it stands
_REMARK = re.compile(
    r"(备?注|说明|填表(人|单位|日期)?|制表(人|单位|日期)?|审核(人)?|填报(人|单位|日期)?|负责人签字|单位盖章)[:：]"
)


@dataclass(frozen=True)
class Head:
    """The header of a sheet: the number of its (last) row, its cells, and the unit said above it (元: 1)."""

    row: int
    cells: tuple[str, ...]
    unit: int
    titles: tuple[str, ...] = ()


def normal(header: str) -> str:
    """A header without what varies from hand to hand: width, blanks, line breaks, marks, its unit, and a year before
    it (2024年年检结论)."""
    text = re.sub(r"[\s*＊:：\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFKC", header)).lower()
    bare = re.sub(r"[(\[]?(?:单位)?(?:人民币)?(?:亿元?|万元?|千元|百元|元)[)\]]$", "", text)
    return re.sub(r"^20\d\d年度?(?=.)", "", bare) or text


def unit_in(header: str) -> int | None:
    """What a bare number under this header counts in: 10,000 under 金额（万元）; None when it does not say."""
    match = re.search(
        r"[(\[](?:单位:?)?(?:人民币)?(亿元?|万元?|千元|百元|元)[)\]]", unicodedata.normalize("NFKC", header)
    )
    return UNITS[match[1]] if match else None


def find(rows: Sequence[Sequence[str]], known: Collection[str], given: Collection[str] = ()) -> Head | None:
    """The header among the first rows of a sheet: the row most of whose cells are known names.

    ``known`` and ``given`` (headers named on the command line) are ``normal``. A second row of sub-headers is joined
    under its parents. None when no row has two known names, or all that were given.
    """
    best, score = None, 0
    for place, row in enumerate(rows[:SEARCHED]):
        if not given and best is not None and place > best + 1 and score >= 2 and _is_mostly_names(rows[best], known):
            break  # what comes below is the table, and perhaps another one
        names = {normal(cell) for cell in row if not _UNNAMED.fullmatch(cell.strip())}
        hits = sum(name in known for name in names) + 2 * sum(name in given for name in names)
        if hits > score:
            best, score = place, hits
    filled = sum(bool(cell.strip()) for cell in rows[best]) if best is not None else 0
    if best is None or score < min(2, filled):
        return None
    if best and (_merged_down(rows[best - 1], rows[best]) or _stands_above(rows[best - 1], rows[best], known)):
        best -= 1  # the lower half of a header of two rows has more names than the upper
    cells = [clean_header(cell) for cell in rows[best]]
    last = best
    if best + 1 < len(rows) and _is_second_row(cells, rows[best + 1], known):
        cells, last = _joined(cells, rows[best + 1]), best + 1
    titles = tuple(" ".join(filter(None, map(str.strip, row))) for row in rows[:best])
    return Head(last + 1, tuple(cells), _unit_above(rows[:best], cells), titles)


def _is_mostly_names(row: Sequence[str], known: Collection[str]) -> bool:
    names = [normal(cell) for cell in row if clean_header(cell)]
    return sum(name in known for name in names) * 5 >= len(names) * 3


def is_another(row: Sequence[str], known: Collection[str]) -> bool:
    """Does a second table begin with this row? All but one of its cells, at least two, are names of fields."""
    names = [normal(cell) for cell in row if clean_header(cell)]
    return sum(name in known for name in names) >= max(2, len(names) - 1)


def clean_header(cell: str) -> str:
    """A header as it is shown: on one line; what pandas calls an empty one is empty."""
    text = re.sub(r"[\s\u200b-\u200f\ufeff]+", "", cell)
    return "" if _UNNAMED.fullmatch(cell.strip()) else text


def _merged_down(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Does a header cell reach over both rows?"""
    return any(above.strip() and above == below for above, below in zip(upper, lower, strict=False))


def _stands_above(upper: Sequence[str], lower: Sequence[str], known: Collection[str]) -> bool:
    """The upper half of a header whose cells are not merged downwards, or no longer (csv): it has names where the lower
    half is blank, and blanks where that has names."""
    pairs = [(clean_header(above), clean_header(below)) for above, below in zip(upper, lower, strict=False)]
    return any(normal(above) in known and not below for above, below in pairs) and any(
        below and not above for above, below in pairs
    )


def _is_second_row(parents: Sequence[str], row: Sequence[str], known: Collection[str]) -> bool:
    """A row below the header is part of it when it has names where the header is blank or merged, and no values."""
    names = [clean_header(cell) for cell in row]
    under_blank = [
        name
        for place, name in enumerate(names)
        if name and (place >= len(parents) or not parents[place] or name != parents[place])
    ]
    spans = any(not parents[place] for place in range(1, min(len(parents), len(names))) if names[place])
    looks_like_values = any(re.search(r"\d", name) for name in under_blank)
    return spans and bool(under_blank) and not looks_like_values and any(normal(name) in known for name in under_blank)


def _joined(parents: Sequence[str], row: Sequence[str]) -> list[str]:
    """合同 over 金额 and 编号 becomes 合同金额 and 合同编号; a name merged downwards stays itself."""
    joined, parent = [], ""
    for place in range(max(len(parents), len(row))):
        above = parents[place] if place < len(parents) else ""
        below = clean_header(row[place]) if place < len(row) else ""
        parent = above or parent
        joined.append(above if not below or below == above else f"{parent}{below}")
    return joined


def _unit_above(rows: Sequence[Sequence[str]], header: Sequence[str]) -> int:
    """The unit said above the header: 单位：万元, 万元 in a cell of its own, or behind the title of the table; or among
    the headers, as the rejects have it."""
    for row in rows:
        cells = [text for cell in row if (text := unicodedata.normalize("NFKC", cell).strip())]
        match = next(filter(None, (_UNIT_LINE.search(cell) or _UNIT_CELL.fullmatch(cell) for cell in cells)), None)
        match = match or (_UNIT_OF_TITLE.fullmatch(cells[0]) if len(set(cells)) == 1 else None)
        if match:
            return UNITS[match[1]]
    return next((unit for unit in {*UNITS.values()} if unit_header(unit) in header), 1)


def unit_header(unit: int) -> str:
    """A header that says the unit of the whole table, for one that has no line above it."""
    return f"单位：{next(name for name, factor in UNITS.items() if factor == unit and name.endswith('元'))}"


def unit_in_remark(row: Sequence[str]) -> str | None:
    """The unit that a remark below the table claims for it (说明：金额单位为万元), unless it is 元."""
    text = unicodedata.normalize("NFKC", "".join(row))
    match = re.search(rf"单位[为是]?\s*:?\s*[(\[]?(?:人民币)?[(\[]?{_MONEY_UNIT}(?![\u4e00-\u9fff])", text)
    return match[1] if match and match[1] != "元" else None


def skipped(row: Sequence[str], head: Head) -> str | None:
    """Why a row below the header is no record: blank, a total, a remark, or the header again. None when it is one."""
    filled = [text for cell in row if (text := cell.strip()) and text not in BLANKS]
    if not filled:
        return BLANK
    if _TOTAL.fullmatch(filled[0].strip("：: ")) or any(total in filled for total in BARE_TOTALS):
        return "合计行"
    if _REMARK.match(filled[0]) and len(filled) <= 3:
        return REMARK
    cells = [clean_header(cell) for cell in row]
    if sum(cell == name for cell, name in zip(cells, head.cells, strict=False) if cell) >= max(2, len(filled) - 1):
        return AGAIN
    return None


def repeats(cells: Sequence[str]) -> Iterator[str]:
    """Headers that stand twice: two tables side by side."""
    seen = set()
    for cell in cells:
        if cell and cell in seen:
            yield cell
        seen.add(cell)
