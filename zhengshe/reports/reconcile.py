"""Our own records beside an official list: only here, only there, what differs field by field, and what cannot be told.

Every row of the list and every record of ours has its place: a record is only here when no row is about it, nor may be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from zhengshe.errors import Issue
from zhengshe.importing.beside import Beside, Difference
from zhengshe.importing.owners import ADVICE
from zhengshe.importing.plan import Plan
from zhengshe.importing.refused import RefusedRows, filled, said
from zhengshe.models import RECORDS, Field, Kind
from zhengshe.reports import importing
from zhengshe.reports import records as record_reports
from zhengshe.reports.report import Column, Paragraph, Report, Table
from zhengshe.store.connection import Connection
from zhengshe.values import Value, to_show

_COLUMNS = (
    Column("row", "行", Kind.COUNT),
    Column("record", "记录"),
    Column("state", "比对"),
    Column("field", "字段"),
    Column("ours", "本库"),
    Column("theirs", "对方"),
    Column("sheet", "工作表", aside=True),
    Column("message", "说明", aside=True),
)
_ALIKE, _DIFFERENT, _THERE, _HERE, _UNREAD = "一致", "不同", "只在对方", "只在本库", "不能比对"
_BLANK = "（空）"
_PARTLY = ("sheet-unknown", "header-repeated")  # guesses which say that something of the list was not read


class Comparison(NamedTuple):
    """What came out, what it comes to in a few lines, and how many rows of the list could not be compared."""

    report: Report
    summary: str
    unread: int


class _Line(NamedTuple):
    """A line of the table; see its columns."""

    row: int | None
    record: str
    state: str
    field: str = ""
    ours: str = ""
    theirs: str = ""
    sheet: str = ""
    message: str = ""


def compare(db: Connection, plans: Sequence[Plan]) -> Comparison:
    """What the plans for the sheets of a list found, told as a comparison; nothing is written."""
    sheets = [_Sheet(db, plan, plans) for plan in plans]
    left = [line for record in RECORDS.values() for line in _left(db, [s for s in sheets if s.plan.record is record])]
    counts = Counter(chain.from_iterable(sheet.states.values() for sheet in sheets))
    counts[_HERE] = sum(line.state == _HERE for line in left)
    lines = [*chain.from_iterable(sheet.lines() for sheet in sheets), *left]
    summary = "\n".join([_counted(counts), *_doubts(sheets, len(left) - counts[_HERE])])
    words = [Paragraph(importing.recognised(plan)) for plan in plans]
    return Comparison(Report([Table(_COLUMNS, lines, "比对结果", note=summary), *words]), summary, counts[_UNREAD])


class _Sheet:
    """One sheet of the list: the state of every row (``states``), what there is to say of it, and which of our records
    each refused row may be about (``possible``)."""

    def __init__(self, db: Connection, plan: Plan, plans: Sequence[Plan]) -> None:
        self.plan = plan
        self.states: dict[int, str] = {}
        self.possible: dict[int, frozenset[int]] = {}
        self.untold = 0
        self.blank_columns: set[str] = set()
        self._db, self._plans = db, plans
        self._lines: dict[int, list[_Line]] = {}
        self._compare()
        self._tell_the_others()

    def lines(self) -> Iterator[_Line]:
        """In the order of the list."""
        return chain.from_iterable(lines for _, lines in sorted(self._lines.items()))

    def _compare(self) -> None:
        said_of: set[str] = set()
        beside = Beside(self._db, self.plan)
        for row, record, ours, theirs in self.plan.stage.beside():
            said_of.update(key for key, value in theirs.items() if value is not None)
            if record is None or record < 0:  # new, or said again of what another row says
                self.states[row] = _THERE
                continue
            found = [*beside.differences(row, ours, theirs)]
            self.states[row] = _DIFFERENT if found else _ALIKE
            if found:
                label = record_reports.label(self._db, self.plan.record, record)
                self._lines[row] = [self._difference(row, label, each) for each in found]
                self.blank_columns.update(each.key for each in found if each.theirs is None)
        self.blank_columns -= said_of

    def _difference(self, row: int, label: str, found: Difference) -> _Line:
        declared = self.plan.record[found.key]
        ours, theirs = self._shown(declared, found.ours), self._shown(declared, found.theirs)
        return _Line(row, label, _DIFFERENT, declared.label, ours, theirs, self.plan.sheet.name, found.why)

    def _shown(self, declared: Field, value: Value) -> str:
        """A value for people; a reference by what it is called, also when another sheet of the list brings it."""
        if value is None:
            return _BLANK
        if not declared.kind.is_reference:
            return to_show(declared.kind, value)
        for other in self._plans:
            if (row := other.stage.referred(int(value))) is not None:
                return str(other.stage.value(row, "name"))
        return record_reports.label(self._db, RECORDS[declared.kind.value], int(value))

    def _tell_the_others(self) -> None:
        """The rows that are only there, and those that were refused: by what the list says."""
        refused = {row: issues for row, issues in self.plan.rejected_rows.items() if row}
        new = {row for row, state in self.states.items() if state == _THERE}
        rows = RefusedRows(self._db, self.plan)
        for number, cells in enumerate(self.plan.sheet.rows, 1) if refused or new else ():
            if number in refused:
                about = rows.about(cells, refused[number])
                self.states[number] = _THERE if about.is_new else _UNREAD
                self.possible[number] = about.records
                self.untold += about.is_untold
                self.blank_columns -= filled(self.plan, cells)
            if number in refused or number in new:
                self._lines[number] = [self._other(number, said(self.plan, cells), refused.get(number, ()))]

    def _other(self, row: int, words: str, issues: Sequence[Issue]) -> _Line:
        possible, label = self.possible.get(row, frozenset()), ""
        if len(possible) == 1:
            label = record_reports.label(self._db, self.plan.record, *possible)
        why = "；".join(map(_why, issues))
        return _Line(row, label, self.states[row], "", "", words, self.plan.sheet.name, why)


def _why(issue: Issue) -> str:
    message = issue.message.removesuffix(ADVICE)
    if issue.code == "owner-unknown" or not issue.column or issue.value in message:
        return message
    return f"{issue.column}“{issue.value}”：{message}"


def _left(db: Connection, sheets: Sequence[_Sheet]) -> Iterator[_Line]:
    """Our records of one noun that no row of these sheets names, but for those that stand beside a refused row."""
    may_be: dict[int, str] = {}
    told: set[int] = set()
    for sheet in sheets:
        for row, possible in sheet.possible.items():
            told |= possible if len(possible) == 1 else set()
            for record in possible:
                may_be.setdefault(record, f"{sheet.plan.sheet.name} 第 {row} 行".strip())
    stages = [sheet.plan.stage for sheet in sheets]
    for row in stages[0].absent(stages[1:]) if stages else ():
        if row in told:
            continue
        label = record_reports.label(db, sheets[0].plan.record, row)
        if row in may_be:
            yield _Line(None, label, _UNREAD, message=f"可能就是名单{may_be[row]}，那一行不能比对")
        else:
            yield _Line(None, label, _HERE)


def _counted(counts: Mapping[str, int]) -> str:
    rows = "，".join(f"{state} {counts[state]} 行" for state in (_ALIKE, _DIFFERENT, _THERE, _UNREAD))
    return f"名单中{rows}；{_HERE} {counts[_HERE]} 条。没有写入任何内容。"


def _doubts(sheets: Sequence[_Sheet], possible: int) -> Iterator[str]:
    """What makes the result less than certain."""
    if possible:
        yield f"本库 {possible} 条可能就是不能比对的行，没有算作{_HERE}。"
    if untold := sum(sheet.untold for sheet in sheets):
        yield f"不能比对的行中有 {untold} 行看不出是谁的，{_HERE}的也可能在其中。"
    for sheet in sheets:
        partly = {issue.code: f"{issue.column}{issue.message}" for issue in sheet.plan.guesses if issue.code in _PARTLY}
        yield from (f"{message}；{_HERE}的也可能在那里。" for message in partly.values())
        for label in (sheet.plan.record[key].label for key in sheet.plan.record.keys if key in sheet.blank_columns):
            yield f"名单的{label}列全是空白，与本库有内容的算作不同；如是没有填的列，请删去再比。"
