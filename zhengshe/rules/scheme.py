"""A credit scheme: which dated facts give how many points, what limits the score, and which grade follows.

Points are whole hundredths. A scheme comes as plain data (from a YAML file); every mistake in it is a Problem with the
path to the value that is wrong.

What is only data is a named tuple, here and in the other rules: so many frozen dataclasses take 5 ms to make, which
every command that knows the rules would wait for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from zhengshe.values import Value

POINT = 100  # hundredths in a point


@dataclass(frozen=True)
class Between:
    """A number from ``min`` to ``max``, both included; None: no bound."""

    min: int | None = None
    max: int | None = None


@dataclass(frozen=True)
class Containing:
    """A text with any of the words in it."""

    words: tuple[str, ...]


Test = Value | tuple[Value, ...] | Between | Containing


Equalities = tuple[tuple[str, tuple[Value, ...]], ...]


@dataclass(frozen=True)
class Fact:
    """The attributes of a record as it stood, and the smallest number of months asked about in which it still lies
    (None when it is older than that)."""

    values: Mapping[str, Value]
    within: int | None


class Clause(NamedTuple):
    """A kind of fact: its noun, what its attributes must be, and for how many months it counts (None: for ever)."""

    noun: str
    tests: tuple[tuple[str, Test], ...] = ()
    months: int | None = None

    @property
    def attributes(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self.tests)

    @property
    def equalities(self) -> Equalities:
        """The values that an attribute must have, where the clause says so outright."""
        plain = ((key, test) for key, test in self.tests if not isinstance(test, Between | Containing))
        return tuple((key, test if isinstance(test, tuple) else (test,)) for key, test in plain)

    def fits(self, fact: Fact) -> bool:
        if self.months is not None and (fact.within is None or fact.within > self.months):
            return False
        return all(_passes(test, fact.values[key]) for key, test in self.tests)


def _passes(test: Test, value: Value) -> bool:
    if isinstance(test, tuple):
        return value in test
    if isinstance(test, Containing):
        return any(word in str(value) for word in test.words)
    if isinstance(test, Between):
        low, high = test.min, test.max
        return isinstance(value, int) and (low is None or value >= low) and (high is None or value <= high)
    return value == test


class Rule(NamedTuple):
    """Points for each fact that fits, by its age: ``ladder`` holds (within so many months, points), newest first; None
    for ever. ``at_most`` limits what the rule gives or takes in all."""

    id: str
    text: str
    dimension: str
    clause: Clause
    ladder: tuple[tuple[int | None, int], ...]
    at_most: int | None
    basis: str

    @property
    def months(self) -> tuple[int | None, ...]:
        """The age steps; the last says for how long the rule counts."""
        return tuple(months for months, _ in self.ladder)

    def step(self, within: int | None) -> tuple[int | None, int]:
        """(the months for which these points hold, the points) of a fact of that age."""
        for months, points in self.ladder:
            if months is None or (within is not None and within <= months):
                return months, points
        return None, 0

    def capped(self, points: int) -> int:
        if self.at_most is None:
            return points
        return max(-self.at_most, min(self.at_most, points))


class Dimension(NamedTuple):
    """A part of the score, from 0 to ``maximum``; ``base`` is where everyone starts."""

    key: str
    label: str
    maximum: int
    base: int

    def clamped(self, points: int) -> int:
        return max(0, min(self.maximum, points))


class Ceiling(NamedTuple):
    """While such a fact stands the score is at most ``maximum``."""

    id: str
    text: str
    maximum: int
    clause: Clause
    basis: str


class Grade(NamedTuple):
    """A grade for a score of at least ``minimum``, or (with conditions) for the facts that stand or do not stand."""

    grade: str
    text: str
    minimum: int | None = None
    any: tuple[Clause, ...] = ()
    all: tuple[Clause, ...] = ()
    none: tuple[Clause, ...] = ()


class Scheme(NamedTuple):
    """One version of a scheme. Grades are tried in order and the first that fits is given."""

    name: str
    in_force: str
    until: str | None
    note: str
    dimensions: tuple[Dimension, ...]
    rules: tuple[Rule, ...]
    ceilings: tuple[Ceiling, ...]
    grades: tuple[Grade, ...]

    @property
    def has_points(self) -> bool:
        return bool(self.dimensions)

    def clauses(self) -> Iterator[Clause]:
        """Every clause whose standing decides something (the rules' own are counted by points)."""
        for ceiling in self.ceilings:
            yield ceiling.clause
        for grade in self.grades:
            yield from (*grade.any, *grade.all, *grade.none)


def newest_in_force(schemes: Iterable[Scheme], day: str) -> Scheme | None:
    """The newest of the schemes that are in force on a day."""
    fitting = (s for s in schemes if s.in_force <= day and (s.until is None or day <= s.until))
    return max(fitting, key=lambda scheme: scheme.in_force, default=None)
