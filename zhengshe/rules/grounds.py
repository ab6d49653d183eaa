"""The grounds on which an organization belongs on 活动异常名录 (list A) or 严重违法失信名单 (list B), 民政部令第60号.

Each follows from a record: a report, a finding, a penalty. What the regulation leaves to the finding of fact (no Party
organization, not to be reached, judgment debtor …) follows from a finding whose category has one of the words that
the statutes name for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from zhengshe.calendar import add_months
from zhengshe.models import NO_RECTIFICATION
from zhengshe.rules import inspection
from zhengshe.rules.inspection import Row
from zhengshe.rules.statute import Statute, Statutes

LIST_A, LIST_B = "活动异常名录", "严重违法失信名单"
FEN = 100  # 分 in a 元

# what supervision found to be so, until it is put right; and what has happened and stays so
_STATES = {
    "list.a2": LIST_A,
    "list.a4": LIST_A,
    "list.a6": LIST_A,
    "list.a7": LIST_A,
    "list.b6": LIST_B,
    "list.b8": LIST_B,
}
_EVENTS = {"list.b2": LIST_B}
_BY_ANOTHER_LAW, _UNNAMED = ("list.a7", "list.b8"), "未写明依据的法律、行政法规，列入前请核实"


@dataclass(frozen=True)
class Ground:
    """A reason to be listed: on which list, since when, the clause and the record."""

    list: str
    statute: str
    day: dt.date
    text: str
    record: str


@dataclass(frozen=True)
class Dossier:
    """The facts about one organization that the clocks read, as they stood on ``as_of``; each row has its ``ref``.

    ``exempted`` are the refs of records with a certificate that the organization is not directly responsible.
    """

    org: Row
    listings: Sequence[Row]
    penalties: Sequence[Row]
    inspections: Sequence[Row]
    findings: Sequence[Row]
    exempted: frozenset[str] = frozenset()


def grounds(facts: Dossier, statutes: Statutes, as_of: dt.date) -> list[Ground]:
    """Every ground in order of its day, by the clauses in force on it."""
    found = [
        ground
        for ground in (
            *_report(facts, statutes, as_of),
            *_orders(facts, as_of),
            *_found(facts, statutes),
            *_unsigned_letters(facts, statutes),
            *_minor_penalties(facts, statutes),
            *_grave_penalties(facts, statutes),
        )
        if (ground.list == LIST_B or ground.record not in facts.exempted)
        and statutes[ground.statute].applies(ground.day.isoformat())
    ]
    return sorted(found, key=lambda ground: (ground.day, ground.record))


def asks_for_rectification(finding: Row, statutes: Statutes) -> bool:
    """Is it a state that keeps an organization on a list until it is put right?"""
    return any(_is_about(finding, statutes[clause]) for clause in (*_STATES, "list.a6-letters"))


def _report(facts: Dossier, statutes: Statutes, as_of: dt.date) -> Iterator[Ground]:
    """A1: the report of the last year due was not filed in time."""
    year = inspection.last_year_due(facts.org, as_of, statutes)
    day = inspection.deadline(facts.org, year, statutes)
    if day is None or facts.org["status"] != "正常":
        return
    row = next((row for row in facts.inspections if row["year"] == year), None)
    if not inspection.is_filed(row, day):
        text = f"未按时报送 {year} 年度年报（截止 {day}）"
        yield Ground(LIST_A, "list.a1", day + dt.timedelta(1), text, str(row["ref"]) if row else str(facts.org["ref"]))


def _orders(facts: Dossier, as_of: dt.date) -> Iterator[Ground]:
    """A3: an order to rectify was not carried out in time."""
    for row in facts.findings:
        if not row["due_on"] or row["severity"] in NO_RECTIFICATION:
            continue
        due = _day(row["due_on"])
        done = row["rectified_on"] or row["verified_on"]
        if due < as_of and (not done or _day(done) > due):
            order = row["notice_no"] or "台账未记通知书文号，列入前请核实已书面责令"
            text = f"逾期未整改：{row['fact']}（期限 {due}；{order}）"
            yield Ground(LIST_A, "list.a3", due + dt.timedelta(1), text, str(row["ref"]))


def _found(facts: Dossier, statutes: Statutes) -> Iterator[Ground]:
    """A2, A4, A6, A7, B2, B6, B8: from the category of a finding, on the day it was found."""
    for row in facts.findings:
        for clause, which in (_STATES | _EVENTS).items():
            over = clause in _STATES and (row["rectified_on"] or row["verified_on"])
            if _is_about(row, statutes[clause]) and not over:
                basis = row["clause"] or (_UNNAMED if clause in _BY_ANOTHER_LAW else "")
                text = f"{row['category']}：{row['fact']}" + (f"（{basis}）" if basis else "")
                yield Ground(which, clause, _day(row["found_on"]), text, str(row["ref"]))


def _unsigned_letters(facts: Dossier, statutes: Statutes) -> Iterator[Ground]:
    """A6: two letters to the registered address, so many days apart, that nobody signed for."""
    rule = statutes["list.a6-letters"]
    unsigned = [row for row in facts.findings if _is_about(row, rule) and not _is_over(row)]
    for first, second in combinations(sorted(unsigned, key=lambda row: str(row["found_on"])), 2):
        days = (_day(second["found_on"]) - _day(first["found_on"])).days
        if rule.values["least_days"] <= days <= rule.values["most_days"]:
            text = f"{first['found_on']}、{second['found_on']} 两次邮寄无人签收，视作住所无法联系"
            yield Ground(LIST_A, rule.id, _day(second["found_on"]), text, str(second["ref"]))
            return


def _is_about(finding: Row, statute: Statute) -> bool:
    category = str(finding["category"] or "")
    return finding["severity"] != "表扬" and any(word in category for word in statute.values["categories"])


def _is_over(finding: Row) -> bool:
    return bool(finding["rectified_on"] or finding["verified_on"])


def _minor_penalties(facts: Dossier, statutes: Statutes) -> Iterator[Ground]:
    """A5, and B5 for the second such penalty in three years."""
    minor = sorted((row for row in facts.penalties if _is_minor(row, statutes)), key=lambda row: str(row["decided_on"]))
    for row in minor:
        yield Ground(LIST_A, "list.a5", _day(row["decided_on"]), f"受到{_named(row)}", str(row["ref"]))
    rule = statutes["list.b5"].values
    for first, last in zip(minor, minor[rule["times"] - 1 :], strict=False):
        day = _day(last["decided_on"])
        if add_months(_day(first["decided_on"]), rule["months"]) >= day:
            text = f"{rule['months'] // 12} 年内 {rule['times']} 次受到警告或较小罚款，末次：{_named(last)}"
            yield Ground(LIST_B, "list.b5", day, text, str(last["ref"]))


def _grave_penalties(facts: Dossier, statutes: Statutes) -> Iterator[Ground]:
    """B2, B3, B4, B7: one penalty is enough; it counts from the day of the decision."""
    for row in facts.penalties:
        for clause in ("list.b2", "list.b3", "list.b7"):
            if any(word in str(row["kind"]) for word in statutes[clause].values["kinds"]):
                yield Ground(LIST_B, clause, _day(row["decided_on"]), f"受到{_named(row)}", str(row["ref"]))
        if _yuan(row) >= statutes["list.b4"].values["fine_from"]:
            yield Ground(LIST_B, "list.b4", _day(row["decided_on"]), f"受到{_named(row)}", str(row["ref"]))


def _is_minor(row: Row, statutes: Statutes) -> bool:
    rule = statutes["list.a5"].values
    warned = any(word in str(row["kind"]) for word in rule["kinds"])
    return (warned or _yuan(row) > 0) and _yuan(row) < float(rule["fine_below"])


def _yuan(row: Row) -> float:
    return int(row["amount"] or 0) / FEN


def _named(row: Row) -> str:
    fine = f" {_yuan(row):g} 元" if row["amount"] else ""
    return f"{row['kind']}{fine}（{row['decided_on']} {row['doc_no'] or ''}）".replace(" ）", "）")


def _day(text: object) -> dt.date:
    return dt.date.fromisoformat(str(text))
