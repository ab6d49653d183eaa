"""Cells of a text file that are written ="00123", so that a spreadsheet keeps their zeros: many platforms export so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MARK = '="'


class Lines:
    """The lines of a text file. A mark is hardly ever in one, and to look at each cell for it would take time."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.guarded = False  # was there a mark in any so far?

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            if MARK in line:
                self.guarded = True
            yield line

    def unguarded(self, row: list[str]) -> list[str]:
        """A row of what was read from these lines."""
        return [_unguarded(cell) for cell in row] if self.guarded else row


def _unguarded(cell: str) -> str:
    if len(cell) > len(MARK) and cell.startswith(MARK) and cell.endswith('"'):
        return cell[len(MARK) : -1].replace('""', '"')
    return cell
