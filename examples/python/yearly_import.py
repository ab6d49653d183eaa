"""A year's ledgers into the file, and the year report out of it.

    python yearly_import.py FOLDER DATABASE YEAR

FOLDER holds last year's ledgers (csv, xls, xlsx, ods); they are read in the order of their names, so that what belongs
to others comes after them: organizations, projects, the rest. All of them are written, or none.
"""

from __future__ import annotations

import sys
from pathlib import Path

from zhengshe import Ledger, open_ledger, render
from zhengshe.errors import RejectedError, ZhengsheError


def bring_in(ledger: Ledger, folder: Path) -> None:
    """One batch a file, so that each can be taken back alone; the first refusal takes back what this run wrote."""
    written: list[int] = []
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".csv", ".xls", ".xlsx", ".ods"):
            continue
        plans = ledger.plan([path])
        for plan in plans:
            counts = plan.counts()
            print(f"{path.name} {plan.record.label}：新增 {counts['new']}，修改 {counts['changed']}")
            for issue in plan.guesses:
                print(f"  提示 {issue.column} {issue.message}")
        try:
            batch = ledger.apply(plans)
        except RejectedError as error:
            for issue in error.issues:
                print(f"  第 {issue.row} 行 {issue.column}“{issue.value}”：{issue.message}")
            for batch in reversed(written):
                ledger.undo(batch)
            raise
        if batch:
            written.append(batch)


def main() -> int:
    folder, database, year = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    new = not database.exists()
    try:
        with open_ledger(database, create=new, today=f"{year + 1}-01-31", command="年度导入") as ledger:
            if not new:
                copy, _ = ledger.back_up()
                print(f"已备份到 {copy.name}")
            bring_in(ledger, folder)
            flags, _ = ledger.check()
            for row in flags.first_table.records():
                print(f"{row['code']} {row['org']}：{row['text']}")
            report = database.with_name(f"{year} 年度报告.docx")
            render.write(ledger.report_year(year), "docx", output=report)
            print(f"已写入 {report.name}")
    except ZhengsheError as error:
        print(f"错误：{error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
