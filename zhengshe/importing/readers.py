"""Files of every kind as rows of text. The content decides what a file is, never its name.

A text file is streamed; a workbook is read sheet by sheet. Rows are numbered as the spreadsheet shows them, from 1.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from zhengshe.errors import RejectedError, UsageError
from zhengshe.importing import archives, biff, encodings, formulas, guards
from zhengshe.importing.probe import refuse_deadly
from zhengshe.importing.separators import separator
from zhengshe.importing.xlsx_cells import Shown
from zhengshe.values import guard_formula

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Row = Sequence[str]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TABLES = {
    b"%PDF": "PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf": "7z 压缩包",
    b"SQLite format 3": "SQLite 数据库（合并其他街道请用 merge）",
    b"{\\rtf": "RTF 文档",
}
_LONGEST_CELL = 10 << 20
_MOST_COLUMNS = 16_384  # as many as Excel has
_SAMPLE = 1 << 16
_BLOCK = 250  # rows


@dataclass(frozen=True)
class Sheet:
    """One sheet: ``rows`` can be read again and again, each time from the top."""

    name: str
    rows: Iterable[Row]
    hidden: bool = False


@dataclass(frozen=True)
class Source:
    """A file that was recognised: its format and encoding, and its sheets (a text file has one without a name)."""

    path: Path
    format: str
    encoding: str | None
    sheets: Sequence[Sheet]


def read(path: Path, encoding: str | None = None) -> Source:
    """Recognise a file. Raises UsageError when it is not there, RejectedError when it is no table we can read."""
    try:
        with path.open("rb") as file:
            start = file.read(_SAMPLE)
    except IsADirectoryError:
        raise UsageError(f"{path} 是文件夹；请写文件名，例如 {path}/*.csv") from None
    except FileNotFoundError:
        raise UsageError(f"找不到文件 {path}") from None
    if not start.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):  # blanks, and the marks of encodings
        raise RejectedError(f"{path.name} 是空文件")
    for magic, kind in _NOT_TABLES.items():
        if start.startswith(magic):
            raise RejectedError(f"{path.name} 是{kind}，不是表格；请另存为 xlsx 或 csv")
    if start.startswith(b"PK"):
        return _workbook(path, archives.format_of(path))
    if start.startswith(_OLE):
        biff.refuse_others(path)
        refuse_deadly(path)
        return _workbook(path, "xls")
    return _text(path, start, encoding)


# -- workbooks


def _workbook(path: Path, format: str) -> Source:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        # by its name calamine would believe an xlsx that is called xls
        with path.open("rb") as file, _without_panic():
            book = CalamineWorkbook.from_filelike(file)
            merged = archives.merges(path) if format == "ods" else {}
            failed = formulas.failed(path, format, book.sheet_names)
            hidden = {each.name for each in book.sheets_metadata if each.visible is not SheetVisibleEnum.Visible}
            found = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
            sheets = [
                Sheet(
                    name,
                    WorkbookRows(sheet, merged.get(name) or sheet.merged_cell_ranges or (), failed.get(name, ())),
                    name in hidden,
                )
                for name, sheet in found
            ]
    except PasswordError:
        raise archives.has_password(path) from None
    except (CalamineError, *archives.DAMAGED) as error:
        raise RejectedError(
            f"{path.name} 读不了，文件不完整或已损坏；请在 WPS/Excel 中打开后另存为 xlsx（{error}）"
        ) from error
    return Source(path, format, None, sheets)


@contextmanager
def _without_panic() -> Iterator[None]:
    """Damage that makes calamine panic as an OSError, without the backtrace that Rust writes on the error stream.

    A panic is no Exception, so that nothing else would catch it.
    """
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise OSError("文件内部的结构对不上") from None
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class WorkbookRows:
    """The rows of one sheet as text; a cell merged downwards stands in every one of its rows."""

    def __init__(self, sheet: CalamineSheet, merged: Sequence[archives.Merge], failed: Sequence[Shown]) -> None:
        self._sheet = sheet
        self._merged = merged
        self._failed = failed
        # column (from 0) -> rows whose cell, with digits in it, is that of a row above
        self.filled_down: dict[int, list[int]] = {}

    def __iter__(self) -> Iterator[Row]:
        grid = self._sheet.to_python(skip_empty_area=False)
        self.filled_down = {}
        for line, column, shown in self._failed:
            if line < len(grid) and column < len(grid[line]):
                grid[line][column] = shown
        for (first, left), (end, _) in self._merged:
            last = min(end, len(grid) - 1)
            if first < len(grid) and left < len(grid[first]) and any(map(str.isdigit, _cell_text(grid[first][left]))):
                self.filled_down.setdefault(left, []).extend(range(first + 2, last + 2))
            for row in grid[first + 1 : last + 1]:
                if left < len(row):  # what is merged beyond the last cell is empty
                    row[left] = grid[first][left]
        for cells in grid:
            yield [_cell_text(cell) for cell in cells]


def _cell_text(cell: object) -> str:
    """A cell as its text. Calamine gives every number as a float; one beyond 15 digits is not whole any more, and is
    written so that a credit code among them is recognised as destroyed."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        if abs(cell) >= 1e15:
            return f"{cell:.5E}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return "" if cell is None else str(cell)


# -- text


