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
    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="\n") as waiting:
        for columns in formatted(rows, forms):
            # many cells of a column are equal, so only the different ones are measured (and padded below)
            widths = [max(so_far, *map(width, set(column))) for so_far, column in zip(widths, columns, strict=True)]
            waiting.write("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n")
        waiting.seek(0)
        yield widths, waiting


def padded(waiting: IO[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[tuple[str, ...]]:
    """The rows again, every cell as wide as its column; numbers stand at the right."""
    fills = [pad_left if at_right else pad for at_right in right]
    while batch := [line[:-1].split("\t") for line in islice(waiting, BATCH)]:
        columns = []
        for fill, wide, column in zip(fills, widths, zip(*batch, strict=True), strict=True):
            filled = {cell: fill(cell, wide) for cell in set(column)}
            columns.append([filled[cell] for cell in column])
        yield from zip(*columns, strict=True)


def padded_heads(heads: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    columns = zip(heads, widths, right, strict=True)
    return [pad_left(head, wide) if at_right else pad(head, wide) for head, wide, at_right in columns]
