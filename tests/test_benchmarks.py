"""The page of figures: what it keeps, and that it says nothing of whose machine it was."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "benchmarks" / "run.py", tmp_path / "benchmarks")
    for name in ("one", "two"):
        write(tmp_path, name, "first")
    return tmp_path


def write(house: Path, name: str, figure: str) -> None:
    text = f'"""What {name} is\nbeside its peer.\n\nMore of it.\n"""\nprint("{name} {figure}: 0.5 中")\n'
    (house / "benchmarks" / f"bench_{name}.py").write_text(text, "utf-8")


def run(house: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, str(house / "benchmarks" / "run.py"), *words]
    return subprocess.run(program, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_run_replaces_its_own_section_only(house: Path) -> None:
    assert run(house).returncode == 0
    write(house, "one", "second")
    write(house, "two", "second")
    assert run(house, "two").returncode == 0
    page = (house / "docs" / "benchmarks.md").read_text("utf-8")
    assert "one first: 0.5 中" in page
    assert "two second" in page
    assert "two first" not in page
    assert "What one is beside its peer." in page
    assert f"Python {platform.python_version()}" in page
    assert page.count("## ") == 2
    for private in filter(None, (platform.node(), str(house), str(Path.home()))):
        assert private not in page


def test_a_small_run_is_shown_and_not_kept(house: Path) -> None:
    done = run(house, "--small")
    assert "one first" in done.stdout
    assert not (house / "docs" / "benchmarks.md").exists()


def test_an_unknown_name_is_refused(house: Path) -> None:
    assert "there are one, two" in run(house, "three").stderr


def test_every_benchmark_can_be_run_small() -> None:
    sizes = (ROOT / "benchmarks" / "run.py").read_text("utf-8")
    for script in (ROOT / "benchmarks").glob("bench_*.py"):
        assert f'"{script.stem.removeprefix("bench_")}": [' in sizes
