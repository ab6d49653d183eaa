"""Disks that fill up, and files that are damaged."""

from __future__ import annotations

import random
import resource
import shutil
import signal
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults.common import run, state, street


def full_disks(tries: int) -> Counter[str]:
    """The file may not grow beyond a limit: every write either fails with advice or is whole."""
    results: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        street(base)
        size = (base / "zhengshe.db").stat().st_size
        before = state(base / "zhengshe.db")
        for number in range(tries):
            shutil.copy(base / "zhengshe.db", base / "work.db")
            limit = size + 20_000 + number * 200_000

            def bound(limit: int = limit) -> None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

            done = run(base, "--db", "work.db", "import", "projects.csv", preexec=bound)
            same = state(base / "work.db") == before
            assert same == (done.returncode != 0), done
            results["写入完整" if done.returncode == 0 else f"拒绝，什么也没写（退出码 {done.returncode}）"] += 1
    return results


_READING = (("org", "list", "-f", "json"), ("search", "示例"), ("credit", "list"), ("log",), ("doctor",))


def damages(tries: int, draw: random.Random) -> Counter[str]:
    """Bytes of the file overwritten at random, a few or a whole page: an answer, or exit 5 and advice."""
    results: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        street(base)
        sound = (base / "zhengshe.db").read_bytes()
        for _ in range(tries):
            broken = bytearray(sound)
            longest = draw.choice((60, 4096))
            for _ in range(draw.randrange(1, 4)):
                place, length = draw.randrange(0, len(sound) - longest), draw.randrange(1, longest)
                broken[place : place + length] = draw.randbytes(length)
            (base / "broken.db").write_bytes(broken)
            for words in _READING:
                code = run(base, "--db", "broken.db", *words).returncode
                # the doctor may find that bytes which are no damage to SQLite are not what the history says
                assert code in (0, 5) or (code == 1 and words[0] == "doctor"), (words, code)
                results[f"{words[0]}: exit {code}"] += 1
    return results
