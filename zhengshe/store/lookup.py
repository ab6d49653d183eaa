"""What the clerk calls a thing, and which record is meant.

Each rung of the ladder is tried only when the one before found nothing, and the first that finds anything decides: an
exact code is never outvoted by a fragment. Several finds on one rung are all returned; the caller refuses to choose.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from zhengshe.errors import NotFoundError, UsageError
from zhengshe.models import RECORDS, Field, Record
from zhengshe.values import Value, to_show


class Match(NamedTuple):
    id: int
    label: str


Rung = tuple[str, Callable[[str], bool] | None]  # an SQL condition, and what the text must be for it to be tried

_ORG = "SELECT o.id, o.name, coalesce(o.uscc, o.reg_no) FROM org o"
_FORMERLY = "o.id IN (SELECT org FROM change WHERE item = '名称' AND before"
_SPELLED = "(SELECT name FROM pinyin WHERE initials = lower(:text))"
_PART = "LIKE :part ESCAPE '\\'"
_ORG_RUNGS: tuple[Rung, ...] = (
    ("o.uscc = upper(:text)", None),
    ("o.reg_no = :text", None),
    ("o.name = :text", None),
    (f"{_FORMERLY} = :text)", None),
    ("o.id = CAST(:text AS INTEGER)", str.isdecimal),
    (f"o.name IN {_SPELLED} OR {_FORMERLY} IN {_SPELLED})", str.isascii),
    (f"o.name {_PART} OR o.uscc {_PART} OR o.reg_no {_PART} OR {_FORMERLY} {_PART})", None),
    (
        f"o.name IN (SELECT name FROM pinyin WHERE initials {_PART})",
        lambda text: text.isascii() and text.isalpha() and len(text) > 1,
    ),
)


def organizations(db: sqlite3.Connection, text: str) -> list[Match]:
    """By credit code, registration number, name, former name, #id, pinyin initials, or any fragment."""
    return _climb(db, _ORG, _ORG_RUNGS, text)


_NUMBERED_RUNGS: tuple[Rung, ...] = (
    ("t.number = upper(:text)", None),
    ("t.id = CAST(:text AS INTEGER)", str.isdecimal),
    ("t.{title} = :text", None),
    (f"t.{{title}} {_PART} OR t.number {_PART}", None),
)
_TITLES = {"project": "name", "finding": "fact"}


def numbered(db: sqlite3.Connection, record: Record, text: str) -> list[Match]:
    """A project or finding by number, #id, or a fragment of its name or fact."""
    title = _TITLES[record.noun]
    select = (
        f"SELECT t.id, t.number || ' ' || substr(t.{title}, 1, 24), o.name"
        f' FROM "{record.noun}" t JOIN org o ON o.id = t.org'
    )
    rungs = [(where.format(title=title), test) for where, test in _NUMBERED_RUNGS]
    return _climb(db, select, rungs, text)


def owned(db: sqlite3.Connection, record: Record, owner: Field, value: Value) -> list[Match]:
    """The records whose owner field holds ``value``."""
    brief = [field for field in record.fields if field.brief and field is not owner][:3]
    wanted = ", ".join(["id", *(f'"{field.key}"' for field in brief)])
    rows = db.execute(f'SELECT {wanted} FROM "{record.noun}" WHERE "{owner.key}" = ? ORDER BY id', (value,))
    return [Match(row[0], " ".join([f"#{row[0]}", *_shown(brief, row[1:])])) for row in rows]


def _shown(fields: Sequence[Field], values: Sequence[Value]) -> list[str]:
    return [to_show(field.kind, value) for field, value in zip(fields, values, strict=True) if value is not None]


_SAID = 200  # characters of what was not found that a message repeats


def find(db: sqlite3.Connection, noun: str, ref: str) -> int:
    """The id of the one record that ``ref`` names. NotFoundError for none, and for several: nothing is chosen."""
    record = RECORDS[noun]
    bare = ref.strip().removeprefix("#")
    if noun == "org":
        matches = organizations(db, ref)
    elif record.numbered:
        matches = numbered(db, record, ref)
    elif bare.isdecimal():
        exists = db.execute(f'SELECT 1 FROM "{noun}" WHERE id = ?', (int(bare),)).fetchone()
        matches = [Match(int(bare), "")] if exists else []
    elif record.owner:
        matches = owned(db, record, record.owner, find_owner(db, record.owner, ref))
    if len(matches) == 1:
        return matches[0].id
    if not matches:
        said = ref if len(ref) <= _SAID else f"{ref[:_SAID]}……"
        raise NotFoundError(f"找不到{record.label}“{said}”；用 zhengshe {noun} list 查看")
    labels = tuple(match.label for match in matches)
    shown = "；".join(labels[:8]) + ("……" if len(labels) > 8 else "")
    raise NotFoundError(f"“{ref}”对应 {len(labels)} 条{record.label}，请写得更具体：{shown}", labels)


