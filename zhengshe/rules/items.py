"""The credit of one organization, item by item: base, facts, limits. The items add up to the score exactly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from zhengshe.calendar import add_months
from zhengshe.rules.credit import Rulebook, Verdict, effect, judge, points_for, tally
from zhengshe.rules.scheme import Dimension, Fact, Rule
from zhengshe.rules.standing import Bar


@dataclass(frozen=True)
class Named(Fact):
    """One fact that names its record."""

    text: str = ""
    record: str = ""
    date: str = ""


class Item(NamedTuple):
    """One line of the account, in hundredths of a point. ``expires`` is the last day these points are counted."""

    rule: str
    dimension: str
    text: str
    points: int
    record: str | None = None
    date: str | None = None
    expires: str | None = None
    basis: str = ""


class Reason(NamedTuple):
    """A bar that holds, and the facts that cause it."""

    bar: Bar
    facts: tuple[Named, ...]


class Account(NamedTuple):
    """Everything there is to say about one organization's credit on a day."""

    verdict: Verdict
    items: tuple[Item, ...]
    reasons: tuple[Reason, ...]
    deciding: tuple[Named, ...]


Facts = Mapping[str, Sequence[Named]]


def account(book: Rulebook, facts: Facts) -> Account:
    """Score the facts (by noun, for every noun the rulebook needs) and say how the score came about."""
    verdict = judge(book, [tally(book, noun, [effect(book, noun, f) for f in facts[noun]]) for noun in book.needs])
    reasons = tuple(
        Reason(bar, found)
        for bar in book.bars
        if (found := tuple(fact for fact in facts[bar.clause.noun] if bar.clause.fits(fact)))
    )
    deciding = {
        fact.record: fact for clause in book.scheme.clauses() for fact in facts[clause.noun] if clause.fits(fact)
    }
    return Account(verdict, tuple(_items(book, facts, verdict)), reasons, tuple(deciding.values()))


def _items(book: Rulebook, facts: Facts, verdict: Verdict) -> Iterator[Item]:
    for dimension, points in zip(book.scheme.dimensions, verdict.dimensions, strict=True):
        items = [Item(f"base-{dimension.key}", dimension.key, f"{dimension.label}基础分", dimension.base)]
        for rule in book.scheme.rules:
            if rule.dimension == dimension.key:
                items += _rule_items(rule, facts[rule.clause.noun])
        yield from items
        yield from _limit(dimension, points - sum(item.points for item in items))
    if verdict.score is None:
        return
    reached = sum(verdict.dimensions)
    standing = [
        ceiling
        for ceiling in book.scheme.ceilings
        if any(ceiling.clause.fits(fact) for fact in facts[ceiling.clause.noun])
    ]
    for ceiling in standing:
        if reached > ceiling.maximum:
            yield Item(ceiling.id, "", ceiling.text, ceiling.maximum - reached, basis=ceiling.basis)
            reached = ceiling.maximum


def _rule_items(rule: Rule, facts: Sequence[Named]) -> Iterator[Item]:
    given = 0
    for fact in sorted(facts, key=lambda fact: (fact.date, fact.record)):
        if points := points_for(rule, fact):
            months, _ = rule.step(fact.within)
            text = f"{rule.text}：{fact.text}" if fact.text else rule.text
            yield Item(
                rule.id, rule.dimension, text, points, fact.record, fact.date, _last_day(fact, months), rule.basis
            )
            given += points
    if rule.capped(given) != given:
        kept = rule.capped(given) - given
        yield Item(f"limit-{rule.id}", rule.dimension, f"“{rule.text}”合计到限", kept, basis=rule.basis)


def _last_day(fact: Named, months: int | None) -> str | None:
    return None if months is None else add_months(dt.date.fromisoformat(fact.date), months).isoformat()


def _limit(dimension: Dimension, difference: int) -> Iterator[Item]:
    if difference:
        text = f"{dimension.label}满分封顶" if difference < 0 else f"{dimension.label}扣完为止"
        yield Item(f"limit-{dimension.key}", dimension.key, text, difference)
