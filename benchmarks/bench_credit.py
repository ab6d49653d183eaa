"""The credit of every organization beside a plain scan of the two largest tables, in one run.

python benchmarks/bench_credit.py [ORGANIZATIONS ...]      (by default 10,000, 100,000 and 900,000)

Ten projects and ten findings to three organizations. The peer is ``SELECT count(*), sum(amount)`` over the projects and
``SELECT count(*), sum(id)`` over the findings, which have no amount. Both read a file that the system has in memory.

Before that, one organization: ``credit show`` beside ``org show`` in the smallest of these files, each a process of its
own, by turns.
"""

from __future__ import annotations

import datetime as dt
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from timing import without_history

from zhengshe import open_ledger

TODAY = "2026-06-30"
DAYS = [(dt.date(2020, 1, 1) + dt.timedelta(day)).isoformat() for day in range(2700)]
SCANS = ("SELECT count(*), sum(amount) FROM project", "SELECT count(*), sum(id) FROM finding NOT INDEXED")


def plain_name(draw: random.Random, number: int) -> str:  # noqa: ARG001
    return f"示例组织{number}"


def build(path: Path, orgs: int, name: Callable[[random.Random, int], str] = plain_name) -> None:
    """A made-up ledger, written straight into the tables, its history left out."""
    db = without_history(path)
    draw, rows = random.Random(2026), orgs * 10 // 3
    db.executemany(
        "INSERT INTO org(id, name, kind, status, founded_on) VALUES (?, ?, '社会团体', '正常', '2010-01-01')",
        ((number, name(draw, number)) for number in range(1, orgs + 1)),
    )
    db.executemany(
        "INSERT INTO project(number, org, name, year, mode, status, amount, signed_on, start_on, end_on)"
        " VALUES (?, ?, ?, ?, '公开招标', ?, ?, ?, ?, ?)",
        projects(draw, orgs, rows),
    )
    db.executemany(
        "INSERT INTO finding(number, org, found_on, channel, severity, fact, due_on, rectified_on, verified_on)"
        " VALUES (?, ?, ?, '行政监督', ?, ?, ?, ?, ?)",
        findings(draw, orgs, rows),
    )
    db.commit()
    db.close()


def projects(draw: random.Random, orgs: int, rows: int) -> Iterator[tuple[object, ...]]:
    for number in range(rows):
        start = draw.randrange(2300)
        end = start + draw.randrange(30, 365)
        status = draw.choice(("结项", "结项", "履约", "终止", "待验收"))
        amount = draw.randrange(10**5, 10**8)
        year = 2020 + start // 366
        yield (
            f"P{number}",
            draw.randint(1, orgs),
            f"项目{number}",
            year,
            status,
            amount,
            DAYS[start],
            DAYS[start],
            DAYS[end],
        )


def findings(draw: random.Random, orgs: int, rows: int) -> Iterator[tuple[object, ...]]:
    severities = ("表扬", "提示", "一般", "较重", "严重")
    for number in range(rows):
        found = draw.randrange(2370)
        done = found + draw.randrange(10, 60) if draw.random() < 0.9 else None
        severity = draw.choices(severities, (20, 30, 35, 10, 5))[0]
        closed = (DAYS[done], DAYS[done + 10]) if done else (None, None)
        yield f"F{number}", draw.randint(1, orgs), DAYS[found], severity, f"事实{number}", DAYS[found + 40], *closed


def seconds(work: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def scan(path: Path) -> None:
    db = sqlite3.connect(path)
    for sql in SCANS:
        db.execute(sql).fetchall()
    db.close()


def credit(path: Path) -> None:
    with open_ledger(path, today=TODAY) as ledger:
        for _ in ledger.credits().rows:
            pass


def one_organization(path: Path, runs: int = 21) -> None:
    """The medians of whole processes; the first run of each is not counted."""
    times: dict[str, list[float]] = {"org": [], "credit": []}
    for _ in range(runs + 1):
        for noun, found in times.items():
            words = ["-m", "zhengshe", "--db", path, "--today", TODAY, noun, "show", "示例组织7"]
            start = time.perf_counter()
            subprocess.run([sys.executable, *map(str, words)], cwd=path.parent, stdout=subprocess.DEVNULL, check=True)
            found.append(time.perf_counter() - start)
    org, credit = (statistics.median(found[1:]) * 1000 for found in times.values())
    print(f"one organization: org show {org:.0f} ms, credit show {credit:.0f} ms, ratio {credit / org:.2f}")


def main() -> None:
    print(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")
    sizes = [int(text) for text in sys.argv[1:]] or [10_000, 100_000, 900_000]
    with tempfile.TemporaryDirectory() as folder:  # first, before the large files have the system busy
        path = Path(folder) / "street.db"
        build(path, min(sizes))
        one_organization(path)
    print(f"{'organizations':>14}{'scan s':>10}{'credit s':>10}{'ratio':>8}{'peak MiB':>10}")
    for orgs in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "street.db"
            build(path, orgs)
            credit(path)  # the rules are read once, the file is brought into memory
            runs = 3 if orgs > 100_000 else 9
            plain, listed = seconds(lambda path=path: scan(path), runs), seconds(lambda path=path: credit(path), runs)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{orgs:>14,}{plain:>10.3f}{listed:>10.3f}{listed / plain:>8.1f}{peak:>10}")


if __name__ == "__main__":
    main()
