"""What a ledger holds beside its own noun: a project's line that also tells where the money comes from, what was paid
and how it was accepted. Such parts become records of their own, which belong to the record of the line.

Which headers mean what is data: data/mappings.yaml, or ``parts`` of a mapping file, which then replaces it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from zhengshe import resources
from zhengshe.errors import UsageError
from zhengshe.importing import mapping
from zhengshe.importing.headers import normal
from zhengshe.importing.mapping import Column, SheetMapping, Target
from zhengshe.importing.units import unit_in
from zhengshe.models import RECORDS, Record

# what is not paid, not yet due or only planned is no payment: 未支付金额, 是否已支付, 计划验收日期
_SOMETHING_ELSE = re.compile("[未非无不否应拟待]|[计预]划|预计|预期|约定|剩余|申请")


@dataclass(frozen=True)
class Part:
    """One kind of record told along the way; see data/mappings.yaml for what the entries mean."""

    record: Record
    columns: Mapping[str, str]
    set: Mapping[str, str] = field(default_factory=dict)
    fill: Mapping[str, str] = field(default_factory=dict)
    numbered: str | None = None

    def mapped(
        self,
        cells: Sequence[str],
        free: Collection[int],
        unit: int | None,
        keys: Collection[str],
        elsewhere: Collection[str] | None = None,
    ) -> SheetMapping:
        """The part's columns among the ``free`` ones of a header; none when too little is there to make a record.

        ``keys`` are the fields that the ledger's own noun has from this sheet. Unless ``elsewhere`` is None, headers
        that contain a name are taken too, as guesses, but for those (``normal``) that have a meaning of their own.
        """
        places: dict[str, int] = {}
        for header, key in self.columns.items():
            found = (place for place in sorted(free) if normal(cells[place]) == normal(header))
            if key not in places and (place := next(found, None)) is not None:
                places[key] = place
        exact = {*places.values()}
        if elsewhere is not None:
            self._guess(places, cells, [place for place in free if normal(cells[place]) not in elsewhere])
        known = {*places, *self.set, self.numbered}
        known |= {key for key, source in self.fill.items() if source in known or _owners(source) in keys}
        lacking = [each for each in self.record.fields if each.required and each is not self.record.owner]
        if not places or any(each.key not in known and not each.default for each in lacking):
            return SheetMapping(self.record, (), (), {})
        columns = tuple(
            Column(
                place,
                cells[place],
                Target(key, self.record[key]),
                unit_in(cells[place]) or unit or 1,
                place not in exact,
            )
            for key, place in sorted(places.items(), key=lambda item: item[1])
        )
        return SheetMapping(self.record, columns, (), self.set)

    def _guess(self, places: dict[str, int], cells: Sequence[str], free: Collection[int]) -> None:
        by_name = {normal(header): Target(key, self.record[key]) for header, key in self.columns.items()}
        guessable = [
            cell if place in free and not _SOMETHING_ELSE.search(cell) else "" for place, cell in enumerate(cells)
        ]
        for place, target in mapping.containing(guessable, by_name, self.record).items():
            places.setdefault(target.key, place)

    def wanting(self, header: str, cells: Sequence[str]) -> list[str]:
        """The headers without which the part's records cannot be had, though a sheet has this ``header`` of theirs;
        nothing when it is none."""
        present = {normal(cell) for cell in cells}
        if normal(header) not in names([self]):
            return []
        known = {key for name, key in self.columns.items() if normal(name) in present}
        known |= {*self.set, *self.fill, self.numbered or ""}
        lacking = [each for each in self.record.fields if each.required and not each.default and each.key not in known]
        return [name for each in lacking for name in self._called(each.key)[:1]]

    def _called(self, key: str) -> list[str]:
        return [name for name, filled in self.columns.items() if filled == key]

    def entry(self) -> dict[str, Any]:
        """The part as a mapping file holds it."""
        entry = {"noun": self.record.noun, "columns": {**self.columns}, "set": {**self.set}, "fill": {**self.fill}}
        return {key: value for key, value in (entry | {"numbered": self.numbered}).items() if value}


def _owners(source: str) -> str:
    """The field of the line's own record that a source names (project.amount: amount)."""
    return source.partition(".")[2]


def names(parts: Sequence[Part]) -> frozenset[str]:
    """Every header (``normal``) that a part may have."""
    return frozenset(normal(header) for part in parts for header in part.columns)


@cache
def every_name() -> frozenset[str]:
    """Every header of the parts that are shipped: they too make a row look like a header."""
    return frozenset(name for noun in resources.mappings() for name in names(of(RECORDS[noun], None)))


def of(record: Record, own: Sequence[Mapping[str, Any]] | None) -> list[Part]:
    """The parts a ledger of this noun may have: those of the mapping file when it speaks of parts, else the shipped.

    Raises UsageError when an entry is not as it must be.
    """
    entries = own if own is not None else resources.mappings().get(record.noun, [])
    return [_read(record, entry) for entry in entries]


def _read(owner: Record, entry: Mapping[str, Any]) -> Part:
    try:
        noun, columns, sets = str(entry["noun"]), _texts(entry.get("columns")), _texts(entry.get("set"))
        fill, numbered, own = _texts(entry.get("fill")), entry.get("numbered"), [*map(str, entry.get("fields", ()))]
    except (AttributeError, KeyError, TypeError) as error:
        raise UsageError(f"parts 写法有误（{error}）；写法见 docs/import.md") from error
    record = RECORDS.get(noun)
    if record is None or record.owner is None or record.owner.kind.value != owner.noun:
        fitting = [each.noun for each in RECORDS.values() if each.owner and each.owner.kind.value == owner.noun]
        raise UsageError(f"parts 的 noun“{noun}”不属于{owner.label}；可用：{'、'.join(fitting)}")
    wrong = [key for key in (*columns.values(), *own, *sets, *fill, numbered) if key and key not in record]
    wrong += [
        source
        for source in fill.values()
        if source not in record and not (source.startswith(f"{owner.noun}.") and _owners(source) in owner)
    ]
    if wrong:
        raise UsageError(f"parts 中{record.label}没有字段“{wrong[0]}”；可用：{'、'.join(record.keys)}")
    by_its_names = {name: key for key in own for name in (record[key].label, *record[key].synonyms)}
    return Part(record, by_its_names | columns, sets, fill, numbered)


def _texts(entries: Any) -> dict[str, str]:
    return {str(key): str(value) for key, value in (entries or {}).items()}
