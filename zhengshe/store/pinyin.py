"""Names as they are typed in pinyin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache


def spell(name: str) -> tuple[str, str]:
    """(initials, full pinyin), lower case, letters and digits only: 老年协会 -> ("lnxh", "laonianxiehui")."""
    from pypinyin import Style, lazy_pinyin

    syllables = ["".join(filter(str.isalnum, part)) for part in lazy_pinyin(name, style=Style.NORMAL, strict=False)]
    words = [part.lower() for part in syllables if part.isascii() and part]
    # a run of Latin letters or digits stands for itself, a syllable for its first letter
    initials = "".join(word if word.isdigit() or word.upper() in name else word[0] for word in words)
    return initials, "".join(words)


def pattern(letters: str) -> re.Pattern[str]:
    """What finds the names with characters that are typed so, anywhere in them: by initials, or in full with the last
    syllable perhaps unfinished. ``letters`` are a to z. A character is taken in either of its two chief readings (长:
    zhang, chang), and what is no letter (brackets, blanks) may stand between two."""
    ways = [[_beginning(letter) + letter + letter.upper() for letter in letters]]
    ways += [[*map(_characters, way[:-1]), _beginning(way[-1])] for way in _divided(letters)]
    return re.compile("|".join(r"[\W_]*".join(f"[{characters}]" for characters in way) for way in ways))


_LONGEST = 6  # letters of a syllable: zhuang
_WAYS = 32  # in which letters are divided at most (xian: 先, 西安); of more, those with the most syllables are left out


def _divided(letters: str) -> list[list[str]]:
    """Letters as syllables, the ways with the fewest first; no way when they are none."""
    ways: list[list[list[str]]] = [[[]]]  # for what follows each place, from the end
    for start in reversed(range(len(letters))):
        found = []
        for end in range(min(start + _LONGEST, len(letters)), start, -1):
            syllable = letters[start:end]
            if _beginning(syllable) if end == len(letters) else _characters(syllable):
                found += [[syllable, *rest] for rest in ways[len(letters) - end]]
        ways.append(sorted(found, key=len)[:_WAYS])
    return ways[-1]


def _characters(syllable: str) -> str:
    return _readings().get(syllable, "")


def _beginning(start: str) -> str:
    """The characters whose syllable begins so."""
    return "".join(characters for syllable, characters in _readings().items() if syllable.startswith(start))


@cache
def _readings() -> dict[str, str]:
    """The characters of every syllable; ü is v, as it is typed."""
    found: dict[str, list[str]] = {}
    for character, readings in _toneless():
        for syllable in list(dict.fromkeys(readings.split(",")))[:2]:
            found.setdefault(syllable, []).append(character)
    return {syllable: "".join(characters) for syllable, characters in found.items()}


def _toneless() -> Iterator[tuple[str, str]]:
    """Every common character and its readings, the chief one first."""
    from pypinyin.pinyin_dict import pinyin_dict

    known = [code for code in (ord("〇"), *range(ord("一"), 0xA000)) if code in pinyin_dict]
    parted = unicodedata.normalize("NFD", "\n".join(map(pinyin_dict.__getitem__, known))).replace("u\u0308", "v")
    yield from zip(map(chr, known), re.sub("[\u0300-\u036f]", "", parted).split("\n"), strict=True)
