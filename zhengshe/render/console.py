"""Standard streams that neither fail on a character nor obey one."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import TextIO, cast


def prepare_streams() -> None:
    """Let a GBK console or pipe show what it has no character for as an escape, instead of failing.

    The encoding itself is kept: it is what the console, or the program behind the pipe, was set to.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def as_utf8(stream: TextIO) -> None:
    """Make a pipe or redirected file carry UTF-8."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def harmless(stream: TextIO) -> TextIO:
    """The terminal, but control characters of the data are seen and not executed."""
    return cast(TextIO, _Harmless(stream))


class _Harmless:
    def __init__(self, stream: TextIO) -> None:
        self.terminal = stream

    def write(self, text: str) -> int:
        from zhengshe.render.text import escape_controls

        return self.terminal.write(escape_controls(text))

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.terminal.flush()
