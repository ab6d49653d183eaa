"""Groups that load a command when it is called, and help in Chinese.

Typer builds every command at start-up; with eighteen nouns of five verbs that would cost more than the work itself.
So a group here knows the names and one-line helps of its commands, and how to build one when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    # Typer's own Click, for the type checker only: Typer >= 0.26 keeps it private
    from typer._click import Command as AnyCommand
    from typer._click import Context, HelpFormatter
    from typer._click.shell_completion import CompletionItem

UNBROKEN = 10_000  # Typer would break lines by characters, and a 汉字 takes two cells

_CHINESE = {
    "Usage:": "用法：",
    "Options:": "选项：",
    "Arguments:": "参数：",
    "Commands:": "命令：",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]…",
    "Show this message and exit.": "显示本帮助。",
    "[required]": "[必填]",
    "[default: ": "[默认：",
    "[env var: ": "[环境变量：",
}


def in_chinese(text: str) -> str:
    """A help page of Typer's: its few English words in Chinese, codelists filled in, no wider than the terminal."""
    from zhengshe.commands.fold import folded

    for english, chinese in _CHINESE.items():
        text = text.replace(english, chinese)
    return folded(filled(re.sub(r"^(\S+):$", r"\1：", text, flags=re.MULTILINE)))


def filled(text: str) -> str:
    """``{kind}`` in a help stands for the terms of that codelist."""
    if "{" in text:
        from zhengshe import library

        for name, terms in library.codelists().items():
            text = text.replace(f"{{{name}}}", "·".join(terms))
    return text


class Command(TyperCommand):
    """A command whose help is in Chinese; the codelists are only read when help is asked for."""

    def get_help(self, ctx: Context) -> str:
        ctx.terminal_width = UNBROKEN
        return in_chinese(super().get_help(ctx))


class Entry(NamedTuple):
    """A command by what it does, where its name is shown, and how it is built."""

    help: str
    build: Callable[[], AnyCommand]
    section: str = "命令"


class LazyGroup(TyperGroup):
    """A group that builds only the command that is called. ``entries`` maps names to what they do."""

    entries: Mapping[str, Entry] = {}

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002
        return [*self.entries]

    def get_command(self, ctx: Context, cmd_name: str) -> AnyCommand | None:  # noqa: ARG002
        entry = self.entries.get(cmd_name)
        return entry.build() if entry else None

    def get_help(self, ctx: Context) -> str:
        ctx.terminal_width = UNBROKEN
        return in_chinese(super().get_help(ctx))

    def shell_complete(self, ctx: Context, incomplete: str) -> list[CompletionItem]:
        """The names of the commands, without building any, or the options."""
        from typer._click.shell_completion import CompletionItem

        fitting = [
            CompletionItem(name, help=entry.help) for name, entry in self.entries.items() if name.startswith(incomplete)
        ]
        return fitting or super().shell_complete(ctx, incomplete)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002
        for section in dict.fromkeys(entry.section for entry in self.entries.values()):
            rows = [(name, entry.help) for name, entry in self.entries.items() if entry.section == section]
            with formatter.section(section):
                formatter.write_dl(rows)


def command(function: Callable[..., Any], name: str, help: str) -> AnyCommand:
    """One Typer command from one function."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=Command, help=help, no_args_is_help=False)(function)
    return typer.main.get_command(app)


def group(name: str, help: str, entries: Mapping[str, Entry]) -> AnyCommand:
    """A lazy group of commands under one name."""
    made = LazyGroup(name=name, help=help, rich_markup_mode=None, no_args_is_help=True)
    made.entries = entries
    return made
