"""What a flag is, and how its answers become hit, clear or not computable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from zhengshe.models import PROJECT
from zhengshe.rules.street import AWARDED, Row, Street

HIT, CLEAR, NOT_COMPUTABLE, NOTHING = "命中", "未见", "不可计算", "无适用记录"


class Hit(NamedTuple):
    """One thing to look at: the record, the organization, and what was seen."""

    record: str
    org: str
    text: str


class Hits(NamedTuple):
    """Hits on so many records, put into words when they are asked for: a report may only count them."""

    n: int
    told: Callable[[], Iterator[Hit]]


class Missing(NamedTuple):
    """So many records could not be judged, since this field (or this kind of record) is not there."""

    field: str
    n: int = 1


class Clear(NamedTuple):
    """So many records were looked at and clear: a rule that goes through thousands does not say it one by one."""

    n: int


@dataclass(frozen=True)
class Fence:
    """A bound that the records themselves set: from the quartiles of ``n`` values of a ``group``."""

    group: str
    n: int
    q1: Fraction
    q3: Fraction
    bound: Fraction


Answer = Hit | Hits | Missing | Clear | Fence | None  # None: one record, looked at and clear


@dataclass(frozen=True)
class Flag:
    """``code`` is stable; ``explain`` says what is looked for, why, and where the definition comes from; ``basis`` are
    the ids of the clauses it rests on."""

    code: str
    title: str
    explain: str
    basis: tuple[str, ...]
    look: Callable[[Street], Iterator[Answer]]


@dataclass(frozen=True)
class Outcome:
    """What a flag found: its state, how many records it could judge, how many hit, what it lacked how often, and the
    bounds it worked out."""

    flag: Flag
    state: str
    examined: int
    count: int
    found: tuple[Hit | Hits, ...]
    missing: tuple[tuple[str, int], ...]
    fences: tuple[Fence, ...] = ()

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        return tuple(hit for each in self.found for hit in (each.told() if isinstance(each, Hits) else (each,)))


FLAGS: dict[str, Flag] = {}

Look = Callable[[Street], Iterator[Answer]]


def flag(code: str, title: str, explain: str, *basis: str) -> Callable[[Look], Look]:
    """Register a flag."""

    def register(look: Look) -> Look:
        FLAGS[code] = Flag(code, title, explain, basis, look)
        return look

    return register


def examine(street: Street, codes: Sequence[str]) -> Iterator[Outcome]:
    """Let each flag look at the street."""
    for code in codes:
        found: list[Hit | Hits] = []
        fences: list[Fence] = []
        missing: Counter[str] = Counter()
        clear = count = 0
        for answer in FLAGS[code].look(street):
            match answer:
                case None:
                    clear += 1
                case Clear():
                    clear += answer.n
                case Missing():
                    missing[answer.field] += answer.n
                case Fence():
                    fences.append(answer)
                case _:
                    count += answer.n if isinstance(answer, Hits) else 1
                    found.append(answer)
        lacking = tuple(sorted((field, n) for field, n in missing.items() if n))
        state = HIT if count else CLEAR if clear else NOT_COMPUTABLE if lacking else NOTHING
        yield Outcome(FLAGS[code], state, count + clear, count, tuple(found), lacking, tuple(fences))


def awarded(street: Street, *known: str) -> Generator[Missing, None, Sequence[Row]]:
    """The awarded projects that can be judged, since all these fields are known; of the others it answers the first
    that is missing."""
    for place, key in enumerate(known):
        before, after = (len(street.known(AWARDED, *known[:end])) for end in (place, place + 1))
        yield Missing(PROJECT[key].label, before - after)
    return street.known(AWARDED, *known)


def told(street: Street, looked_at: Sequence[Row], found: Sequence[Row], say: Callable[[Row], str]) -> Iterator[Answer]:
    """A hit on each project found, the rest of those looked at clear."""
    yield Clear(len(looked_at) - len(found))
    yield Hits(len(found), lambda: (about(street, project, say(project)) for project in found))


def about(street: Street, project: Row, text: str) -> Hit:
    """A hit on a project."""
    return Hit(project.number, street.organizations[project.org].name, text)
