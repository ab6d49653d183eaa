"""What parts the cells of a text file: commas, tabs or semicolons."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from itertools import islice

from zhengshe.importing.headers import SEARCHED, normal
from zhengshe.importing.mapping import every_name

_MARKS = ",\t;"


def separator(sample: str) -> str:
    """The mark that parts the header, if the first lines have one that we know; it may stand below a title. What the
    header line does not have is no separator, however many cells below it do (乙社;原名丙社 is one name).

    Without a header that we know, a mark that the first line has, or that all lines have from some line on; a comma
    where there is none, so that a table of one column is read as one.
    """
    tables = {mark: _rows(sample, mark) for mark in _MARKS}
    best = max(_MARKS, key=lambda mark: _header(tables[mark]))
    names, _, is_parted = _header(tables[best])
    if names:
        return best if is_parted else ","
    parting = [mark for mark in _MARKS if _parts(tables[mark])]
    return max(parting, key=lambda mark: sum(len(row) > 1 for row in tables[mark]), default=",")


def _rows(sample: str, mark: str) -> list[list[str]]:
    lines = StringIO(sample, newline="")
    return [row for row in islice(csv.reader(lines, delimiter=mark), SEARCHED) if any(cell.strip() for cell in row)]


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, int, bool]:
    """What the row most like a header has: known names, the fewest lines above it, and whether it has several cells.
    A cell below 名称 is none, though it may say ;活动地点."""
    likeness = ((sum(normal(cell) in every_name() for cell in row), -above) for above, row in enumerate(rows))
    names, above = max(likeness, default=(0, 0))
    return names, above, bool(rows) and len(rows[-above]) > 1


def _parts(rows: Sequence[Sequence[str]]) -> bool:
    """Has the first row several cells, or has every row from some title on, two at least, the same number of them?"""
    widths = [len(row) for row in rows]
    below = [*islice(widths, next((place for place, width in enumerate(widths) if width > 1), len(widths)), None)]
    return widths[:1] == below[:1] != [] or (len(below) > 1 and len(set(below)) == 1)
