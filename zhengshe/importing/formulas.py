"""Cells whose formula failed (#REF!, #DIV/0! …) or was never worked out: the reader of workbooks gives them as blanks,
as if nothing had stood there. They are looked up in the file and put back as text, so that they are refused as in a
csv. What is looked up in an xlsx, number formats among it, is told in ``xlsx_cells``.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree  # nosec B405

from zhengshe.importing import biff, xlsx_cells
from zhengshe.importing.archives import placed
from zhengshe.importing.xlsx_cells import Shown
from zhengshe.reading import NO_RESULT

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_PARAGRAPH = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
# records of an xls, [MS-XLS] 2.4: the two that hold cells of one value, and those that say where a sheet begins
_FORMULA, _BOOLERR, _BOUNDSHEET, _BOF = 0x0006, 0x0205, 0x0085, 0x0809
_MAY_BE_ERROR = re.compile(rb"\x06\x00.{8}\x02.{5}\xff\xff|\x05\x02\x08\x00.{7}\x01", re.DOTALL)
_SHOWN_FOR = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_WITH_FORMULA = re.compile(rb"<(?:\w+:)?table-cell\b[^<>]*\bformula=[^<>]*>")
_VALUE_TYPE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_IS_ERROR = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"


def failed(path: Path, format: str, sheets: Sequence[str]) -> dict[str, list[Shown]]:
    """By sheet; ``sheets`` are the names of all, in their order."""
    if format == "xls":
        return _in_xls(path, sheets)
    with zipfile.ZipFile(path) as archive:
        return xlsx_cells.odd(archive) if format == "xlsx" else _in_ods(archive.read("content.xml"))


def _in_xls(path: Path, sheets: Sequence[str]) -> dict[str, list[Shown]]:
    stream = biff.workbook(path)
    found: dict[str, list[Shown]] = {}
    if not _MAY_BE_ERROR.search(stream):  # to go through all records takes as long as to read the cells
        return found
    beginnings: list[int] = []
    sheet = ""
    for at, kind, record in biff.records(stream):
        if kind == _BOUNDSHEET and len(record) >= 4:
            beginnings.append(int.from_bytes(record[:4], "little"))
        elif kind == _BOF and at in beginnings[: len(sheets)]:
            sheet = sheets[beginnings.index(at)]
        elif (code := _error(kind, record)) is not None:
            row, column = struct.unpack_from("<HH", record)
            found.setdefault(sheet, []).append((row, column, _SHOWN_FOR.get(code, "#VALUE!")))
    return found


def _error(kind: int, record: bytes) -> int | None:
    """The code of the error that a cell holds: behind row, column and format stands the value."""
    if kind == _BOOLERR and len(record) >= 8 and record[7]:
        return record[6]
    if kind == _FORMULA and len(record) >= 14 and record[6] == 2 and record[12:14] == b"\xff\xff":
        return record[8]
    return None


def _in_ods(content: bytes) -> dict[str, list[Shown]]:
    found: dict[str, list[Shown]] = {}
    if b'value-type="error"' in content or any(b"value-type=" not in cell for cell in _WITH_FORMULA.findall(content)):
        for _, element in ElementTree.iterparse(io.BytesIO(content)):  # noqa: S314  # nosec B314
            if element.tag == f"{_TABLE}table":
                found[element.get(f"{_TABLE}name", "")] = [*_in_table(element)]
                element.clear()
    return found


def _in_table(table: ElementTree.Element) -> Iterator[Shown]:
    for row, column, cell in placed(table):
        if cell.get(_IS_ERROR) == "error":
            shown = cell.findtext(_PARAGRAPH) or "#VALUE!"
            yield row, column, shown if shown.startswith("#") else "#VALUE!"  # Calc's own numbers: Err:502
        elif cell.get(f"{_TABLE}formula") and not cell.get(_VALUE_TYPE) and cell.find(_PARAGRAPH) is None:
            yield row, column, NO_RESULT
