"""Staged rows into the ledger, by whole sets.

The table's history triggers rest meanwhile (one transaction, nobody else can write) and the history is written by one
INSERT … SELECT that says the same. Where as many rows come as there were, indexes are built afterwards from sorted
keys, and the table's CHECKs are asked once of all rows.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from zhengshe.errors import RejectedError
from zhengshe.store import history
from zhengshe.store.staging import CHANGED, IS_NEW, NEW, Stage

_UTC_NOW = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
_REBUILD_INDEXES = 10_000  # rows from which building the indexes afterwards is the quicker way


def write(db: sqlite3.Connection, stage: Stage, counts: Mapping[str, int], batch: int) -> None:
    """Insert and update within the batch that is open, with the history of every row. ``counts`` are the stage's."""
    triggers = history.drop_triggers(db, stage.record)
    try:
        if counts[CHANGED]:
            _update(db, stage, batch)
        if counts[NEW]:
            _insert(db, stage, batch, counts[NEW])
    except sqlite3.IntegrityError as error:  # a hand that chose the records chose one that cannot be
        what = f"{stage.record.label}中会有两条相同的编号或代码（{error}）"
        raise RejectedError(f"{what}，没有写入；请核对 record 选对了没有") from error
    for statement in triggers:
        db.execute(statement)


def _update(db: sqlite3.Connection, stage: Stage, batch: int) -> None:
    noun = stage.record.noun
    now = _now(db)
    kept = [row[1] for row in db.execute(f'PRAGMA table_info("{noun}")')]
    merged = ["'id', t.id"]
    for name in kept[1:]:
        if name in stage.record:
            merged.append(f'\'{name}\', coalesce(s."{name}", t."{name}")')
        else:
            merged.append(f"'{name}', {'?2' if name == 'updated_at' else f't.{name}'}")
    db.execute(
        "INSERT INTO history(batch, noun, record, org, before, after)"
        f" SELECT ?1, '{noun}', t.id, {history.organization_of(stage.record, 't.')},"
        f" {history.row_json(kept, 't.')}, json_object({', '.join(merged)})"
        f" FROM {stage.table} s JOIN \"{noun}\" t ON t.id = s.record WHERE s.verdict = '{CHANGED}' ORDER BY s.row",
        (batch, now),
    )
    pairs = ", ".join(f'"{key}" = coalesce(s."{key}", "{noun}"."{key}")' for key in stage.record.keys)
    db.execute(
        f'UPDATE "{noun}" SET {pairs}, updated_at = ? FROM {stage.table} s'
        f" WHERE s.record = \"{noun}\".id AND s.verdict = '{CHANGED}'",
        (now,),
    )


def _insert(db: sqlite3.Connection, stage: Stage, batch: int, rows: int) -> None:
    noun = stage.record.noun
    (last,) = db.execute(f'SELECT coalesce(max(id), 0) FROM "{noun}"').fetchone()
    columns = ", ".join(f'"{key}"' for key in stage.filled)
    now = _now(db)
    with _indexes_afterwards(db, noun, rows), _checked_at_once(db, stage):
        db.execute(
            f'INSERT INTO "{noun}"({columns}, created_at, updated_at)'
            f" SELECT {columns}, ?1, ?1 FROM {stage.table} WHERE {IS_NEW} ORDER BY row",
            (now,),
        )
    # what is blank in every new row is not worth saying of each: half the fields of a ledger, half the time it takes
    filled = {"id", *stage.filled, "created_at", "updated_at"}
    kept = [row[1] for row in db.execute(f'PRAGMA table_info("{noun}")') if row[1] in filled]
    with _indexes_afterwards(db, "history", rows):
        db.execute(
            "INSERT INTO history(batch, noun, record, org, before, after)"
            f" SELECT ?, '{noun}', t.id, {history.organization_of(stage.record, 't.')}, NULL,"
            f" {history.row_json(kept, 't.')}"
            f' FROM "{noun}" t WHERE t.id > ? ORDER BY t.id',
            (batch, last),
        )


def _now(db: sqlite3.Connection) -> str:
    """Once for all rows: a table and its history that are written a second apart must say the same."""
    now: str = db.execute(f"SELECT {_UTC_NOW}").fetchone()[0]
    return now


@contextmanager
def _indexes_afterwards(db: sqlite3.Connection, table: str, rows: int) -> Iterator[None]:
    """Drop a table's indexes while many rows are added, and build them anew, unless there were still more before."""
    (known,) = db.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"').fetchone()
    if rows < max(known, _REBUILD_INDEXES):
        yield
        return
    indexes = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (table,)
    ).fetchall()
    for name, _ in indexes:
        db.execute(f'DROP INDEX "{name}"')
    yield
    for _, sql in indexes:
        db.execute(sql)


@contextmanager
def _checked_at_once(db: sqlite3.Connection, stage: Stage) -> Iterator[None]:
    """Ask the table's CHECKs of all new rows in one statement, and let the INSERT pass them by.

    For every row that a CHECK looks at SQLite builds the list of its IN anew, which takes longer than all else that an
    INSERT does. A row that breaks one is left for the INSERT to refuse, and so are CHECKs of another form.
    """
    (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (stage.record.noun,)).fetchone()
    lists = re.findall(r'CHECK (\("\w+" IN \([^()]*\)\))', sql)
    breaks = f"NOT ({' AND '.join(lists)})" if lists and len(lists) == sql.count("CHECK") else "1"
    left = db.execute(f"SELECT 1 FROM {stage.table} WHERE {IS_NEW} AND {breaks} LIMIT 1").fetchone()
    db.execute(f"PRAGMA ignore_check_constraints = {int(left is None)}")
    try:
        yield
    finally:
        db.execute("PRAGMA ignore_check_constraints = 0")
