"""The program among others: pipes, encodings, signals, several clerks at once."""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import ROOT, run_process
from tests.test_terminal import on_a_terminal

ENV = {**os.environ, "PYTHONPATH": str(ROOT)}
PROGRAM = [sys.executable, "-m", "zhengshe"]


@pytest.fixture
def street(tmp_path: Path) -> Path:
    assert run_process("init", cwd=tmp_path).returncode == 0
    assert run_process("org", "add", "潍坊街道老年协会", "--kind", "社会团体", cwd=tmp_path).returncode == 0
    return tmp_path


def raw(cwd: Path, *words: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *words], cwd=cwd, env={**ENV, **env}, capture_output=True, check=False, timeout=60)


def test_a_gbk_pipe_carries_gbk_and_never_fails(street: Path) -> None:
    assert run_process("org", "add", "𠮷祥书社", "--kind", "其他", cwd=street).returncode == 0  # not in GBK
    done = raw(street, "org", "list", PYTHONIOENCODING="gbk", PYTHONUTF8="0")
    assert done.returncode == 0
    text = done.stdout.decode("gbk")
    assert "潍坊街道老年协会" in text
    assert "\\U00020bb7祥书社" in text
    refused = raw(street, "org", "show", "𠮷野", PYTHONIOENCODING="gbk", PYTHONUTF8="0")
    assert refused.returncode == 3
    assert "找不到" in refused.stderr.decode("gbk")


def test_json_is_utf8_whatever_the_console(street: Path) -> None:
    done = raw(street, "org", "list", "-f", "json", PYTHONIOENCODING="gbk", PYTHONUTF8="0")
    assert json.loads(done.stdout.decode("utf-8"))[0]["name"] == "潍坊街道老年协会"


