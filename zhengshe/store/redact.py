"""A lawful deletion: private content leaves the records, their history, the evidence and the free pages of the file.

It is recorded as a batch like any other, but its rows in ``history`` hold neither before nor after: that marks a record
some of whose content is gone. ``undo`` refuses every batch that such a record was part of. Which fields are private and
which records are wholly personal is declared in models.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zhengshe.errors import DatabaseError, NotFoundError
from zhengshe.models import ORG, RECORDS
from zhengshe.store import copies, evidence, history, lookup, private, records
from zhengshe.store.private import MARK, Key, Rule, Values
from zhengshe.values import Value


@dataclass
class Redacted:
    """What was (or would be) taken out, and what the clerk has to look at.

    changed, gone  how many records of which noun lost content, how many went whole (evidence with its bytes)
    commands       command lines in the history that named what is gone
    kept           longer names that hold a person's name and stay
    unread         evidence of the person's organizations that stays: nobody but a reader can say what a scan shows
    copies         backups beside the file, in which the content may still stand
    """

    changed: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    commands: int = 0
    kept: Sequence[str] = ()
    unread: int = 0
    copies: Sequence[Path] = ()
    batch: int | None = None

    @property
    def anything(self) -> bool:
        return bool(self.changed or self.gone or self.commands)


class _Rehearsed(Exception):
    """Everything is known; nothing is to be written."""


def redact(
    db: sqlite3.Connection,
    path: Path,
    form: str,
    ref: str,
    orgs: Sequence[str],
    command: str,
    operator: str,
    *,
    rehearse: bool = False,
) -> Redacted:
    """Delete what is private of the ``org`` or ``document`` that ``ref`` names, or the ``person`` of that name.

    A name may be borne by several people: when more than one organization knows it, NotFoundError asks which are meant
    (``orgs``). With ``rehearse`` nothing is written.
    """
    if form == "person":
        within = [find(db, "org", org) for org in orgs]
        person = private.OfPerson(db, ref, within)
        known = within or sorted(person.organizations(db))
        if len(known) > 1 and not within:
            names = [str((records.get(db, ORG, org) or {}).get("name") or f"#{org}") for org in known]
            raise NotFoundError(
                f"有 {len(names)} 家组织的记录提到“{ref}”，可能不是同一人；请用 --org 逐家指明：{'、'.join(names)}",
                tuple(names),
            )
        done = carry_out(db, person, command, operator, rehearse=rehearse)
        done.kept, done.unread = person.kept, _papers_left(db, known)
    else:
        row = find(db, form, ref)
        rule = private.OfOrganization(row) if form == "org" else private.OfDocument(row)
        done = carry_out(db, rule, command, operator, rehearse=rehearse)
    done.copies = copies.beside(path)
    return done


def carry_out(db: sqlite3.Connection, rule: Rule, command: str, operator: str, *, rehearse: bool = False) -> Redacted:
    """Delete in one batch, then write the file anew. ``rehearse`` tells what would go and leaves everything.

    NotFoundError when there is nothing to delete; the file has been written anew all the same, so that a deletion whose
    last step failed can be repeated.
    """
    db.execute("PRAGMA secure_delete = ON")
    done = Redacted()
    try:
        with history.batch(db, command, operator, even_if_empty=True) as batch:
            done = erase(db, rule, batch)
            if rehearse or not done.anything:
                raise _Rehearsed
        done.batch = batch
    except _Rehearsed:
        pass
    if not rehearse:
        scrub(db)
    if not done.anything:
        raise NotFoundError("台账、历史和材料中都没有要删除的内容")
    return done


def erase(db: sqlite3.Connection, rule: Rule, batch: int) -> Redacted:
    """Take the content out of the tables, the history and the archive, within the batch that is open."""
    done = Redacted()
    pending = list(dict.fromkeys(rule.candidates(db)))
    resting: dict[str, list[str]] = {}
    whole: dict[Key, list[Values]] = {}
    condemned: set[Key] = set()
    while pending:
        key = pending.pop(0)
        record, versions = RECORDS[key[0]], [*private.versions(db, key)]
        if key in whole or not versions:
            continue
        if record.noun not in resting:
            resting[record.noun] = history.drop_triggers(db, record)
        if key in condemned or rule.takes_whole(key, versions):
            whole[key] = versions
            papers = private.papers_of(db, {key})  # before the record is gone
            condemned.update(papers)
            pending += papers
            _forget(db, key)
            done.gone[record.noun] += 1
        elif _clean(db, rule, key):
            done.changed[record.noun] += 1
        else:
            continue
        db.execute(
            "INSERT INTO history(batch, noun, record, org) VALUES (?, ?, ?, ?)",
            (batch, *key, private.owner(db, key, versions)),
        )
    for statement in (statement for statements in resting.values() for statement in statements):
        db.execute(statement)
    done.commands = _clean_commands(db, rule, whole)
    _drop_bytes(db, whole)
    return done


def scrub(db: sqlite3.Connection) -> None:
    """Write the file anew, without the pages and the journal in which old content may still stand."""
    try:
        db.execute("VACUUM")
        (busy, *_) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        raise DatabaseError(
            f"内容已从台账和历史中删除，但文件没能整理（{error}），空闲页里可能还有旧内容；"
            "请关闭其他程序、腾出磁盘空间，再运行一次同样的命令"
        ) from error
    if busy:
        raise DatabaseError("内容已删除，但别的程序开着这个库，日志里可能还有旧内容；请关闭它，再运行一次同样的命令")


def find(db: sqlite3.Connection, noun: str, ref: str) -> int:
    """A record, also one that was removed and stands in the history only. NotFoundError as usual."""
    try:
        return lookup.find(db, noun, ref)
    except NotFoundError as error:
        removed = db.execute(
            "SELECT DISTINCT record, noun FROM history WHERE noun = ?1 AND before IS NOT NULL AND ?2 IN"
            " (json_extract(before, '$.name'), json_extract(before, '$.uscc'), '#' || record)",
            (noun, ref),
        ).fetchall()
        gone = [row for row, _ in removed if records.get(db, RECORDS[noun], row) is None]
        if len(gone) != 1 or error.candidates:
            raise
        return int(gone[0])


# -- one record


def _clean(db: sqlite3.Connection, rule: Rule, key: Key) -> bool:
    """Take the content out of a record's row and of every version in its history; was there any?"""
    record, found = RECORDS[key[0]], False
    if now := records.get(db, record, key[1]):
        new = _difference(now, rule.cleaned(record, now))
        if new:
            pairs = ", ".join(f'"{name}" = ?' for name in new)
            db.execute(f'UPDATE "{record.noun}" SET {pairs} WHERE id = ?', (*new.values(), key[1]))
            found = True
    past = db.execute("SELECT id, before, after FROM history WHERE noun = ? AND record = ?", key).fetchall()
    for row, *sides in past:
        for side, text in zip(("before", "after"), sides, strict=True):
            values = json.loads(text) if text else {}
            if new := _difference(values, rule.cleaned(record, values)):
                places = [part for name, value in new.items() for part in (f'$."{name}"', value)]
                marks = ", ".join("?" * len(places))
                db.execute(f'UPDATE history SET "{side}" = json_set("{side}", {marks}) WHERE id = ?', (*places, row))
                found = True
    return found


