"""The Python API as its page says, and an example script that does a whole year with it."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from zhengshe import open_ledger

PAGE = ROOT / "docs" / "python.md"
SCRIPT = ROOT / "examples" / "python" / "yearly_import.py"


def test_the_page_is_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    examples = doctest.DocTestParser().get_doctest("".join(blocks), {}, PAGE.name, str(PAGE), 0)
    assert len(examples.examples) > 20
    said: list[str] = []
    failed, _ = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, out=said.append)
    assert not failed, "".join(said)


def run(folder: Path, ledgers: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(ledgers), "street.db", "2025"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture
def ledgers(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "examples" / "weifang", tmp_path / "ledgers"))


def test_the_yearly_import(tmp_path: Path, ledgers: Path) -> None:
    done = run(tmp_path, ledgers)
    assert (done.returncode, done.stderr) == (0, "")
    assert "社会组织：新增" in done.stdout
    assert (tmp_path / "2025 年度报告.docx").stat().st_size > 5000
    with open_ledger(tmp_path / "street.db") as ledger:
        orgs, batches = len([*ledger.list("org").rows]), len([*ledger.log().rows])
        assert orgs > 5
    again = run(tmp_path, ledgers)  # the same ledgers once more: a backup, and nothing to write
    assert again.returncode == 0
    assert len([*tmp_path.glob("*.bak.db")]) == 1
    with open_ledger(tmp_path / "street.db") as ledger:
        assert (len([*ledger.list("org").rows]), len([*ledger.log().rows])) == (orgs, batches)


def test_the_yearly_import_is_all_or_nothing(tmp_path: Path, ledgers: Path) -> None:
    (ledgers / "09-年检.csv").write_text("组织名称,年度,年检结论\n没有的组织,2025,合格\n", "utf-8")
    done = run(tmp_path, ledgers)
    assert done.returncode == 4
    assert "没有的组织" in done.stdout
    with open_ledger(tmp_path / "street.db") as ledger:
        assert not [*ledger.list("org").rows]
