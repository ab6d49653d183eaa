"""Organizations by what people write for their names.

An exact rule finds one: the same name but for width, brackets, blanks and marks, or but for our own province, city and
district before it. The same name after the district of others is another organization's: 黄浦区 too has its 阳光社区
服务中心. A name that is only similar is proposed, never taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from zhengshe.store import lookup
from zhengshe.store.connection import Connection
from zhengshe.store.staging import Stage

_HAN = r"[^\W\x00-\u02ff]"  # quicker to compile than the range
# 社区, 街区, 园区 … are no districts
_PLACES = (
    re.compile(rf"{_HAN}{{2,7}}?(?:省|自治区)"),
    re.compile(rf"{_HAN}{{2,7}}?[市州盟]"),
    re.compile(rf"{_HAN}{{1,7}}?(?:(?<![社街小园校片城景])区|县|旗)"),
)
_SOME = 3  # organizations that must tell of a place before it is ours: one or two may be guests
_SHORTEST = 6  # characters of a name that stands for itself: 老年协会 is in every district


class Names:
    """The ledger's organizations by present and former name, and those that sheets before this one will register or
    rename (``newcomers``: that are registered along the way); what is needed is read when it is first asked for."""

    def __init__(
        self, db: Connection, sheets: Sequence[Stage] = (), newcomers: Mapping[int, str] | None = None
    ) -> None:
        self._db = db
        self._newcomers = newcomers or {}
        self._sheets = [sheet for sheet in sheets if sheet.record.noun == "org"]
        self._exact: dict[str, set[int]] | None = None
        self._shorter: dict[str, list[tuple[int, Places]]] = {}
        self._all: dict[int, set[str]] = {}
        self._present: dict[int, str] = {}
        self._places: Counter[tuple[int, str]] = Counter()
        self._told: Counter[int] = Counter()  # by level

    def alike(self, name: str) -> set[int]:
        """The organizations that go by this name, written in another way."""
        exact, wanted = self._read(), normal_name(name)
        if found := exact.get(wanted):
            return found
        found = {row for row, places in self._shorter.get(wanted, ()) if self._are_ours(places)}
        for shorter, places in without_district(wanted):
            if self._are_ours(places):
                found |= exact.get(shorter, set())
        return found

    def goes_by(self, row: int, name: str) -> bool:
        """Does an organization that is known for certain go by this name, written in another way? With any district
        before it: that it is ours is known already."""
        self._read()
        return any(same_name(known, name) for known in self._all.get(row, ()))

    def every(self, row: int) -> set[str]:
        """Every name that an organization has or had."""
        self._read()
        return self._all[row]

    def called(self, row: int) -> str:
        """What an organization that ``alike`` found is called now."""
        return self._present[row]

    def near(self, text: str, *, least: float, limit: int = 3) -> list[tuple[int, str]]:
        """(id, name) of the organizations whose names are most like a text, or are so spelled in pinyin; ``least`` is
        rapidfuzz's score, 0–100."""
        from rapidfuzz import process

        self._present = self._present or dict(lookup.organization_names(self._db))
        if text.isascii() and (spelled := lookup.spelled(self._db, text)):
            return spelled[:limit]
        found = process.extract(text, self._present, limit=limit, score_cutoff=least)
        return [(row, known) for known, _, row in found]

    def __len__(self) -> int:
        self._present = self._present or dict(lookup.organization_names(self._db))
        return len(self._present)

    def _read(self) -> dict[str, set[int]]:
        if self._exact is None:
            self._exact = {}
            self._present = dict(lookup.organization_names(self._db))
            for row, known in lookup.names_ever(self._db):
                self._add(row, known)
            coming = {org: str(said) for sheet in self._sheets for org, said in sheet.said("name")}
            coming |= self._newcomers
            for org, said in coming.items():
                self._add(org, said)
            self._count_places(coming)
            self._present = coming | self._present
        return self._exact

    def _add(self, row: int, name: str) -> None:
        normal = normal_name(name)
        self._all.setdefault(row, set()).add(name)
        if self._exact is not None:
            self._exact.setdefault(normal, set()).add(row)
        for shorter, places in without_district(normal):
            self._shorter.setdefault(shorter, []).append((row, places))

    # -- which places are ours

    def _count_places(self, coming: Mapping[int, str]) -> None:
        """Count the organizations that tell of a place: by their name, or by whose register they stand in."""
        registers = dict(lookup.authorities(self._db))
        registers |= {org: str(said) for sheet in self._sheets for org, said in sheet.said("authority")}
        for org, name in (self._present | dict(coming)).items():
            told = {*_places_before(name), *_places_before(registers.get(org, ""))}
            self._places.update(told)
            self._told.update({level for level, _ in told})

    def _are_ours(self, places: Places) -> bool:
        """Do most of the organizations that tell of a province, city or district tell of these, and some at least?"""
        return all(self._places[each] >= _SOME and 2 * self._places[each] > self._told[each[0]] for each in places)


Places = tuple[tuple[int, str], ...]  # level (0 province, 1 city, 2 district) and name


def same_name(one: str, other: str) -> bool:
    """Are these two ways of writing one name, whatever district is before it?"""
    first, second = normal_name(one), normal_name(other)
    shorter = [{name for name, _ in without_district(each)} for each in (first, second)]
    return first == second or first in shorter[1] or second in shorter[0]


def normal_name(name: str) -> str:
    """A name without differences of width, brackets, blanks and marks."""
    return re.sub(r"[\s()\[\]【】·・.,，。、“”\"'《》〈〉\-—]", "", unicodedata.normalize("NFKC", name)).upper()


def without_district(name: str) -> Iterator[tuple[str, Places]]:
    """A name without its province, then its city, then its district, as long as enough is left; and the places that
    were taken away."""
    taken: Places = ()
    for level, place in enumerate(_PLACES):
        if (found := place.match(name)) and len(name) - found.end() >= _SHORTEST:
            name, taken = name[found.end() :], (*taken, (level, found[0]))
            yield name, taken


def _places_before(text: str) -> Places:
    """The places a text begins with."""
    text = normal_name(text)
    taken: Places = ()
    for level, place in enumerate(_PLACES):
        if found := place.match(text):
            text, taken = text[found.end() :], (*taken, (level, found[0]))
    return taken
