"""document add and extract: evidence in and out of the ledger file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from zhengshe.commands.context import open_from, say
from zhengshe.models import Record


def add_file(record: Record) -> Callable[..., None]:
    def add(
        ctx: typer.Context,
        subject: Annotated[
            str, typer.Argument(metavar="所属", help="项目编号、发现编号、组织，或 inspection/3 这样的记录")
        ],
        file: Annotated[Path, typer.Argument(metavar="FILE", help="要存入的文件", exists=True, dir_okay=False)],
        title: Annotated[str | None, typer.Option(metavar="TEXT", help="材料名称，默认为文件名")] = None,
        kind: Annotated[str | None, typer.Option(metavar="TEXT", help="材料类别，如 合同、验收书、照片")] = None,
    ) -> None:
        with open_from(ctx, subject, file.name) as ledger:
            saved = ledger.attach(subject, file, title=title, kind=kind)
        say(f"已存入{record.label} {saved.label}（#{saved.id}，批次 {saved.batch}）")

    return add


def extract(_: Record) -> Callable[..., None]:
    def extract_(
        ctx: typer.Context,
        ref: Annotated[str, typer.Argument(metavar="材料", help="序号（#3），或只有一份材料的项目、发现、组织")],
        folder: Annotated[Path, typer.Option("--into", metavar="DIR", help="取到哪个文件夹", file_okay=False)] = Path(),
    ) -> None:
        with open_from(ctx) as ledger:
            say(f"已取出 {ledger.extract(ref, folder)}")

    return extract_
