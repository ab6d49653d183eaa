"""docs/growing.md: the street served by Datasette, loaded into PostgreSQL, asked by DuckDB, by the real programs."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.pages import steps
from zhengshe.models import RECORDS

DOCS = ROOT / "docs"
STREET = sorted((ROOT / "examples" / "weifang").glob("0[1-4]*"))
PAGE = steps((DOCS / "growing.md").read_text("utf-8"))


@pytest.fixture
def imported(zs: Run) -> Run:
    zs("init")
    assert zs("import", *STREET).code == 0
    return zs


def contracted(zs: Run) -> float:
    """What all contracts come to, in 元, as the program says."""
    lines = json.loads(zs("report", "stats", "project", "--by", "mode", "-f", "json").out)
    return float(lines[-1]["amount"])  # the totals stand last


# -- Datasette


class Served:
    def __init__(self, address: str) -> None:
        self.address = address

    def get(self, path: str, **parameters: str) -> tuple[int, str]:
        url = f"{self.address}/{path}" + ("?" + urllib.parse.urlencode(parameters) if parameters else "")
        try:
            with urllib.request.urlopen(url) as answer:  # noqa: S310
                return answer.status, answer.read().decode("utf-8")
        except urllib.error.HTTPError as refusal:
            return refusal.code, ""


@pytest.fixture
def served(tmp_path: Path, imported: Run) -> Iterator[Served]:  # noqa: ARG001
    """The street, served as the page says."""
    pytest.importorskip("datasette", reason="the extra `serve` is not installed")
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "datasette", "serve", "zhengshe.db", "-m", DOCS / "datasette.json"]
    server = subprocess.Popen([*command, "-h", "127.0.0.1", "-p", str(port)], cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        there = Served(f"http://127.0.0.1:{port}")
        for _ in range(200):
            with contextlib.suppress(urllib.error.URLError):
                if there.get("zhengshe.json")[0] == 200:
                    break
            time.sleep(0.1)
        yield there
    finally:
        server.terminate()
        server.wait()


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def test_datasette_shows_what_is_public_and_nothing_else(served: Served, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "zhengshe.db") as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        (phone,) = db.execute("SELECT phone FROM org WHERE phone IS NOT NULL LIMIT 1").fetchone()
    db.close()
    for table in tables:
        record = RECORDS.get(table)
        public = record is not None and not record.withheld and not any(field.private for field in record.fields)
        assert served.get(f"zhengshe/{table}.json")[0] == (200 if public else 403), table
    status, orgs = served.get("zhengshe/orgs.json", q="为老", _shape="array")
    assert status == 200
    assert {row["名称"] for row in json.loads(orgs)} == {"六助为老服务中心", "潍坊街道社区为老服务事务所"}
    assert phone not in served.get("zhengshe/orgs.json", q="", _shape="array")[1]
    assert served.get("zhengshe.json", sql="select phone from org")[0] == 403
    assert served.get("zhengshe.db")[0] == 403


def test_datasette_speaks_chinese_and_counts_in_yuan(served: Served, imported: Run) -> None:
    assert "年检年报" in served.get("zhengshe/inspection")[1]
    rows = json.loads(served.get("zhengshe/projects.json", q="", _shape="array")[1])
    assert sum(row["合同金额"] for row in rows) == pytest.approx(contracted(imported))


# -- PostgreSQL and DuckDB


def page_block(language: str, mark: str) -> str:
    (block,) = (step.block for step in PAGE if step.language == language and mark in step.block)
    return block


def test_duckdb_reads_the_exported_csv(imported: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    assert imported("export", "导出").code == 0
    monkeypatch.chdir(tmp_path)
    rows = duckdb.sql(page_block("sql", "read_csv")).fetchall()
    assert sum(row[-1] for row in rows) == pytest.approx(contracted(imported))


def programs(*names: str) -> dict[str, str] | None:
    """Where PostgreSQL's programs are; Debian keeps them out of PATH."""
    places = [None, *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    found = {name: next(filter(None, (shutil.which(name, path=place) for place in places)), None) for name in names}
    return {name: path for name, path in found.items() if path} if all(found.values()) else None


@pytest.mark.skipif(programs("initdb", "pg_ctl", "psql") is None, reason="no PostgreSQL server is installed")
def test_postgresql_takes_the_exported_csv(imported: Run, tmp_path: Path) -> None:
    where = programs("initdb", "pg_ctl", "psql") or {}
    assert imported("export", "导出").code == 0
    shutil.copy(DOCS / "postgresql.sql", tmp_path)
    user = "nobody" if os.geteuid() == 0 else None  # the server refuses to run as root
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory() as folder:  # a socket's path must be short
        if user:
            shutil.chown(folder, user)
        data = f"{folder}/data"

        def serve(*words: str) -> None:
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=user)

        serve(where["initdb"], "-D", data, "-U", "clerk", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        serve(where["pg_ctl"], "-D", data, "-w", "-o", f"-k {folder} -p {port} -F", "-l", f"{folder}/log", "start")
        try:
            env = {
                **os.environ,
                "PGHOST": folder,
                "PGPORT": str(port),
                "PGUSER": "clerk",
                "PGDATABASE": "postgres",
                "PATH": f"{Path(where['psql']).parent}:{os.environ['PATH']}",
            }
            loading = page_block("sh", "psql").replace("psql ", "psql -q -v ON_ERROR_STOP=1 ")
            done = subprocess.run(["sh", "-ec", loading], cwd=tmp_path, env=env, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            sql = "SELECT sum(amount) FROM project"
            asked = subprocess.run([where["psql"], "-Atc", sql], env=env, capture_output=True, text=True, check=True)
            assert float(asked.stdout) == pytest.approx(contracted(imported))
        finally:
            serve(where["pg_ctl"], "-D", data, "-m", "immediate", "stop")
