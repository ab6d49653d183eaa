"""Faults on purpose, counted: the program killed at random in the middle of a write, a disk that fills up, files that
are damaged, and spreadsheets mutated at random. Writes the counts into docs/reliability.md.

    python tests/faults/run.py [KILLS] [MUTANTS]

Everything happens in temporary folders; every loop is bounded and every process ended.
"""

from __future__ import annotations

import csv
import hashlib
import os
import platform
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "zhengshe"]
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "ZHENGSHE_TODAY": "2026-06-30"}
CODES = {0, 1, 2, 3, 4, 5, 6, 130}
PAGE = ROOT / "docs" / "reliability.md"
MARK = "<!-- counts -->"
_MOMENT = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+Z")  # when a row was written differs from run to run


def run(folder: Path, *words: str, preexec: Callable[[], None] | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *words], cwd=folder, env=ENV, capture_output=True, check=False, timeout=120, preexec_fn=preexec
    )


def must(folder: Path, *words: str) -> None:
    done = run(folder, *words)
    if done.returncode:
        raise SystemExit(f"{words}: {done.stderr.decode()}")


def state(path: Path) -> str:
    """A hash over every record and the number of batches; the file must be sound."""
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert db.execute("PRAGMA foreign_key_check").fetchone() is None
    tables = [
        name
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        if not name.startswith(("sqlite_", "name_pairs"))
    ]
    digest = hashlib.sha256(str(db.execute("PRAGMA user_version").fetchone()).encode())
    for table in tables:
        for row in db.execute(f'SELECT * FROM "{table}" ORDER BY 1'):
            digest.update(_MOMENT.sub("", repr((table, row))).encode())
    db.close()
    return digest.hexdigest()


# -- kill -9


def street(folder: Path) -> None:
    must(folder, "init")
    orgs = [("名称", "类型"), *((f"示例组织{n}", "其他") for n in range(300))]
    _write(folder / "orgs.csv", orgs)
    must(folder, "import", "orgs.csv", "--as", "org")
    head = ("承接单位", "项目名称", "年度", "合作方式", "合同金额")
    projects = [head, *((f"示例组织{n % 300}", f"项目{n}", 2026, "委托管理", n) for n in range(4000))]
    _write(folder / "projects.csv", projects)


def _write(path: Path, rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def kills(count: int, draw: random.Random) -> Counter[str]:
    """Kill the program at a random moment; afterwards the file is as before or as after, never between."""
    results: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name) / "base"
        base.mkdir()
        street(base)
        (base / "imported.db").write_bytes((base / "zhengshe.db").read_bytes())
        must(base, "--db", "imported.db", "import", "projects.csv")
        (base / "other.db").write_bytes((base / "imported.db").read_bytes())
        actions: dict[str, tuple[str, tuple[str, ...]]] = {
            "import": ("zhengshe.db", ("import", "projects.csv")),
            "merge": ("zhengshe.db", ("merge", "other.db")),
            "undo": ("imported.db", ("undo",)),
            "restore": ("imported.db", ("restore", "zhengshe-copy.db")),
        }
        (base / "zhengshe-copy.db").write_bytes((base / "zhengshe.db").read_bytes())
        for number in range(count):
            action = [*actions][number % len(actions)]
            start_from, words = actions[action]
            results[f"{action}: {_kill_once(base, start_from, words, draw)}"] += 1
    return results


