"""Data that cannot be right, or does not add up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from operator import attrgetter

from zhengshe.models import RECORDS, Kind
from zhengshe.rules.flags.flag import Answer, Clear, Hit, Missing, about, flag, told
from zhengshe.rules.street import AWARDED, Row, Street, money, total

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ORDER = (
    ("project", "tendered_on", "bids_due_on"),
    ("project", "bids_due_on", "awarded_on"),
    ("project", "awarded_on", "signed_on"),
    ("project", "start_on", "end_on"),
    ("person", "since", "until"),
    ("rating", "valid_from", "valid_until"),
    ("org", "cert_from", "cert_until"),
    ("listing", "entered_on", "removed_on"),
    ("finding", "found_on", "rectified_on"),
)


def _record(noun: str, row: object) -> str:
    return f"{RECORDS[noun].label} #{row}"


@flag("D901", "一个名称两个代码", "两家组织名称相同而信用代码不同：可能是笔误，也可能确是两家。")
def one_name_two_codes(street: Street) -> Iterator[Answer]:
    codes: dict[str, set[str | None]] = defaultdict(set)
    for org in street["org"]:
        codes[org.name].add(org.uscc)
    for name, found in codes.items():
        known = sorted(code for code in found if code)
        yield Hit("社会组织", name, f"代码 {'、'.join(known)}") if len(known) > 1 else None


@flag("D902", "一个代码两个名称", "一个信用代码的组织，登记簿上的名称不是最后一次变更登记的名称。")
def one_code_two_names(street: Street) -> Iterator[Answer]:
    renamed: dict[int, list[Row]] = defaultdict(list)
    for change in street["change"]:
        if change.item == "名称":
            renamed[change.org].append(change)
    for org in street["org"]:
        if org.uscc and org.id in renamed:
            latest = max(renamed[org.id], key=lambda change: change.approved_on)
            differs = latest.after != org.name
            text = f"变更登记最后为“{latest.after}”，登记簿为“{org.name}”"
            yield Hit(_record("org", org.id), org.name, text) if differs else None


@flag("D903", "日期不可能或过远", "日期写法不对，或早于 1949 年，或晚于今天 far_future_years 年。")
def impossible_dates(street: Street) -> Iterator[Answer]:
    latest = f"{int(street.today[:4]) + street.limits['far_future_years']}{street.today[4:]}"

    def is_odd(day: str | None) -> bool:
        return day is not None and not (_DAY.fullmatch(day) and "1949" <= day <= latest)

    for noun, record in RECORDS.items():
        keys = [field.key for field in record.fields if field.kind is Kind.DATE]
        rows = street[noun] if keys else ()
        # days repeat themselves: few are to be judged
        odd = {day for key in keys for day in set(map(attrgetter(key), rows)) if is_odd(day)}
        found = [row for row in rows if any(getattr(row, key) in odd for key in keys)] if odd else []
        yield Clear(len(rows) - len(found))
        for row in found:
            said = (f"{record[key].label} {getattr(row, key)}" for key in keys if getattr(row, key) in odd)
            yield Hit(_record(noun, row.id), "", "；".join(said))


@flag("D904", "先后颠倒", "一段时间的开始日期在结束日期之后，或招标公告、投标截止、中标通知、签约的先后颠倒。")
def start_after_end(street: Street) -> Iterator[Answer]:
    for noun, start, end in _ORDER:
        first, second = (RECORDS[noun][key].label for key in (start, end))
        rows = street.known(noun, start, end)
        starts, ends = (map(attrgetter(key), rows) for key in (start, end))
        found = [row for row, early, late in zip(rows, starts, ends, strict=True) if early > late]
        yield Clear(len(rows) - len(found))
        for row in found:
            yield Hit(_record(noun, row.id), "", f"{first} {getattr(row, start)} 晚于{second} {getattr(row, end)}")


@flag("D905", "金额为零", "合同金额、应付金额或资金金额为零或负数。")
def zero_amounts(street: Street) -> Iterator[Answer]:
    for noun in ("project", "payment", "funding"):
        rows = street.known(noun, "amount")
        found = [row for row in rows if row.amount <= 0]
        yield Clear(len(rows) - len(found))
        for row in found:
            yield Hit(_record(noun, row.id), "", f"金额为 {money(row.amount)}")


@flag("D906", "项目没有资金来源", "已签约的项目没有登记资金来源。")
def without_funding(street: Street) -> Iterator[Answer]:
    funded = street.by("funding", "project")
    without = [project for project in street[AWARDED] if project.id not in funded]
    yield from told(street, street[AWARDED], without, lambda _: "没有资金来源")


@flag("D907", "资金来源与合同金额不等", "各资金来源合计与合同金额（含补充协议）不等。")
def funding_differs(street: Street) -> Iterator[Answer]:
    funding, amendments = street.by("funding", "project"), street.by("amendment", "project")
    for project in street[AWARDED]:
        if project.id not in funding:
            continue
        if project.amount is None:
            yield Missing("合同金额")
            continue
        raised = total(amendments.get(project.id, ()), "amount_change")
        found, agreed = total(funding[project.id], "amount"), project.amount
        same = found in (agreed, agreed + raised)
        yield None if same else about(street, project, f"资金合计 {money(found)}，合同 {money(agreed + raised)}")
