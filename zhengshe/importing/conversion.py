"""Rows of text into rows of values: the one loop that runs for every row of a ledger, and is written for that.

A cell is looked up in its column's memo, since ledgers repeat themselves; long texts, which don't, only get a glance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any

from zhengshe import resources
from zhengshe.errors import Issue, UsageError, ValueProblem
from zhengshe.importing import headers
from zhengshe.importing.mapping import Column, SheetMapping, every_name, target_named
from zhengshe.importing.owners import Owners
from zhengshe.importing.readers import Row
from zhengshe.models import Kind, Record
from zhengshe.reading import reader_for
from zhengshe.rules import derive
from zhengshe.values import Value, unguard_formula

_SECOND_TABLE = Issue("second-table", "从这一行起是另一张表，没有读；请分成两个工作表或两个文件再导入")
_FORMULA_ERRORS = frozenset({"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"})
_REMEMBERED = 50_000  # texts a memo holds before it starts anew, so that memory stays flat


def _unit_below(unit: str) -> Issue:
    return Issue(
        "unit-below",
        f"这里说金额单位是{unit}，表头上方没有说，金额没有照此换算；请在表头上方加一行“单位：{unit}”，或删去这句话",
    )


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be taken, and every reason."""

    row: int
    issues: tuple[Issue, ...]


class _Memo(dict[str, Value]):
    """Text -> value for one column. What is odd about a text is kept beside it in ``odd``."""

    def __init__(self, record: Record, column: Column) -> None:
        super().__init__()
        self._record = record
        self.column = column
        self.odd: dict[str, Issue] = {}
        self._read = reader_for(column.target.field, resources.codelists(), unit=column.unit)

    def __missing__(self, text: str) -> Value:
        value: Value = None
        try:
            if text.strip() in _FORMULA_ERRORS:
                raise ValueProblem("formula-error", "是表格公式的错误值，请在台账里改成内容")
            reading = self._read(unguard_formula(text))
            value = derive.settled(self._record, self.column.target.key, reading.value)
            if reading.warning:
                self.odd[text] = Issue(*reading.warning, self.column.header, text, fatal=False)
        except ValueProblem as problem:
            shown = "" if problem.code == "code-identity" else text[:200]
            self.odd[text] = Issue(problem.code, str(problem), self.column.header, shown)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = value
        return value

    def _money(self, text: str) -> Value:
        """Amounts hardly repeat themselves: the plain ones (1234.50, as values.read_money takes them) are not kept."""
        whole, part = text[:-3], text[-2:]
        if len(whole) < 9 and text[-3:-2] == "." and text.isascii() and whole.isdigit() and part.isdigit():
            return int(whole + part) * self.column.unit
        return self[text]

    @property
    def reader(self) -> Callable[[str], Value]:
        """The quickest way to a value of this column."""
        lookup = self.__getitem__
        if self.column.target.field.kind is Kind.MONEY:
            return self._money
        if self.column.target.field.kind is not Kind.TEXT or self._record.noun == "change":
            return lookup

        def read(text: str) -> Value:
            # long enough to be no word for nothing, and nothing in it to strip, to unguard or to refuse
            if len(text) > 6 and text.isprintable() and text[0] not in " '#" and text[-1] != " ":
                return text
            return lookup(text)

        return read


