"""Open the one file, and say clearly why it cannot be opened."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from zhengshe.errors import DatabaseError, os_reason
from zhengshe.store import migrate

Connection = sqlite3.Connection

WAIT_SECONDS = 5
_SORTING_THREADS = 2  # that SQLite may use beside its own, to build the indexes of a large import


def open_database(path: Path, *, create: bool = False) -> Connection:
    """An open connection to a zhengshe database of today's schema; an older one is backed up and migrated first.

    Raises DatabaseError for a file that is missing, not ours, damaged, unreadable or newer than the program.
    """
    if create:
        _create_private(path)
    elif not path.exists():
        raise DatabaseError(f"找不到数据库 {path}；先运行 zhengshe init，或用 --db 指定文件")
    try:
        db = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    except sqlite3.Error as error:
        raise _explained(error, path) from error
    try:
        migrate.bring_up_to_date(db, path, new=create)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(f"PRAGMA threads = {_SORTING_THREADS}")
    except (sqlite3.Error, UnicodeDecodeError) as error:  # SQLite quotes the damaged text in what it says
        db.close()
        raise _explained(error, path) from error
    except BaseException:
        db.close()
        raise
    return db


def open_copy(path: Path) -> Connection:
    """A copy in memory, of today's schema whatever the file's: another's file is read, never written."""
    if not path.is_file():
        raise DatabaseError(f"找不到数据库 {path}")
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=WAIT_SECONDS)) as source:
            source.backup(copy)
        migrate.bring_up_to_date(copy, path, in_memory=True)
    except sqlite3.Error as error:
        copy.close()
        raise _explained(error, path) from error
    return copy


def file_of(db: Connection) -> Path | None:
    """The file behind a connection; None for a copy in memory."""
    (_, _, name) = db.execute("PRAGMA database_list").fetchone()
    return Path(name) if name else None


def _create_private(path: Path) -> None:
    """An empty file that only its owner may read: it will hold people's telephone numbers."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise DatabaseError(f"{path} 已存在，没有改动；换一个文件名，或直接使用它") from None
    except OSError as error:
        raise DatabaseError(f"不能在 {path.parent} 新建文件：{os_reason(error)}") from error


def begin(db: Connection) -> None:
    """Start to write. DatabaseError when it cannot be; when others are writing it says who."""
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        raise _explained(error, file_of(db)) from error


def explain(error: BaseException) -> DatabaseError | None:
    """What an SQLite error means for the clerk; None when the error is not SQLite's."""
    return _explained(error) if isinstance(error, sqlite3.Error) else None


def blame_damage(db: Connection, path: Path, error: BaseException) -> None:
    """An error nobody foresaw may come from a damaged file, where a number stands for a text: DatabaseError if so."""
    try:
        (answer,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as damage:
        raise _explained(damage, path) from error
    if answer != "ok":
        raise DatabaseError(f"数据库 {path} 已损坏（{answer}）；请用最近的备份恢复") from error


def _explained(error: Exception, path: Path | None = None) -> DatabaseError:
    text = str(error)
    name = f" {path}" if path else ""
    if "locked" in text or "busy" in text:
        from zhengshe.store.holders import holders

        who = f"（{'；'.join(known)}）" if path and (known := holders(path)) else ""
        return DatabaseError(
            f"数据库{name}正被别的程序{who}写入，已等待 {WAIT_SECONDS} 秒；请稍后重试，或先关闭那个程序"
        )
    if "readonly" in text or "read-only" in text:
        return DatabaseError(f"数据库{name}是只读的；请检查文件和所在文件夹的写权限")
    if "full" in text:
        return DatabaseError("磁盘已满，什么也没有写入；请腾出空间后重试")
    if "unable to open" in text:
        return DatabaseError(f"打不开数据库{name}；请检查路径和权限")
    if "not a database" in text:
        return DatabaseError(f"文件{name}不是数据库；请核对 --db 指定的文件")
    if any(word in text for word in ("malformed", "corrupt", "disk I/O", "decode")):
        return DatabaseError(f"数据库{name}已损坏（{text}）；请用最近的备份恢复")
    return DatabaseError(f"数据库出错：{text}；请用 zhengshe doctor 检查")
