"""Rows whose columns must line up: they are measured first and written after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO

from zhengshe.render.cells import BATCH, ColumnForm, formatted
from zhengshe.render.text import pad, pad_left, width
from zhengshe.values import Value

_IN_MEMORY = 1 << 24  # bytes; beyond that the rows wait in a temporary file, so memory stays flat


@contextmanager
def measured(
    heads: Sequence[str], rows: Iterable[Sequence[Value]], forms: Sequence[ColumnForm]
) -> Iterator[tuple[list[int], IO[str]]]:
    """The width of every column, and the formatted rows, waiting for ``padded``.

    The forms must leave no tab and no line end in a cell.
    """
    widths = [width(head) for head in heads]
    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", errors="surrogateescape", newline="\n") as waiting:
        for columns in formatted(rows, forms):
            widths = [max(so_far, _widest(column)) for so_far, column in zip(widths, columns, strict=True)]
            waiting.write("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n")
        waiting.seek(0)
        yield widths, waiting


def padded(waiting: IO[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[list[list[str]]]:
    """The rows again, as batches of columns whose cells are as wide as the column; numbers stand at the right."""
    while batch := [line[:-1].split("\t") for line in islice(waiting, BATCH)]:
        yield [_fill(*column) for column in zip(zip(*batch, strict=True), widths, right, strict=True)]


# Most columns are ASCII or hold few different cells, so the slow look at every character is seldom taken.


def _widest(column: Sequence[str]) -> int:
    return max(map(len, column)) if "".join(column).isascii() else max(map(width, set(column)))


def _fill(column: Sequence[str], wide: int, at_right: bool) -> list[str]:
    if "".join(column).isascii():
        return [cell.rjust(wide) for cell in column] if at_right else [cell.ljust(wide) for cell in column]
    fill = pad_left if at_right else pad
    filled = {cell: fill(cell, wide) for cell in set(column)}
    return [filled[cell] for cell in column]


def padded_heads(heads: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    columns = zip(heads, widths, right, strict=True)
    return [pad_left(head, wide) if at_right else pad(head, wide) for head, wide, at_right in columns]
