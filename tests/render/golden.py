"""One golden file a format. ``python -m tests.render.golden`` writes them anew; then read the difference."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from tests.render import awkward
from zhengshe import render

GOLDEN = Path(__file__).parent / "golden"
SUFFIXES = ("txt", "md", "csv", "tsv", "json", "jsonl", "html", "docx", "xlsx")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def golden_for(suffix: str) -> Path:
    """The golden file; of a zipped format it holds the content, as text."""
    return GOLDEN / (f"awkward.{suffix}.txt" if suffix in render.OFFICE_FORMATS else f"awkward.{suffix}")


def rendered(suffix: str, folder: Path) -> bytes:
    """What the program writes for the awkward report."""
    path = folder / f"awkward.{suffix}"
    render.write(awkward.report(), render.format_for(None, path), output=path)
    lines = {"docx": document_lines, "xlsx": workbook_lines}.get(suffix)
    return ("\n".join(lines(path)) + "\n").encode() if lines else path.read_bytes()


def document_lines(path: Path) -> Iterator[str]:
    """Paragraphs with their style, rows of tables, sections."""
    body = ElementTree.fromstring(zipfile.ZipFile(path).read("word/document.xml")).find(f"{_WORD}body")  # noqa: S314
    for element in body if body is not None else []:
        if element.tag == f"{_WORD}tbl":
            for row in element.iter(f"{_WORD}tr"):
                head = "#" if row.find(f"{_WORD}trPr/{_WORD}tblHeader") is not None else "|"
                yield f"{head} " + " | ".join(_words(cell) for cell in row.iter(f"{_WORD}tc"))
            continue
        style = element.find(f"{_WORD}pPr/{_WORD}pStyle")
        if element.tag == f"{_WORD}p" and (text := _words(element)):
            yield f"[{'Normal' if style is None else style.get(f'{_WORD}val')}] {text}"
        for page in element.iter(f"{_WORD}pgSz"):
            yield f"(page {page.get(f'{_WORD}orient')})"


def _words(element: ElementTree.Element) -> str:
    marks = {f"{_WORD}br": "⏎", f"{_WORD}instrText": ""}
    return "".join(marks.get(part.tag, part.text or "") for part in element.iter() if part.tag.endswith(("}t", "}br")))


def workbook_lines(path: Path) -> Iterator[str]:
    """Cells with their type and number format, sheet by sheet; what is frozen, filtered and drawn."""
    book = zipfile.ZipFile(path)
    names = re.findall(r'<sheet name="([^"]*)"', book.read("xl/workbook.xml").decode())
    formats = _number_formats(book)
    for number, name in enumerate(names, 1):
        sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314
        yield f"== {name}"
        for cell in sheet.iter(f"{_SHEET}c"):
            text = "".join(part.text or "" for part in cell.iter() if part.tag in (f"{_SHEET}v", f"{_SHEET}t"))
            assert cell.find(f"{_SHEET}f") is None, "nothing is a formula"
            if text:
                kind, form = cell.get("t", "n"), formats[int(cell.get("s", "0"))]
                yield f"{cell.get('r')} {kind} {form} {text!r}"
        for tag in ("pane", "autoFilter", "drawing"):
            yield from (
                f"{tag} {each.get('ref') or each.get('topLeftCell') or ''}" for each in sheet.iter(_SHEET + tag)
            )
    for entry in sorted(name for name in book.namelist() if name.startswith("xl/charts/chart")):
        chart = book.read(entry).decode()
        kinds = re.findall(r"<c:(barChart|lineChart|pieChart)>", chart)
        yield f"{entry} {kinds} {re.findall(r'<c:f>([^<]*)</c:f>', chart)}"


def _number_formats(book: zipfile.ZipFile) -> list[str]:
    styles = ElementTree.fromstring(book.read("xl/styles.xml"))  # noqa: S314
    custom = {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{_SHEET}numFmt")}
    cells = styles.find(f"{_SHEET}cellXfs")
    assert cells is not None
    return [custom.get(each.get("numFmtId")) or f"#{each.get('numFmtId')}" for each in cells]


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        for suffix in SUFFIXES:
            golden_for(suffix).write_bytes(rendered(suffix, Path(folder)))
