"""Will the reader of workbooks survive this file? Damage in an xls can make it ask for more memory than there is, and
then it ends the process, which nothing can catch. So another process opens the file first.

An xls is small, so that this takes a tenth of a second. What is wrong in an xlsx or ods can be seen before (``bombs``).
"""

from __future__ import annotations

import subprocess  # nosec B404
import sys
from pathlib import Path

from zhengshe.errors import RejectedError

_OPEN = """
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
except (ImportError, ValueError, OSError):
    pass
from python_calamine import CalamineWorkbook
with open(sys.argv[1], "rb") as file:
    book = CalamineWorkbook.from_filelike(file)
    for name in book.sheet_names:
        book.get_sheet_by_name(name)
"""
_ENDED_ITSELF = (0, 1)  # 1: an error that the reader tells of, as it will again; anything else: it was ended


def refuse_deadly(path: Path) -> None:
    """RejectedError for a file at which the reader dies."""
    if sys.executable:
        # -I: nothing is loaded from the folder that the ledgers are in
        command = [sys.executable, "-I", "-c", _OPEN, str(path)]
        if subprocess.run(command, capture_output=True, check=False).returncode not in _ENDED_ITSELF:  # noqa: S603  # nosec B603
            raise RejectedError(
                f"{path.name} 文件不完整或已损坏，打开它要的内存没有边；请在 WPS/Excel 中打开后另存为 xlsx"
            )
