"""What can be known is not asked: the values that follow from those that were given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from zhengshe.calendar import add_working_days
from zhengshe.models import NO_RECTIFICATION, ORG, Field, Record
from zhengshe.values import Codelist, Value


def complete(
    record: Record,
    values: dict[str, Value],
    codelists: Mapping[str, Codelist],
    thresholds: Mapping[str, Any],
    workdays: Mapping[dt.date, bool] | None = None,
) -> dict[str, Value]:
    """The values of a new record with its blanks filled from what is known; the given ones are never changed."""
    known: dict[str, Value] = {field.key: field.default for field in record.fields if field.default}
    if record.noun == "org" and isinstance(code := values.get("uscc"), str):
        known["kind"] = codelists["kind"].code_prefixes.get(code[:2])
    if record.noun == "project" and (day := values.get("signed_on") or values.get("start_on")):
        known["year"] = int(str(day)[:4])
    if record.noun == "finding":
        known["due_on"] = rectification_deadline(values, thresholds, workdays)
    blank = {key: value for key, value in known.items() if value is not None and values.get(key) is None}
    return values | blank


def derivable(record: Record) -> list[str]:
    """The fields of a new record that ``complete`` may fill in."""
    by_noun = {"org": ["kind"], "project": ["year"], "finding": ["due_on"], "change": ["before"]}
    return [field.key for field in record.fields if field.default] + by_noun.get(record.noun, [])


def rectification_deadline(
    finding: Mapping[str, Value], thresholds: Mapping[str, Any], workdays: Mapping[dt.date, bool] | None = None
) -> str | None:
    """The day by which a finding must be put right: so many working days after it was found, by severity
    (data/thresholds.yaml: an office's habit, not law). None where the severity asks for nothing."""
    days = thresholds["rectification_working_days"].get(finding.get("severity"))
    if not days or not finding.get("found_on"):
        return None
    return add_working_days(dt.date.fromisoformat(str(finding["found_on"])), days, workdays).day.isoformat()


def settled(record: Record, key: str, value: Value) -> Value:
    """The one wording under which a value is stored: a change of 名称变更 or 社会组织名称 is one of 名称."""
    if record.noun == "change" and key == "item" and (field := changed_field(str(value))):
        return field.label
    return value


def changed_field(item: str) -> Field | None:
    """The organization's field that a registered change is about (名称, 名称变更, 法定代表人 …); None for others
    (章程核准)."""
    word = item.removesuffix("变更").removeprefix("变更")
    for field in ORG.fields:
        if word in (field.label, field.key, *field.synonyms):
            return field
    return None


def finding_state(finding: Mapping[str, Value], today: str) -> str:
    """待整改, 逾期, 待核验, 已销号 or 无需整改: derived from the dates, never stored."""
    if finding.get("verified_on"):
        return "已销号"
    if finding.get("rectified_on"):
        return "待核验"
    due = finding.get("due_on")
    if finding.get("severity") in NO_RECTIFICATION and not due:
        return "无需整改"
    return "逾期" if due and str(due) < today else "待整改"
