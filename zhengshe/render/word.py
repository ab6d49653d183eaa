"""docx in the manner of an official document (GB/T 9704): A4, title in 小标宋, headings in 黑体 and 楷体, body in 仿宋.

Fonts are named for East Asian text; where 方正小标宋 or 仿宋_GB2312 is not installed, Word and WPS take the nearest of
their own. Tables have borders, heads that repeat on every page, and captions that Word numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhengshe.render.blocks import NOTHING, TOTAL
from zhengshe.render.cells import head, shown
from zhengshe.render.text import lines_of, width
from zhengshe.reports.report import Chart, Heading, Paragraph, Report, Table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as WordParagraph

_TITLE, _HEI, _KAI, _FANG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
_TWO, _THREE, _FOUR, _SMALL_FOUR, _FIVE = 22, 16, 14, 12, 10.5  # 二号, 三号, 四号, 小四, 五号 in points
_HEADING_FONTS = {1: (_TITLE, _TWO), 2: (_HEI, _THREE), 3: (_KAI, _THREE), 4: (_FANG, _THREE)}
_MANY_COLUMNS = 8  # a table wider than this is set on a page turned on its side
_ROOM, _WIDE_ROOM = 156, 257  # millimetres between the margins, upright and on its side


def write(report: Report, path: Path, unit: str) -> None:
    from docx import Document

    document = Document()
    _page(document, _is_wide(report))
    _base_style(document)
    _page_number(document)
    number = 0
    for block in report.blocks:
        if isinstance(block, Heading):
            _heading(document, block)
        elif isinstance(block, Paragraph):
            for line in lines_of(block.text).split("\n"):
                _body(document, line)
        else:
            table = block.table if isinstance(block, Chart) else block
            number += 1
            _table(document, table, number, unit)
    document.save(str(path))


def _is_wide(report: Report) -> bool:
    tables = [block.table if isinstance(block, Chart) else block for block in report.blocks if not _is_words(block)]
    return any(isinstance(t, Table) and not t.card and len(t.columns) > _MANY_COLUMNS for t in tables)


def _is_words(block: object) -> bool:
    return isinstance(block, Heading | Paragraph)


def _page(document: Document, wide: bool) -> None:
    """A4; margins of 37, 35, 28 and 26 mm as the standard asks."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    if wide:
        section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(20)
    else:
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)


def _base_style(document: Document) -> None:
    from docx.shared import Pt

    style = document.styles["Normal"]
    style.font.size = Pt(_THREE)
    _set_fonts(style.element.get_or_add_rPr(), _FANG)


def _set_fonts(properties: Any, east_asian: str) -> None:
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), east_asian)
    for script in ("w:ascii", "w:hAnsi"):
        fonts.set(qn(script), "Times New Roman")


def _write_run(paragraph: WordParagraph, text: str, font: str, size: float, *, bold: bool = False) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.bold = bold
    _set_fonts(run._element.get_or_add_rPr(), font)


def _heading(document: Document, block: Heading) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    font, size = _HEADING_FONTS[block.level]
    paragraph = document.add_heading(level=block.level)
    _write_run(paragraph, block.text, font, size)
    for run in paragraph.runs:
        run.font.color.rgb = RGBColor(0, 0, 0)
    paragraph.paragraph_format.space_before = Pt(12 if block.level > 1 else 0)
    paragraph.paragraph_format.space_after = Pt(6 if block.level > 1 else 18)
    if block.level == 1:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _body(document: Document, text: str) -> None:
    """A paragraph of 仿宋 三号, its first line in by two characters."""
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    _write_run(paragraph, text, _FANG, _THREE)
    paragraph.paragraph_format.first_line_indent = Pt(2 * _THREE)
    paragraph.paragraph_format.line_spacing = Pt(28)


def _table(document: Document, table: Table, number: int, unit: str) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT

    rows = [list(row) for row in table.rows]
    if table.title:
        _caption(document, table.title, number)
    if not rows:
        _body(document, NOTHING)
        return
    labels = [head(column, unit) for column in table.columns]
    forms = [shown(column, unit) for column in table.columns]
    right = [column.kind.is_number for column in table.columns]
    if table.card:
        cells = [[label, form(value)] for row in rows for label, form, value in zip(labels, forms, row, strict=True)]
        made = _grid(document, None, cells, [False, False])
    else:
        cells = [[form(value) for form, value in zip(forms, row, strict=True)] for row in rows]
        made = _grid(document, labels, cells, right)
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    if table.note:
        _write_run(document.add_paragraph(), f"注：{lines_of(table.note)}", _FANG, _SMALL_FOUR)


def _grid(document: Document, labels: list[str] | None, cells: list[list[str]], right: Sequence[bool]) -> Any:
    """A bordered table; its head is repeated on every page, a row is never parted."""
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    columns = len(right)
    made = document.add_table(rows=0, cols=columns, style="Table Grid")
    made.autofit = False
    room = _WIDE_ROOM if document.sections[0].orientation == WD_ORIENT.LANDSCAPE else _ROOM
    widths = _widths([*([labels] if labels else []), *cells], room)
    size = _FIVE if columns > 5 else _SMALL_FOUR
    for place, texts in enumerate([*([labels] if labels else []), *cells]):
        is_head = bool(labels) and place == 0
        row = made.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if is_head:
            properties.append(OxmlElement("w:tblHeader"))
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Mm(widths[column])
            bold = is_head or texts[0] == TOTAL or (labels is None and column == 0)
            _write_cell(cell, text, size, bold=bold, right=right[column] and not is_head, centre=is_head)
    return made


def _write_cell(cell: Any, text: str, size: float, *, bold: bool, right: bool, centre: bool) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    if right or centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.CENTER
    _write_run(paragraph, lines_of(text), _FANG, size, bold=bold)


def _widths(rows: Sequence[Sequence[str]], room: float) -> list[float]:
    """Millimetres for every column by its longest line, but none under a few characters nor over half of the page."""
    longest = [max(max(map(width, text.split("\n") or [""]), default=0) for text in column) for column in zip(*rows)]  # noqa: B905
    wanted = [min(max(cells, 6), 36) + 2 for cells in longest]
    return [room * each / sum(wanted) for each in wanted]


def _caption(document: Document, title: str, number: int) -> None:
    """表 1 …, numbered by Word's own SEQ field, so that it stays right when tables are moved."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph(style="Caption")
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(12)
    _write_run(paragraph, "表 ", _HEI, _SMALL_FOUR)
    _field(paragraph, "SEQ 表 \\* ARABIC", str(number), _HEI, _SMALL_FOUR)
    _write_run(paragraph, f"　{title}", _HEI, _SMALL_FOUR)
    _black(paragraph)


def _black(paragraph: WordParagraph) -> None:
    from docx.shared import RGBColor

    for run in paragraph.runs:
        run.font.color.rgb = RGBColor(0, 0, 0)
        run.font.italic = False


def _field(paragraph: WordParagraph, code: str, shown_now: str, font: str, size: float) -> None:
    """A field that Word works out; ``shown_now`` stands there until it does."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", shown_now), ("end", "")):
        _write_run(paragraph, text if kind == "text" else "", font, size)
        element = paragraph.runs[-1]._element
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            element.append(mark)
        elif not kind:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = code
            element.append(instruction)


def _page_number(document: Document) -> None:
    """— 1 — at the foot of every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write_run(paragraph, "— ", "宋体", _FOUR)
    _field(paragraph, "PAGE", "1", "宋体", _FOUR)
    _write_run(paragraph, " —", "宋体", _FOUR)
