"""A whole copy of a database, checked before it gets its name."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from zhengshe.errors import DatabaseError


def copy_whole(db: sqlite3.Connection, target: Path) -> None:
    """Copy an open database; ``target`` appears when the copy is whole and sound, and only its owner may read it."""
    handle, name = tempfile.mkstemp(prefix=f"{target.stem}-", suffix=".partial", dir=target.parent)
    os.close(handle)
    partial = Path(name)
    try:
        with closing(sqlite3.connect(partial)) as copy:
            db.backup(copy)
            must_be_sound(copy, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def beside(path: Path) -> list[Path]:
    """Every copy of this file that the program has put beside it, also one that it could not finish."""
    return sorted(
        copy for kind in ("bak.db", "damaged.db", "partial") for copy in path.parent.glob(f"{path.stem}-*.{kind}")
    )


def must_be_sound(db: sqlite3.Connection, path: Path) -> None:
    """quick_check takes as long as the copy itself; the full integrity_check is for ``doctor``."""
    (answer,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise DatabaseError(f"{path} 已损坏（{answer}），没有改动现有数据；请换一份备份")
