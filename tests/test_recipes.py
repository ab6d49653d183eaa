"""docs/recipes.md is executed: each recipe on a copy of the checkout of its own, and under ten lines long."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, TODAY
from tests.pages import Step, carry_out, sections

RECIPES = list(sections((ROOT / "docs" / "recipes.md").read_text("utf-8")))


@pytest.mark.parametrize(("name", "steps"), RECIPES, ids=[name for name, _ in RECIPES])
def test_recipe(name: str, steps: list[Step], tmp_path: Path) -> None:
    ours = [step for step in steps if step.writes and step.language != "csv"]  # a csv is only tried out
    lines = [line for step in ours for line in step.block.splitlines() if line]
    assert len([line for line in lines if not line.lstrip().startswith(("from ", "import "))]) < 10, name
    for part in ("zhengshe", "data", "examples", "docs", "tests"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))

    def run(command: str) -> str:
        program, *words = shlex.split(command)
        output = words.pop() if len(words) > 1 and words[-2] == ">" else None
        words = [sys.executable, *(["-m", "zhengshe"] if program == "zhengshe" else []), *words]
        if output:
            words.remove(">")
        done = subprocess.run(
            words,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path), "ZHENGSHE_TODAY": TODAY},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if output:
            assert done.returncode == 0, done.stderr
            (tmp_path / output).write_text(done.stdout, "utf-8")
            return ""
        return done.stdout + done.stderr

    carry_out(steps, tmp_path, run)


def test_every_kind_of_extension_has_a_recipe() -> None:
    assert [name for name, _ in RECIPES] == [
        "A field",
        "A record",
        "A flag",
        "A format",
        "A credit scheme",
        "A number of an office's own",
    ]
