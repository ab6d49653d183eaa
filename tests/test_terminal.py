"""On a terminal: what is missing is asked for, and a table folds instead of cutting."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, run_process

pty = pytest.importorskip("pty")

LONG = "潍坊新村街道社区社会组织服务中心下属金婚老人志愿者联合会（筹）第二分会"


def on_a_terminal(cwd: Path, *words: str, answers: str = "", columns: int = 80) -> tuple[int, str]:
    """Run the program on a pseudo-terminal, type the answers, and return exit code and screen."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cwd)
        os.environ.update(PYTHONPATH=str(ROOT), COLUMNS=str(columns), TERM="xterm", ZHENGSHE_TODAY="2026-06-30")
        os.execv(sys.executable, [sys.executable, "-m", "zhengshe", *words])
    screen = b""
    for answer in answers.splitlines():
        time.sleep(0.8)
        os.write(terminal, f"{answer}\n".encode())
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        screen += part
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), screen.decode("utf-8")


@pytest.fixture
def street(tmp_path: Path) -> Path:
    assert run_process("init", cwd=tmp_path).returncode == 0
    assert run_process("org", "add", LONG, "--kind", "社会团体", cwd=tmp_path).returncode == 0
    return tmp_path


def test_required_and_missing_is_asked_for_with_the_codelist(street: Path) -> None:
    code, screen = on_a_terminal(street, "org", "add", "--note", "x", answers="读书会\n社区社会组织\n")
    assert code == 0, screen
    assert "社会服务机构" in screen  # the terms were shown
    assert "读书会" in run_process("org", "list", cwd=street).stdout


def test_what_can_be_known_is_not_asked(street: Path) -> None:
    """The code tells the kind, the day of signing the year; asked, the program would wait for an answer for ever."""
    added = on_a_terminal(street, "org", "add", "六助为老服务中心", "--uscc", "52310115MJ0000106M")
    assert added[0] == 0 and "可选" not in added[1], added
    options = ("--name", "敬老月", "--mode", "委托管理", "--signed-on", "2026-06-22")
    code, screen = on_a_terminal(street, "project", "add", "六助", *options)
    assert code == 0 and "P2026-001" in screen, screen
    shown = run_process("org", "list", "-f", "csv", "--columns", "name,kind", cwd=street).stdout
    assert "六助为老服务中心,社会服务机构" in shown


def test_an_owner_that_was_left_out_is_asked_for_first(street: Path) -> None:
    code, screen = on_a_terminal(street, "rating", "add", answers=f"{LONG}\n4A\n2025-12-01\n")
    assert code == 0 and screen.index("社会组织:") < screen.index("5A、4A"), screen


def test_without_a_terminal_it_is_a_usage_error(street: Path) -> None:
    done = run_process("org", "add", "--note", "x", cwd=street)
    assert done.returncode == 2
    assert "--name" in done.stderr or "名称" in done.stderr


@pytest.mark.parametrize("columns", [80, 120])
def test_a_table_folds_and_cuts_nothing(street: Path, columns: int) -> None:
    code, screen = on_a_terminal(street, "org", "list", columns=columns)
    assert code == 0
    assert "…" not in screen
    seen = "".join(char for char in screen if char in LONG)
    for char in set(LONG):
        assert seen.count(char) >= LONG.count(char), char
