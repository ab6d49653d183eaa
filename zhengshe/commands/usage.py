"""Typer's complaints about how a command was written, in Chinese.

Typer keeps its Click private, so its exceptions are told apart by the name of their class.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import typer

from zhengshe.errors import UsageError


def in_chinese(error: typer.TyperException) -> str:
    """One line that says what was wrong with the command and where to look."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "zhengshe"
    return f"{_complaint(error)}；用法见 {path} --help"


def _complaint(error: typer.TyperException) -> str:
    kind = type(error).__name__
    parameter = getattr(error, "param", None)
    named = _named(parameter)
    if kind == "NoSuchOption":
        near = "、".join(sorted(getattr(error, "possibilities", None) or ()))
        return f"没有选项 {getattr(error, 'option_name', '')}" + (f"，是不是 {near}" if near else "")
    if kind == "MissingParameter":
        return f"缺少 {named}"
    if kind == "BadParameter":
        return f"{named} 的值不对：{_worded(error.message)}"
    if kind == "BadOptionUsage":
        return f"选项 {getattr(error, 'option_name', '')} 后面缺少值，或多了值"
    if error.message.startswith("No such command"):
        return f"没有命令 {error.message.split(chr(39))[1]}"
    if error.message.startswith("Missing command"):
        return "后面还要写命令"
    if error.message.startswith("Got unexpected extra argument"):
        return f"多写了 {error.message.partition(' (')[2].rstrip(')')}（含空格的内容请加引号）"
    return error.message


_WORDINGS = (
    (r"\w+ '(.+)' does not exist\.", r"没有 \1"),
    (r"\w+ '(.+)' is not readable\.", r"\1 读不了：没有权限"),
    (r"File '(.+)' is a directory\.", r"\1 是文件夹"),
    (r"Directory '(.+)' is a file\.", r"\1 是文件，不是文件夹"),
    (r"(.+) is not in the range (.+)\.", r"\1 不在 \2 之内"),
    (r"'(.+)' is not a valid (?:integer|int|int range|integer range)\.", r"“\1”不是整数"),
)


def _worded(message: str) -> str:
    """What Typer says of a value, in Chinese where we know the sentence."""
    for english, chinese in _WORDINGS:
        if match := re.fullmatch(english, message):
            return match.expand(chinese)
    return message


def _named(parameter: object) -> str:
    options = getattr(parameter, "opts", None) or []
    if getattr(parameter, "param_type_name", "") == "argument":
        return str(getattr(parameter, "metavar", None) or getattr(parameter, "name", ""))
    return "/".join(options)


def is_help(error: typer.TyperException) -> bool:
    """A group called without a command: its help is the message."""
    return type(error).__name__ == "NoArgsIsHelpError"


def one_of(option: str, value: str | None, allowed: Sequence[str]) -> None:
    """UsageError unless the value is one of those allowed, or was not given."""
    if value is not None and value not in allowed:
        raise UsageError(f"{option} 只能是 {' 或 '.join(allowed)}")


def pair(text: str) -> tuple[str, str]:
    """KEY=VALUE. Raises UsageError."""
    key, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"“{text}”应写成 字段=值")
    return key.strip(), value.strip()
