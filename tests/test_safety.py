"""What must never come into the code."""

from __future__ import annotations

import ast
import csv
import json
import os
import re
import sqlite3
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.conftest import ROOT, Run
from zhengshe.models import RECORDS, Field, Kind
from zhengshe.resources import codelists
from zhengshe.store import evidence

SOURCES = sorted((ROOT / "zhengshe").rglob("*.py"))

HOSTILE = (
    "'); DROP TABLE org; --",
    '" OR 1=1 --',
    "a' UNION SELECT sql FROM sqlite_master --",
    '甲"; DELETE FROM org; --',
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_is_a_value_never_sql(street: Run, text: str) -> None:
    assert street("org", "add", text, "--kind", "其他", "--reg-no", text, "--note", text).code == 0
    assert street("project", "add", text, "--name", text, "--mode", "委托管理", "--year", "2026").code == 0
    for words in (
        ("org", "show", text),
        ("org", "list", "--where", f"note={text}"),
        ("project", "list", "--org", text),
        ("search", text),
        ("log", "--org", text),
        ("report", "project", text),
        ("inspection", "add", text, "--year", "2025"),
    ):
        result = street(*words)
        assert result.code == 0, (words, result.err)
    (row,) = json.loads(street("org", "list", "--where", f"note={text}", "-f", "json").out)
    assert (row["name"], row["reg_no"], row["note"]) == (text, text, text)
    assert len(json.loads(street("org", "list", "-f", "json").out)) == 3
    # where a name of the program is asked for, a typed one is refused
    for option in ("--sort", "--columns"):
        assert street("org", "list", option, text).code == 2


BAIT = "毒饵7731"


class Listening(sqlite3.Connection):
    """A connection that keeps the text of every statement."""

    heard: ClassVar[list[str]] = []

    def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
        self.heard.append(sql)
        return super().execute(sql, *more)

    def executemany(self, sql: str, *more: Any) -> sqlite3.Cursor:
        self.heard.append(sql)
        return super().executemany(sql, *more)


def bait(field: Field) -> str:
    """A value for any field; the bait where it may be any text."""
    plain = {
        Kind.DATE: "2026-01-02",
        Kind.YEAR: "2026",
        Kind.MONEY: "1",
        Kind.COUNT: "1",
        Kind.DECIMAL: "1",
        Kind.PHONE: "13800000000",
        Kind.FLAG: "是",
        Kind.PROJECT: "P2026-001",
    }
    if field.codelist:
        return codelists()[field.codelist].values[0]
    return plain.get(field.kind, f"{BAIT}{field.key}")


def test_no_value_is_ever_part_of_the_text_of_a_statement(
    street: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command is run with a bait in every text, and every statement that reaches SQLite is looked at."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *words, **more: connect(*words, factory=Listening, **more))
    Listening.heard.clear()
    (tmp_path / f"{BAIT}.txt").write_text(BAIT, "utf-8")
    left_out = ("number", "uscc")
    for record in RECORDS.values():
        owner = record.owner
        ref = ["P2026-001" if owner.kind is Kind.PROJECT else f"{BAIT}name"] if owner else []
        given = [(f.option, bait(f)) for f in record.fields if f is not owner and f.key not in left_out]
        words = ["document", "add", "P2026-001", f"{BAIT}.txt", "--title", BAIT, "--kind", BAIT]
        if record.noun != "document":
            words = [record.noun, "add", *ref, *(word for pair in given for word in pair)]
        if record.noun == "org":
            words = ["org", "add", f"{BAIT}name", *(w for pair in given if pair[0] != "--name" for w in pair)]
        result = street(*words)
        assert result.code == 0, (words, result.err)
    (tmp_path / "a.csv").write_text(f"名称,类型,备注\n{BAIT}name,其他,{BAIT}2\n{BAIT}3,其他,{BAIT}\n", "utf-8")
    for words in (
        ["import", "a.csv", "--as", "org", "--set", f"community={BAIT}"],
        ["org", "list", "--where", f"note={BAIT}"],
        ["project", "list", "--org", f"{BAIT}name", "--since", "2026"],
        ["finding", "show", "F2026-001", "--history"],
        ["search", BAIT],
        ["credit", "list"],
        ["check"],
        ["report", "stats", "project", "--by", "field"],
        ["report", "project", "P2026-001", "--bundle", "a.zip"],
        ["export", "all.jsonl"],
        ["import", "all.jsonl"],
        ["publish", "public"],
        ["--operator", BAIT, "org", "edit", f"{BAIT}name", "--note", BAIT],
        ["log", "--org", f"{BAIT}name"],
        ["undo"],
        ["document", "remove", BAIT],
        ["redact", "person", f"{BAIT}contact", "--yes"],
        ["redact", "org", f"{BAIT}3", "--yes"],
    ):
        result = street(*words)
        assert result.code in (0, 1, 3), (words, result.err)
    assert len(Listening.heard) > 1000
    assert [sql for sql in Listening.heard if BAIT in sql] == []


# what may stand between single quotes in a text that the store puts together: constants of the program, and names of
# tables and columns that come from models.py or from the schema
_NAMES = {"OUTSIDER", "NEW", "CHANGED", "SAME", "REJECTED", "form", "noun", "record.noun", "table", "column", "name"}


def test_nothing_but_names_is_quoted_into_sql() -> None:
    """A value would have to stand between single quotes."""
    quoted = set()
    for source in (ROOT / "zhengshe" / "store").rglob("*.py"):
        for text in ast.walk(ast.parse(source.read_text("utf-8"))):
            for before, part in pairwise(text.values) if isinstance(text, ast.JoinedStr) else ():
                if isinstance(part, ast.FormattedValue) and str(getattr(before, "value", "")).endswith("'"):
                    quoted.add(ast.unparse(part.value))
    assert quoted == _NAMES


def test_everything_written_is_for_its_owner_only(street: Run, tmp_path: Path) -> None:
    """Whatever may hold a telephone number: mode 0600 under any umask."""
    (tmp_path / "合同.txt").write_text("甲方乙方", "utf-8")
    (tmp_path / "bad.csv").write_text("名称,类型,联系电话\n合唱队,不知道,13800000000\n", "utf-8")
    given = {path.name for path in tmp_path.iterdir()} - {"zhengshe.db"}
    umask = os.umask(0)
    try:
        street("project", "add", "老年协会", "--name", "敬老日", "--mode", "委托管理", "--year", "2026")
        street("document", "add", "P2026-001", "合同.txt")
        (tmp_path / "out").mkdir()
        for words in (
            ("document", "extract", "#1", "--into", "out"),
            ("backup",),
            ("export", "all.xlsx"),
            ("export", "all.jsonl"),
            ("export", "folder"),
            ("publish", "public"),
            ("report", "project", "P2026-001", "--bundle", "audit.zip"),
            ("todo", "-o", "待办.ics"),  # names who holds which post
            *(("org", "list", "-o", f"list.{kind}") for kind in ("csv", "tsv", "md", "html", "docx", "xlsx", "json")),
        ):
            assert street(*words).code == 0, words
        street("import", "bad.csv", "--as", "org", "--skip-bad", "--rejects", "rejects.xlsx")
        for mode, suffix in (("delete", "-journal"), ("wal", "-wal")):
            db = sqlite3.connect(tmp_path / "zhengshe.db", isolation_level=None)
            db.execute(f"PRAGMA journal_mode = {mode}")
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE org SET note = 'x'")
            assert (tmp_path / f"zhengshe.db{suffix}").stat().st_mode & 0o077 == 0
            db.execute("ROLLBACK")
            db.execute("PRAGMA journal_mode = delete")
            db.close()
        (tmp_path / "zhengshe.db").chmod(0o600)
        (tmp_path / "monday.db").write_bytes((tmp_path / "zhengshe.db").read_bytes())
        (tmp_path / "zhengshe.db").write_bytes(b"x" * 5000)
        assert street("restore", "monday.db").code == 0
    finally:
        os.umask(umask)
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.name not in {*given, "monday.db"}]
    written += [tmp_path / "out" / "合同.txt"]
    assert len(written) > 20
    assert {path.name: oct(path.stat().st_mode) for path in written if path.stat().st_mode & 0o077} == {}


def test_no_link_leads_out_of_the_folder(street: Run, tmp_path: Path) -> None:
    (tmp_path / "合同.txt").write_text("甲方乙方", "utf-8")
    street("document", "add", "老年协会", "合同.txt")
    street("project", "add", "老年协会", "--name", "敬老日", "--mode", "委托管理", "--year", "2026")
    outside = tmp_path / "outside"
    outside.write_text("别动", "utf-8")
    for folder, name, words in (
        ("out", "合同.txt", ("document", "extract", "#1", "--into", "out")),
        ("folder", "01-org.csv", ("export", "folder")),
        ("public", "public.html", ("publish", "public")),
        ("public", "withheld.md", ("publish", "public")),
        (".", "audit.zip", ("report", "project", "P2026-001", "--bundle", "audit.zip")),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        link = tmp_path / folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(outside)
        result = street(*words)
        assert result.code in (1, 2), (words, result.err)
        assert outside.read_text("utf-8") == "别动"
        link.unlink()
        assert street(*words).code == 0
        assert outside.read_text("utf-8") == "别动"


def test_rejects_hold_no_formula(street: Run, tmp_path: Path) -> None:
    """What a stranger's table brings comes back out as text, in the workbook and in csv."""
    evil = ('=HYPERLINK("http://x.test")', "@SUM(A1)", "+1-1", "=cmd|' /C calc'!A0", "\t=1")
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("名称", "类型", "备注"), *((text, "不知道", text) for text in evil)])
    for target in ("rejects.xlsx", "rejects.csv"):
        assert street("import", "a.csv", "--as", "org", "--skip-bad", "--rejects", target).code in (4, 6)
    with zipfile.ZipFile(tmp_path / "rejects.xlsx") as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]
        texts = book.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in book.namelist() else ""
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    assert "HYPERLINK" in "".join(sheets) + texts
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert sum("HYPERLINK" in cell for cell in cells) >= 2
    assert [cell for cell in cells if cell.lstrip()[:1] in "=+@" and cell.strip()] == []


