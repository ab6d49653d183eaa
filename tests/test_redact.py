"""A lawful deletion leaves nothing behind: not in a table, not in the history, not in a byte of the file."""

from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.test_terminal import on_a_terminal
from zhengshe.models import RECORDS

PHONE, OLD_PHONE, LANDLINE = "13812345678", "13987654321", "021-58880000"
SECRET_BYTES = b"%PDF-1.4 identity card of Zhao" + random.Random(6).randbytes(10_000)  # not to be packed


@pytest.fixture
def street(street: Run, tmp_path: Path) -> Run:
    """An organization whose contact was edited, mentioned, removed and filed over several batches."""
    (tmp_path / "赵六身份证.pdf").write_bytes(SECRET_BYTES)
    (tmp_path / "章程.txt").write_text("章程正文", "utf-8")
    finding = ("finding", "add", "老年协会", "--found-on", "2026-05-01")
    contact = ("change", "add", "老年协会", "--item", "联系人", "--approved-on", "2026-06-01")
    commands: tuple[tuple[str, ...], ...] = (
        ("org", "edit", "老年协会", "--contact", "赵六", "--phone", OLD_PHONE, "--note", "赵六家住三弄"),
        ("org", "edit", "老年协会", "--phone", f"{PHONE}、{LANDLINE}", "--legal-rep", "赵 六"),
        ("person", "add", "老年协会", "--name", "赵六", "--post", "会长", "--since", "2024-01-01"),
        ("person", "add", "老年协会", "--name", "钱七", "--post", "秘书长"),
        ("person", "add", "老年协会", "--name", "赵六", "--post", "理事"),
        ("person", "remove", "#3"),
        ("project", "add", "老年协会", "--name", "敬老日", "--mode", "委托管理", "--year", "2026", "--amount", "5000"),
        ("project", "edit", "P2026-001", "--note", f"找赵六，{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}"),
        ("project", "edit", "P2026-001", "--beneficiaries", "独居老人孙八"),
        (*finding, "--channel", "行政监督", "--severity", "一般", "--fact", "赵六未签到"),
        (*contact, "--before", "赵六", "--after", "钱七"),
        ("document", "add", "老年协会", "赵六身份证.pdf"),
        ("document", "add", "P2026-001", "章程.txt"),
        ("document", "remove", "#1"),
    )
    for words in commands:
        result = street(*words)
        assert result.code == 0, (words, result.err)
    return street


def bytes_on_disk(folder: Path) -> bytes:
    """The database with whatever lies beside it under its name."""
    return b"".join(path.read_bytes() for path in folder.glob("zhengshe.db*"))


def traces(folder: Path, *secrets: str | bytes) -> list[str | bytes]:
    """Which of these texts stand in the raw file or in what it says."""
    raw = bytes_on_disk(folder)
    with sqlite3.connect(folder / "zhengshe.db") as db:
        said = "\n".join(db.iterdump()).encode()
    return [
        secret
        for secret in secrets
        for place in (raw, said)
        if (secret.encode() if isinstance(secret, str) else secret) in place
    ]


def rows(run: Run, noun: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run(noun, "list", "-f", "json").out)
    return found


ABOUT_THE_ORGANIZATION = (OLD_PHONE, PHONE, LANDLINE, "三弄", "孙八", "身份证", SECRET_BYTES[:30], SECRET_BYTES[-60:])


def test_the_secrets_were_there(street: Run, tmp_path: Path) -> None:  # noqa: ARG001
    assert set(traces(tmp_path, *ABOUT_THE_ORGANIZATION, "赵六")) >= {*ABOUT_THE_ORGANIZATION, "赵六"}


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_an_organizations_private_content_is_nowhere(street: Run, tmp_path: Path, journal: str) -> None:
    db = sqlite3.connect(tmp_path / "zhengshe.db", isolation_level=None)  # another program has it open all the while
    assert db.execute(f"PRAGMA journal_mode = {journal}").fetchone() == (journal,)
    db.execute("PRAGMA secure_delete = OFF")
    db.execute("CREATE TABLE older AS SELECT hex(zeroblob(3000)) || '13500001111' AS phone")
    db.execute("DROP TABLE older")  # what a program that deletes carelessly leaves in free pages
    assert traces(tmp_path, "13500001111")
    result = street("redact", "org", "老年协会", "--yes")
    assert (result.code, result.out) == (0, ""), result.err
    assert traces(tmp_path, *ABOUT_THE_ORGANIZATION, "13500001111") == []
    db.close()
    assert street("doctor").code == 0, street("doctor").out

    (org, other) = rows(street, "org")
    assert [org[key] for key in ("contact", "phone", "note")] == [None] * 3
    assert (org["name"], other["phone"]) == ("潍坊街道老年协会", "13800000000")
    assert rows(street, "person") == rows(street, "document") == []
    # money and supervision stay accountable
    (project,) = rows(street, "project")
    assert (project["amount"], project["note"], project["beneficiaries"]) == (5000, None, None)
    assert rows(street, "finding")[0]["fact"] == "赵六未签到"
    assert rows(street, "change")[0]["before"] is None


