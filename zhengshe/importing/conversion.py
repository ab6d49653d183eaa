"""Rows of text into rows of values: what runs for every cell of a ledger, and is written for that.

A few hundred rows are turned into columns, and a column is read in one go. A cell is looked up in its column's memo,
since ledgers repeat themselves; long texts, which don't, only get a glance.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from zhengshe import resources
from zhengshe.errors import Issue, UsageError, ValueProblem
from zhengshe.importing import headers
from zhengshe.importing.footnotes import Naming
from zhengshe.importing.mapping import Column, SheetMapping, target_named
from zhengshe.importing.owners import Owners
from zhengshe.importing.readers import Row
from zhengshe.importing.sifting import Rejected, Sieve
from zhengshe.models import Kind, Record
from zhengshe.reading import reader_for
from zhengshe.rules import derive
from zhengshe.store.staging import Batch
from zhengshe.values import Value, unguard_formula

_SHORT = 6  # characters: words for nothing have no more
_ODD = (*" '#", "E+", "e+")  # in texts that must be looked at
_REMEMBERED = 50_000  # texts a memo holds before it starts anew, so that memory stays flat


class Memo(dict[str, Value]):
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

    def read(self, texts: Sequence[str]) -> Sequence[Value]:
        """The values of these cells, in the quickest way for what the column holds."""
        kind = self.column.target.field.kind
        if kind is Kind.MONEY:
            # amounts hardly repeat themselves: the plain ones (1234.50, as reading.read_money takes them) are not kept
            unit = self.column.unit
            return [
                int(digits) * unit
                if 3 < len(text) < 12
                and text[-3] == "."
                and (digits := text[:-3] + text[-2:]).isdigit()
                and digits.isascii()
                else self[text]
                for text in texts
            ]
        may_be_long = kind is Kind.TEXT and self._record.noun != "change" and not self.column.target.field.of_person
        if may_be_long and max(map(len, texts)) > _SHORT:
            # too long to be a word for nothing, and nothing in it to strip, to unguard or to refuse
            if min(map(len, texts)) > _SHORT and _is_plain("".join(texts)):
                return texts
            return [
                text
                if len(text) > _SHORT
                and text.isprintable()
                and text[0] not in " '#"
                and text[-1] != " "
                and "E+" not in text
                and "e+" not in text
                else self[text]
                for text in texts
            ]
        return [*map(self.__getitem__, texts)]


def _is_plain(text: str) -> bool:
    return text.isprintable() and not any(mark in text for mark in _ODD)


class _Owned(dict[tuple[Value, ...], tuple[Value, ...]]):
    """What the columns say of an owner -> the ids of the owners. Why one cannot be had is kept in ``refused``."""

    def __init__(self, owners: Owners, said: Sequence[str]) -> None:
        super().__init__()
        self._owners, self._said = owners, said
        self.refused: dict[tuple[Value, ...], Issue] = {}

    def __missing__(self, said: tuple[Value, ...]) -> tuple[Value, ...]:
        found = self._owners.find(self._said, said)
        if isinstance(found, Issue):
            self.refused[said] = found
            found = ()
        self[said] = found
        return found


class Conversion:
    """The rows of one sheet as values of ``keys``; ``along`` whose rows these are, when only a part of what they say is
    read. After ``batches`` has run, ``rejected``, ``skipped``, ``unnamed`` (columns) and ``warnings`` tell of what was
    left out and what was guessed, ``legible`` what can be read of rejected rows."""

    def __init__(
        self,
        blocks: Iterable[Sequence[Row]],
        head: headers.Head,
        mapping: SheetMapping,
        owners: Owners,
        *,
        along: SheetMapping | None = None,
        nameless: Collection[int] = (),
    ) -> None:
        self._memos = [Memo(mapping.record, column) for column in mapping.columns]
        places = [memo.column.place for memo in self._memos]
        naming, exported, bare = mapping.naming, mapping.exported, mapping.has_bare_amounts
        if along:  # a total is one of everything that its row says
            naming = Naming(along.naming.names, (*along.naming.keys, *naming.keys))
        self._sieve = Sieve(blocks, head, places, naming, exported=exported, bare_amounts=bare, nameless=nameless)
        self._fixed, self._warned = constants(mapping, head)
        self._targets = targets = [*(memo.column.target.key for memo in self._memos), *mapping.constants]
        self._own = [place for place, key in enumerate(targets) if not owners.uses(key)]
        self._owner = [place for place, key in enumerate(targets) if owners.uses(key)]
        self._owned = _Owned(owners, [targets[place] for place in self._owner])
        self._owner_keys = owners.keys
        self.keys: list[str] = [*(targets[place] for place in self._own), *owners.keys]
        self.rejected, self.skipped, self.unnamed = self._sieve.rejected, self._sieve.skipped, self._sieve.unnamed
        identity = {part for key in mapping.record.natural_keys for part in key}
        self._identity = [place for place in self._own if targets[place] in identity]
        self._half_read: dict[int, tuple[dict[str, Value], tuple[Value, ...]]] = {}

    def batches(self) -> Iterator[Batch]:
        """The rows that are records and can be read: their numbers, and the values of ``keys`` by column."""
        for numbers, texts in self._sieve:
            columns: list[Sequence[Any]] = [memo.read(texts[memo.column.place]) for memo in self._memos]
            columns += [[value] * len(numbers) for value in self._fixed]
            if refused := self._refused(numbers, texts):
                self._note(refused, numbers, columns)
                numbers, columns = _without(refused, numbers, columns)
            found: Iterable[Sequence[Value]] = ()
            if self._owner:
                said = [*zip(*(columns[place] for place in self._owner), strict=True)]
                owners: Sequence[Any] = [*map(self._owned.__getitem__, said)]
                if unknown := self._unknown(numbers, said):
                    self._note(unknown, numbers, columns)
                    numbers, (owners, *columns) = _without(unknown, numbers, [owners, *columns])
                found = zip(*owners, strict=True)
            if numbers:
                yield numbers, [*(columns[place] for place in self._own), *found]
        self.rejected.sort(key=attrgetter("row"))

    def _refused(self, numbers: Sequence[int], texts: Sequence[Sequence[str]]) -> set[int]:
        """The places of rows that have a cell which cannot be read. What is only odd is counted."""
        # hardly a column has anything odd, and isdisjoint would look up every cell in nothing
        odd = [memo for memo in self._memos if memo.odd and not memo.odd.keys().isdisjoint(texts[memo.column.place])]
        refused = set()
        for place, number in enumerate(numbers) if odd else ():
            found = [memo.odd[text] for memo in odd if (text := texts[memo.column.place][place]) in memo.odd]
            for issue in found:
                if not issue.fatal:
                    first, count = self._warned.get((issue.column, issue.code), (issue._replace(row=number), 0))
                    self._warned[issue.column, issue.code] = (first, count + 1)
            if fatal := tuple(issue for issue in found if issue.fatal):
                self.rejected.append(Rejected(number, fatal))
                refused.add(place)
        return refused

    def _unknown(self, numbers: Sequence[int], said: Sequence[tuple[Value, ...]]) -> set[int]:
        """The places of rows whose owner cannot be had."""
        refused = self._owned.refused
        if not refused or refused.keys().isdisjoint(said):
            return set()
        unknown = {place for place, each in enumerate(said) if each in refused}
        self.rejected += (Rejected(numbers[place], (refused[said[place]],)) for place in unknown)
        return unknown

    def _note(self, refused: set[int], numbers: Sequence[int], columns: Sequence[Sequence[Any]]) -> None:
        """Keep what rows that are refused say all the same of which record they are."""
        for place in refused:
            values = {self._targets[each]: columns[each][place] for each in self._identity}
            said = tuple(columns[each][place] for each in self._owner)
            self._half_read[numbers[place]] = (values, said)

    def legible(self) -> Iterator[tuple[int, dict[str, Value]]]:
        """(row, what it says of which record it is) for rejected rows; an owner only where another row names it in the
        same way."""
        for row, (values, said) in self._half_read.items():
            owners = self._owned.get(said, ()) if self._owner else ()
            known = values | dict(zip(self._owner_keys, owners, strict=False))
            yield row, {key: value for key, value in known.items() if value is not None}

    def warnings(self) -> Iterator[Issue]:
        """One word for every kind of guess, with how often it was made."""
        for issue, count in self._warned.values():
            yield issue._replace(message=f"{issue.message}（此类共 {count} 处）") if count > 1 else issue


Warned = dict[tuple[str, str], tuple[Issue, int]]


def constants(mapping: SheetMapping, head: headers.Head) -> tuple[tuple[Value, ...], Warned]:
    """The values of ``--set``. Raises UsageError when one cannot be read."""
    values, warned = [], {}
    for key, text in mapping.constants.items():
        memo = Memo(mapping.record, Column(0, f"--set {key}", target_named(mapping.record, key), head.unit or 1))
        values.append(memo[text])
        if issue := memo.odd.get(text):
            if issue.fatal:
                shown = f"“{issue.value}”" if issue.value else ""
                raise UsageError(f"{issue.column}{shown}：{issue.message}")
            warned[issue.column, issue.code] = (issue, 1)
    return tuple(values), warned


def _without(
    left_out: Container[int], numbers: Sequence[int], columns: Sequence[Sequence[Any]]
) -> tuple[list[int], list[Sequence[Any]]]:
    """Rows by column, without those at these places."""
    kept = [place for place in range(len(numbers)) if place not in left_out]
    return [numbers[place] for place in kept], [[column[place] for place in kept] for column in columns]
