"""How long a grade of assessment is valid: as its certificate says, else by the rule in force when it was awarded."""

from __future__ import annotations

import datetime as dt

from zhengshe.calendar import add_months
from zhengshe.rules.inspection import Row
from zhengshe.rules.statute import Statutes


def last_day(row: Row, statutes: Statutes) -> tuple[dt.date, str | None]:
    """The last day a grade is valid, and the clause it follows from where it is not recorded."""
    if row["valid_until"]:
        return dt.date.fromisoformat(str(row["valid_until"])), None
    awarded = dt.date.fromisoformat(str(row["awarded_on"]))
    rule, before = statutes["rating.validity"], statutes["rating.validity-before"]
    if awarded.isoformat() >= rule.in_force:
        return dt.date(awarded.year + rule.values["years"], 12, 31), rule.id
    return add_months(awarded, 12 * before.values["years"]), before.id


def numbers(statutes: Statutes) -> dict[str, str | int]:
    """The same rule in numbers, for those who read ratings by the thousand (see ``store.facts``)."""
    rule, before = statutes["rating.validity"], statutes["rating.validity-before"]
    return {
        "rating_rule": rule.in_force,
        "rating_years": rule.values["years"],
        "rating_years_before": before.values["years"],
    }
