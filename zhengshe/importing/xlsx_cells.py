"""Cells of an xlsx that show something else than the reader of workbooks gives: errors and formulas without a result,
which it gives as blanks. They are looked up in the sheets, which are streamed, and only where a block has any.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from xml.etree import ElementTree  # nosec B405

from zhengshe.errors import RejectedError
from zhengshe.importing.bombs import column_number
from zhengshe.reading import NO_RESULT

Shown = tuple[int, int, str]  # row and column from 0, what the cell shows

_BLOCK = 1 << 24
_MOST = 5_000_000  # they take 150 bytes each
# no part of these can run over the beginning of the next tag, so that they take no longer the odder a sheet is
_SAID = rb"[^<>]{0,200}"  # a cell's attributes
_FORMULA = rb"<(?:\w+:)?f\b[^<>]*(?:(?<=/)>|>[^<]*</(?:\w+:)?f>)\s*"
_EMPTY = rb"(?:<(?:\w+:)?v\b[^<>]*(?:(?<=/)>|>\s*</(?:\w+:)?v>)\s*)?"
_VALUE = rb"(?:<(?:\w+:)?v\b[^<>]*>([^<]*))?"
_FAILED = re.compile(rb"<(?:\w+:)?c\b(%b\bt=\"e\"%b)(?<!/)>\s*(?:%b)?%b" % (_SAID, _SAID, _FORMULA, _VALUE))
_UNWORKED = re.compile(rb"<(?:\w+:)?c\b(%b)(?<!/)>\s*%b%b</(?:\w+:)?c>" % (_SAID, _FORMULA, _EMPTY))
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def odd(archive: zipfile.ZipFile) -> dict[str, list[Shown]]:
    """By sheet. Raises RejectedError when there are so many that they would fill the memory."""
    entries = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= entries:
        return {}
    # the reader has read both already; expat opens no entities from outside and limits their growth
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  # nosec B314
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  # nosec B314
    targets = {link.get("Id"): posixpath.join("/xl", link.get("Target", ""))[1:] for link in links}
    found: dict[str, list[Shown]] = {}
    left = _MOST
    for sheet in book.iter():
        entry = targets.get(sheet.get(_REFERENCE))
        if entry in entries and (cells := [*islice(_in_sheet(archive, entry), left + 1)]):
            found[sheet.get("name", "")] = cells
            left -= len(cells)
            if left < 0:
                raise RejectedError(f"公式出错或没有结果的格子超过 {_MOST:,} 个；请把公式改成数值后另存")
    return found


def _in_sheet(archive: zipfile.ZipFile, entry: str) -> Iterator[Shown]:
    with archive.open(entry) as stream:
        rest = b""
        while block := stream.read(_BLOCK):
            cells, end, rest = (rest[-_BLOCK:] + block).rpartition(b"c>")  # the end of a cell
            yield from _in_block(cells + end)


def _in_block(cells: bytes) -> Iterator[Shown]:
    if b't="e"' in cells:
        for said, value in _FAILED.findall(cells):
            if place := _PLACE.search(said):
                yield *_placed(place), value.decode() or "#VALUE!"
    if b"<f" in cells or b":f" in cells:
        for said in _UNWORKED.findall(cells):
            # the result of ="" is a text, and blank
            if b't="str"' not in said and (place := _PLACE.search(said)):
                yield *_placed(place), NO_RESULT


def _placed(place: re.Match[bytes]) -> tuple[int, int]:
    return int(place[2]) - 1, column_number(place[1]) - 1
