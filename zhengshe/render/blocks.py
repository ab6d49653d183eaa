"""What of a report goes where."""

from __future__ import annotations

from zhengshe.errors import UsageError
from zhengshe.reports.report import Block, Chart, Report, Table

NOTHING = "（无记录）"


def table_of(block: Block) -> Table | None:
    """The table of a table or chart; None for words."""
    return block.table if isinstance(block, Chart) else block if isinstance(block, Table) else None


def first_table(report: Report) -> Table:
    """The one table that csv, tsv and JSON hold. Raises UsageError when the report has none."""
    for block in report.blocks:
        if table := table_of(block):
            return table
    raise UsageError("这个结果里没有表格，不能这样输出；请改用 table、md、html 或 docx")
