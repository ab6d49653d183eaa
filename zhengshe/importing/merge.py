"""Other streets' files into this one.

Records are the same when their natural keys are; blanks on one side are filled from the other, and two different values
in one field are a conflict that somebody must decide. Numbers the program assigned (P2026-001) start anew in every
street, so they identify nothing here and give way to numbers given by hand; one that is taken becomes the next free.

The files come in together, noun by noun in an order of their own (see store.gathering), so that the order in which they
are named changes nothing. What depends on who comes first is found when all are in (see disputes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from zhengshe.errors import Issue, RejectedError
from zhengshe.importing.disputes import Claim, Disputes, Doubt, remedy
from zhengshe.importing.others import Other, opened
from zhengshe.importing.plan import Tell
from zhengshe.models import RECORDS, Record
from zhengshe.store import evidence, gathering, records
from zhengshe.store.connection import Connection
from zhengshe.values import Value

_TOLD_EVERY = 1000  # records


class Renumbered(NamedTuple):
    """A number that a merge changed, and the file that was the cause."""

    file: str
    old: str
    new: str


@dataclass
class Merged:
    """What a merge did: records that were new, filled in or equal, and numbers that changed.

    renumbered  a file's assigned number that was taken, and the one its record got
    adopted     an assigned number of ours, and the one given by hand in a file that took its place
    """

    new: int = 0
    filled: int = 0
    same: int = 0
    renumbered: list[Renumbered] = field(default_factory=list)
    adopted: list[Renumbered] = field(default_factory=list)


def merge(ours: Connection, paths: Sequence[Path], batch: int, prefer: str | None, tell: Tell) -> Merged:
    """Bring every record of the files in, inside the batch that is open.

    Raises RejectedError with everything that a person must decide first: what ``prefer`` (ours or theirs) would, and
    what it can't. DatabaseError when a file cannot be read.
    """
    with opened(paths) as others:
        run = _Run(ours, others, batch, prefer, tell)
        for record in _owners_first():
            _Arrival(run, record).bring()
        if run.issues:
            raise RejectedError(_refusal(run.issues), tuple(run.issues))
        for other in others:
            evidence.copy_missing(ours, other.db)
    return run.result


@dataclass(frozen=True)
class _Run:
    """One merge, and what has come of it so far."""

    ours: Connection
    others: Sequence[Other]
    batch: int
    prefer: str | None
    tell: Tell
    result: Merged = field(default_factory=Merged)
    issues: list[Issue] = field(default_factory=list)


def _refusal(issues: Sequence[Issue]) -> str:
    decidable = sum(issue.code == "conflict" for issue in issues)
    told = []
    if beyond := len(issues) - decidable:
        told.append(f"有 {beyond} 处 --prefer 定不了，请照上面改好再并入")
    if decidable:
        told.append(f"与本库有 {decidable} 处不一致，请加 --prefer ours 或 --prefer theirs")
    return f"没有写入：{'；'.join(told)}"


def _owners_first() -> Iterator[Record]:
    """Organizations, projects, and then what refers to them; evidence may refer to anything."""
    first = [RECORDS["org"], RECORDS["project"]]
    rest = [record for record in RECORDS.values() if record not in first and record.noun != "document"]
    yield from (*first, *rest, RECORDS["document"])


class _Arrival:
    """The records of one noun."""

    def __init__(self, run: _Run, record: Record) -> None:
        self._run = run
        self._ours = run.ours
        self._others = run.others
        self._record = record
        self._disputes = Disputes(run.ours, record, run.others, records.last_id(run.ours, record), run.batch)
        self._doubts: list[Doubt] = []
        self._differing: set[int] = set()
        # what is one record's alone, but for an assigned number: codes; those that ours got, and of which file
        self._codes = {key for key, *more in record.natural_keys[:-1] if not more} - {"number"}
        self._given: dict[tuple[int, str], str] = {}
        self._highest: dict[int, int] = {}

    def bring(self) -> None:
        for other in self._others:
            other.taken = set()
        for count, (place, theirs, values) in enumerate(self._rows()):
            other = self._others[place]
            if not count % _TOLD_EVERY:
                self._run.tell(f"正在并入 {other.name} 的{self._record.label}：{count:,} 条")
            mine = self._place(other, theirs, values)
            other.ids[self._record.noun][theirs] = mine
            if mine is not None:
                other.taken.add(mine)
        self._run.issues.extend(self._disputes.settle(self._differing, self._doubts, self._run.prefer))
        self._run.issues.extend(self._disputes.taken_keys(self._given))

    def _rows(self) -> Iterator[gathering.Gathered]:
        """One file keeps its own order, in which its numbers were given."""
        rows = (
            (place, *row)
            for place, other in enumerate(self._others)
            for row in other.rows(self._record, self._run.issues)
        )
        return rows if len(self._others) == 1 else gathering.in_canonical_order(self._ours, self._record, rows)

    def _place(self, other: Other, theirs: int, values: Mapping[str, Value]) -> int | None:
        """The record of ours that one of theirs is or becomes; None when a person must decide."""
        fits = self._fits(values)
        if len(fits) > 1:
            self._doubts.append(Doubt(Claim(other.name, values), fits))
            return None
        if not fits:
            return self._add(other, values)
        (mine,) = fits
        if mine in other.taken and (twin := self._twin(other, theirs, mine)):
            message = (
                f"{other.name} 的 #{twin}、#{theirs} 分不开，会并成一条；请在 {other.name} 里{remedy(self._record)}"
            )
            column = self._disputes.title(values)
            self._run.issues.append(Issue("twins", f"{message}，或只留一条", column=column, file=other.name))
            return None
        self._complete(other, mine, values)
        return mine

    def _fits(self, values: Mapping[str, Value]) -> list[int]:
        """By the strongest natural key by which there is any."""
        known = records.identity(self._record, values)
        for place in range(len(self._record.natural_keys)):
            if found := records.strangers_fits(self._ours, self._record, known, place):
                return found
        return []

    def _twin(self, other: Other, theirs: int, mine: int) -> int | None:
        """The record that the file itself holds apart from this one, though both are found to be the same of ours."""
        (twin, *_) = other.those_in(self._record, {mine})[mine]
        one, two = other.stored(self._record, twin), other.stored(self._record, theirs)
        parts = {part for key in self._record.natural_keys for part in key}
        return twin if any(one[part] != two[part] for part in parts) else None

    def _add(self, other: Other, values: Mapping[str, Value]) -> int:
        given: dict[str, Value] = {key: value for key, value in values.items() if value is not None}
        if self._record.numbered and records.match(self._ours, self._record, {"number": values["number"]}):
            given["number"] = free = self._free_number(str(values["number"]))
            self._run.result.renumbered.append(Renumbered(other.name, str(values["number"]), free))
        self._run.result.new += 1
        return records.insert(self._ours, self._record, given)

    def _free_number(self, taken: str) -> str:
        """The next of its year, after all that any file has, so that the others keep theirs."""
        year = int(taken.removeprefix(self._record.numbered or "")[:4])
        if year not in self._highest:
            files = (self._ours, *(other.db for other in self._others))
            self._highest[year] = max(records.highest_number(db, self._record, year) for db in files)
        self._highest[year] += 1
        return records.number_text(self._record, year, self._highest[year])

    def _complete(self, other: Other, mine: int, values: Mapping[str, Value]) -> None:
        """Fill the blanks of a record that is known, and note what differs."""
        now = records.get(self._ours, self._record, mine) or {}
        changed: dict[str, Value] = {
            key: value for key, value in values.items() if value is not None and now[key] is None
        }
        differing: dict[str, Value] = {
            key: value
            for key, value in values.items()
            if value is not None and now[key] is not None and now[key] != value and key != "number"
        }
        # what differs from our file alone is decided by --prefer
        if differing and (self._run.prefer is None or any(mine in each.taken for each in self._others)):
            self._differing.add(mine)
        if self._run.prefer == "theirs":
            changed |= differing
        changed |= self._number_by_hand(other, now, values)
        if changed:
            self._given |= {(mine, code): other.name for code in self._codes & changed.keys()}
            records.update(self._ours, self._record, mine, changed)
            self._run.result.filled += 1
        else:
            self._run.result.same += 1

    def _number_by_hand(self, other: Other, now: Mapping[str, Value], values: Mapping[str, Value]) -> dict[str, Value]:
        """A number given by hand in place of one that the program assigned."""
        new = values.get("number")
        if not records.is_assigned(self._record, now.get("number")) or records.is_assigned(self._record, new):
            return {}
        self._run.result.adopted.append(Renumbered(other.name, str(now["number"]), str(new)))
        return {"number": new}
