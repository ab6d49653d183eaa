"""export: every table, lossless."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengshe import render
from zhengshe.commands.context import open_from, say
from zhengshe.commands.output import inside
from zhengshe.commands.progress import Progress
from zhengshe.errors import UsageError
from zhengshe.models import RECORDS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from zhengshe.models import Record
    from zhengshe.reports.report import Table

_PLACES = {noun: place for place, noun in enumerate(RECORDS, 1)}
_OURS = re.compile(rf"\d\d-({'|'.join(_PLACES)})\.csv")


def export(
    ctx: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="x.xlsx、x.jsonl，或一个文件夹（每类一个 csv）")],
    public: Annotated[bool, typer.Option("--public", help="脱敏：不含电话、联系人等，不能原样导回")] = False,
) -> None:
    with open_from(ctx) as ledger, Progress() as tell:
        tell.opening([ledger.path])
        tables = _told(ledger.public_tables() if public else ledger.export(), tell)
        if target.suffix == ".xlsx":
            _write_workbook(tables, target)
        elif target.suffix == ".jsonl":
            _write_lines(tables, target)
        elif target.suffix in ("", "."):
            _write_folder(tables, target)
        else:
            raise UsageError(f"不能导出为 {target.suffix}；请写 .xlsx、.jsonl 或文件夹名")
    say(f"已写入 {target}" + ("" if public else "（佐证材料随备份保存，不在导出之列）"))


def _told(tables: Iterable[tuple[Record, Table]], tell: Progress) -> Iterator[tuple[Record, Table]]:
    for record, table in tables:
        tell(f"正在导出{record.label}")
        yield record, table


def _write_workbook(tables: Iterable[tuple[Record, Table]], target: Path) -> None:
    from zhengshe.reports.report import Report

    render.write(Report([table for _, table in tables]), "xlsx", output=target)


def _write_lines(tables: Iterable[tuple[Record, Table]], target: Path) -> None:
    """One object a line, each saying of which noun it is."""
    from zhengshe.render.files import text_file
    from zhengshe.reports.report import Column, Table

    with text_file(target, "utf-8") as stream:
        for record, table in tables:
            named = Table([Column("noun", "命令"), *table.columns], ((record.noun, *row) for row in table.rows))
            render.write(named, "jsonl", stdout=stream)


def _write_folder(tables: Iterable[tuple[Record, Table]], target: Path) -> None:
    """Numbered so that a shell's *.csv brings owners before what belongs to them. A noun has the same number in every
    export, so that a second one into the folder takes the place of the first."""
    target.mkdir(parents=True, exist_ok=True)
    written = set()
    for record, table in tables:
        path = inside(target, f"{_PLACES[record.noun]:02d}-{record.noun}.csv")
        render.write(table, "csv", output=path)
        written.add(path.name)
    _remove_older(target, written)


def _remove_older(folder: Path, written: Container[str]) -> None:
    """Remove what an earlier export left in the folder and this one does not hold: the next import of the folder would
    bring it back. Nothing but files that are named as an export names them."""
    for path in sorted(folder.iterdir()):
        if _OURS.fullmatch(path.name) and path.name not in written and path.is_file() and not path.is_symlink():
            path.unlink()
            say(f"已删去以前导出留下的 {path}")
