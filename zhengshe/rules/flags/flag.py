"""What a flag is, and how its answers become hit, clear or not computable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from zhengshe.rules.street import Row, Street

HIT, CLEAR, NOT_COMPUTABLE, NOTHING = "命中", "未见", "不可计算", "无适用记录"


@dataclass(frozen=True)
class Hit:
    """One thing to look at: the record, the organization, and what was seen."""

    record: str
    org: str
    text: str


@dataclass(frozen=True)
class Missing:
    """A record that could not be judged, since this field (or this kind of record) is not there."""

    field: str


@dataclass(frozen=True)
class Fence:
    """A bound that the records themselves set: from the quartiles of ``n`` values of a ``group``."""

    group: str
    n: int
    q1: Fraction
    q3: Fraction
    bound: Fraction


Answer = Hit | Missing | Fence | None  # None: looked at and clear


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
    """What a flag found: its state, how many records it could judge, its hits, what it lacked how often, and the bounds
    it worked out."""

    flag: Flag
    state: str
    examined: int
    hits: tuple[Hit, ...]
    missing: tuple[tuple[str, int], ...]
    fences: tuple[Fence, ...] = ()


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
        answers = list(FLAGS[code].look(street))
        told = [answer for answer in answers if answer is not None]  # nearly all are clear
        hits = tuple(answer for answer in told if isinstance(answer, Hit))
        missing = Counter(answer.field for answer in told if isinstance(answer, Missing))
        fences = tuple(answer for answer in told if isinstance(answer, Fence))
        examined = len(answers) - sum(missing.values()) - len(fences)
        state = HIT if hits else CLEAR if examined else NOT_COMPUTABLE if missing else NOTHING
        yield Outcome(FLAGS[code], state, examined, hits, tuple(sorted(missing.items())), fences)


def about(project: Row, org: Row, text: str) -> Hit:
    """A hit on a project."""
    return Hit(str(project["number"]), str(org["name"]), text)
