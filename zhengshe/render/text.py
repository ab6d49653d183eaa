"""Text on a grid of cells: how wide it is, how it is shown harmlessly, how columns share a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

LEAST = 6  # a column narrower than this many cells (three 汉字) cannot be read

_UNPARTED = re.compile(r"(?:[!-~]+|.)[、，。；：！？）》”〕]*")


class _Widths(dict[str, int]):
    """character -> cells, worked out once."""

    def __missing__(self, char: str) -> int:
        import unicodedata

        # ambiguous characters (√ × ● ▲ — “ ”) take one cell, as terminals do
        if unicodedata.category(char) in ("Mn", "Me", "Cf"):
            cells = 0
        else:
            cells = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        self[char] = cells
        return cells


_width_of = _Widths().__getitem__


def width(text: str) -> int:
    """The cells that one line of text takes: 2 for 汉字, 0 for combining and zero-width characters."""
    return len(text) if text.isascii() else sum(map(_width_of, text))


def pad(text: str, cells: int) -> str:
    return text + " " * (cells - width(text))


def pad_left(text: str, cells: int) -> str:
    return " " * (cells - width(text)) + text


# A terminal would obey these, or (bidi) show the line in another order than it is read; the last two no XML may hold.
_CONTROLS = (
    *range(0x20),
    *range(0x7F, 0xA0),
    0x061C,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0xFFFE,
    0xFFFF,
)
_ESCAPES = {code: f"\\u{code:04x}" for code in _CONTROLS}
_ESCAPES_IN_LINES = {code: escape for code, escape in _ESCAPES.items() if chr(code) not in "\t\n\r"}
_ONE_LINE = _ESCAPES | dict.fromkeys(map(ord, "\t\n\r\v\f\x85\u2028\u2029"), " ")


def one_line(text: str) -> str:
    """Text as it can stand in one cell: line ends and tabs become a blank, control characters visible escapes."""
    if text.isprintable():
        return text
    return text.replace("\r\n", "\n").translate(_ONE_LINE)


def escape_controls(text: str) -> str:
    """Control characters as visible escapes; lines and tabs stay, but nothing returns to overwrite its own line."""
    return re.sub(r"\r(?!\n)", r"\\r", text.translate(_ESCAPES_IN_LINES))


def share(natural: Sequence[int], least: Sequence[int], available: int) -> list[int] | None:
    """Widths that fit into ``available`` cells: the widest columns give way first, none below its ``least``.

    None when that cannot be done.
    """
    for cap in range(max(natural, default=0), 0, -1):
        widths = [max(low, min(want, cap)) for want, low in zip(natural, least, strict=True)]
        if sum(widths) <= available:
            return widths
        if widths == list(least):
            return None
    return []


def fold(text: str, cells: int) -> str:
    """Text in lines of at most ``cells``, where that can be done without parting a number, a code or a Latin word; what
    ends a phrase does not begin a line."""
    return "\n".join(line for whole in text.split("\n") for line in _folded(whole, max(cells, 2)))


def _folded(text: str, cells: int) -> Iterator[str]:
    line, room = "", cells
    for piece in [text] if width(text) <= cells else _UNPARTED.findall(text):
        if width(piece) > room and line:
            yield line.rstrip(" ")
            line, room = "", cells
        for part in [piece] if width(piece) <= room else piece:
            if width(part) > room:
                yield line
                line, room = "", cells
            line += part
            room -= width(part)
    yield line


def lines_of(text: str) -> str:
    """Words that may run over several lines, free of control characters."""
    return "\n".join(map(one_line, text.splitlines()))
