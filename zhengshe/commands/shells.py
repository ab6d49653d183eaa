"""Completion by Typer's own protocol: answering a shell, and teaching one to ask.

The shell runs the program with ``_ZHENGSHE_COMPLETE`` set and the words typed so far in the environment; Typer finds
the option or argument that is meant, and ``completion`` says what it may be.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import typer

from zhengshe.commands.context import COMPLETING, NAME, say
from zhengshe.commands.lazy import filled
from zhengshe.errors import UsageError

if TYPE_CHECKING:
    from typer._click import Command

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def answer(root: Command) -> int:
    """Answer the shell on stdout. What fails offers nothing: a message would land in the line that is being typed."""
    from typer import _completion_classes as classes

    classes.completion_init()
    # Typer loads rich to take markup out of the helps; ours have none, only codelists to be filled in
    classes._sanitize_help_text = filled
    with suppress(Exception):
        try:
            root.main(prog_name=NAME, complete_var=COMPLETING)
        except SystemExit as done:
            return done.code if isinstance(done.code, int) else 0
    return 0


def install() -> None:
    """--install-completion."""
    from typer._completion_shared import install as install_for

    shell, path = install_for(_shell(), NAME, COMPLETING)
    say(f"已为 {shell} 安装命令补全（{path}），重新打开终端后生效")


def show() -> None:
    """--show-completion."""
    from typer._completion_shared import get_completion_script

    shell = _shell()
    # ``shell`` is its name here, no leave to run one
    script = get_completion_script(prog_name=NAME, complete_var=COMPLETING, shell=shell)  # nosec B604
    typer.echo(script)


def _shell() -> str:
    """The shell that the program was called from. UsageError when it is none that can be taught."""
    from typer._completion_shared import _get_shell_name

    name = _get_shell_name()
    if name not in SHELLS:
        raise UsageError(f"认不出当前的 shell；命令补全可用于 {'、'.join(SHELLS)}，请在其中运行")
    return name
