"""docx in the manner of an official document (GB/T 9704): A4, title in 小标宋, headings in 黑体 and 楷体, body in 仿宋.

The looks are in the styles of the document, so that an office can change them in Word. Where 方正小标宋 or 仿宋_GB2312
is not installed, the font table names the substitute. Tables have borders, heads that repeat on every page and captions
that Word numbers; a table too wide for the page is set on pages turned on their side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from zhengshe.models import Kind
from zhengshe.render.blocks import NOTHING, TOTAL, table_of, with_footnotes
from zhengshe.render.cells import shown
from zhengshe.render.text import fold, lines_of, one_line, share, width
from zhengshe.reports.report import Block, Column, Heading, Paragraph, Report, Table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as WordParagraph

_SONG, _HEI, _KAI, _FANG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
_SUBSTITUTES = {_SONG: "华文中宋", _KAI: "楷体", _FANG: "仿宋"}
_TWO, _THREE, _FOUR, _SMALL_FOUR, _FIVE, _SMALL_FIVE = 22, 16, 14, 12, 10.5, 9  # 二号 三号 四号 小四 五号 小五, points
_LINE = 28  # points from line to line: 22 lines a page
_STYLES = {  # Word's name -> font, size; a report's level 1 is the title
    "Normal": (_FANG, _THREE),
    "Title": (_SONG, _TWO),
    "Heading 1": (_HEI, _THREE),
    "Heading 2": (_KAI, _THREE),
    "Heading 3": (_FANG, _THREE),
    "Caption": (_HEI, _SMALL_FOUR),
}
_STYLE_OF_LEVEL = {1: "Title", 2: "Heading 1", 3: "Heading 2", 4: "Heading 3"}
_ROOM, _WIDE_ROOM = 156, 225  # millimetres between the margins: 210 - 28 - 26, and 297 - 37 - 35 on its side
_TRIALS = ((False, _SMALL_FOUR), (False, _FIVE), (True, _FIVE), (True, _SMALL_FIVE))  # (on its side, size of type)
_CELL_MARGIN = 1.0  # millimetres, left and right
_UNBROKEN = frozenset({Kind.DATE, Kind.YEAR, Kind.MONEY, Kind.COUNT, Kind.DECIMAL, Kind.CREDIT_CODE, Kind.PHONE})
_POINT = 25.4 / 72  # millimetres
_WHOLE = 12  # a table of no more rows stays on one page
_NUMBERED = re.compile(r"[A-Za-z0-9][-/]\d")  # P2026-001, payment/7


def write(report: Report, path: Path, unit: str) -> None:
    from docx import Document

    document = Document()
    _set_styles(document)
    _name_substitutes(document)
    _set_page(document.sections[0], wide=False)
    _number_pages(document)
    properties = document.core_properties
    properties.title = next((one_line(block.text) for block in report.blocks if isinstance(block, Heading)), "")
    properties.author = properties.comments = ""
    captions = 0
    for block, laid, wide in _placed(report.blocks, unit):
        _turn(document, wide)
        if isinstance(block, Heading):
            document.add_paragraph(lines_of(block.text), style=_STYLE_OF_LEVEL[block.level])
        elif isinstance(block, Paragraph):
            for line in lines_of(block.text).split("\n"):
                _body(document, line)
        elif laid:
            captions += bool(laid.table.title)
            _table(document, laid, captions, unit)
    _end(document)
    document.save(str(path))


# -- where a table fits ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Laid:
    """A table with its cells as text, the size of its type and the width of its columns in millimetres. Without heads
    the cells are labels and values."""

    table: Table
    labels: Sequence[str] | None
    cells: Sequence[Sequence[str]]
    right: Sequence[bool]
    widths: Sequence[float]
    size: float
    wide: bool = False


def _placed(blocks: Sequence[Block], unit: str) -> list[tuple[Block, _Laid | None, bool]]:
    """Every block, its table laid out, and whether it stands on a page turned on its side; headings go with what they
    are the heading of."""
    placed: list[tuple[Block, _Laid | None, bool]] = []
    wide = False
    laid = [_lay(table, unit) if (table := table_of(block)) else None for block in blocks]
    for block, table_laid in zip(reversed(blocks), reversed(laid), strict=True):
        if not isinstance(block, Heading):
            wide = table_laid is not None and table_laid.wide
        placed.append((block, table_laid, wide))
    return placed[::-1]


def _lay(table: Table, unit: str) -> _Laid:
    """The largest type with which the columns stand side by side; where none will do, every record is a card."""
    table = with_footnotes(table)
    labels = [one_line(column.label) for column in table.columns]  # the unit stands above the table
    forms = [shown(column, unit) for column in table.columns]
    cells = [[lines_of(form(value)) for form, value in zip(forms, row, strict=True)] for row in table.rows]
    if not table.card:
        right = [column.at_right and column.kind is not Kind.YEAR for column in table.columns]
        # a size that breaks codes and squeezes text is only taken when no page and no smaller type spares it
        for least in (12, 6):
            for wide, size in _TRIALS:
                if widths := _fit(table.columns, labels, cells, _WIDE_ROOM if wide else _ROOM, size, least):
                    return _Laid(table, labels, cells, right, widths, size, wide)
    pairs = [list(pair) for row in cells for pair in zip(labels, row, strict=True)]
    first = min((max(map(width, labels), default=0) + 1) * _SMALL_FOUR / 2 * _POINT + 2 * _CELL_MARGIN, _ROOM / 2)
    return _Laid(table, None, pairs, [False, False], [first, _ROOM - first], _SMALL_FOUR)


def _fit(
    columns: Sequence[Column],
    labels: Sequence[str],
    cells: Sequence[Sequence[str]],
    room: float,
    size: float,
    least: int,
) -> list[float] | None:
    """Millimetres for every column, None when there are too many; numbers, dates and codes are never broken."""
    cell = size / 2 * _POINT  # half of a 汉字
    natural, lowest = [], []
    for place, column in enumerate(columns):
        body = max((width(line) for row in cells for line in row[place].split("\n")), default=0)
        want = max(width(labels[place]), body)
        natural.append(want + 1)
        lowest.append(max(body + 1 if column.kind in _UNBROKEN else 0, min(want + 1, least)))
    widths = share(natural, lowest, int((room - 2 * _CELL_MARGIN * len(columns)) / cell))
    if widths is None:
        return None
    needed = [wide * cell + 2 * _CELL_MARGIN for wide in widths]
    return [wide * room / sum(needed) for wide in needed]


# -- pages -------------------------------------------------------------------------------------------------------------


def _set_page(section: Any, *, wide: bool) -> None:
    """A4; margins of 37 mm above, 35 below, 28 left, 26 right, turned with the page."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    top, right, bottom, left = (28, 37, 26, 35) if wide else (37, 26, 35, 28)
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    section.footer_distance = Mm(15 if wide else 23)  # the number stands 7 mm below the text


