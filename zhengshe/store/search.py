"""Search: a few characters, pinyin, a code or a slip of the pen, over organizations, projects and findings.

Names are found through ``name_pairs``, an index of every two neighbouring characters: for a text of two it is exact,
for a longer one its pairs narrow the names down and LIKE then makes sure. So the rows are exactly those of a LIKE over
all names, in a fraction of its time; of many thousands only as many are fetched as are ranked.
Projects and findings are not indexed but read, and so is everything for pinyin.
"""

from __future__ import annotations

import heapq
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from zhengshe.errors import UsageError
from zhengshe.models import RECORDS
from zhengshe.store import pinyin

EXACT, BEGINS, CONTAINS, SPELLED, SPELLED_WITHIN, IN_CODE, SIMILAR = range(7)
_LONGEST = 200  # characters: more is no fragment, and SQLite has an end to what LIKE may compare with
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
    """The best hits first. Similar names are only looked for when nothing fits. UsageError for a text that is too
    long."""
    text = text.strip()
    if len(text) > _LONGEST:
        raise UsageError(f"要查找的文字有 {len(text):,} 字，太长了；请只写其中一段，不超过 {_LONGEST} 字")
    if not text:
        return []
    narrow = unicodedata.normalize("NFKC", text).strip()
    best: dict[tuple[str, int], Hit] = {}
    for hit in _fitting(db, dict.fromkeys((text, narrow)), limit):
        key = (hit.noun, hit.id)
        if key not in best or hit.rank < best[key].rank:
            best[key] = hit
    hits = sorted(best.values(), key=lambda hit: (hit.rank, len(hit.title), [*RECORDS].index(hit.noun), hit.id))
    return hits[:limit] or _similar(db, text, limit)


def _fitting(db: sqlite3.Connection, forms: Iterable[str], limit: int) -> Iterator[Hit]:
    """What fits the text in one of its forms: as it was typed, and in narrow letters."""
    for form in forms:
        yield from _organizations(db, form, limit)
        yield from _texts(db, form, limit)
    yield from _spelled(db, form, limit)


_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def _lower(text: str) -> str:
    """In lower case as SQLite has it, that knows no other letters than a to z."""
    return text.translate(_LOWER)


def pairs(text: str) -> list[str]:
    """The tokens of the index for every two neighbouring characters of ``text``."""
    text = _lower(text)
    return [text[i : i + 2].encode().hex().upper() for i in range(len(text) - 1)]


_CACHE_KIB = 32 << 10  # names lie on nearly as many pages, and one that is read twice is found here
_RANKED = 300  # names; where more fit, to fetch and sort them all would take longer than a LIKE over all there are


def best_names(db: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """Of the names, present or former, that contain ``text`` (as LIKE understands it) the best: the text itself, those
    that begin with it, the shorter ones. Where more than ``_RANKED`` fit (and more than ``limit``), the shorter ones of
    so many that begin with it, and of so many that are oldest."""
    given: dict[str, Any] = {"text": text, "begin": f"{_escaped(text)}%", "like": f"%{_escaped(text)}%", "limit": limit}
    fitting = "SELECT id, name FROM pinyin WHERE name LIKE :like ESCAPE '\\'"
    if len(text) > 1:
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        given |= {"pairs": " AND ".join(_narrowing(text)), "end": f"{text}\U0010ffff", "most": max(limit, _RANKED)}
        # CROSS JOIN: from the index to the names, without a list of ids in between
        within = "name_pairs CROSS JOIN pinyin ON pinyin.id = name_pairs.rowid WHERE name_pairs MATCH :pairs"
        within += " AND name LIKE :like ESCAPE '\\'" if len(text) > 2 else ""
        beginning = "pinyin WHERE name >= :text AND name < :end ORDER BY name"
        fitting = " UNION ".join(
            f"SELECT * FROM (SELECT pinyin.id, name FROM {some} LIMIT :most)" for some in (beginning, within)
        )
    best = (
        f"SELECT name FROM ({fitting}) ORDER BY length(name) > length(:text), name NOT LIKE :begin ESCAPE '\\',"
        " length(name), id LIMIT :limit"
    )
    return [name for (name,) in db.execute(best, given)]


# what most names are made of; a pair of these narrows nothing and has a posting for every other organization
_COMMON = frozenset("省市区县镇乡村街道社居委协会中心服务事所工作室基金合联")


def _narrowing(text: str) -> list[str]:
    """The tokens of the pairs worth asking for, quoted. LIKE makes sure of the rest."""
    chosen = _telling_pairs(text)
    narrow = [pair for pair in chosen if not _COMMON.issuperset(pair)] or chosen
    return [f'"{token}"' for pair in narrow[:3] for token in pairs(pair)]


def _telling_pairs(text: str) -> list[str]:
    """The pairs of characters, and rather 育女 than 街道."""
    neighbours = dict.fromkeys(text[i : i + 2] for i in range(len(text) - 1))
    return sorted(neighbours, key=lambda pair: sum(map(_COMMON.__contains__, pair)))


def _organizations(db: sqlite3.Connection, text: str, limit: int) -> Iterator[Hit]:
    names = best_names(db, text, limit)
    for name in names:
        place = _lower(name).find(_lower(text))
        yield from _bearers(db, name, "", CONTAINS if place else EXACT if len(name) == len(text) else BEGINS)
    # codes are read through for what may well be a piece of one, else only where the names leave room
    if len(text) > 1 and (text.isascii() or len(names) < limit):
        yield from _by_code(db, text, limit)


def _by_code(db: sqlite3.Connection, text: str, limit: int) -> Iterator[Hit]:
    for key in ("uscc", "reg_no") if text.isascii() else ("reg_no",):
        part = f"SELECT id, name, {key} FROM org WHERE {key} > '' AND {key} LIKE :part ESCAPE '\\'"  # from its index
        best = f"{part} ORDER BY length({key}) > length(:text), length(name), id LIMIT :limit"
        for row, name, code in db.execute(best, {"part": f"%{_escaped(text)}%", "text": text, "limit": limit}):
            # two letters that are in a code are more often the initials of something else
            rank = EXACT if len(code) == len(text) else CONTAINS if len(text) > 3 else IN_CODE
            yield Hit("org", row, name, code, "代码", rank)


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


# -- what is read through: pinyin, and slips of the pen

_NAMED = {"org": ("pinyin", "name"), "project": ("project", "name"), "finding": ("finding", "fact")}


def _spelled(db: sqlite3.Connection, text: str, limit: int) -> Iterator[Hit]:
    """What is called so in pinyin, by initials or in full, with blanks or without: wei fang jie dao, wfjd."""
    typed = re.sub(r"[\s'-]", "", text).lower()
    if not (typed.isascii() and typed.isalnum()):
        return
    yield from _spelled_in_the_index(db, typed, limit)
    if len(typed) < 2 or not typed.isalpha():
        return
    pattern = pinyin.pattern(typed)
    for noun, (table, column) in _NAMED.items():
        fitting = (
            (place.start() > 0, len(name), row, name)
            for row, name in db.execute(f'SELECT id, "{column}" FROM "{table}"')
            if (place := pattern.search(name))
        )
        for within, _, row, name in heapq.nsmallest(limit, fitting):
            yield from _called(db, noun, row, name, "拼音", SPELLED_WITHIN if within else SPELLED)


def _spelled_in_the_index(db: sqlite3.Connection, typed: str, limit: int) -> Iterator[Hit]:
    """By the spelling that was stored with a name: of whole words, with its Latin letters and digits."""
    found = (
        "SELECT name, initials GLOB :begin OR full GLOB :begin AS begins FROM pinyin"
        " WHERE initials GLOB :part OR full GLOB :begin ORDER BY begins DESC, length(name), id LIMIT :limit"
    )
    given = {"begin": f"{typed}*", "part": f"*{typed}*" if len(typed) > 1 else f"{typed}*", "limit": limit}
    for name, begins in db.execute(found, given).fetchall():
        yield from _bearers(db, name, "拼音", SPELLED if begins else SPELLED_WITHIN)


def _similar(db: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """Names that share a pair of characters with the text and are alike enough, the most alike first: 潍坊老年协汇 for
    潍坊老年协会."""
    if len(text) < 3:  # a pair it shares would be all of it
        return []
    from rapidfuzz import fuzz, process

    near: list[tuple[float, int, int, str, str]] = []
    for noun in _NAMED:
        rows = _sharing_a_pair(db, noun, text)
        while names := dict(islice(rows, _CHUNK)):
            for name, score, row in process.extract(
                text, names, scorer=fuzz.partial_ratio, limit=limit, score_cutoff=_SIMILAR_ENOUGH
            ):
                near.append((-score, len(name), row, noun, name))
    best: dict[tuple[str, int], Hit] = {}
    for _, _, row, noun, name in heapq.nsmallest(limit, near):
        for hit in _called(db, noun, row, name, "相近", SIMILAR):
            best.setdefault((hit.noun, hit.id), hit)
    return [*best.values()][:limit]


_CHUNK = 10_000  # names that are compared at a time
_PAIRS = 20  # that are asked for, of a long text: one that is like it has one of them


def _sharing_a_pair(db: sqlite3.Connection, noun: str, text: str) -> Iterator[tuple[int, str]]:
    table, column = _NAMED[noun]
    chosen = _telling_pairs(text)[:_PAIRS]
    if noun == "org":
        tokens = " OR ".join(f'"{token}"' for pair in chosen for token in pairs(pair))
        fits, given = "id IN (SELECT rowid FROM name_pairs WHERE name_pairs MATCH ?)", [tokens]
    else:
        fits = " OR ".join([f"\"{column}\" LIKE ? ESCAPE '\\'"] * len(chosen))
        given = [f"%{_escaped(pair)}%" for pair in chosen]
    yield from db.execute(f'SELECT id, "{column}" FROM "{table}" WHERE {fits}', given)


def _called(db: sqlite3.Connection, noun: str, row: int, name: str, by: str, rank: int) -> Iterator[Hit]:
    """The records with a name that was read in ``_NAMED``."""
    if noun == "org":
        yield from _bearers(db, name, by, rank)
        return
    numbered = f'SELECT t.number, o.name FROM "{noun}" t JOIN org o ON o.id = t.org WHERE t.id = ?'
    number, owner = db.execute(numbered, (row,)).fetchone()
    yield Hit(noun, row, f"{number} {name}", owner, by, rank)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
