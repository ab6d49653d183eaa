"""What can go wrong: the exit code is on the class, a problem in data is a value (``Issue``)."""

from __future__ import annotations

import errno
from typing import NamedTuple


class ZhengsheError(Exception):
    """The root of the program's own errors. The message is Chinese and says what to do next."""

    exit_code = 1


class UsageError(ZhengsheError):
    """The command was not written as it must be."""

    exit_code = 2


class MissingError(UsageError):
    """A record lacks what it must have; ``keys`` names the fields."""

    def __init__(self, message: str, keys: tuple[str, ...]) -> None:
        super().__init__(message)
        self.keys = keys


class NotFoundError(ZhengsheError):
    """Nothing, or more than one thing, goes by the given name. ``candidates`` holds what came near."""

    exit_code = 3

    def __init__(self, message: str, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.candidates = candidates


class RejectedError(ZhengsheError):
    """Data was refused and nothing was written. ``issues`` says why, one by one."""

    exit_code = 4

    def __init__(self, message: str, issues: tuple[Issue, ...] = ()) -> None:
        super().__init__(message)
        self.issues = issues


class DatabaseError(ZhengsheError):
    """The database file is missing, locked, newer than the program, foreign or damaged."""

    exit_code = 5


class Issue(NamedTuple):
    """One problem in one place of a file. ``row`` counts as the spreadsheet does, from 1; 0 means the whole sheet."""

    code: str
    message: str
    column: str = ""
    value: str = ""
    row: int = 0
    sheet: str = ""
    file: str = ""
    fatal: bool = True


def os_reason(error: OSError) -> str:
    """Why the system refused, in Chinese where we know the word."""
    known = {
        errno.ENOENT: "没有这个文件或文件夹",
        errno.EACCES: "没有权限",
        errno.EPERM: "没有权限",
        errno.ENOSPC: "磁盘已满",
        errno.EISDIR: "是文件夹",
        errno.EROFS: "文件系统只读",
    }
    return known.get(error.errno or 0, error.strerror or str(error))


class ValueProblem(ValueError):
    """A value that cannot be taken as it stands; ``code`` is stable and ``str()`` is Chinese."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
