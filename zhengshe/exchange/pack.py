"""The public pack: tables for readers, OCDS and 360Giving for programs, and what was left out of all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhengshe.exchange import grants, masking, ocds
from zhengshe.exchange.projects import project_files
from zhengshe.models import Kind
from zhengshe.reports.report import Column, Heading, Paragraph, Report, Table
from zhengshe.store.connection import Connection


@dataclass(frozen=True)
class PublicPack:
    """``contents`` holds what goes into which file (named in the pack's folder), in this order."""

    contents: Mapping[str, Report]


def build(db: Connection, today: dt.date, office: Mapping[str, Any]) -> PublicPack:
    """Everything that leaves the office, masked; ``office`` is data/exchange.yaml."""
    files = list(project_files(db))
    title = f"{office['publisher']}社会组织与政社合作公开信息"
    left_out = masking.withheld(db)
    if undated := grants.undated(files):
        left_out.append(masking.Withheld("360Giving 中的项目", "缺少签订日期或金额，标准不收", undated))
    return PublicPack(
        {
            "public.xlsx": Report([Heading(title), *_tables(db)]),
            "public.html": Report([Heading(title), Paragraph(f"截至 {today.isoformat()}"), *_tables(db)]),
            "ocds.json": Report([], data=ocds.release_package(files, today, office)),
            "360giving.json": Report([], data=grants.grant_package(files, office)),
            "withheld.md": Report([Heading("未公开的内容"), _withheld_table(left_out)]),
        }
    )


def _tables(db: Connection) -> list[Table]:
    """Made anew for every file: rows are a stream, read once."""
    return [table for _, table in masking.public_tables(db)]


def _withheld_table(left_out: list[masking.Withheld]) -> Table:
    columns = [Column("what", "内容"), Column("why", "不公开的原因"), Column("count", "条数", Kind.COUNT)]
    return Table(columns, [(each.what, each.why, each.count) for each in left_out])
