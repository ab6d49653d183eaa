"""A mapping file: how last year's ledger was read, so that this year's is read in the same way.

    noun: project                     # 是哪种记录
    columns: {单位: org, 经费: amount}   # 表头 -> 字段
    set: {year: 2025}                 # 整份文件都是这个值
    unit: 万元                        # 没有写单位的金额按什么算
    values: {方式: {招投标: 公开招标}}     # 某列里的写法 -> 我们的写法
    join: {项目名称: {of: [项目, 分项], with: "·"}}   # 几列并成一列
    split: {起止日期: {at: 至, into: [开始日期, 结束日期]}}  # 一列拆成几列
    parts: [{noun: payment, columns: {首款: amount}, set: {seq: 1}}]  # 顺带登记的，见 data/mappings.yaml

``import --save-mapping FILE`` writes one from an import that went well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhengshe import resources
from zhengshe.errors import UsageError
from zhengshe.importing.headers import Head, clean_header, normal
from zhengshe.importing.readers import Row
from zhengshe.models import RECORDS
from zhengshe.reading import UNITS

_PARTS = {"noun", "columns", "set", "unit", "values", "join", "split", "parts"}


@dataclass(frozen=True)
class Recipe:
    """A mapping file that was read; see the module for what its parts mean. ``content`` is what stands in the file."""

    noun: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    set: Mapping[str, str] = field(default_factory=dict)
    unit: int | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    join: Mapping[str, tuple[Sequence[str], str]] = field(default_factory=dict)
    split: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)
    parts: Sequence[Mapping[str, Any]] | None = None
    content: Mapping[str, Any] = field(default_factory=dict)

    def shape(self, head: Head, rows: Iterable[Row]) -> tuple[Head, Iterable[Row]]:
        """The sheet with cells reworded and columns joined and split; new columns stand behind the old ones.

        Raises UsageError when a header that the file names is not there.
        """
        unit = self.unit if self.unit is not None and head.unit == 1 else head.unit
        if not (self.values or self.join or self.split):
            return Head(head.row, head.cells, unit, head.titles), rows
        places = {normal(cell): place for place, cell in enumerate(head.cells) if cell}
        steps = _Steps(
            len(head.cells),
            {_place(places, name): reworded for name, reworded in self.values.items()},
            [([_place(places, name) for name in of], mark) for of, mark in self.join.values()],
            [(_place(places, name), mark, len(into)) for name, (mark, into) in self.split.items()],
        )
        new = [*self.join, *(name for _, into in self.split.values() for name in into)]
        cells = (*head.cells, *map(clean_header, new))
        return Head(head.row, cells, unit, head.titles), _Shaped(rows, head.row, steps)


@dataclass(frozen=True)
class _Steps:
    width: int
    values: Mapping[int, Mapping[str, str]]
    join: Sequence[tuple[Sequence[int], str]]
    split: Sequence[tuple[int, str, int]]

    def row(self, row: Row) -> list[str]:
        cells = [*row, *[""] * (self.width - len(row))]
        for place, reworded in self.values.items():
            cells[place] = reworded.get(cells[place].strip(), cells[place])
        joined = [mark.join(filter(None, (cells[place].strip() for place in places))) for places, mark in self.join]
        parted = []
        for place, mark, count in self.split:
            parts = [part.strip() for part in cells[place].split(mark, count - 1)]
            parted += [*parts, *[""] * (count - len(parts))]
        return [*cells[: self.width], *joined, *parted]


class _Shaped:
    """Rows below the header, shaped; as often as they are asked for."""

    def __init__(self, rows: Iterable[Row], header: int, steps: _Steps) -> None:
        self._rows, self._header, self._steps = rows, header, steps

    def __iter__(self) -> Iterator[Row]:
        for number, row in enumerate(self._rows, 1):
            yield row if number <= self._header else self._steps.row(row)


def _place(places: Mapping[str, int], name: str) -> int:
    if normal(name) not in places:
        raise UsageError(f"映射文件中的列“{name}”不在表头中")
    return places[normal(name)]


def read(path: Path) -> Recipe:
    """A mapping file. Raises UsageError that says what is wrong in it."""
    if not path.is_file():
        raise UsageError(f"找不到映射文件 {path}")
    return parsed(resources.load_yaml(path), path.name)


def parsed(content: Any, name: str) -> Recipe:
    """What a mapping file of this name says. Raises UsageError that says what is wrong in it."""
    if not isinstance(content, dict) or content.keys() - _PARTS:
        raise UsageError(f"{name} 只能有 {'、'.join(sorted(_PARTS))} 这些部分")
    noun, unit, parts = content.get("noun"), content.get("unit"), content.get("parts")
    if noun is not None and noun not in [*RECORDS]:  # a list, since YAML also gives what cannot be hashed
        raise UsageError(f"{name} 的 noun“{noun}”不是记录种类；可用：{'、'.join(RECORDS)}")
    if unit is not None and unit not in [*UNITS]:
        raise UsageError(f"{name} 的 unit“{unit}”不是单位；可用：{'、'.join(UNITS)}")
    if parts is not None and not isinstance(parts, list):
        raise UsageError(f"{name} 的 parts 应是一张清单；写法见 docs/import.md")
    try:
        return Recipe(
            noun,
            _texts(content.get("columns")),
            _texts(content.get("set")),
            UNITS[unit] if unit else None,
            {str(header): _texts(words) for header, words in (content.get("values") or {}).items()},
            {
                str(header): ([str(of) for of in entry["of"]], str(entry.get("with", "")))
                for header, entry in (content.get("join") or {}).items()
            },
            {
                str(header): (str(entry["at"]), [str(to) for to in entry["into"]])
                for header, entry in (content.get("split") or {}).items()
            },
            parts,
            content,
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise UsageError(f"{name} 写法有误（{error}）；写法见 docs/import.md") from error


def _texts(entries: Any) -> dict[str, str]:
    return {str(key): str(value) for key, value in (entries or {}).items()}


def written(
    noun: str,
    columns: Mapping[str, str],
    constants: Mapping[str, str],
    unit: int,
    parts: Sequence[Mapping[str, Any]],
) -> str:
    """The text of a mapping file that reads a sheet as it was just read."""
    import yaml

    content: dict[str, Any] = {"noun": noun, "columns": dict(columns)}
    if constants:
        content["set"] = dict(constants)
    if parts:
        content["parts"] = [*parts]
    if unit != 1:
        content["unit"] = next(name for name, factor in UNITS.items() if factor == unit and name.endswith("元"))
    text: str = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    return text