def find_owner(db: sqlite3.Connection, owner: Field, ref: str) -> int | str:
    """The stored value of an owner field: the id of an organization or project, or for evidence ``noun/id``."""
    if not ref:
        raise UsageError(f"请指明{owner.label}")
    if owner.kind.is_reference:
        return find(db, owner.kind.value, ref)
    noun, _, row = ref.partition("/")
    if noun in RECORDS and row.isdecimal():
        return f"{noun}/{find(db, noun, '#' + row)}"
    for other in RECORDS.values():  # P2026-001 and F2026-001 say by their letter what they are
        if other.numbered and re.fullmatch(rf"{other.numbered}\d{{4}}-\d+", ref, re.IGNORECASE):
            return f"{other.noun}/{find(db, other.noun, ref)}"
    return f"org/{find(db, 'org', ref)}"


_LONGEST_PART = 50_000  # bytes: SQLite's LIKE takes no longer pattern


def _climb(db: sqlite3.Connection, select: str, rungs: Sequence[Rung], text: str) -> list[Match]:
    text = text.strip()
    if not text:
        return []
    if text.startswith("#") and text[1:].isdecimal():
        alias = "o" if select is _ORG else "t"
        return _matches(db.execute(f"{select} WHERE {alias}.id = ?", (int(text[1:]),)))
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    part = f"%{escaped}%"
    too_long = len(part.encode()) > _LONGEST_PART
    for where, test in rungs:
        if (test is not None and not test(text)) or (too_long and _PART in where):
            continue
        found = _matches(db.execute(f"{select} WHERE {where} ORDER BY 1", {"text": text, "part": part}))
        if found:
            return found
    return []


def _matches(rows: Iterable[tuple[int, str, str | None]]) -> list[Match]:
    return [Match(row, f"{name}（{more}）" if more else name) for row, name, more in rows]


def organization_names(db: sqlite3.Connection) -> list[tuple[int, str]]:
    """(id, present name) of every organization."""
    return db.execute("SELECT id, name FROM org ORDER BY id").fetchall()


def names_ever(db: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """(id, name) of every organization for every name it has or had."""
    yield from db.execute("SELECT id, name FROM org ORDER BY id")
    yield from db.execute("SELECT org, before FROM change WHERE item = '名称' AND before IS NOT NULL")


def authorities(db: sqlite3.Connection) -> list[tuple[int, str]]:
    """(id, in whose register it stands) of the organizations of which that is known: 浦东新区民政局."""
    return db.execute("SELECT id, authority FROM org WHERE authority IS NOT NULL").fetchall()


_EXACT = {
    "uscc": "SELECT id FROM org WHERE uscc = ?1",
    "reg_no": "SELECT id FROM org WHERE reg_no = ?1",
    "code": "SELECT id FROM org WHERE uscc = upper(?1) OR reg_no = ?1",
    "name": "SELECT id FROM org WHERE name = ?1",
    "former name": "SELECT DISTINCT org FROM change WHERE item = '名称' AND before = ?1",
    "project number": "SELECT id FROM project WHERE number = upper(?1)",
    "project name": "SELECT id FROM project WHERE name = ?1",
}


def exactly(db: sqlite3.Connection, by: str, value: str) -> list[int]:
    """The ids of organizations or projects with exactly this uscc, reg_no, code (either), name, former name, project
    number or project name."""
    return [row for (row,) in db.execute(_EXACT[by], (value,))]


# -- pinyin


def spelled(db: sqlite3.Connection, text: str) -> list[tuple[int, str]]:
    """(id, name) of the organizations whose name, in pinyin initials or in full, is this text."""
    names = "SELECT name FROM pinyin WHERE initials = lower(?1) OR full = lower(?1)"
    return db.execute(f"SELECT id, name FROM org WHERE name IN ({names}) ORDER BY id", (text,)).fetchall()


def spell_names(db: sqlite3.Connection) -> None:
    """Fill in the pinyin of names that triggers have noted but SQL cannot spell. Loading the dictionary takes 0.3 s, so
    it is done when names are written, not when they are looked up."""
    if unspelled := db.execute("SELECT name FROM pinyin WHERE initials IS NULL").fetchall():
        from zhengshe.store.pinyin import spell

        db.executemany(
            "UPDATE pinyin SET (initials, full) = (?, ?) WHERE name = ?",
            ((*spell(name), name) for (name,) in unspelled),
        )
