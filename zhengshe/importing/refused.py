"""Rows that were refused, beside the ledger: what they say, and which of our records they may be about.

A row whose conclusion cannot be read still names an organization and a year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from zhengshe.errors import Issue
from zhengshe.importing.conversion import Memo, constants
from zhengshe.importing.mapping import OWNER_CODE, OWNER_NUMBER, PROJECT_NAME, Column
from zhengshe.importing.names import Names
from zhengshe.importing.plan import Plan
from zhengshe.models import Kind
from zhengshe.reading import is_credit_code, is_identity_card, narrow
from zhengshe.store import lookup, records
from zhengshe.store.connection import Connection
from zhengshe.values import Value

_TOLD = 4  # cells
_TORN = "row-too-wide"  # its cells may stand under the wrong headers
_NO_RECORD = "unit-below"  # a remark
_UNREAD = "second-table"  # stands for all rows below it
# the columns that name the organization or project, and by what each is looked up
_ORGANIZATION = (
    (OWNER_CODE, "uscc"),
    (OWNER_NUMBER, "reg_no"),
    ("org", "code"),
    ("org", "name"),
    ("org", "former name"),
)
_ITSELF = (("uscc", "uscc"), ("reg_no", "reg_no"), ("name", "name"), ("name", "former name"))
_PROJECT = tuple((key, by) for key in ("project", PROJECT_NAME) for by in ("project number", "project name"))


class About(NamedTuple):
    """What a row may be about: some of our records, or something that we do not have; or it does not say whose it is,
    and may be about any."""

    records: frozenset[int] = frozenset()
    is_new: bool = False
    is_untold: bool = False


class RefusedRows:
    """The refused rows of one plan."""

    def __init__(self, db: Connection, plan: Plan) -> None:
        self._db, self._record = db, plan.record
        self._memos = [Memo(plan.record, column) for column in plan.mapping.columns]
        self._fixed = dict(zip(plan.mapping.constants, constants(plan.mapping, plan.head)[0], strict=True))
        self._names = Names(db)
        owner = plan.record.owner
        self._identity = _ITSELF if owner is None else _PROJECT if owner.kind is Kind.PROJECT else _ORGANIZATION

    def about(self, cells: Sequence[str], issues: Sequence[Issue]) -> About:
        codes = {issue.code for issue in issues}
        if codes & {_NO_RECORD, _UNREAD}:
            return About(is_untold=_UNREAD in codes)
        values, unread = self._read(cells)
        keys = {key for key, _ in self._identity}
        unread |= keys | {*self._record.keys} if _TORN in codes else set()
        named, owner = self._named(values), self._record.owner
        found = self._belonging(owner.key, named, values, unread) if owner else named
        if self._record.numbered and (row := records.match(self._db, self._record, {"number": values.get("number")})):
            found.add(row)
        says_who = bool(named) or (not keys & unread and any(values.get(key) is not None for key in keys))
        return About(frozenset(found), is_new=says_who and not found, is_untold=not says_who and not found)

    def _read(self, cells: Sequence[str]) -> tuple[dict[str, Value], set[str]]:
        """What can be read of a row, and the fields that cannot."""
        values, unread = {**self._fixed}, set()
        for memo in self._memos:
            text, key = _cell(cells, memo.column), memo.column.target.key
            values[key] = memo[text]
            if (issue := memo.odd.get(text)) and issue.fatal:
                unread.add(key)
        return values, unread

    def _named(self, values: Mapping[str, Value]) -> set[int]:
        """The organizations or projects that a row names in any way; ours only."""
        found: set[int] = set()
        for key, by in self._identity:
            if (value := values.get(key)) is not None:
                found.update(lookup.exactly(self._db, by, str(value)))
                found |= self._names.alike(str(value)) if by == "name" else set()
        return found

    def _belonging(self, key: str, owners: set[int], values: Mapping[str, Value], unread: set[str]) -> set[int]:
        of_them = (each for owner in owners for each in records.children(self._db, self._record.noun, key, owner))
        return {int(each["id"] or 0) for each in of_them if self._fits(each, values, unread)}

    def _fits(self, known: Mapping[str, Value], values: Mapping[str, Value], unread: set[str]) -> bool:
        """Does nothing that can be read of the row say that it is another record of this owner?"""
        keys = self._record.natural_keys
        for key in keys:
            parts = [part for part in key if self._record[part] is not self._record.owner and part not in unread]
            said = [part for part in parts if values.get(part) is not None or key is not keys[-1]]
            if all(values.get(part) is not None and values[part] == known[part] for part in said):
                return True
        return False


def said(plan: Plan, cells: Sequence[str]) -> str:
    """What a row of the list says, in its own words: the first cells, those that name it before the others. No identity
    number is repeated."""
    order = {key: place for place, key in enumerate(plan.record.keys)}
    columns = sorted(plan.mapping.columns, key=lambda column: order.get(column.target.key, 1))
    texts = [text for column in columns if (text := _cell(cells, column).strip()) and not _is_personal(text)]
    return "，".join(texts[:_TOLD])


def filled(plan: Plan, cells: Sequence[str]) -> set[str]:
    """The fields of which a row says anything."""
    return {column.target.key for column in plan.mapping.columns if _cell(cells, column).strip()}


def _is_personal(text: str) -> bool:
    number = re.sub(r"[\s\-'`]", "", narrow(text).upper())
    return is_identity_card(number) and not is_credit_code(number)


def _cell(cells: Sequence[str], column: Column) -> str:
    return cells[column.place] if column.place < len(cells) else ""
