"""One file that holds the whole country: its size, and how long a clerk waits for each command.

python benchmarks/bench_country.py [ORGANIZATIONS]      (by default 900,000; ten projects and ten findings to three)

Every command is a process of its own, so that its start is in the time and its peak memory is its own.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_credit import TODAY, build
from bench_search import made_up_name

COMMANDS = (
    ("org", "list", "--limit", "50"),
    ("org", "list", "--where", "name=为老", "--limit", "50"),
    ("search", "潍竹"),
    ("project", "list", "--year", "2025", "--limit", "50"),
    ("credit", "show", "#1000"),
    ("report", "stats", "project", "--by", "year,mode"),
    ("credit", "list", "-o", "credit.csv"),
    ("org", "list", "-o", "org.csv"),
    ("backup", "copies"),
    ("export", "csv"),
)


def run(folder: Path, words: tuple[str, ...]) -> tuple[float, int, int]:
    """How long a command took, its peak memory in MiB, and its exit code."""
    start = time.perf_counter()
    program = subprocess.Popen(
        [sys.executable, "-m", "zhengshe", *words],
        cwd=folder,
        env={**os.environ, "ZHENGSHE_TODAY": TODAY, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - start, used.ru_maxrss // 1024, program.returncode


def main() -> None:
    orgs = int(sys.argv[1]) if len(sys.argv) > 1 else 900_000
    print(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "zhengshe.db"
        start = time.perf_counter()
        build(path, orgs, lambda draw, _: made_up_name(draw))
        took, size = time.perf_counter() - start, path.stat().st_size / 2**20
        print(f"{orgs:,} organizations, built in {took:.0f} s, {size:,.0f} MiB")
        for words in COMMANDS:
            for _ in range(2):  # once to bring what it reads into memory
                shutil.rmtree(folder / "copies", ignore_errors=True)  # two backups of one second are refused
                (folder / "copies").mkdir()
                took, peak, code = run(folder, words)
            print(f"{took:>8.2f} s {peak:>6} MiB   exit {code}   {' '.join(words)}", flush=True)


if __name__ == "__main__":
    main()
