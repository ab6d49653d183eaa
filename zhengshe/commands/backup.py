"""backup, restore, doctor: nothing lost."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhengshe.commands.context import Settings, open_from, say
from zhengshe.commands.output import Format, Output, emit


def backup(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="放到哪个文件夹，默认数据库所在处")] = None,
    keep: Annotated[int, typer.Option(min=1, metavar="N", help="保留最近几份")] = 10,
) -> None:
    with open_from(ctx) as ledger:
        copy, old = ledger.back_up(folder, keep=keep)
    say(f"已备份到 {copy}（已校验）" + (f"，清理旧备份 {len(old)} 份" if old else ""))


def restore(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件")],
) -> None:
    from zhengshe.library import restore as restore_file

    settings: Settings = ctx.obj
    kept = restore_file(settings.db, source)
    say(f"已从 {source} 恢复到 {settings.db}" + (f"；原来的保存在 {kept}" if kept else ""))


def doctor(
    ctx: typer.Context,
    fix: Annotated[bool, typer.Option("--fix", help="修复可以安全修复的")] = False,
    format: Format = None,
    output: Output = None,
) -> None:
    with open_from(ctx) as ledger:
        found = ledger.examine(fix=fix)
        rows = list(found.rows)
    if not rows:
        say("数据库完好：页面、引用、结构、历史、材料均无问题")
        return
    emit(found, format, output)
    if not fix or any(row[2] != "已修复" for row in rows):
        raise typer.Exit(1)
