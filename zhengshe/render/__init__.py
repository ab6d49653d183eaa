"""From a Report or a Table to a terminal or a file. Never queries.

One module a format; each is imported when it is asked for, so that ``--help`` and ``-f csv`` load no office library.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from zhengshe.errors import UsageError

if TYPE_CHECKING:
    from zhengshe.reports.report import Report, Table

FORMATS = ("table", "md", "csv", "tsv", "json", "jsonl", "html", "docx", "xlsx")
OFFICE_FORMATS = frozenset({"docx", "xlsx"})
UNITS = ("元", "万元")
_UTF8_FORMATS = frozenset({"json", "jsonl", "html"})  # by their standards, whatever the console speaks
_SUFFIXES = {".txt": "table", ".htm": "html", **{f".{name}": name for name in FORMATS if name != "table"}}


def format_for(format: str | None, output: Path | None) -> str:
    """The format asked for, else the one the file's suffix stands for, else table.

    Raises UsageError for a format or suffix that is not known.
    """
    if format is not None:
        if format not in FORMATS:
            raise UsageError(f"没有输出格式“{format}”；可用：{'、'.join(FORMATS)}")
        return format
    if output is None:
        return "table"
    try:
        return _SUFFIXES[output.suffix.lower()]
    except KeyError:
        known = " ".join(_SUFFIXES)
        raise UsageError(f"不认得后缀“{output.suffix}”；可用：{known}，或用 -f 指定格式") from None


def must_have_place(format: str, output: Path | None) -> None:
    """Raises UsageError for an office format without a file, since it cannot be shown on a screen."""
    if format in OFFICE_FORMATS and output is None:
        raise UsageError(f"{format} 不能显示在屏幕上，请加 -o 文件名.{format}")


def write(
    content: Report | Table,
    format: str,
    *,
    output: Path | None = None,
    stdout: TextIO | None = None,
    unit: str = "元",
) -> None:
    """Write ``content`` to the file ``output`` (whole or not at all), else to ``stdout`` (sys.stdout).

    ``unit`` 万元 rounds what people are shown of money; csv, tsv and JSON stay exact, in 元.
    Raises UsageError when the format does not fit, ZhengsheError when the file cannot be written, BrokenPipeError when
    the reader of stdout has gone.
    """
    must_have_place(format, output)
    report = _as_report(content, format)
    if output is not None and format in OFFICE_FORMATS:
        _write_office(report, format, output, unit)
    elif output is not None:
        from zhengshe.render.files import text_file

        with text_file(output, "utf-8-sig" if format == "csv" else "utf-8") as stream:
            _write_text(report, format, stream, unit, to_file=True)
    else:
        from zhengshe.render.console import as_utf8, harmless

        stream = stdout or sys.stdout
        if stream.isatty() and format != "table":
            stream = harmless(stream)
        elif format in _UTF8_FORMATS:
            as_utf8(stream)
        _write_text(report, format, stream, unit, to_file=False)
        stream.flush()


def _as_report(content: Report | Table, format: str) -> Report:
    from zhengshe.reports.report import Report

    if isinstance(content, Report):
        return content
    # someone who lists organizations knows what the lines are; a document wants its title
    return Report([content._replace(title="") if format in ("table", "md") else content])


def _write_text(report: Report, format: str, stream: TextIO, unit: str, *, to_file: bool) -> None:
    if format == "table":
        if stream.isatty():
            from zhengshe.render import terminal

            terminal.write(report, stream, unit)
        else:
            from zhengshe.render import plain

            plain.write(report, stream, unit)
    elif format == "md":
        from zhengshe.render import markdown

        markdown.write(report, stream, unit)
    elif format == "html":
        from zhengshe.render import html

        html.write(report, stream, unit)
    elif format in ("json", "jsonl"):
        from zhengshe.render import jsontext

        jsontext.write(report, stream, lines=format == "jsonl")
    else:
        from zhengshe.render import delimited

        delimited.write(report, stream, tabs=format == "tsv", line_end="\r\n" if to_file else "\n")


def _write_office(report: Report, format: str, output: Path, unit: str) -> None:
    from zhengshe.render.files import replacing

    with replacing(output) as path:
        if format == "docx":
            from zhengshe.render import word

            word.write(report, path, unit)
        else:
            from zhengshe.render import workbook

            workbook.write(report, path, unit)
