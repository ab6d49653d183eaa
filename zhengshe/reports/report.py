"""What every output format is fed with: a Report of blocks, of which a Table is the chief one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from zhengshe.models import Field, Kind
from zhengshe.values import Value, to_json


class Column(NamedTuple):
    """One column: its JSON key, its Chinese head and what kind its stored values are. ``figures`` is for text that is
    numbers all the same, since every line has its own unit. ``footnote`` is for what may be long and stands below the
    table where a line has little room, ``aside`` for what then stands below its own row."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    figures: bool = False
    footnote: bool = False
    aside: bool = False

    @property
    def at_right(self) -> bool:
        return self.figures or self.kind.is_number

    @classmethod
    def of(cls, declared: Field) -> Column:
        return cls(declared.key, declared.label, declared.kind)


@runtime_checkable
class Packed(Protocol):
    """Rows of a Table that can also be had in one piece each: the cells as plain UTF-8 text, parted by CELL_END."""

    def packed(self) -> Iterator[bytes]: ...


class Table(NamedTuple):
    """Rows of stored values (分, ISO dates, 0/1); they may be a stream, read once. ``card`` asks for one record to be
    shown as label and value, line by line. ``note`` stands below: what was counted, what is missing."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    title: str = ""
    card: bool = False
    note: str = ""

    def records(self) -> Iterator[dict[str, Any]]:
        """Every row as JSON holds it: the columns' keys with dates as text, money in 元, flags true or false."""
        for row in self.rows:
            yield {column.key: to_json(column.kind, value) for column, value in zip(self.columns, row, strict=True)}


class Chart(NamedTuple):
    """A table that is drawn as well, where the format can draw: the first column names the points, ``series`` are the
    keys of the columns to draw (a pie takes one). The rows must be a list, since they are read more than once; a last
    line of totals is not drawn."""

    kind: Literal["bar", "line", "pie"]
    table: Table
    series: tuple[str, ...]


class Heading(NamedTuple):
    """Level 1 is the title of the document, 2 its sections (一、), 3 and 4 what is below them."""

    text: str
    level: int = 1


class Paragraph(NamedTuple):
    text: str


Block = Heading | Paragraph | Table | Chart


class Report(NamedTuple):
    """Blocks in reading order. ``data`` is what JSON output holds; without it JSON and csv hold the first table."""

    blocks: list[Block]
    data: object = None

    @property
    def first_table(self) -> Table:
        return next(block for block in self.blocks if isinstance(block, Table))
