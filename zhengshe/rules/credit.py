"""The credit engine: facts and a rulebook in, points and a verdict out.

A scheme and the statute's bars (see standing) make one Rulebook. A fact is what a record comes to under it: its
attributes and its age step. One organization is scored with facts that name their records; the list over all reads
them by the million, many alike, and works out each kind once. Both go through ``effect``, ``tally`` and ``judge``, so
they cannot disagree. Whole numbers only: the order of facts does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from zhengshe.rules.scheme import Clause, Grade, Rule, Scheme
from zhengshe.rules.standing import Bar, worst
from zhengshe.values import Value


@dataclass(frozen=True)
class Fact:
    """The attributes of a record as it stood, and the smallest number of months asked about in which it still lies
    (None when it is older than that)."""

    values: Mapping[str, Value]
    within: int | None


@dataclass(frozen=True)
class Effect:
    """What one fact does: the points each rule of its noun gives it, and which standing clauses it fits."""

    points: tuple[int, ...]
    stands: frozenset[Clause]


class Needs(NamedTuple):
    """What must be known of the facts of one noun: their attributes, and the age steps in months, ascending."""

    attributes: tuple[str, ...]
    months: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Tally:
    """What the facts of one noun come to: points by dimension, and the standing clauses that some fact fits.

    Compared by identity: as part of a key it must not be hashed number by number.
    """

    points: tuple[int, ...]
    stands: frozenset[Clause]


@dataclass(frozen=True)
class Verdict:
    """The result. ``dimensions`` are clamped; ``score`` is their sum under the lowest ceiling, None without points."""

    score: int | None
    grade: str
    dimensions: tuple[int, ...]
    bars: tuple[Bar, ...]

    @property
    def eligible(self) -> str:
        """可承接, 受限 or 不可承接."""
        return worst(bar.effect for bar in self.bars)


@dataclass(frozen=True)
class Rulebook:
    """A scheme together with the bars of the statute."""

    scheme: Scheme
    bars: tuple[Bar, ...]

    @cached_property
    def standing(self) -> tuple[Clause, ...]:
        """Every clause whose mere standing matters, once."""
        clauses = [*self.scheme.clauses(), *(bar.clause for bar in self.bars)]
        return tuple(dict.fromkeys(clauses))

    @cached_property
    def needs(self) -> dict[str, Needs]:
        """What must be known, by noun."""
        clauses = [*self.standing, *(rule.clause for rule in self.scheme.rules)]
        attributes: dict[str, dict[str, None]] = {}
        months: dict[str, set[int]] = {}
        for clause in clauses:
            attributes.setdefault(clause.noun, {}).update(dict.fromkeys(clause.attributes))
            months.setdefault(clause.noun, set()).update({clause.months} - {None})  # type: ignore[arg-type]
        for rule in self.scheme.rules:
            months[rule.clause.noun].update(step for step, _ in rule.ladder if step is not None)
        return {noun: Needs(tuple(keys), tuple(sorted(months[noun]))) for noun, keys in attributes.items()}

    @cached_property
    def rules_for(self) -> dict[str, list[tuple[int, Rule]]]:
        """The rules of each noun, with the place of their dimension."""
        places = {dimension.key: place for place, dimension in enumerate(self.scheme.dimensions)}
        by_noun: dict[str, list[tuple[int, Rule]]] = {noun: [] for noun in self.needs}
        for rule in self.scheme.rules:
            by_noun[rule.clause.noun].append((places[rule.dimension], rule))
        return by_noun


def effect(book: Rulebook, noun: str, fact: Fact) -> Effect:
    """What one fact does."""
    return Effect(
        tuple(points_for(rule, fact) for _, rule in book.rules_for[noun]),
        frozenset(c for c in book.standing if c.noun == noun and c.matches(fact.values, fact.within)),
    )


def points_for(rule: Rule, fact: Fact) -> int:
    """What a rule gives for a fact, before the rule's limit."""
    return rule.step(fact.within)[1] if rule.clause.matches(fact.values, fact.within) else 0


def tally(book: Rulebook, noun: str, effects: Sequence[Effect]) -> Tally:
    """Sum up what the facts of one noun do."""
    points = [0] * len(book.scheme.dimensions)
    for number, (place, rule) in enumerate(book.rules_for[noun]):
        points[place] += rule.capped(sum(each.points[number] for each in effects))
    return Tally(tuple(points), frozenset().union(*(each.stands for each in effects)))


def judge(book: Rulebook, tallies: Sequence[Tally]) -> Verdict:
    """The verdict on an organization from the tallies of its facts."""
    scheme = book.scheme
    dimensions = tuple(
        dimension.clamped(dimension.base + sum(tally.points[place] for tally in tallies))
        for place, dimension in enumerate(scheme.dimensions)
    )
    standing = frozenset().union(*(tally.stands for tally in tallies))
    score = sum(dimensions) if scheme.has_points else None
    for ceiling in scheme.ceilings:
        if score is not None and ceiling.clause in standing:
            score = min(score, ceiling.maximum)
    grade = next((grade.grade for grade in scheme.grades if _fits(grade, score, standing)), "")
    return Verdict(score, grade, dimensions, tuple(bar for bar in book.bars if bar.clause in standing))


def _fits(grade: Grade, score: int | None, standing: frozenset[Clause]) -> bool:
    if grade.minimum is not None and (score is None or score < grade.minimum):
        return False
    if grade.any and not standing.intersection(grade.any):
        return False
    return standing.issuperset(grade.all) and standing.isdisjoint(grade.none)