def _turn(document: Document, wide: bool) -> None:
    """Go on upright or on its side; a new page where that changes."""
    from docx.enum.section import WD_ORIENT, WD_SECTION

    section = document.sections[-1]
    if (section.orientation == WD_ORIENT.LANDSCAPE) == wide:
        return
    is_empty = len(document.element.body) == 1  # nothing but the section itself: it is turned, not ended
    _set_page(section if is_empty else document.add_section(WD_SECTION.NEW_PAGE), wide=wide)


def _number_pages(document: Document) -> None:
    """— 1 — in 四号, at the right of odd pages and the left of even ones, in by one character."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, at_right in ((section.footer, True), (section.even_page_footer, False)):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if at_right else WD_ALIGN_PARAGRAPH.LEFT
        layout = paragraph.paragraph_format
        layout.right_indent, layout.left_indent = (Pt(_FOUR), None) if at_right else (None, Pt(_FOUR))
        paragraph.add_run("— ")
        _field(paragraph, "PAGE", "1")
        paragraph.add_run(" —")
        for run in paragraph.runs:
            run.font.size = Pt(_FOUR)
            _set_fonts(run._element.get_or_add_rPr(), "宋体")


# -- styles ------------------------------------------------------------------------------------------------------------


def _set_styles(document: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, (font, size) in _STYLES.items():
        style: Any = document.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), name == "Heading 3", False
        style.font.color.rgb = RGBColor(0, 0, 0)
        _set_fonts(style.element.get_or_add_rPr(), font)
        layout = style.paragraph_format
        layout.space_before = layout.space_after = Pt(0)
        layout.line_spacing = Pt(_LINE)
        for line_under in style.element.pPr.findall(qn("w:pBdr")):
            style.element.pPr.remove(line_under)
    for name in ("Title", "Caption"):
        document.styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title: Any = document.styles["Title"].paragraph_format
    title.line_spacing, title.space_after = Pt(36), Pt(_LINE)
    document.styles["Caption"].paragraph_format.keep_with_next = True


def _set_fonts(properties: Any, east_asian: str) -> None:
    """One font for 汉字, Times New Roman for the rest; the theme of the template must not overrule them."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    fonts.set(qn("w:eastAsia"), east_asian)
    for script in ("w:ascii", "w:hAnsi"):
        fonts.set(qn(script), "Times New Roman")


def _name_substitutes(document: Document) -> None:
    """What Word and WPS take where a font is missing, by the altName of the font table."""
    (part,) = [part for part in document.part.package.iter_parts() if str(part.partname) == "/word/fontTable.xml"]
    fonts = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(other)}/></w:font>"
        for name, other in _SUBSTITUTES.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")


