"""Start-up beside its peer, in one run: the installed ``zhengshe`` and the installed ``sqlite-utils``, on one file.

    python benchmarks/bench_startup.py [ORGANIZATIONS [RUNS]]      (by default 2,000 and 31)

Both programs must be installed where this Python is. The commands take turns, so that whatever else the machine does
falls on all of them; the figures are medians.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from zhengshe import open_ledger

HERE = Path(sys.executable).parent
OURS, PEER = str(HERE / "zhengshe"), str(HERE / "sqlite-utils")
LIST = [OURS, "--db", "street.db", "org", "list", "--limit", "50"]
ROWS = [PEER, "rows", "street.db", "org", "--limit", "50"]
ASKING = {"_ZHENGSHE_COMPLETE": "complete_bash"}


def asked(*words: str) -> tuple[list[str], dict[str, str]]:
    """What bash runs when the last of these words is to be completed."""
    line = ["zhengshe", *words]
    return [OURS], ASKING | {"COMP_WORDS": "\n".join(line), "COMP_CWORD": str(len(line) - 1)}


Job = tuple[list[str], dict[str, str]]
JOBS: dict[str, Job] = {
    "python -c pass": ([sys.executable, "-c", "pass"], {}),
    "python -c 'import typer'": ([sys.executable, "-c", "import typer"], {}),
    "sqlite-utils rows --limit 50": (ROWS, {}),
    "zhengshe org list -f json": ([*LIST, "-f", "json"], {}),
    "sqlite-utils rows --limit 50 -t": ([*ROWS, "-t"], {}),
    "zhengshe org list": (LIST, {}),
    "sqlite-utils --help": ([PEER, "--help"], {}),
    "zhengshe --help": ([OURS, "--help"], {}),
    "zhengshe --version": ([OURS, "--version"], {}),
    "completion of a noun": asked("o"),
    "completion of an option": asked("org", "list", "--"),
    "completion of a term": asked("org", "list", "--kind", "社"),
    "completion of a name": asked("--db", "street.db", "org", "show", "示例"),
}
# what -> (its peer, the ratio that is aimed at)
GOALS = {
    "zhengshe org list -f json": ("sqlite-utils rows --limit 50", 0.5),
    "zhengshe org list": ("sqlite-utils rows --limit 50 -t", 0.9),
    "zhengshe --help": ("sqlite-utils --help", 0.6),
    "completion of a noun": ("zhengshe --version", 2.0),
    "completion of an option": ("zhengshe --version", 2.0),
    "completion of a term": ("zhengshe --version", 2.0),
    "completion of a name": ("zhengshe --version", 2.0),
}


def fill(path: Path, orgs: int) -> None:
    open_ledger(path, create=True).close()
    with sqlite3.connect(path) as db:
        db.executemany(
            "INSERT INTO org(name, kind, status, founded_on, community, address, capital, scope)"
            " VALUES (?, '社会团体', '正常', '2015-03-01', ?, ?, 3000000, '为老服务、助残服务')",
            ((f"示例街道第{n}为老服务协会", f"第{n % 30}居委", f"示例路{n}号") for n in range(orgs)),
        )
    db.close()


def main() -> None:
    orgs = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 31
    # how a clerk's shell calls them: no switches of a developer's Python
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "ZHENGSHE"))}
    times: dict[str, list[float]] = {name: [] for name in JOBS}
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder) / "street.db", orgs)
        for _ in range(runs):
            for name, (command, env) in JOBS.items():
                start = time.perf_counter()
                done = subprocess.run(command, cwd=folder, env=plain | env, capture_output=True, check=True)
                times[name].append((time.perf_counter() - start) * 1000)
                assert done.stdout or name.startswith("python"), name
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{orgs:,} organizations, {runs} runs in turn, medians")
    print(f"{'what':<34}{'ms':>8}  {'peer':<32}{'ratio':>6}{'goal':>6}")
    for name, median in medians.items():
        peer, goal = GOALS.get(name, ("", 0.0))
        beside = f"  {peer:<32}{median / medians[peer]:>6.2f}{goal:>6.1f}" if peer else ""
        print(f"{name:<34}{median:>8.1f}{beside}")


if __name__ == "__main__":
    main()
