"""The papers the clerk hands in: figures that are right, beside last year's, and traceable to their records."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Run


@pytest.fixture
def street(street: Run) -> Run:
    mode = ("--mode", "委托管理")
    paid = ("--paid-on", "2026-03-01", "--paid-amount", "2万元")
    steps: list[tuple[str, ...]] = [
        ("project", "add", "老年协会", "--name", "甲", "--year", "2025", *mode, "--amount", "1万元", "--field", "文化"),
        ("project", "add", "老年协会", "--name", "乙", "--year", "2026", *mode, "--amount", "2.345万元"),
        ("project", "add", "周亚英工作室", "--name", "丙", "--year", "2026", "--mode", "公开招标", "--amount", "3万元"),
        ("funding", "add", "P2026-002", "--source", "福彩公益金", "--amount", "3万元"),
        ("payment", "add", "P2026-002", "--seq", "1", "--amount", "2万元", *paid),
        ("payment", "add", "P2026-002", "--seq", "2", "--amount", "1万元"),
        ("activity", "add", "P2026-002", "--title", "讲座", "--held-on", "2026-04-01", "--people", "120"),
        ("figures", "add", "老年协会", "--year", "2025", "--volunteers", "80"),
        ("figures", "add", "老年协会", "--year", "2026", "--volunteers", "95"),
    ]
    for severity, day in (("一般", "2026-05-12"), ("表扬", "2026-05-13"), ("严重", "2026-06-01")):
        finding = ("finding", "add", "老年协会", "--channel", "行政监督", "--severity", severity)
        steps.append((*finding, "--found-on", day, "--fact", f"{severity}的事实"))
    steps.append(("finding", "edit", "F2026-001", "--rectified-on", "2026-06-03"))
    for words in steps:
        result = street(*words)
        assert result.code == 0, (words, result.err)
    return street


def section(text: str, title: str) -> str:
    """What stands under a table's title."""
    return text.split(f"【{title}】")[1].split("\n\n")[0]


def test_year_report_figures(street: Run) -> None:
    result = street("report", "year", "2026")
    assert result.code == 0, result.err
    chief = {line.split()[0]: line.split()[1:] for line in section(result.out, "主要指标").splitlines() if line}
    assert chief["合作项目（个）"] == ["2", "1", "+1"]
    assert chief["合同金额（元）"] == ["53,450.00", "10,000.00", "+43,450.00"]
    assert chief["已支付（元）"] == ["20,000.00", "0.00", "+20,000.00"]
    assert chief["未支付（元）"] == ["33,450.00", "10,000.00", "+23,450.00"]
    assert chief["其中福彩公益金（元）"] == ["30,000.00", "0.00", "+30,000.00"]
    assert chief["服务人次"] == ["120", "0", "+120"]
    assert "需要整改的 2 条，已整改 1 条（整改率 50.0%）" in result.out


def test_figures_are_traceable(street: Run) -> None:
    plain = street("report", "year", "2026").out
    traced = street("report", "year", "2026", "--footnotes").out
    assert "P2026-002" not in plain
    assert "P2026-002" in section(traced, "合作项目（按合作方式）")
    assert "F2026-003" in section(traced, "监督发现（按渠道、严重程度）")


def test_a_unit_rounds_only_what_is_shown(street: Run) -> None:
    """2.345 万元 is shown as 2.35; the total is of the unrounded."""
    rows = json.loads(street("report", "stats", "project", "--by", "mode", "--year", "2026", "-f", "json").out)
    assert sorted(row["amount"] for row in rows) == [23450, 30000, 53450]
    shown = street("report", "stats", "project", "--by", "mode", "--year", "2026", "--unit", "万元").out
    assert "2.35" in shown
    assert "5.35" in shown
    assert street("report", "stats", "--unit", "美元").code == 2


def test_stats_by_two_fields(street: Run) -> None:
    rows = json.loads(street("report", "stats", "project", "--by", "year,mode", "-f", "json").out)
    assert rows[-1]["year"] == "合计"
    assert rows[-1]["records"] == 3
    found = {(row["year"], row["mode"]): row["records"] for row in rows[:-1]}
    assert found == {(2025, "委托管理"): 1, (2026, "委托管理"): 1, (2026, "公开招标"): 1}
    assert street("report", "stats", "project", "--by", "colour").code == 2


def test_org_file_in_disclosure_order(street: Run) -> None:
    text = street("report", "org", "老年协会").out
    order = ["基本信息", "变更登记", "年检年报", "评估等级", "表彰", "合作项目", "行政处罚", "名录列入", "能力成长"]
    places = [text.index(title) for title in order]
    assert places == sorted(places)
    growth = text[text.index("历年变化") :]
    assert "80" in growth
    assert "95" in growth


def test_project_file_holds_its_whole_life(street: Run) -> None:
    text = street("report", "project", "P2026-002").out
    for expected in ("投标", "福彩公益金", "讲座", "约定支付合计", "30,000.00", "20,000.00"):
        assert expected in text


def test_ledger_leaves_out_empty_columns(street: Run) -> None:
    text = street("report", "ledger", "project", "-f", "md").out
    assert "服务领域" in text
    assert "合同编号" not in text
    assert street("report", "ledger", "nothing").code == 2
