"""Days that count, around the edges of the calendar."""

from __future__ import annotations

import datetime as dt

import pytest

from zhengshe.calendar import add_months, add_working_days, is_working_day


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        ("2025-09-30", 1, "2025-10-09"),  # National Day and Mid-Autumn: 1 to 8 October
        ("2025-09-26", 1, "2025-09-28"),  # Sunday 28 September is worked (调休)
        ("2026-06-30", 5, "2026-07-07"),
        ("2026-06-30", 0, "2026-06-30"),
    ],
)
def test_working_days_with_swaps(start: str, count: int, day: str) -> None:
    assert add_working_days(dt.date.fromisoformat(start), count).day.isoformat() == day


def test_after_the_published_calendar_it_is_an_estimate() -> None:
    later = add_working_days(dt.date(2090, 1, 2), 5)
    assert (later.day, later.estimated) == (dt.date(2090, 1, 9), True)
    assert not add_working_days(dt.date(2025, 1, 2), 5).estimated


def test_an_office_has_its_own_days() -> None:
    saturday = dt.date(2026, 6, 27)
    assert is_working_day(saturday) == (False, True)
    assert is_working_day(saturday, {saturday: True}) == (True, True)


@pytest.mark.parametrize(
    ("start", "months", "day"),
    [("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 48, "2028-02-29"), ("2025-08-31", 6, "2026-02-28")],
)
def test_months_end_where_the_month_ends(start: str, months: int, day: str) -> None:
    assert add_months(dt.date.fromisoformat(start), months).isoformat() == day
