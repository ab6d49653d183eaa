"""The front desk: an open file, a clock and an operator, and every verb once.

    from zhengshe import open_ledger

    with open_ledger("zhengshe.db", today="2026-06-30") as ledger:
        ledger.add("inspection", "老年协会", year=2025, conclusion="合格")
        for row in ledger.list("org", kind="社区社会组织").rows: ...

The commands use nothing else, but for what needs no open file (``library``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from zhengshe.errors import Issue, NotFoundError, RejectedError, UsageError
from zhengshe.importing import filters
from zhengshe.models import RECORDS, Record
from zhengshe.reports import records as record_reports
from zhengshe.reports.report import Report, Table
from zhengshe.store import lookup, query
from zhengshe.store.connection import Connection, blame_damage, open_database

# A room that a list does not enter is imported by the verb that does: a list must not wait for the year report.
if TYPE_CHECKING:
    from zhengshe.exchange.pack import PublicPack
    from zhengshe.importing.entry import Given
    from zhengshe.importing.merge import Merged
    from zhengshe.importing.plan import Plan, Tell, Wish
    from zhengshe.office import Office
    from zhengshe.reports.reconcile import Comparison
    from zhengshe.store import history
    from zhengshe.store.redact import Redacted
    from zhengshe.values import Value

# in the class below ``list`` is a verb
Conditions = list[query.Filter]
Day = str | dt.date | None
Plans = list["Plan"]


class Saved(NamedTuple):
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
    return Ledger(Path(path), database, day, operator, command)


class Ledger:
    """An open ledger; use it as a context manager, or close it."""

    def __init__(self, path: Path, db: Connection, today: dt.date, operator: str | None, command: str) -> None:
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
        try:
            if isinstance(error, ValueError | TypeError | LookupError | AttributeError | ArithmeticError):
                blame_damage(self._db, self.path, error)
        finally:
            self.close()

    def close(self) -> None:
        self._db.close()

    # -- one record

    def add(self, noun: str, owner: str | None = None, /, **given: Given) -> Saved:
        """Register a record. Raises RejectedError for bad values or a record that exists already, UsageError for
        missing ones, NotFoundError for an owner that is not known."""
        from zhengshe.importing import entry
        from zhengshe.store import records

        record = RECORDS[noun]
        values, warnings = self._read(record, given)
        if record.owner:
            values[record.owner.key] = lookup.find_owner(self._db, record.owner, owner or "")
        values = entry.complete(self._db, record, values)
        if existing := records.match(self._db, record, values):
            raise RejectedError(f"已有这条{record.label}（#{existing}），没有写入；要修改请用 zhengshe {noun} edit")
        with self._batch() as batch:
            if record.numbered and not values.get("number"):
                values["number"] = records.next_number(self._db, record, self._number_year(values))
            entry.require(record, values, adding=True)
            row = records.insert(self._db, record, values)
            if noun == "change":
                warnings += tuple(entry.apply_change(self._db, values))
            lookup.spell_names(self._db)
        return self._saved(record, row, warnings, batch)

    def edit(self, noun: str, ref: str, /, **given: Given) -> Saved:
        """Change the given fields of one record; an empty text clears a field."""
        from zhengshe.importing import entry
        from zhengshe.store import records

        record = RECORDS[noun]
        row = lookup.find(self._db, noun, ref)
        values, warnings = self._read(record, given)
        before = records.get(self._db, record, row) or {}
        changed = {key: value for key, value in values.items() if before.get(key) != value}
        entry.require(record, before | changed)
        if not changed:
            return self._saved(record, row, warnings, None)
        with self._batch() as batch:
            if same := records.match(self._db, record, before | changed, besides=row):
                raise RejectedError(f"改后与另一条{record.label}（#{same}）相同，没有写入")
            records.update(self._db, record, row, changed)
            lookup.spell_names(self._db)
        return self._saved(record, row, warnings, batch)

    def remove(self, noun: str, ref: str) -> Saved:
        """Delete one record. Raises RejectedError while others belong to it."""
        from zhengshe.store import records

        record = RECORDS[noun]
        row = lookup.find(self._db, noun, ref)
        removed = self._saved(record, row, (), None)
        with self._batch() as batch:
            records.delete(self._db, record, row)
        return removed._replace(batch=batch)

    def show(self, noun: str, ref: str, *, with_history: bool = False) -> Report:
        """One record, what belongs to it, and with ``with_history`` every change to it."""
        row = lookup.find(self._db, noun, ref)
        return record_reports.card(self._db, RECORDS[noun], row, self.today, with_history)

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
        brief: bool = False,
        **equal: Given,
    ) -> Table:
        """Records as a table. ``equal`` holds a field's value each; a date may be given as a year, a month or a day.

        ``columns`` names the fields to show, by default all, with ``brief`` the chief ones; ``sort`` holds keys, with a
        leading ``-`` for descending.
        """
        record = RECORDS[noun]
        conditions = self._equal(record, equal) + self._equal(record, where or {})
        conditions += filters.within(record, since, until)
        if columns:
            fields = [filters.field_named(record, key) for key in columns]
        else:
            fields = record_reports.brief_fields(record) if brief else [*query.all_fields(record)]
        order = filters.ordered(record, [*sort])
        return record_reports.listing(self._db, record, fields, conditions, order, limit, self.today)

    def attach(self, subject: str, file: Path, *, title: str | None = None, kind: str | None = None) -> Saved:
        """Keep a copy of a file as evidence for a record (a project or finding by number, or ``noun/id``)."""
        from zhengshe.importing import paper

        with self._batch() as batch:
            row = paper.attach(self._db, subject, file, title, kind)
        return self._saved(RECORDS["document"], row, (), batch)

    def extract(self, ref: str, folder: Path) -> Path:
        """Write a piece of evidence into ``folder`` under its own name; a file that is there is never overwritten."""
        from zhengshe.store import evidence, records

        record = RECORDS["document"]
        document = records.get(self._db, record, lookup.find(self._db, "document", ref)) or {}
        filename, content = evidence.whole(self._db, document)
        return evidence.hand_out(content, folder / filename)

    def search(self, text: str, *, limit: int = 30) -> Table:
        """Organizations, projects and findings that fit a few characters, pinyin, a code or a misspelt name."""
        from zhengshe.store import search

        return record_reports.found(search.search(self._db, text, limit))

    def stats(self, noun: str, by: Sequence[str], *, footnotes: bool = False, **equal: Given) -> Table:
        """How many records, and how much money, by the values of the given fields."""
        from zhengshe.reports import stats

        record = RECORDS[noun]
        keys = [filters.stored_field(record, key) for key in by]
        return stats.by(self._db, record, keys, self._equal(record, equal), footnotes=footnotes)

    # -- rules

    def credit(self, ref: str, *, as_of: Day = None, scheme: str | None = None) -> Report:
        """An organization's credit on a day, by default today: every point and every bar with its fact and clause.

        ``scheme`` is a scheme's name or file, by default the office's own in the version in force on that day."""
        from zhengshe.reports import credit

        return credit.show(self._db, self._office, lookup.find(self._db, "org", ref), self._day(as_of), scheme)

    def credits(
        self, *, as_of: Day = None, scheme: str | None = None, grade: str | None = None, eligible: str | None = None
    ) -> Table:
        """The credit of every organization on a day, or of those with a grade or an eligibility."""
        from zhengshe.reports import credit_list

        return credit_list.listing(self._db, self._office, self._day(as_of), scheme, grade=grade, eligible=eligible)

    def credit_diff(self, ref: str, since: Day, until: Day = None, *, scheme: str | None = None) -> Report:
        """Why an organization's score moved between two days."""
        from zhengshe.reports import credit_diff

        org = lookup.find(self._db, "org", ref)
        return credit_diff.difference(self._db, self._office, org, self._day(since), self._day(until), scheme)

    def statutes(self, on: Day = None) -> Table:
        """The clauses in force on a day, with what this office has changed in them."""
        from zhengshe.reports import statutes

        return statutes.in_force(self._office, self._day(on))

    def scheme(self, name: str | None = None) -> Report:
        """A credit scheme, rule by rule: by name or file, by default the one in force today."""
        from zhengshe.reports import scheme_files

        return scheme_files.describe(scheme_files.scheme_on(self._office, name, self.today))

    def check(self, *, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Report, bool]:
        """Red flags and data quality: what every check saw, and whether any hit. UsageError for unknown codes."""
        from zhengshe.reports import check

        codes = check.chosen(select, ignore)
        found = check.outcomes(self._db, self._office, self.today, codes)
        return check.report(found), check.any_hit(found)

    def listing_due(self, *, as_of: Day = None, org: str | None = None) -> Report:
        """What the statutory clocks ask for: enter, transfer, may apply to leave, must be removed. Lists nothing."""
        from zhengshe.reports import clocks

        return clocks.due(self._db, self._office, self._day(as_of), self._maybe(org))

    def todo(self, within: int = 30, *, org: str | None = None, kind: str | None = None) -> Table:
        """What is overdue and what falls due within so many days, the earliest first."""
        from zhengshe.reports import todo

        return todo.todo(self._db, self._office, self.today, within, org=self._maybe(org), kind=kind)

    def calendar(self, within: int = 30, *, org: str | None = None, kind: str | None = None) -> bytes:
        """The same as an iCalendar file."""
        from zhengshe.exchange import ics

        return ics.calendar(self.todo(within, org=org, kind=kind), self.today)

    # -- reports

    def report_year(self, year: int, *, footnotes: bool = False) -> Report:
        """The report of one year beside the last; ``footnotes`` names the records behind every figure."""
        from zhengshe.reports import year as year_report
        from zhengshe.reports import year_rules

        more = year_rules.sections(self._db, self._office, year, self.today, footnotes=footnotes)
        return year_report.year(self._db, year, more=more, footnotes=footnotes)

    def report_org(self, ref: str) -> Report:
        """An organization's whole file, in the order of the national disclosure sheet."""
        from zhengshe.reports import dossier

        return dossier.organization(self._db, lookup.find(self._db, "org", ref), self.today)

    def report_project(self, ref: str) -> Report:
        """A project's whole file, from need to acceptance."""
        from zhengshe.reports import dossier

        return dossier.project(self._db, lookup.find(self._db, "project", ref), self.today)

    def papers(self, ref: str) -> Mapping[str, bytes]:
        """The evidence of a project and of its findings, by numbered names. RejectedError when bytes are not what they
        were."""
        from zhengshe.store import evidence

        return evidence.papers(self._db, lookup.find(self._db, "project", ref))

    def report_ledger(self, noun: str, **equal: Given) -> Report:
        """A whole ledger under its usual heads."""
        from zhengshe.reports import dossier

        return dossier.ledger(self._db, noun, self._equal(RECORDS[noun], equal), self.today)

    # -- whole files

    def merge(
        self, others: Sequence[Path], *, prefer: str | None = None, tell: Tell | None = None
    ) -> tuple[Merged, int | None]:
        """Bring other files' records into this one in one batch; what was done, and the batch if anything was written.

        The order of the files changes nothing. ``prefer`` (ours or theirs) decides what differs from ours;
        RejectedError lists what is left to decide, and nothing is written.
        """
        from zhengshe.importing import merge
        from zhengshe.importing.plan import say_nothing

        with self._batch() as batch:
            result = merge.merge(self._db, others, batch, prefer, tell or say_nothing)
            lookup.spell_names(self._db)
        return result, batch if result.new or result.filled else None

    def export(self) -> Iterator[tuple[Record, Table]]:
        """Every table in a form that import reads back unchanged."""
        from zhengshe.reports import export

        return export.tables(self._db)

    def public_tables(self) -> Sequence[tuple[Record, Table]]:
        """The same without what is private, and free text without telephone and identity numbers."""
        from zhengshe.exchange import masking

        return masking.public_tables(self._db)

    def public_pack(self) -> PublicPack:
        """What may leave the office, masked, in the forms that others read."""
        from zhengshe import resources
        from zhengshe.exchange import pack

        return pack.build(self._db, self.today, resources.exchange())

    def back_up(self, folder: Path | None = None, *, keep: int = 10) -> tuple[Path, Sequence[Path]]:
        """A verified copy, by default beside the file; older ones beyond ``keep`` go. Returns both."""
        from zhengshe.store import backup

        place = folder or self.path.parent
        copy = backup.back_up(self._db, self.path, place, dt.datetime.now())
        return copy, backup.prune(self.path, place, keep)

    def examine(self, *, fix: bool = False) -> Table:
        """What is wrong with the file; with ``fix`` what can safely be put right is. Empty when all is well."""
        from zhengshe.store import doctor

        found = list(doctor.examine(self._db))
        for complaint in found if fix else ():
            if complaint.repair:
                complaint.repair(self._db)
        return record_reports.complaints(found, fix)

    def redact(self, form: str, ref: str, *, orgs: Sequence[str] = (), rehearse: bool = False) -> Redacted:
        """Lawfully delete the private content of an ``org``, ``person`` or ``document`` for good: see store.redact."""
        from zhengshe.store import redact

        return redact.redact(self._db, self.path, form, ref, orgs, self._command, self._whoever, rehearse=rehearse)

    # -- lists

    def plan(self, files: Sequence[Path], wish: Wish | None = None, *, tell: Tell | None = None) -> Plans:
        """What these files would change, sheet by sheet; nothing is written. See importing.plan for ``wish``; ``tell``
        is called now and then with how far the reading is."""
        from zhengshe.importing.plan import Wish, say_nothing
        from zhengshe.importing.planning import plan_files

        return plan_files(self._db, files, wish or Wish(), tell or say_nothing, self.today.isoformat())

    def plan_lines(self, plans: Sequence[Plan], *, tell: Tell | None = None) -> Iterator[str]:
        """The text of a plan file: the decision for every row, to be changed by hand."""
        from zhengshe.importing import decision_file

        return decision_file.lines(self._db, plans, tell)

    def plan_decided(self, file: Path, *, tell: Tell | None = None) -> Plans:
        """What a plan file decides. RejectedError when a ledger or the database has moved on since it was written."""
        from zhengshe.importing import decision_file

        return decision_file.plans(self._db, file, tell, self.today.isoformat())

    def reconcile(self, file: Path, wish: Wish | None = None, *, tell: Tell | None = None) -> Comparison:
        """Our own records beside an official list; nothing is written."""
        from zhengshe.reports import reconcile

        return reconcile.compare(self._db, [plan for plan in self.plan([file], wish, tell=tell) if not plan.part])

    def apply(self, plans: Sequence[Plan], *, skip_bad: bool = False, tell: Tell | None = None) -> int | None:
        """Carry plans out in one batch; None when they change nothing.

        RejectedError, and nothing written, when a row was refused, unless ``skip_bad`` leaves those rows out.
        """
        from zhengshe.importing.carry_out import carry_out
        from zhengshe.importing.plan import say_nothing
        from zhengshe.store import history

        refused = tuple(issue for each in plans for issue in each.issues if issue.fatal)
        if refused and not skip_bad:
            raise RejectedError(
                f"有 {len(refused)} 处不能接受，没有写入；改好后重来，或加 --skip-bad 跳过这些行", refused
            )
        before = history.last_batch(self._db)
        with self._batch() as batch:
            carry_out(self._db, plans, batch, self.today.isoformat(), tell or say_nothing)
        return batch if history.last_batch(self._db) != before else None

    # -- history

    def log(self, *, org: str | None = None, batch: int | None = None, since: str | None = None) -> Table:
        """The history: a line a batch, or with ``org`` or ``batch`` a line for every field that changed."""
        return record_reports.log(self._db, self._maybe(org), batch, since)

    def undo(self, batch: int | None = None) -> history.Undone:
        """Take back a batch, by default the last one (which may itself be an undo).

        Raises NotFoundError when there is no such batch, RejectedError when later batches build on it.
        """
        from zhengshe.store import history

        number = batch if batch is not None else history.last_batch(self._db)
        if number is None:
            raise NotFoundError("还没有任何写入，无可撤销")
        undone = history.undo(self._db, number, self._whoever)
        lookup.spell_names(self._db)
        return undone

    def info(self) -> Report:
        """What this file holds."""
        return record_reports.info(self._db, self.path)

    # -- helpers

    @property
    def _office(self) -> Office:
        from zhengshe.office import office_for

        return office_for(self.path.resolve())

    def _maybe(self, org: str | None) -> int | None:
        return lookup.find(self._db, "org", org) if org else None

    def _day(self, given: Day) -> dt.date:
        """A day, also as text (a bare month means its last day); by default today. UsageError for anything else."""
        if isinstance(given, dt.date) or given is None:
            return given or self.today
        from zhengshe.reading import read_date

        try:
            return dt.date.fromisoformat(str(read_date(given, closing=True).value))
        except ValueError as problem:
            raise UsageError(f"日期“{given}”{problem}") from None

    def _equal(self, record: Record, wanted: Mapping[str, Given]) -> Conditions:
        asked = {key: str(value) for key, value in wanted.items() if value is not None}
        return [filters.equal_to(self._db, record, key, text) for key, text in asked.items()]

    def _batch(self) -> AbstractContextManager[int]:
        from zhengshe.store import history

        return history.batch(self._db, self._command, self._whoever)

    @property
    def _whoever(self) -> str:
        from getpass import getuser

        return self._operator or getuser()

    def _read(self, record: Record, given: Mapping[str, Given]) -> tuple[dict[str, Value], tuple[Issue, ...]]:
        from zhengshe.importing import entry

        stored = {filters.stored_field(record, key).key: value for key, value in given.items()}
        values, issues = entry.read_values(self._db, record, stored)
        return values, tuple(issues)

    def _saved(self, record: Record, row: int, warnings: tuple[Issue, ...], batch: int | None) -> Saved:
        return Saved(row, record_reports.label(self._db, record, row), warnings, batch)

    def _number_year(self, values: Mapping[str, Value]) -> int:
        return int(values.get("year") or str(values.get("found_on") or self.today.year)[:4])
