"""Which encoding a text file is in, by its bytes."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

# what ledgers are written in: Latin letters, signs, enumerations, Chinese
_USUAL = re.compile(r"[\t\r\n -~\u00a0-\u024f\u2000-\u206f\u2460-\u25ff\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_SEPARATES = re.compile(r"[\r\n,\t;]")
_MOSTLY = 0.75
_SAMPLE = 1 << 16
_TELLING = 12  # Chinese characters in UTF-8 before the first bytes that are not


def guess(path: Path, start: bytes) -> str:
    """The mark at the start, else UTF-16 by its zeros, else UTF-8 if its first Chinese characters fit, or every byte,
    else GB18030."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return name
    if b"\x00" in start and (order := _utf16(start)):
        return order
    decoder, chinese = codecs.getincrementaldecoder("utf-8")(), 0
    try:
        with path.open("rb") as file:
            # GB18030 hardly ever looks like UTF-8 for so long: what follows is UTF-8 too, if perhaps damaged or cut off
            while chinese < _TELLING and (block := file.read(_SAMPLE)):
                chinese += _chinese(decoder.decode(block))
            if chinese < _TELLING:
                decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        chinese += _chinese(error.object[: error.start].decode("utf-8"))
        return "utf-8" if chinese >= _TELLING else "gb18030"
    return "utf-8"


def _chinese(text: str) -> int:
    return 0 if text.isascii() else sum(letter > "\u0fff" for letter in text)


def _utf16(start: bytes) -> str | None:
    """UTF-16 without a mark: in no other text is a byte zero, and there half of every line end and comma is. In the
    other order the bytes make no sense; None when they do in neither."""
    found = {name: _sense(start, name) for name in ("utf-16-le", "utf-16-be")}
    best = max(found, key=lambda name: found[name])
    return best if found[best] > _MOSTLY else None


def _sense(start: bytes, encoding: str) -> float:
    """The share of characters that ledgers are written in; 0 for what no table can be."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeDecodeError:
        return 0
    return len(_USUAL.findall(text)) / len(text) if _SEPARATES.search(text) else 0
