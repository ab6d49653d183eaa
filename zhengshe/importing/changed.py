"""What was registered as a change is not taken back by a sheet that still says how it was before."""

from __future__ import annotations

from collections.abc import Iterator

from zhengshe.errors import RejectedError
from zhengshe.importing import entry
from zhengshe.importing.plan import Plan
from zhengshe.models import ORG, Field
from zhengshe.rules import derive
from zhengshe.store import former, records
from zhengshe.store.connection import Connection
from zhengshe.values import Value, to_show


def keep_what_changed(db: Connection, plan: Plan) -> None:
    """Leave the fields of organizations as they are where the ledger has what a registered change made of them, and
    the sheet what they were before. What the program exported says what it says."""
    if plan.record.noun != "org" or plan.mapping.exported:
        return
    rows = plan.stage.changing_with("change", "org")
    for row, org in rows:
        ours = records.get(db, ORG, org) or {}
        for field, after, befores in _registered(db, org):
            said, known = plan.stage.value(row, field.key), ours[field.key]
            if said in (None, known) or known not in after:
                continue
            if said in befores or said in former.values_before(db, ORG, org, field.key):
                plan.stage.fill(row, {field.key: None})
                message = f"是变更登记以前的；本库按变更登记为“{to_show(field.kind, known)}”，不改"
                plan.say("change-kept", message, field.label, to_show(field.kind, said), row)
    if rows:
        plan.stage.judge_again([row for row, _ in rows])


def _registered(db: Connection, org: int) -> Iterator[tuple[Field, list[Value], list[Value]]]:
    """(field, what it became, what it was before) by the registered changes of an organization."""
    found: dict[str, tuple[Field, list[Value], list[Value]]] = {}
    for change in records.children(db, "change", "org", org):
        if field := derive.changed_field(str(change["item"])):
            _, after, before = found.setdefault(field.key, (field, [], []))
            after += _read(db, field, change["after"])
            before += _read(db, field, change["before"])
    yield from found.values()


def _read(db: Connection, field: Field, text: Value) -> list[Value]:
    """What a change says of a field as it is stored; nothing when it cannot be read."""
    try:
        return [entry.read_values(db, ORG, {field.key: str(text)})[0][field.key]] if text is not None else []
    except RejectedError:
        return []
