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
from zhengshe.rules.grounds import LIST_A, LIST_B, Dossier, Ground, asks_for_rectification, grounds
from zhengshe.rules.inspection import Row
from zhengshe.rules.statute import Statutes

ENTER, TRANSFER, MAY_LEAVE, MUST_LEAVE = "应列入", "应转入", "可申请移出", "应移出"


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


def proposals(
    facts: Dossier, statutes: Statutes, as_of: dt.date, workdays: Mapping[dt.date, bool] | None = None
) -> list[Proposal]:
    """Everything the clocks ask for, those still to come included (their ``day`` lies after ``as_of``)."""
    reasons = grounds(facts, statutes, as_of)
    open_ = {str(row["list"]): row for row in facts.listings if not row["removed_on"]}
    found = [*_entries(facts, reasons, open_)]
    if on_a := open_.get(LIST_A):
        leaving = _leaving_a(facts, on_a, reasons, statutes, workdays)
        found += [proposal for proposal in leaving if proposal.action != TRANSFER or LIST_B not in open_]
    if on_b := open_.get(LIST_B):
        found += _leaving_b(facts, on_b, reasons, statutes)
    return found


def _entries(facts: Dossier, reasons: Sequence[Ground], open_: Mapping[str, Row]) -> Iterator[Proposal]:
    """Enter a list for grounds that no listing has answered yet; the graver list alone where both would apply."""
    fresh = [ground for ground in reasons if not _answered(ground, facts.listings)]
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
    facts: Dossier, listing: Row, reasons: Sequence[Ground], statutes: Statutes, workdays: Mapping[dt.date, bool] | None
) -> Iterator[Proposal]:
    start, since = _start(listing, [ground for ground in reasons if ground.list == LIST_A], statutes)
    ref = str(listing["ref"])
    to_b = add_months(start, statutes["list.b1"].values["months"])
    yield Proposal(TRANSFER, LIST_B, to_b, f"在活动异常名录期满，{since}", "list.b1", ref)
    causes = _causes(facts, listing, statutes)
    if causes and all(cause.done for cause in causes):
        yield Proposal(
            MAY_LEAVE,
            LIST_A,
            max(_day(cause.done) for cause in causes),
            "整改已完成，可申请移出",
            "list.a-rectified",
            ref,
        )
    if causes and all(cause.verified for cause in causes):
        day = max(_day(cause.verified) for cause in causes)
        due = add_working_days(day, statutes["list.a-rectified"].values["working_days"], workdays)
        text = f"整改已于 {day} 核实，申请后应在期限内移出"
        yield Proposal(MUST_LEAVE, LIST_A, due.day, text, "list.a-rectified", ref, due.estimated)
    elif not causes and _is_settled(facts, listing):
        day = add_months(start, statutes["list.a-six-months"].values["months"])
        yield Proposal(MUST_LEAVE, LIST_A, day, f"没有需要整改的事项，{since}", "list.a-six-months", ref)


def _leaving_b(facts: Dossier, listing: Row, reasons: Sequence[Ground], statutes: Statutes) -> Iterator[Proposal]:
    ref = str(listing["ref"])
    revoked = any(word in str(listing["ground"]) for word in statutes["list.b7"].values["kinds"])
    if revoked:
        if facts.org["status"] == "注销":
            yield Proposal(MUST_LEAVE, LIST_B, _day(listing["entered_on"]), "已办理注销登记", "list.b7-out", ref)
        return
    if any(not cause.verified for cause in _causes(facts, listing, statutes)):
        return
    start, since = _start(listing, reasons, statutes)
    day = add_months(start, statutes["list.b-out"].values["months"])
    text = f"期限已到且期间没有新的应列入情形，{since}"
    yield Proposal(MAY_LEAVE, LIST_B, day, text, "list.b-out", ref)


def _start(listing: Row, reasons: Sequence[Ground], statutes: Statutes) -> tuple[dt.date, str]:
    """The day from which the time on a list counts, in words too: a new ground while on it starts it again."""
    entered = _day(listing["entered_on"])
    if later := [ground for ground in reasons if ground.day > entered]:
        last = max(later, key=lambda ground: ground.day)
        return last.day, f"{last.day} 起重新计算（{last.text}；{statutes['list.restart'].citation}）"
    return entered, f"{entered} 列入"


@dataclass(frozen=True)
class _Cause:
    """Something that had to be put right when the organization was listed: when it was, and when that was verified."""

    done: str | None
    verified: str | None


def _causes(facts: Dossier, listing: Row, statutes: Statutes) -> list[_Cause]:
    entered = str(listing["entered_on"])
    pending = [
        _Cause(_text(row["rectified_on"] or row["verified_on"]), _text(row["verified_on"]))
        for row in facts.findings
        if (_is_overdue(row, entered) or (str(row["found_on"]) <= entered and asks_for_rectification(row, statutes)))
        and not str(row["verified_on"] or row["rectified_on"] or "9999") <= entered
    ]
    if "年报" in str(listing["ground"]) or "年检" in str(listing["ground"]):
        year = inspection.last_year_due(facts.org, _day(entered), statutes)
        row = next((row for row in facts.inspections if row["year"] == year), None)
        filed = row and (row["concluded_on"] or row["filed_on"]) if row and row["conclusion"] != "未参检" else None
        pending.append(_Cause(_text(filed), _text(filed)))
    return pending


def _text(day: object) -> str | None:
    return str(day) if day else None


def _is_overdue(finding: Row, day: str) -> bool:
    ordered = bool(finding["due_on"]) and finding["severity"] not in NO_RECTIFICATION
    return ordered and str(finding["due_on"]) < day


def _is_settled(facts: Dossier, listing: Row) -> bool:
    """Listed for what asks for nothing more: a penalty, or an order carried out late but before the listing."""
    ground, entered = str(listing["ground"]), str(listing["entered_on"])
    late = "整改" in ground and any(_is_overdue(row, entered) for row in facts.findings)
    return late or any(word in ground for word in ("警告", "罚款", "处罚"))


def _day(text: object) -> dt.date:
    return dt.date.fromisoformat(str(text))
