"""Credit of one organization as figures: the verdict, every item behind it, and what would raise it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from zhengshe.models import RECORDS, Kind
from zhengshe.office import Office
from zhengshe.reports.report import Block, Column, Heading, Paragraph, Report, Table
from zhengshe.reports.scheme_files import scheme_on
from zhengshe.rules.credit import Rulebook
from zhengshe.rules.items import Account, Item, Named, account
from zhengshe.rules.past import rolled_back
from zhengshe.rules.rating import numbers
from zhengshe.rules.standing import ELIGIBLE, bars
from zhengshe.store import facts
from zhengshe.store.connection import Connection
from zhengshe.values import Value, hundredths, to_show

_CLEAR = "credit.clear"


def rulebook(office: Office, scheme: str | None, as_of: dt.date) -> Rulebook:
    """The scheme in force on a day and the bars of the statute."""
    return Rulebook(
        scheme_on(office, scheme, as_of), bars(office.statutes, as_of.isoformat()), numbers(office.statutes)
    )


class Shown(NamedTuple):
    """One organization's account on a day: the organization as it was, the rules and what came of them."""

    org: Mapping[str, Value]
    as_of: dt.date
    book: Rulebook
    account: Account


def shown(db: Connection, office: Office, org: int, as_of: dt.date, scheme: str | None = None) -> Shown:
    """Score one organization as it stood on a day."""
    book = rulebook(office, scheme, as_of)
    was, found = _facts(db, book, org, as_of)
    return Shown(was, as_of, book, account(book, found))


def show(db: Connection, office: Office, org: int, as_of: dt.date, scheme: str | None = None) -> Report:
    """What an organization's credit is on a day, with every fact and clause behind it."""
    made = shown(db, office, org, as_of, scheme)
    return Report([*_blocks(office, made), *_advice(made)], data=_as_json(office, made))


def _facts(db: Connection, book: Rulebook, org: int, as_of: dt.date) -> tuple[dict[str, Value], dict[str, list[Named]]]:
    was = rolled_back(facts.organization(db, org), facts.changes_after(db, org, as_of))
    founded = str(was["founded_on"] or "")
    own = Named(own_values(was, as_of.isoformat()), None, text=str(was["status"]), record=f"org/{org}", date=founded)
    found = {noun: [own] if noun == "org" else _named(db, noun, book, org, as_of) for noun in book.needs}
    return was, found


def own_values(org: Mapping[str, Value], as_of: str) -> dict[str, Value]:
    return {**org, "registered": int(str(org.get("founded_on") or "") <= as_of)}


def _named(db: Connection, noun: str, book: Rulebook, org: int, as_of: dt.date) -> list[Named]:
    needs = book.needs[noun]
    brief = [field for field in RECORDS[noun].fields if field.brief and not field.kind.is_reference]
    named = []
    for fact in facts.facts_of(db, noun, needs.attributes, needs.months, org, as_of, book.numbers):
        words = (to_show(field.kind, fact.record[field.key]) for field in brief if field.key != "number")
        text = " ".join(filter(None, words))
        named.append(Named(fact.values, fact.within, text=text, record=fact.ref, date=fact.date))
    return named


def _as_json(office: Office, made: Shown) -> dict[str, object]:
    org, book, verdict = made.org, made.book, made.account.verdict
    return {
        "org": org["name"],
        "uscc": org["uscc"],
        "as_of": made.as_of.isoformat(),
        "scheme": book.scheme.name,
        "score": None if verdict.score is None else hundredths(verdict.score),
        "grade": verdict.grade,
        "eligible": verdict.eligible,
        "reasons": _reasons(office, made.account),
        "dimensions": [
            {
                "key": dimension.key,
                "label": dimension.label,
                "score": hundredths(points),
                "max": hundredths(dimension.maximum),
            }
            for dimension, points in zip(book.scheme.dimensions, verdict.dimensions, strict=True)
        ],
        "items": [_item(office, item) for item in made.account.items],
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
        "basis": office.citation(item.basis),
    }


_ITEM_COLUMNS = (
    Column("dimension", "维度"),
    Column("fact", "事项"),
    Column("record", "记录"),
    Column("date", "日期"),
    Column("points", "分值", Kind.DECIMAL),
    Column("expires", "计至"),
    Column("basis", "依据"),
)


def _blocks(office: Office, made: Shown) -> Iterator[Block]:
    book, verdict = made.book, made.account.verdict
    points = "" if verdict.score is None else f"{hundredths(verdict.score)} 分　"
    yield Heading(f"{made.org['name']} 信用小结（{made.as_of}）")
    yield Paragraph(f"{points}{verdict.grade} 级　{verdict.eligible}　方案：{book.scheme.name}")
    yield Paragraph(book.scheme.note)
    reasons = [(reason["text"], reason["basis"]) for reason in _reasons(office, made.account)]
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
            (labels.get(i.dimension), i.text, i.record, i.date, i.points, i.expires, office.citation(i.basis))
            for i in made.account.items
        ]
        yield Table(_ITEM_COLUMNS, rows, "逐项计分")
    else:
        deciding = [(fact.text, fact.record, fact.date) for fact in made.account.deciding]
        yield Table([Column("fact", "事项"), Column("record", "记录"), Column("date", "日期")], deciding, "定级依据")


def _advice(made: Shown) -> Iterator[Block]:
    """What stands between this grade and the next."""
    score, scheme = made.account.verdict.score, made.book.scheme
    if score is None:
        better = [(each.grade, each.text) for each in scheme.grades if each.grade < made.account.verdict.grade]
        if better:
            yield Paragraph("更高等级的情形如下；方案从上往下看，先符合的先定，所以现有等级的情形须先消除：")
            yield Table([Column("grade", "等级"), Column("text", "情形")], better, "更高等级")
        return
    above = [grade for grade in scheme.grades if grade.minimum is not None and grade.minimum > score]
    if not above:
        return
    nearest = min(above, key=lambda grade: grade.minimum or 0)
    yield Paragraph(f"距 {nearest.grade} 级还差 {hundredths((nearest.minimum or 0) - score)} 分；可以提高的有：")
    ceilings = {ceiling.id for ceiling in scheme.ceilings}
    taken = (item for item in made.account.items if item.points < 0 and (item.record or item.rule in ceilings))
    losses = sorted(taken, key=lambda item: item.points)
    rows = [(item.text, item.record, -item.points, item.expires) for item in losses]
    columns = Column("fact", "扣分事项"), Column("record", "记录"), Column("points", "可恢复", Kind.DECIMAL)
    yield Table([*columns, Column("expires", "计至")], rows, "扣分事项")
