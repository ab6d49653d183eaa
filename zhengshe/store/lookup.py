"""What the clerk calls a thing, and which record is meant.

Each rung of the ladder is tried only when the one before found nothing, and the first that finds anything decides: an
exact code is never outvoted by a fragment. Several finds on one rung are all returned; the caller refuses to choose.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhengshe.models import Record


@dataclass(frozen=True)
class Match:
    id: int
    label: str


_ORG = "SELECT o.id, o.name, coalesce(o.uscc, o.reg_no) FROM org o"
_ORG_RUNGS = (
    ("WHERE o.uscc = upper(:text)", None),
    ("WHERE o.reg_no = :text", None),
    ("WHERE o.name = :text", None),
    ("WHERE o.id IN (SELECT org FROM change WHERE before = :text AND item = '名称')", None),
    ("WHERE o.id = CAST(:text AS INTEGER)", str.isdecimal),
    (
        "WHERE o.name IN (SELECT name FROM pinyin WHERE initials = lower(:text)) OR o.id IN (SELECT org FROM change"
        " WHERE before IN (SELECT name FROM pinyin WHERE initials = lower(:text)) AND item = '名称')",
        str.isascii,
    ),
    (
        "WHERE o.name LIKE :part ESCAPE '\\' OR o.uscc LIKE upper(:part) ESCAPE '\\' OR o.reg_no LIKE :part ESCAPE '\\'"
        " OR o.id IN (SELECT org FROM change WHERE before LIKE :part ESCAPE '\\' AND item = '名称')",
        None,
    ),
    (
        "WHERE o.name IN (SELECT name FROM pinyin WHERE initials LIKE lower(:part) ESCAPE '\\')",
        lambda text: text.isascii() and text.isalpha() and len(text) > 1,
    ),
)


def organizations(db: sqlite3.Connection, text: str) -> list[Match]:
    """By credit code, registration number, name, former name, #id, pinyin initials, or any fragment."""
    return _climb(db, _ORG, _ORG_RUNGS, text)


_NUMBERED_RUNGS = (
    ("WHERE t.number = upper(:text)", None),
    ("WHERE t.id = CAST(:text AS INTEGER)", str.isdecimal),
    ("WHERE t.{title} = :text", None),
    ("WHERE t.{title} LIKE :part ESCAPE '\\' OR t.number LIKE upper(:part) ESCAPE '\\'", None),
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


def owned(db: sqlite3.Connection, record: Record, owners: Sequence[int]) -> list[Match]:
    """The records that belong to one of these owners."""
    owner = record.owner
    assert owner is not None
    marks = ", ".join("?" * len(owners))
    brief = [field.key for field in record.fields if field.brief and field is not owner][:3]
    label = " || ' ' || ".join(f"coalesce(\"{key}\", '')" for key in brief)
    rows = db.execute(f'SELECT id, {label} FROM "{record.noun}" WHERE "{owner.key}" IN ({marks}) ORDER BY id', owners)
    return [Match(row, f"#{row} {text}") for row, text in rows]


def _climb(db: sqlite3.Connection, select: str, rungs: Sequence[tuple[str, object]], text: str) -> list[Match]:
    text = text.strip()
    if not text:
        return []
    if text.startswith("#") and text[1:].isdecimal():
        alias = "o" if select is _ORG else "t"
        return _matches(db.execute(f"{select} WHERE {alias}.id = ?", (int(text[1:]),)))
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    for where, test in rungs:
        if callable(test) and not test(text):
            continue
        found = _matches(db.execute(f"{select} {where} ORDER BY 1", {"text": text, "part": f"%{escaped}%"}))
        if found:
            return found
    return []


def _matches(rows: Iterator[tuple[int, str, str | None]]) -> list[Match]:
    return [Match(row, f"{name}（{more}）" if more else name) for row, name, more in rows]


def organization_names(db: sqlite3.Connection) -> list[str]:
    """Every present name, for proposing the nearest one."""
    return [name for (name,) in db.execute("SELECT name FROM org ORDER BY id")]


# -- pinyin -------------------------------------------------------------------------------------------------------------


def remember_pinyin(db: sqlite3.Connection) -> None:
    """Compute the pinyin of organization names, present and former, that are not known yet, and forget those of names
    that nobody bears any more. Loading the dictionary takes 0.3 s, so it is done when names are written."""
    missing = db.execute(
        "SELECT name FROM org WHERE name NOT IN (SELECT name FROM pinyin) UNION"
        " SELECT before FROM change WHERE item = '名称' AND before NOT IN (SELECT name FROM pinyin)"
    ).fetchall()
    if missing:
        from zhengshe.store.pinyin import spell

        db.executemany(
            "INSERT OR IGNORE INTO pinyin(name, initials, full) VALUES (?, ?, ?)",
            ((name, *spell(name)) for (name,) in missing),
        )
    db.execute(
        "DELETE FROM pinyin WHERE NOT EXISTS (SELECT 1 FROM org WHERE org.name = pinyin.name)"
        " AND NOT EXISTS (SELECT 1 FROM change WHERE change.before = pinyin.name)"
    )
