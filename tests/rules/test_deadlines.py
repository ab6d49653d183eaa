"""todo: each kind of date, and what takes it off the list."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest

from tests.conftest import Run
from zhengshe.exchange import ics
from zhengshe.models import RECORDS
from zhengshe.reports.report import Column, Table
from zhengshe.reports.todo import COLUMNS
from zhengshe.resources import statutes as statute_entries
from zhengshe.resources import thresholds
from zhengshe.rules.deadlines import NOUNS, Due, File, deadlines
from zhengshe.rules.statute import read_statutes

TODAY = dt.date(2026, 6, 30)
STATUTES = read_statutes(statute_entries())
FILED = {"year": 2025, "conclusion": "合格"}


def with_value(name: str, **values: Any) -> Any:
    entries = {key: dict(entry) for key, entry in statute_entries().items()}
    entries[name]["values"] = {**entries[name]["values"], **values}
    return read_statutes(entries)


def row(noun: str, /, **values: Any) -> dict[str, Any]:
    return {"ref": f"{noun}/1", "id": 1, **dict.fromkeys(RECORDS[noun].keys), **values}


def found(statutes: Any = STATUTES, org: dict[str, Any] | None = None, **facts: Any) -> list[tuple[str, str]]:
    """(kind, day) of everything the facts ask for."""
    return [(due.kind, due.day.isoformat()) for due in every(statutes, org, **facts)]


def every(statutes: Any = STATUTES, org: dict[str, Any] | None = None, **facts: Any) -> list[Due]:
    own = row("org", **{"kind": "社会团体", "status": "正常", "founded_on": "2010-01-01", **(org or {})})
    facts.setdefault("inspection", [FILED])
    records = {noun: [row(noun, **each) for each in facts.get(noun, [])] for noun in NOUNS}
    return [*deadlines(File(own, records, statutes, thresholds(), TODAY))]


def test_an_organization_in_order_has_nothing_to_do() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("noun", "values", "expected", "done"),
    [
        ("finding", {"due_on": "2026-07-08"}, ("整改", "2026-07-08"), {"rectified_on": "2026-06-01"}),
        ("payment", {"due_on": "2026-07-31"}, ("支付", "2026-07-31"), {"paid_on": "2026-06-30"}),
        ("person", {"post": "会长", "until": "2026-08-31"}, ("换届", "2026-08-31"), {"until": None}),
    ],
)
def test_a_date_and_what_settles_it(noun: str, values: Any, expected: tuple[str, str], done: Any) -> None:
    assert found(**{noun: [values]}) == [expected]
    assert found(**{noun: [values | done]}) == []


def test_after_the_notice_of_award_the_contract_is_due() -> None:
    project = {"name": "助老", "status": "采购", "tendered_on": "2026-06-01", "bids_due_on": "2026-06-22"}
    assert found(project=[project]) == [("投标截止", "2026-06-22")]
    awarded = {**project, "awarded_on": "2026-06-24"}
    [due] = every(project=[awarded])
    assert (due.kind, due.day.isoformat(), due.statute) == ("签约", "2026-07-24", "contract.signing")
    assert found(with_value("contract.signing", days=10), project=[awarded]) == [("签约", "2026-07-04")]
    assert found(project=[{**awarded, "signed_on": "2026-06-30"}]) == []
    assert found(project=[{**awarded, "status": "终止"}]) == []


def test_an_office_may_set_another_day_for_one_year() -> None:
    this_year = with_value("inspection.deadline", years={2026: {"社会团体": "07-19"}})
    assert found(this_year, inspection=[]) == [("年检", "2026-07-19")]
    assert found(with_value("inspection.deadline", years={2025: {"社会团体": "07-19"}}), inspection=[]) == [
        ("年检", "2026-05-31")
    ]
    assert found(this_year, org={"kind": "基金会"}, inspection=[]) == [("年检", "2026-03-31")]


def test_a_contract_is_evaluated_ended_and_accepted() -> None:
    project = {"name": "助老", "status": "履约", "end_on": "2026-07-31"}
    assert found(project=[project]) == [("合同到期", "2026-07-31"), ("验收", "2026-08-30"), ("评估", "2026-06-30")]
    reviews = [{"project": 1, "kind": kind, "held_on": "2026-06-01"} for kind in ("终期评估", "验收")]
    assert found(project=[project], review=reviews) == [("合同到期", "2026-07-31")]
    assert found(project=[{**project, "status": "结项"}]) == []
    two = with_value("evaluation.final", months=2)
    assert ("评估", "2026-05-31") in found(two, project=[project])


def test_the_report_is_due_by_kind() -> None:
    assert found(inspection=[]) == [("年检", "2026-05-31")]
    assert found(org={"kind": "社会服务机构"}, inspection=[]) == [("年检", "2026-05-31")]
    assert found(org={"kind": "基金会"}, inspection=[]) == [("年检", "2026-03-31")]
    assert found(org={"founded_on": "2025-07-01"}, inspection=[]) == []
    assert found(org={"status": "注销"}, inspection=[]) == []
    assert found(with_value("inspection.deadline", 社会团体="06-08"), inspection=[]) == [("年检", "2026-06-08")]


def test_two_bad_years_in_a_row_put_the_registration_at_risk() -> None:
    bad = [{"year": 2025, "conclusion": "不合格"}, {"year": 2024, "conclusion": "未参检"}]
    assert "撤销风险" in dict(found(inspection=bad))
    assert "撤销风险" not in dict(found(inspection=[bad[0], {**bad[1], "year": 2023}]))
    assert "撤销风险" not in dict(found(inspection=[bad[0], {**bad[1], "conclusion": "合格"}]))
    assert "撤销风险" not in dict(found(with_value("inspection.two-years", years=3), inspection=bad))


def test_a_year_of_which_nothing_is_on_record_was_missed() -> None:
    missed = {"year": 2024, "conclusion": "未参检"}
    [risk] = [due for due in every(inspection=[missed]) if due.kind == "撤销风险"]
    assert (risk.day.isoformat(), risk.record) == ("2026-05-31", "org/1")
    assert "2024、2025 年度" in risk.text
    assert "未见登记" in risk.text
    later = with_value("inspection.deadline", 社会团体="06-30")  # today is the last day to file
    assert "撤销风险" not in dict(found(later, inspection=[missed]))
    assert "撤销风险" not in dict(found(inspection=[{**missed, "conclusion": "合格"}]))
    assert "撤销风险" not in dict(found(inspection=[]))  # an empty ledger accuses nobody
    assert "撤销风险" not in dict(found(inspection=[{**missed, "year": 2023}]))  # two years without any word
    assert "撤销风险" not in dict(found(inspection=[{**missed, "year": 2025}]))  # the ledger begins with 2025
    unknown = {"founded_on": None}  # whether it had to file is not known
    assert "撤销风险" not in dict(found(inspection=[missed], org=unknown))


def test_a_grade_ends_by_the_rule_of_its_day() -> None:
    def end(statutes: Any = STATUTES, **rating: Any) -> str:
        return dict(found(statutes, rating=[{"grade": "3A", **rating}]))["评估等级到期"]

    assert end(awarded_on="2026-03-01") == "2031-12-31"
    assert end(awarded_on="2026-02-28") == "2031-02-28"
    assert end(awarded_on="2024-02-29") == "2029-02-28"
    assert end(awarded_on="2026-03-01", valid_until="2030-01-01") == "2030-01-01"
    assert end(with_value("rating.validity", years=4), awarded_on="2026-03-01") == "2030-12-31"
    assert end(with_value("rating.validity-before", years=4), awarded_on="2026-02-28") == "2030-02-28"


@pytest.mark.parametrize(
    ("gravity", "decided_on", "expected"),
    [
        ("轻微", "2026-05-10", [("处罚公示", "2026-08-10")]),
        ("一般", "2026-05-10", [("处罚公示", "2026-08-10")]),  # may be repaired from
        ("一般", "2026-03-30", [("处罚公示", "2027-03-30")]),  # ends by itself
        ("严重", "2026-05-10", [("处罚公示", "2027-05-10")]),
        ("严重", "2023-06-29", []),
        ("严重", "2023-06-30", [("处罚公示", "2026-06-30")]),
    ],
)
def test_publicity_of_a_penalty(gravity: str, decided_on: str, expected: list[tuple[str, str]]) -> None:
    penalty = {"kind": "罚款", "gravity": gravity, "decided_on": decided_on}
    assert found(penalty=[penalty]) == expected
    assert found(penalty=[{**penalty, "repaired_on": "2026-06-01"}]) == []


def test_publicity_follows_its_numbers() -> None:
    penalty = {"kind": "罚款", "gravity": "一般", "decided_on": "2026-05-10"}
    later = with_value("penalty.publicity", 最短={"一般": 6})
    assert found(later, penalty=[penalty]) == [("处罚公示", "2026-11-10")]


def test_a_post_filled_anew_is_no_longer_due() -> None:
    old = {"post": "会长", "name": "甲某", "since": "2021-06-30", "until": "2026-06-29"}
    new = {"post": "会长", "name": "乙某", "since": "2026-06-15", "until": "2031-06-15"}
    assert found(person=[new, old]) == [("换届", "2031-06-15")]


# -- the command


def test_overdue_first_then_what_falls_within(zs: Run) -> None:
    zs("init")
    zs("org", "add", "老年协会", "--kind", "社区社会组织", "--cert-until", "2026-07-10")
    for day in ("2026-06-01", "2026-07-05", "2026-07-20"):
        found = zs(
            "finding",
            "add",
            "老年协会",
            "--severity",
            "一般",
            "--channel",
            "行政监督",
            "--found-on",
            "2026-05-01",
            "--fact",
            day,
            "--due-on",
            day,
        )
        assert found.code == 0, found.err
    rows = json.loads(zs("todo", "--within", 10, "-f", "json").out)
    assert [(row["date"], row["kind"]) for row in rows] == [
        ("2026-06-01", "整改"),
        ("2026-06-02", "名录"),
        ("2026-07-05", "整改"),
        ("2026-07-10", "证书到期"),
    ]
    assert rows[0]["days"] == -29
    assert [row["kind"] for row in json.loads(zs("todo", "--kind", "证书到期", "-f", "json").out)] == ["证书到期"]
    assert zs("todo", "--kind", "无此类").code == 2


def test_what_is_planned_is_known_beforehand(zs: Run) -> None:
    """A payment to come, and a project of this year that is not signed yet."""
    zs("init")
    zs("org", "add", "老年协会", "--kind", "社区社会组织")
    zs("project", "add", "老年协会", "--name", "助老", "--mode", "委托管理", "--year", "2026", "--end-on", "2026-07-20")
    zs("payment", "add", "助老", "--seq", "1", "--amount", "1000", "--due-on", "2026-07-15")
    rows = json.loads(zs("todo", "-f", "json").out)
    assert {(row["date"], row["kind"]) for row in rows} >= {("2026-07-15", "支付"), ("2026-07-20", "合同到期")}


def test_a_calendar_can_be_read_by_others(zs: Run) -> None:
    zs("init")
    zs("org", "add", "老年协会", "--kind", "社区社会组织", "--cert-until", "2026-07-10")
    text = zs("todo", "-f", "ics").out
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "DTSTART;VALUE=DATE:20260710\r\nDTEND;VALUE=DATE:20260711\r\n" in text
    assert zs("todo", "-o", "待办.ics").code == 0


def test_lines_are_folded_by_octets_and_special_characters_escaped() -> None:
    long = "整改，逾期;须办,见\\文件\n" + "很长的事由" * 30
    values = {"date": "2026-07-10", "days": 10, "kind": "整改", "org": "某会", "text": long, "record": "F2026-001"}
    table = Table([Column(column.key, column.label) for column in COLUMNS], [[values.get(c.key) for c in COLUMNS]])
    raw = ics.calendar(table, TODAY)
    lines = raw.decode().split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    unfolded = re.sub("\r\n ", "", raw.decode())
    [summary] = re.findall("SUMMARY:(.*)\r\n", unfolded)
    assert summary == "某会：整改，逾期\\;须办\\,见\\\\文件\\n" + "很长的事由" * 30
