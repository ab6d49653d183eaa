"""kill -9 at a random moment of every command that writes much: afterwards the file is as before or as after."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.faults.common import ENV, PROGRAM, must, run, state, street

# the program with one migration more than it has
_SCRIPT = """\
import pathlib
from zhengshe import cli
from zhengshe.store import migrate
migrate.FOLDER = pathlib.Path("later")
cli.main()
"""
MIGRATING = (sys.executable, "-c", _SCRIPT)
_LATER = """\
ALTER TABLE "project" ADD COLUMN "more" TEXT;
UPDATE "project" SET "more" = "name" || "number";
CREATE INDEX "project_more" ON "project"("more");
"""


@dataclass(frozen=True)
class Action:
    """A command on a copy of ``start``."""

    start: str
    words: Sequence[str]
    program: Sequence[str] = tuple(PROGRAM)


ACTIONS = {
    "import": Action("zhengshe.db", ("import", "projects.csv")),
    "merge": Action("zhengshe.db", ("merge", "other.db")),
    "undo": Action("imported.db", ("undo",)),
    "migrate": Action("imported.db", ("info",), MIGRATING),
    "restore": Action("imported.db", ("restore", "copy.db")),
    "redact": Action("imported.db", ("redact", "org", "示例组织7", "--yes")),
}


def kills(count: int, draw: random.Random) -> Counter[str]:
    """Every second one waits until the program writes, so that not all of them die while it is still starting."""
    results: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name) / "base"
        _prepare(base)
        whole = {action: _whole(base, ACTIONS[action]) for action in ACTIONS}
        for number in range(count):
            action = [*ACTIONS][number % len(ACTIONS)]
            writing = number // len(ACTIONS) % 2 == 1
            results[f"{action}: {_kill_once(base, ACTIONS[action], *whole[action], writing, draw)}"] += 1
    return results


def _prepare(base: Path) -> None:
    base.mkdir()
    street(base)
    shutil.copy(base / "zhengshe.db", base / "imported.db")
    must(base, "--db", "imported.db", "import", "projects.csv")
    shutil.copy(base / "imported.db", base / "other.db")
    shutil.copy(base / "zhengshe.db", base / "copy.db")
    (base / "later").mkdir()
    from zhengshe.store.migrate import steps

    for step in steps():
        shutil.copy(step, base / "later")
    (base / "later" / "9999_more.sql").write_text(_LATER, "utf-8")


def _folder(base: Path, action: Action, name: str) -> Path:
    folder = base.parent / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    shutil.copy(base / action.start, folder / "work.db")
    return folder


def _whole(base: Path, action: Action) -> tuple[str, str, float]:
    """What the file is before and after, and how long the command takes."""
    folder = _folder(base, action, "whole")
    before, begun = state(folder / "work.db"), time.perf_counter()
    subprocess.run(
        [*action.program, "--db", "work.db", *action.words], cwd=folder, env=ENV, check=True, capture_output=True
    )
    return before, state(folder / "work.db"), time.perf_counter() - begun


def _kill_once(
    base: Path, action: Action, before: str, after: str, long: float, writing: bool, draw: random.Random
) -> str:
    folder = _folder(base, action, "half")
    journal = folder / "work.db-journal"
    process = subprocess.Popen(
        [*action.program, "--db", "work.db", *action.words],
        cwd=folder,
        env=ENV,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if writing:
        while process.poll() is None and not journal.exists():
            time.sleep(0.0005)
        time.sleep(draw.uniform(0, 0.3) * long)
    else:
        time.sleep(draw.uniform(0.2, 1.1) * long)
    process.send_signal(signal.SIGKILL)
    process.wait()
    torn = "（正写到一半）" if journal.exists() and journal.stat().st_size else ""
    found = state(folder / "work.db")
    if found not in (before, after):
        raise SystemExit(f"{action.words}: killed between, kept in {folder}")
    for copy in folder.glob("work-*.bak.db"):  # a backup is whole or not there
        with closing(sqlite3.connect(copy)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok", copy
    if action.program != MIGRATING:
        assert run(folder, "--db", "work.db", "info").returncode == 0
    return f"{'before' if found == before else 'after'}{torn}"
