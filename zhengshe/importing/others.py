"""Other streets' files, opened for a merge, and where their records are in ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from zhengshe.errors import Issue
from zhengshe.models import RECORDS, Record
from zhengshe.store import records
from zhengshe.store.connection import Connection, open_copy
from zhengshe.values import Value


class Other:
    """One other file.

    ids     by noun: the id there -> the id in ours; None for a record that was refused
    taken   the records of ours that those of the noun at hand were found to be
    """

    def __init__(self, path: Path, name: str, db: Connection) -> None:
        self.path = path
        self.name = name
        self.db = db
        self.ids: dict[str, dict[int, int | None]] = {noun: {} for noun in RECORDS}
        self.taken: set[int] = set()

    def rows(self, record: Record, issues: list[Issue]) -> Iterator[tuple[int, dict[str, Value]]]:
        """(id, values) of every record whose references are known; a reference to nothing is an issue. What belongs to
        a refused record waits with it."""
        for row in records.every(self.db, record):
            theirs = int(row["id"] or 0)
            try:
                values = self._in_our_terms(record, row)
            except _NothingThereError as missing:
                values = None
                message = f"所属的 {missing} 不存在；请用 zhengshe --db {self.path} doctor 检查"
                column = f"{self.name} 的{record.label} #{theirs}"
                issues.append(Issue("dangling", message, column=column, file=self.name))
            if values is None:
                self.ids[record.noun][theirs] = None
            else:
                yield theirs, values

    def values(self, record: Record, theirs: int) -> dict[str, Value]:
        """The values of one of those records again."""
        return self._in_our_terms(record, self.stored(record, theirs)) or {}

    def stored(self, record: Record, theirs: int) -> dict[str, Value]:
        """The same as the file has them."""
        return records.get(self.db, record, theirs) or {}

    def those_in(self, record: Record, wanted: set[int]) -> dict[int, list[int]]:
        """For these records of ours the ids there that were found to be them."""
        found: dict[int, list[int]] = {}
        for theirs, mine in self.ids[record.noun].items():
            if mine in wanted:
                found.setdefault(mine, []).append(theirs)
        return found

    def _in_our_terms(self, record: Record, row: Mapping[str, Value]) -> dict[str, Value] | None:
        """The values with references as they read in our file; None when they lead to a refused record."""
        values = {key: row[key] for key in record.keys}
        for field in record.fields:
            value = values[field.key]
            if value is None or not (field.kind.is_reference or field.key == "subject"):
                continue
            subject = f"{field.kind.value}/{value}" if field.kind.is_reference else str(value)
            noun, _, there = subject.partition("/")
            known = self.ids.get(noun, {})
            if not there.isdecimal() or int(there) not in known:
                raise _NothingThereError(f"{RECORDS[noun].label} #{there}" if noun in RECORDS else subject)
            mine = known[int(there)]
            if mine is None:
                return None
            values[field.key] = mine if field.kind.is_reference else f"{noun}/{mine}"
        return values


class _NothingThereError(LookupError):
    """A reference to a record that the file does not have."""


@contextmanager
def opened(paths: Sequence[Path]) -> Iterator[list[Other]]:
    """Copies of the files, in an order that does not depend on the one they were named in. Files of one name in two
    folders are called by their paths. DatabaseError when one cannot be read."""
    times = Counter(path.name for path in {*paths})
    with ExitStack() as stack:
        others = []
        for path in sorted({*paths}):
            name = path.name if times[path.name] == 1 else str(path)
            others.append(Other(path, name, stack.enter_context(closing(open_copy(path)))))
        yield others
