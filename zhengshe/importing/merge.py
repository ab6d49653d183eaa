"""Other streets' files into this one.

Records are the same when their natural keys are; blanks on one side are filled from the other, and two different values
in one field are a conflict that somebody must decide. Numbers the program assigned (P2026-001) start anew in every
street, so they identify nothing here: a project is the same when organization, name and year are, and one whose number
is taken gets the next free one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from zhengshe.errors import Issue, RejectedError
from zhengshe.importing.plan import Tell
from zhengshe.models import RECORDS, Record
from zhengshe.store import evidence, records
from zhengshe.store.connection import Connection
from zhengshe.values import Value, to_show

_TOLD_EVERY = 1000  # records


@dataclass
class Merged:
    """What a merge did or would do: records that were new, filled in or equal, numbers that changed, and conflicts."""

    new: int = 0
    filled: int = 0
    same: int = 0
    renumbered: list[tuple[str, str]] = field(default_factory=list)
    conflicts: list[Issue] = field(default_factory=list)


def merge(ours: Connection, theirs: Connection, source: Path, prefer: str | None, result: Merged, tell: Tell) -> None:
    """Bring every record of ``theirs`` in, inside a batch that is already open.

    Raises RejectedError with every conflict when no side is preferred.
    """
    ids: dict[str, dict[int, int]] = {noun: {} for noun in RECORDS}
    for record in _owners_first():
        for place, row in enumerate(records.every(theirs, record)):
            if not place % _TOLD_EVERY:
                tell(f"正在并入 {source.name} 的{record.label}：{place:,} 条")
            values = {key: _translated(record, key, row[key], ids) for key in record.keys}
            ids[record.noun][int(row["id"] or 0)] = _bring(ours, record, values, prefer, source, result)
    evidence.copy_missing(ours, theirs)
    if result.conflicts and prefer is None:
        raise RejectedError(
            f"{source.name} 与本库有 {len(result.conflicts)} 处不一致，没有写入；请加 --prefer ours 或 --prefer theirs",
            tuple(result.conflicts),
        )


def _owners_first() -> Iterator[Record]:
    """Organizations, projects, and then what refers to them; evidence may refer to anything."""
    first = [RECORDS["org"], RECORDS["project"]]
    rest = [record for record in RECORDS.values() if record not in first and record.noun != "document"]
    yield from (*first, *rest, RECORDS["document"])


def _translated(record: Record, key: str, value: Value, ids: dict[str, dict[int, int]]) -> Value:
    """A reference as it reads in our file."""
    if value is None:
        return None
    kind = record[key].kind
    if kind.is_reference:
        return ids[kind.value][int(value)]
    if key == "subject":
        noun, _, row = str(value).partition("/")
        return f"{noun}/{ids[noun][int(row)]}"
    return value


def _bring(
    ours: Connection, record: Record, values: dict[str, Value], prefer: str | None, source: Path, result: Merged
) -> int:
    known = _same_record(ours, record, values)
    if known is None:
        if record.numbered and records.match(ours, record, {"number": values["number"]}):
            old, values["number"] = values["number"], _free_number(ours, record, values)
            result.renumbered.append((str(old), str(values["number"])))
        result.new += 1
        return records.insert(ours, record, {key: value for key, value in values.items() if value is not None})
    mine = records.get(ours, record, known) or {}
    filled = {key: value for key, value in values.items() if value is not None and mine[key] is None}
    differing = {
        key: value
        for key, value in values.items()
        if value is not None and mine[key] is not None and mine[key] != value and key != "number"
    }
    for key, value in differing.items():
        declared = record[key]
        message = f"本库“{to_show(declared.kind, mine[key])}”，对方“{to_show(declared.kind, value)}”"
        column = f"{record.label} #{known} {declared.label}"
        result.conflicts.append(Issue("conflict", message, column=column, file=source.name))
    changed = filled | (differing if prefer == "theirs" else {})
    if changed:
        records.update(ours, record, known, changed)
        result.filled += 1
    else:
        result.same += 1
    return known


def _same_record(ours: Connection, record: Record, values: dict[str, Value]) -> int | None:
    return records.match(ours, record, values | {"number": None} if record.numbered else values)


def _free_number(ours: Connection, record: Record, values: dict[str, Value]) -> str:
    year = int(str(values.get("year") or values[record.dated])[:4])
    return records.next_number(ours, record, year)
