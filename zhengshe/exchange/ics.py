"""Deadlines as an iCalendar file (RFC 5545): an all-day event each, for any calendar program."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from zhengshe.reports.report import Table

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_OCTETS = 75  # of a line, its end not counted


def calendar(todo: Table, today: dt.date) -> bytes:
    """The table of ``todo`` as a calendar. An event keeps its UID from one run to the next, so that a second import
    updates the first."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//zhengshe//todo//ZH", "CALSCALE:GREGORIAN"]
    keys = [column.key for column in todo.columns]
    seen: Counter[str] = Counter()
    for row in todo.rows:
        due = {key: "" if value is None else str(value) for key, value in zip(keys, row, strict=True)}
        name = f"{due['record'].replace('/', '-')}-{due['kind']}"
        seen[name] += 1
        lines += _event(due, f"{name}-{seen[name]}@zhengshe", today)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(due: dict[str, str], uid: str, today: dt.date) -> Iterator[str]:
    day = dt.date.fromisoformat(due["date"])
    yield "BEGIN:VEVENT"
    yield f"UID:{uid}"
    yield f"DTSTAMP:{today:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + dt.timedelta(1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(due['org'] + '：' + due['text'])}"
    yield f"DESCRIPTION:{_escaped(chr(10).join(filter(None, (due['record'], due['basis']))))}"
    yield f"CATEGORIES:{_escaped(due['kind'])}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    return text.replace("\r", "").translate(_ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets, later ones after a blank; no character is torn apart."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + width
    yield piece
