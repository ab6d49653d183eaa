"""The credit of all organizations: the engine of one organization's account, which remembers what it has met."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from operator import getitem

from zhengshe.models import ORG, Kind
from zhengshe.office import Office
from zhengshe.reports.credit import own_values, rulebook
from zhengshe.reports.report import Column, Table
from zhengshe.rules.credit import Effect, Needs, Rulebook, Tally, Verdict, effect, judge, tally
from zhengshe.rules.memory import Memory
from zhengshe.rules.past import rolled_back
from zhengshe.rules.scheme import Fact
from zhengshe.store import facts
from zhengshe.store.connection import Connection
from zhengshe.values import Value

LIST_COLUMNS = (
    Column("org", ORG.label),
    Column.of(ORG["uscc"]),
    Column("as_of", "截至"),
    Column("scheme", "方案"),
    Column("score", "得分", Kind.DECIMAL),
    Column("grade", "等级"),
    Column("eligible", "承接资格"),
    Column("reasons", "限制情形"),
)


def listing(
    db: Connection,
    office: Office,
    as_of: dt.date,
    scheme: str | None = None,
    *,
    grade: str | None = None,
    eligible: str | None = None,
) -> Table:
    """The credit of every organization on a day, in order of registration, streamed."""
    book = rulebook(office, scheme, as_of)
    day = as_of.isoformat()

    def rows() -> Iterator[Sequence[Value]]:
        name_of_scheme = book.scheme.name
        for name, uscc, verdict in verdicts(db, book, as_of):
            if (grade and verdict.grade != grade) or (eligible and verdict.eligible != eligible):
                continue
            yield name, uscc, day, name_of_scheme, verdict.score, verdict.grade, verdict.eligible, verdict.limits

    return Table(LIST_COLUMNS, rows(), "信用一览")


def verdicts(db: Connection, book: Rulebook, as_of: dt.date) -> Iterator[tuple[Value, Value, Verdict]]:
    """(name, credit code, verdict) of every organization: the engine of one account, remembering what it has met."""
    asked = (key for key in book.needs["org"].attributes if key in ORG)
    columns = tuple(dict.fromkeys(("name", "uscc", "founded_on", *asked)))
    others = {noun: needs for noun, needs in book.needs.items() if noun != "org" and facts.any_of(db, noun)}
    tallies = _tallies(book, others)
    judged = Memory(partial(judge, book))
    day = as_of.isoformat()

    @Memory
    def own_tally(values: tuple[Value, ...]) -> Tally:
        org = own_values(dict(zip(columns[2:], values, strict=True)), day)
        return tally(book, "org", [effect(book, "org", Fact(org, None))])

    for own, changes, found in facts.counted(db, others, columns, as_of, book.numbers):
        if changes:
            own = (own[0], *rolled_back(dict(zip(columns, own[1:], strict=True)), changes).values())
        made = (own_tally[own[3:]], *map(getitem, tallies, found))
        yield own[1], own[2], judged[made]


def _tallies(book: Rulebook, needs: Mapping[str, Needs]) -> list[Memory[str | None, Tally]]:
    """For each noun the tally of an organization's facts, from their text. Equal tallies are one object, which makes
    them quick to look up."""

    def tally_with(parts: tuple[tuple[int, ...], frozenset[int]]) -> Tally:
        return Tally(*parts)

    same = Memory(tally_with)

    def memory(noun: str, attributes: Sequence[str]) -> Memory[str | None, Tally]:
        def fact_effect(fact: tuple[Value, ...]) -> Effect:
            within = fact[-1]
            values = dict(zip(attributes, fact, strict=False))
            return effect(book, noun, Fact(values, within if isinstance(within, int) else None))

        effects = Memory(fact_effect)

        def tally_of(text: str | None) -> Tally:
            made = tally(book, noun, [effects[tuple(fact)] for fact in json.loads(text or "[]")])
            return same[made.points, made.stands]

        return Memory(tally_of)

    return [memory(noun, asked.attributes) for noun, asked in needs.items()]
