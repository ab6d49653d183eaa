"""The credit engine: facts and a rulebook in, points and a verdict out.

A scheme and the statute's bars (see standing) make one Rulebook. A fact is what a record comes to under it: its
attributes and its age step. One organization is scored with facts that name their records; the list over all reads
them by the million, many alike, and works out each kind once. Both go through ``effect``, ``tally`` and ``judge``, so
they cannot disagree. Whole numbers only: the order of facts does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from zhengshe.rules.scheme import Clause, Equalities, Fact, Grade, Rule, Scheme
from zhengshe.rules.standing import ELIGIBLE, Bar, worst


class Effect(NamedTuple):
    """What one fact does: (place of a rule of its noun, points) where there are any, and the places of the standing
    clauses it fits."""

    points: tuple[tuple[int, int], ...]
    stands: frozenset[int]


class Needs(NamedTuple):
    """What must be known of the facts of one noun.

    attributes  that some clause tests
    months      the age steps, ascending
    sieve       which facts can matter at all: alternatives of (values an attribute must have, for how many months)
    """

    attributes: tuple[str, ...]
    months: tuple[int, ...]
    sieve: tuple[tuple[Equalities, int | None], ...]


@dataclass(eq=False)
class Tally:
    """What the facts of one noun come to: points by dimension, and the places of the standing clauses
    that some fact fits.

    Compared by identity: as part of a key it must not be hashed number by number.
    """

    points: tuple[int, ...]
    stands: frozenset[int]


class Verdict(NamedTuple):
    """The result. ``dimensions`` are clamped; ``score`` is their sum under the lowest ceiling, None without points;
    ``eligible`` is 可承接, 受限 or 不可承接, and ``limits`` what restricts or bars, in words."""

    score: int | None
    grade: str
    dimensions: tuple[int, ...]
    bars: tuple[Bar, ...]
    eligible: str
    limits: str


@dataclass(frozen=True)
class Rulebook:
    """A scheme together with the bars of the statute, and the numbers of the statute by which facts are read."""

    scheme: Scheme
    bars: tuple[Bar, ...]
    numbers: Mapping[str, str | int] = field(default_factory=dict)

    @cached_property
    def standing(self) -> tuple[Clause, ...]:
        """Every clause whose mere standing matters, once."""
        clauses = [*self.scheme.clauses(), *(bar.clause for bar in self.bars)]
        return tuple(dict.fromkeys(clauses))

    @cached_property
    def bars_at(self) -> tuple[tuple[int, Bar], ...]:
        """The bars, each with the place of its clause among ``standing``: a place is found sooner than a clause."""
        return tuple((self.standing.index(bar.clause), bar) for bar in self.bars)

    @cached_property
    def ceilings_at(self) -> tuple[tuple[int, int], ...]:
        """(place of the clause, the most points)."""
        return tuple((self.standing.index(each.clause), each.maximum) for each in self.scheme.ceilings)

    @cached_property
    def grades_at(self) -> tuple[tuple[Grade, frozenset[int], frozenset[int], frozenset[int]], ...]:
        """The grades, each with the places of the clauses of which any, all or none must stand."""

        def places(clauses: Sequence[Clause]) -> frozenset[int]:
            return frozenset(map(self.standing.index, clauses))

        return tuple((each, places(each.any), places(each.all), places(each.none)) for each in self.scheme.grades)

    @cached_property
    def needs(self) -> dict[str, Needs]:
        """What must be known, by noun."""
        asked: dict[str, list[tuple[Clause, tuple[int | None, ...]]]] = {}
        for clause in self.standing:
            asked.setdefault(clause.noun, []).append((clause, (clause.months,)))
        for rule in self.scheme.rules:
            asked.setdefault(rule.clause.noun, []).append((rule.clause, rule.months))
        return {noun: _needs(clauses) for noun, clauses in asked.items()}

    @cached_property
    def rules_for(self) -> dict[str, list[tuple[int, Rule]]]:
        """The rules of each noun, with the place of their dimension."""
        places = {dimension.key: place for place, dimension in enumerate(self.scheme.dimensions)}
        by_noun: dict[str, list[tuple[int, Rule]]] = {noun: [] for noun in self.needs}
        for rule in self.scheme.rules:
            by_noun[rule.clause.noun].append((places[rule.dimension], rule))
        return by_noun


def _needs(asked: Sequence[tuple[Clause, tuple[int | None, ...]]]) -> Needs:
    attributes = dict.fromkeys(key for clause, _ in asked for key in clause.attributes)
    steps = {months for _, steps in asked for months in steps if months is not None}
    sieve = dict.fromkeys((clause.equalities, steps[-1]) for clause, steps in asked)
    return Needs(tuple(attributes), tuple(sorted(steps)), tuple(sieve))


def effect(book: Rulebook, noun: str, fact: Fact) -> Effect:
    """What one fact does."""
    points = ((place, points_for(rule, fact)) for place, (_, rule) in enumerate(book.rules_for[noun]))
    stands = (place for place, clause in enumerate(book.standing) if clause.noun == noun and clause.fits(fact))
    return Effect(tuple(pair for pair in points if pair[1]), frozenset(stands))


def points_for(rule: Rule, fact: Fact) -> int:
    """What a rule gives for a fact, before the rule's limit."""
    return rule.step(fact.within)[1] if rule.clause.fits(fact) else 0


def tally(book: Rulebook, noun: str, effects: Sequence[Effect]) -> Tally:
    """Sum up what the facts of one noun do."""
    rules = book.rules_for[noun]
    given: dict[int, int] = {}
    for each in effects:
        for number, points in each.points:
            given[number] = given.get(number, 0) + points
    sums = [0] * len(book.scheme.dimensions)
    for number, points in given.items():
        place, rule = rules[number]
        sums[place] += rule.capped(points)
    return Tally(tuple(sums), frozenset().union(*(each.stands for each in effects)))


def judge(book: Rulebook, tallies: Sequence[Tally]) -> Verdict:
    """The verdict on an organization from the tallies of its facts."""
    scheme = book.scheme
    dimensions = tuple(
        dimension.clamped(dimension.base + sum(tally.points[place] for tally in tallies))
        for place, dimension in enumerate(scheme.dimensions)
    )
    standing = frozenset[int]().union(*(tally.stands for tally in tallies))
    score = sum(dimensions) if scheme.has_points else None
    for place, most in book.ceilings_at:
        if score is not None and place in standing:
            score = min(score, most)
    grade = next((grade.grade for grade, *places in book.grades_at if _fits(grade, score, standing, *places)), "")
    bars = tuple(bar for place, bar in book.bars_at if place in standing)
    limits = "；".join(bar.text for bar in bars if bar.effect != ELIGIBLE)
    return Verdict(score, grade, dimensions, bars, worst(bar.effect for bar in bars), limits)


def _fits(
    grade: Grade,
    score: int | None,
    standing: frozenset[int],
    any_: frozenset[int],
    all_: frozenset[int],
    none: frozenset[int],
) -> bool:
    if grade.minimum is not None and (score is None or score < grade.minimum):
        return False
    if any_ and standing.isdisjoint(any_):
        return False
    return standing >= all_ and standing.isdisjoint(none)
