"""Credit as figures: one organization's account, the list of all, and why a score moved."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from zhengshe.models import ORG, RECORDS, Kind
from zhengshe.reports.office import Office, scheme_on
from zhengshe.reports.report import Block, Column, Heading, Paragraph, Report, Table
from zhengshe.rules.credit import Group, Rulebook, Tally, Verdict, judge, tally
from zhengshe.rules.items import Account, Item, Named, account
from zhengshe.rules.memory import Memory
from zhengshe.rules.past import rolled_back
from zhengshe.rules.standing import ELIGIBLE, bars
from zhengshe.store import facts
from zhengshe.store.connection import Connection
from zhengshe.values import Value, hundredths, to_show

_CLEAR = "credit.clear"


def rulebook(office: Office, scheme: str | None, as_of: dt.date) -> Rulebook:
    """The scheme in force on a day and the bars of the statute."""
    return Rulebook(scheme_on(office, scheme, as_of), bars(office.statutes))


# -- one organization


def show(db: Connection, office: Office, org: int, as_of: dt.date, scheme: str | None = None) -> Report:
    """What an organization's credit is on a day, with every fact and clause behind it."""
    book = rulebook(office, scheme, as_of)
    was, found = _facts(db, book, org, as_of)
    made = account(book, found)
    data = _as_json(office, book, was, made, as_of)
    return Report([*_blocks(office, book, was, made, as_of), *_advice(book, made)], data=data)


def _facts(db: Connection, book: Rulebook, org: int, as_of: dt.date) -> tuple[dict[str, Value], dict[str, list[Named]]]:
    was = rolled_back(facts.organization(db, org), facts.changes_after(db, org, as_of))
    founded = str(was["founded_on"] or "")
    own = Named(_own_values(was, as_of.isoformat()), None, text=str(was["status"]), record=f"org/{org}", date=founded)
    found = {
        noun: [own] if noun == "org" else [_named(noun, fact) for fact in facts.facts_of(db, noun, *needs, org, as_of)]
        for noun, needs in book.needs.items()
    }
    return was, found


def _own_values(org: Mapping[str, Value], as_of: str) -> dict[str, Value]:
    return {**org, "registered": int(str(org.get("founded_on") or "") <= as_of)}


def _named(noun: str, fact: facts.Fact) -> Named:
    brief = (field for field in RECORDS[noun].fields if field.brief and not field.kind.is_reference)
    words = [to_show(field.kind, fact.record[field.key]) for field in brief if field.key != "number"]
    return Named(fact.values, fact.within, text=" ".join(filter(None, words)), record=fact.ref, date=fact.date)


def _as_json(
    office: Office, book: Rulebook, org: Mapping[str, Value], made: Account, as_of: dt.date
) -> dict[str, object]:
    verdict = made.verdict
    return {
        "org": org["name"],
        "uscc": org["uscc"],
        "as_of": as_of.isoformat(),
        "scheme": book.scheme.name,
        "score": None if verdict.score is None else hundredths(verdict.score),
        "grade": verdict.grade,
        "eligible": verdict.eligible,
        "reasons": _reasons(office, made),
        "dimensions": [
            {
                "key": dimension.key,
                "label": dimension.label,
                "score": hundredths(points),
                "max": hundredths(dimension.maximum),
            }
            for dimension, points in zip(book.scheme.dimensions, verdict.dimensions, strict=True)
        ],
        "items": [_item(office, item) for item in made.items],
    }


def _reasons(office: Office, made: Account) -> list[dict[str, str]]:
    reasons = []
    for reason in made.reasons:
        causes = "；".join(f"{fact.date} {fact.text}".strip() for fact in reason.facts)
        basis = office.statutes[reason.bar.statute].citation
        reasons.append({"text": f"{reason.bar.text}（{causes}）", "basis": basis})
    if made.verdict.eligible == ELIGIBLE:
        clear = office.statutes[_CLEAR]
        reasons.insert(0, {"text": clear.text, "basis": clear.citation})
    return reasons


def _item(office: Office, item: Item) -> dict[str, object]:
    return {
        "rule": item.rule,
        "dimension": item.dimension,
        "fact": item.text,
        "record": item.record,
        "date": item.date,
        "points": hundredths(item.points),
        "expires": item.expires,
        "basis": _citation(office, item.basis),
    }


