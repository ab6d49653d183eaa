"""init: make a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhengshe.commands.context import open_from, say


def init(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="文件", help="数据库文件，默认用 --db 的")] = None,
) -> None:
    with open_from(ctx, create=True, db=file) as ledger:
        say(f"已新建数据库 {ledger.path}；接着可以 zhengshe org add 或 zhengshe import")
