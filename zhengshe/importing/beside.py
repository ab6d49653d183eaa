"""A row of a list beside the record it is about, field by field.

An import reads a blank as nothing said. Here it is something: the list has no day of removal where we have one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from zhengshe.importing import entry
from zhengshe.importing.names import same_name
from zhengshe.importing.plan import Plan
from zhengshe.rules import derive
from zhengshe.store.connection import Connection
from zhengshe.values import Value


class Difference(NamedTuple):
    """A field in which a record and a row of the list differ."""

    key: str
    ours: Value
    theirs: Value
    why: str = ""


class Beside:
    """The rows of one plan beside our records."""

    def __init__(self, db: Connection, plan: Plan) -> None:
        self._db, self._record = db, plan.record
        self._keys = [key for key in plan.record.keys if key in plan.mapping.keys]
        # an import leaves a name alone that is only another spelling, or a former one
        self._names_left = {issue.row: issue.value for issue in plan.guesses if issue.code == "name-kept"}

    def differences(self, row: int, ours: Mapping[str, Value], theirs: Mapping[str, Value]) -> Iterator[Difference]:
        """Where the list says something else than we do, in the columns that it has. What it leaves blank is a
        difference too, unless a blank there means what we have (the status 正常, the kind that a code tells)."""
        for key in self._keys:
            if ours[key] == theirs[key]:
                continue
            if key == "name" and (name := self._names_left.get(row)):
                if not same_name(name, str(ours[key])):
                    yield Difference(key, ours[key], name, "对方写的是曾用名")
            elif theirs[key] is not None or not self._goes_without_saying(key, ours, theirs):
                yield Difference(key, ours[key], theirs[key])

    def _goes_without_saying(self, key: str, ours: Mapping[str, Value], theirs: Mapping[str, Value]) -> bool:
        if key not in derive.derivable(self._record):
            return False
        return entry.complete(self._db, self._record, {**theirs})[key] == ours[key]
