"""demo: the example street, built from its ledgers in the current folder, and what the program says of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from zhengshe import render
from zhengshe.commands.context import say

if TYPE_CHECKING:
    from zhengshe.ledger import Ledger

FILE = Path("zhengshe-demo.db")
TODAY = dt.date(2026, 6, 30)  # the street is made up as of this day, so that the demo says the same every day


def demo(ctx: typer.Context) -> None:  # noqa: ARG001
    from zhengshe.ledger import open_ledger

    new = not FILE.exists()
    with open_ledger(FILE, today=TODAY, operator="示例", command="demo", create=new) as ledger:
        if new:
            _build(ledger)
        else:
            say(f"已有 {FILE}，直接使用（删掉它可以重建）")
        _show(ledger)
    say(f"\n数据库 {FILE} 已保留。接着试试：")
    for command in ("org show wfjdlnxh", "search 为老", "credit show 六助为老", "log"):
        say(f"  zhengshe --db {FILE} --today {TODAY} {command}")


def _build(ledger: Ledger) -> None:
    """Import the ledgers as they lie there, then the loose records of the YAML file."""
    from zhengshe import library

    for path, content in library.example_street():
        if content is not None:
            records = [(noun, record) for noun, rows in content.items() for record in rows]
            for noun, record in records:
                owner = "project" if "project" in record else "org"
                ledger.add(noun, record.pop(owner), **record)
            say(f"{path.name}：{len(records)} 条")
        else:
            plans = ledger.plan([path])
            done = "，".join(f"{plan.record.label} {plan.counts()['new']} 条" for plan in plans)
            ledger.apply(plans)
            say(f"{path.name}：{done}")


def _show(ledger: Ledger) -> None:
    from zhengshe.reports.report import Block, Heading, Report

    today = f"（截至 {TODAY}）"
    blocks: list[Block] = [
        Heading(f"社会组织登记簿{today}"),
        ledger.list("org", brief=True),
        Heading("合作项目：按合作方式、按资金来源"),
        ledger.stats("project", by=["mode"]),
        ledger.stats("funding", by=["source"]),
        Heading("尚未销号的监督发现，连同无需整改的"),
        ledger.list("finding", brief=True, where={"verified_on": ""}),
    ]
    render.write(Report(blocks), "table")
    for name in ("六助为老服务中心", "潍坊街道社区物业治理事务所"):
        print()  # noqa: T201
        render.write(ledger.credit(name), "table")
