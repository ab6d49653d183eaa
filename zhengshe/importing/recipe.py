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
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from zhengshe import resources
from zhengshe.errors import UsageError
from zhengshe.importing import entries
from zhengshe.importing.footnotes import repeats
from zhengshe.importing.headers import Head, clean_header, normal
from zhengshe.importing.readers import Row
from zhengshe.models import RECORDS
from zhengshe.reading import UNITS

_PARTS = {"noun", "unit", *entries.SECTIONS}


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
        """The sheet with cells reworded and columns joined and split; new columns stand behind the old ones, and one
        that has the name of an old one stands for it.

        Raises UsageError when a header that the file names is not there.
        """
        head = replace(head, unit=self.unit if head.unit is None else head.unit)
        if not (self.values or self.join or self.split):
            return head, rows
        places = {normal(cell): place for place, cell in enumerate(head.cells) if cell}
        new = self._new_columns()
        named = {*map(normal, new)}
        kept = ("" if normal(cell) in named else cell for cell in head.cells)
        shaped = replace(head, cells=(*kept, *map(clean_header, new)), lines=())
        steps = _Steps(
            head,
            shaped.cells,
            {_place(places, name): reworded for name, reworded in self.values.items()},
            [([_place(places, name) for name in of], mark) for of, mark in self.join.values()],
            [(_place(places, name), mark, len(into)) for name, (mark, into) in self.split.items()],
        )
        return shaped, _Shaped(rows, steps)

    def _new_columns(self) -> list[str]:
        return [*self.join, *(name for _, into in self.split.values() for name in into)]


@dataclass(frozen=True)
class _Steps:
    old: Head
    cells: Sequence[str]
    values: Mapping[int, Mapping[str, str]]
    join: Sequence[tuple[Sequence[int], str]]
    split: Sequence[tuple[int, str, int]]

    def row(self, row: Row) -> Sequence[str]:
        if not any(map(str.strip, row)):
            return row  # a blank row stays one, whatever a blank cell is to be
        if not self._names.isdisjoint(row) and repeats(row, self.old):
            return self.cells
        width = len(self.old.cells)
        cells = [*row[:width], *[""] * (width - len(row))]
        for place, reworded in self.values.items():
            cells[place] = reworded.get(cells[place].strip(), cells[place])
        joined = [mark.join(filter(None, (cells[place].strip() for place in places))) for places, mark in self.join]
        parted = []
        for place, mark, count in self.split:
            parts = [part.strip() for part in cells[place].split(mark, count - 1)]
            parted += [*parts, *[""] * (count - len(parts))]
        beyond = row[self._header_width :]  # a separator within a cell: the row is refused for what is there
        return [*cells, *joined, *parted, *(beyond if any(map(str.strip, beyond)) else ())]

    @cached_property
    def _header_width(self) -> int:
        return max(map(len, (self.old.cells, *self.old.lines)))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(filter(None, self.old.cells))


class _Shaped:
    """Rows below the header, shaped; as often as they are asked for."""

    def __init__(self, rows: Iterable[Row], steps: _Steps) -> None:
        self._rows, self._steps = rows, steps

    def __iter__(self) -> Iterator[Row]:
        for number, row in enumerate(self._rows, 1):
            yield row if number <= self._steps.old.row else self._steps.row(row)


def _place(places: Mapping[str, int], name: str) -> int:
    if normal(name) not in places:
        raise UsageError(f"映射文件中的列“{name}”不在表头中")
    return places[normal(name)]


def read(path: Path) -> Recipe:
    """A mapping file. Raises UsageError that says what is wrong in it."""
    if not path.is_file():
        raise UsageError(f"找不到映射文件 {path}")
    return parsed(resources.load_texts(path), path.name)


def parsed(content: Any, name: str) -> Recipe:
    """What a mapping file of this name says. Raises UsageError that says what is wrong in it."""
    if not isinstance(content, dict) or content.keys() - _PARTS:
        raise UsageError(f"{name} 只能有 {'、'.join(sorted(_PARTS))} 这些部分")
    noun, unit = content.get("noun") or None, content.get("unit") or None
    if noun is not None and noun not in [*RECORDS]:  # a list, since YAML also gives what cannot be hashed
        raise UsageError(f"{name} 的 noun“{noun}”不是记录种类；可用：{'、'.join(RECORDS)}")
    if unit is not None and unit not in [*UNITS]:
        raise UsageError(f"{name} 的 unit“{unit}”不是单位；可用：{'、'.join(UNITS)}")
    said = entries.checked(content, name)
    entries.refuse_unknown(said, noun, name)
    return Recipe(
        noun,
        said.get("columns", {}),
        said.get("set", {}),
        UNITS[unit] if unit else None,
        said.get("values", {}),
        {header: (entry["of"], entry["with"]) for header, entry in said.get("join", {}).items()},
        {header: (entry["at"], entry["into"]) for header, entry in said.get("split", {}).items()},
        said.get("parts"),
        {key: value for key, value in (("noun", noun), *said.items(), ("unit", unit)) if value is not None},
    )


def written(
    noun: str,
    columns: Mapping[str, str],
    constants: Mapping[str, str],
    unit: int | None,
    parts: Sequence[Mapping[str, Any]] | None,
    used: Recipe,
) -> str:
    """The text of a mapping file that reads a sheet as it was just read, by the mapping file that was ``used``."""
    import yaml

    content: dict[str, Any] = {"noun": noun, "columns": dict(columns), "set": dict(constants)}
    content |= {key: used.content.get(key) for key in ("values", "join", "split")}
    if unit not in (None, 1):
        content["unit"] = next(name for name, factor in UNITS.items() if factor == unit and name.endswith("元"))
    told = {key: value for key, value in content.items() if value}
    if parts is not None:
        told["parts"] = [*parts]
    text: str = yaml.safe_dump(told, allow_unicode=True, sort_keys=False)
    return text
