"""Compared with an official list: only here, only there, different; and nothing is written."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.conftest import Run
from tests.test_history import contents


def test_only_here_only_there_and_different(street: Run, tmp_path: Path) -> None:
    street("org", "add", "读书会", "--kind", "社区社会组织")
    for name, conclusion in (("老年协会", "合格"), ("周亚英工作室", "合格"), ("读书会", "合格")):
        assert street("inspection", "add", name, "--year", "2025", "--conclusion", conclusion).code == 0
    with (tmp_path / "公示.csv").open("w", encoding="gbk", newline="") as file:
        rows = [["社会组织名称", "年度", "年检结论"], ["潍坊街道老年协会", "2025", "基本合格"]]
        rows += [["周亚英工作室", "2025", "合格"], ["周亚英工作室", "2024", "合格"], ["陌生组织", "2025", "合格"]]
        csv.writer(file).writerows(rows)
    before = contents(tmp_path / "zhengshe.db")
    result = street("reconcile", "公示.csv", "-f", "json")
    assert result.code == 0, result.err
    found = [(row["row"], row["state"], row["ours"], row["theirs"]) for row in json.loads(result.out)]
    assert found == [
        (2, "不同", "合格", "基本合格"),
        (4, "只在对方", "", "周亚英工作室，2024，合格"),
        (None, "只在本库", "", ""),
    ]
    assert contents(tmp_path / "zhengshe.db") == before
    shown = street("reconcile", "公示.csv").out
    assert "陌生组织" in shown or "没有这家组织" in shown
