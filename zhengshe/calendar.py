"""Days that count: working days with the State Council's swaps (调休), and months as the law counts them.

``chinesecalendar`` knows the published holidays to the end of its last year; after that Monday to Friday are
counted and the result says that it is an estimate (估算).
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple


class Deadline(NamedTuple):
    """A day reached by counting; ``estimated`` when it lies beyond the published holidays."""

    day: dt.date
    estimated: bool = False


def add_working_days(start: dt.date, count: int, overrides: Mapping[dt.date, bool] | None = None) -> Deadline:
    """The ``count``-th working day after ``start``; the starting day itself is not counted.

    ``overrides`` are an office's own days: True for a working day, False for a day off.
    """
    day, estimated = start, False
    while count > 0:
        day += dt.timedelta(1)
        works, known = is_working_day(day, overrides)
        estimated = estimated or not known
        count -= works
    return Deadline(day, estimated)


def is_working_day(day: dt.date, overrides: Mapping[dt.date, bool] | None = None) -> tuple[bool, bool]:
    """(is it a working day, is that known rather than estimated)."""
    if overrides and day in overrides:
        return overrides[day], True
    from chinese_calendar import is_workday

    try:
        return is_workday(day), True
    except NotImplementedError:
        return day.weekday() < 5, False


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later (or earlier) month; the last day where the month is shorter (29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def earliest_within(day: dt.date, months: int) -> dt.date:
    """The earliest day whose period of so many months still runs on ``day`` (its last day included).

    ``start >= earliest_within(day, m)`` says the same as ``add_months(start, m) >= day``, also at the ends of months.
    """
    back = add_months(day, -months)
    return back if back.day == day.day else back + dt.timedelta(1)
