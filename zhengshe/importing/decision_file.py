"""A plan as a file, to be read and changed by hand.

The file holds decisions, not data: what to create, update, match, skip. It is applied by reading the same ledgers
again, in the same way, and deciding as it says (``decisions``); it is refused once a ledger or the database has moved
on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Any

from zhengshe import resources
from zhengshe.errors import RejectedError, UsageError
from zhengshe.importing import planning, recipe
from zhengshe.importing.decisions import Wording
from zhengshe.importing.names import Names
from zhengshe.importing.plan import CREATE, MATCH, REFUSE, SKIP, UPDATE, Decision, Plan, Tell, Wish, say_nothing
from zhengshe.models import RECORDS
from zhengshe.store import history, staging
from zhengshe.store.connection import Connection

_DONE = {staging.NEW: CREATE, staging.CHANGED: UPDATE, staging.SAME: MATCH, staging.REJECTED: REFUSE}
_COMPARED = 200  # new organizations that are compared with all names: each takes a millisecond for every thousand
_EVERY = 250  # rows from word to word
_KEYS = ("row", "do", "record", "what", "changes", "why", "near")

_HELP = """\
# 用 zhengshe import --apply 本文件 照此写入。每行的 do 可以改：
#   create 新登记   update 修改 record 那条记录   match 就是 record 那条，不改内容   skip 不登记   refuse 不能接受
# record 写序号、编号或名称；changes 里去掉哪个字段，就不改哪个字段。删去的行等于 skip。
# 内容请在台账里改，改后重新生成本文件；台账或数据库变过，本文件即失效。
"""


# -- writing


def lines(db: Connection, plans: Sequence[Plan], tell: Tell | None = None) -> Iterator[str]:
    """The text of the file, row by row, telling how many were written."""
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
        wording, refused = Wording(db, plan), plan.rejected_rows
        for place, change in enumerate(plan.stage.changes(every=True)):
            if tell and place and place % _EVERY == 0:
                tell(f"正在写计划文件：{plan.record.label} {place:,} 行")
            why = "；".join(issue.message for issue in refused.get(change.row, ()))
            yield f"  {_flow(_entry(wording, change, names if place < _COMPARED else None, why))},\n"
        yield "  ]}\n"


def _told(wish: Wish) -> dict[str, Any]:
    """How the ledgers were read: what differs from a bare import."""
    plain = Wish()
    said = {each.name: getattr(wish, each.name) for each in fields(Wish)}
    told = {key: value for key, value in said.items() if value != getattr(plain, key) and key != "decisions"}
    return told | ({"recipe": _as_text(wish.recipe.content)} if "recipe" in told else {})


def _as_text(content: Any) -> Any:
    """What a mapping file holds, with days and other things that JSON has not as the text that they are read as."""
    if isinstance(content, dict):
        return {str(key): _as_text(value) for key, value in content.items()}
    if isinstance(content, list):
        return [*map(_as_text, content)]
    return content if content is None or isinstance(content, bool | int | float) else str(content)


def _entry(wording: Wording, change: staging.Change, names: Names | None, why: str) -> dict[str, Any]:
    do = _DONE[change.verdict]
    entry: dict[str, Any] = {"row": change.row, "do": do}
    if change.record is not None and change.record > 0:
        entry["record"] = change.record
    told = [*islice(wording.brief(change), 3)] if change.record is None else []
    if told:
        entry["what"] = " ".join(told)
    if do == UPDATE:
        entry["changes"] = wording.changes(change)
    if do == REFUSE:
        entry["why"] = why
    near = names.near(told[0], least=80) if names and do == CREATE and told else []
    if near:
        entry["near"] = [f"#{row} {name}" for row, name in near]
    return entry


def _json(value: Any) -> str:
    """As JSON, which is YAML but for characters that YAML takes for the end of a line, or for none at all."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else "".join(map(_printable, text))


def _printable(char: str) -> str:
    if char.isprintable() or char == "\u3000":  # a wide blank is common in Chinese, and none to YAML
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


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


def plans(db: Connection, path: Path, tell: Tell | None, today: str) -> list[Plan]:
    """What the file decides. Raises as ``read`` does, and UsageError when it has decisions for more sheets than there
    are: a part that was copied."""
    files, wish = read(db, path)
    decided = planning.plan_files(db, files, wish, tell or say_nothing, today)
    if len(decided) != len(wish.decisions or ()):
        raise UsageError("计划文件与台账的工作表对不上；请用 import --plan 重新生成")
    return decided


def read(db: Connection, path: Path) -> tuple[list[Path], Wish]:
    """The ledgers a plan file is for, and the wish that decides as it says.

    Raises UsageError for a file that is not as it must be, RejectedError when a ledger or the database has moved on.
    """
    if not path.is_file():
        raise UsageError(f"找不到计划文件 {path}")
    content = resources.load_yaml(path)
    try:
        files = {Path(entry["path"]): str(entry["sha256"]) for entry in content["files"]}
        decided = [(str(sheet["noun"]), _decisions_of(sheet["rows"] or (), path)) for sheet in content["sheets"]]
        wish = _wish(dict(content["reading"]), decided, path)
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


def _wish(told: dict[str, Any], decided: Sequence[tuple[str, Mapping[int, Decision]]], path: Path) -> Wish:
    """How the ledgers are to be read. ValueError or UsageError when a hand has made it something else."""
    mapping = recipe.parsed(told.pop("recipe", {}), path.name)
    plain = Wish()
    for key, value in told.items():
        usual = getattr(plain, key)
        kind = str if usual is None else type(usual)
        if not isinstance(value, kind) or (key == "noun" and value not in RECORDS):
            raise ValueError(f"reading {key}: {value}")
        if isinstance(value, dict):
            told[key] = {str(name): str(text) for name, text in value.items()}
    return Wish(**told, recipe=mapping, decisions=decided)


def _decisions_of(entries: Sequence[Mapping[str, Any]], path: Path) -> dict[int, Decision]:
    """By row. A line that was copied and not renumbered must not silently win over the other."""
    decided: dict[int, Decision] = {}
    for entry in entries:
        row = entry["row"]
        if type(row) is not int:  # YAML has true and 2.5 as well
            raise UsageError(f"{path.name} 里的 row“{row}”应是行号")
        if row in decided:
            raise UsageError(f"{path.name} 里第 {row} 行写了两次，请删去一处")
        decided[row] = _decision(entry, f"{path.name} 第 {row} 行")
    return decided


def _decision(entry: Mapping[str, Any], place: str) -> Decision:
    do, record, changes = entry["do"], entry.get("record"), entry.get("changes")
    choices = (*_DONE.values(), SKIP)
    if do not in choices:
        raise UsageError(f"{place}的 do“{do}”应是 {'、'.join(choices)} 之一")
    if unknown := [key for key in entry if key not in _KEYS]:
        raise UsageError(f"{place}的“{unknown[0]}”不认得；可写：{'、'.join(_KEYS)}")
    if record is not None and type(record) not in (int, str):
        raise UsageError(f"{place}的 record 应是一条记录的序号、编号或名称")
    if do == CREATE and record is not None:
        raise UsageError(f"{place}写了 record，不能 {CREATE}；是那一条请改成 {UPDATE} 或 {MATCH}")
    told = {str(key): [str(text) for text in pair] for key, pair in changes.items()} if changes is not None else None
    return Decision(do, f"#{record}" if isinstance(record, int) else record, told, str(entry.get("why") or ""))
