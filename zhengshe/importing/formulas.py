"""Cells whose formula failed (#REF!, #DIV/0! …): the reader of workbooks gives them as blanks, as if nothing had stood
there. They are looked up in the archive and put back as text, so that they are refused as in a csv.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree  # nosec B405

from zhengshe.importing.archives import placed
from zhengshe.importing.bombs import column_number

Failed = tuple[int, int, str]  # row and column from 0, what the cell shows

_BLOCK = 1 << 24
_CELL = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)(?<!/)>(.*?)</(?:\w+:)?c>', re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_SHOWN = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_PARAGRAPH = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_IS_ERROR = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"


def failed(path: Path, format: str) -> dict[str, list[Failed]]:
    """By sheet. An xls, which is no archive, tells nothing."""
    if format not in ("xlsx", "ods"):
        return {}
    with zipfile.ZipFile(path) as archive:
        return _in_xlsx(archive) if format == "xlsx" else _in_ods(archive.read("content.xml"))


def _in_xlsx(archive: zipfile.ZipFile) -> dict[str, list[Failed]]:
    entries = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= entries:
        return {}
    # the reader has read both already; expat opens no entities from outside and limits their growth
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  # nosec B314
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  # nosec B314
    targets = {link.get("Id"): posixpath.join("/xl", link.get("Target", ""))[1:] for link in links}
    found = {}
    for sheet in book.iter():
        entry = targets.get(sheet.get(_REFERENCE))
        if entry in entries and (cells := [*_in_sheet(archive, entry)]):
            found[sheet.get("name", "")] = cells
    return found


def _in_sheet(archive: zipfile.ZipFile, entry: str) -> Iterator[Failed]:
    with archive.open(entry) as stream:
        rest = b""
        while block := stream.read(_BLOCK):
            cells, end, rest = (rest + block).rpartition(b"c>")  # the end of a cell
            if b't="e"' in cells:
                for said, content in _CELL.findall(cells + end):
                    if place := _PLACE.search(said):
                        shown = _SHOWN.search(content)
                        yield int(place[2]) - 1, column_number(place[1]) - 1, shown[1].decode() if shown else "#VALUE!"


def _in_ods(content: bytes) -> dict[str, list[Failed]]:
    found: dict[str, list[Failed]] = {}
    if b'value-type="error"' in content:
        for _, element in ElementTree.iterparse(io.BytesIO(content)):  # noqa: S314  # nosec B314
            if element.tag == f"{_TABLE}table":
                found[element.get(f"{_TABLE}name", "")] = [*_in_table(element)]
                element.clear()
    return found


def _in_table(table: ElementTree.Element) -> Iterator[Failed]:
    for row, column, cell in placed(table):
        if cell.get(_IS_ERROR) == "error":
            shown = cell.findtext(_PARAGRAPH) or "#VALUE!"
            yield row, column, shown if shown.startswith("#") else "#VALUE!"  # Calc's own numbers: Err:502
