"""What the public may see of a record. Private fields are declared in models.py; free text is combed for numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhengshe.models import RECORDS, Field, Kind, Record
from zhengshe.reading import is_identity_card
from zhengshe.reports.report import Column, Table
from zhengshe.store import query
from zhengshe.store.connection import Connection
from zhengshe.values import Value

_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[-－ ]?)\d{4}(\d{3,4})(?!\d)")
_CARD = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
_HOME = "社区社会组织"  # a group that is only put on file often meets, and is reached, at a member's home


@dataclass(frozen=True)
class Withheld:
    """One line of the list of what was left out, and why."""

    what: str
    why: str
    count: int


def masked(text: str) -> str:
    """Telephone numbers as 138****0000, identity numbers gone; credit codes stay."""
    text = _CARD.sub(lambda found: "（证件号略）" if is_identity_card(found[0].upper()) else found[0], text)
    text = _MOBILE.sub(r"\1****\2", text)
    return _LANDLINE.sub(r"\1****\2", text)


def public_fields(record: Record) -> list[Field]:
    return [field for field in record.fields if not field.private]


def public_rows(db: Connection, record: Record) -> Iterator[dict[str, Value]]:
    """Every record of a noun as the public may see it, with its id (which stays inside the program)."""
    fields = (query.all_fields(record)[0], *public_fields(record))
    for row in query.select(db, record, fields):
        values = {field.key: _masked(field, value) for field, value in zip(fields, row, strict=True)}
        if values.get("kind") == _HOME and record.noun == "org":
            values["address"] = None
        yield values


def _masked(field: Field, value: Value) -> Value:
    return masked(value) if field.kind is Kind.TEXT and isinstance(value, str) else value


def _hidden(db: Connection, record: Record) -> int:
    """How many texts of what is published hold a telephone or identity number."""
    texts = [field for field in public_fields(record) if field.kind is Kind.TEXT]
    values = (value for row in query.select(db, record, texts) for value in row) if texts else ()
    return sum(isinstance(value, str) and masked(value) != value for value in values)


def public_tables(db: Connection) -> list[tuple[Record, Table]]:
    """A table a noun, for all that is published."""
    published = [record for record in RECORDS.values() if not record.withheld and query.count(db, record)]
    return [(record, _table(db, record)) for record in published]


def _table(db: Connection, record: Record) -> Table:
    fields = public_fields(record)
    rows = ([values[field.key] for field in fields] for values in public_rows(db, record))
    return Table([Column.of(field) for field in fields], rows, title=record.label)


def withheld(db: Connection) -> list[Withheld]:
    """What was left out of the public pack, and why: whole kinds of records, fields, and homes."""
    left_out = []
    for record in RECORDS.values():
        if record.withheld:
            left_out.append(Withheld(record.label, record.withheld, query.count(db, record)))
            continue
        for field in record.fields:
            filled = query.count(db, record) - query.count(db, record, [query.Filter(field.key, "blank")])
            if field.private and filled:
                left_out.append(Withheld(f"{record.label}的{field.label}", "个人信息或内部备注", filled))
    if hidden := sum(_hidden(db, record) for record in RECORDS.values() if not record.withheld):
        left_out.append(Withheld("文字中的电话和证件号", "个人信息，已打码", hidden))
    homes = [query.Filter("kind", "=", _HOME)]
    no_address = [*homes, query.Filter("address", "blank")]
    at_home = query.count(db, RECORDS["org"], homes) - query.count(db, RECORDS["org"], no_address)
    if at_home:
        left_out.append(Withheld(f"{_HOME}的住所", "可能是个人住址", at_home))
    return left_out
