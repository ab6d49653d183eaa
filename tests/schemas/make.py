"""Keep a small database of today's schema, before a new migration is written: ``python -m tests.schemas.make``.

The file is named by the last migration it has taken (0001.db) and never written again; the tests open every one.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from zhengshe import open_ledger
from zhengshe.store.migrate import steps

HERE = Path(__file__).parent


def make() -> Path:
    """An organization with a little of everything, edited, renamed, with evidence and with something taken back."""
    path = HERE / f"{steps()[-1].name[:4]}.db"
    paper = HERE / "验收书.txt"
    with open_ledger(path, create=True, today="2026-06-30", operator="示例", command="示例") as ledger:
        ledger.add("org", name="读书会", kind="社区社会组织", contact="周小明", phone="13800000000")
        ledger.add("org", name="合唱队", kind="其他")
        ledger.edit("org", "合唱队", note="每周三排练")
        ledger.add("change", "读书会", item="名称", after="共读社", approved_on="2026-05-01")
        ledger.add("person", "共读社", name="周小明", post="社长", since="2024-01-01")
        ledger.add(
            "project", "共读社", name="共读一本书", mode="委托管理", year=2026, amount="1.2万元", note="分两期付"
        )
        ledger.add("payment", "P2026-001", seq=1, amount="6000", paid_on="2026-06-01", paid_amount="6000")
        ledger.add(
            "finding", "共读社", project="P2026-001", channel="行政监督", severity="一般",
            found_on="2026-05-20", fact="签到表不全",
        )  # fmt: skip
        ledger.add("rating", "合唱队", grade="3A", awarded_on="2025-03-01")
        paper.write_text("验收合格", "utf-8")
        try:
            ledger.attach("P2026-001", paper, kind="验收书")
        finally:
            paper.unlink()
        ledger.add("inspection", "合唱队", year=2025, conclusion="合格")
        ledger.undo()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA page_size = 512")
        db.execute("VACUUM")
    return path


if __name__ == "__main__":
    make()
