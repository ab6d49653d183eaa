"""What the tests share: an empty ledger, and the program run as a clerk runs it."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from zhengshe import Ledger, open_ledger
from zhengshe.cli import main

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT.parent / "shared" / "samples"
TODAY = "2026-06-30"

# `make test` says the same of the same code every time; what was never tried is looked for with
# `pytest --hypothesis-profile=explore`
settings.register_profile("same", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile("same")


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


class _Stream(io.TextIOWrapper):
    """A stream like a pipe: it has bytes below, and is no terminal."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def text(self) -> str:
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode("utf-8")


Run = Callable[..., Result]


@pytest.fixture
def zs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``zs("org", "list")``: the program's own main() in this process, in tmp_path, on zhengshe.db there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ZHENGSHE_DB", raising=False)
    monkeypatch.setenv("ZHENGSHE_TODAY", TODAY)

    def run(*words: object) -> Result:
        out, err = _Stream(), _Stream()
        monkeypatch.setattr(sys, "argv", ["zhengshe", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as stopped:
            main()
        code = stopped.value.code
        assert isinstance(code, int)
        return Result(code, out.text(), err.text())

    return run


@pytest.fixture
def street(zs: Run) -> Run:
    """The same, with a database that has two organizations in it."""
    assert zs("init").code == 0
    assert zs("org", "add", "潍坊街道老年协会", "--kind", "社会团体").code == 0
    assert zs("org", "add", "周亚英工作室", "--kind", "社区社会组织", "--phone", "13800000000").code == 0
    return zs


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "zhengshe.db", today=TODAY, operator="测试员", create=True) as opened:
        yield opened


def run_process(*words: object, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own, for what only a process shows (imports, signals, encodings)."""
    return subprocess.run(
        [sys.executable, "-m", "zhengshe", *map(str, words)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "ZHENGSHE_TODAY": TODAY, **(env or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
