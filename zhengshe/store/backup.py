"""Copies that can be trusted: made while the file is open, checked before they count, never half written."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from zhengshe.errors import DatabaseError
from zhengshe.store import migrate
from zhengshe.store.copies import copy_whole, must_be_sound


def back_up(db: sqlite3.Connection, path: Path, folder: Path, at: dt.datetime) -> Path:
    """A verified copy in ``folder``, named by time; it appears under its name only when it is whole."""
    target = folder / f"{path.stem}-{at:%Y%m%d-%H%M%S}.bak.db"
    if target.exists():
        raise DatabaseError(f"{target} 已存在，没有覆盖；请稍等一秒再备份")
    copy_whole(db, target)
    return target


def prune(path: Path, folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest ``keep`` backups of this file; returns what was deleted."""
    stamp = "[0-9]" * 8 + "-" + "[0-9]" * 6
    old = sorted(folder.glob(f"{path.stem}-{stamp}.bak.db"))[:-keep]
    for copy in old:
        copy.unlink()
    return old


def restore(path: Path, source: Path, at: dt.datetime) -> Path | None:
    """Put the content of a verified backup in place of the file's; returns the copy kept of what it replaces.

    DatabaseError, with nothing changed, when the backup is not ours, damaged or newer than the program.
    """
    if not source.is_file():
        raise DatabaseError(f"找不到备份 {source}")
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as backup:
        try:
            _must_be_ours(backup, source)
            must_be_sound(backup, source)
        except sqlite3.DatabaseError as error:
            raise DatabaseError(f"备份 {source} 不能用（{error}），没有改动现有数据") from error
        kept = _set_aside(path, at) if path.exists() else None
        try:
            with closing(sqlite3.connect(path, timeout=10)) as live:
                backup.backup(live)  # one transaction in the file itself, so that other programs see all of it or none
        except sqlite3.DatabaseError:  # what is there is no database any more
            copy_whole(backup, path)
    return kept


def _set_aside(path: Path, at: dt.datetime) -> Path:
    """A copy of the file that is to be replaced, byte for byte when it can no longer be read as a database."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return back_up(db, path, path.parent, at)
    except (sqlite3.DatabaseError, DatabaseError):
        copy = path.with_name(f"{path.stem}-{at:%Y%m%d-%H%M%S}.damaged.db")
        shutil.copy2(path, copy)
        copy.chmod(0o600)
        return copy


def _must_be_ours(db: sqlite3.Connection, path: Path) -> None:
    (identity,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if identity != migrate.APPLICATION_ID:
        raise DatabaseError(f"{path} 不是政社台账的备份，没有改动现有数据")
    if version > len(migrate.steps()):
        raise DatabaseError(f"{path} 由更新版本的 zhengshe 写成，没有改动现有数据；请先升级程序")
