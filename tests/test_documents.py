"""Evidence lives in the ledger file: what went in comes out, byte for byte, and nowhere else."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.fixture
def street(street: Run, tmp_path: Path) -> Run:
    street("project", "add", "老年协会", "--name", "敬老日", "--mode", "委托管理", "--year", "2026")
    (tmp_path / "合同.txt").write_bytes("合同正文\n".encode() * 500)
    (tmp_path / "照片.jpg").write_bytes(bytes(range(256)))
    return street


def test_in_and_out(street: Run, tmp_path: Path) -> None:
    assert street("document", "add", "P2026-001", "合同.txt", "--kind", "合同").code == 0
    assert street("document", "add", "老年协会", "照片.jpg", "--title", "活动照片").code == 0
    rows = json.loads(street("document", "list", "-f", "json").out)
    assert [(row["subject"], row["title"], row["size"]) for row in rows] == [
        ("project/1", "合同", 6500),
        ("org/1", "活动照片", 256),
    ]
    assert "活动照片" in street("org", "show", "老年协会").out
    assert street("document", "add", "P2026-001", "合同.txt").code == 4  # the same bytes for the same record

    (tmp_path / "out").mkdir()
    assert street("document", "extract", "#1", "--into", "out").code == 0
    assert (tmp_path / "out" / "合同.txt").read_bytes() == (tmp_path / "合同.txt").read_bytes()
    again = street("document", "extract", "#1", "--into", "out")
    assert (again.code, "没有覆盖" in again.err) == (1, True)


def test_removal_can_be_undone_with_the_bytes(street: Run, tmp_path: Path) -> None:
    street("document", "add", "P2026-001", "合同.txt")
    street("document", "remove", "#1")
    street("undo")
    (tmp_path / "out").mkdir()
    assert street("document", "extract", "#1", "--into", "out").code == 0


def test_a_hostile_name_stays_in_the_folder(street: Run, tmp_path: Path) -> None:
    street("document", "add", "P2026-001", "合同.txt")
    with sqlite3.connect(tmp_path / "zhengshe.db") as db:
        name = db.execute("SELECT name FROM sqlar").fetchone()[0]
        db.execute("UPDATE document SET filename = '../../x/合同.txt'")
        assert "/" in name
    (tmp_path / "out").mkdir()
    assert street("document", "extract", "#1", "--into", "out").code == 0
    assert (tmp_path / "out" / "合同.txt").exists()


def test_changed_bytes_are_not_handed_out(street: Run, tmp_path: Path) -> None:
    street("document", "add", "P2026-001", "照片.jpg")
    with sqlite3.connect(tmp_path / "zhengshe.db") as db:
        db.execute("UPDATE sqlar SET data = zeroblob(length(data))")
    result = street("document", "extract", "#1")
    assert (result.code, "校验值不符" in result.err) == (4, True)


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="no sqlite3 shell here")
def test_the_sqlite_shell_can_extract(street: Run, tmp_path: Path) -> None:
    street("document", "add", "P2026-001", "合同.txt")
    (tmp_path / "out").mkdir()
    subprocess.run(["sqlite3", tmp_path / "zhengshe.db", "-A", "-x", "-C", "out"], cwd=tmp_path, check=True)
    (found,) = (tmp_path / "out").rglob("合同.txt")
    assert found.read_bytes() == (tmp_path / "合同.txt").read_bytes()


def test_the_auditors_bundle(street: Run, tmp_path: Path) -> None:
    street("document", "add", "P2026-001", "合同.txt", "--kind", "合同")
    finding = ("finding", "add", "老年协会", "--project", "P2026-001", "--channel", "行政监督", "--severity", "一般")
    assert street(*finding, "--found-on", "2026-05-01", "--fact", "签到表不全").code == 0
    street("document", "add", "F2026-001", "照片.jpg")
    result = street("report", "project", "P2026-001", "--bundle", "audit.zip")
    assert (result.code, result.out) == (0, "")
    with zipfile.ZipFile(tmp_path / "audit.zip") as bundle:
        names = bundle.namelist()
        assert names == ["report.docx", "report.html", "papers/01-合同.txt", "papers/02-照片.jpg", "manifest.csv"]
        assert bundle.read("papers/02-照片.jpg") == (tmp_path / "照片.jpg").read_bytes()
        rows = list(csv.reader(io.StringIO(bundle.read("manifest.csv").decode("utf-8-sig"))))[1:]
        for name, size, sha256 in rows:
            content = bundle.read(name)
            assert (int(size), sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert "敬老日" in bundle.read("report.html").decode()
