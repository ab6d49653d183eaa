"""json and jsonl: the first table as objects, one a line, or the report's own data. Streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TextIO

from zhengshe.models import Kind
from zhengshe.render.blocks import first_table
from zhengshe.render.cells import ColumnForm, formatted
from zhengshe.reports.report import Column, Report, Table
from zhengshe.values import JSON_FORMS

try:
    from _json import encode_basestring  # where json has it from: json itself takes 1 ms to load, for its decoder
except ImportError:
    from json.encoder import encode_basestring


def write(report: Report, stream: TextIO, *, lines: bool) -> None:
    """``lines`` for jsonl: no brackets and no commas."""
    if report.data is None:
        objects = _records(first_table(report))
    elif lines:
        objects = map(_dump, report.data if isinstance(report.data, list) else [report.data])
    else:
        stream.write(_dump(report.data, indent=2) + "\n")
        return
    if lines:
        stream.writelines(f"{each}\n" for each in objects)
        return
    first = next(objects, None)
    if first is None:
        stream.write("[]\n")
        return
    stream.write(f"[\n  {first}")
    stream.writelines(f",\n  {each}" for each in objects)
    stream.write("\n]\n")


def _dump(data: object, indent: int | None = None) -> str:
    import json

    return json.dumps(data, ensure_ascii=False, indent=indent, allow_nan=False)


def _records(table: Table) -> Iterator[str]:
    """One object a row. The keys are written once for the table and the values a column at a time: half the time of
    building a dict for every row."""
    members = (encode_basestring(column.key).replace("%", "%%") + ": %s" for column in table.columns)
    template = "{" + ", ".join(members) + "}"
    for columns in formatted(table.rows, [_form(column) for column in table.columns]):
        yield from map(template.__mod__, zip(*columns, strict=True))


def _form(column: Column) -> ColumnForm:
    if column.kind is Kind.FLAG:
        return lambda values: ["null" if value is None else "true" if value else "false" for value in values]
    if form := JSON_FORMS.get(column.kind):
        return _numbers(form)
    return lambda values: [
        encode_basestring(value) if isinstance(value, str) else "null" if value is None else str(value)
        for value in values
    ]


def _numbers(form: Callable[[Any], Any]) -> ColumnForm:
    return lambda values: ["null" if value is None else str(form(value)) for value in values]
