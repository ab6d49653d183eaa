"""Files written whole or not at all, and for their owner's eyes: they may hold telephone numbers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from zhengshe.errors import ZhengsheError


@contextmanager
def replacing(output: Path) -> Iterator[Path]:
    """A new file (mode 0600) beside ``output`` that takes its place when the block ends well.

    What is not an ordinary file (/dev/stdout, a named pipe) is handed over as it is. Raises ZhengsheError.
    """
    target = output.resolve()  # so that a link stays a link
    try:
        if target.exists() and not target.is_file():
            if target.is_dir():
                raise ZhengsheError(f"{output} 是文件夹，请写出文件名")
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
        raise ZhengsheError(f"写不了 {output}：没有文件夹 {target.parent}，请先建好") from error
    except PermissionError as error:
        raise ZhengsheError(f"写不了 {output}：没有权限，或正被 Excel/WPS 打开；请关闭后再试") from error


@contextmanager
def text_file(output: Path, encoding: str) -> Iterator[TextIO]:
    """``replacing``, opened for text; line ends are written as they are."""
    with (
        replacing(output) as path,
        path.open("w", encoding=encoding, errors="backslashreplace", newline="") as stream,
    ):
        yield stream
