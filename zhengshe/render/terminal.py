"""The table format on a terminal: long cells fold, nothing is cut; many rows come as plain lines, which cost less."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, TextIO, TypeVar

from zhengshe.models import Kind
from zhengshe.render import plain
from zhengshe.render.bars import with_bars
from zhengshe.render.blocks import NOTHING, with_footnotes
from zhengshe.render.cells import heads, shown_line
from zhengshe.render.text import LEAST, fold, lines_of, one_line, share, width
from zhengshe.reports.report import Chart, Heading, Paragraph, Report, Table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as Grid

T = TypeVar("T")
_SHORT = 10  # cells
MOST_ROWS = 300  # rich takes nearly a millisecond and 6 KB a row
_GAP = 2


def write(report: Report, stream: TextIO, unit: str) -> None:
    from rich.console import Console

    # NO_COLOR here means no escape sequence at all, so neither bold
    console = Console(
        file=stream,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )
    for number, block in enumerate(report.blocks):
        if number:
            console.print()
        if isinstance(block, Heading):
            console.print(lines_of(block.text), style="bold")
        elif isinstance(block, Paragraph):
            console.print(fold(lines_of(block.text), console.width), overflow="fold")
        else:
            _write_table(with_bars(block) if isinstance(block, Chart) else block, console, stream, unit)


def _write_table(table: Table, console: Console, stream: TextIO, unit: str) -> None:
    table = with_footnotes(table)
    rows = iter(table.rows)
    few = list(islice(rows, MOST_ROWS + 1))
    if len(few) > MOST_ROWS:
        plain.write_table(table._replace(rows=chain(few, rows)), stream, unit)
        return
    if table.title:
        console.print(one_line(table.title), style="bold")
    labels = heads(table.columns, unit)
    forms = [shown_line(column, unit) for column in table.columns]
    columns = [list(form(column)) for form, column in zip(forms, zip(*few, strict=True), strict=False)]
    if columns and any(column.aside for column in table.columns) and _needed(labels, columns) > console.width:
        _write_with_asides(table, labels, columns, console)
    else:
        _write_side_by_side(table, labels, columns, console)
    if not few:
        console.print(NOTHING)
    if table.note:
        console.print(fold(lines_of(f"注：{table.note}"), console.width), style="dim", overflow="fold")


def _write_side_by_side(
    table: Table, labels: Sequence[str], columns: Sequence[Sequence[str]], console: Console
) -> None:
    cells = list(zip(*columns, strict=True))
    widths = None if table.card else _fit(table, labels, columns, console.width)
    for grid in _cards(labels, cells) if widths is None else [_grid(table, labels, cells, widths)]:
        console.print(grid)


def _write_with_asides(table: Table, labels: Sequence[str], columns: Sequence[Sequence[str]], console: Console) -> None:
    """What is an aside below its row, so that the rest has room; a grid for every row, all of the same widths."""

    def parts(of: Sequence[T], aside: bool) -> list[T]:
        return [each for column, each in zip(table.columns, of, strict=True) if column.aside == aside]

    above = table._replace(columns=parts(table.columns, False))
    heads, asides = parts(labels, False), parts(labels, True)
    widths = _fit(above, heads, parts(columns, False), console.width)
    if widths is None:
        _write_side_by_side(table, labels, columns, console)
        return
    for number, row in enumerate(zip(*columns, strict=True)):
        if number:
            console.print()
        console.print(_grid(above, heads, [parts(row, False)], widths, with_head=not number))
        said = "  ".join(f"{label}：{cell}" for label, cell in zip(asides, parts(row, True), strict=True) if cell)
        for line in fold(said, console.width - 2 * _GAP).splitlines():
            console.print(" " * _GAP + line, style="dim")


def _needed(labels: Sequence[str], columns: Sequence[Sequence[str]]) -> int:
    """The cells of a line that folds nothing."""
    return sum(max(map(width, [label, *column])) + _GAP for label, column in zip(labels, columns, strict=True))


def _fit(table: Table, labels: Sequence[str], columns: Sequence[Sequence[str]], available: int) -> list[int] | None:
    """The width of every column; None when they cannot stand side by side. Numbers and dates never fold."""
    bodies = [max(map(width, column)) for column in columns] or [0] * len(labels)
    natural = [max(width(label), body) for label, body in zip(labels, bodies, strict=True)]
    least = [
        max(body if column.at_right or column.kind is Kind.DATE else 0, min(want, LEAST))
        for column, body, want in zip(table.columns, bodies, natural, strict=True)
    ]
    # where there is room for it, a number or a term (P2026-001, 行政监督) stays whole as well
    whole = [max(low, want if want <= _SHORT else low) for low, want in zip(least, natural, strict=True)]
    room = available - _GAP * len(labels)
    return share(natural, whole, room) or share(natural, least, room)


def _grid(
    table: Table,
    labels: Sequence[str],
    cells: Sequence[Sequence[str]],
    widths: Sequence[int],
    *,
    with_head: bool = True,
) -> Grid:
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    folds = any(width(cell) > wide for row in cells for cell, wide in zip(row, widths, strict=True))
    grid = Grid(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        show_header=with_head,
        leading=int(folds),
    )
    for column, label, wide in zip(table.columns, labels, widths, strict=True):
        grid.add_column(Text(label), width=wide, overflow="fold", justify="right" if column.at_right else "left")
    for row in cells:
        grid.add_row(*(Text(fold(cell, wide)) for cell, wide in zip(row, widths, strict=True)))
    return grid


def _cards(labels: Sequence[str], cells: Sequence[Sequence[str]]) -> Iterator[Grid]:
    """A grid of label and value for each record."""
    from rich.table import Table as Grid
    from rich.text import Text

    widest = max(map(width, labels))
    for number, row in enumerate(cells):
        grid = Grid.grid(padding=(0, _GAP, 0, 0))
        grid.add_column(style="bold", width=widest, no_wrap=True)
        grid.add_column(overflow="fold")
        if number:
            grid.add_row("", "")
        for label, cell in zip(labels, row, strict=True):
            grid.add_row(Text(label), Text(cell))
        yield grid