def _citation(office: Office, basis: str) -> str:
    """A clause's citation where the basis is the id of one, else the basis as the scheme words it."""
    return office.statutes[basis].citation if basis in office.statutes else basis


_ITEM_COLUMNS = (
    Column("dimension", "维度"),
    Column("fact", "事项"),
    Column("record", "记录"),
    Column("date", "日期"),
    Column("points", "分值", Kind.DECIMAL),
    Column("expires", "计至"),
    Column("basis", "依据"),
)


def _blocks(office: Office, book: Rulebook, org: Mapping[str, Value], made: Account, as_of: dt.date) -> Iterator[Block]:
    verdict = made.verdict
    points = "" if verdict.score is None else f"{hundredths(verdict.score)} 分　"
    yield Heading(f"{org['name']} 信用小结（{as_of}）")
    yield Paragraph(f"{points}{verdict.grade} 级　{verdict.eligible}　方案：{book.scheme.name}")
    yield Paragraph(book.scheme.note)
    reasons = [(reason["text"], reason["basis"]) for reason in _reasons(office, made)]
    yield Table([Column("text", "承接资格"), Column("basis", "依据")], reasons, "法定情形")
    dimensions = [
        (dimension.label, score, dimension.maximum)
        for dimension, score in zip(book.scheme.dimensions, verdict.dimensions, strict=True)
    ]
    if dimensions:
        scores = Column("score", "得分", Kind.DECIMAL), Column("max", "满分", Kind.DECIMAL)
        yield Table([Column("label", "维度"), *scores], dimensions, "各维度")
        labels = {dimension.key: dimension.label for dimension in book.scheme.dimensions}
        rows = [
            (labels.get(i.dimension), i.text, i.record, i.date, i.points, i.expires, _citation(office, i.basis))
            for i in made.items
        ]
        yield Table(_ITEM_COLUMNS, rows, "逐项计分")
    else:
        deciding = [(fact.text, fact.record, fact.date) for fact in made.deciding]
        yield Table([Column("fact", "事项"), Column("record", "记录"), Column("date", "日期")], deciding, "定级依据")


def _advice(book: Rulebook, made: Account) -> Iterator[Block]:
    """What stands between this grade and the next."""
    score = made.verdict.score
    above = [g for g in book.scheme.grades if score is not None and g.minimum is not None and g.minimum > score]
    if not above or score is None:
        return
    nearest = min(above, key=lambda grade: grade.minimum or 0)
    yield Paragraph(f"距 {nearest.grade} 级还差 {hundredths((nearest.minimum or 0) - score)} 分；可以提高的有：")
    losses = sorted((item for item in made.items if item.points < 0 and item.record), key=lambda item: item.points)
    rows = [(item.text, item.record, -item.points, item.expires) for item in losses]
    columns = Column("fact", "扣分事项"), Column("record", "记录"), Column("points", "可恢复", Kind.DECIMAL)
    yield Table([*columns, Column("expires", "计至")], rows, "扣分事项")


# -- all organizations

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
        org = _own_values(dict(zip(columns[2:], values, strict=True)), day)
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


# -- why a score moved


def difference(
    db: Connection, office: Office, org: int, since: dt.date, until: dt.date, scheme: str | None = None
) -> Report:
    """What came, went or changed in an organization's account between two days."""
    (was, before), (now, after) = (_account(db, office, org, day, scheme) for day in (since, until))
    old, new = _by_cause(before), _by_cause(after)
    moves = [
        (item.text, item.record, item.date, a, b, b - a, _citation(office, item.basis))
        for cause, item in {**_causes(before), **_causes(after)}.items()
        if (a := old.get(cause, 0)) != (b := new.get(cause, 0))
    ]
    rows = [(day.isoformat(), *_outcome(made)) for day, made in ((since, before), (until, after))]
    data = {
        "org": now["name"],
        "uscc": now["uscc"],
        "from": dict(zip(("as_of", "score", "grade", "eligible"), map(_points_last, rows[0]), strict=True)),
    }
    return Report([], data=data)
