"""One record as a person or a script gives it: text in, checked values out; and what a registered change does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from zhengshe import resources
from zhengshe.errors import Issue, MissingError, RejectedError, ValueProblem
from zhengshe.models import ORG, Record
from zhengshe.reading import reader_for
from zhengshe.rules import derive
from zhengshe.store import lookup, records
from zhengshe.store.connection import Connection, file_of
from zhengshe.values import Value

Given = str | int | float | dt.date | None


def read_values(db: Connection, record: Record, given: Mapping[str, Given]) -> tuple[dict[str, Value], list[Issue]]:
    """Stored values, references found, and the warnings.

    Raises RejectedError with every bad value, NotFoundError for a reference that names nothing or several.
    """
    values: dict[str, Value] = {}
    issues: list[Issue] = []
    for key, raw in given.items():
        if raw is None:
            continue
        field = record[key]
        text = ("是" if raw else "否") if isinstance(raw, bool) else str(raw)
        try:
            reading = reader_for(field, resources.codelists())(text)
        except ValueProblem as problem:
            # an identity number is not repeated, not even to the one who typed it: screens are photographed
            shown = "" if problem.code == "code-identity" else text
            issues.append(Issue(problem.code, str(problem), column=field.label, value=shown))
            continue
        values[key] = derive.settled(record, key, reading.value)
        if reading.warning:
            issues.append(Issue(*reading.warning, column=field.label, value=text, fatal=False))
    if fatal := tuple(issue for issue in issues if issue.fatal):
        lines = "；".join(f"{issue.column}“{issue.value}”：{issue.message}" for issue in fatal)
        raise RejectedError(f"{lines}。没有写入", fatal)
    for field in record.fields:
        if (field.kind.is_reference or field is record.owner) and values.get(field.key) is not None:
            values[field.key] = lookup.find_owner(db, field, str(values[field.key]))
    return values, issues


def require(record: Record, values: Mapping[str, Value], *, adding: bool = False) -> None:
    """MissingError names every required field that is missing, by its option; when adding, the first thing a record
    is asked for has none."""
    missing = [field for field in record.fields if field.required and values.get(field.key) is None]
    if missing:
        first = record.owner or record.fields[0]
        named = (field.label if adding and field is first else f"{field.label}（{field.option}）" for field in missing)
        raise MissingError(f"缺少{'、'.join(named)}，没有写入", tuple(field.key for field in missing))


def complete(db: Connection, record: Record, values: dict[str, Value]) -> dict[str, Value]:
    """The values of a new record, its blanks filled from what is known."""
    if record.noun == "change" and (field := derive.changed_field(str(values.get("item") or ""))):
        org = records.get(db, ORG, int(values["org"] or 0)) or {}
        was = org.get(field.key)
        return values | {"before": values.get("before") or (None if was is None else str(was))}
    from zhengshe.office import office_for  # the clauses come with it, and a list must not wait for them

    office = office_for(file_of(db))
    return derive.complete(record, values, resources.codelists(), office.thresholds, office.workdays)


def apply_change(db: Connection, change: Mapping[str, Value]) -> list[Issue]:
    """Let a registered change take effect on its organization, unless a later one already has.

    A change of something the ledger does not keep (章程核准) is only recorded.
    """
    field = derive.changed_field(str(change["item"]))
    if field is None or _is_superseded(db, change):
        return []
    new, issues = read_values(db, ORG, {field.key: str(change["after"])})
    row = int(change["org"] or 0)
    now = (records.get(db, ORG, row) or {}).get(field.key)
    if now == new[field.key]:
        return issues
    records.update(db, ORG, row, new)
    if str(now or "") != str(change.get("before") or ""):
        message = f"登记簿上原为“{now or ''}”，与变更前不符，已改为变更后的内容"
        issues.append(Issue("change-before", message, column="变更前", value=str(change.get("before")), fatal=False))
    return issues


def _is_superseded(db: Connection, change: Mapping[str, Value]) -> bool:
    others = records.children(db, "change", "org", int(change["org"] or 0))
    return any(
        other["item"] == change["item"] and str(other["approved_on"]) > str(change["approved_on"]) for other in others
    )
