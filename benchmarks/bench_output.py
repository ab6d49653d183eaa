"""Output beside its peers, in one run: a list of a million rows as csv, and the year report of 10,000 projects.

python benchmarks/bench_output.py [ROWS]
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median_low

from timing import median_ms, without_history

from zhengshe import open_ledger

PROGRAM = [sys.executable, "-m", "zhengshe"]


def fill(path: Path, projects: int, orgs: int = 2000, comma_every: int | None = None) -> None:
    """A ledger of made-up projects, written past the program for speed; one in ``comma_every`` needs quotes in csv."""
    db = without_history(path)
    db.executemany(
        "INSERT INTO org(name, kind, status) VALUES (?, '其他', '正常')", ((f"示例组织{n}",) for n in range(orgs))
    )
    db.executemany(
        "INSERT INTO project(number, org, name, year, buyer, field, mode, status, amount, signed_on, start_on, end_on)"
        " VALUES (?, ?, ?, ?, '街道', ?, '委托管理', '结项', ?, ?, ?, ?)",
        (
            (
                f"P{2025 + n % 2}-{n:07d}",
                n % orgs + 1,
                f"为老服务项目{n}, 二期" if comma_every and n % comma_every == 0 else f"为老服务项目{n}",
                2025 + n % 2,
                f"领域{n % 7}",
                n * 100,
                f"{2025 + n % 2}-01-10",
                f"{2025 + n % 2}-02-01",
                f"{2025 + n % 2}-12-31",
            )
            for n in range(projects)
        ),
    )
    db.executemany(
        "INSERT INTO finding(number, org, found_on, channel, severity, fact)"
        " VALUES (?, ?, ?, '行政监督', '一般', '示例事实')",
        ((f"F2026-{n:06d}", n % orgs + 1, f"2026-{n % 12 + 1:02d}-01") for n in range(projects // 2)),
    )
    db.commit()
    db.close()


def measured(command: list[str], cwd: Path) -> tuple[float, int]:
    """Seconds of processor time, which other programs disturb least, and peak memory in MiB."""
    done = subprocess.run(
        ["/usr/bin/time", "-f", "%U %S %M", *command],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    user, system, memory = done.stderr.split()[-3:]
    return float(user) + float(system), int(memory) // 1024


def list_rows(folder: Path, rows: int, comma_every: int | None) -> None:
    (folder / "big.db").unlink(missing_ok=True)
    fill(folder / "big.db", rows, comma_every=comma_every)
    # the peer reads the same columns with the same join
    columns = "t.*, o.name"
    query = f"SELECT {columns} FROM project t LEFT JOIN org o ON o.id = t.org ORDER BY t.id"
    peers, lists = [], []
    for _ in range(5):  # in turn, so that what else the computer does falls on both
        peers.append(measured(["sqlite3", "-csv", "-header", "big.db", query], folder))
        lists.append(measured([*PROGRAM, "--db", "big.db", "project", "list", "-f", "csv"], folder))
    (peer, peer_memory), (ours, memory) = median_low(peers), median_low(lists)
    _, small = measured([*PROGRAM, "--db", "big.db", "project", "list", "-f", "csv", "--limit", "1000"], folder)
    said = f", one in {comma_every} with a comma" if comma_every else ""
    print(f"list -f csv, {rows:,} rows{said}: {ours:.2f} s, sqlite3 -csv {peer:.2f} s, ratio {ours / peer:.2f}")
    print(f"  memory {memory} MiB (1,000 rows: {small} MiB; sqlite3 {peer_memory} MiB)")


def report(folder: Path) -> None:
    fill(folder / "year.db", 10_000)
    with open_ledger(folder / "year.db", today="2026-06-30") as ledger:
        statements: list[str] = []
        ledger._db.set_trace_callback(statements.append)
        ledger.report_year(2026)
        ledger._db.set_trace_callback(None)
        plain = sqlite3.connect(folder / "year.db")
        asked = [sql for sql in statements if sql.lstrip().upper().startswith("SELECT")]

        def queries() -> None:
            for sql in asked:
                plain.execute(sql).fetchall()

        whole, bare = median_ms(lambda: ledger.report_year(2026)), median_ms(queries)
    print(
        f"year report, 10,000 projects: {whole:.0f} ms, its {len(asked)} queries alone {bare:.0f} ms,"
        f" ratio {whole / bare:.2f}"
    )


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        list_rows(Path(name), rows, None)
        list_rows(Path(name), rows, 50)
        report(Path(name))


if __name__ == "__main__":
    main()
