"""Staged rows into the ledger, by whole sets.

The table's history triggers rest meanwhile (one transaction, nobody else can write) and the history is written by one
INSERT … SELECT with the same JSON.
"""

from __future__ import annotations

import sqlite3

from zhengshe.errors import RejectedError
from zhengshe.store import history
from zhengshe.store.staging import CHANGED, NEW, Stage

_UTC_NOW = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
_REBUILD_INDEXES = 10_000  # rows from which building the indexes afterwards is the quicker way


def write(db: sqlite3.Connection, stage: Stage, batch: int) -> None:
    """Insert and update within the batch that is open, with the history of every row."""
    triggers = history.drop_triggers(db, stage.record)
    numbers = stage.counts()
    try:
        if numbers[CHANGED]:
            _update(db, stage, batch)
        if numbers[NEW]:
            _insert(db, stage, batch, numbers[NEW])
    except sqlite3.IntegrityError as error:  # a hand that chose the records chose one that cannot be
        what = f"{stage.record.label}中会有两条相同的编号或代码（{error}）"
        raise RejectedError(f"{what}，没有写入；请核对 record 选对了没有") from error
    for statement in triggers:
        db.execute(statement)


def _update(db: sqlite3.Connection, stage: Stage, batch: int) -> None:
    noun = stage.record.noun
    kept = [row[1] for row in db.execute(f'PRAGMA table_info("{noun}")')]
    merged = ["'id', t.id"]
    for name in kept[1:]:
        if name in stage.record:
            merged.append(f'\'{name}\', coalesce(s."{name}", t."{name}")')
        else:
            merged.append(f"'{name}', {_UTC_NOW if name == 'updated_at' else f't.{name}'}")
    db.execute(
        "INSERT INTO history(batch, noun, record, org, before, after)"
        f" SELECT ?, '{noun}', t.id, {history.organization_of(stage.record, 't.')},"
        f" {history.row_json(kept, 't.')}, json_object({', '.join(merged)})"
        f" FROM {stage.table} s JOIN \"{noun}\" t ON t.id = s.record WHERE s.verdict = '{CHANGED}' ORDER BY s.row",
        (batch,),
    )
    pairs = ", ".join(f'"{key}" = coalesce(s."{key}", "{noun}"."{key}")' for key in stage.record.keys)
    db.execute(
        f'UPDATE "{noun}" SET {pairs}, updated_at = {_UTC_NOW} FROM {stage.table} s'
        f" WHERE s.record = \"{noun}\".id AND s.verdict = '{CHANGED}'"
    )


def _insert(db: sqlite3.Connection, stage: Stage, batch: int, rows: int) -> None:
    noun = stage.record.noun
    (last,) = db.execute(f'SELECT coalesce(max(id), 0) FROM "{noun}"').fetchone()
    indexes = _drop_indexes(db, noun) if last == 0 and rows >= _REBUILD_INDEXES else []
    columns = stage.columns()
    (now,) = db.execute(f"SELECT {_UTC_NOW}").fetchone()  # once, and not for every row
    db.execute(
        f'INSERT INTO "{noun}"({columns}, created_at, updated_at)'
        f" SELECT {columns}, ?1, ?1 FROM {stage.table} WHERE verdict = '{NEW}' ORDER BY row",
        (now,),
    )
    for statement in indexes:
        db.execute(statement)
    kept = [row[1] for row in db.execute(f'PRAGMA table_info("{noun}")')]
    db.execute(
        "INSERT INTO history(batch, noun, record, org, before, after)"
        f" SELECT ?, '{noun}', t.id, {history.organization_of(stage.record, 't.')}, NULL,"
        f" {history.row_json(kept, 't.')}"
        f' FROM "{noun}" t WHERE t.id > ? ORDER BY t.id',
        (batch, last),
    )


def _drop_indexes(db: sqlite3.Connection, noun: str) -> list[str]:
    found = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
        (noun,),
    ).fetchall()
    for name, _ in found:
        db.execute(f'DROP INDEX "{name}"')
    return [sql for _, sql in found]
