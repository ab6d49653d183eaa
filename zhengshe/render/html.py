"""html: one page by itself, to be read, sorted and printed. Nothing is fetched, everything is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import TextIO

from zhengshe.models import Kind
from zhengshe.render import svg
from zhengshe.render.blocks import NOTHING, TOTAL
from zhengshe.render.cells import shown
from zhengshe.render.text import lines_of
from zhengshe.reports.report import Chart, Column, Heading, Paragraph, Report, Table
from zhengshe.values import Value

_MANY_COLUMNS = 8  # a table with more is printed across the page, in small type
_MANY_WHOLE = 12  # numbers, dates and codes of such a table that a page holds without parting them
_UNBROKEN = frozenset({Kind.DATE, Kind.YEAR, Kind.CREDIT_CODE, Kind.FLAG})

_STYLE = """
body{font-family:"Songti SC","SimSun","Noto Serif CJK SC",serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
color:#222;line-height:1.6}
h1{text-align:center;font-size:1.6rem}h2{font-size:1.25rem;border-bottom:2px solid #345;margin-top:2rem}
h3{font-size:1.1rem}
table{border-collapse:collapse;width:100%;margin:.6rem 0 1.4rem;font-size:.92em}
caption{text-align:left;font-weight:bold;padding:.3rem 0}
th,td{border:1px solid #99a;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#e7edf3}td.k{white-space:nowrap}thead th{min-width:3em}table.c th{width:11em}table.c td.n{text-align:left}
th.n{text-align:right}td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
table.s th{cursor:pointer}tr.t{font-weight:bold}
tr.r>*{border-top:3px double #667}.wide{overflow-x:auto}
.unit{float:right;font-weight:normal}.note{color:#555;font-size:.9rem}
td.f span{display:inline-block}
svg{max-width:100%;height:auto;display:block}
@media screen{thead th{min-width:5em}}
@media print{body{max-width:none;margin:0;font-size:11pt}thead{display:table-header-group}tr{break-inside:avoid}
h1,h2,h3,svg{break-after:avoid}.note{break-before:avoid}svg,.wide:not(:has(tr:nth-child(13))){break-inside:avoid}
.wide{overflow:visible}.many,:is(h1,h2,h3,p):has(+.many),h1:has(+p+.many){page:across}.many{font-size:8pt}
.many td,.many th{white-space:normal;min-width:0;padding:1px 2px}.whole td.n,.whole td.k{white-space:nowrap}
table.s th{cursor:auto}}
@page{size:A4;margin:20mm 16mm}@page across{size:A4 landscape;margin:16mm 12mm}
"""
# a click on a head sorts by that column; blanks and lines of totals stay below; data-v holds what a number or a date is
_SCRIPT = """
document.querySelectorAll('table.s th').forEach(function(th){th.addEventListener('click',function(){
var t=th.closest('table'),b=t.tBodies[0],i=th.cellIndex,up=th.dataset.up!=='1';
t.querySelectorAll('th').forEach(function(h){delete h.dataset.up});th.dataset.up=up?'1':'0';
function key(r){var c=r.cells[i];return c.dataset.v!==undefined?parseFloat(c.dataset.v):c.textContent}
Array.from(b.rows).filter(function(r){return r.className!=='t'}).sort(function(x,y){var a=key(x),c=key(y);
if(a===''||c==='')return(a==='')-(c==='');
return(typeof a==='number'&&typeof c==='number'?a-c:String(a).localeCompare(String(c),'zh'))*(up?1:-1)})
.forEach(function(r){b.appendChild(r)});b.querySelectorAll('tr.t').forEach(function(r){b.appendChild(r)})})});
"""


def write(report: Report, stream: TextIO, unit: str) -> None:
    title = next((block.text for block in report.blocks if isinstance(block, Heading)), "政社台账")
    stream.write(
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    for block in report.blocks:
        if isinstance(block, Heading):
            stream.write(f"<h{block.level}>{_text(block.text)}</h{block.level}>\n")
        elif isinstance(block, Paragraph):
            stream.write(f"<p>{_text(block.text)}</p>\n")
        elif isinstance(block, Chart):
            stream.write(svg.draw(block, unit))
            stream.writelines(_table(block.table, unit))
        else:
            stream.writelines(_table(block, unit))
    stream.write(f"<script>{_SCRIPT}</script>\n</body>\n</html>\n")


def _text(text: str) -> str:
    return escape(lines_of(text)).replace("\n", "<br>")


def _table(table: Table, unit: str) -> Iterator[str]:
    many = " many" if len(table.columns) > _MANY_COLUMNS and not table.card else ""
    unbroken = sum(column.at_right or column.kind in _UNBROKEN for column in table.columns)
    whole = " whole" if many and unbroken <= _MANY_WHOLE else ""
    yield f'<div class="wide{many}{whole}">\n'
    yield f'<table class="{"c" if table.card else "s"}">\n'
    has_money = any(column.kind is Kind.MONEY for column in table.columns)
    if table.title or has_money:
        says_unit = f'<span class="unit">金额单位：{unit}</span>' if has_money else ""
        yield f"<caption>{says_unit}{_text(table.title)}</caption>\n"
    yield from _cards(table, unit) if table.card else _rows(table, unit)
    yield "</table>\n</div>\n"
    if table.note:
        yield f'<p class="note">注：{_text(table.note)}</p>\n'


def _rows(table: Table, unit: str) -> Iterator[str]:
    heads = "".join(f"<th{_at_right(column)}>{_text(column.label)}</th>" for column in table.columns)
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    forms = [_form(column, unit) for column in table.columns]
    none = True
    for row in table.rows:
        none = False
        cells = "".join(form(value) for form, value in zip(forms, row, strict=True))
        yield f'<tr class="t">{cells}</tr>\n' if row[0] == TOTAL else f"<tr>{cells}</tr>\n"
    if none:
        yield f'<tr><td colspan="{len(table.columns)}">{NOTHING}</td></tr>\n'
    yield "</tbody>\n"


def _at_right(column: Column) -> str:
    return ' class="n"' if column.at_right and column.kind is not Kind.YEAR else ""


def _cards(table: Table, unit: str) -> Iterator[str]:
    """Label and value, line by line; a double line between records."""
    forms = [_form(column, unit) for column in table.columns]
    heads = [f"<th>{_text(column.label)}</th>" for column in table.columns]
    yield "<tbody>\n"
    none = True
    for row in table.rows:
        first = "<tr>" if none else '<tr class="r">'
        none = False
        lines = [f"{label}{form(value)}</tr>\n" for label, form, value in zip(heads, forms, row, strict=True)]
        yield first + "<tr>".join(lines)
    if none:
        yield f"<tr><td>{NOTHING}</td></tr>\n"
    yield "</tbody>\n"


def _form(column: Column, unit: str) -> Callable[[Value], str]:
    """How the cells of this column are written; a number carries what it is sorted by, a code or date is not broken."""
    show = shown(column, unit)
    if column.kind.is_number and column.kind is not Kind.YEAR:
        return lambda value: (
            "<td></td>" if value is None else f'<td class="n" data-v="{value}">{_text(show(value))}</td>'
        )
    if column.figures:
        return lambda value: f'<td class="n">{_text(show(value))}</td>'
    if column.footnote:  # a browser would break P2026-001 behind its hyphen
        return lambda value: f'<td class="f"><span>{_text(show(value)).replace("、", "、</span><span>")}</span></td>'
    opening = '<td class="k">' if column.kind in _UNBROKEN else "<td>"
    return lambda value: f"{opening}{_text(show(value))}</td>"
