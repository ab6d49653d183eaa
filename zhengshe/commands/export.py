"""export: every table, lossless."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengshe import render
from zhengshe.commands.context import open_from, say
from zhengshe.commands.output import inside
from zhengshe.commands.progress import Progress
from zhengshe.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhengshe.models import Record
    from zhengshe.reports.report import Table


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
    """Numbered so that a shell's *.csv brings owners before what belongs to them."""
    target.mkdir(parents=True, exist_ok=True)
    for place, (record, table) in enumerate(tables, 1):
        render.write(table, "csv", output=inside(target, f"{place:02d}-{record.noun}.csv"))