def test_it_is_recorded_without_the_content(street: Run) -> None:
    street("--operator", "王芳", "redact", "org", "老年协会", "--yes")
    batch = json.loads(street("log", "-f", "json").out)[-1]
    assert (batch["operator"], batch["command"]) == ("王芳", "redact org 老年协会")
    log = street("log", "--batch", str(batch["batch"]), "-f", "csv").out
    assert log.count("依法删除") == batch["records"] == 8
    for record in ("社会组织 #1", "负责人任职 #1", "负责人任职 #3", "合作项目 #1", "佐证材料 #1", "变更登记 #1"):
        assert record in log
    assert "依法删除" in street("org", "show", "老年协会", "--history").out


def test_nothing_brings_it_back(street: Run, tmp_path: Path) -> None:
    batches = [row["batch"] for row in json.loads(street("log", "-f", "json").out)]
    street("redact", "org", "老年协会", "--yes")
    last = street("undo")
    assert (last.code, "不能撤销" in last.err) == (4, True)
    for batch in reversed(batches):
        result = street("undo", batch)
        assert (result.code, "依法删除" in result.err) in ((4, True), (0, False)), result.err
    assert traces(tmp_path, *ABOUT_THE_ORGANIZATION) == []
    # what was written afterwards is undone as ever
    street("org", "edit", "老年协会", "--phone", "13711112222")
    assert street("undo").code == 0
    assert street("doctor").code == 0, street("doctor").out


def test_a_persons_name_and_number_are_nowhere(street: Run, tmp_path: Path) -> None:
    result = street("redact", "person", "赵六", "--yes")
    assert (result.code, result.out) == (0, ""), result.err
    assert "还有 1 份材料" in result.err
    assert traces(tmp_path, "赵六", "赵 六", PHONE, OLD_PHONE, "138 1234 5678", SECRET_BYTES[:30]) == []
    assert street("doctor").code == 0, street("doctor").out
    assert [row["name"] for row in rows(street, "person")] == ["钱七"]
    assert rows(street, "finding")[0]["fact"] == "〔已依法删除〕未签到"
    assert rows(street, "project")[0]["note"] == "找〔已依法删除〕，〔已依法删除〕"
    org = rows(street, "org")[0]
    assert (org["legal_rep"], org["contact"], org["note"]) == (None, "钱七", "〔已依法删除〕家住三弄")
    assert org["phone"] == f"〔已依法删除〕/{LANDLINE}"  # the office's line stays with the new contact
    assert rows(street, "project")[0]["beneficiaries"] == "独居老人孙八"


def test_names_of_organizations_and_of_others_stay(street: Run) -> None:
    street("person", "add", "周亚英工作室", "--name", "周亚英", "--post", "负责人")
    street("person", "add", "周亚英工作室", "--name", "周亚英子", "--post", "理事")
    street("org", "edit", "周亚英工作室", "--note", "周亚英工作室由周亚英创办，周亚英子协助")
    assert street("redact", "person", "周亚英", "--yes").code == 0
    assert rows(street, "org")[1]["note"] == "周亚英工作室由〔已依法删除〕创办，周亚英子协助"
    assert [row["name"] for row in rows(street, "person")][-1] == "周亚英子"
    assert "周亚英工作室" in street("search", "周亚").out
    assert street("redact", "person", "周亚英工作室", "--yes").code == 2


