"""The program as a process of its own: ``zhengshe`` and ``python -m zhengshe``."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress


def start() -> None:
    """Run the program and leave.

    Most of a short command's time goes into loading, and what is loaded lives to the end. The garbage collector finds
    nothing there, so it is called rarely; nor is it all taken apart piece by piece at exit: files are closed by then,
    and streams are flushed here. Together that is a sixth of the time of a list. (A profiler should call cli.main.)
    """
    gc.set_threshold(100_000, 20, 20)
    from zhengshe.cli import main

    try:
        main()
    except SystemExit as done:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # main() has said so if stdout cannot be written
                stream.flush()
        os._exit(done.code if isinstance(done.code, int) else 1)


if __name__ == "__main__":
    start()