def _kill_once(base: Path, start_from: str, words: tuple[str, ...], draw: random.Random) -> str:
    whole, half = base.parent / "whole", base.parent / "half"
    for folder in (whole, half):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base, folder)
        shutil.copy(base / start_from, folder / "work.db")
    before = state(half / "work.db")
    begun = time.perf_counter()
    must(whole, "--db", "work.db", *words)
    long = time.perf_counter() - begun
    process = subprocess.Popen(
        [*PROGRAM, "--db", "work.db", *words], cwd=half, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(draw.uniform(0.2, 1.1) * long)
    process.send_signal(signal.SIGKILL)
    process.wait()
    after = state(half / "work.db")
    if after == before:
        return "before"
    if after == state(whole / "work.db"):
        return "after"
    raise SystemExit(f"{words}: killed between, kept in {half}")


# -- a full disk


def full_disks(tries: int) -> Counter[str]:
    """The file may not grow beyond a limit: every write either fails with advice or is whole."""
    results: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        street(base)
        size = (base / "zhengshe.db").stat().st_size
        before = state(base / "zhengshe.db")
        for number in range(tries):
            shutil.copy(base / "zhengshe.db", base / "work.db")
            limit = size + 20_000 + number * 400_000

            def bound(limit: int = limit) -> None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

            done = run(base, "--db", "work.db", "import", "projects.csv", preexec=bound)
            assert done.returncode in CODES, done
            assert b"Traceback" not in done.stderr, done.stderr.decode()
            same = state(base / "work.db") == before
            assert same == (done.returncode != 0), done
            results["written whole" if done.returncode == 0 else "refused, nothing written"] += 1
    return results


# -- damaged pages


def damages(tries: int, draw: random.Random) -> Counter[str]:
    """Bytes of the file overwritten at random: an answer or advice, never a traceback."""
    results: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        street(base)
        sound = (base / "zhengshe.db").read_bytes()
        for _ in range(tries):
            broken = bytearray(sound)
            for _ in range(draw.randrange(1, 4)):
                place = draw.randrange(0, len(sound) - 4096)
                broken[place : place + draw.randrange(1, 4096)] = draw.randbytes(draw.randrange(1, 4096))
            (base / "broken.db").write_bytes(broken)
            for words in (("org", "list", "-f", "json"), ("doctor",)):
                done = run(base, "--db", "broken.db", *words)
                assert done.returncode in CODES, done
                assert b"Traceback" not in done.stderr, done.stderr.decode()
                results[f"{words[0]}: exit {done.returncode}"] += 1
    return results


# -- mutated spreadsheets


def mutants(tries: int, draw: random.Random) -> Counter[str]:
    """Ledgers with bytes changed, cut and doubled: read or refused, in this process for speed."""
    sys.path.insert(0, str(ROOT))
    from zhengshe import open_ledger
    from zhengshe.errors import ZhengsheError

    seeds = [path.read_bytes() for path in sorted((ROOT / "examples" / "weifang").glob("0[1-4]*"))]
    results: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        with open_ledger(base / "m.db", create=True, today="2026-06-30") as ledger:
            for _ in range(tries):
                (base / "mutant").write_bytes(_mutated(draw.choice(seeds), draw))
                try:
                    plans = ledger.plan([base / "mutant"])
                    results["read"] += 1
                    for plan in plans:
                        plan.stage.drop()
                except ZhengsheError as error:
                    results[f"refused with exit {error.exit_code}"] += 1
    return results


def _mutated(seed: bytes, draw: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(draw.randrange(1, 12)):
        place = draw.randrange(len(data))
        kind = draw.randrange(4)
        if kind == 0:
            data[place] = draw.randrange(256)
        elif kind == 1:
            del data[place : place + draw.randrange(1, 200)]
        elif kind == 2:
            data[place:place] = data[place : place + draw.randrange(1, 200)]
        else:
            data[place:place] = draw.randbytes(draw.randrange(1, 20))
        if not data:
            return b""
    return bytes(data)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    tries = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    draw = random.Random(20260630)
    sections = {
        f"{count} 次 kill -9": kills(count, draw),
        "磁盘写满（RLIMIT_FSIZE）": full_disks(20),
        "库文件随机损坏": damages(60, draw),
        f"{tries} 份随机变异的表格": mutants(tries, draw),
    }
    lines = [f"{platform.system()}，Python {platform.python_version()}，SQLite {sqlite3.sqlite_version}", ""]
    for title, results in sections.items():
        lines += [f"**{title}**", "", "| 结果 | 次数 |", "|---|---|"]
        lines += [f"| {what} | {times:,} |" for what, times in sorted(results.items())]
        lines.append("")
    print("\n".join(lines))
    text = PAGE.read_text("utf-8")
    PAGE.write_text(text[: text.index(MARK) + len(MARK)] + "\n\n" + "\n".join(lines).rstrip() + "\n", "utf-8")


if __name__ == "__main__":
    main()
