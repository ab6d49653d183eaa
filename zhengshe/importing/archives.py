"""What is inside a workbook that is a zip archive, as far as it must be known before, or beside, its cells."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree  # nosec B405

from zhengshe.errors import RejectedError
from zhengshe.importing.bombs import refuse_bombs

_OTHERS = {"word/": "Word 文档", "ppt/": "PPT 演示文稿"}
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"

# what zipfile and the readers of XML raise at an archive that is not whole, or says that it is what they cannot read
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    ValueError,
    EOFError,
    OSError,
)

Merge = tuple[tuple[int, int], tuple[int, int]]  # (first row, first column), (last row, last column), from 0


def format_of(path: Path) -> str:
    """xlsx or ods, looked up in the archive's own list. Raises RejectedError for what is no workbook, and for what
    would fill the memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = set(archive.namelist())
            refuse_bombs(path.name, archive)
            if "xl/workbook.bin" in entries:
                raise RejectedError(f"{path.name} 是二进制工作簿（xlsb）；请另存为 xlsx")
            if any(name.startswith("xl/") for name in entries):
                return "xlsx"
            kind = archive.read("mimetype").decode("ascii", "replace") if "mimetype" in entries else ""
            manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in entries else b""
    except DAMAGED:
        raise RejectedError(f"{path.name} 不完整（可能没有下载完）；请重新获取") from None
    if b"encryption-data" in manifest or "encrypted-package" in entries:  # of each part, or of all in one
        raise has_password(path)
    if kind.startswith("application/vnd.oasis.opendocument.text"):
        raise not_a_table(path, "ODT 文档")
    if "content.xml" in entries:
        return "ods"
    for start, other in _OTHERS.items():
        if any(name.startswith(start) for name in entries):
            raise not_a_table(path, other)
    raise RejectedError(f"{path.name} 是压缩包，不是表格；请先解压")


def has_password(path: Path) -> RejectedError:
    """What is said of a file that cannot be read without one."""
    return RejectedError(f"{path.name} 有密码保护；请在 WPS/Excel 中去掉密码后另存")


def not_a_table(path: Path, kind: str) -> RejectedError:
    """What is said of a document of another kind."""
    return RejectedError(f"{path.name} 是 {kind}，不是表格；请把里面的表格复制到 WPS 表格或 Excel，另存为 xlsx")


def merges(path: Path) -> dict[str, list[Merge]]:
    """The merged cells of every sheet of an ods file, which the reader does not tell of."""
    found: dict[str, list[Merge]] = {}
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml")
    if b"number-rows-spanned" in content:
        # the reader has read it already and knows no entities; expat opens none from outside and limits their growth
        for _, element in ElementTree.iterparse(io.BytesIO(content)):  # noqa: S314  # nosec B314
            if element.tag == f"{_TABLE}table":
                found[element.get(f"{_TABLE}name", "")] = list(_merges_of(element))
                element.clear()
    return found


def _merges_of(table: ElementTree.Element) -> Iterator[Merge]:
    for row, column, cell in placed(table):
        down, across = (int(cell.get(f"{_TABLE}number-{what}-spanned", 1)) for what in ("rows", "columns"))
        if down > 1:
            yield (row, column), (row + down - 1, column + across - 1)


def placed(table: ElementTree.Element) -> Iterator[tuple[int, int, ElementTree.Element]]:
    """Row and column, from 0, of every cell that an ods file writes down; one that repeats is written once."""
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in line:
            yield row, column, cell
            column += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        row += int(line.get(f"{_TABLE}number-rows-repeated", 1))
