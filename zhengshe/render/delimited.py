"""csv and tsv: the first table, under its Chinese heads, as ``values.reader_for`` takes it back."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from zhengshe.models import Kind
from zhengshe.render.blocks import first_table
from zhengshe.render.cells import ColumnForm, formatted
from zhengshe.render.text import one_line
from zhengshe.reports.report import Column, Report, Table
from zhengshe.values import FORMULA_STARTS, PLAIN_FORMS, guard_formula

_MAY_BE_FORMULA = frozenset({Kind.TEXT, Kind.CHOICE, Kind.PHONE, Kind.ORG, Kind.PROJECT})
_SUSPECT = FORMULA_STARTS | {"'"}


def write(report: Report, stream: TextIO, *, tabs: bool, line_end: str) -> None:
    """In tsv a tab or line end within a cell becomes a blank; csv keeps them, quoted."""
    table = first_table(report)
    writer = csv.writer(stream, delimiter="\t" if tabs else ",", lineterminator=line_end)
    writer.writerow([column.label for column in table.columns])
    writer.writerows(_rows(table, [_form(column, tabs) for column in table.columns]))


def _rows(table: Table, forms: Sequence[ColumnForm]) -> Iterator[tuple[Any, ...]]:
    for columns in formatted(table.rows, forms):
        yield from zip(*columns, strict=True)


def _form(column: Column, tabs: bool) -> ColumnForm:
    if column.kind in PLAIN_FORMS:
        form = PLAIN_FORMS[column.kind]
        return lambda values: [None if value is None else form(value) for value in values]
    if column.kind not in _MAY_BE_FORMULA:
        return lambda values: values  # the csv module writes numbers as they are and None as a blank
    if tabs:
        return lambda values: [None if text is None else one_line(guard_formula(str(text))) for text in values]
    return _guarded


def _guarded(values: Sequence[Any]) -> list[Any]:
    """Free text; few cells are suspect, so most are only looked at."""
    return [guard_formula(text) if text.__class__ is str and text[:1] in _SUSPECT else text for text in values]
