"""Values as text, a column at a time: the form is chosen once, not for every cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from zhengshe.models import Kind
from zhengshe.render.text import one_line
from zhengshe.reports.report import Column
from zhengshe.values import SHOW_FORMS, Value

BATCH = 1000  # rows; enough to spread the cost, few enough to keep memory flat

# a whole column of stored values -> a column of what is written
ColumnForm = Callable[[Sequence[Any]], Iterable[Any]]


def formatted(rows: Iterable[Sequence[Value]], forms: Sequence[ColumnForm]) -> Iterator[list[Sequence[Any]]]:
    """Batches of rows, turned into columns, each in its form."""
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield [list(form(column)) for form, column in zip(forms, zip(*batch, strict=True), strict=True)]


def shown(column: Column, unit: str) -> Callable[[Value], str]:
    """How a value of this column is shown to people, on one line or several; None is blank."""
    form: Callable[[Any], str] = (
        show_wan if unit == "万元" and column.kind is Kind.MONEY else SHOW_FORMS.get(column.kind, str)
    )
    return lambda value: "" if value is None else form(value)


def shown_line(column: Column, unit: str) -> ColumnForm:
    """A column as people see it, each cell on one line and free of control characters."""
    form: Callable[[Any], str] = shown(column, unit)
    if column.kind in SHOW_FORMS:
        return lambda values: [form(value) for value in values]
    return _lines


def _lines(values: Sequence[Any]) -> list[str]:
    cells = ["" if value is None else str(value) for value in values]
    return cells if "".join(cells).isprintable() else [one_line(cell) for cell in cells]


def show_wan(fen: int) -> str:
    """万元 with two decimals, rounded for the eye only."""
    whole, part = divmod((abs(fen) + 5000) // 10_000, 100)  # halves away from zero
    return f"{'-' * (fen < 0 and (whole, part) != (0, 0))}{whole:,}.{part:02d}"  # never -0.00


def head(column: Column, unit: str) -> str:
    """The column's head; money says its unit when that is not 元."""
    label = one_line(column.label)
    return f"{label}（{unit}）" if column.kind is Kind.MONEY and unit != "元" else label


def heads(columns: Sequence[Column], unit: str) -> list[str]:
    return [head(column, unit) for column in columns]
