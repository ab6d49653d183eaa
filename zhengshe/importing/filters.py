"""What is typed to pick records, as conditions the store can search by."""

from __future__ import annotations

import re

from zhengshe.errors import UsageError
from zhengshe.models import Field, Kind, Record
from zhengshe.store.connection import Connection
from zhengshe.store.query import Filter, all_fields


def field_named(record: Record, key: str) -> Field:
    """The field that was meant: by its key, option or Chinese label. Raises UsageError."""
    for field in (*all_fields(record), *record.derived):
        if key in (field.key, field.label, field.key.replace("_", "-")):
            return field
    raise UsageError(f"{record.label}没有字段“{key}”；可用：{'、'.join(record.keys)}")


def stored_field(record: Record, key: str) -> Field:
    """The same, but not one that is only worked out when shown."""
    field = field_named(record, key)
    if field in record.derived:
        raise UsageError(f"“{field.label}”由其他字段推算，不能这样用")
    return field


def equal_to(db: Connection, record: Record, key: str, text: str) -> Filter:
    """The field holds this value; an empty text: the field is blank. A date may be a year, a month or a day."""
    from zhengshe.importing.entry import read_values
    from zhengshe.store import lookup

    if key == "org" and "org" not in record and "project" in record:
        return Filter("org", "=", lookup.find(db, "org", text))
    field = field_named(record, key)
    if not text:
        return Filter(field.key, "blank")
    if field.key not in record:
        return Filter(field.key, "=", int(text) if text.isdecimal() else text)
    if field.kind is Kind.DATE and re.fullmatch(r"\d{4}(-\d\d)?", text):
        return Filter(field.key, "starts", text)
    return Filter(field.key, "=", read_values(db, record, {field.key: text})[0][field.key])


def within(record: Record, since: str | None, until: str | None) -> list[Filter]:
    """Bounds on the field that dates the record; a year or a month stands for all of its days."""
    filters = []
    for test, text in ((">=", since), ("<=", until)):
        if not text:
            continue
        if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text):
            raise UsageError(f"“{text}”不是日期，请写成 2025、2025-03 或 2025-03-01")
        in_years = record.dated in record and record[record.dated].kind is Kind.YEAR
        bound = text if len(text) == 10 or test == ">=" else f"{text}-99"
        filters.append(Filter(record.dated, test, int(text[:4]) if in_years else bound))
    return filters


def ordered(record: Record, keys: list[str]) -> list[tuple[str, bool]]:
    """(key, descending) for every sort key; a leading - turns the order round."""
    return [(stored_field(record, key.removeprefix("-")).key, key.startswith("-")) for key in keys]