def test_plain_c_locale_and_no_home(street: Path) -> None:
    env = {key: value for key, value in ENV.items() if key not in ("HOME", "LANG", "LC_ALL", "LC_CTYPE")}
    done = subprocess.run(
        [*PROGRAM, "org", "list"], cwd=street, env={**env, "LC_ALL": "C"}, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0
    assert "潍坊街道老年协会" in done.stdout.decode("utf-8")


def test_a_closed_pipe_is_no_error(street: Path) -> None:
    with sqlite3.connect(street / "zhengshe.db") as db:
        db.executemany(
            "INSERT INTO org(name, kind, status) VALUES (?, '其他', '正常')", ((f"组织{i}",) for i in range(20000))
        )
    reader = subprocess.Popen(
        [*PROGRAM, "org", "list", "-f", "jsonl"], cwd=street, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert reader.stdout is not None
    assert reader.stderr is not None
    reader.stdout.readline()
    reader.stdout.close()
    assert reader.wait(timeout=60) == 0
    assert reader.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_behind_stdout_is_said(street: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "org", "list"], cwd=street, env=ENV, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60
        )
    assert done.returncode == 1
    assert "磁盘空间" in done.stderr.decode("utf-8")
    assert b"Traceback" not in done.stderr


def test_ctrl_c_exits_130_and_writes_nothing(street: Path) -> None:
    other = sqlite3.connect(street / "zhengshe.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # keeps the program waiting
    waiting = subprocess.Popen(
        [*PROGRAM, "org", "add", "读书会", "--kind", "其他"], cwd=street, env=ENV, stderr=subprocess.PIPE
    )
    time.sleep(1.5)
    waiting.send_signal(signal.SIGINT)
    other.execute("ROLLBACK")
    _, said = waiting.communicate(timeout=60)
    assert waiting.returncode == 130
    assert "已中断" in said.decode("utf-8")
    assert b"Traceback" not in said


def test_eight_clerks_at_once_lose_nothing(street: Path) -> None:
    def add(number: int) -> int:
        mode = ("--mode", "委托管理", "--year", "2026")
        return run_process("project", "add", "老年协会", "--name", f"项目{number}", *mode, cwd=street).returncode

    with ThreadPoolExecutor(8) as clerks:
        assert set(clerks.map(add, range(16))) == {0}
    rows = json.loads(run_process("project", "list", "-f", "json", cwd=street).stdout)
    assert sorted(row["number"] for row in rows) == [f"P2026-{number:03d}" for number in range(1, 17)]
    assert run_process("doctor", cwd=street).returncode == 0


def without_privilege() -> None:
    """In the child: root loses the power to write where nobody may, or failing that becomes nobody."""
    drop_bounding_capability, write_anything, read_anything = 24, 1, 2
    for power in (write_anything, read_anything):
        if os.geteuid() == 0 and ctypes.CDLL(None).prctl(drop_bounding_capability, power, 0, 0, 0):
            os.setuid(65534)


def as_anybody(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words],
        cwd=cwd,
        env=ENV,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
        preexec_fn=without_privilege,
    )


ADD = ("org", "add", "读书会", "--kind", "其他")


def test_a_read_only_file_is_read_and_said(street: Path) -> None:
    (street / "zhengshe.db").chmod(0o400)
    assert "老年协会" in as_anybody(street, "org", "list").stdout
    assert as_anybody(street, "doctor").returncode == 0
    assert as_anybody(street, "backup").returncode == 0
    for words in (ADD, ("undo",), ("redact", "org", "老年协会", "--yes")):
        done = as_anybody(street, *words)
        assert (done.returncode, "只读" in done.stderr) == (5, True), done.stderr
    assert "读书会" not in as_anybody(street, "org", "list").stdout


def test_a_read_only_folder_is_read_and_said(street: Path) -> None:
    street.chmod(0o500)
    try:
        assert "老年协会" in as_anybody(street, "org", "list").stdout
        done = as_anybody(street, *ADD)
        assert (done.returncode, "权限" in done.stderr) == (5, True), done.stderr
        for words in (("backup",), ("export", "x.xlsx"), ("org", "list", "-o", "x.csv"), ("export", "folder")):
            done = as_anybody(street, *words)
            assert (done.returncode, "权限" in done.stderr, done.stdout) == (1, True, ""), (words, done.stderr)
        done = as_anybody(street, "init", "new.db")
        assert (done.returncode, "权限" in done.stderr) == (5, True), done.stderr
    finally:
        street.chmod(0o700)
    assert {path.name for path in street.iterdir()} == {"zhengshe.db"}


def test_an_unreadable_file_is_said(street: Path) -> None:
    (street / "zhengshe.db").chmod(0)
    done = as_anybody(street, "org", "list")
    assert (done.returncode, "权限" in done.stderr) == (5, True), done.stderr
    (street / "ledger.csv").write_text("名称,类型\n", "utf-8")
    (street / "zhengshe.db").chmod(0o600)
    (street / "ledger.csv").chmod(0)
    done = as_anybody(street, "import", "ledger.csv")
    assert (done.returncode, "权限" in done.stderr) == (2, True), done.stderr


def test_a_locked_file_says_who_and_what_to_do(street: Path) -> None:
    """The program waits, then gives up; a reader is not kept waiting by a writer that has not yet written."""
    other = sqlite3.connect(street / "zhengshe.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert run_process("org", "list", cwd=street).returncode == 0
    begun = time.monotonic()
    done = run_process(*ADD, cwd=street)
    waited = time.monotonic() - begun
    other.execute("ROLLBACK")
    assert (done.returncode, "别的程序" in done.stderr, "关闭" in done.stderr) == (5, True, True), done.stderr
    assert waited >= 5
    assert run_process(*ADD, cwd=street).returncode == 0


@pytest.mark.parametrize("encoding", ["gbk", "cp936", "latin-1"])
def test_no_console_makes_it_fail(street: Path, encoding: str) -> None:
    for code, *words in ((0, "org", "list"), (0, "--help"), (3, "org", "show", "无此组织"), (2, "nothing")):
        done = raw(street, *map(str, words), PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert done.returncode == code, done.stderr
        assert b"Traceback" not in done.stderr
        (done.stdout + done.stderr).decode(encoding)


@pytest.mark.parametrize("words", [(), ("-f", "md"), ("-f", "csv"), ("-f", "tsv"), ("-f", "json"), ("-f", "html")])
def test_a_terminal_is_never_given_what_it_obeys(street: Path, words: tuple[str, ...]) -> None:
    with sqlite3.connect(street / "zhengshe.db") as db:
        evil = "']0;' || char(7) || char(27) || '[2J' || char(155) || '31m' || char(13) || '盖住' || char(8)"
        db.execute(f"INSERT INTO org(name, kind, status) VALUES ('红' || char(27) || {evil}, '其他', '正常')")
        db.execute("UPDATE org SET note = char(8238) || '倒着' || char(27) || 'c' WHERE id = 2")
    for command in (("org", "list"), ("org", "show", "#2"), ("search", "盖住"), ("log", "--org", "#2")):
        code, screen = on_a_terminal(street, *command, *words)
        assert code == 0, screen
        shown = re.sub(r"\x1b\[[0-9;]*m", "", screen)  # our own colours
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown), ascii(shown)
        assert "\r盖住" not in shown


def test_control_characters_in_data_are_shown_not_executed(street: Path) -> None:
    with sqlite3.connect(street / "zhengshe.db") as db:
        db.execute("INSERT INTO org(name, kind, status) VALUES (char(27) || '[31m红' || char(8), '其他', '正常')")
    listed = run_process("org", "list", cwd=street)
    assert "\x1b" not in listed.stdout
    assert "[31m红" in listed.stdout
    shown = run_process("org", "show", "#2", cwd=street)
    assert "\x1b" not in shown.stdout + shown.stderr
