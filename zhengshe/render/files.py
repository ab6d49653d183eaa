"""Files written whole or not at all, and for their owner's eyes: they may hold telephone numbers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from zhengshe.errors import UsageError, ZhengsheError

_SQLITE = b"SQLite format 3\0"


def must_be_writable(output: Path) -> None:
    """Look before work is done whether ``replacing`` could write there. Raises what it would raise."""
    target = output.resolve()
    _must_be_harmless(output, target)
    if not target.parent.is_dir():
        raise _no_folder(output, target)
    if not os.access(target.parent if target.is_file() or not target.exists() else target, os.W_OK):
        raise _no_permission(output)


def _must_be_harmless(output: Path, target: Path) -> None:
    if target.is_dir():
        raise ZhengsheError(f"{output} 是文件夹，请写出文件名")
    if target.is_file() and os.access(target, os.R_OK):
        with target.open("rb") as file:
            if file.read(len(_SQLITE)) == _SQLITE:
                raise UsageError(f"{output} 是数据库，不能写在它上面；请换一个文件名")


def _no_folder(output: Path, target: Path) -> ZhengsheError:
    return ZhengsheError(f"写不了 {output}：没有文件夹 {target.parent}，请先建好")


def _no_permission(output: Path) -> ZhengsheError:
    return ZhengsheError(f"写不了 {output}：没有权限，或正被 Excel/WPS 打开；请关闭后再试")


@contextmanager
def replacing(output: Path) -> Iterator[Path]:
    """A new file (mode 0600) beside ``output`` that takes its place when the block ends well.

    What is not an ordinary file (/dev/stdout, a named pipe) is handed over as it is. Raises ZhengsheError; UsageError
    rather than replace a database.
    """
    target = output.resolve()  # so that a link stays a link
    _must_be_harmless(output, target)
    try:
        if target.exists() and not target.is_file():
            yield target
            return
        handle, name = tempfile.mkstemp(prefix=".", suffix=target.suffix, dir=target.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except FileNotFoundError as error:
        raise _no_folder(output, target) from error
    except PermissionError as error:
        raise _no_permission(output) from error


@contextmanager
def text_file(output: Path, encoding: str) -> Iterator[TextIO]:
    """``replacing``, opened for text; line ends are written as they are."""
    with (
        replacing(output) as path,
        path.open("w", encoding=encoding, errors="backslashreplace", newline="") as stream,
    ):
        yield stream
