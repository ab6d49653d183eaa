"""The statute layer of credit: what bars or restricts an organization from taking on a project, each with its clause.

Nothing here depends on a scheme, and no scheme can lift a bar.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from zhengshe.rules.scheme import Between, Clause, Containing
from zhengshe.rules.statute import Statutes

FEN = 100  # 分 in a 元
ELIGIBLE, RESTRICTED, BARRED = EFFECTS = ("可承接", "受限", "不可承接")


class Bar(NamedTuple):
    """While a fact fits the clause, the effect holds. ``statute`` is the id of its basis."""

    statute: str
    text: str
    clause: Clause
    effect: str


def worst(effects: Iterable[str]) -> str:
    """The gravest of the effects; 可承接 when there is none."""
    return max(effects, key=EFFECTS.index, default=ELIGIBLE)


def bars(statutes: Statutes, day: str) -> tuple[Bar, ...]:
    """The bars as the statutes in force on a day (and an office's own settings of them) have them."""
    return tuple(
        Bar(name, text, clause, statutes[name].values["effect"])
        for name, text, clause in (
            ("credit.registered", "尚未成立登记", Clause("org", (("registered", 0),))),
            ("credit.cancelled", "登记状态不正常", Clause("org", (("status", ("注销", "撤销", "吊销")),))),
            ("credit.list-b", "列入严重违法失信名单", _listed("严重违法失信名单")),
            ("credit.list-a", "列入活动异常名录", _listed("活动异常名录")),
            ("credit.major-penalty", "三年内有重大违法记录", _major_kind(statutes)),
            ("credit.large-fine", "三年内有较大数额罚款", _large_fine(statutes)),
            ("credit.inspection", "最近一次年检未通过", _failed_inspection(statutes)),
            ("credit.penalty", "三年内有行政处罚", _any_penalty(statutes)),
            ("credit.rating", "评估等级 3A 以上，同等条件下优先", _high_rating(statutes)),
        )
        if statutes[name].applies(day)
    )


def _listed(name: str) -> Clause:
    return Clause("listing", (("list", name), ("listed", 1)))


def _major_kind(statutes: Statutes) -> Clause:
    values = statutes["credit.major-penalty"].values
    return Clause("penalty", (("kind", Containing(tuple(values["kinds"]))),), values["months"])


def _large_fine(statutes: Statutes) -> Clause:
    values = statutes["credit.large-fine"].values
    return Clause("penalty", (("amount", Between(min=values["amount"] * FEN)),), values["months"])


def _failed_inspection(statutes: Statutes) -> Clause:
    values = statutes["credit.inspection"].values
    return Clause("inspection", (("latest", 1), ("conclusion", tuple(values["conclusions"]))))


def _any_penalty(statutes: Statutes) -> Clause:
    return Clause("penalty", (), statutes["credit.penalty"].values["months"])


def _high_rating(statutes: Statutes) -> Clause:
    return Clause("rating", (("current", 1), ("grade", tuple(statutes["credit.rating"].values["grades"]))))
