"""Who else has a file open, as far as the system tells: Linux does, of one's own programs."""

from __future__ import annotations

import os
from pathlib import Path


def holders(path: Path) -> list[str]:
    """The other programs that have the file open, each by name and process number."""
    target = path.resolve()
    others = (process for process in Path("/proc").glob("[0-9]*") if process.name != str(os.getpid()))
    return [name for process in others if (name := _name_if_open(process, target))]


def _name_if_open(process: Path, target: Path) -> str:
    try:
        if any(file.resolve() == target for file in (process / "fd").iterdir()):
            return f"{(process / 'comm').read_text('utf-8', 'replace').strip()}，进程 {process.name}"
    except OSError:  # another's process, or one that has ended meanwhile
        pass
    return ""
