"""The front desk: an open file, a clock and an operator, and every verb once.

    from zhengshe import open_ledger

    with open_ledger("zhengshe.db", today="2026-06-30") as ledger:
        ledger.add("inspection", "老年协会", year=2025, conclusion="合格")
        for row in ledger.list("org", kind="社区社会组织").rows: ...

The commands use nothing else.
"""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from zhengshe import resources
from zhengshe.errors import Issue, NotFoundError, RejectedError, UsageError, ValueProblem
from zhengshe.models import ORG, PROJECT, RECORDS, Field, Kind, Record
from zhengshe.reports import records as record_reports
from zhengshe.reports.report import Report, Table
from zhengshe.rules import derive
from zhengshe.store import history, lookup, query, records
from zhengshe.store.connection import Connection, open_database
from zhengshe.values import Value, reader_for

if TYPE_CHECKING:
    from zhengshe.importing.plan import Plan

Given = str | int | float | dt.date | None


@dataclass(frozen=True)
class Saved:
    """What a write did: the record, what to call it, and what was guessed or looked odd."""

    id: int
    label: str
    warnings: tuple[Issue, ...] = ()
    batch: int | None = None


def open_ledger(
    path: str | Path,
    *,
    today: str | dt.date | None = None,
    operator: str | None = None,
    command: str = "python",
    create: bool = False,
) -> Ledger:
    """Open (with ``create``: make) a ledger file.

    ``today`` is the day the rules reckon from, by default the computer's; ``operator`` and ``command`` go into the
    history. Raises DatabaseError when the file cannot be used.
    """
    day = dt.date.fromisoformat(today) if isinstance(today, str) else today or dt.date.today()
    database = open_database(Path(path), create=create)
    return Ledger(Path(path), database, day, operator or getpass.getuser(), command)


