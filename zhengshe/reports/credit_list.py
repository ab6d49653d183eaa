"""The credit of all organizations: the engine of one organization's account, fed with counted facts."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from zhengshe.models import ORG, Kind
from zhengshe.reports.credit import own_values, rulebook
from zhengshe.reports.office import Office
from zhengshe.reports.report import Column, Table
from zhengshe.rules.credit import Group, Rulebook, Tally, Verdict, judge, tally
from zhengshe.rules.memory import Memory
from zhengshe.rules.past import rolled_back
from zhengshe.rules.standing import ELIGIBLE
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
        for name, uscc, verdict in verdicts(db, book, as_of):
            if (grade and verdict.grade != grade) or (eligible and verdict.eligible != eligible):
                continue
            limits = "；".join(bar.text for bar in verdict.bars if bar.effect != ELIGIBLE)
            yield name, uscc, day, book.scheme.name, verdict.score, verdict.grade, verdict.eligible, limits

    return Table(LIST_COLUMNS, rows(), "信用一览")


def verdicts(db: Connection, book: Rulebook, as_of: dt.date) -> Iterator[tuple[Value, Value, Verdict]]:
    """(name, credit code, verdict) of every organization: the engine of ``show``, fed with counted facts."""
    asked = (key for key in book.needs["org"].attributes if key in ORG)
    columns = tuple(dict.fromkeys(("name", "uscc", "founded_on", *asked)))
    others = {noun: needs for noun, needs in book.needs.items() if noun != "org"}
    same: Memory[tuple[object, ...], Tally] = Memory(lambda parts: Tally(*parts))  # type: ignore[arg-type]
    tallies = [Memory(partial(_counted_tally, book, noun, same)) for noun in others]
    judged = Memory(partial(judge, book))
    day = as_of.isoformat()

    @Memory
    def own_tally(values: tuple[Value, ...]) -> Tally:
        org = own_values(dict(zip(columns[2:], values, strict=True)), day)
        return tally(book, "org", [Group(org, None)])

    for (_, *own), changes, found in facts.counted(db, others, columns, as_of):
        if changes:
            own = [*rolled_back(dict(zip(columns, own, strict=True)), changes).values()]
        made = [memory[text] for memory, text in zip(tallies, found, strict=True)]
        yield own[0], own[1], judged[(own_tally[tuple(own[2:])], *made)]


def _counted_tally(book: Rulebook, noun: str, same: Memory[tuple[object, ...], Tally], text: str | None) -> Tally:
    """The tally of counted facts; equal tallies are one object, which makes them quick to look up."""
    attributes = book.needs[noun].attributes
    counts = Counter(tuple(fact) for fact in json.loads(text or "[]"))
    groups = [Group(dict(zip(attributes, fact, strict=False)), fact[-1], count) for fact, count in counts.items()]
    made = tally(book, noun, groups)
    return same[made.points, made.stands]
