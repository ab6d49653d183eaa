"""Rows whose columns must line up: they are measured first and written after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile

from zhengshe.render.cells import ColumnForm, formatted
from zhengshe.render.text import width
from zhengshe.values import Value

_IN_MEMORY = 1 << 24  # characters; beyond that the rows wait in a temporary file, so memory stays flat


@contextmanager
def measured(
    heads: Sequence[str], rows: Iterable[Sequence[Value]], forms: Sequence[ColumnForm]
) -> Iterator[tuple[list[int], Iterator[list[str]]]]:
    """The width of every column, and the formatted rows. The forms must leave no tab and no line end in a cell."""
    widths = [width(head) for head in heads]
    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="\n", errors="backslashreplace") as waiting:
        for columns in formatted(rows, forms):
            widths = [max(so_far, *map(width, column)) for so_far, column in zip(widths, columns, strict=True)]
            waiting.write("".join("\t".join(cells) + "\n" for cells in zip(*columns, strict=True)))
        waiting.seek(0)
        yield widths, (line[:-1].split("\t") for line in waiting)
