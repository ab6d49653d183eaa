"""Import of project rows beside ``sqlite3 .import`` and ``sqlite-utils upsert``, in one run.

    python benchmarks/bench_import.py [ROWS …]

Ours validates every cell, finds the organization of every row, keeps the indexes and writes a full history; the peers
validate nothing. Peak memory is of our process alone.
"""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from zhengshe import open_ledger

PROGRAM = [sys.executable, "-m", "zhengshe"]
MODES = ("公开招标", "项目发包", "项目申请", "委托管理", "单一来源")
HEAD = (
    "项目编号 承接单位 项目名称 年度 购买主体 服务领域 合作方式 项目状态"
    " 合同金额 合同签订日期 开始日期 结束日期 计划服务人次"
)
ORGANIZATIONS = 2000


def write_rows(path: Path, count: int) -> None:
    draw = random.Random(2026)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD.split())
        for number in range(count):
            year = draw.randrange(2015, 2026)
            month, day = draw.randrange(1, 13), draw.randrange(1, 29)
            writer.writerow(
                [
                    f"P{year}-{number:07d}",
                    f"示例组织{draw.randrange(ORGANIZATIONS)}",
                    f"为老服务项目{number}",
                    year,
                    "某某街道办事处",
                    draw.choice(("为老", "助残", "文化", "体育")),
                    draw.choice(MODES),
                    "结项",
                    f"{draw.randrange(1, 500_000)}.{draw.randrange(100):02d}",
                    f"{year}-{month:02d}-{day:02d}",
                    f"{year}.{month}.{day}",
                    f"{year}-12-31",
                    draw.randrange(10, 5000),
                ]
            )


def new_ledger(path: Path) -> None:
    with open_ledger(path, create=True) as ledger:
        rows = "\n".join(f"示例组织{number},其他" for number in range(ORGANIZATIONS))
        names = path.with_suffix(".csv")
        names.write_text(f"名称,类型\n{rows}\n", "utf-8")
        ledger.apply(ledger.plan([names]))


def run(command: list[str], cwd: Path) -> tuple[float, int]:
    """Seconds and peak memory in MiB of one command."""
    start = time.perf_counter()
    done = subprocess.run(["/usr/bin/time", "-f", "%M", *command], cwd=cwd, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return seconds, int(done.stderr.split()[-1]) // 1024


def main() -> None:
    counts = [int(word) for word in sys.argv[1:]] or [200_000, 1_000_000]
    print(f"{'rows':>10} {'what':<28}{'seconds':>9}{'x .import':>11}{'x upsert':>10}{'MiB':>7}")
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_rows(folder / "rows.csv", count)
            new_ledger(folder / "ours.db")
            ours = [
                *PROGRAM,
                "--db",
                "ours.db",
                "import",
                "rows.csv",
                "--as",
                "project",
                "-f",
                "json",
                "-o",
                "said.json",
            ]
            plain, _ = run(["sqlite3", "plain.db", ".mode csv", ".import rows.csv project"], folder)
            program = str(Path(sys.executable).with_name("sqlite-utils"))
            upsert = [program, "upsert", "utils.db", "project", "rows.csv", "--csv", "--pk", "项目编号"]
            peer, _ = run(upsert, folder)
            peer_again, _ = run(upsert, folder)
            first, memory = run(ours, folder)
            again, memory_again = run(ours, folder)
            for what, seconds, base, mib in (
                ("sqlite3 .import", plain, peer, 0),
                ("sqlite-utils upsert", peer, peer, 0),
                ("sqlite-utils upsert, again", peer_again, peer_again, 0),
                ("zhengshe import", first, peer, memory),
                ("zhengshe import, again", again, peer_again, memory_again),
            ):
                ratios = f"{seconds / plain:>11.2f}{seconds / base:>10.2f}"
                print(f"{count:>10,} {what:<28}{seconds:>9.2f}{ratios}{mib or '':>7}")


if __name__ == "__main__":
    main()
