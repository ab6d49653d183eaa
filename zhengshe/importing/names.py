"""Organizations by what people write for their names.

An exact rule finds one: the same name but for width, brackets, blanks and marks, or but for the province, city and
district before it. A name that is only similar is proposed, never taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from zhengshe.store import lookup
from zhengshe.store.connection import Connection

_HAN = r"[\u4e00-\u9fff]"
# 社区, 街区, 园区 … are no districts
_PLACES = (
    re.compile(rf"{_HAN}{{2,7}}?(?:省|自治区)"),
    re.compile(rf"{_HAN}{{2,7}}?[市州盟]"),
    re.compile(rf"{_HAN}{{1,7}}?(?:(?<![社街小园校片城景])区|县|旗)"),
)
_SHORTEST = 6  # characters of a name that stands for itself: 老年协会 is in every district


class Names:
    """The ledger's organizations by present and former name; what is needed is read when it is first asked for."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._exact: dict[str, set[int]] | None = None
        self._shorter: dict[str, set[int]] = {}
        self._present: dict[int, str] = {}

    def alike(self, name: str) -> set[int]:
        """The organizations that go by this name, written in another way."""
        if self._exact is None:
            self._exact = {}
            self._present = dict(lookup.organization_names(self._db))
            for row, known in lookup.names_ever(self._db):
                self._exact.setdefault(normal_name(known), set()).add(row)
                for shorter in without_district(normal_name(known)):
                    self._shorter.setdefault(shorter, set()).add(row)
        wanted = normal_name(name)
        if found := self._exact.get(wanted):
            return found
        found = set(self._shorter.get(wanted, ()))
        for shorter in without_district(wanted):
            found |= self._exact.get(shorter, set())
        return found

    def called(self, row: int) -> str:
        """What an organization that ``alike`` found is called now."""
        return self._present[row]

    def near(self, text: str, *, least: float, limit: int = 3) -> list[tuple[int, str]]:
        """(id, name) of the organizations whose names are most like a text; ``least`` is rapidfuzz's score, 0–100."""
        from rapidfuzz import process

        self._present = self._present or dict(lookup.organization_names(self._db))
        found = process.extract(text, self._present, limit=limit, score_cutoff=least)
        return [(row, known) for known, _, row in found]

    def __len__(self) -> int:
        self._present = self._present or dict(lookup.organization_names(self._db))
        return len(self._present)


def same_name(one: str, other: str) -> bool:
    """Are these two ways of writing one name?"""
    first, second = normal_name(one), normal_name(other)
    return first == second or first in without_district(second) or second in without_district(first)


def normal_name(name: str) -> str:
    """A name without differences of width, brackets, blanks and marks."""
    return re.sub(r"[\s()\[\]【】·・.,，。、“”\"'《》〈〉\-—]", "", unicodedata.normalize("NFKC", name)).upper()


def without_district(name: str) -> Iterator[str]:
    """A name without its province, then its city, then its district, as long as enough is left."""
    for place in _PLACES:
        if (found := place.match(name)) and len(name) - found.end() >= _SHORTEST:
            name = name[found.end() :]
            yield name
