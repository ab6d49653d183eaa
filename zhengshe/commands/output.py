"""-f/--format and -o/--output, the same for every command that prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengshe import render
from zhengshe.commands.completion import words
from zhengshe.commands.context import say
from zhengshe.commands.usage import one_of
from zhengshe.errors import UsageError

if TYPE_CHECKING:
    from zhengshe.reports.report import Report, Table

Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help=f"输出格式：{'·'.join(render.FORMATS)}（默认 table）",
        autocompletion=words(*render.FORMATS),
    ),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="写入文件，按后缀选择格式", dir_okay=False)
]

Unit = Annotated[
    str,
    typer.Option(
        "--unit",
        metavar="元|万元",
        help="金额显示的单位；只影响显示，合计按原值",
        autocompletion=words(*render.UNITS),
    ),
]

# formats for people show the chief columns, formats for programs all of them
FOR_PEOPLE = frozenset({"table", "md", "html", "docx"})


def emit(what: Report | Table, format: str | None, output: Path | None, unit: str = "元") -> None:
    """Print to stdout, or write the file and say so."""
    one_of("--unit", unit, render.UNITS)
    render.write(what, render.format_for(format, output), output=output, unit=unit)
    if output:
        say(f"已写入 {output}")


def is_for_people(format: str | None, output: Path | None) -> bool:
    return render.format_for(format, output) in FOR_PEOPLE


def inside(folder: Path, name: str) -> Path:
    """The path of a file to be written into a folder. UsageError when a link of that name leads out of it."""
    target = folder / name
    if target.is_symlink():
        raise UsageError(f"{target} 是链接，不写入；请换一个文件夹")
    return target
