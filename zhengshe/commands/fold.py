"""Help that fits the terminal: Typer counts characters, and a 汉字 takes two cells."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

from zhengshe.render.text import width

_LEFT = re.compile(r"\s+\S+(?: \S+)*\s{2,}(?=\S)|\s*")  # an option and the gap after it, else the indent
_NOT_FIRST = frozenset("，。、；：！？）》”·…")
_NARROWEST = 20


def folded(text: str) -> str:
    """The same text; what is wider than the terminal goes on below, under its own column."""
    columns = shutil.get_terminal_size().columns
    return "\n".join(part for line in text.splitlines() for part in _lines(line, columns))


def _lines(line: str, columns: int) -> Iterator[str]:
    match = _LEFT.match(line)
    left = match[0] if match else ""
    room = max(columns - width(left), _NARROWEST)
    rest = line[len(left) :]
    while width(rest) > room:
        cut = _cut(rest, room)
        yield left + rest[:cut].rstrip()
        left, rest = " " * width(left), rest[cut:].lstrip()
    yield left + rest


def _cut(text: str, room: int) -> int:
    """Where to end the line: not within a word, nor before a mark that belongs to what it follows."""
    most = next(place for place in range(1, len(text) + 1) if width(text[:place]) > room) - 1
    for place in range(most, most // 2, -1):
        within_word = text[place - 1].isascii() and text[place].isascii() and " " not in text[place - 1 : place + 1]
        if not within_word and text[place] not in _NOT_FIRST:
            return place
    return most
