"""The house: arrows run down only, rooms are small, start-up loads little."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, run_process

SOURCES = sorted((ROOT / "zhengshe").rglob("*.py"))


def test_arrows_run_down_only() -> None:
    # importlinter reports through its exit code; its own cache stays out of the checkout
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_room_is_over_500_lines(source: Path) -> None:
    assert len(source.read_text("utf-8").splitlines()) <= 500


HEAVY = (
    *("rich", "sqlite_utils", "yaml", "sqlite3", "docx", "xlsxwriter", "python_calamine", "pypinyin", "rapidfuzz"),
    "tempfile",  # with what it loads, a thirtieth of a list's time
)


def loaded_by(tmp_path: Path, *words: str, **env: str) -> set[str]:
    """The heavy libraries that a command loads."""
    script = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print('LOADED', *[m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr))\n"
        f"sys.argv = ['zhengshe', *{words!r}]\n"
        "from zhengshe.cli import main\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("LOADED")]
    return set(line.split()[1:])


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["org", "--help"]])
def test_help_and_version_load_nothing_heavy(tmp_path: Path, words: list[str]) -> None:
    assert loaded_by(tmp_path, *words) == set()


def test_completion_loads_nothing_heavy(tmp_path: Path) -> None:
    assert run_process("init", cwd=tmp_path).returncode == 0

    def asking(*words: str) -> set[str]:
        line = "\n".join(["zhengshe", *words])
        return loaded_by(
            tmp_path, _ZHENGSHE_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(line.count("\n"))
        )

    assert asking("o") == asking("credit", "s") == asking("org", "list", "--") == set()
    asking("org", "list", "--kind", "")  # the codelists are read from YAML once, then kept
    assert asking("org", "list", "--kind", "") == set()
    assert asking("org", "show", "潍") == {"sqlite3"}
    zsh = {"_ZHENGSHE_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "zhengshe org list --"}
    assert loaded_by(tmp_path, **zsh) == set()


def test_a_list_loads_only_sqlite(tmp_path: Path) -> None:
    assert run_process("init", cwd=tmp_path).returncode == 0
    assert loaded_by(tmp_path, "org", "list", "-f", "json") == {"sqlite3"}
    assert loaded_by(tmp_path, "org", "list") == {"sqlite3", "tempfile"}  # where the rows wait to be measured
