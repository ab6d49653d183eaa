"""A plan as a file: what was decided for every row, to be read, changed by hand, and carried out exactly.

The file holds decisions, not data: what to create, update, match, skip. It is applied by reading the same ledgers
again, in the same way, and deciding as it says; it is refused once a ledger or the database has moved on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from zhengshe import resources
from zhengshe.errors import Issue, RejectedError, UsageError
from zhengshe.importing import recipe
from zhengshe.importing.names import Names
from zhengshe.importing.plan import CREATE, MATCH, REFUSE, SKIP, UPDATE, Decision, Plan, Wish
from zhengshe.models import RECORDS, Field
from zhengshe.store import history, lookup, query, staging
from zhengshe.store.connection import Connection
from zhengshe.values import Value, to_show

_DONE = {staging.NEW: CREATE, staging.CHANGED: UPDATE, staging.SAME: MATCH, staging.REJECTED: REFUSE}
_COMPARED = 200  # new organizations that are compared with all names: each takes a millisecond for every thousand

_HELP = """\
# 用 zhengshe import --apply 本文件 照此写入。每行的 do 可以改：
#   create 新登记   update 修改 record 那条记录   match 就是 record 那条，不改内容   skip 不登记   refuse 不能接受
# record 写序号、编号或名称；changes 里去掉哪个字段，就不改哪个字段。删去的行等于 skip。
# 内容请在台账里改，改后重新生成本文件；台账或数据库变过，本文件即失效。
"""


# -- writing


def lines(db: Connection, plans: Sequence[Plan]) -> Iterator[str]:
    """The text of the file, row by row."""
    yield _HELP
    yield f"database: {_json(history.state(db))}\n"
    yield "files:\n"
    for path in dict.fromkeys(plan.source.path for plan in plans):
        yield f"- {_flow({'path': str(path), 'sha256': _hash(path)})}\n"
    yield f"reading: {_json(_told(plans[0].wish))}\n"
    yield "sheets:\n"
    for plan in plans:
        head = {"file": plan.source.path.name, "sheet": plan.sheet.name, "noun": plan.record.noun}
        yield f"- {_flow(head)[:-1]}, rows: [\n"
        names = Names(db) if plan.record.noun == "org" else None
        refused = plan.rejected_rows
        for place, change in enumerate(plan.stage.changes(every=True)):
            yield f"  {_flow(_entry(db, plan, change, names if place < _COMPARED else None, refused))},\n"
        yield "  ]}\n"


def _told(wish: Wish) -> dict[str, Any]:
    """How the ledgers were read: what differs from a bare import."""
    plain = Wish()
    said = {each.name: getattr(wish, each.name) for each in fields(Wish)}
    told = {key: value for key, value in said.items() if value != getattr(plain, key) and key != "decisions"}
    return told | ({"recipe": wish.recipe.content} if "recipe" in told else {})


def _entry(
    db: Connection, plan: Plan, change: staging.Change, names: Names | None, refused: Mapping[int, Sequence[Issue]]
) -> dict[str, Any]:
    record, do = plan.record, _DONE[change.verdict]
    entry: dict[str, Any] = {"row": change.row, "do": do}
    if change.record is not None and change.record > 0:
        entry["record"] = change.record
    told = [_shown(db, plan, record[key], new) for key, _, new in change.differences if record[key].brief]
    if change.record is None and told:
        entry["what"] = " ".join(told[:3])
    if do == UPDATE:
        entry["changes"] = _changes(db, plan, change)
    if do == REFUSE:
        entry["why"] = "；".join(issue.message for issue in refused.get(change.row, ()))
    near = names.near(told[0], least=80) if names and do == CREATE and told else []
    if near:
        entry["near"] = [f"#{row} {name}" for row, name in near]
    return entry


def _changes(db: Connection, plan: Plan, change: staging.Change) -> dict[str, list[str]]:
    return {
        key: [_shown(db, plan, plan.record[key], old), _shown(db, plan, plan.record[key], new)]
        for key, old, new in change.differences
    }


def _shown(db: Connection, plan: Plan, field: Field, value: Value) -> str:
    """A value for people; a reference by what it is called."""
    if not field.kind.is_reference or not isinstance(value, int):
        return to_show(field.kind, value)
    if value < 0:
        new = plan.owners.missing.get(value, {})
        return f"{new.get('name') or ''}（本次登记）"
    record = RECORDS[field.kind.value]
    name = next(iter(query.select(db, record, [record["name"]], [query.Filter("id", "=", value)])), ("",))
    return str(name[0])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _flow(entry: Mapping[str, Any]) -> str:
    """A mapping on one line, its keys bare."""
    told = {key: _flow(value) if isinstance(value, Mapping) else _json(value) for key, value in entry.items()}
    return "{" + ", ".join(f"{key}: {text}" for key, text in told.items()) + "}"


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


# -- reading


def read(db: Connection, path: Path) -> tuple[list[Path], Wish]:
    """The ledgers a plan file is for, and the wish that decides as it says.

    Raises UsageError for a file that is not as it must be, RejectedError when a ledger or the database has moved on.
    """
    if not path.is_file():
        raise UsageError(f"找不到计划文件 {path}")
    content = resources.load_yaml(path)
    try:
        files = {Path(entry["path"]): str(entry["sha256"]) for entry in content["files"]}
        told = dict(content["reading"])
        mapping = recipe.parsed(told.pop("recipe", {}), path.name)
        decided = [(str(sheet["noun"]), _decisions_of(sheet["rows"] or (), path)) for sheet in content["sheets"]]
        wish = Wish(**told, recipe=mapping, decisions=decided)
        state = content["database"]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path.name} 不是计划文件，或写法有误（{error}）；请用 import --plan 重新生成") from error
    if state != history.state(db):
        raise RejectedError(f"{path.name} 写好之后数据库又有写入，没有照此写入；请用 import --plan 重新生成")
    for file, known in files.items():
        if not file.is_file():
            raise UsageError(f"找不到台账 {file}；请在生成计划文件的文件夹里运行")
        if _hash(file) != known:
            raise RejectedError(f"{file.name} 在 {path.name} 写好之后又改过，没有写入；请用 import --plan 重新生成")
    return [*files], wish


def _decisions_of(entries: Sequence[Mapping[str, Any]], path: Path) -> dict[int, Decision]:
    """By row. A line that was copied and not renumbered must not silently win over the other."""
    decided: dict[int, Decision] = {}
    for entry in entries:
        row = int(entry["row"])
        if row in decided:
            raise UsageError(f"{path.name} 里第 {row} 行写了两次，请删去一处")
        decided[row] = _decision(entry, path)
    return decided


def _decision(entry: Mapping[str, Any], path: Path) -> Decision:
    do, record, changes = entry["do"], entry.get("record"), entry.get("changes")
    choices = (*_DONE.values(), SKIP)
    if do not in choices:
        raise UsageError(f"{path.name} 第 {entry['row']} 行的 do“{do}”应是 {'、'.join(choices)} 之一")
    if do in (UPDATE, MATCH) and record is None and "what" in entry:
        raise UsageError(f"{path.name} 第 {entry['row']} 行 do: {do} 要写明 record")
    told = {str(key): [str(text) for text in pair] for key, pair in changes.items()} if changes is not None else None
    return Decision(do, f"#{record}" if isinstance(record, int) else record, told)


# -- deciding


def choose_records(db: Connection, plan: Plan, doubtful: Container[int]) -> None:
    """Point the rows at the records that were chosen, before anything follows from it. ``doubtful`` rows fit several
    records, so that a new one may be right."""
    stage = plan.stage
    decided = plan.decided or {}
    staged = stage.records()
    known = {row for row, _ in staged} | plan.rejected_rows.keys()
    if plan.part is None and (unknown := sorted(decided.keys() - known)):
        raise UsageError(f"计划文件里的第 {unknown[0]} 行在台账 {plan.source.path.name} 中不是一条记录；请核对行号")
    for row, found in staged:
        choice = decided.get(row)
        if choice is None or choice.do == SKIP:
            stage.leave_out([row])
        elif choice.do in (UPDATE, MATCH) and choice.record is not None:
            stage.point(row, lookup.find(db, plan.record.noun, choice.record))
            if choice.do == MATCH:
                stage.decide(row, staging.SAME)
        elif choice.do == CREATE and found is not None:
            stage.point(row, None)
            if row not in doubtful:
                plan.say("exists", f"本库已有这条{plan.record.label}（#{found}），不能再 create", row=row, fatal=True)
    plan.issues = [issue for issue in plan.issues if not issue.row or decided.get(issue.row, _SKIPPED).do != SKIP]


_SKIPPED = Decision(SKIP)


def hold_to(db: Connection, plan: Plan) -> None:
    """Write what was decided and nothing else: fields that were struck out stay as they are."""
    stage, decided = plan.stage, plan.decided or {}
    for change in [*stage.changes()]:
        choice = decided[change.row]
        if choice.do == UPDATE and choice.changes is not None:
            actual = _changes(db, plan, change)
            for key, pair in choice.changes.items():
                if actual.get(key) != pair:
                    raise UsageError(
                        f"计划文件中第 {change.row} 行 {key} 与台账不符：内容请在台账里改，换了 record 请删去 changes"
                    )
            stage.fill(change.row, dict.fromkeys(actual.keys() - choice.changes.keys()))
            stage.decide(change.row, staging.CHANGED if choice.changes else staging.SAME)
