"""What the fault scripts share: the program as a process, a street to work on, and a hash over all of it."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "zhengshe"]
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "ZHENGSHE_TODAY": "2026-06-30"}
CODES = {0, 1, 2, 3, 4, 5, 6, 130}
_MOMENT = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+Z")  # when a row was written differs from run to run


def run(folder: Path, *words: str, preexec: Callable[[], None] | None = None) -> subprocess.CompletedProcess[bytes]:
    """The program, in a folder; whatever happens, no traceback and no exit code outside the table."""
    done = subprocess.run(
        [*PROGRAM, *words], cwd=folder, env=ENV, capture_output=True, check=False, timeout=120, preexec_fn=preexec
    )
    assert done.returncode in CODES, done
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def must(folder: Path, *words: str) -> None:
    done = run(folder, *words)
    if done.returncode:
        raise SystemExit(f"{words}: {done.stderr.decode()}")


def state(path: Path) -> str:
    """A hash over every record, the history and the schema; the file must be sound."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchone() is None
        schema = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE name NOT GLOB 'sqlite_*' ORDER BY name"
        ).fetchall()
        tables = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if not name.startswith(("sqlite_", "name_pairs"))
        ]
        digest = hashlib.sha256(repr((db.execute("PRAGMA user_version").fetchone(), schema)).encode())
        for table in tables:
            for row in db.execute(f'SELECT * FROM "{table}" ORDER BY 1'):
                digest.update(_MOMENT.sub("", repr((table, row))).encode())
    return digest.hexdigest()


def street(folder: Path) -> None:
    """zhengshe.db with 300 organizations, and projects.csv with 4,000 projects of theirs."""
    must(folder, "init")
    orgs: list[tuple[object, ...]] = [("名称", "类型", "联系电话")]
    orgs += [(f"示例组织{n}", "其他", f"138{n:08d}") for n in range(300)]
    _write(folder / "orgs.csv", orgs)
    must(folder, "import", "orgs.csv", "--as", "org")
    projects: list[tuple[object, ...]] = [("承接单位", "项目名称", "年度", "合作方式", "合同金额")]
    projects += [(f"示例组织{n % 300}", f"项目{n}", 2026, "委托管理", n) for n in range(4000)]
    _write(folder / "projects.csv", projects)


def _write(path: Path, rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
