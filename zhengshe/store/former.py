"""What the history remembers of a field."""

from __future__ import annotations

import sqlite3

from zhengshe.models import Record
from zhengshe.values import Value


def values_before(db: sqlite3.Connection, record: Record, row: int, key: str) -> set[Value]:
    """Everything a field of a record held before it was changed."""
    sql = "SELECT DISTINCT json_extract(before, ?) FROM history WHERE noun = ? AND record = ? AND before IS NOT NULL"
    return {value for (value,) in db.execute(sql, (f"$.{key}", record.noun, row))}
