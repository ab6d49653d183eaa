"""Bring a file to today's schema: the numbered SQL files in ``migrations/``, each applied once and never changed again.

``PRAGMA user_version`` counts the steps taken and ``PRAGMA application_id`` marks the file as ours. The history
triggers are written anew after every migration from the columns that are really there, so a new column is in the
history without another edit.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from zhengshe.errors import DatabaseError

APPLICATION_ID = int.from_bytes(b"ZSHE", "big")
FOLDER = Path(__file__).parent / "migrations"


def steps() -> list[Path]:
    """The migrations in order."""
    return sorted(path for path in FOLDER.iterdir() if path.suffix == ".sql")


def bring_up_to_date(db: sqlite3.Connection, path: Path, *, new: bool = False, in_memory: bool = False) -> None:
    """Check whose file this is, and take the steps it lacks in one transaction, with foreign keys off.

    A file is backed up first; a ``new`` one has nothing to lose, nor has a copy ``in_memory``.
    """
    (identity,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if not new and identity != APPLICATION_ID:
        raise DatabaseError(f"{path} 不是政社台账数据库；请核对 --db，或用 zhengshe init 新建")
    todo = steps()
    if version > len(todo):
        raise DatabaseError(
            f"{path} 由更新版本的 zhengshe 写成（第 {version} 版，本程序只到第 {len(todo)} 版）；请先升级程序"
        )
    if version == len(todo):
        return
    if not new and not in_memory:
        back_up_before(db, path, version)
    _take(db, todo, new)


def back_up_before(db: sqlite3.Connection, path: Path, version: int) -> Path:
    """A copy beside the file, named by schema version and time."""
    from zhengshe.store.copies import copy_whole  # a start need not wait for it

    copy = path.with_name(f"{path.stem}-v{version}-{dt.datetime.now():%Y%m%d-%H%M%S}.bak.db")
    copy_whole(db, copy)
    return copy


def _take(db: sqlite3.Connection, todo: list[Path], new: bool) -> None:
    from sqlite_utils import Database  # 0.1 s to load, and only a migration needs it

    from zhengshe.store import history, lookup

    db.execute("BEGIN IMMEDIATE")  # another program that opens the file waits, and then finds the steps taken
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        for step in todo[version:]:
            for statement in statements(step.read_text("utf-8")):
                db.execute(statement)
        history.write_triggers(Database(db, execute_plugins=False))
        lookup.spell_names(db)  # of names that a step has found
        db.execute(f"PRAGMA user_version = {len(todo)}")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        if not new and (broken := db.execute("PRAGMA foreign_key_check").fetchone()):
            raise DatabaseError(f"升级后发现悬空引用（表 {broken[0]}），已退回原状")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def statements(script: str) -> Iterator[str]:
    """The statements of a script one by one; ``executescript`` would commit the transaction we are in."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending
