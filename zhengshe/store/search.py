"""Search: a few characters, pinyin, a code or a slip of the pen, over organizations, projects and findings.

Names are found through ``name_pairs``, an index of every two neighbouring characters: the pairs of the text narrow the
names down, LIKE then makes sure. So the rows are exactly those of a LIKE over all names, in a fraction of its time.
Projects and findings of one street are few enough to be read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

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
    for hit in (*_organizations(db, text), *_texts(db, text)):
        key = (hit.noun, hit.id)
        if key not in best or hit.rank < best[key].rank:
            best[key] = hit
    hits = sorted(best.values(), key=lambda hit: (hit.rank, len(hit.title), [*RECORDS].index(hit.noun), hit.id))
    return hits[:limit] or list(_similar(db, text, limit))


def pairs(text: str) -> list[str]:
    """The tokens of the index for every two neighbouring characters of ``text``."""
    text = text.lower()
    return [text[i : i + 2].encode().hex().upper() for i in range(len(text) - 1)]


def names_with(db: sqlite3.Connection, text: str) -> list[str]:
    """Every name, present or former, that contains ``text`` (as LIKE understands it)."""
    like = f"%{_escaped(text)}%"
    if len(text) < 2:
        return [name for (name,) in db.execute("SELECT name FROM pinyin WHERE name LIKE ? ESCAPE '\\'", (like,))]
    rows = db.execute(
        "SELECT name FROM pinyin WHERE id IN (SELECT rowid FROM name_pairs WHERE name_pairs MATCH ?)"
        " AND name LIKE ? ESCAPE '\\'",
        (" AND ".join(_narrowing(text)), like),
    )
    return [name for (name,) in rows]


# what most names are made of; a pair of these narrows nothing and has a posting for every other organization
_COMMON = frozenset("省市区县镇乡村街道社居委协会中心服务事所工作室基金合联")


def _narrowing(text: str, enough: int = 3) -> list[str]:
    """The pairs worth asking for, quoted: a few, and rather 育女 than 街道. LIKE makes sure of the rest."""
    neighbours = [text[i : i + 2] for i in range(len(text) - 1)]
    usual = {pair: sum(map(_COMMON.__contains__, pair)) for pair in neighbours}
    chosen = sorted(usual, key=usual.__getitem__)[:enough]
    return [f'"{token}"' for pair in chosen for token in pairs(pair)]


def _organizations(db: sqlite3.Connection, text: str) -> Iterator[Hit]:
    for name in names_with(db, text):
        rank = EXACT if name.lower() == text.lower() else BEGINS if name.lower().startswith(text.lower()) else CONTAINS
        yield from _bearers(db, name, "", rank)
    if text.isascii():
        spelled = "SELECT name FROM pinyin WHERE initials GLOB :start OR full GLOB :start"
        for (name,) in db.execute(spelled, {"start": f"{_globbed(text.lower())}*"}).fetchall():
            yield from _bearers(db, name, "拼音", SPELLED)
        like = "LIKE :part ESCAPE '\\'"
        by_code = f"SELECT id, name, coalesce(uscc, reg_no) FROM org WHERE uscc {like} OR reg_no {like}"
        if len(text) >= 4:
            for row, name, code in db.execute(by_code, {"part": f"%{_escaped(text)}%"}).fetchall():
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


def _texts(db: sqlite3.Connection, text: str) -> Iterator[Hit]:
    """Projects and findings whose number or one of whose chief texts contains the text: one reading of each table."""
    like, wanted = f"%{_escaped(text)}%", text.lower()
    for noun, chief in _TEXTS.items():
        keys = ("number", *chief)
        fits = " OR ".join(f"t.\"{key}\" LIKE ?1 ESCAPE '\\'" for key in keys)
        columns = ", ".join(f't."{key}"' for key in keys)
        sql = f'SELECT t.id, o.name, {columns} FROM "{noun}" t JOIN org o ON o.id = t.org WHERE {fits}'
        for row, owner, *texts in db.execute(sql, (like,)):
            said = dict(zip(keys, texts, strict=True))
            key = next((key for key, value in said.items() if value is not None and wanted in value.lower()), "number")
            rank = EXACT if text in texts else CONTAINS
            yield Hit(noun, row, f"{said['number']} {said[keys[1]]}", owner, RECORDS[noun][key].label, rank)


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
