"""json and jsonl: the first table as objects, one a line, or the report's own data. Streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

from zhengshe.render.blocks import first_table
from zhengshe.render.cells import ColumnForm, formatted
from zhengshe.reports.report import Column, Report, Table
from zhengshe.values import JSON_FORMS

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def write(report: Report, stream: TextIO, *, lines: bool) -> None:
    """``lines`` for jsonl: no brackets and no commas. Data that is not an array is then a single line."""
    if report.data is not None and not lines:
        stream.write(json.dumps(report.data, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
        return
    objects = _objects(report)
    if lines:
        stream.writelines(f"{_encode(each)}\n" for each in objects)
        return
    first = next(objects, None)
    if first is None:
        stream.write("[]\n")
        return
    stream.write(f"[\n  {_encode(first)}")
    stream.writelines(f",\n  {_encode(each)}" for each in objects)
    stream.write("\n]\n")


def _objects(report: Report) -> Iterator[Any]:
    if report.data is None:
        return _records(first_table(report))
    return iter(report.data if isinstance(report.data, list) else [report.data])


def _records(table: Table) -> Iterator[dict[str, Any]]:
    keys = [column.key for column in table.columns]
    for columns in formatted(table.rows, [_form(column) for column in table.columns]):
        for values in zip(*columns, strict=True):
            yield dict(zip(keys, values, strict=True))


def _form(column: Column) -> ColumnForm:
    form = JSON_FORMS.get(column.kind)
    if form is None:
        return lambda values: values
    return lambda values: [None if value is None else form(value) for value in values]