class Conversion:
    """The rows of one sheet as values of ``keys``. After ``rows`` has run, ``rejected``, ``skipped`` and ``warnings``
    tell of what was left out and what was guessed."""

    def __init__(self, rows: Iterable[Row], head: headers.Head, mapping: SheetMapping, owners: Owners) -> None:
        self._rows = rows
        self._head = head
        self._owners = owners
        self._memos = [_Memo(mapping.record, column) for column in mapping.columns]
        self._fixed, self._warned = _constants(mapping, head)
        targets = [*(memo.column.target.key for memo in self._memos), *mapping.constants]
        own = [place for place, key in enumerate(targets) if not owners.uses(key)]
        self._own = _picker(own)
        self._said = [key for key in targets if owners.uses(key)]
        self._owner = _picker([place for place, key in enumerate(targets) if owners.uses(key)])
        self.keys: list[str] = [*(targets[place] for place in own), *owners.keys]
        self.rejected: list[Rejected] = []
        self.skipped: dict[str, list[int]] = {}

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """(row number, values of ``keys`` …) for every row that is a record and can be read."""
        head, owner_of, own_of = self._head, self._owner, self._own
        texts_of = _picker([memo.column.place for memo in self._memos])
        readers = [memo.reader for memo in self._memos]
        odd = [memo.odd for memo in self._memos]
        enough = max((memo.column.place for memo in self._memos), default=0) + 1
        first = min((memo.column.place for memo in self._memos), default=0)
        second = min(1, enough - 1)
        first_head = head.cells[first] if head.cells else ""
        after_gap = False
        for number, row in enumerate(islice(self._rows, head.row, None), head.row + 1):
            if len(row) < enough:
                row = [*row, *[""] * (enough - len(row))]
            # a total says so in its first cells, a blank or a remark fills few, a header starts with its first name
            odd_looking = not row[0] or row.count("") > len(row) - 4 or "计" in row[0] or "计" in row[second]
            odd_looking = odd_looking or "小计" in row or "合计" in row  # below a cell that is merged downwards
            if (odd_looking or row[first] == first_head) and (why := headers.skipped(row, head)):
                self.skipped.setdefault(why, []).append(number)
                if head.unit == 1 and why == headers.REMARK and (unit := headers.unit_in_remark(row)):
                    self.rejected.append(Rejected(number, (_unit_below(unit),)))
                after_gap = True
                continue
            if after_gap:
                if headers.is_another(row, every_name()):
                    self.rejected.append(Rejected(number, (_SECOND_TABLE,)))
                    return
                after_gap = odd_looking  # a title may stand between the gap and the header
            texts = texts_of(row)
            values = (*[read(text) for read, text in zip(readers, texts)], *self._fixed)  # noqa: B905
            if any(odd) and self._is_refused(number, texts):
                continue
            owner = self._owners.find(self._said, owner_of(values))
            if isinstance(owner, Issue):
                self.rejected.append(Rejected(number, (owner,)))
                continue
            yield (number, *own_of(values), *owner)

    def _is_refused(self, number: int, texts: Sequence[str]) -> bool:
        found = [memo.odd[text] for memo, text in zip(self._memos, texts, strict=True) if text in memo.odd]
        for issue in found:
            if not issue.fatal:
                first, count = self._warned.get((issue.column, issue.code), (issue._replace(row=number), 0))
                self._warned[issue.column, issue.code] = (first, count + 1)
        fatal = tuple(issue for issue in found if issue.fatal)
        if fatal:
            self.rejected.append(Rejected(number, fatal))
        return bool(fatal)

    def warnings(self) -> Iterator[Issue]:
        """One word for every kind of guess, with how often it was made."""
        for issue, count in self._warned.values():
            yield issue._replace(message=f"{issue.message}（此类共 {count} 处）") if count > 1 else issue


Warned = dict[tuple[str, str], tuple[Issue, int]]


def _constants(mapping: SheetMapping, head: headers.Head) -> tuple[tuple[Value, ...], Warned]:
    """The values of ``--set``. Raises UsageError when one cannot be read."""
    values, warned = [], {}
    for key, text in mapping.constants.items():
        memo = _Memo(mapping.record, Column(0, f"--set {key}", target_named(mapping.record, key), head.unit))
        values.append(memo[text])
        if issue := memo.odd.get(text):
            if issue.fatal:
                raise UsageError(f"{issue.column}“{text}”：{issue.message}")
            warned[issue.column, issue.code] = (issue, 1)
    return tuple(values), warned


def _picker(places: Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """A function that picks these places of a row, always as a tuple."""
    if len(places) == 1:
        (place,) = places
        return lambda row: (row[place],)
    return itemgetter(*places) if places else lambda _: ()
