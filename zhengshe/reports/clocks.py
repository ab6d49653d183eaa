"""listing due: what the statutory clocks ask for on a day. It proposes; a person lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from zhengshe.models import ORG
from zhengshe.office import Office
from zhengshe.reports.report import Column, Paragraph, Report, Table
from zhengshe.rules.grounds import Dossier
from zhengshe.rules.listing import ENTER, Proposal, proposals
from zhengshe.store.connection import Connection
from zhengshe.store.dossiers import Row, certified, dossiers

NOUNS = ("listing", "penalty", "inspection", "finding")
_COLUMNS = (
    Column("org", ORG.label),
    Column("uscc", "统一社会信用代码", aside=True),
    Column("action", "建议"),
    Column("list", "名录"),
    Column("date", "日期"),
    Column("text", "事由"),
    Column("basis", "依据", aside=True),
    Column("record", "记录", aside=True),
    Column("estimated", "估算", aside=True),
)


def due(db: Connection, office: Office, as_of: dt.date, org: int | None = None) -> Report:
    """Every proposal whose day has come, by organization."""
    rows = [
        (
            row["name"],
            row["uscc"],
            proposal.action,
            proposal.list,
            proposal.day.isoformat(),
            proposal.text,
            office.statutes[proposal.statute].citation,
            proposal.record,
            "估算" if proposal.estimated else None,
        )
        for row, found in every_proposal(db, office, as_of, org)
        for proposal in found
        if proposal.day <= as_of
    ]
    data = [dict(zip((column.key for column in _COLUMNS), row, strict=True)) for row in rows]
    blocks: list[Table | Paragraph] = [Table(_COLUMNS, rows, f"名录时限提示（截至 {as_of}）")]
    if any(row[2] == ENTER for row in rows):
        notice = office.statutes["list.notice"]
        blocks.append(Paragraph(f"以上只是提示，没有列入任何名录。{notice.text}——{notice.citation}"))
    return Report([*blocks], data=data)


def every_proposal(
    db: Connection, office: Office, as_of: dt.date, org: int | None = None
) -> Iterator[tuple[Row, list[Proposal]]]:
    """Each organization with what its clocks ask for, also later on."""
    exempted = certified(db, office.statutes["list.exempt"].values["document_kind"])
    for row, found in dossiers(db, NOUNS, as_of, org):
        yield row, proposals(dossier(row, found, exempted), office.statutes, as_of, office.workdays)


def dossier(org: Row, found: dict[str, list[Row]], exempted: frozenset[str]) -> Dossier:
    """What the clocks read of an organization's records."""
    listings, penalties, inspections, findings = (found[noun] for noun in NOUNS)
    return Dossier(org, listings, penalties, inspections, findings, exempted)
