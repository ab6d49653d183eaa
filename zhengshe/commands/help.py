"""help: the words of the trade explained, or how a command is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from zhengshe.commands.completion import topics
from zhengshe.commands.output import Format, Output, emit

if TYPE_CHECKING:
    from typer.core import TyperGroup


def help_(
    ctx: typer.Context,
    topic: Annotated[
        str | None,
        typer.Argument(metavar="术语", help="如 费随事转、活动异常名录；不写则列出全部", autocompletion=topics()),
    ] = None,
    format: Format = None,
    output: Output = None,
) -> None:
    from zhengshe import library

    root = ctx.find_root()
    if topic and (command := cast("TyperGroup", root.command).get_command(root, topic)):
        command.make_context(topic, ["--help"], parent=root)  # prints it and leaves
    emit(library.term(topic) if topic else library.terms(), format, output)
