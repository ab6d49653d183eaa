"""How far an ods file reaches once what it says to repeat is repeated: a row or a cell is written down once with the
number of times it stands there, and what reads it writes all of them out.

LibreOffice fills every sheet to its last row and column with blanks that repeat, so that only what stands before, or
among, content counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

_NO_ELEMENTS = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_STARTS = re.compile(rb"<table:table(-row)?[\s/>]")
_ROWS_REPEATED = re.compile(rb"number-rows-repeated\s*=\s*[\"']([^\"']*)")
_COLUMNS_REPEATED = re.compile(rb"number-columns-repeated\s*=\s*[\"']([^\"']*)")
_CELLS = (b"<table:table-cell", b"<table:covered-table-cell")
_CONTENT = (b"value", b"formula")  # what a cell that holds something has among its attributes
_ENDLESS = 1 << 40  # what is said in another way than in digits may be anything


@dataclass
class Reach:
    """Cells of all sheets from the first to the last with content; those of them that are not blank, or are written
    down; and only these."""

    grid: int = 0
    filled: int = 0
    written: int = 0


def reach(content: bytes) -> Reach:
    """Of all sheets in the content.xml of an ods file."""
    total = Reach()
    if b"<!" in content:
        content = _NO_ELEMENTS.sub(b"", content)
    # to look for what is nowhere, in every row of a large ledger, would take as long as the rest
    kinds, signs = ([each for each in known if each in content] for known in (_CELLS, _CONTENT))
    rows = height = width = 0
    for row in chain(_rows(content), [None]):
        if row is None:  # the next sheet
            total.grid += height * width
            rows = height = width = 0
            continue
        times = max(map(_number, _ROWS_REPEATED.findall(row)), default=1) if b"rows-repeated" in row else 1
        rows += times
        if end := _end_of_content(row, signs):
            cells = row[:end]
            written = sum(map(cells.count, kinds))
            repeated = [*_repeated(cells)] if b"columns-repeated" in cells else ()
            height, width = rows, max(width, written + sum(more for more, _ in repeated))
            total.filled += times * (written + sum(more for more, filled in repeated if filled))
            total.written += written
    return total


def _rows(content: bytes) -> Iterator[bytes | None]:
    """Every row up to its end; None where a sheet begins."""
    for start, after in pairwise(chain(_STARTS.finditer(content), [None])):
        if start is None or not start[1]:
            yield None
            continue
        limit = after.start() if after else len(content)
        end = content.find(b"</table:table-row", start.start(), limit)
        yield content[start.start() : end if end >= 0 else content.find(b"<", start.start() + 1)]


def _end_of_content(row: bytes, signs: Sequence[bytes]) -> int:
    """Where the last cell that holds something ends; 0 when none does."""
    last = max(map(row.rfind, signs), default=-1)
    if last < 0:
        return 0
    end = row.find(b"<", last)
    return end if end >= 0 else len(row)


def _repeated(cells: bytes) -> Iterator[tuple[int, bool]]:
    """How many more than is written each cell that repeats stands for, and whether it holds something."""
    for found in _COLUMNS_REPEATED.finditer(cells):
        tag = cells[cells.rfind(b"<", 0, found.start()) : cells.find(b"<", found.end())]
        yield _number(found[1]) - 1, any(each in tag for each in _CONTENT)


def _number(text: bytes) -> int:
    return int(text) if text.isdigit() and len(text) < 13 else _ENDLESS
