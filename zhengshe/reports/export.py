"""Every table, so that it can be read back: organizations by name, code and registration number, projects by number.

What the store keeps for itself (ids, times of writing) stays behind, and so does evidence, whose bytes travel with a
backup of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from zhengshe.models import ORG, RECORDS, Field, Record
from zhengshe.reports.report import Column, Table
from zhengshe.store import query
from zhengshe.store.connection import Connection

# what tells two organizations of one name apart
_IDENTITY = (ORG["uscc"], ORG["reg_no"])


def tables(db: Connection) -> Iterator[tuple[Record, Table]]:
    """The records of every noun that has any, owners before what belongs to them."""
    for record in RECORDS.values():
        if record.noun != "document" and query.count(db, record):
            fields = list(chain.from_iterable(map(written_as, record.fields)))
            rows = query.select(db, record, fields)
            yield record, Table([Column.of(field) for field in fields], rows, title=record.label)


def written_as(field: Field) -> tuple[Field, ...]:
    """The columns that a field is written in: an organization by its name and what tells it from a namesake."""
    return (field, *_IDENTITY) if field.key == "org" else (field,)
