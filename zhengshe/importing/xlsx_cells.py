"""Cells of an xlsx that show something else than the reader of workbooks gives: errors and formulas without a result,
which it gives as blanks, and numbers of which it does not tell what their format adds (``formats``). They are looked up
in the sheets, which are streamed, and only where there may be any.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import islice
from xml.etree import ElementTree  # nosec B405

from zhengshe.errors import RejectedError
from zhengshe.importing import formats
from zhengshe.importing.bombs import column_number
from zhengshe.importing.formats import Format
from zhengshe.reading import NO_RESULT

Shown = tuple[int, int, str]  # row and column from 0, what the cell shows

_BLOCK = 1 << 24
_MOST = 5_000_000  # they take 150 bytes each
_LONGEST_TAG = 200  # of a cell, which says its place, style and type
_REMEMBERED = 100_000  # numbers
_ROOT = re.compile(rb"<((?:\w+:)?)worksheet\b")
_MOST_STYLES = 100  # in a pattern; beyond it all cells are looked at
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
    more = formats.of_cells(archive)
    left = _MOST
    for sheet in book.iter():
        entry = targets.get(sheet.get(_REFERENCE))
        if entry in entries and (cells := [*islice(_in_sheet(archive, entry, more), left + 1)]):
            found[sheet.get("name", "")] = cells
            left -= len(cells)
            if left < 0:
                what = f"公式出错、没有结果，或格式带单位、百分号的格子超过 {_MOST:,} 个"
                raise RejectedError(f"{what}；请改成数值、常规格式后另存")
    return found


def _in_sheet(archive: zipfile.ZipFile, entry: str, more: Mapping[bytes, Format]) -> Iterator[Shown]:
    with archive.open(entry) as stream:
        look, rest = None, b""
        while block := stream.read(_BLOCK):
            cells, end, rest = (rest[-_BLOCK:] + block).rpartition(b"c>")  # the end of a cell
            look = look or _Look(block, more)
            yield from look.into(cells + end)


class _Look:
    """What is looked for in a sheet, whose beginning says how its tags are written: <c>, or <x:c>."""

    def __init__(self, beginning: bytes, more: Mapping[bytes, Format]) -> None:
        root = _ROOT.search(beginning)
        tag = b"<" + (root[1] if root else b"")
        # no part of these can run over the next tag, so that they take no longer the odder a sheet is
        said = rb"[^<>]{0,%d}" % _LONGEST_TAG
        formula = rb"%bf\b[^<>]*(?:(?<=/)>|>[^<]*</\w*:?f>)\s*" % tag
        self._open = tag + b"c"
        self._formula = tag + b"f"
        self._failed = re.compile(
            rb'%bc\b(%b\bt="e"%b)(?<!/)>\s*(?:%b)?(?:%bv\b[^<>]*>([^<]*))?' % (tag, said, said, formula, tag)
        )
        self._unworked = re.compile(rb"%b(?:%bv\b[^<>]*(?:(?<=/)>|>\s*</\w*:?v>)\s*)?</\w*:?c>" % (formula, tag))
        styles = b"|".join(more) if len(more) <= _MOST_STYLES else rb"\d{1,5}"
        number = rb"(?:%b)?%bv\b[^<>]*>([-+.\dEe]+)<" % (formula, tag)
        self._styled = re.compile(rb'%bc\b(%b\bs="(%b)"%b)(?<!/)>\s*%b' % (tag, said, styles, said, number))
        self._more = more
        self._shown: dict[tuple[bytes, bytes], str | None] = {}

    def into(self, cells: bytes) -> Iterator[Shown]:
        if b't="e"' in cells:
            for said, value in self._failed.findall(cells):
                if place := _PLACE.search(said):
                    yield *_placed(place), value.decode() or "#VALUE!"
        if self._formula in cells:
            yield from self._without_result(cells)
        if self._more:
            yield from self._formatted(cells)

    def _without_result(self, cells: bytes) -> Iterator[Shown]:
        for found in self._unworked.finditer(cells):
            said = cells[max(0, found.start() - _LONGEST_TAG) : found.start()].rpartition(self._open)[2]
            # the result of ="" is a text, and blank
            if b't="str"' not in said and (place := _PLACE.search(said)):
                yield *_placed(place), NO_RESULT

    def _formatted(self, cells: bytes) -> Iterator[Shown]:
        if len(self._shown) > _REMEMBERED:
            self._shown.clear()
        for said, style, number in self._styled.findall(cells):
            if style in self._more and (b" t=" not in said or b't="n"' in said) and (place := _PLACE.search(said)):
                key = style, number
                if key not in self._shown:
                    self._shown[key] = self._more[style].shown(number.decode())
                if (shown := self._shown[key]) is not None:
                    yield *_placed(place), shown


def _placed(place: re.Match[bytes]) -> tuple[int, int]:
    return int(place[2]) - 1, column_number(place[1]) - 1
