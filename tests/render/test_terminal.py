"""On a terminal: folded, never cut. A real pseudo-terminal of a given width shows it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.render import awkward
from zhengshe import render
from zhengshe.models import ORG, Kind
from zhengshe.render.text import width
from zhengshe.reports.report import Column, Report, Table

if sys.platform == "win32":
    pytest.skip("a pseudo-terminal is Unix's", allow_module_level=True)

import fcntl
import os
import pty
import struct
import termios
import threading

Show = Callable[..., list[str]]


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Show:
    """Write to a terminal of so many columns; the lines that it got."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(content: Report | Table, columns: int, format: str = "table", colour: bool = False) -> list[str]:
        monkeypatch.delenv("NO_COLOR", raising=False) if colour else monkeypatch.setenv("NO_COLOR", "1")
        mine, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        monkeypatch.setenv("COLUMNS", str(columns))  # rich asks the terminal of stdin, which is pytest's
        got = bytearray()
        reader = threading.Thread(target=_drain, args=(mine, got))
        reader.start()
        with os.fdopen(theirs, "w", encoding="utf-8") as stream:
            render.write(content, format, stdout=stream)
        reader.join()
        os.close(mine)
        return got.decode().replace("\r\n", "\n").splitlines()

    return run


def _drain(terminal: int, got: bytearray) -> None:
    while True:
        try:
            some = os.read(terminal, 65536)
        except OSError:  # Linux: the other end was closed
            return
        if not some:
            return
        got += some


def _together(lines: list[str]) -> str:
    return "".join("".join(lines).split())


LONG = "上海市浦东新区潍坊新村街道源竹居民区金婚老人集体庆祝活动志愿服务与社区营造促进中心"
COLUMNS = [Column("name", "名称"), Column("day", "日期", Kind.DATE), Column("amount", "金额", Kind.MONEY)]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_long_cells_fold_and_nothing_is_cut(show: Show, columns: int) -> None:
    lines = show(Table(COLUMNS, [(LONG, "2025-03-01", 123456789)]), columns)
    assert all(width(line.rstrip()) <= columns for line in lines)
    name = "".join(line[: line.index("  ")] if "  " in line else line for line in lines[2:])
    assert name.strip() == LONG
    whole = "\n".join(lines)
    assert "2025-03-01" in whole
    assert "1,234,567.89" in whole
    assert "…" not in whole


@pytest.mark.parametrize("columns", [80, 120])
def test_a_record_of_many_columns_becomes_a_card(show: Show, columns: int) -> None:
    values: list[Any] = [LONG if field.key == "scope" else None for field in ORG.fields]
    lines = show(Table([Column.of(field) for field in ORG.fields], [values]), columns)
    assert all(width(line.rstrip()) <= columns for line in lines)
    labels = [line.split()[0] for line in lines if not line.startswith(" ")]
    assert labels == [field.label for field in ORG.fields]
    assert LONG in _together(lines)


BASIS = "《社会团体登记管理条例》第二十八条、《民办非企业单位登记管理暂行条例》第二十三条、《基金会管理条例》第三十六条"


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_an_aside_stands_below_its_row_where_a_line_has_little_room(show: Show, columns: int) -> None:
    asides = [Column("record", "记录", aside=True), Column("basis", "依据", aside=True)]
    rows = [(LONG, "2025-03-01", 1, "P2026-001", BASIS), (LONG, "2025-03-02", 2, "P2026-002", None)]
    lines = show(Table([*COLUMNS, *asides], rows), columns)
    assert all(width(line.rstrip()) <= columns for line in lines)
    assert (lines[0].split(), lines.count(lines[0])) == (["名称", "日期", "金额"], 1)
    starts = [line.index("2025-03-0") for line in lines if "2025-03-0" in line]
    assert len(starts) == 2
    assert _together([line for line in lines if line.startswith("  ")]).startswith("记录：P2026-001依据：")
    assert BASIS in _together(lines)
    assert lines[-1] == "  记录：P2026-002"
    beside = show(Table([*COLUMNS, *asides], rows), 240)
    assert beside[0].split() == ["名称", "日期", "金额", "记录", "依据"]


def test_the_awkward_report_fits_every_terminal(show: Show) -> None:
    for columns in (40, 80, 200):
        lines = show(awkward.report(), columns)
        assert all(width(line.rstrip()) <= columns for line in lines)
        assert "1,000,000,000.00" in "\n".join(lines)
        assert not any("\x1b" in line for line in lines)


def test_colour_is_obeyed_and_data_is_not(show: Show) -> None:
    coloured = "\n".join(show(Table(COLUMNS, [("\x1b[31m红[bold]粗[/]", None, None)]), 80, colour=True))
    assert "\x1b[1m" in coloured
    assert "\x1b[31m" not in coloured
    assert "\\u001b[31m红[bold]粗[/]" in coloured


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "jsonl", "md", "html"])
def test_other_formats_are_harmless_on_a_terminal_too(show: Show, format: str) -> None:
    assert not any(
        "\x1b" in line or "\x9b" in line
        for line in show(Table(COLUMNS, [("\x1b]0;标题\x9b2J", None, None)]), 80, format)
    )


def test_many_rows_come_as_plain_lines_at_full_width(show: Show) -> None:
    lines = show(Table(COLUMNS, [(LONG, "2025-03-01", place) for place in range(400)]), 80)
    assert len(lines) == 402
    assert lines[2].startswith(LONG + "  2025-03-01")
