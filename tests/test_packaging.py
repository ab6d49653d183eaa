"""The wheel carries data/ and examples/, and works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.conftest import ROOT


def test_the_wheel_runs_the_demo_anywhere(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    assert (installed / "zhengshe" / "py.typed").exists()
    env = {**os.environ, "PYTHONPATH": str(installed)}
    program = [
        sys.executable,
        "-c",
        "from zhengshe.cli import main, app; import zhengshe; print(zhengshe.__file__); main()",
    ]
    done = subprocess.run(
        [*program, "demo"], cwd=elsewhere, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(installed))  # not the checkout
    for expected in ("潍坊街道老年协会", "福彩公益金", "信用小结", "逾期"):
        assert expected in done.stdout
    assert (elsewhere / "zhengshe-demo.db").exists()
