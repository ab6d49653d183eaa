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


def bad_years(inspections: Sequence[Row], statutes: Statutes) -> list[Row]:
    """The newest years in a row that were missed or failed, if they are as many as put the registration at risk."""
    rule = statutes["inspection.two-years"].values
    newest = sorted(inspections, key=lambda row: int(row["year"] or 0), reverse=True)[: rule["years"]]
    years = [int(row["year"] or 0) for row in newest]
    in_a_row = len(years) == rule["years"] and years == [*range(years[0], years[0] - rule["years"], -1)]
    return newest if in_a_row and all(row["conclusion"] in rule["conclusions"] for row in newest) else []
