"""Run the benchmarks and write what they print, with the machine they ran on, to docs/benchmarks.md.

    python benchmarks/run.py            all of them, as large as the issues ask (an hour)
    python benchmarks/run.py --small    all of them, as small as they go (two minutes), to see that they work
    python benchmarks/run.py NAME …     these only, e.g. startup; what the page holds of the others stays

Every script measures itself and its peer in one run, so that the ratio holds on another machine where the times do not.
"""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
# what is given to a script to make it small; one that is not named takes no size
SMALL = {
    "country": ["1000"],
    "credit": ["1000"],
    "import": ["2000"],
    "output": ["50000"],
    "search": ["2000"],
    "startup": ["100", "3"],
}


def scripts() -> dict[str, Path]:
    return {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}


def machine() -> str:
    """What matters to a figure; nothing that tells whose machine it is."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists() and (found := re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE)):
        model = found[1]
    system = f"{platform.system()} {platform.machine()}"
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return f"{model}, {os.cpu_count()} cores, {system}, {versions}"


def section(name: str, script: Path, size: list[str]) -> str:
    """What the script says of itself, how it was run, and what it printed."""
    said = subprocess.run(
        [sys.executable, str(script), *size], stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True
    ).stdout
    words = re.search(r'^"""(.*?)"""', script.read_text("utf-8"), re.DOTALL)
    about = words[1].strip().split("\n\n")[0].replace("\n", " ") if words else ""
    command = " ".join(["python", f"benchmarks/{script.name}", *size])
    return f"## {name}\n\n{about}\n\nOn {machine()}:\n\n```\n$ {command}\n{said.rstrip()}\n```\n"


def kept() -> dict[str, str]:
    """The sections of the page as it stands."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else ""
    return {part.split("\n", 1)[0]: f"## {part.rstrip()}\n" for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]}


def main() -> None:
    small = "--small" in sys.argv
    wanted = [word for word in sys.argv[1:] if word != "--small"]
    if unknown := set(wanted) - set(scripts()):
        sys.exit(f"no benchmark {', '.join(unknown)}; there are {', '.join(scripts())}")
    page = kept()
    for name, script in scripts().items():
        if not wanted or name in wanted:
            print(name, file=sys.stderr)
            made = section(name, script, SMALL.get(name, []) if small else [])
            if small:
                print(made)
            page[name] = made
    if small:  # figures of a small run mean nothing: they are shown, not kept
        return
    head = (
        "# Benchmarks\n\nWritten by `make bench` (`benchmarks/run.py`). Every script runs its peer beside itself;"
        " ratios hold on another machine, times do not.\n"
    )
    PAGE.write_text("\n".join([head, *(page[name] for name in scripts() if name in page)]), "utf-8")


if __name__ == "__main__":
    main()
