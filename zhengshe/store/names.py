"""What a shell may offer while a command is being typed: the first few names in a file, and never a complaint."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_ENOUGH = 50  # more than a screen shows
_WAIT_SECONDS = 0.1  # a person is waiting with a finger on the key
_NAMED_BY = {"org": "name", "project": "number", "finding": "number"}


def beginning(path: Path, noun: str, start: str) -> list[str]:
    """The names of organizations, or the numbers of projects or findings, that begin with ``start``, in order.

    The file is only read. One that is missing, locked, damaged or not ours has no names.
    """
    column = _NAMED_BY[noun]
    literal = "".join(f"[{char}]" if char in "*?[" else char for char in start)
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT_SECONDS)) as db:
            rows = db.execute(
                f'SELECT DISTINCT "{column}" FROM "{noun}" WHERE "{column}" GLOB ? ORDER BY 1 LIMIT {_ENOUGH}',
                (f"{literal}*",),
            )
            return [name for (name,) in rows]
    except (sqlite3.Error, OSError):
        return []
