"""What a plan file decides, carried out to the letter.

A row becomes what its line says, or it is refused: nothing is written that no line speaks of, and no line is passed
over.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator
from functools import lru_cache

from zhengshe.errors import UsageError
from zhengshe.importing.plan import CREATE, MATCH, REFUSE, SKIP, UPDATE, Decision, Plan
from zhengshe.models import RECORDS, Field
from zhengshe.store import lookup, query, staging
from zhengshe.store.connection import Connection
from zhengshe.values import Value, to_show

_SKIPPED = Decision(SKIP)
_REMEMBERED = 50_000  # names of records that are kept, so that memory stays flat


class Wording:
    """The values of one plan as people read them: a reference by what it is called."""

    def __init__(self, db: Connection, plan: Plan) -> None:
        self._db, self._plan = db, plan
        self._name = lru_cache(_REMEMBERED)(self._look_up)  # a ledger names the same few organizations in every row

    def brief(self, change: staging.Change) -> Iterator[str]:
        """What tells a new record from others, one field after the other."""
        record = self._plan.record
        return (self._shown(record[key], new) for key, _, new in change.differences if record[key].brief)

    def changes(self, change: staging.Change) -> dict[str, list[str]]:
        """The old and the new text of every field that differs."""
        record = self._plan.record
        return {
            key: [self._shown(record[key], old), self._shown(record[key], new)] for key, old, new in change.differences
        }

    def _shown(self, field: Field, value: Value) -> str:
        if not field.kind.is_reference or not isinstance(value, int):
            return to_show(field.kind, value)
        if value < 0:
            new = self._plan.owners.missing.get(value, {})
            return f"{new.get('name') or ''}（本次登记）"
        return self._name(field.kind.value, value)

    def _look_up(self, noun: str, row: int) -> str:
        record = RECORDS[noun]
        name = next(iter(query.select(self._db, record, [record["name"]], [query.Filter("id", "=", row)])), ("",))
        return str(name[0])


# -- before anything follows from which record a row is


def choose_records(db: Connection, plan: Plan, doubtful: Container[int]) -> None:
    """Point the rows at the records that were chosen. ``doubtful`` rows fit several records, so that a new one may be
    right."""
    stage, decided = plan.stage, plan.decided or {}
    staged, refused = stage.records(), plan.rejected_rows
    _account_for(plan, decided.keys() - {row for row, _ in staged} - refused.keys())
    for row, found in staged:
        choice = decided.get(row, _SKIPPED)
        if choice.do == SKIP:
            stage.leave_out([row])
        elif choice.do == REFUSE:
            if row not in refused and row not in doubtful:  # these are refused with a reason of their own
                plan.reject(row, "plan-refuses", choice.why or f"计划文件里写的是 {REFUSE}；要登记请改 do")
        elif choice.record is not None:
            stage.point(row, lookup.find(db, plan.record.noun, choice.record))
            if choice.do == MATCH:
                stage.decide(row, staging.SAME)
        elif found is not None:
            _take_found(plan, row, found, choice.do, doubtful=row in doubtful)
    plan.issues = [issue for issue in plan.issues if not issue.row or decided.get(issue.row, _SKIPPED).do != SKIP]


def _account_for(plan: Plan, lost: Collection[int]) -> None:
    """Lines of rows that are no records: a slip of the hand, or what is told along with a row that is not written."""
    if plan.part is None and lost:
        raise UsageError(f"计划文件里的第 {min(lost)} 行在台账 {plan.source.path.name} 中不是一条记录；请核对行号")
    label, decided = plan.record.label, plan.decided or {}
    for row in sorted(lost):
        if (do := decided[row].do) not in (SKIP, MATCH):
            message = f"这一行不登记，或去掉了要用的字段，随它的{label}就不能 {do}；请把{label}的这一行改成 {SKIP}"
            plan.say("part-lost", message, row=row, fatal=True)


def _take_found(plan: Plan, row: int, found: int, do: str, *, doubtful: bool) -> None:
    """A row that the ledger has, and no other record was chosen for it."""
    label = plan.record.label
    if do == CREATE:
        plan.stage.point(row, None)
        if not doubtful:
            plan.say("exists", f"本库已有这条{label}（#{found}），不能再 create", row=row, fatal=True)
    elif doubtful:
        plan.reject(row, "ambiguous", f"本库有几条{label}与它相符；{do} 要在计划文件里写明 record")
    elif do == MATCH:
        plan.stage.decide(row, staging.SAME)


# -- once everything is settled


def hold_to(db: Connection, plan: Plan) -> None:
    """Refuse what became anything else than its line says; fields that were struck out stay as they are. UsageError
    when the changes in a line are not those of the ledger."""
    stage, decided, wording = plan.stage, plan.decided or {}, Wording(db, plan)
    refused, unlike = {*plan.rejected_rows}, dict[int, str]()
    struck: list[tuple[int, Collection[str], bool]] = []
    for change in stage.changes(every=True):
        choice = decided.get(change.row, _SKIPPED)
        if change.verdict == staging.REJECTED:
            continue
        if message := _unlike(plan, change, choice.do, refused):
            unlike[change.row] = message
            refused.add(change.row)
        elif choice.do == UPDATE and choice.changes is not None:
            actual = wording.changes(change)
            for key, pair in choice.changes.items():
                if actual.get(key) != pair:
                    raise UsageError(
                        f"计划文件中第 {change.row} 行 {key} 与台账不符：内容请在台账里改，换了 record 请删去 changes"
                    )
            struck.append((change.row, actual.keys() - choice.changes.keys(), not choice.changes))
    for row, message in unlike.items():
        plan.reject(row, "plan-unlike", message)
    for row, keys, is_nothing_left in struck:
        stage.fill(row, dict.fromkeys(keys))
        if is_nothing_left:
            stage.decide(row, staging.SAME)


def _unlike(plan: Plan, change: staging.Change, do: str, refused: Container[int]) -> str | None:
    """Why a row is not what its line says; None when it is."""
    label, is_known = plan.record.label, change.record is not None and change.record > 0
    if do == CREATE and change.verdict != staging.NEW:
        return f"与另一行是同一条{label}，不能各自 create；请改成 {MATCH} 或 {SKIP}"
    if do == UPDATE and is_known and change.verdict == staging.SAME and change.differences:
        return f"与另一行是同一条{label}，不能各自 update；请改成 {MATCH} 或 {SKIP}"
    repeats = plan.stage.referred(change.record) if change.record is not None else None
    if (do == UPDATE and not is_known) or (do == MATCH and (change.record is None or repeats in refused)):
        return f"{do} 指的那条{label}不在本库，本次也没有登记；请写明 record，或改成 {CREATE} 或 {SKIP}"
    return None
