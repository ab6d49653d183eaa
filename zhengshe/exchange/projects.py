"""A project with all that belongs to it, masked: what both OCDS and 360Giving are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from zhengshe.exchange.masking import public_rows
from zhengshe.models import RECORDS
from zhengshe.store.connection import Connection
from zhengshe.values import Value

Row = Mapping[str, Value]


@dataclass
class ProjectFile:
    """One project; ``parts`` holds its funding, bids, amendments, payments, activities and reviews by noun."""

    project: Row
    org: Row
    parts: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))


def project_files(db: Connection) -> Iterator[ProjectFile]:
    """Every project in the order of registration."""
    organizations = {str(row["name"]): row for row in public_rows(db, RECORDS["org"])}
    parts: dict[str, dict[str, list[Row]]] = {}
    for noun, record in RECORDS.items():
        if record.owner and record.owner.key == "project" and not record.withheld:
            parts[noun] = defaultdict(list)
            for row in public_rows(db, record):
                parts[noun][str(row["project"])].append(row)
    for project in public_rows(db, RECORDS["project"]):
        own = {noun: rows.get(str(project["number"]), []) for noun, rows in parts.items()}
        yield ProjectFile(project, organizations[str(project["org"])], own)
