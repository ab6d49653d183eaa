"""What the benchmarks share."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from zhengshe import open_ledger


def without_history(path: Path) -> sqlite3.Connection:
    """A new ledger to be filled past the program: it keeps no history of what is written."""
    open_ledger(path, create=True).close()
    db = sqlite3.connect(path)
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'history_*'"
    for (name,) in db.execute(triggers).fetchall():
        db.execute(f'DROP TRIGGER "{name}"')
    return db


def median_ms(work: Callable[[], object], runs: int = 7) -> float:
    """The median of several runs, in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)
