"""Examine the file: pages, references, schema, history against the tables, evidence against its hashes,
what search knows against the names."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from zhengshe.errors import DatabaseError
from zhengshe.models import RECORDS
from zhengshe.store import evidence, history, migrate
from zhengshe.store.lookup import spell_names


@dataclass(frozen=True)
class Complaint:
    """What is wrong, how it can be put right, and the repair where that is safe."""

    check: str
    message: str
    repair: Callable[[sqlite3.Connection], object] | None = None


def examine(db: sqlite3.Connection) -> Iterator[Complaint]:
    """Every complaint; nothing is changed. DatabaseError when pages are damaged: what such a file says of itself is
    worth nothing."""
    broken = [row[0] for row in db.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    if broken:
        more = f"，至少 {len(broken)} 处" if len(broken) > 1 else ""
        raise DatabaseError(f"数据库已损坏（{broken[0]}{more}）；请用最近的备份恢复")
    for table, row, target, _ in db.execute("PRAGMA foreign_key_check"):
        yield Complaint("引用", f"{table} #{row} 引用的 {target} 不存在；请用 undo 或备份恢复")
    yield from _schema(db)
    yield from _subjects(db)
    yield from _history(db)
    yield from _evidence(db)
    yield from _names(db)


def _schema(db: sqlite3.Connection) -> Iterator[Complaint]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        migrate.bring_up_to_date(fresh, Path("新库"), new=True)
        wanted, found = _objects(fresh), _objects(db)
    for name in sorted(wanted.keys() - found.keys()):
        repair = _rewrite_triggers if name.startswith("history_") else None
        yield Complaint("结构", f"缺少 {name}", repair)
    for name in sorted(name for name in wanted.keys() & found.keys() if wanted[name] != found[name]):
        repair = _rewrite_triggers if name.startswith("history_") else None
        yield Complaint("结构", f"{name} 与本版程序不同", repair)


def _objects(db: sqlite3.Connection) -> dict[str, str]:
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*'")
    return {name: " ".join(sql.split()) for name, sql in rows}


def _rewrite_triggers(db: sqlite3.Connection) -> None:
    from sqlite_utils import Database

    history.write_triggers(Database(db, execute_plugins=False))


def _subjects(db: sqlite3.Connection) -> Iterator[Complaint]:
    for row, subject in db.execute("SELECT id, subject FROM document").fetchall():
        noun, _, owner = subject.partition("/")
        known = noun in RECORDS and db.execute(f'SELECT 1 FROM "{noun}" WHERE id = ?', (owner,)).fetchone()
        if not known:
            yield Complaint("材料", f"材料 #{row} 所属的 {subject} 不存在；请用 document edit 改正或删除")


def _history(db: sqlite3.Connection) -> Iterator[Complaint]:
    """The last thing the history says of every record must be how it stands. A lawful deletion says nothing of it."""
    says_something = "(before IS NOT NULL OR after IS NOT NULL)"
    for noun, record in RECORDS.items():
        columns = [row[1] for row in db.execute(f'PRAGMA table_info("{noun}")')]
        row = history.row_json(columns, "t.")
        differing = db.execute(
            f'SELECT t.id FROM "{noun}" t LEFT JOIN history h ON h.id = ('
            f"SELECT max(id) FROM history WHERE noun = ? AND record = t.id AND {says_something})"
            # the patch drops what is NULL: a column that a later migration added is absent from older history
            f" WHERE h.after IS NULL OR json_patch('{{}}', h.after) <> json_patch('{{}}', {row})",
            (noun,),
        ).fetchall()
        for (number,) in differing[:3]:
            yield Complaint("历史", f"{record.label} #{number} 与最后一次记入历史的内容不同（历史之外被改过）")
        gone = db.execute(
            "SELECT count(*) FROM history h WHERE noun = ? AND after IS NOT NULL"
            f" AND id = (SELECT max(id) FROM history WHERE noun = h.noun AND record = h.record AND {says_something})"
            f' AND NOT EXISTS (SELECT 1 FROM "{noun}" WHERE id = h.record)',
            (noun,),
        ).fetchone()[0]
        if gone:
            yield Complaint("历史", f"{gone} 条{record.label}在历史之外被删除")


def _names(db: sqlite3.Connection) -> Iterator[Complaint]:
    """Search must know every name that is or was borne, how it is spelled, and no other."""
    borne = 'SELECT name FROM org UNION SELECT "before" FROM change WHERE item = \'名称\' AND "before" IS NOT NULL'
    missing = f"{borne} EXCEPT SELECT name FROM pinyin"
    left_over = f"SELECT name FROM pinyin EXCEPT SELECT name FROM ({borne})"
    for wrong, said, repair in (
        (missing, "个名称查找不到", f"INSERT INTO pinyin(name) {missing}"),
        (left_over, "个名称已无组织使用，却还能查到", f"DELETE FROM pinyin WHERE name IN ({left_over})"),
    ):
        (count,) = db.execute(f"SELECT count(*) FROM ({wrong})").fetchone()
        if count:
            yield Complaint("名称", f"{count} {said}", partial(_renew_names, repair))
    unspelled = db.execute("SELECT count(*) FROM pinyin WHERE initials IS NULL").fetchone()[0]
    if unspelled:
        yield Complaint("拼音", f"{unspelled} 个名称还没有拼音", spell_names)


def _renew_names(repair: str, db: sqlite3.Connection) -> None:
    db.execute(repair)
    spell_names(db)


def _evidence(db: sqlite3.Connection) -> Iterator[Complaint]:
    used = set()
    for row, sha256, filename in db.execute("SELECT id, sha256, filename FROM document WHERE sha256 IS NOT NULL"):
        used.add(evidence.archive_name(sha256, filename))
        if evidence.fetch(db, sha256, filename) is None:
            yield Complaint("材料", f"材料 #{row} {filename} 的内容缺失或校验值不符；请从备份恢复")
    unused = [(name,) for (name,) in db.execute("SELECT name FROM sqlar") if name not in used]
    if unused:
        drop = "DELETE FROM sqlar WHERE name = ?"
        message = f"{len(unused)} 份内容已没有记录引用（清除后，删除材料的撤销不再能取回内容）"
        yield Complaint("材料", message, lambda db: db.executemany(drop, unused))
