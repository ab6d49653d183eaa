"""The pictures of the READMEs, from what the program really prints: ``python docs/pictures.py``.

The example street is built in a temporary folder. The terminal's picture (SVG) is made of what the commands write to a
terminal of 110 columns; a page of Word and a sheet of Excel (PNG) are printed by LibreOffice and cut out by pdftoppm,
and stay as they are where one of the two is not installed.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
COLUMNS, CELL = 110, 10.5  # pixels of a cell, half a 汉字 of 20 pixels and a little air
RUN = re.compile(
    r'<text (?P<class>class="zhengshe-r\d+") x="(?P<x>[\d.]+)" (?P<y>y="[\d.]+") textLength="[\d.]+"(?P<rest>[^>]*)>'
    r"(?P<text>[^<]*)</text>"
)
# what is typed, in which line its picture begins, and how many lines it has
TYPED = (
    ("finding list --state 逾期", "", 5),
    ("credit show 六助为老", "", 13),
    ("report year 2026", "合作项目（按合作方式）", 6),
    ("report org 六助为老", "历年变化", 8),
)
# Rich's own frame fetches a font from the net; here every run of text has its length set, so that any font will do.
FRAME = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "Noto Sans Mono CJK SC", "Sarasa Mono SC", Consolas, Menlo, "Microsoft YaHei",
  "PingFang SC", monospace; font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 16px; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> int:
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as name:
        folder = Path(name)
        program(folder, "demo")
        terminal(folder)
        if not (shutil.which("soffice") and shutil.which("pdftoppm")):
            print("没有 LibreOffice（soffice）或 poppler（pdftoppm）：Word 和 Excel 的图没有重画", file=sys.stderr)
            return 1
        printed(folder, "report.docx", page=1)
        printed(folder, "report.xlsx", page=7, lines=350)
    return 0


def program(folder: Path, *arguments: str) -> str:
    """What the program writes to a terminal, with its colours."""
    near, far = pty.openpty()
    settings = {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "ZHENGSHE_DB": "zhengshe-demo.db"}
    command = [sys.executable, "-m", "zhengshe", "--today", "2026-06-30", *arguments]
    path = {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=folder, stdout=far, stderr=far, env={**os.environ, **settings, **path}
    ) as running:
        os.close(far)
        written = b""
        while piece := read(near):
            written += piece
    os.close(near)
    if running.returncode:
        raise SystemExit(written.decode())
    return written.decode().replace("\r\n", "\n")


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux says so when the other end is closed
        return b""


def terminal(folder: Path) -> None:
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True, highlight=False)
        for typed, first, many in TYPED:
            console.print(Text.assemble(("$ ", "bold green"), (f"zhengshe {typed}", "bold")))
            lines = program(folder, *typed.split()).rstrip("\n").split("\n")
            start = next(number for number, line in enumerate(lines) if first in line)
            part = lines[start : start + many]
            above, below = ["…"] * (start > 0), ["…"] * (start + many < len(lines))
            console.print(Text.from_ansi("\n".join([*above, *part, *below])))
            console.print()
    svg = console.export_svg(
        title="政社台账", theme=MONOKAI, code_format=FRAME, font_aspect_ratio=CELL / 20, unique_id="zhengshe"
    )
    (PICTURES / "terminal.svg").write_text(RUN.sub(in_columns, svg), "utf-8")


def in_columns(run: re.Match[str]) -> str:
    """A run of text as words, each at its column and as wide as a terminal has it: Rich counts a 汉字 as one cell, and
    fonts differ in their blocks."""
    start, text, pieces, column = float(run["x"]), unescape(run["text"]), [], 0
    for _, group in groupby(text, key=lambda char: (cell_len(char), char in " \xa0", char in "▁▂▃▄▅▆▇█")):
        piece = "".join(group)
        wide = cell_len(piece)
        if piece.strip(" \xa0"):
            where = f'x="{start + column * CELL:g}" textLength="{wide * CELL:g}" lengthAdjust="spacingAndGlyphs"'
            pieces.append(f"<text {run['class']} {where} {run['y']}{run['rest']}>{escape(piece)}</text>")
        column += wide
    return "".join(pieces)


def printed(folder: Path, name: str, *, page: int, lines: int = 0) -> None:
    """One page of the year report as LibreOffice prints it; with ``lines`` so many lines of dots from above."""
    program(folder, "report", "year", "2026", "-o", name)
    subprocess.run(["soffice", "--headless", "--convert-to", "pdf", name], cwd=folder, check=True, capture_output=True)
    part = ["-x", "0", "-y", "0", "-W", "662", "-H", str(lines)] if lines else []
    target = PICTURES / name.replace(".", "-")
    picture = ["pdftoppm", "-png", "-r", "80", "-singlefile", "-f", str(page), *part, "report.pdf", str(target)]
    subprocess.run(picture, cwd=folder, check=True)


if __name__ == "__main__":
    sys.exit(main())
