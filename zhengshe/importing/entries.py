"""The entries of a mapping file, each of the form that it must have, before anything is done by them. A word in the
wrong place must not be taken letter by letter, nor an entry that cannot be understood be left out.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from zhengshe.errors import UsageError
from zhengshe.importing import mapping, parts
from zhengshe.importing.headers import clean_header, normal
from zhengshe.models import RECORDS

_SEE = "写法见 docs/import.md"


def checked(content: Mapping[Any, Any], name: str) -> dict[str, Any]:
    """The sections that say something, all words as text. Raises UsageError that says what is wrong."""
    said: dict[str, Any] = {}
    for section, check in SECTIONS.items():
        if (entry := content.get(section)) not in (None, ""):
            said[section] = check(entry, f"{name} 的 {section}")
    new = [*said.get("join", ()), *(header for entry in said.get("split", {}).values() for header in entry["into"])]
    if twice := _twice(normal(clean_header(header)) for header in new):
        raise UsageError(f"{name} 的 join、split 造出两个“{twice}”；请各起一个名称")
    return said


def refuse_unknown(said: Mapping[str, Any], noun: str | None, name: str) -> None:
    """UsageError for a field that there is not, or that two columns are to fill."""
    columns = said.get("columns", {})
    for section in ("columns", "set"):
        words = said.get(section, {})
        for key in words.values() if section == "columns" else words:
            if noun is None and not any(mapping.knows(record, key) for record in RECORDS.values()):
                raise UsageError(f"{name} 的 {section}：没有字段“{key}”；字段的键见 docs/data-dictionary.md")
            if noun is not None:
                mapping.target_named(RECORDS[noun], key)
    if twice := _twice(map(normal, columns)):
        raise UsageError(f"{name} 的 columns 里“{twice}”写了两次，请删去一处")
    if noun is None:
        return
    if twice := _twice(mapping.target_named(RECORDS[noun], key).key for key in columns.values()):
        raise UsageError(f"{name} 的 columns 有两列都是 {twice}；请只留一列，或用 join 并成一列")
    if said.get("parts"):
        parts.of(RECORDS[noun], said["parts"])


def _twice(words: Iterable[str]) -> str | None:
    return next((word for word, times in Counter(words).items() if times > 1), None)


# -- forms


def _text(value: Any, where: str) -> str:
    if isinstance(value, (str, int, float, dt.date)) and not isinstance(value, bool):
        return str(value)
    raise UsageError(f"{where} 应写成文字；{_SEE}")


def _name(value: Any, where: str) -> str:
    """The name of a column or field."""
    if not (text := _text(value, where)).strip():
        raise UsageError(f"{where} 里有空的名称；{_SEE}")
    return text


def _names(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not value:
        raise UsageError(f"{where} 应是一张清单，例如 [甲, 乙]；{_SEE}")
    return [_name(each, where) for each in value]


def _words(value: Any, where: str) -> dict[str, str]:
    """What stands for what."""
    if not isinstance(value, dict):
        raise UsageError(f"{where} 应写成 {{甲: 乙}} 这样的对照；{_SEE}")
    keys = [_text(key, where).strip() for key in value]
    if (twice := _twice(keys)) is not None:
        raise UsageError(f"{where} 里“{twice}”写了两次；请删去一处")
    return {key: _text(word, where) for key, word in zip(keys, value.values(), strict=True)}


def _fields(value: Any, where: str) -> dict[str, str]:
    """Which column is which field, or which field has which value."""
    words = _words(value, where)
    for each in words:
        _name(each, where)
    return words


def _by_column(check: Callable[[Any, str], Any]) -> Callable[[Any, str], dict[str, Any]]:
    """A form that says something about each of several columns."""

    def checked(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise UsageError(f"{where} 应写成 {{表头: …}}；{_SEE}")
        return {_name(header, where): check(entry, f"{where}“{header}”") for header, entry in value.items()}

    return checked


def _entry(value: Any, where: str, form: str, allowed: Collection[str], needed: Collection[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() - {*allowed} or {*needed} - value.keys():
        raise UsageError(f"{where} 应写成 {form}；{_SEE}")
    return value


def _join(value: Any, where: str) -> dict[str, Any]:
    entry = _entry(value, where, '{of: [甲, 乙], with: "·"}', ("of", "with"), ("of",))
    return {"of": _names(entry["of"], f"{where}的 of"), "with": _text(entry.get("with", ""), f"{where}的 with")}


def _split(value: Any, where: str) -> dict[str, Any]:
    entry = _entry(value, where, "{at: 至, into: [甲, 乙]}", ("at", "into"), ("at", "into"))
    if not (at := _text(entry["at"], f"{where}的 at")):
        raise UsageError(f"{where} 没有写在哪里拆；请写 at，例如 at: 至")
    return {"at": at, "into": _names(entry["into"], f"{where}的 into")}


def _parts(value: Any, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise UsageError(f"{where} 应是一张清单；{_SEE}")
    return [_part(each, where) for each in value]


def _part(value: Any, where: str) -> dict[str, Any]:
    entry = _entry(value, where, "{noun: …, columns: {表头: 字段}}", _PART, ("noun",))
    return {
        key: _PART[key](each, f"{where} 的 {key}")
        for key, each in entry.items()
        if key == "noun" or each not in (None, "")
    }


_PART: dict[str, Callable[[Any, str], Any]] = {
    "noun": _name,
    "fields": _names,
    "columns": _fields,
    "set": _fields,
    "fill": _fields,
    "numbered": _name,
}
SECTIONS: dict[str, Callable[[Any, str], Any]] = {
    "columns": _fields,
    "set": _fields,
    "values": _by_column(_words),
    "join": _by_column(_join),
    "split": _by_column(_split),
    "parts": _parts,
}