class Ledger:
    """An open ledger; use it as a context manager, or close it."""

    def __init__(self, path: Path, db: Connection, today: dt.date, operator: str, command: str) -> None:
        self.path = path
        self.today = today
        self._db = db
        self._operator = operator
        self._command = command

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    # -- one record ---------------------------------------------------------------------------------------------------

    def add(self, noun: str, owner: str | None = None, /, **given: Given) -> Saved:
        """Register a record. Raises RejectedError for bad or missing values, or when the record exists already."""
        record = RECORDS[noun]
        values, warnings = self._read(record, given)
        if record.owner:
            values[record.owner.key] = self._owner(record, owner or "")
        values = self._complete(record, values)
        if existing := records.match(self._db, record, values):
            raise RejectedError(f"已有这条{record.label}（#{existing}），没有写入；要修改请用 zhengshe {noun} edit")
        with self._batch() as batch:
            if record.numbered and not values.get("number"):
                values["number"] = records.next_number(self._db, record, self._number_year(values))
            self._require(record, values)
            row = records.insert(self._db, record, values)
            if noun == "change":
                warnings += self._apply_change(values)
            self._remember_names(record, values)
        return Saved(row, self._label(record, row), tuple(warnings), batch)

    def edit(self, noun: str, ref: str, /, **given: Given) -> Saved:
        """Change the given fields of one record; an empty text clears a field."""
        record = RECORDS[noun]
        row = self.find(noun, ref)
        values, warnings = self._read(record, given)
        if record.owner and record.owner.key in values:
            values[record.owner.key] = self._owner(record, str(values[record.owner.key]))
        before = records.get(self._db, record, row) or {}
        changed = {key: value for key, value in values.items() if before.get(key) != value}
        self._require(record, before | changed)
        if not changed:
            return Saved(row, self._label(record, row), tuple(warnings))
        with self._batch() as batch:
            same = records.match(self._db, record, before | changed)
            if same not in (None, row):
                raise RejectedError(f"改后与另一条{record.label}（#{same}）相同，没有写入")
            records.update(self._db, record, row, changed)
            self._remember_names(record, changed)
        return Saved(row, self._label(record, row), tuple(warnings), batch)

    def remove(self, noun: str, ref: str) -> Saved:
        """Delete one record. Raises RejectedError while others belong to it."""
        record = RECORDS[noun]
        row = self.find(noun, ref)
        label = self._label(record, row)
        with self._batch() as batch:
            records.delete(self._db, record, row)
            self._remember_names(record, {"name": None})
        return Saved(row, label, (), batch)

    def show(self, noun: str, ref: str, *, with_history: bool = False) -> Report:
        """One record, what belongs to it, and with ``with_history`` every change to it."""
        return record_reports.card(self._db, RECORDS[noun], self.find(noun, ref), self.today, with_history)

    def list(
        self,
        noun: str,
        *,
        since: str | None = None,
        until: str | None = None,
        where: Mapping[str, str] | None = None,
        sort: Sequence[str] = (),
        limit: int | None = None,
        columns: Sequence[str] | None = None,
        **filters: Given,
    ) -> Table:
        """Records as a table. ``filters`` hold a field's value each; a date filter takes a year, a month or a day.

        ``columns`` names the fields to show, by default all; ``sort`` holds keys, with a leading ``-`` for descending.
        """
        record = RECORDS[noun]
        conditions = [self._filter(record, key, str(value)) for key, value in filters.items() if value is not None]
        conditions += [self._filter(record, key, value) for key, value in (where or {}).items()]
        conditions += self._period(record, since, until)
        order = [(self._key(record, key.lstrip("-")), key.startswith("-")) for key in sort]
        return record_reports.listing(self._db, record, conditions, order, limit, columns, self.today)

    def find(self, noun: str, ref: str) -> int:
        """The id of the record that ``ref`` names. Raises NotFoundError for none, and for several."""
        record = RECORDS[noun]
        if record.owner is None or record.numbered:
            matches = self._named(record, ref)
        elif (ref.removeprefix("#")).isdecimal():
            row = int(ref.removeprefix("#"))
            matches = [lookup.Match(row, "")] if records.get(self._db, record, row) else []
        else:
            matches = lookup.owned(self._db, record, [self._owner(record, ref)])
        return _only(matches, record, ref)

    # -- history ------------------------------------------------------------------------------------------------------

    def log(self, *, org: str | None = None, batch: int | None = None, since: str | None = None) -> Table:
        """The history: a line a batch, or with ``org`` or ``batch`` a line for every field that changed."""
        owner = self.find("org", org) if org else None
        if owner or batch:
            return record_reports.changes(history.entries(self._db, org=owner, batch=batch, since=since))
        return record_reports.batches(history.batches(self._db, since=since))

    def undo(self, batch: int | None = None) -> tuple[int, int, int]:
        """Take back a batch, by default the last one; returns (undone batch, new batch, records)."""
        number = batch if batch is not None else history.last_batch(self._db)
        if number is None:
            raise NotFoundError("还没有任何写入，无可撤销")
        new, count = history.undo(self._db, number, self._operator)
        return number, new, count

    def info(self) -> Report:
        """What this file holds."""
        return record_reports.info(self._db, self.path)

    # -- helpers ------------------------------------------------------------------------------------------------------

    def _batch(self) -> Any:
        return history.batch(self._db, self._command, self._operator)

    def _named(self, record: Record, ref: str) -> list[lookup.Match]:
        if record.noun == "org":
            return lookup.organizations(self._db, ref)
        return lookup.numbered(self._db, record, ref)

    def _owner(self, record: Record, ref: str) -> int | str:
        """The stored value of a record's owner field: an id, or for evidence ``noun/id``."""
        owner = record.owner
        assert owner is not None
        if not ref:
            raise UsageError(f"请指明{owner.label}")
        if owner.kind.is_reference:
            return self.find(owner.kind.value, ref)
        noun, _, row = ref.partition("/")
        if noun in RECORDS and row.isdecimal():
            return f"{noun}/{self.find(noun, '#' + row)}"
        for noun in ("project", "finding"):
            if ref.upper().startswith(RECORDS[noun].numbered or ""):
                return f"{noun}/{self.find(noun, ref)}"
        return f"org/{self.find('org', ref)}"

    def _read(self, record: Record, given: Mapping[str, Given]) -> tuple[dict[str, Value], list[Issue]]:
        values: dict[str, Value] = {}
        issues: list[Issue] = []
        for key, raw in given.items():
            if raw is None:
                continue
            field = record[self._key(record, key)]
            text = ("是" if raw else "否") if isinstance(raw, bool) else str(raw)
            try:
                reading = reader_for(field, resources.codelists())(text)
            except ValueProblem as problem:
                shown = "" if problem.code == "code-identity" else text
                issues.append(Issue(problem.code, str(problem), column=field.label, value=shown))
                continue
            values[key] = reading.value
            if field.kind.is_reference and isinstance(reading.value, str) and field is not record.owner:
                values[key] = self.find(field.kind.value, reading.value)
            if reading.warning:
                issues.append(Issue(*reading.warning, column=field.label, value=text, fatal=False))
        if fatal := tuple(issue for issue in issues if issue.fatal):
            first = fatal[0]
            raise RejectedError(f"{first.column}“{first.value}”：{first.message}", fatal)
        return values, issues

    def _complete(self, record: Record, values: dict[str, Value]) -> dict[str, Value]:
        if record.noun == "change":
            return self._complete_change(values)
        return derive.complete(record, values, resources.codelists(), resources.thresholds())

    def _complete_change(self, values: dict[str, Value]) -> dict[str, Value]:
        field = derive.changed_field(str(values.get("item") or ""))
        if field is None:
            return values
        org = records.get(self._db, ORG, int(values["org"] or 0)) or {}
        values["item"] = field.label
        if values.get("before") is None and org.get(field.key) is not None:
            values["before"] = str(org[field.key])
        return values

    def _apply_change(self, change: Mapping[str, Value]) -> list[Issue]:
        """A registered change updates the organization; a change of something we do not keep is only recorded."""
        field = derive.changed_field(str(change["item"]))
        if field is None:
            return []
        read, issues = self._read(ORG, {field.key: str(change["after"])})
        row = int(change["org"] or 0)
        now = (records.get(self._db, ORG, row) or {}).get(field.key)
        records.update(self._db, ORG, row, read)
        self._remember_names(ORG, {"name": None})
        if str(now or "") != str(change["before"] or ""):
            message = f"登记簿上原为“{now or ''}”，与变更前不符，已改为变更后的内容"
            issues.append(Issue("change-before", message, column="变更前", value=str(change["before"]), fatal=False))
        return issues

    def _require(self, record: Record, values: Mapping[str, Value]) -> None:
        missing = [field for field in record.fields if field.required and values.get(field.key) is None]
        if missing:
            named = "、".join(f"{field.label}（{field.option}）" for field in missing)
            raise UsageError(f"缺少{named}，没有写入")

    def _remember_names(self, record: Record, values: Mapping[str, Value]) -> None:
        if record.noun == "org" and "name" in values:
            lookup.remember_pinyin(self._db)

    def _number_year(self, values: Mapping[str, Value]) -> int:
        return int(values.get("year") or str(values.get("found_on") or self.today.year)[:4])

    def _label(self, record: Record, row: int) -> str:
        return record_reports.label(self._db, record, row)

    def _key(self, record: Record, key: str) -> str:
        """The key that was meant: a key or a Chinese label. Raises UsageError."""
        for field in query.all_fields(record):
            if key in (field.key, field.label, field.key.replace("_", "-")):
                return field.key
        raise UsageError(f"{record.label}没有字段“{key}”；可用：{'、'.join(record.keys)}")

    def _filter(self, record: Record, key: str, text: str) -> query.Filter:
        if key == "org" and "org" not in record and "project" in record:
            return query.Filter("org", "=", self.find("org", text))
        key = self._key(record, key)
        field: Field | None = record[key] if key in record else None
        if not text:
            return query.Filter(key, "blank")
        if field is None or field.key == "subject":
            return query.Filter(key, "=", self._owner(record, text) if field else text)
        if field.kind in (Kind.ORG, Kind.PROJECT):
            return query.Filter(key, "=", self.find(field.kind.value, text))
        if field.kind is Kind.DATE and len(text) in (4, 7):
            return query.Filter(key, "starts", text)
        return query.Filter(key, "=", self._read(record, {key: text})[0][key])

    def _period(self, record: Record, since: str | None, until: str | None) -> list[query.Filter]:
        key = record.dated
        filters = []
        for test, text in ((">=", since), ("<=", until)):
            if text and key in record and record[key].kind is Kind.YEAR:
                filters.append(query.Filter(key, test, int(text[:4])))
            elif text:
                bound = text if len(text) == 10 or test == ">=" else f"{text}-99"
                filters.append(query.Filter(key, test, bound))
        return filters


def _only(matches: Sequence[lookup.Match], record: Record, ref: str) -> int:
    if len(matches) == 1:
        return matches[0].id
    if not matches:
        raise NotFoundError(f"找不到{record.label}“{ref}”；用 zhengshe {record.noun} list 查看")
    labels = tuple(match.label for match in matches)
    shown = "；".join(labels[:8]) + ("……" if len(labels) > 8 else "")
    raise NotFoundError(f"“{ref}”对应 {len(labels)} 条{record.label}，请写得更具体：{shown}", labels)
