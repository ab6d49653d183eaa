"""Who wrote what, when: one command is one batch is one transaction, and every row it touches is kept before and after.

Rows are recorded by triggers, so a write by another program is recorded as well (as a batch of ``外部程序``). The
``session`` table holds the batch that is being written; it is empty outside our own transactions, which is how the
triggers know a stranger.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from zhengshe.errors import NotFoundError, RejectedError
from zhengshe.models import RECORDS, Record
from zhengshe.store import connection, records

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
OUTSIDER = "外部程序"


# -- triggers


def write_triggers(database: Database) -> None:
    """(Re)write the three triggers of every record's table from its present columns."""
    for record in RECORDS.values():
        columns = [column.name for column in database.table(record.noun).columns]
        for statement in trigger_statements(record, columns):
            database.conn.execute(statement)


def drop_triggers(db: sqlite3.Connection, record: Record) -> list[str]:
    """Drop a table's history triggers and return the statements that put them back: a bulk load in one transaction
    writes its history in one statement."""
    kept = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? AND name GLOB 'history_*'",
        (record.noun,),
    )
    statements = []
    for name, sql in kept.fetchall():
        db.execute(f'DROP TRIGGER "{name}"')
        statements.append(sql)
    return statements


def trigger_statements(record: Record, columns: list[str]) -> Iterator[str]:
    table = record.noun
    before, after = (row_json(columns, f"{side}.") for side in ("OLD", "NEW"))
    for event, side, old, new in (
        ("INSERT", "NEW", "NULL", after),
        ("UPDATE", "NEW", before, after),
        ("DELETE", "OLD", before, "NULL"),
    ):
        name = f"history_{table}_{event.lower()}"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield f"""CREATE TRIGGER "{name}" AFTER {event} ON "{table}" BEGIN
  INSERT INTO batch(at, operator, command)
  SELECT {NOW}, '{OUTSIDER}', '直接写入数据库'
  WHERE (SELECT batch FROM session) IS NULL AND NOT EXISTS (
    SELECT 1 FROM batch WHERE id = (SELECT max(id) FROM batch) AND operator = '{OUTSIDER}' AND at = {NOW});
  INSERT INTO history(batch, noun, record, org, before, after)
  VALUES (coalesce((SELECT batch FROM session), (SELECT max(id) FROM batch)),
    '{table}', {side}.id, {organization_of(record, side + ".")}, {old}, {new});
END"""


def row_json(columns: list[str], prefix: str) -> str:
    """An SQL expression: the row as a JSON object."""
    return "json_object(" + ", ".join(f"'{column}', {prefix}\"{column}\"" for column in columns) + ")"


def organization_of(record: Record, prefix: str) -> str:
    """An SQL expression: the organization a row belongs to."""
    if record.noun == "org":
        return f"{prefix}id"
    if "org" in record:
        return f'{prefix}"org"'
    if "project" in record:
        return f'(SELECT "org" FROM "project" WHERE id = {prefix}"project")'
    return "NULL"


# -- batches


@contextmanager
def batch(
    db: sqlite3.Connection, command: str, operator: str, undoes: int | None = None, *, even_if_empty: bool = False
) -> Iterator[int]:
    """One transaction under one batch number. Nothing written, no batch (unless ``even_if_empty``); an error, nothing
    written."""
    connection.begin(db)
    try:
        cursor = db.execute(
            f"INSERT INTO batch(at, operator, command, undoes) VALUES ({NOW}, ?, ?, ?)", (operator, command, undoes)
        )
        number = int(cursor.lastrowid or 0)
        db.execute("UPDATE session SET batch = ?", (number,))
        yield number
        if even_if_empty or db.execute("SELECT 1 FROM history WHERE batch = ? LIMIT 1", (number,)).fetchone():
            db.execute("UPDATE session SET batch = NULL")
            db.execute("COMMIT")
        else:
            db.execute("ROLLBACK")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


