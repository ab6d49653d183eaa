"""The papers the clerk hands in: figures that are right, beside last year's, and traceable to their records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from openpyxl import load_workbook

from tests.conftest import Run
from zhengshe.render.text import width

LEFT, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT


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


def test_honours_are_part_of_growth(street: Run) -> None:
    for title, day in (("优秀社团", "2025-05-01"), ("十佳社团", "2025-09-01"), ("先进集体", "2023-05-01")):
        assert street("honour", "add", "老年协会", "--title", title, "--awarded-on", day).code == 0
    text = street("report", "org", "老年协会", "-f", "md").out
    head, _, *lines = [line.strip("| ") for line in text[text.index("历年变化") :].splitlines() if "|" in line]
    assert head.split()[-1] == "表彰"
    honours = {line.split()[0]: line.split()[-1] for line in lines}
    assert (honours["2023"], honours["2025"], honours["2026"]) == ("1", "2", "0")
    assert "持证社工" not in head  # of which nothing is known


def test_project_file_holds_its_whole_life(street: Run) -> None:
    text = street("report", "project", "P2026-002").out
    for expected in ("投标", "福彩公益金", "讲座", "约定支付合计", "30,000.00", "20,000.00"):
        assert expected in text


def test_ledger_leaves_out_empty_columns(street: Run) -> None:
    text = street("report", "ledger", "project", "-f", "md").out
    assert "服务领域" in text
    assert "合同编号" not in text
    assert street("report", "ledger", "nothing").code == 2


def traced(street: Run) -> dict[str, str]:
    """The lines of the chief figures with the records behind them, by their label."""
    rows = json.loads(street("report", "year", "2026", "--footnotes", "-f", "json").out)
    return {row["figure"]: row["numbers"] for row in rows}


def test_every_figure_names_its_records(street: Run) -> None:
    numbers = traced(street)
    assert numbers["合作项目（个）"] == "P2026-001、P2026-002"
    assert numbers["已支付（元）"] == "payment/1、payment/2"
    assert numbers["未支付（元）"] == "P2026-001、P2026-002、payment/1、payment/2"  # contracted less paid
    assert numbers["其中福彩公益金（元）"] == "funding/1"
    assert numbers["服务人次"] == "activity/1"
    served = section(street("report", "year", "2026", "--footnotes").out, "服务开展情况")
    assert "P2026-001、P2026-002、activity/1" in served  # planned by the one, held by the other
    text = street("report", "year", "2026", "--footnotes").out
    assert "依据记录：F2026-001、F2026-003。" in text  # those that had to be rectified


def test_numbers_stand_in_the_order_in_which_people_count(street: Run) -> None:
    for number in ("P2026-1000", "P2026-999"):
        options = ("--number", number, "--name", number, "--mode", "委托管理", "--year", "2026")
        assert street("project", "add", "老年协会", *options).code == 0
    counted = "P2026-001、P2026-002、P2026-999、P2026-1000"
    assert traced(street)["合作项目（个）"] == counted
    rows = json.loads(street("report", "stats", "project", "--by", "year", "--footnotes", "-f", "json").out)
    assert counted in [row["numbers"] for row in rows]


def test_footnotes_name_the_organizations_of_a_grade(street: Run) -> None:
    assert "潍坊街道老年协会" not in section(street("report", "year", "2026").out, "信用等级分布")
    lines = section(street("report", "year", "2026", "--footnotes").out, "信用等级分布").splitlines()
    graded = {line.split()[0]: line.split()[-1] for line in lines[3:] if not line.startswith("注")}
    for name in ("潍坊街道老年协会", "周亚英工作室"):
        grade = json.loads(street("credit", "show", name, "-f", "json").out)["grade"]
        assert name in graded[grade].split("、")


def test_footnotes_name_the_records_of_a_hit(street: Run) -> None:
    over = ("--amount", "9万元", "--paid-on", "2026-03-01", "--paid-amount", "9万元")
    assert street("project", "edit", "P2026-002", "--status", "履约").code == 0
    assert street("payment", "add", "P2026-002", "--seq", "3", *over).code == 0
    assert street("funding", "add", "P2026-002", "--source", "自筹", "--amount", "0").code == 0
    plain = section(street("report", "year", "2026").out, "检查命中")
    text = section(street("report", "year", "2026", "--footnotes").out, "检查命中")
    seen = {line.split()[0]: line for line in text.splitlines() if line}
    hits = [
        (each["code"], hit["record"]) for each in json.loads(street("check", "-f", "json").out) for hit in each["hits"]
    ]
    assert ("P301", "P2026-002") in hits
    assert len({code for code, _ in hits}) > 1
    for code, record in hits:
        assert record in seen[code]
    assert "P2026-002" not in plain


def test_scores_are_averaged_kind_by_kind(street: Run) -> None:
    assert "评分与满意度" not in street("report", "year", "2026").out
    for kind, day, score in (
        ("满意度", "2026-03-01", ("--score", "90")),
        ("满意度", "2026-04-01", ("--score", "95.5")),
        ("满意度", "2025-04-01", ("--score", "10")),  # of another year
        ("满意度", "2026-05-01", ()),  # without a score: neither a zero nor counted
        ("绩效评价", "2026-06-01", ("--score", "80")),
    ):
        added = street("review", "add", "P2026-002", "--kind", kind, "--held-on", day, *score)
        assert added.code == 0, added.err
    lines = section(street("report", "year", "2026", "--footnotes").out, "评分与满意度").splitlines()[3:]
    assert sorted(line.split() for line in lines) == [
        ["满意度", "2", "92.75", "review/1、review/2"],
        ["绩效评价", "1", "80", "review/5"],
    ]


def test_figures_stand_at_the_right(street: Run, tmp_path: Path) -> None:
    """Also those that are text, since 家 and 元 stand in one column."""
    for suffix in ("md", "html", "docx", "xlsx"):
        assert street("report", "year", "2026", "-o", f"year.{suffix}").code == 0
    wanted = "53,450.00"
    lines = section(street("report", "year", "2026").out, "主要指标").splitlines()[1:]
    assert len({width(line) for line in lines}) == 1  # the last column ends where its rule ends
    markdown = (tmp_path / "year.md").read_text("utf-8")
    rule = next(line for line in markdown.split("| 指标")[1].splitlines() if line.startswith("| --"))
    assert [cell.strip().endswith(":") for cell in rule.split("|")[1:-1]] == [False, True, True, True]
    assert f'<td class="n">{wanted}</td>' in (tmp_path / "year.html").read_text("utf-8")
    table = Document(str(tmp_path / "year.docx")).tables[0]
    cells = next(row.cells for row in table.rows if row.cells[0].text == "合同金额（元）")
    assert [cell.paragraphs[0].alignment for cell in cells] == [LEFT, RIGHT, RIGHT, RIGHT]
    (row,) = (row for row in load_workbook(tmp_path / "year.xlsx")["主要指标"] if row[1].value == wanted)
    assert [cell.alignment.horizontal for cell in row[1:]] == ["right"] * 3


def test_papers_hold_nothing_of_the_stores_own(street: Run) -> None:
    for words in (("org", "老年协会"), ("project", "P2026-002")):
        text = street("report", *words).out
        assert "序号" not in text
        assert "录入时间" not in text
    assert "录入时间" in street("project", "show", "P2026-002").out  # so it is left out, not renamed


def test_footnotes_stand_below_where_a_line_has_little_room(street: Run, tmp_path: Path) -> None:
    for suffix in ("docx", "xlsx"):
        assert street("report", "year", "2026", "--footnotes", "-o", f"year.{suffix}").code == 0
    document = Document(str(tmp_path / "year.docx"))
    assert [cell.text for cell in document.tables[0].rows[0].cells] == ["指标", "2026 年", "2025 年", "增减"]
    assert "已支付（元）：payment/1、payment/2" in "\n".join(each.text for each in document.paragraphs)
    assert load_workbook(tmp_path / "year.xlsx")["主要指标"]["E1"].value == "依据记录"
