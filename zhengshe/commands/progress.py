"""How far a long work is, told on stderr; a short one says nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

_PATIENCE = 1.0  # seconds until the first word
# bytes; of a file so large nothing is heard for more than a second while it is being opened. What a file begins with
# says what it is: a zip archive (a workbook) is unpacked as a whole, a plan file read as a whole
_SLOW = 4 << 20
_SLOW_OF = {b"PK\x03\x04": 512 << 10, "# 用".encode()[:4]: 2 << 20}
_PAUSE_ON_TERMINAL, _PAUSE_ELSEWHERE = 0.2, 10.0  # a log is not to be flooded


class Progress:
    """Call it with what is being done; on a terminal each word replaces the last, and the end wipes it away."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._next = time.monotonic() + _PATIENCE
        self._told = False

    def opening(self, files: Iterable[Path]) -> None:
        """Say at once that large files are being opened: what opens them says nothing until it is done."""
        if slow := [file.name for file in files if file.is_file() and _is_slow(file)]:
            self._next = 0
            self(f"正在打开 {'、'.join(slow)}")

    def __call__(self, text: str) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (_PAUSE_ON_TERMINAL if self._terminal else _PAUSE_ELSEWHERE)
        self._told = True
        line = f"\r\x1b[K{text}" if self._terminal else f"{text}\n"
        print(line, end="", file=sys.stderr, flush=True)  # noqa: T201

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal and self._told:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201


def _is_slow(file: Path) -> bool:
    with suppress(OSError), file.open("rb") as content:  # who opens it in earnest says what is wrong
        return file.stat().st_size > min(_SLOW, _SLOW_OF.get(content.read(4), _SLOW))
    return False