class Entry(NamedTuple):
    """One row of the log: a batch, or with ``noun`` one record touched by it."""

    batch: int
    at: str
    operator: str
    command: str
    noun: str
    record: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def act(self) -> str:
        if self.before is None and self.after is None:
            return "依法删除"
        return "新增" if self.before is None else "删除" if self.after is None else "修改"

    def differences(self) -> list[tuple[str, Any, Any]]:
        """(field, old, new) for every field that changed; what a lawful deletion took is one without old and new."""
        if self.before is None and self.after is None:
            return [("内容", None, None)]
        old, new = self.before or {}, self.after or {}
        keys = [key for key in (new or old) if key not in ("id", "created_at", "updated_at")]
        return [(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def entries(
    db: sqlite3.Connection,
    *,
    batch: int | None = None,
    org: int | None = None,
    noun: str | None = None,
    record: int | None = None,
    since: str | None = None,
) -> Iterator[Entry]:
    """What was written, oldest first."""
    conditions = {
        "h.batch = ?": batch,
        "h.org = ?": org,
        "h.noun = ?": noun,
        "h.record = ?": record,
        "b.at >= ?": since,
    }
    used = {sql: value for sql, value in conditions.items() if value is not None}
    rows = db.execute(
        "SELECT h.batch, b.at, b.operator, b.command, h.noun, h.record, h.before, h.after"
        " FROM history h JOIN batch b ON b.id = h.batch"
        f" WHERE {' AND '.join(used) or '1'} ORDER BY h.id",
        tuple(used.values()),
    )
    for number, at, operator, command, name, row, before, after in rows:
        yield Entry(
            number,
            at,
            operator,
            command,
            name,
            row,
            json.loads(before) if before else None,
            json.loads(after) if after else None,
        )


def as_before(db: sqlite3.Connection, record: Record, row: int, number: int) -> dict[str, Any] | None:
    """The stored values of a record as they were before the batch that is being written; None when it was not there."""
    first = next(entries(db, batch=number, noun=record.noun, record=row), None)
    return first.before if first else records.get(db, record, row)


class BatchSummary(NamedTuple):
    batch: int
    at: str
    operator: str
    command: str
    undoes: int | None
    records: int


def batches(db: sqlite3.Connection, *, since: str | None = None) -> Iterator[BatchSummary]:
    """One line a batch, oldest first."""
    rows = db.execute(
        "SELECT b.id, b.at, b.operator, b.command, b.undoes, (SELECT count(*) FROM history h WHERE h.batch = b.id)"
        " FROM batch b WHERE b.at >= ? ORDER BY b.id",
        (since or "",),
    )
    return (BatchSummary(*row) for row in rows)


# -- undo


def last_batch(db: sqlite3.Connection) -> int | None:
    number: int | None = db.execute("SELECT max(batch) FROM history").fetchone()[0]
    return number


def state(db: sqlite3.Connection) -> str:
    """What tells whether the ledger is still as it was: its last batch, and when that was written."""
    row = db.execute("SELECT id, at FROM batch WHERE id = ?", (last_batch(db),)).fetchone()
    return f"{row[0]} {row[1]}" if row else ""


class Undone(NamedTuple):
    """Which batch was taken back, by which new batch, what it had been, and how many records went back."""

    batch: int
    new: int
    command: str
    records: int


def undo(db: sqlite3.Connection, number: int, operator: str) -> Undone:
    """Put every record that batch ``number`` touched back as it was before.

    Nothing is written when a later batch left one of those records in another state, or a lawful deletion took content
    from one (RejectedError names the batch), or when there is no such batch (NotFoundError).
    """
    found = db.execute("SELECT command FROM batch WHERE id = ?", (number,)).fetchone()
    if not found:
        raise NotFoundError(f"没有批次 {number}；用 zhengshe log 查看")
    with batch(db, f"undo {number}", operator, undoes=number) as new:
        _refuse_if_content_is_gone(db, number)
        count = 0
        # newest first: what was added under a new record goes before the record itself
        for noun, record, before, after in _newest_first(db, number):
            _refuse_if_moved_on(db, number, noun, record, after)
            _put_back(db, number, noun, record, before, after)
            count += 1
        return Undone(number, new, found[0], count)


def _newest_first(db: sqlite3.Connection, number: int, chunk: int = 1000) -> Iterator[tuple[str, int, str, str]]:
    """The rows of a batch, read in pieces so that a large import can be taken back in little memory."""
    last = 2**63 - 1
    while rows := db.execute(
        "SELECT id, noun, record, before, after FROM history WHERE batch = ? AND id < ? ORDER BY id DESC LIMIT ?",
        (number, last, chunk),
    ).fetchall():
        for _, noun, record, before, after in rows:
            yield noun, record, before, after
        last = rows[-1][0]


def _refuse_if_content_is_gone(db: sqlite3.Connection, number: int) -> None:
    """A lawful deletion (``redact``) leaves rows with neither before nor after; what it took cannot be put back."""
    (erased,) = db.execute(
        "SELECT max(gone.batch) FROM history h JOIN history gone ON gone.noun = h.noun AND gone.record = h.record"
        " WHERE h.batch = ?1 AND gone.batch >= ?1 AND gone.before IS NULL AND gone.after IS NULL",
        (number,),
    ).fetchone()
    if erased == number:
        raise RejectedError(f"批次 {number} 是依法删除，内容已不存在，不能撤销")
    if erased:
        raise RejectedError(f"不能撤销批次 {number}：其中有内容已由批次 {erased} 依法删除，不能复原；要改请直接修改")


def _refuse_if_moved_on(db: sqlite3.Connection, number: int, noun: str, record: int, after: str | None) -> None:
    now = records.get(db, RECORDS[noun], record)
    then = json.loads(after) if after else None
    # a column that a later migration added was NULL when the history was written
    if now == then or (now and then and all(now[key] == then.get(key) for key in now)):
        return
    later = db.execute(
        "SELECT b.id, b.operator, b.command FROM history h JOIN batch b ON b.id = h.batch"
        " WHERE h.noun = ? AND h.record = ? AND h.batch > ? AND h.batch < (SELECT batch FROM session)"
        " ORDER BY h.id DESC LIMIT 1",
        (noun, record, number),
    ).fetchone()
    who = f"批次 {later[0]}（{later[1]}：{later[2]}）" if later else "别的程序"
    raise RejectedError(f"不能撤销批次 {number}：{_label(noun, record)}后来被{who}改过；请先撤销后者")


def _put_back(
    db: sqlite3.Connection, number: int, noun: str, record: int, before: str | None, after: str | None
) -> None:
    if before is None:
        if held := list(records.dependants(db, RECORDS[noun], record)):
            names = "、".join(f"{count} 条{other.label}" for other, count in held)
            raise RejectedError(f"不能撤销批次 {number}：{_label(noun, record)}名下已有{names}；请先撤销或删除它们")
        db.execute(f'DELETE FROM "{noun}" WHERE id = ?', (record,))
        return
    row = json.loads(before)
    names = ", ".join(f'"{key}"' for key in row)
    marks = ", ".join("?" * len(row))
    if after is None:
        db.execute(f'INSERT INTO "{noun}"({names}) VALUES ({marks})', tuple(row.values()))
    else:
        db.execute(f'UPDATE "{noun}" SET ({names}) = ({marks}) WHERE id = ?', (*row.values(), record))


def _label(noun: str, record: int) -> str:
    return f"{RECORDS[noun].label} #{record} "
