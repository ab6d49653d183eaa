"""The house: arrows run down only, rooms are small, start-up loads little, a field is declared once."""

from __future__ import annotations

import shutil
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


HEAVY = ("rich", "sqlite_utils", "yaml", "sqlite3", "docx", "xlsxwriter", "python_calamine", "pypinyin", "rapidfuzz")


def loaded_by(tmp_path: Path, *words: str) -> set[str]:
    """The heavy libraries that a command loads."""
    script = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print('LOADED', *[m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr))\n"
        f"sys.argv = ['zhengshe', *{words!r}]\n"
        "from zhengshe.cli import main\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
    )
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("LOADED")]
    return set(line.split()[1:])


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["org", "--help"]])
def test_help_and_version_load_nothing_heavy(tmp_path: Path, words: list[str]) -> None:
    assert loaded_by(tmp_path, *words) == set()


def test_a_list_loads_only_sqlite(tmp_path: Path) -> None:
    assert run_process("init", cwd=tmp_path).returncode == 0
    assert loaded_by(tmp_path, "org", "list", "-f", "json") == {"sqlite3"}
    assert loaded_by(tmp_path, "org", "list") == {"sqlite3"}


def test_a_new_field_needs_one_line_and_one_migration(tmp_path: Path) -> None:
    """Table, option, help, list, export header, JSON key and import all follow from the declaration."""
    shutil.copytree(ROOT / "zhengshe", tmp_path / "zhengshe", ignore=shutil.ignore_patterns("__pycache__"))
    for shipped in ("data", "examples"):
        shutil.copytree(ROOT / shipped, tmp_path / shipped)
    models = tmp_path / "zhengshe" / "models.py"
    line = '        _field("scope", "业务范围"'
    text = models.read_text("utf-8")
    assert text.count(line) == 1
    models.write_text(text.replace(line, f'        _field("website", "网址", "官网"),\n{line}'), "utf-8")
    migration = tmp_path / "zhengshe" / "store" / "migrations" / "9999_website.sql"
    migration.write_text('ALTER TABLE "org" ADD COLUMN "website" TEXT;\n', "utf-8")

    def run(*words: str) -> str:
        done = run_process(*words, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("init")
    assert "--website" in run("org", "add", "--help")
    run("org", "add", "读书会", "--kind", "社区社会组织", "--website", "a.example")
    (tmp_path / "orgs.csv").write_text("名称,类型,官网\n合唱队,社区社会组织,b.example\n", "utf-8")
    run("import", "orgs.csv", "--as", "org")
    assert '"website": "b.example"' in run("org", "list", "-f", "json")
    assert "网址" in run("org", "list", "-f", "csv")
    assert "a.example" in run("org", "show", "读书会", "--history")
