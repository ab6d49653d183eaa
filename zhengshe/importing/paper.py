"""A piece of evidence into the ledger file: its bytes, and the record that says whose it is."""

from __future__ import annotations

from pathlib import Path

from zhengshe.errors import RejectedError
from zhengshe.models import RECORDS
from zhengshe.store import evidence, lookup, records
from zhengshe.store.connection import Connection
from zhengshe.values import Value


def attach(db: Connection, subject: str, file: Path, title: str | None, kind: str | None) -> int:
    """The id of the new record. RejectedError when this subject has the same file already."""
    record = RECORDS["document"]
    owner = lookup.find_owner(db, record.fields[0], subject)
    content = file.read_bytes()
    sha256 = evidence.keep(db, file.name, content, int(file.stat().st_mtime))
    values: dict[str, Value] = {"subject": owner, "title": title or file.stem, "kind": kind, "filename": file.name}
    values |= {"sha256": sha256, "size": len(content)}
    if existing := records.match(db, record, values):
        raise RejectedError(f"这份材料已经存过（#{existing}），没有再存")
    return records.insert(db, record, values)