def test_namesakes_are_told_apart_by_organization(street: Run) -> None:
    street("org", "edit", "周亚英工作室", "--contact", "赵六")
    asked = street("redact", "person", "赵六", "--yes")
    assert (asked.code, "--org" in asked.err) == (3, True)
    assert street("redact", "person", "赵六", "--org", "老年协会", "--yes").code == 0
    assert rows(street, "org")[1]["contact"] == "赵六"
    assert rows(street, "person")[0]["name"] == "钱七"


def test_one_piece_of_evidence_with_its_bytes(street: Run, tmp_path: Path) -> None:
    assert street("redact", "document", "#1", "--yes").code == 0  # removed before: only its bytes were left
    assert traces(tmp_path, "身份证", SECRET_BYTES[:30]) == []
    assert [row["title"] for row in rows(street, "document")] == ["章程"]
    assert street("document", "extract", "#2").code == 1  # 章程.txt lies there already: the bytes were handed out
    assert street("doctor").code == 0, street("doctor").out


def test_evidence_that_another_record_needs_keeps_its_bytes(street: Run, tmp_path: Path) -> None:
    street("document", "add", "周亚英工作室", "赵六身份证.pdf")
    street("redact", "org", "老年协会", "--yes")
    (tmp_path / "out").mkdir()
    assert street("document", "extract", "周亚英工作室", "--into", "out").code == 0
    assert (tmp_path / "out" / "赵六身份证.pdf").read_bytes() == SECRET_BYTES


def test_a_removed_organization_is_cleaned_too(street: Run, tmp_path: Path) -> None:
    street("org", "add", "读书会", "--kind", "其他", "--phone", "13655556666")
    street("org", "remove", "读书会")
    assert street("redact", "org", "读书会", "--yes").code == 0
    assert traces(tmp_path, "13655556666") == []
    assert street("undo", "17").code == 4


def test_once_more_finds_nothing(street: Run) -> None:
    street("redact", "person", "赵六", "--yes")
    before = street("log").out
    again = street("redact", "person", "赵六", "--yes")
    assert (again.code, "没有" in again.err) == (3, True)
    assert street("log").out == before


def test_when_the_file_cannot_be_written_anew_it_says_so_and_once_more_helps(
    street: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhengshe.store.connection.WAIT_SECONDS", 0.1)
    reader = sqlite3.connect(tmp_path / "zhengshe.db", isolation_level=None)
    reader.execute("PRAGMA journal_mode = wal")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM org").fetchone()  # what it reads must stay where it is
    result = street("redact", "org", "老年协会", "--yes")
    assert (result.code, "再运行一次" in result.err) == (5, True), result.err
    assert rows(street, "org")[0]["phone"] is None
    reader.execute("COMMIT")
    again = street("redact", "org", "老年协会", "--yes")
    assert (again.code, "没有" in again.err) == (3, True), again.err
    assert traces(tmp_path, *ABOUT_THE_ORGANIZATION) == []
    reader.close()


def test_backups_that_hold_it_are_named(street: Run, tmp_path: Path) -> None:
    street("backup")
    (copy,) = tmp_path.glob("*.bak.db")
    assert copy.name in street("redact", "org", "老年协会", "--yes").err


def test_it_asks_first(street: Run, tmp_path: Path) -> None:
    refused = street("redact", "org", "老年协会")
    assert (refused.code, "--yes" in refused.err) == (2, True)
    code, screen = on_a_terminal(tmp_path, "redact", "org", "老年协会", answers="n\n")
    assert (code, "不能撤销" in screen, "3 条负责人任职" in screen) == (130, True, True), screen
    assert rows(street, "org")[0]["phone"]
    code, screen = on_a_terminal(tmp_path, "redact", "org", "老年协会", answers="y\n")
    assert code == 0, screen
    assert rows(street, "org")[0]["phone"] is None


def test_every_private_field_is_covered(street: Run, tmp_path: Path) -> None:
    """Whatever models.py calls private goes, without a second list."""
    mine = {"org": "潍坊街道老年协会", "project": "P2026-001"}
    street("review", "add", "P2026-001", "--kind", "验收", "--held-on", "2026-06-01")
    for record in RECORDS.values():
        for field in record.fields:
            if field.private:
                ref = mine.get(record.noun, "#1")
                assert street(record.noun, "edit", ref, field.option, f"机密{record.noun}{field.key}").code == 0
    assert traces(tmp_path, "机密")
    street("redact", "org", "老年协会", "--yes")
    assert traces(tmp_path, "机密") == []
