"""The statutory clocks of 活动异常名录 (list A) and 严重违法失信名单 (list B), 民政部令第60号.

From the facts about one organization follow proposals: enter, transfer, leave. Nothing is listed here; a person
decides, after written notice. Every number comes from the statutes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zhengshe.calendar import add_months, add_working_days
from zhengshe.models import NO_RECTIFICATION
from zhengshe.rules import inspection
from zhengshe.rules.inspection import Row
from zhengshe.rules.statute import Statutes

LIST_A, LIST_B = "活动异常名录", "严重违法失信名单"
ENTER, TRANSFER, MAY_LEAVE, MUST_LEAVE = "应列入", "应转入", "可申请移出", "应移出"
FEN = 100  # 分 in a 元


@dataclass(frozen=True)
class Ground:
    """A reason to be listed: on which list, since when, the clause and the record."""

    list: str
    statute: str
    day: dt.date
    text: str
    record: str


@dataclass(frozen=True)
class Proposal:
    """What the clock asks for from ``day`` on. ``estimated`` where working days beyond the published calendar count."""

    action: str
    list: str
    day: dt.date
    text: str
    statute: str
    record: str
    estimated: bool = False


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


def proposals(
    facts: Dossier, statutes: Statutes, as_of: dt.date, workdays: Mapping[dt.date, bool] | None = None
) -> list[Proposal]:
    """Everything the clocks ask for, those still to come included (their ``day`` lies after ``as_of``)."""
    grounds = [
        ground
        for ground in _grounds(facts, statutes, as_of)
        if ground.day.isoformat() >= statutes[ground.statute].in_force
    ]
    grounds.sort(key=lambda ground: (ground.day, ground.record))
    open_ = {str(row["list"]): row for row in facts.listings if not row["removed_on"]}
    found = [*_entries(facts, grounds, open_)]
    if on_a := open_.get(LIST_A):
        leaving = _leaving_a(facts, on_a, grounds, statutes, workdays)
        found += [proposal for proposal in leaving if proposal.action != TRANSFER or LIST_B not in open_]
    if on_b := open_.get(LIST_B):
        found += _leaving_b(facts, on_b, grounds, statutes)
    return found


# -- grounds


def _grounds(facts: Dossier, statutes: Statutes, as_of: dt.date) -> Iterator[Ground]:
    for ground in (*_report_grounds(facts, statutes, as_of), *_order_grounds(facts, as_of), *_fines(facts, statutes)):
        if ground.list == LIST_B or ground.record not in facts.exempted:
            yield ground
    yield from _grave_penalties(facts, statutes)


def _report_grounds(facts: Dossier, statutes: Statutes, as_of: dt.date) -> Iterator[Ground]:
    """A1: the report of the last year due was not filed in time."""
    year = inspection.last_year_due(facts.org, as_of, statutes)
    day = inspection.deadline(facts.org, year, statutes)
    if day is None or facts.org["status"] != "正常":
        return
    row = next((row for row in facts.inspections if row["year"] == year), None)
    if not inspection.is_filed(row, day):
        text = f"未按时报送 {year} 年度年报（截止 {day}）"
        yield Ground(LIST_A, "list.a1", day + dt.timedelta(1), text, str(row["ref"]) if row else str(facts.org["ref"]))


def _order_grounds(facts: Dossier, as_of: dt.date) -> Iterator[Ground]:
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


def _fines(facts: Dossier, statutes: Statutes) -> Iterator[Ground]:
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
    """B3, B4, B7: one penalty is enough; it counts from the day of the decision."""
    for row in facts.penalties:
        for clause in ("list.b3", "list.b7"):
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


# -- proposals


def _entries(facts: Dossier, grounds: Sequence[Ground], open_: Mapping[str, Row]) -> Iterator[Proposal]:
    """Enter a list for grounds that no listing has answered yet; the graver list alone where both would apply."""
    fresh = [ground for ground in grounds if not _answered(ground, facts.listings)]
    lists = {ground.list for ground in fresh} - set(open_)
    if LIST_B in lists or LIST_B in open_:
        lists.discard(LIST_A)
    for ground in fresh:
        if ground.list in lists:
            yield Proposal(ENTER, ground.list, ground.day, ground.text, ground.statute, ground.record)


def _answered(ground: Ground, listings: Sequence[Row]) -> bool:
    """A listing on the same or the graver list, entered since, has dealt with it."""
    answers = (LIST_A, LIST_B) if ground.list == LIST_A else (LIST_B,)
    return any(row["list"] in answers and _day(row["entered_on"]) >= ground.day for row in listings)


def _leaving_a(
    facts: Dossier, listing: Row, grounds: Sequence[Ground], statutes: Statutes, workdays: Mapping[dt.date, bool] | None
) -> Iterator[Proposal]:
    start, since = _start(listing, [ground for ground in grounds if ground.list == LIST_A], statutes)
    ref = str(listing["ref"])
    to_b = add_months(start, statutes["list.b1"].values["months"])
    yield Proposal(TRANSFER, LIST_B, to_b, f"在活动异常名录期满，{since}", "list.b1", ref)
    causes = _causes(facts, listing)
    if causes and all(done for _, done in causes):
        day = max(_day(done) for _, done in causes)
        due = add_working_days(day, statutes["list.a-rectified"].values["working_days"], workdays)
        text = f"整改已于 {day} 核实，申请后应在期限内移出"
        yield Proposal(MUST_LEAVE, LIST_A, due.day, text, "list.a-rectified", ref, due.estimated)
    elif not causes and _is_settled(listing):
        day = add_months(start, statutes["list.a-six-months"].values["months"])
        yield Proposal(MUST_LEAVE, LIST_A, day, f"没有需要整改的事项，{since}", "list.a-six-months", ref)


def _leaving_b(facts: Dossier, listing: Row, grounds: Sequence[Ground], statutes: Statutes) -> Iterator[Proposal]:
    ref = str(listing["ref"])
    revoked = any(word in str(listing["ground"]) for word in statutes["list.b7"].values["kinds"])
    if revoked:
        if facts.org["status"] == "注销":
            yield Proposal(MUST_LEAVE, LIST_B, _day(listing["entered_on"]), "已办理注销登记", "list.b7-out", ref)
        return
    if any(not done for _, done in _causes(facts, listing)):
        return
    start, since = _start(listing, grounds, statutes)
    day = add_months(start, statutes["list.b-out"].values["months"])
    text = f"期限已到且期间没有新的应列入情形，{since}"
    yield Proposal(MAY_LEAVE, LIST_B, day, text, "list.b-out", ref)


def _start(listing: Row, grounds: Sequence[Ground], statutes: Statutes) -> tuple[dt.date, str]:
    """The day from which the time on a list counts, in words too: a new ground while on it starts it again."""
    entered = _day(listing["entered_on"])
    if later := [ground for ground in grounds if ground.day > entered]:
        last = max(later, key=lambda ground: ground.day)
        return last.day, f"{last.day} 起重新计算（{last.text}；{statutes['list.restart'].citation}）"
    return entered, f"{entered} 列入"


def _causes(facts: Dossier, listing: Row) -> list[tuple[Row, str | None]]:
    """What had to be put right when the organization was listed, each with the day on which that was verified."""
    entered = str(listing["entered_on"])
    late = [
        (row, str(row["verified_on"]) if row["verified_on"] else None)
        for row in facts.findings
        if row["due_on"] and str(row["due_on"]) < entered and not (str(row["rectified_on"] or "9999") <= entered)
    ]
    if "年报" in str(listing["ground"]) or "年检" in str(listing["ground"]):
        year = int(entered[:4]) - 1
        row = next((row for row in facts.inspections if row["year"] == year), None)
        filed = row and (row["concluded_on"] or row["filed_on"]) if row and row["conclusion"] != "未参检" else None
        late.append((row or facts.org, str(filed) if filed else None))
    return late


def _is_settled(listing: Row) -> bool:
    """Listed for a penalty that asks for nothing more."""
    return any(word in str(listing["ground"]) for word in ("警告", "罚款", "处罚"))


def _day(text: object) -> dt.date:
    return dt.date.fromisoformat(str(text))
