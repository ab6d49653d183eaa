"""What a lawful deletion is about: the private content of an organization, of a person, or one piece of evidence.

A rule says which records are concerned, which of them go whole, and what the others are without the content; redact.py
carries it out. Which fields are private, name a person, or make a record wholly personal is declared in models.py.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from zhengshe.errors import UsageError
from zhengshe.models import ORG, RECORDS, Kind, Record
from zhengshe.store import history, lookup, records
from zhengshe.values import Value

MARK = "〔已依法删除〕"  # where a text must stand
_MOBILE = re.compile(r"1[3-9]\d{9}")

Key = tuple[str, int]  # noun, id
Values = dict[str, Value]


class Rule(Protocol):
    """Which records a deletion is about, which of them go whole, and what the others are without the content."""

    def candidates(self, db: sqlite3.Connection) -> Iterable[Key]: ...
    def takes_whole(self, key: Key, known: Sequence[Values]) -> bool: ...
    def cleaned(self, record: Record, values: Mapping[str, Value]) -> Values: ...
    def command(self, text: str) -> str: ...


class OfOrganization:
    """Every private field, person and piece of evidence of one organization and of what belongs to it."""

    def __init__(self, org: int) -> None:
        self._org = org
        self._labels = {each.label for each in ORG.fields if each.private}

    def candidates(self, db: sqlite3.Connection) -> Iterator[Key]:
        keys: set[Key] = set()
        for record in RECORDS.values():
            mine = f'SELECT id FROM "{record.noun}" t WHERE {history.organization_of(record, "t.")} = ?'
            keys |= {(record.noun, row) for (row,) in db.execute(mine, (self._org,))}
        for noun, row in db.execute("SELECT DISTINCT noun, record FROM history WHERE org = ?", (self._org,)).fetchall():
            if owner(db, (noun, row), [*versions(db, (noun, row))]) == self._org:
                keys.add((noun, row))
        yield from sorted(keys)
        yield from papers_of(db, keys)

    def takes_whole(self, key: Key, known: Sequence[Values]) -> bool:  # noqa: ARG002
        return RECORDS[key[0]].personal

    def cleaned(self, record: Record, values: Mapping[str, Value]) -> Values:
        new = {each.key: None for each in record.fields if each.private and values.get(each.key) is not None}
        if record.noun == "change" and values.get("item") in self._labels:
            new |= {"before": None, "after": None}
        return {**values, **{key: MARK if record[key].required else None for key in new}}

    def command(self, text: str) -> str:
        return text


class OfDocument:
    """One piece of evidence."""

    def __init__(self, row: int) -> None:
        self._key = ("document", row)

    def candidates(self, db: sqlite3.Connection) -> Iterator[Key]:  # noqa: ARG002
        yield self._key

    def takes_whole(self, key: Key, known: Sequence[Values]) -> bool:  # noqa: ARG002
        return True

    def cleaned(self, record: Record, values: Mapping[str, Value]) -> Values:  # noqa: ARG002
        return dict(values)

    def command(self, text: str) -> str:
        return text


class OfPerson:
    """A natural person by name, in every text; with it the telephone of the record that gives the name as its contact,
    and a mobile number learnt so wherever else it stands. Records of the person, and evidence called after them, go.

    Names of organizations that hold the name stay, as do longer names of other people: see ``kept``.
    Raises UsageError for a name that is none.
    """

    def __init__(self, db: sqlite3.Connection, name: str, orgs: Sequence[int] = ()) -> None:
        plain = re.sub(r"\s", "", name)
        if len(plain) < 2 or re.search(r'["\\\x00-\x1f]', name):
            raise UsageError(f"“{name}”不像姓名；请写全名（至少两个字）")
        if lookup.exactly(db, "name", name):
            raise UsageError(f"“{name}”是一家组织的名称，属登记事项，不在此列；联系方式请用 zhengshe redact org")
        self._orgs = set(orgs)
        self._name = _spaced(plain)
        self.kept = self._longer(db)
        self._texts = self._pattern([self._name])
        self._texts = self._pattern([self._name, *map(_spaced, sorted(self._mobiles(db)))])

    def candidates(self, db: sqlite3.Connection) -> Iterator[Key]:
        for key in keys_with(db, self._mentions):
            if not self._orgs or owner(db, key, [*versions(db, key)]) in self._orgs:
                yield key

    def organizations(self, db: sqlite3.Connection) -> set[int]:
        """The organizations whose records mention the person."""
        owners = {owner(db, key, [*versions(db, key)]) for key in self.candidates(db)}
        return {owner for owner in owners if owner is not None}

    def takes_whole(self, key: Key, known: Sequence[Values]) -> bool:
        record = RECORDS[key[0]]
        if not record.personal:
            return False
        names = [each.key for each in record.fields if each.of_person]
        if names:
            return any(self._is(values.get(name)) for values in known for name in names)
        return any(self._mentions(value) for values in known for value in values.values())

    def cleaned(self, record: Record, values: Mapping[str, Value]) -> Values:
        holds = self._holds_phone(record, values)
        new = dict(values)
        for each in record.fields:
            value = values.get(each.key)
            if not isinstance(value, str) or each.kind not in (Kind.TEXT, Kind.PHONE):
                continue
            text = MARK if holds and each.kind is Kind.PHONE else self.command(value)
            new[each.key] = None if text.strip() == MARK and not each.required else text
        return new

    def command(self, text: str) -> str:
        return self._texts.sub(lambda found: MARK if found["gone"] else found[0], text)

    def _is(self, value: Value) -> bool:
        return isinstance(value, str) and re.fullmatch(rf"\s*{self._name}\s*", value) is not None

    def _mentions(self, value: object) -> bool:
        return isinstance(value, str) and any(found["gone"] for found in self._texts.finditer(value))

    def _holds_phone(self, record: Record, values: Mapping[str, Value]) -> bool:
        """A record's telephone is its contact's; where none is named, that of whoever is."""
        people = sorted((each for each in record.fields if each.of_person), key=lambda each: not each.private)
        named = [values[each.key] for each in people if values.get(each.key)]
        return bool(named) and self._is(named[0])

    def _mobiles(self, db: sqlite3.Connection) -> set[str]:
        found = set()
        for key in self.candidates(db):
            record = RECORDS[key[0]]
            phones = [each.key for each in record.fields if each.kind is Kind.PHONE]
            for values in versions(db, key) if phones else ():
                if self._holds_phone(record, values):
                    found |= {number for phone in phones for number in _MOBILE.findall(str(values.get(phone) or ""))}
        return found

    def _longer(self, db: sqlite3.Connection) -> tuple[str, ...]:
        names = [name for (name,) in db.execute("SELECT name FROM pinyin")]
        names += [name for (name,) in db.execute("SELECT DISTINCT name FROM person")]
        longer = {name for name in names if re.search(self._name, name) and not self._is(name)}
        return tuple(sorted(longer, key=len, reverse=True))

    def _pattern(self, gone: Sequence[str]) -> re.Pattern[str]:
        return re.compile("|".join([*map(re.escape, self.kept), f"(?P<gone>{'|'.join(gone)})"]))


def _spaced(text: str) -> str:
    """A pattern for a name or number however it is spaced: 张　三, 138 0000-0000."""
    return r"[\s\-－]*".join(map(re.escape, text))


# -- records, present and past


def versions(db: sqlite3.Connection, key: Key) -> Iterator[Values]:
    """What a record is and ever was, the present first; empty when nothing is left of it."""
    if now := records.get(db, RECORDS[key[0]], key[1]):
        yield now
    past = db.execute("SELECT after, before FROM history WHERE noun = ? AND record = ? ORDER BY id DESC", key)
    for text in (text for row in past.fetchall() for text in row if text):
        yield json.loads(text)


def owner(db: sqlite3.Connection, key: Key, known: Sequence[Values]) -> int | None:
    """The organization a record belongs to, or last belonged to; ``known`` are its versions."""
    if key[0] == "org":
        return key[1]
    for values in known[:1]:
        if values.get("org"):
            return int(values["org"] or 0)
        noun, row = ("project", values["project"]) if values.get("project") else _subject(values)
        if noun in RECORDS:
            above = (noun, int(row or 0))
            return owner(db, above, [*versions(db, above)])
    return None


def _subject(values: Mapping[str, Value]) -> tuple[str, str]:
    noun, _, row = str(values.get("subject")).partition("/")
    return noun, row


def keys_with(db: sqlite3.Connection, mentions: Callable[[object], bool]) -> list[Key]:
    """The records one of whose texts, now or ever, passes the test."""
    db.create_function("mentions", 1, mentions, deterministic=True)
    keys = db.execute("SELECT DISTINCT noun, record FROM history WHERE mentions(before) OR mentions(after)").fetchall()
    for record in RECORDS.values():
        texts = [each.key for each in record.fields if each.kind in (Kind.TEXT, Kind.PHONE)]
        any_text = " OR ".join(f'mentions("{key}")' for key in texts) or "0"
        rows = db.execute(f'SELECT id FROM "{record.noun}" WHERE {any_text}').fetchall()
        keys += [(record.noun, row) for (row,) in rows]
    return sorted(set(keys))


def papers_of(db: sqlite3.Connection, keys: set[Key]) -> list[Key]:
    """The evidence, present and removed, of these records."""
    subjects = {f"{noun}/{row}" for noun, row in keys}
    present = db.execute("SELECT id, subject FROM document").fetchall()
    removed = db.execute(
        "SELECT record, json_extract(before, '$.subject') FROM history WHERE noun = 'document' AND before IS NOT NULL"
    ).fetchall()
    return sorted({("document", row) for row, subject in (*present, *removed) if subject in subjects})
