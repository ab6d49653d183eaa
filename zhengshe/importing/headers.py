"""Which row is the header, and what its cells are called.

Ledgers have a title, a line with the maker's name and the unit, a header of one or two rows, and then rows of which
some are totals, remarks and repeated headers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from zhengshe.errors import Issue
from zhengshe.importing import units
from zhengshe.reading import UNITS

SEARCHED = 30  # rows from the top among which a header is looked for
COUNTERS = frozenset({"序号", "行号", "no", "no."})  # columns that only count the rows
_UNNAMED = re.compile(r"Unnamed: ?\d+(_level_\d+)?")
_UNIT_CELL = re.compile(r"[(\[【]?(?:人民币)?([百千万亿]?元)[)\]】]?")
_YEARS = re.compile(r"(?<!\d)(?:(20\d\d)\s*年?度?\s*[-—–~～至、和]+\s*)?(20\d\d)\s*年(?!\s*\d{1,2}\s*月)")
_YEAR = re.compile(r"20\d\d年度?")
_OF_MONEY = re.compile("[额款金资费价]|预算|收入|支出")


@dataclass(frozen=True)
class Head:
    """The header of a sheet: the number of its (last) row, its cells, and the unit said above it, None when none is.
    ``year`` is the one that all rows are read as of, when nothing but a title or a name says it.

    ``titles`` are the rows above it, ``lines`` its own rows as they stand, and ``doubts`` what must be said of the rows
    above: a unit that is not understood, a table that would be lost.
    """

    row: int
    cells: tuple[str, ...]
    unit: int | None
    titles: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    doubts: tuple[Issue, ...] = ()
    year: str | None = None

    @property
    def nameless(self) -> tuple[int, ...]:
        """The columns, from 0, of which the header says nothing: what is merged across two names only the first."""
        columns = range(len(self.cells))
        return tuple(each for each in columns if not any(line[each] for line in self.lines if each < len(line)))


def letters(column: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    before, last = divmod(column, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def normal(header: str) -> str:
    """A header without what varies from hand to hand: width, blanks, line breaks, marks, its unit, and a year before
    it (2024年年检结论)."""
    text = re.sub(r"[\s*＊:：\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFKC", header)).lower()
    text = text.replace("圆", "元").translate(_BRACKETS)
    return re.sub(r"^20\d\d年度?(?=.)", "", units.without_unit(text)) or text


_BRACKETS = str.maketrans("【】〔〕", "[][]")


def find(rows: Sequence[Sequence[str]], known: frozenset[str], given: Collection[str] = ()) -> Head | None:
    """The header among the first rows of a sheet: the row most of whose cells are known names.

    ``known`` and ``given`` (headers named on the command line) are ``normal``. A second row of sub-headers is joined
    under its parents. None when no row has two known names, or all that were given.
    """
    best, score = None, 0
    for place, row in enumerate(rows[:SEARCHED]):
        if not given and best is not None and place > best + 1 and score >= 2 and _is_mostly_names(rows[best], known):
            break  # what comes below is the table, and perhaps another one
        names = {normal(cell) for cell in row if not _UNNAMED.fullmatch(cell.strip())}
        hits = sum(not known.isdisjoint({name, _before_brackets(name)}) for name in names)
        hits += 2 * sum(name in given for name in names)
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
    if last + 1 < len(rows) and _is_row_of_units(cells, rows[last + 1]):
        cells, last = _with_units(cells, rows[last + 1]), last + 1
    titles = tuple(" ".join(filter(None, map(str.strip, row))) for row in rows[:best])
    lines = tuple(tuple(map(clean_header, row)) for row in rows[best : last + 1])
    unit, doubts = _unit_above(rows[:best], cells, known)
    return Head(last + 1, tuple(cells), unit, titles, lines, doubts)


def _before_brackets(name: str) -> str:
    """What a ``normal`` header says before a remark in brackets: 年检结论（合格/基本合格）."""
    return re.sub(r"(?<=.)[(\[].*", "", name)


def _names(row: Sequence[str]) -> list[str]:
    """The cells of a row as names of fields, without a column that only counts."""
    return [name for cell in row if clean_header(cell) and (name := normal(cell)) not in COUNTERS]


def _is_mostly_names(row: Sequence[str], known: Collection[str]) -> bool:
    names = _names(row)
    return sum(name in known for name in names) * 5 >= len(names) * 3


def is_another(row: Sequence[str], known: Collection[str]) -> bool:
    """Does a second table begin with this row? At least half of its cells, and two, are names of fields."""
    names = _names(row)
    return sum(name in known for name in names) * 2 >= max(4, len(names))


def table_above(rows: Sequence[Sequence[str]], known: Collection[str]) -> tuple[int, int] | None:
    """The numbers of the first and the last row of a table among these, which stand above the header that was found.

    A row with two names begins one if what stands below these names is none: a form has more names there.
    """
    for place, row in enumerate(rows):
        named = [column for column, cell in enumerate(row) if normal(cell) in known]
        last = place
        while len(named) >= 2 and last + 1 < len(rows) and _fits_under(rows[last + 1], named, known):
            last += 1
        if last > place:
            return place + 1, last + 1
    return None


def _fits_under(row: Sequence[str], named: Sequence[int], known: Collection[str]) -> bool:
    under = [row[column] for column in named if column < len(row) and row[column].strip()]
    filled = sum(bool(cell.strip()) for cell in row)
    return filled >= 2 and bool(under) and not any(normal(cell) in known for cell in under)


def clean_header(cell: str) -> str:
    """A header as it is shown: on one line; what pandas calls an empty one is empty."""
    text = re.sub(r"[\s\u200b-\u200f\ufeff]+", "", cell)
    return "" if _UNNAMED.fullmatch(cell.strip()) else text


def years_in(text: str) -> set[str]:
    """The years of which a title speaks. A day on which something was filled in is none."""
    return {year for pair in _YEARS.findall(text) for year in pair if year}


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
    looks_like_values = any(re.search(r"\d", name) and not _YEAR.fullmatch(name) for name in under_blank)
    named = any(normal(name) in known or _YEAR.fullmatch(name) for name in under_blank)
    return spans and named and not looks_like_values


def _joined(parents: Sequence[str], row: Sequence[str]) -> list[str]:
    """合同 over 金额 and 编号 becomes 合同金额 and 合同编号, 收入 over 2024年 2024年收入; a name merged downwards stays
    itself."""
    joined, parent = [], ""
    for place in range(max(len(parents), len(row))):
        above = parents[place] if place < len(parents) else ""
        below = clean_header(row[place]) if place < len(row) else ""
        parent = above or parent
        both = f"{below}{parent}" if _YEAR.fullmatch(below) else f"{parent}{below}"
        joined.append(above if not below or below == above else both)
    return joined


def _is_row_of_units(parents: Sequence[str], row: Sequence[str]) -> bool:
    """A row that says nothing but the units of amounts, each under the header it belongs to."""
    pairs = [(parent, clean_header(cell)) for parent, cell in zip(parents, row, strict=False) if cell.strip()]
    under = [(parent, cell) for parent, cell in pairs if cell != parent]
    if len(pairs) < sum(bool(cell.strip()) for cell in row):
        return False
    return bool(under) and all(
        _UNIT_CELL.fullmatch(units.plain(cell)) and _OF_MONEY.search(above) for above, cell in under
    )


def _with_units(parents: Sequence[str], row: Sequence[str]) -> list[str]:
    below = [clean_header(cell) for cell in row]
    said = [_UNIT_CELL.fullmatch(units.plain(cell)) for cell in [*below, *[""] * (len(parents) - len(below))]]
    return [f"{parent}（{match[1]}）" if match else parent for parent, match in zip(parents, said, strict=False)]


def _unit_above(
    rows: Sequence[Sequence[str]], header: Sequence[str], known: Collection[str]
) -> tuple[int | None, tuple[Issue, ...]]:
    """The unit said above the header, or among the headers, as the rejects have it; and where one is mentioned that is
    not understood, or two do not agree."""
    said = [(place, unit) for place, row in enumerate(rows, 1) for unit in units.units_said(row)]
    if len({unit for _, unit in said}) > 1:
        return None, (_unclear(said[-1][0], "两种金额单位"),)
    if said:
        return said[0][1], ()
    named = next((unit for unit in {*UNITS.values()} if units.unit_header(unit) in header), None)
    return named, () if named else tuple(_mentions(rows, known))


def _mentions(rows: Sequence[Sequence[str]], known: Collection[str]) -> Iterator[Issue]:
    for place, row in enumerate(rows, 1):
        for cell in dict.fromkeys(row):
            unit, likely = units.unclear_in(cell) or ("", False)
            if likely and normal(cell) not in known:  # 注册资金（万元） in a form above the table is of that alone
                yield _unclear(place, f"“{unit}”", cell)
            elif unit:
                message = f"提到{unit}，没有当作整张表的金额单位，金额按元读"
                yield Issue("unit-mentioned", message, "", cell.strip()[:40], place, fatal=False)


def _unclear(row: int, what: str, cell: str = "") -> Issue:
    advice = "请改成一行“单位：万元”或“单位：元”，或写进列名：合同金额（万元）"
    return Issue("unit-unclear", f"表头上方写着{what}，看不出金额单位，没有换算；{advice}", "", cell.strip()[:40], row)


def repeats(cells: Sequence[str]) -> Iterator[str]:
    """Headers that stand twice: two tables side by side."""
    seen = set()
    for cell in cells:
        if cell and cell in seen:
            yield cell
        seen.add(cell)
