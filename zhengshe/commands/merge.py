"""merge: other streets' files into this one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhengshe.commands.context import open_from, say
from zhengshe.commands.progress import Progress
from zhengshe.commands.usage import one_of
from zhengshe.errors import RejectedError


def merge(
    ctx: typer.Context,
    others: Annotated[list[Path], typer.Argument(metavar="FILE...", help="其他数据库文件，只读")],
    prefer: Annotated[
        str | None, typer.Option(metavar="ours|theirs", help="同一字段不一致时以谁为准；不写则列出并停止")
    ] = None,
) -> None:
    one_of("--prefer", prefer, ("ours", "theirs"))
    with open_from(ctx, *(path.name for path in others)) as ledger, Progress() as tell:
        tell.opening(others)
        try:
            result, batch = ledger.merge(others, prefer=prefer, tell=tell)
        except RejectedError as error:
            for issue in error.issues:
                say(f"  {issue.column}：{issue.message}")
            raise
    for file, old, new in result.renumbered:
        say(f"编号已被占用：{file} 的 {old} 改为 {new}")
    for file, old, new in result.adopted:
        say(f"本库的编号 {old} 是自动编的，改用 {file} 里手编的 {new}")
    done = f"新增 {result.new}、补充 {result.filled}、相同 {result.same}"
    say(f"已并入：{done}（批次 {batch}）" if batch else f"没有变化：{done}")
