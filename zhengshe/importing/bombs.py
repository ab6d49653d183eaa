"""Workbooks of a few kilobytes that would fill the memory: refused before they are opened.

What reads workbooks builds a whole grid from the first cell to the last. Two cells in opposite corners make 17 thousand
million of it, and a row that is declared to repeat a thousand million times is built so often. A stray cell far outside
a real ledger does the same, so the message says where to look.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from zhengshe.errors import RejectedError
from zhengshe.importing.ods_reach import reach

_LARGEST_UNPACKED = 2 << 30  # bytes a workbook may unpack to; the largest honest ledger tried was 0.3 GiB
_LARGEST_RATIO = 200  # unpacked to packed; a sheet of one repeated word reaches 100
_LARGEST_GRID = 50_000_000  # cells, blank ones included; 1.6 GB
_SPARSEST = 64  # of so many cells at least one must be filled
_MOST_REPEATED = 1_000_000  # cells with content that an ods says to repeat; they take 120 bytes each
_OFTENEST = 8  # of so many cells with content at least one must be written down
_LARGEST_STYLES = 1 << 26  # bytes; Excel has at most 65,490 formats of cells, in some 20 MB
_BLOCK = 1 << 24
_HEAD = 1 << 12
_MOST_STRINGS = 100_000_000

_FAR_COLUMNS = ((re.compile(rb' r="[A-Z]{3}\d'), 16_384), (re.compile(rb' r="[A-Z]{2}\d'), 702))
_FAR_ROWS = (
    (re.compile(rb' r="[A-Z]*\d{7}'), 1 << 32),  # Excel has 1,048,576; what is said may be anything
    (re.compile(rb' r="[A-Z]*\d{6}'), 999_999),
    (re.compile(rb' r="[A-Z]*\d{5}'), 99_999),
)
_PLACES = re.compile(rb' r="([A-Z]{0,3})(\d+)')  # of a cell, or of a row
_UNUSUAL = (b" r='", b" r =", b"\nr", b"\tr", b"\rr")  # what XML allows and nobody writes
_PLACED = re.compile(rb"\sr\s*=\s*[\"']")
_STRINGS = re.compile(rb"<(?:\w+:)?sst\b[^>]*>")
_COUNT = re.compile(rb"ount\s*=\s*[\"'](\d+)")


def refuse_bombs(name: str, archive: zipfile.ZipFile) -> None:
    """RejectedError for an archive that unpacks beyond measure, or whose sheets do."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if unpacked > _LARGEST_UNPACKED or (unpacked > 1 << 24 and unpacked / packed > _LARGEST_RATIO):
        raise RejectedError(f"{name} 解压后过大（{unpacked >> 20} MB，{unpacked // packed} 倍），为安全不予读取")
    for entry in entries:
        if entry.filename.startswith("xl/worksheets/"):
            _refuse_grid(name, _grid(archive, entry))
        elif entry.filename == "xl/sharedStrings.xml" and _claims_strings(archive, entry):
            raise RejectedError(f"{name} 不完整或已损坏（文字的个数对不上）；请在 WPS/Excel 中打开后另存为 xlsx")
        elif entry.filename == "xl/styles.xml" and entry.file_size > _LARGEST_STYLES:
            raise RejectedError(f"{name} 的单元格格式过多（{entry.file_size >> 20} MB）；请清除多余的格式后另存")
        elif entry.filename == "content.xml":
            _refuse_repeats(name, archive.read(entry))


def _refuse_grid(name: str, cells: int) -> None:
    if cells > _LARGEST_GRID:
        raise RejectedError(
            f"{name} 的表格范围过大（{cells:,} 格，几乎全空）：很远的行或列里还有内容；请删去多余的行列后另存"
        )


def _refuse_repeats(name: str, content: bytes) -> None:
    found = reach(content)
    if found.filled > max(_MOST_REPEATED, found.written * _OFTENEST):
        raise RejectedError(f"{name} 里有内容的格子重复 {_MOST_REPEATED:,} 次以上；请删去多余的行列后另存")
    _refuse_grid(name, found.grid if found.grid > found.filled * _SPARSEST else 0)


def _blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content in pieces that end at the end of a tag."""
    with archive.open(entry) as stream:
        rest = b""
        while block := stream.read(_BLOCK):
            whole, end, rest = (rest + block).rpartition(b">")
            yield whole + end
        yield rest


def _grid(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """At most how many cells a sheet makes when it is built; 0 when enough of them are filled. The places of all cells
    are only read where their number of letters and digits does not already tell that it is no bomb."""
    columns, rows, filled = 26, 9_999, 0
    for block in map(_usual, _blocks(archive, entry)):
        columns = _bound(columns, _FAR_COLUMNS, block)
        rows = _bound(rows, _FAR_ROWS, block)
        filled += block.count(b' r="')
    if columns * rows <= max(_LARGEST_GRID, filled * _SPARSEST):
        return 0
    columns = rows = 0
    for block in map(_usual, _blocks(archive, entry)):
        for letters, number in _PLACES.findall(block):
            columns, rows = max(columns, column_number(letters)), max(rows, int(number))
    return columns * rows if columns * rows > filled * _SPARSEST else 0


def _usual(block: bytes) -> bytes:
    return _PLACED.sub(b' r="', block) if any(each in block for each in _UNUSUAL) else block


def _bound(known: int, patterns: tuple[tuple[re.Pattern[bytes], int], ...], block: bytes) -> int:
    for pattern, far in patterns:
        if far <= known:
            break
        if pattern.search(block):
            return far
    return known


def column_number(letters: bytes) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _claims_strings(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Are there said to be more texts than can be? Room is made for them before they are read."""
    with archive.open(entry) as stream:
        found = _STRINGS.search(stream.read(_HEAD))
    return any(
        int(count) > max(entry.file_size, _MOST_STRINGS) for count in (_COUNT.findall(found[0]) if found else ())
    )
