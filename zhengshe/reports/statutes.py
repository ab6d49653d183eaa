"""The clauses in force on a day, as this office applies them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from zhengshe.models import Kind
from zhengshe.office import Office
from zhengshe.reports.report import Column, Table

_COLUMNS = (
    Column("id", "编号"),
    Column("text", "内容"),
    Column("document", "出处"),
    Column("article", "条款"),
    Column("certainty", "性质"),
    Column("in_force", "自", Kind.DATE),
    Column("until", "至", Kind.DATE),
    Column("values", "数值"),
)


def in_force(office: Office, day: dt.date) -> Table:
    """Every clause that applies on a day; 草案 and 惯例 are no law, and say so."""
    today = day.isoformat()
    rows = [
        (
            each.id,
            each.text,
            each.document,
            each.article,
            each.certainty,
            each.in_force,
            each.until,
            _worded(each.values),
        )
        for each in office.statutes.values()
        if each.applies(today)
    ]
    return Table(_COLUMNS, rows, f"规则依据（{today}）")


def _worded(values: Any) -> str:
    return "；".join(f"{key}={_one(value)}" for key, value in values.items() if value not in ({}, None))


def _one(value: Any) -> str:
    if isinstance(value, dict):
        return f"（{_worded(value)}）"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
