"""The yearly report: until when, who is exempt, and what two bad years mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from zhengshe.rules.statute import Statutes
from zhengshe.values import Value

Row = Mapping[str, Value]


def deadline(org: Row, year: int, statutes: Statutes) -> dt.date | None:
    """The last day to file the report on ``year``; None for kinds that file none, and for those founded too late in
    that year. An office may set other days for one year of filing."""
    days = statutes["inspection.deadline"].values
    day = (days["years"].get(year + 1) or {}).get(str(org["kind"])) or days.get(str(org["kind"]))
    exempt = f"{year}-{statutes['inspection.exempt'].values['founded_after']}"
    if day is None or not org["founded_on"] or str(org["founded_on"]) > exempt:
        return None
    return dt.date.fromisoformat(f"{year + 1}-{day}")


def last_year_due(org: Row, as_of: dt.date, statutes: Statutes) -> int:
    """The latest year whose deadline for this kind has passed by ``as_of``."""
    passed = deadline({**org, "founded_on": "1900-01-01"}, as_of.year - 1, statutes)
    return as_of.year - 1 if passed and passed < as_of else as_of.year - 2


def is_filed(inspection: Row | None, by: dt.date) -> bool:
    """Was the report filed (or, where only the conclusion is known, concluded) and not after ``by``?"""
    if inspection is None or inspection["conclusion"] == "未参检":
        return False
    if inspection["filed_on"]:
        return str(inspection["filed_on"]) <= by.isoformat()
    return bool(inspection["conclusion"])


def bad_years(org: Row, inspections: Sequence[Row], as_of: dt.date, statutes: Statutes) -> list[Row]:
    """The newest years in a row that were missed or failed, the last first, if they are as many as put the registration
    at risk.

    A year that has been due since the newest one on record was missed too (its ``conclusion`` is None). Years before
    that without a record tell nothing: a ledger begins somewhere.
    """
    rule = statutes["inspection.two-years"].values
    known = {int(row["year"] or 0): row for row in inspections}
    newest = max(known, default=0)
    last = max(newest, last_year_due(org, as_of, statutes))
    rows = []
    for year in range(last, last - rule["years"], -1):
        if year in known and known[year]["conclusion"] in rule["conclusions"]:
            rows.append(known[year])
        elif year > newest > last - rule["years"] and deadline(org, year, statutes):
            rows.append({"ref": org["ref"], "year": year, "conclusion": None})
    return rows if len(rows) == rule["years"] else []