def _difference(old: Mapping[str, Value], new: Mapping[str, Value]) -> Values:
    return {name: new[name] for name in new if name in old and new[name] != old[name]}


def _forget(db: sqlite3.Connection, key: Key) -> None:
    db.execute(f'DELETE FROM "{RECORDS[key[0]].noun}" WHERE id = ?', (key[1],))
    db.execute("UPDATE history SET before = NULL, after = NULL WHERE noun = ? AND record = ?", key)


# -- all records


def _clean_commands(db: sqlite3.Connection, rule: Rule, whole: Mapping[Key, Sequence[Values]]) -> int:
    """The command lines in the history give the names of files that were stored."""
    names = {str(values["filename"]) for versions in whole.values() for values in versions if "filename" in values}
    count = 0
    for batch, text in db.execute("SELECT id, command FROM batch").fetchall():
        new = rule.command(text)
        for name in names:
            if new.startswith("document ") and new.endswith(f" {name}"):
                new = new.removesuffix(name) + MARK
        if new != text:
            db.execute("UPDATE batch SET command = ? WHERE id = ?", (new, batch))
            count += 1
    return count


def _drop_bytes(db: sqlite3.Connection, whole: Mapping[Key, Sequence[Values]]) -> None:
    """Delete from the archive what only records that are gone referred to."""
    papers = [versions for (noun, _), versions in whole.items() if noun == "document"]
    names = {_archived(values) for versions in papers for values in versions}
    others = [*records.every(db, RECORDS["document"])]
    past = db.execute("SELECT coalesce(after, before) FROM history WHERE noun = 'document'").fetchall()
    others += [json.loads(text) for (text,) in past if text]
    names -= {_archived(values) for values in others}
    db.executemany("DELETE FROM sqlar WHERE name = ?", [(name,) for name in names])


def _papers_left(db: sqlite3.Connection, orgs: Iterable[int]) -> int:
    keys = {key for org in orgs for key in private.OfOrganization(org).candidates(db)}
    return sum(records.get(db, RECORDS[noun], row) is not None for noun, row in keys if noun == "document")


def _archived(values: Mapping[str, Value]) -> str:
    return evidence.archive_name(str(values["sha256"]), str(values["filename"]))
