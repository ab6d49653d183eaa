"""The clauses: none without a source, none that no rule uses, and what is not law says so."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from zhengshe.errors import ZhengsheError
from zhengshe.office import office_for
from zhengshe.resources import statutes as entries
from zhengshe.rules.statute import read_statutes

STATUTES = read_statutes(entries())


@pytest.mark.parametrize("name", sorted(STATUTES))
def test_a_clause_has_its_source(name: str) -> None:
    statute = STATUTES[name]
    assert statute.text
    assert statute.document
    assert dt.date.fromisoformat(statute.in_force)
    assert statute.certainty in ("条文", "草案", "惯例")
    assert (statute.certainty in statute.citation) == (statute.certainty != "条文")


def test_every_clause_is_used_by_a_rule() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "zhengshe").rglob("*.py"))
    code += "".join(path.read_text("utf-8") for path in (ROOT / "data" / "schemes").glob("*.yaml"))
    code = code.replace("'", '"').replace("basis: ", '"').replace("\n", '"\n')
    assert [name for name in STATUTES if f'"{name}"' not in code] == []


def test_every_clause_is_cited_by_a_test() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in STATUTES if f'"{name}"' not in code] == []


def test_the_end_of_a_clause_is_shown(zs: Run) -> None:
    zs("init")
    rows = {row["id"]: row for row in json.loads(zs("statutes", "--on", "2026-02-28", "-f", "json").out)}
    assert rows["rating.validity-before"]["until"] == "2026-02-28"
    assert "rating.validity" not in rows
    later = {row["id"] for row in json.loads(zs("statutes", "--on", "2026-03-01", "-f", "json").out)}
    assert ("rating.validity" in later, "rating.validity-before" in later) == (True, False)


def test_an_office_changes_numbers_days_and_thresholds(tmp_path: Path) -> None:
    (tmp_path / "street.office.yaml").write_text(
        "statutes:\n  credit.large-fine: {amount: 100000}\n"
        "thresholds: {credit_scheme: 山东四级, flags: {tender_threshold_yuan: 500000}}\n"
        'workdays:\n  "2027-02-07": 上班\n',
        "utf-8",
    )
    office = office_for(tmp_path / "street.db")
    assert office.statutes["credit.large-fine"].values == {"effect": "不可承接", "months": 36, "amount": 100000}
    assert office.thresholds["credit_scheme"] == "山东四级"
    flags = office.thresholds["flags"]
    assert (flags["tender_threshold_yuan"], flags["acceptance_days"]) == (500000, 30)  # the others stay
    assert office.workdays == {dt.date(2027, 2, 7): True}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("statutes: {no.such: {amount: 1}}", "no.such"),
        ("statutes: {list.b5: {month: 24}}", "month.*可用：months"),
        ("statutes: {list.b5: {months: 两年}}", "months"),
        ("statutes: {credit.list-a: {effect: 不行}}", "可承接、受限、不可承接"),
        ("thresholds: {flags: {tender_treshold_yuan: 1}}", "tender_treshold_yuan"),
        ("thresholds: {rectification_working_days: {特别严重: 3}}", "特别严重"),
        ("rules: {}", "thresholds、statutes、workdays"),
        ("workdays: {2027-02-30: 上班}", "不存在的日期"),
        ("workdays: {2027-02-07: 开工}", "workdays"),
    ],
)
def test_a_mistake_in_the_offices_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "street.office.yaml").write_text(text, "utf-8")
    with pytest.raises(ZhengsheError, match=complaint):
        office_for(tmp_path / "street.db")


def test_numbers_within_a_clause_and_terms_of_a_codelist_may_be_given_alone(tmp_path: Path) -> None:
    (tmp_path / "street.office.yaml").write_text(
        "statutes:\n"
        "  penalty.publicity: {最短: {一般: 6}}\n"
        "  inspection.deadline: {社区社会组织: 06-30, years: {2026: {社会团体: 07-19}}}\n"
        "thresholds: {rectification_working_days: {提示: 60}}\n",
        "utf-8",
    )
    office = office_for(tmp_path / "street.db")
    assert office.statutes["penalty.publicity"].values["最短"] == {"轻微": 0, "一般": 6, "严重": 12}
    assert office.statutes["inspection.deadline"].values["社会团体"] == "05-31"
    assert office.statutes["inspection.deadline"].values["years"] == {2026: {"社会团体": "07-19"}}
    assert office.thresholds["rectification_working_days"]["提示"] == 60


def test_a_new_finding_is_due_by_the_offices_days(zs: Run, tmp_path: Path) -> None:
    zs("init")
    zs("org", "add", "老年协会", "--kind", "社区社会组织")
    words = ("--severity", "严重", "--channel", "行政监督", "--found-on", "2026-06-01")

    def due(fact: str) -> str:
        assert zs("finding", "add", "老年协会", *words, "--fact", fact).code == 0
        return next(row["due_on"] for row in json.loads(zs("finding", "list", "-f", "json").out) if row["fact"] == fact)

    assert due("甲") == "2026-06-15"  # ten working days
    own = 'thresholds: {rectification_working_days: {严重: 3}}\nworkdays: {"2026-06-03": 放假}\n'
    (tmp_path / "zhengshe.office.yaml").write_text(own, "utf-8")
    assert due("乙") == "2026-06-05"
    table = "责任单位,检查日期,监督渠道,严重程度,发现问题\n老年协会,2026-06-01,行政监督,严重,丙\n"
    (tmp_path / "问题.csv").write_text(table, "utf-8")
    assert zs("import", "问题.csv", "--as", "finding").code == 0
    rows = json.loads(zs("finding", "list", "-f", "json").out)
    assert {row["fact"]: row["due_on"] for row in rows}["丙"] == "2026-06-05"


def test_the_office_decides_what_list_a_means(zs: Run, tmp_path: Path) -> None:
    zs("init")
    zs("org", "add", "老年协会", "--kind", "社区社会组织")
    zs("listing", "add", "老年协会", "--list", "活动异常名录", "--ground", "x", "--entered-on", "2026-03-01")
    assert "受限" in zs("credit", "show", "老年协会").out
    (tmp_path / "zhengshe.office.yaml").write_text("statutes: {credit.list-a: {effect: 不可承接}}", "utf-8")
    assert "不可承接" in zs("credit", "show", "老年协会").out


def test_an_office_changes_one_number_of_the_flags_and_keeps_the_others(street: Run, tmp_path: Path) -> None:
    (tmp_path / "zhengshe.office.yaml").write_text("thresholds: {flags: {acceptance_days: 60}}", "utf-8")
    assert street("check").code == 0
