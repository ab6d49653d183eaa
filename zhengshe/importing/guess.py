"""Which noun a sheet is about, by its headers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from zhengshe.importing import mapping
from zhengshe.importing.headers import COUNTERS, normal
from zhengshe.models import ORG, PROJECT, RECORDS, Record

_OF_A_CONTRACT = frozenset({"amount", "contract_no", "signed_on", "awarded_on"})


def guess(cells: Sequence[str], hints: Sequence[str], sets: Collection[str] = ()) -> tuple[Record, str] | None:
    """The noun whose names fit the headers best, and why. ``hints`` are the names of the sheet and the file, ``sets``
    the fields that were given a value for all rows."""
    best: tuple[float, Record, str] | None = None
    for fit in _fits(cells, sets):
        record = fit.record
        if not fit.own or fit.lacking or (record is ORG and fit.keys <= mapping.IDENTITIES and fit.others > 1):
            continue  # what says something of organizations is no list of them
        named = any(hint in (record.noun, record.label) or hint.endswith(f"-{record.noun}") for hint in hints if hint)
        score = len(fit.keys) + (100 if named else 0) + len(fit.own) / 100
        if best is None or score > best[0]:
            best = (score, record, ("表名如此" if named else f"表头中有 {len(fit.keys)} 列相符") + fit.advice)
    return (best[1], best[2]) if best else None


def nearly(cells: Sequence[str], sets: Collection[str]) -> tuple[Record, list[str]] | None:
    """The noun that headers speak of most, and the fields that it wants and that are not among them; None when they
    speak of none."""
    fits = [fit for fit in _fits(cells, sets) if len(fit.own) > 1 and fit.lacking]
    best = max(fits, key=lambda fit: (len(fit.own) - len(fit.lacking), len(fit.keys)), default=None)
    return (best.record, best.lacking) if best else None


class _Fit(NamedTuple):
    """How headers fit a noun: the fields they name, those of the noun itself, the labels of what is lacking, how many
    headers mean nothing to it, and what could be added."""

    record: Record
    keys: set[str]
    own: set[str]
    lacking: list[str]
    others: int
    advice: str


def _fits(cells: Sequence[str], sets: Collection[str]) -> Iterator[_Fit]:
    for record in RECORDS.values():
        if record.noun == "document":
            continue
        by_name = mapping.targets(record)
        named = [by_name.get(normal(cell)) or mapping.by_brackets(cell, by_name) for cell in cells if cell]
        others = sum(
            target is None and normal(cell) not in COUNTERS
            for cell, target in zip(filter(None, cells), named, strict=True)
        )
        keys = {target.key for target in named if target}
        own = {key for key in keys if key in record and record[key] is not record.owner}
        known = keys | {mapping.target_named(record, name).key for name in sets if mapping.knows(record, name)}
        if known & {mapping.OWNER_CODE, mapping.OWNER_NUMBER, mapping.PROJECT_NAME} and record.owner:
            known.add(record.owner.key)
        given = ("number", "kind", "year")
        needed = [f.key for f in record.fields if f.required and not f.default and f.key not in given]
        advice = ""
        if record is PROJECT and "mode" not in known and keys & _OF_A_CONTRACT:  # a list of contracts often has none
            needed.remove("mode")
            advice = f"，没有{PROJECT['mode'].label}列，可加 --set mode=…"
        lacking = [record[key].label for key in needed if key not in known]
        yield _Fit(record, keys, own, lacking, others, advice)
