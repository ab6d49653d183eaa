"""The files that ship with the program: read once, and never stale."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from zhengshe import resources
from zhengshe.errors import ZhengsheError

DATA = ROOT / "data"
NAMES = sorted(str(path.relative_to(DATA).with_suffix("")) for path in DATA.rglob("*.yaml"))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path / name)
    return copy


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_is_what_the_file_says(data: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = resources.load_yaml(data / f"{name}.yaml")
    assert resources.shipped(name) == said
    monkeypatch.setattr(resources, "_loader", None)  # the second time nothing is parsed
    assert resources.shipped(name) == said


def test_a_changed_file_is_read_anew(data: Path) -> None:
    file = data / "thresholds.yaml"
    before = file.stat()
    assert resources.shipped("thresholds")["rectification_working_days"]["一般"] == 30
    file.write_text(file.read_text("utf-8").replace("一般: 30", "一般: 31"), "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # the same size, the same time
    assert resources.shipped("thresholds")["rectification_working_days"]["一般"] == 31


@pytest.mark.parametrize("damage", ["", "[", "[1]", "7", '["x", {"": 1}]', "\x00"])
def test_a_damaged_copy_does_no_harm(data: Path, damage: str) -> None:
    said = resources.shipped("statutes")
    (data / "__pycache__" / "statutes.yaml.json").write_text(damage, "utf-8")
    assert resources.shipped("statutes") == said


def test_a_folder_that_cannot_be_written_is_read_every_time(data: Path) -> None:
    (data / "__pycache__").write_text("a file where the folder would be", "utf-8")
    assert resources.shipped("statutes") == resources.load_yaml(data / "statutes.yaml")


def test_a_missing_or_unreadable_file_is_named(data: Path) -> None:
    (data / "exchange.yaml").write_bytes(b"publisher: \xff\xfe")
    for name in ("exchange", "no-such"):
        with pytest.raises(ZhengsheError, match=name):
            resources.shipped(name)
