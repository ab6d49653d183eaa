"""Every example folder is a test and a page of the guide: what is written there is what the program says.

``examples/NN-name/cmd.txt`` holds commands (and remarks after #); ``expected.txt`` is the transcript. After a wanted
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


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_example(folder: Path, zs: Run, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    shutil.copytree(ROOT / "examples" / "weifang", tmp_path / "weifang")
    transcript = "".join(_step(zs, line) for line in (folder / "cmd.txt").read_text("utf-8").splitlines())
    expected = folder / "expected.txt"
    if os.environ.get("ZHENGSHE_UPDATE_EXAMPLES"):
        expected.write_text(transcript, "utf-8")
    assert transcript == expected.read_text("utf-8")


def _step(zs: Run, line: str) -> str:
    if not line or line.startswith("#"):
        return f"{line}\n"
    program, *words = shlex.split(line)
    assert program == "zhengshe"
    result = zs(*words)
    said = f"$ {line}\n{result.out}{result.err}"
    if result.code:
        said += f"[退出码 {result.code}]\n"
    # the moment of writing differs from run to run
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?", "（时间）", said)


def test_there_are_examples() -> None:
    assert len(FOLDERS) >= 4
