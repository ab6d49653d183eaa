"""Every example folder is a test and a page of the guide: what is written there is what the program says.

``examples/NN-name/cmd.txt`` holds commands, ``export NAME=VALUE``, and remarks after #; ``expected.txt`` is the
transcript. A folder that does not begin with ``zhengshe init`` goes on where the one before it stopped. After a wanted
change, ``ZHENGSHE_UPDATE_EXAMPLES=1 pytest tests/test_examples.py`` writes the transcripts anew: read the diff.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

FOLDERS = sorted(folder.parent for folder in (ROOT / "examples").glob("[0-9][0-9]-*/cmd.txt"))


def commands(folder: Path) -> list[str]:
    return (folder / "cmd.txt").read_text("utf-8").splitlines()


def chains() -> list[list[Path]]:
    """The folders, each with those that go on from it."""
    found: list[list[Path]] = []
    for folder in FOLDERS:
        if "zhengshe init" in commands(folder):
            found.append([])
        found[-1].append(folder)
    return found


@pytest.mark.parametrize("chain", chains(), ids=lambda chain: chain[0].name)
def test_example(chain: list[Path], zs: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples" / "weifang", tmp_path / "weifang")
    for folder in chain:
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
        transcript = "".join(_step(zs, line, monkeypatch) for line in commands(folder))
        expected = folder / "expected.txt"
        if os.environ.get("ZHENGSHE_UPDATE_EXAMPLES"):
            expected.write_text(transcript, "utf-8")
        assert transcript == expected.read_text("utf-8"), folder.name


def _step(zs: Run, line: str, monkeypatch: pytest.MonkeyPatch) -> str:
    if not line or line.startswith("#"):
        return f"{line}\n"
    program, *words = shlex.split(line)
    if program == "export":
        monkeypatch.setenv(*words[0].split("=", 1))
        return f"$ {line}\n"
    assert program == "zhengshe"
    result = zs(*words)
    said = f"$ {line}\n{result.out}{result.err}"
    if result.code:
        said += f"[退出码 {result.code}]\n"
    # the moment of writing differs from run to run; what stands beside it stays where it is
    said = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?", lambda at: "（时间）" + " " * (len(at[0]) - 8), said)
    return re.sub(r"\d{8}-\d{6}", "（时间）", re.sub(r" +$", "", said, flags=re.MULTILINE))


def test_there_are_examples() -> None:
    assert len(FOLDERS) >= 12