HOSTILE_NAMES = ("../../x.txt", "..\\..\\x.txt", "/etc/x.txt", "C:\\x.txt", "C:x.txt", "..", ".", "", "a/..", "..\\")


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_of_evidence_stays_a_name(street: Run, tmp_path: Path, name: str) -> None:
    street("project", "add", "老年协会", "--name", "敬老日", "--mode", "委托管理", "--year", "2026")
    (tmp_path / "合同.txt").write_text("甲方乙方", "utf-8")
    street("document", "add", "P2026-001", "合同.txt")
    with sqlite3.connect(tmp_path / "zhengshe.db") as db:
        db.execute("UPDATE document SET filename = ?", (name,))
        sha256 = db.execute("SELECT sha256 FROM document").fetchone()[0]
        db.execute("UPDATE sqlar SET name = ?", (evidence.archive_name(sha256, name),))
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert street("document", "extract", "#1", "--into", "a/b").code == 0
    (found,) = (tmp_path / "a").rglob("*.*") if "." in name.strip("./\\") else (tmp_path / "a" / "b").iterdir()
    assert found.parent == tmp_path / "a" / "b"
    assert ":" not in found.name
    assert street("report", "project", "P2026-001", "--bundle", "audit.zip").code == 0
    with zipfile.ZipFile(tmp_path / "audit.zip") as bundle:
        (paper,) = [each for each in bundle.namelist() if each.startswith("papers/")]
    assert not re.search(r"\.\.|[\\:]|/.*/", paper.removeprefix("papers/01-").removesuffix(".txt")), paper


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_dangerous_calls(source: object) -> None:
    text = (ROOT / str(source)).read_text("utf-8")
    for forbidden in (
        "yaml.load(",
        "import click",
        "from click",
        "pickle",
        "eval(",
        "exec(",
        "shell=True",
        "os.system",
    ):
        assert forbidden not in text


def test_no_trace_of_the_workshop() -> None:
    """No machine path or host name in what is shipped."""
    for folder in ("zhengshe", "data", "examples", "docs"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix in {".py", ".yaml", ".md", ".txt", ".sql", ".toml"}:
                assert not re.search(r"/work/|/home/\w|/Users/\w|/root/", path.read_text("utf-8")), path
