"""Every table, so that it can be read back: organizations by name, code and registration number, projects by number.

What the store keeps for itself (ids, times of writing) stays behind, and so does evidence, whose bytes travel with a
backup of the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from zhengshe.importing.mapping import export_fields
from zhengshe.models import RECORDS, Record
from zhengshe.reports.report import Column, Table
from zhengshe.store import query
from zhengshe.store.connection import Connection


def tables(db: Connection) -> Iterator[tuple[Record, Table]]:
    """The records of every noun that has any, owners before what belongs to them."""
    for record in RECORDS.values():
        if record.noun != "document" and query.count(db, record):
            fields = export_fields(record)
            rows = query.select(db, record, fields)
            yield record, Table([Column.of(field) for field in fields], rows, title=record.label)
