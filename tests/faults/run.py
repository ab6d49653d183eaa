"""Faults on purpose, counted: the program killed at random in the middle of a write, a disk that fills up, files that
are damaged, spreadsheets mutated at random, parsers fuzzed. Writes the counts into docs/reliability.md.

    python -m tests.faults.run [KILLS] [MUTANTS] [INPUTS]

Everything happens in temporary folders; every loop is bounded and every process ended.
"""

from __future__ import annotations

import platform
import random
import sqlite3
import sys

from tests.faults.common import ROOT
from tests.faults.files import damages, full_disks
from tests.faults.fuzz import fuzz
from tests.faults.kills import kills
from tests.faults.mutants import mutants

PAGE = ROOT / "docs" / "reliability.md"
MARK = "<!-- counts -->"


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    count, tries, inputs = (*given, *(200, 20_000, 200_000)[len(given) :])
    draw = random.Random(20260630)
    sections = {
        f"{count} 次 kill -9": kills(count, draw),
        "磁盘写满（RLIMIT_FSIZE）": full_disks(20),
        "60 次库文件随机损坏，各用五条命令读": damages(60, draw),
        f"{tries:,} 份随机变异的表格": mutants(tries, draw),
        f"atheris：取值 {inputs:,} 份输入，读文件的按其耗时少些": fuzz(inputs),
    }
    lines = [f"{platform.system()}，Python {platform.python_version()}，SQLite {sqlite3.sqlite_version}", ""]
    for title, results in sections.items():
        lines += [f"**{title}**", "", "| 结果 | 次数 |", "|---|---|"]
        lines += [f"| {what} | {times:,} |" for what, times in sorted(results.items())]
        lines.append("")
    print("\n".join(lines))
    text = PAGE.read_text("utf-8")
    PAGE.write_text(text[: text.index(MARK) + len(MARK)] + "\n\n" + "\n".join(lines).rstrip() + "\n", "utf-8")


if __name__ == "__main__":
    main()
