"""Plans into the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from zhengshe.errors import RejectedError
from zhengshe.importing import entry
from zhengshe.importing.plan import Plan, Tell
from zhengshe.models import ORG, RECORDS
from zhengshe.store import bulk, history, lookup, records
from zhengshe.store.connection import Connection
from zhengshe.values import Value

_UNIT_IN_DOUBT = ("unit-unclear", "unit-below")


def carry_out(db: Connection, plans: Sequence[Plan], batch: int, today: str, tell: Tell) -> None:
    """Carry the plans out within a batch that is open. A rename that was accepted is registered as a change of today,
    so that the old name stays findable.

    Raises RejectedError when the database has moved on, or when the unit of a sheet's amounts is in doubt: no row of it
    would be right then, and to leave out the row that says so is no help.
    """
    for issue in (issue for plan in plans for issue in plan.issues if issue.fatal and issue.code in _UNIT_IN_DOUBT):
        where = f"{issue.file} 第 {issue.row} 行{issue.column}"
        raise RejectedError(f"{where}：{issue.message}（单位不明，整张表都不能写入）")
    if any(plan.last_batch != history.last_batch(db) for plan in plans):
        raise RejectedError("读入之后数据库又有写入，原来的比对不再可靠，没有写入；请重新导入")
    for place, plan in enumerate(plans):
        tell(f"正在写入{plan.record.label}")
        _register_missing(db, plan)
        for before in plans[:place]:
            plan.stage.settle_references(before.stage)
        renamed = plan.stage.changing("name") if plan.record.noun == "org" else []
        bulk.write(db, plan.stage, plan.counts(), batch)
        for org, old, new in renamed:
            change: dict[str, Value] = {"org": org, "item": "名称", "before": old, "after": new, "approved_on": today}
            records.insert(db, RECORDS["change"], change)
        if (
            plan.record.noun == "change" and not plan.mapping.exported
        ):  # an export has the organizations as they are now
            for values in plan.stage.new_values():
                entry.apply_change(db, values)
    lookup.spell_names(db)


def _register_missing(db: Connection, plan: Plan) -> None:
    needed = plan.stage.used("org") if plan.owners.missing else set()
    for temporary, values in plan.owners.missing.items():
        if temporary not in needed:  # its only rows were refused
            continue
        row = records.match(db, ORG, values) or records.insert(db, ORG, values)
        plan.stage.replace_reference("org", temporary, row)