def _text(path: Path, start: bytes, encoding: str | None) -> Source:
    encoding = encoding or encodings.guess(path, start)
    try:
        sample = codecs.getincrementaldecoder(encoding)().decode(start)
    except (UnicodeDecodeError, LookupError):
        if b"\x00" in start:
            raise RejectedError(f"{path.name} 不是文本表格；请另存为 xlsx 或 csv") from None
        raise RejectedError(f"{path.name} 不是 {encoding} 编码的文本，或者不完整；请用 WPS 打开后另存为 xlsx") from None
    if re.match(r"\s*<(!doctype|html|table|\?xml)", sample, re.IGNORECASE):
        raise RejectedError(f"{path.name} 是网页，不是表格；请在浏览器或 WPS 中打开后另存为 xlsx")
    if "\x00" in sample:
        raise RejectedError(f"{path.name} 不是文本表格；请另存为 xlsx 或 csv")
    if sample.lstrip("\ufeff").startswith("{"):
        return Source(path, "jsonl", encoding, _json_sheets(path, encoding))
    delimiter = separator(sample)
    rows = _TextRows(path, encoding, delimiter)
    return Source(path, "tsv" if delimiter == "\t" else "csv", encoding, [Sheet("", rows)])


class _TextRows:
    """The rows of a text file, streamed."""

    def __init__(self, path: Path, encoding: str, delimiter: str) -> None:
        self._path, self._encoding, self._delimiter = path, encoding, delimiter

    def blocks(self, first: int) -> Iterator[Sequence[Row]]:
        """See ``blocks``. What is wrong with the text is found out by reading it again, a row at a time."""
        csv.field_size_limit(_LONGEST_CELL)
        try:
            with self._path.open(encoding=self._encoding, newline="") as file:
                lines = guards.Lines(file)
                rows = islice(csv.reader(lines, delimiter=self._delimiter, strict=True), first, None)
                while block := list(islice(rows, _BLOCK)):
                    if max(map(len, block)) > _MOST_COLUMNS:
                        break
                    yield [*map(lines.unguarded, block)] if lines.guarded else block
                else:
                    return
        except (UnicodeDecodeError, csv.Error):
            pass
        for _ in self:
            pass

    def __iter__(self) -> Iterator[Row]:
        csv.field_size_limit(_LONGEST_CELL)
        rows, begun = None, 1
        try:
            with self._path.open(encoding=self._encoding, newline="") as file:
                # strict, since a quote that is not closed would take all the lines up to the next one into its cell
                lines = guards.Lines(file)
                rows = csv.reader(lines, delimiter=self._delimiter, strict=True)
                for row in rows:
                    if len(row) > _MOST_COLUMNS:
                        raise RejectedError(
                            f"{self._path.name} 第 {begun} 行有 {len(row):,} 列，Excel 最多 {_MOST_COLUMNS:,} 列；"
                            "请核对分隔符和引号"
                        )
                    yield lines.unguarded(row)
                    begun = rows.line_num + 1
        except UnicodeDecodeError as error:
            advice = f"{begun} 行以后有的内容不是 {self._encoding} 编码，或者不完整；请用 WPS 打开后另存为 xlsx"
            raise RejectedError(f"{self._path.name} 第 {advice}") from error
        except csv.Error as error:
            until = rows.line_num if rows else begun
            where = f"第 {begun} 行" if until <= begun else f"第 {begun} 至 {until} 行之间"
            advice = "双引号不成对，后面的行会被并进一格；请用记事本补上或删去多出的双引号"
            raise RejectedError(f"{self._path.name} {where}{advice}（{error}）") from error


# -- jsonl, as export writes it


def _json_sheets(path: Path, encoding: str) -> list[Sheet]:
    """A sheet for every noun; each line is an object that says its noun."""
    heads: dict[str, list[str]] = {}
    for line in _json_lines(path, encoding):
        heads.setdefault(str(line.get("noun", "")), list(line))
    return [Sheet(noun, _JsonRows(path, encoding, noun, keys)) for noun, keys in heads.items()]


def _json_lines(path: Path, encoding: str) -> Iterator[dict[str, object]]:
    with path.open(encoding=encoding) as file:
        for number, text in enumerate(file, 1):
            try:
                line = json.loads(text) if text.strip() else None
            except json.JSONDecodeError:
                line = text
            if isinstance(line, dict):
                yield line
            elif line is not None:
                raise RejectedError(f"{path.name} 第 {number} 行不是 JSON 对象")


class _JsonRows:
    def __init__(self, path: Path, encoding: str, noun: str, keys: list[str]) -> None:
        self._path, self._encoding, self._noun, self._keys = path, encoding, noun, keys

    def __iter__(self) -> Iterator[Row]:
        keys = [key for key in self._keys if key != "noun"]
        yield keys
        for line in _json_lines(self._path, self._encoding):
            if str(line.get("noun", "")) == self._noun:
                yield [_json_text(line.get(key)) for key in keys]


def _json_text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    # spreadsheets' formula guards are taken off every text on its way in; JSON needs none, so it gets one for that
    return "" if value is None else guard_formula(str(value))


def blocks(rows: Iterable[Row], first: int) -> Iterator[Sequence[Row]]:
    """The rows from place ``first`` on, a few hundred at a time: a ledger of a million rows is not to pass through
    hands row by row."""
    if isinstance(rows, _TextRows):
        yield from rows.blocks(first)
        return
    left = islice(rows, first, None)
    while block := list(islice(left, _BLOCK)):
        yield block


def top(rows: Iterable[Row], count: int) -> list[Row]:
    """The first rows."""
    return list(islice(rows, count))
