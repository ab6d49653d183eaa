"""Everything with a date: what the ledger's records ask for, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhengshe.calendar import add_months
from zhengshe.rules import inspection, rating
from zhengshe.rules.inspection import Row
from zhengshe.rules.statute import Statutes

ENDED = ("结项", "终止")


@dataclass(frozen=True)
class Due:
    """One thing to do by ``day``; ``statute`` is the id of its clause, None where only the ledger sets the date."""

    kind: str
    day: dt.date
    text: str
    record: str
    statute: str | None = None
    estimated: bool = False


@dataclass(frozen=True)
class File:
    """An organization with its records by noun; each row has its ``ref`` and ``id``."""

    org: Row
    records: Mapping[str, Sequence[Row]]
    statutes: Statutes
    thresholds: Mapping[str, Any]
    as_of: dt.date

    def __getitem__(self, noun: str) -> Sequence[Row]:
        return self.records[noun]


def deadlines(file: File) -> Iterator[Due]:
    """All deadlines of one organization, past and to come; none by a clause that is not in force yet."""
    day = file.as_of.isoformat()
    for look in _LOOKS:
        yield from (due for due in look(file) if due.statute is None or file.statutes[due.statute].in_force <= day)


def _rectification(file: File) -> Iterator[Due]:
    for row in file["finding"]:
        if row["due_on"] and not row["rectified_on"] and not row["verified_on"]:
            yield Due("整改", _day(row["due_on"]), f"整改到期：{row['fact']}", str(row["ref"]))


def _payments(file: File) -> Iterator[Due]:
    names = {row["id"]: row for row in file["project"]}
    for row in file["payment"]:
        if row["due_on"] and not row["paid_on"]:
            project = names.get(row["project"], {})
            yield Due("支付", _day(row["due_on"]), f"第 {row['seq']} 期款应付：{project.get('name')}", str(row["ref"]))


def _tenders(file: File) -> Iterator[Due]:
    """The end of bidding while no award is known; and after the notice of award, the contract."""
    for row in file["project"]:
        if row["signed_on"] or row["status"] not in ("立项", "采购"):
            continue
        if row["bids_due_on"] and not row["awarded_on"]:
            yield Due("投标截止", _day(row["bids_due_on"]), f"投标截止：{row['name']}", str(row["ref"]))
        if row["awarded_on"]:
            day = _day(row["awarded_on"]) + dt.timedelta(file.statutes["contract.signing"].values["days"])
            yield Due("签约", day, f"应签订合同：{row['name']}", str(row["ref"]), "contract.signing")


def _contracts(file: File) -> Iterator[Due]:
    """A contract's end, then its acceptance; and before the end its final evaluation."""
    accepted = {row["project"] for row in file["review"] if row["kind"] == "验收"}
    evaluated = {row["project"] for row in file["review"] if row["kind"] == "终期评估"}
    for row in file["project"]:
        if not row["end_on"] or row["status"] in ENDED:
            continue
        end, ref = _day(row["end_on"]), str(row["ref"])
        if row["status"] != "待验收":
            yield Due("合同到期", end, f"合同到期：{row['name']}", ref)
        if row["id"] not in accepted:
            day = end + dt.timedelta(file.thresholds["flags"]["acceptance_days"])
            yield Due("验收", day, f"到期后应验收：{row['name']}", ref, "contract.acceptance")
        if row["id"] not in evaluated:
            day = add_months(end, -file.statutes["evaluation.final"].values["months"])
            yield Due("评估", day, f"终期评估：{row['name']}", ref, "evaluation.final")


def _reports(file: File) -> Iterator[Due]:
    """The report of last year, and the risk of two bad years."""
    if file.org["status"] != "正常":
        return
    year = file.as_of.year - 1
    day = inspection.deadline(file.org, year, file.statutes)
    row = next((row for row in file["inspection"] if row["year"] == year), None)
    if day and not inspection.is_filed(row, dt.date.max):
        ref = str(row["ref"] if row else file.org["ref"])
        yield Due("年检", day, f"报送 {year} 年度年报", ref, "inspection.deadline")
    if bad := inspection.bad_years(file.org, file["inspection"], file.as_of, file.statutes):
        years = "、".join(str(row["year"]) for row in reversed(bad))
        unknown = "" if all(row["conclusion"] for row in bad) else "（未见登记的按未参检算）"
        next_day = inspection.deadline(
            {**file.org, "founded_on": "1900-01-01"}, int(str(bad[0]["year"])), file.statutes
        )
        yield Due(
            "撤销风险",
            next_day or file.as_of,
            f"{years} 年度未参检或不合格{unknown}",
            str(bad[0]["ref"]),
            "inspection.two-years",
        )


def _ratings(file: File) -> Iterator[Due]:
    if file["rating"] and file.org["status"] == "正常":
        row = max(file["rating"], key=lambda row: str(row["awarded_on"]))
        day, statute = rating.last_day(row, file.statutes)
        yield Due("评估等级到期", day, f"评估等级 {row['grade']} 有效期满", str(row["ref"]), statute)


def _certificates(file: File) -> Iterator[Due]:
    if file.org["cert_until"] and file.org["status"] == "正常":
        yield Due("证书到期", _day(file.org["cert_until"]), "登记证书有效期满", str(file.org["ref"]))


def _terms(file: File) -> Iterator[Due]:
    """The end of a term of office, unless the post has been filled anew since."""
    if file.org["status"] != "正常":
        return
    latest = {row["post"]: row for row in sorted(file["person"], key=lambda row: str(row["since"] or ""))}
    ending: dict[dt.date, list[Row]] = {}
    for row in latest.values():
        if row["until"]:
            ending.setdefault(_day(row["until"]), []).append(row)
    for day, rows in ending.items():
        posts = "、".join(f"{row['post']}{row['name']}" for row in rows)
        yield Due("换届", day, f"任期届满：{posts}", str(rows[0]["ref"]))


def _publicity(file: File) -> Iterator[Due]:
    """When a penalty may be repaired, and when its publicity ends by itself."""
    rule = file.statutes["penalty.publicity"].values
    for row in file["penalty"]:
        if not row["gravity"] or row["repaired_on"]:
            continue
        decided, gravity = _day(row["decided_on"]), str(row["gravity"])
        first, last = (add_months(decided, rule[bound][gravity]) for bound in ("最短", "最长"))
        what = f"{row['kind']}（{gravity}失信信息）"
        if file.as_of <= last:
            text = f"{what}可申请信用修复" if file.as_of < first else f"{what}公示期满；现可申请信用修复"
            day = first if file.as_of < first else last
            yield Due("处罚公示", day, text, str(row["ref"]), "penalty.publicity")


def _day(text: object) -> dt.date:
    return dt.date.fromisoformat(str(text))


NOUNS = ("finding", "payment", "project", "review", "inspection", "rating", "person", "penalty")
_LOOKS: tuple[Callable[[File], Iterator[Due]], ...] = (
    _rectification,
    _payments,
    _tenders,
    _contracts,
    _reports,
    _ratings,
    _certificates,
    _terms,
    _publicity,
)
