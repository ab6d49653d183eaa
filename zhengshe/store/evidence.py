"""The bytes of evidence, in the ``sqlar`` table of the same file.

They are kept under their hash, so the same file is kept once, and stay when the record is removed so that the removal
can be undone; ``doctor --fix`` drops what no record refers to.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from zhengshe.errors import RejectedError
from zhengshe.store import records
from zhengshe.values import Value


def archive_name(sha256: str, filename: str) -> str:
    """The name in the archive, where several files may be called 合同.pdf."""
    return f"{sha256[:16]}/{_last_part(filename)}"


def plain_name(filename: str) -> str:
    """A file's name alone: no folder of the clerk's computer, and nothing that climbs out of one on extraction."""
    name = _last_part(filename).replace(":", "：")  # C:x is a place on Windows
    return name if name.strip(". ") else "未命名"


def _last_part(filename: str) -> str:
    return PurePosixPath(filename.replace("\\", "/")).name or "未命名"


def portable(name: str) -> str:
    """The same name where every system can write it: Windows takes ``:`` for a stream within a file."""
    return name.translate(dict.fromkeys(map(ord, '<>:"|?*'), "_"))


def keep(db: sqlite3.Connection, filename: str, content: bytes, modified: int) -> str:
    """Store the bytes and return their SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    packed = zlib.compress(content)
    data = packed if len(packed) < len(content) else content  # as the archive format asks: packed only when shorter
    db.execute(
        "INSERT OR IGNORE INTO sqlar(name, mode, mtime, sz, data) VALUES (?, ?, ?, ?, ?)",
        (archive_name(sha256, filename), 0o100600, modified, len(content), data),
    )
    return sha256


def fetch(db: sqlite3.Connection, sha256: str, filename: str) -> bytes | None:
    """The bytes again; None when they are not here or are not what they were."""
    row = db.execute("SELECT sz, data FROM sqlar WHERE name = ?", (archive_name(sha256, filename),)).fetchone()
    if row is None:
        return None
    size, data = row
    content = bytes(data) if len(data) == size else zlib.decompress(data)
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def whole(db: sqlite3.Connection, document: Mapping[str, Value]) -> tuple[str, bytes]:
    """The plain name and the bytes of a document's record. RejectedError when the bytes are not what they were."""
    filename = str(document["filename"])
    content = fetch(db, str(document["sha256"]), filename)
    if content is None:
        raise RejectedError(f"材料 {filename} 的内容缺失或已被改动（校验值不符）；请从备份恢复")
    return portable(plain_name(filename)), content


def hand_out(content: bytes, target: Path) -> Path:
    """Write a new file for its owner's eyes; neither a file nor a link of that name is touched (FileExistsError)."""
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return target


def papers(db: sqlite3.Connection, project: int) -> dict[str, bytes]:
    """The evidence of a project and of its findings, by numbered names. RejectedError as above."""
    found = records.children(db, "finding", "project", project)
    subjects = [f"project/{project}", *(f"finding/{finding['id']}" for finding in found)]
    documents = [each for subject in subjects for each in records.children(db, "document", "subject", subject)]
    named = (whole(db, document) for document in documents)
    return {f"{place:02d}-{name}": content for place, (name, content) in enumerate(named, 1)}


def copy_missing(db: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Take over the evidence of another file."""
    for row in other.execute("SELECT name, mode, mtime, sz, data FROM sqlar"):
        db.execute("INSERT OR IGNORE INTO sqlar(name, mode, mtime, sz, data) VALUES (?, ?, ?, ?, ?)", row)
