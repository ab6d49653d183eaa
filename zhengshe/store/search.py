"""Search: a few characters, pinyin, a code or a slip of the pen, over organizations, projects and findings.

Names are found through ``name_pairs``, an index of every two neighbouring characters: for a text of two it is exact,
for a longer one its pairs narrow the names down and LIKE then makes sure. So the rows are exactly those of a LIKE over
all names, in a fraction of its time where few names fit; where many do, LIKE itself is asked.
Projects and findings are not indexed but read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from zhengshe.models import RECORDS

EXACT, BEGINS, CONTAINS, SPELLED, SIMILAR = range(5)
_SIMILAR_ENOUGH = 60  # of 100: two of the four characters of a name wrong is no slip of the pen


@dataclass(frozen=True)
class Hit:
    """One record found. ``rank`` orders hits, ``by`` says what fitted."""

    noun: str
    id: int
    title: str
    owner: str
    by: str
    rank: int


def search(db: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """The best hits first. Similar names are only looked for when nothing fits."""
    text = text.strip()
    if not text:
        return []
    best: dict[tuple[str, int], Hit] = {}
    for hit in (*_organizations(db, text, limit), *_texts(db, text, limit)):
        key = (hit.noun, hit.id)
        if key not in best or hit.rank < best[key].rank:
            best[key] = hit
    hits = sorted(best.values(), key=lambda hit: (hit.rank, len(hit.title), [*RECORDS].index(hit.noun), hit.id))
    return hits[:limit] or list(_similar(db, text, limit))


_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def _lower(text: str) -> str:
    """In lower case as SQLite has it, that knows no other letters than a to z."""
    return text.translate(_LOWER)


def pairs(text: str) -> list[str]:
    """The tokens of the index for every two neighbouring characters of ``text``."""
    text = _lower(text)
    return [text[i : i + 2].encode().hex().upper() for i in range(len(text) - 1)]


def names_with(db: sqlite3.Connection, text: str) -> list[str]:
    """Every name, present or former, that contains ``text`` (as LIKE understands it)."""
    source, given = _containing(db, text)
    # one row with all of them: stepping from row to row would take as long as finding them
    (names,) = db.execute(f"SELECT json_group_array(name) FROM {source}", given).fetchone()
    found: list[str] = json.loads(names)
    return found


def _best_names(db: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """Of these names the best: the text itself, those that begin with it, the shorter ones."""
    source, given = _containing(db, text)
    best = (
        f"SELECT name FROM {source} ORDER BY length(name) > length(:text), name NOT LIKE :begin ESCAPE '\\',"
        " length(name), id LIMIT :limit"
    )
    given |= {"text": text, "begin": f"{_escaped(text)}%", "limit": limit}
    return [name for (name,) in db.execute(best, given)]


_CACHE_KIB = 32 << 10  # the names of some thousand hits lie on as many pages, and one that is read twice is found here
_FEW, _SHARE = 1000, 10  # names are looked up when so few fit, or not one in ten: each takes as long as LIKE for five


def _containing(db: sqlite3.Connection, text: str) -> tuple[str, dict[str, Any]]:
    """The tables and the condition that give the rows of ``pinyin`` with ``text`` in their name; and what they take."""
    given: dict[str, Any] = {"like": f"%{_escaped(text)}%"}
    if len(text) > 1:
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        given["pairs"] = " AND ".join(_narrowing(text))
        (all_names,) = db.execute("SELECT coalesce(max(id), 0) FROM pinyin").fetchone()
        most = max(_FEW, all_names // _SHARE)
        counted = "SELECT count(*) FROM (SELECT 1 FROM name_pairs WHERE name_pairs MATCH ? LIMIT ?)"
        (fitting,) = db.execute(counted, (given["pairs"], most + 1)).fetchone()
        if fitting <= most:
            # CROSS JOIN: from the index to the names, without a list of ids in between
            narrowed = "name_pairs CROSS JOIN pinyin ON pinyin.id = name_pairs.rowid WHERE name_pairs MATCH :pairs"
            return narrowed + (" AND name LIKE :like ESCAPE '\\'" if len(text) > 2 else ""), given
    return "pinyin WHERE name LIKE :like ESCAPE '\\'", given


# what most names are made of; a pair of these narrows nothing and has a posting for every other organization
_COMMON = frozenset("省市区县镇乡村街道社居委协会中心服务事所工作室基金合联")


def _narrowing(text: str, enough: int = 3) -> list[str]:
    """The pairs worth asking for, quoted: a few, and rather 育女 than 街道. LIKE makes sure of the rest."""
    neighbours = [text[i : i + 2] for i in range(len(text) - 1)]
    usual = {pair: sum(map(_COMMON.__contains__, pair)) for pair in neighbours}
    chosen = sorted(usual, key=usual.__getitem__)[:enough]
    return [f'"{token}"' for pair in chosen for token in pairs(pair)]


def _organizations(db: sqlite3.Connection, text: str, limit: int) -> Iterator[Hit]:
    for name in _best_names(db, text, limit):
        place = _lower(name).find(_lower(text))
        yield from _bearers(db, name, "", CONTAINS if place else EXACT if len(name) == len(text) else BEGINS)
    if text.isascii():
        given = {"start": f"{_globbed(text.lower())}*", "part": f"%{_escaped(text)}%", "text": text, "limit": limit}
        spelled = (
            "SELECT name FROM pinyin WHERE initials GLOB :start OR full GLOB :start"
            " ORDER BY length(name), id LIMIT :limit"
        )
        for (name,) in db.execute(spelled, given).fetchall():
            yield from _bearers(db, name, "拼音", SPELLED)
        by_code = (
            "SELECT id, name, coalesce(uscc, reg_no) AS code FROM org"
            " WHERE uscc LIKE :part ESCAPE '\\' OR reg_no LIKE :part ESCAPE '\\'"
            " ORDER BY lower(code) <> lower(:text), length(name), id LIMIT :limit"
        )
        if len(text) >= 4:
            for row, name, code in db.execute(by_code, given).fetchall():
                yield Hit("org", row, name, code, "代码", EXACT if code.lower() == text.lower() else CONTAINS)


def _bearers(db: sqlite3.Connection, name: str, by: str, rank: int) -> Iterator[Hit]:
    """The organizations that bear a name, or bore it."""
    for row, code in db.execute("SELECT id, coalesce(uscc, reg_no, '') FROM org WHERE name = ?", (name,)).fetchall():
        yield Hit("org", row, name, code, by or "名称", rank)
    former = (
        "SELECT o.id, o.name FROM change c JOIN org o ON o.id = c.org"
        " WHERE c.item = '名称' AND c.before = ? AND o.name <> ?"
    )
    for row, now in db.execute(former, (name, name)).fetchall():
        yield Hit("org", row, now, "", f"曾用名 {name}", rank)


_TEXTS = {"project": ("name", "field", "contract_no"), "finding": ("fact", "notice_no", "result")}


def _texts(db: sqlite3.Connection, text: str, limit: int) -> Iterator[Hit]:
    """Projects and findings whose number or one of whose chief texts contains the text: one reading of each table."""
    given = {"like": f"%{_escaped(text)}%", "text": text, "limit": limit}
    for noun, chief in _TEXTS.items():
        keys = ("number", *chief)
        fits = " OR ".join(f"\"{key}\" LIKE :like ESCAPE '\\'" for key in keys)
        columns = ", ".join(f'"{key}"' for key in keys)
        best = (
            f'SELECT id, org, {columns} FROM "{noun}" WHERE {fits} ORDER BY :text IN ({columns}) IS NOT TRUE,'
            f' length(number) + length("{chief[0]}"), id LIMIT :limit'
        )
        sql = f"SELECT best.*, (SELECT name FROM org WHERE id = best.org) FROM ({best}) best"
        for row, _, *texts, owner in db.execute(sql, given):
            said = dict(zip(keys, texts, strict=True))
            fitting = (key for key, value in said.items() if value is not None and _lower(text) in _lower(value))
            rank = EXACT if text in texts else CONTAINS
            label = RECORDS[noun][next(fitting, "number")].label
            yield Hit(noun, row, f"{said['number']} {said[chief[0]]}", owner, label, rank)


def _similar(db: sqlite3.Connection, text: str, limit: int) -> Iterator[Hit]:
    """Names that share a pair of characters with the text and are alike enough: 潍坊老年协汇 for 潍坊老年协会."""
    if len(text) < 2:
        return
    from rapidfuzz import fuzz, process

    any_pair = " OR ".join(f'"{pair}"' for pair in pairs(text))
    near = [
        name
        for (name,) in db.execute(
            "SELECT name FROM pinyin WHERE id IN (SELECT rowid FROM name_pairs WHERE name_pairs MATCH ?)", (any_pair,)
        )
    ]
    for name, _, _ in process.extract(text, near, scorer=fuzz.partial_ratio, limit=limit, score_cutoff=_SIMILAR_ENOUGH):
        yield from _bearers(db, name, "相近", SIMILAR)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _globbed(text: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)