# -- words and tables --------------------------------------------------------------------------------------------------


def _body(document: Document, text: str) -> None:
    """A paragraph whose first line is in by two characters."""
    from docx.shared import Pt

    indent = "　　"
    lines = _unparted(indent + text, _ROOM, _THREE).removeprefix(indent)
    document.add_paragraph(lines).paragraph_format.first_line_indent = Pt(2 * _THREE)


def _unparted(text: str, room: float, size: float) -> str:
    """Record numbers are not to be parted. Word breaks behind their hyphens and strokes; other characters in their
    place would not be found nor read again, so such lines are ended here."""

    def folded(line: str) -> str:
        return fold(line, int(room / (size / 2 * _POINT))) if _NUMBERED.search(line) else line

    return "\n".join(map(folded, text.split("\n")))


def _table(document: Document, laid: _Laid, number: int, unit: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    if laid.table.title:
        _caption(document, laid.table.title, number)
    if not laid.cells:
        _body(document, NOTHING)
        return
    if any(column.kind is Kind.MONEY for column in laid.table.columns):
        _small(document, f"金额单位：{unit}", at_right=True)
    lines = len(laid.cells) if laid.labels else len(laid.table.columns)  # a card is a table by itself
    for start in range(0, len(laid.cells), lines):
        xml = "".join(_table_xml(laid, laid.cells[start : start + lines]))
        # python-docx looks through the whole table for every cell it adds, so the table is written as a whole
        document.element.body.insert_element_before(parse_xml(f"<w:tbl {nsdecls('w')}>{xml}</w:tbl>"), "w:sectPr")
        is_last = start + lines >= len(laid.cells)
        note = f"注：{lines_of(laid.table.note)}" if laid.table.note and is_last else ""
        _small(document, _unparted(note, _WIDE_ROOM if laid.wide else _ROOM, _SMALL_FOUR))


def _small(document: Document, text: str, *, at_right: bool = False) -> None:
    """A line in 小四 above or below a table; Word needs a paragraph between two tables, if only an empty one."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.add_run(text).font.size = Pt(_SMALL_FOUR)
    paragraph.paragraph_format.line_spacing = Pt(18)
    if at_right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.keep_with_next = True


def _end(document: Document) -> None:
    """The blank line below a last table takes no room, so that it makes no page of its own."""
    from docx.shared import Pt

    if document.paragraphs and not document.paragraphs[-1].text:
        document.paragraphs[-1].paragraph_format.line_spacing = Pt(1)


def _table_xml(laid: _Laid, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A bordered table; its head is repeated on every page; no row, no card and no short table is parted."""
    twips = [round(wide / _POINT * 20) for wide in laid.widths]
    margin = round(_CELL_MARGIN / _POINT * 20)
    yield (
        f'<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{margin}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    )
    yield "<w:tblGrid>" + "".join(f'<w:gridCol w:w="{wide}"/>' for wide in twips) + "</w:tblGrid>"
    if laid.labels:
        cells = (
            _cell_xml(label, wide, laid.size, "center", True, keep=True)
            for label, wide in zip(laid.labels, twips, strict=True)
        )
        yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"
    for number, row in enumerate(rows, 1):
        total = row[0] == TOTAL
        keep = number < len(rows) and (laid.labels is None or len(rows) <= _WHOLE)
        yield "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        for place, (text, wide, at_right) in enumerate(zip(row, twips, laid.right, strict=True)):
            bold = total or (laid.labels is None and place == 0)
            yield _cell_xml(text, wide, laid.size, "right" if at_right else "left", bold, keep)
        yield "</w:tr>"


def _cell_xml(text: str, wide: int, size: float, align: str, bold: bool, keep: bool = False) -> str:
    stays = "<w:keepNext/>" if keep else ""
    look = f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size * 2:g}"/><w:szCs w:val="{size * 2:g}"/></w:rPr>'
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>'
        f'{stays}<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>'
        f'<w:jc w:val="{align}"/>{look}</w:pPr>'
        f"<w:r>{look}{lines}</w:r></w:p></w:tc>"
    )


def _caption(document: Document, title: str, number: int) -> None:
    """表 1 …, numbered by Word's own SEQ field, so that it stays right when tables are moved."""
    paragraph = document.add_paragraph("表 ", style="Caption")
    _field(paragraph, "SEQ 表 \\* ARABIC", str(number))
    paragraph.add_run(f"　{lines_of(title)}")


def _field(paragraph: WordParagraph, code: str, shown_now: str) -> None:
    """A field that Word works out; ``shown_now`` stands there until it does."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "code", "separate", "result", "end"):
        run = paragraph.add_run(shown_now if kind == "result" else "")
        if kind == "code":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = code
            run._element.append(instruction)
        elif kind != "result":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)
