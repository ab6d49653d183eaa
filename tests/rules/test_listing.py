"""The clocks of the two lists, each on its day and the day before."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from zhengshe.models import NO_RECTIFICATION, RECORDS
from zhengshe.resources import statutes as statute_entries
from zhengshe.rules.grounds import LIST_A, LIST_B, Dossier
from zhengshe.rules.listing import ENTER, MAY_LEAVE, MUST_LEAVE, TRANSFER, Proposal, proposals
from zhengshe.rules.statute import read_statutes

STATUTES = read_statutes(statute_entries())
FINDING = {"severity": "较重", "fact": "账目不清", "found_on": "2020-01-01"}
FILED = [{"year": year, "conclusion": "合格", "filed_on": f"{year + 1}-03-01"} for year in range(2010, 2035)]


def row(noun: str, /, **values: Any) -> dict[str, Any]:
    return {"ref": f"{noun}/1", "id": 1, **dict.fromkeys(RECORDS[noun].keys), **values}


def asked(today: str, statutes: Any = STATUTES, exempted: frozenset[str] = frozenset(), **facts: Any) -> list[Proposal]:
    """What is due on a day for an organization that has filed its reports, and has the given facts besides."""
    own = {"name": "某协会", "kind": "社会团体", "status": "正常", "founded_on": "2010-01-01", **facts.pop("org", {})}
    org = row("org", **own)
    inspections = facts.pop("inspections", FILED)
    sides = {
        "listings": [row("listing", **each) for each in facts.pop("listings", [])],
        "penalties": [
            {**row("penalty", **each), "ref": f"penalty/{n}"} for n, each in enumerate(facts.pop("penalties", []), 1)
        ],
        "inspections": [row("inspection", **each) for each in inspections],
        "findings": [row("finding", **(FINDING | each)) for each in facts.pop("findings", [])],
    }
    assert not facts
    day = dt.date.fromisoformat(today)
    found = proposals(Dossier(org, **sides, exempted=exempted), statutes, day)
    return [proposal for proposal in found if proposal.day <= day]


def what(found: list[Proposal]) -> list[tuple[str, str, str]]:
    return [(proposal.action, proposal.list, proposal.statute) for proposal in found]


def changed(name: str, **values: Any) -> Any:
    """The statutes with other numbers in one clause."""
    entries = {key: dict(entry) for key, entry in statute_entries().items()}
    entries[name]["values"] = {**entries[name]["values"], **values}
    return read_statutes(entries)


def test_nothing_is_asked_of_an_organization_in_order() -> None:
    assert asked("2026-06-30") == []


# -- list A (令60号第十一条)


def test_a1_the_report_is_late_the_day_after_the_deadline() -> None:
    until_2024 = [report for report in FILED if report["year"] < 2025]
    in_2025 = {"year": 2025, "conclusion": "合格"}
    assert asked("2026-05-31", inspections=until_2024) == []
    assert what(asked("2026-06-01", inspections=until_2024)) == [(ENTER, LIST_A, "list.a1")]
    assert asked("2026-06-01", inspections=[{**in_2025, "filed_on": "2026-05-31"}]) == []
    late = asked("2026-06-01", inspections=[{**in_2025, "filed_on": "2026-06-01"}])
    assert what(late) == [(ENTER, LIST_A, "list.a1")]
    absent = {"year": 2025, "conclusion": "未参检"}
    assert what(asked("2026-06-01", inspections=[absent])) == [(ENTER, LIST_A, "list.a1")]


def test_a1_a_foundation_files_by_the_end_of_march() -> None:
    kind = {"kind": "基金会"}
    assert what(asked_of(kind, "2026-04-01")) == [(ENTER, LIST_A, "list.a1")]
    assert asked_of({"kind": "社区社会组织"}, "2026-06-30") == []


def asked_of(org: dict[str, Any], today: str, statutes: Any = STATUTES) -> list[Proposal]:
    own = row("org", **{"name": "某会", "kind": "社会团体", "status": "正常", "founded_on": "2010-01-01", **org})
    day = dt.date.fromisoformat(today)
    return [p for p in proposals(Dossier(own, [], [], [], []), statutes, day) if p.day <= day]


def test_a1_who_was_founded_after_june_is_exempt_that_year() -> None:
    assert what(asked_of({"founded_on": "2025-06-30"}, "2026-06-01")) == [(ENTER, LIST_A, "list.a1")]
    assert asked_of({"founded_on": "2025-07-01"}, "2026-06-01") == []
    earlier = changed("inspection.exempt", founded_after="06-29")
    assert asked_of({"founded_on": "2025-06-30"}, "2026-06-01", earlier) == []


def test_a1_an_office_may_have_another_deadline() -> None:
    later = changed("inspection.deadline", 社会团体="07-19")
    assert [p.day.isoformat() for p in asked_of({}, "2026-07-19", later)] == ["2025-07-20"]  # of the year before
    assert [p.day.isoformat() for p in asked_of({}, "2026-07-20", later)] == ["2026-07-20"]


def test_a3_an_order_is_overdue_the_day_after() -> None:
    order = {"due_on": "2026-03-31", "notice_no": "整改〔2026〕1号"}
    assert asked("2026-03-31", findings=[order]) == []
    assert what(asked("2026-04-01", findings=[order])) == [(ENTER, LIST_A, "list.a3")]
    assert asked("2026-04-01", findings=[{**order, "rectified_on": "2026-03-31"}]) == []
    for severity in NO_RECTIFICATION:  # nothing was ordered, whatever date was noted
        assert asked("2026-04-01", findings=[{**order, "severity": severity}]) == []


def test_a3_a_certificate_exempts() -> None:
    order = {"due_on": "2026-03-31"}
    assert asked("2026-04-01", findings=[order], exempted=frozenset({"finding/1"})) == []


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [(49_999.99, (ENTER, LIST_A, "list.a5")), (50_000, (ENTER, LIST_B, "list.b4"))],
)
def test_a5_and_b4_meet_at_fifty_thousand(yuan: float, expected: tuple[str, str, str]) -> None:
    fine = {"kind": "罚款", "amount": round(yuan * 100), "decided_on": "2026-02-01"}
    assert what(asked("2026-02-01", penalties=[fine])) == [expected]


def test_a_fine_of_fifty_thousand_is_no_minor_one() -> None:
    fine = {"kind": "罚款", "amount": 50_000_00}
    twice = [{**fine, "decided_on": day} for day in ("2025-02-01", "2026-02-01")]
    assert what(asked("2026-02-01", penalties=twice)) == [(ENTER, LIST_B, "list.b4")] * 2  # and not list.b5 besides


def test_a5_and_b4_follow_their_numbers() -> None:
    fine = {"kind": "罚款", "amount": 40_000_00, "decided_on": "2026-02-01"}
    lower = changed("list.b4", fine_from=40_000)
    assert (ENTER, LIST_B, "list.b4") in what(asked("2026-02-01", lower, penalties=[fine]))
    assert asked("2026-02-01", changed("list.a5", fine_below=40_000), penalties=[fine]) == []


# -- what supervision finds

A_STATES = [
    ("list.a2", "未建立党组织"),
    ("list.a2", "未设立党组织"),
    ("list.a4", "公开募捐资格"),
    ("list.a6", "失联"),
    ("list.a6", "住所无法联系"),
    ("list.a7", "其他应列入活动异常名录"),
]
B_STATES = [("list.b6", "失信被执行人"), ("list.b8", "其他应列入严重违法失信名单")]
STATES = [(LIST_A, *each) for each in A_STATES] + [(LIST_B, *each) for each in B_STATES]


@pytest.mark.parametrize(("which", "clause", "category"), [*STATES, (LIST_B, "list.b2", "骗取变更登记")])
def test_a_ground_follows_from_what_was_found(which: str, clause: str, category: str) -> None:
    finding = {"category": category, "found_on": "2026-03-10", "clause": "某条例第三条"}
    assert asked("2026-03-09", findings=[finding]) == []
    [proposal] = asked("2026-03-10", findings=[finding])
    assert (proposal.action, proposal.list, proposal.statute) == (ENTER, which, clause)
    assert (proposal.day, proposal.record) == (dt.date(2026, 3, 10), "finding/1")
    assert "某条例第三条" in proposal.text
    assert asked("2026-03-10", findings=[{**finding, "severity": "表扬"}]) == []
    assert asked("2026-03-10", findings=[{**finding, "category": "日常走访"}]) == []
    assert asked("2026-03-10", changed(clause, categories=["别的叫法"]), findings=[finding]) == []


@pytest.mark.parametrize(("which", "clause", "category"), STATES)
def test_a_state_that_is_put_right_is_no_ground(which: str, clause: str, category: str) -> None:
    finding = {"category": category, "found_on": "2026-03-10"}
    assert what(asked("2026-04-01", findings=[finding])) == [(ENTER, which, clause)]
    for done in ("rectified_on", "verified_on"):
        assert asked("2026-04-01", findings=[{**finding, done: "2026-03-31"}]) == []


def test_b2_a_fraud_stays_one() -> None:
    finding = {"category": "骗取变更登记", "found_on": "2026-03-10", "verified_on": "2026-03-31"}
    assert what(asked("2026-04-01", findings=[finding])) == [(ENTER, LIST_B, "list.b2")]
    revoked = {"kind": "撤销变更登记", "decided_on": "2026-03-10"}
    assert what(asked("2026-03-10", penalties=[revoked])) == [(ENTER, LIST_B, "list.b2")]


@pytest.mark.parametrize("clause", ["list.a7", "list.b8"])
def test_another_law_must_be_named(clause: str) -> None:
    [category] = STATUTES[clause].values["categories"]
    [proposal] = asked("2026-03-10", findings=[{"category": category, "found_on": "2026-03-10"}])
    assert "列入前请核实" in proposal.text


@pytest.mark.parametrize(
    ("second", "expected"),
    [("2026-03-20", False), ("2026-03-21", True), ("2026-04-30", True), ("2026-05-01", False)],  # 19, 20, 60, 61 days
)
def test_a6_two_letters_that_nobody_signed_for(second: str, expected: bool) -> None:
    letters = [{"category": "信函无人签收", "found_on": day} for day in ("2026-03-01", second)]
    found = asked(second, findings=letters)
    assert what(found) == ([(ENTER, LIST_A, "list.a6-letters")] if expected else [])
    assert asked("2026-12-31", findings=letters[:1]) == []
    if expected:
        assert found[0].day.isoformat() == second
        assert "草案" in STATUTES[found[0].statute].citation
        assert asked(second, findings=[letters[0], {**letters[1], "rectified_on": second}]) == []
        assert asked(second, findings=letters, exempted=frozenset({"finding/1"})) == []


def test_a6_an_office_may_have_other_intervals() -> None:
    letters = [{"category": "信函无人签收", "found_on": day} for day in ("2026-03-01", "2026-03-16")]
    assert asked("2026-03-16", findings=letters) == []
    assert asked("2026-03-16", changed("list.a6-letters", least_days=15, most_days=30), findings=letters) != []


def test_who_cannot_be_reached_stays_listed_until_that_is_verified() -> None:
    lost = {"category": "失联", "found_on": "2026-03-02"}
    on_a = {"list": LIST_A, "ground": "受到警告、住所无法联系", "entered_on": "2026-03-10"}
    six_months = (MUST_LEAVE, LIST_A, "list.a-six-months")
    assert six_months not in what(asked("2026-12-31", listings=[on_a], findings=[lost]))
    assert six_months in what(asked("2026-12-31", listings=[on_a]))
    reached = {**lost, "rectified_on": "2026-04-20", "verified_on": "2026-04-24"}
    leave = (MUST_LEAVE, LIST_A, "list.a-rectified")
    assert leave in what(asked("2026-05-06", listings=[on_a], findings=[reached]))


def test_b6_no_leave_while_the_court_lists_it() -> None:
    on_b = {"list": LIST_B, "ground": "失信被执行人", "entered_on": "2024-03-10"}
    debtor = {"category": "失信被执行人", "found_on": "2024-03-01"}
    may = (MAY_LEAVE, LIST_B, "list.b-out")
    assert may not in what(asked("2026-03-10", listings=[on_b], findings=[debtor]))
    paid = {**debtor, "rectified_on": "2025-01-01", "verified_on": "2025-01-02"}
    assert may not in what(asked("2026-03-09", listings=[on_b], findings=[paid]))
    assert may in what(asked("2026-03-10", listings=[on_b], findings=[paid]))


# -- list B (令60号第十五条)


def test_b5_two_minor_penalties_within_three_years() -> None:
    first, last = {"kind": "警告", "decided_on": "2023-03-10"}, {"kind": "警告", "decided_on": "2026-03-10"}
    assert what(asked("2026-03-10", penalties=[first, last])) == [(ENTER, LIST_B, "list.b5")]
    day_later = {**last, "decided_on": "2026-03-11"}
    assert LIST_B not in {p.list for p in asked("2026-03-11", penalties=[first, day_later])}
    shorter = changed("list.b5", months=35)
    assert LIST_B not in {p.list for p in asked("2026-03-10", shorter, penalties=[first, last])}


def test_b5_counts_from_a_leap_day() -> None:
    first = {"kind": "警告", "decided_on": "2024-02-29"}
    on_the_day = {"kind": "警告", "decided_on": "2027-02-28"}
    assert what(asked("2027-02-28", penalties=[first, on_the_day])) == [(ENTER, LIST_B, "list.b5")]
    after = {**on_the_day, "decided_on": "2027-03-01"}
    assert LIST_B not in {p.list for p in asked("2027-03-01", penalties=[first, after])}


@pytest.mark.parametrize(
    ("kind", "clause"),
    [
        ("限期停止活动", "list.b3"),
        ("吊销登记证书", "list.b7"),
        ("撤销登记", "list.b7"),
        ("撤销成立登记", "list.b7"),
        ("撤销设立登记", "list.b7"),
    ],
)
def test_b3_and_b7_one_penalty_is_enough(kind: str, clause: str) -> None:
    found = asked("2026-02-01", penalties=[{"kind": kind, "decided_on": "2026-02-01"}])
    assert what(found) == [(ENTER, LIST_B, clause)]
    assert asked("2026-01-31", penalties=[]) == []


# -- time on list A

ON_A = {"list": LIST_A, "ground": "警告", "entered_on": "2024-02-29"}


def test_b1_two_years_on_list_a() -> None:
    assert (TRANSFER, LIST_B, "list.b1") not in what(asked("2026-02-27", listings=[ON_A]))
    assert (TRANSFER, LIST_B, "list.b1") in what(asked("2026-02-28", listings=[ON_A]))  # 29 February has no anniversary
    longer = changed("list.b1", months=25)
    assert (TRANSFER, LIST_B, "list.b1") not in what(asked("2026-02-28", longer, listings=[ON_A]))


def test_nothing_to_put_right_leaves_after_six_months() -> None:
    leave = (MUST_LEAVE, LIST_A, "list.a-six-months")
    assert leave not in what(asked("2024-08-28", listings=[ON_A]))
    assert leave in what(asked("2024-08-29", listings=[ON_A]))
    assert leave not in what(asked("2024-08-29", changed("list.a-six-months", months=7), listings=[ON_A]))


@pytest.mark.parametrize(("entered_on", "year"), [("2026-05-31", 2024), ("2026-06-01", 2025), ("2027-01-10", 2025)])
def test_the_report_to_be_made_up_for_is_the_last_one_that_was_due(entered_on: str, year: int) -> None:
    on_a = {"list": LIST_A, "ground": "未按时报送年报", "entered_on": entered_on}
    others = [report for report in FILED if report["year"] != year]
    filed = {"year": year, "conclusion": "合格", "filed_on": "2027-02-01"}
    may = (MAY_LEAVE, LIST_A, "list.a-rectified")
    assert may not in what(asked("2027-02-01", listings=[on_a], inspections=others))
    assert may not in what(asked("2027-01-31", listings=[on_a], inspections=[*others, filed]))
    assert may in what(asked("2027-02-01", listings=[on_a], inspections=[*others, filed]))


def test_who_has_put_it_right_may_apply_before_that_is_verified() -> None:
    on_a = {"list": LIST_A, "ground": "逾期未整改", "entered_on": "2026-03-02"}
    done = {"due_on": "2026-02-20", "rectified_on": "2026-04-20"}
    may = (MAY_LEAVE, LIST_A, "list.a-rectified")
    assert may not in what(asked("2026-04-19", listings=[on_a], findings=[done]))
    assert may in what(asked("2026-04-20", listings=[on_a], findings=[done]))
    assert may not in what(asked("2026-04-20", listings=[on_a], findings=[{**done, "rectified_on": None}]))


def test_a_repeat_starts_the_time_again() -> None:
    again = {"kind": "警告", "decided_on": "2025-06-01"}
    first = {"kind": "警告", "decided_on": "2019-01-10"}
    found = asked("2026-02-28", listings=[ON_A], penalties=[first, again])
    assert (TRANSFER, LIST_B, "list.b1") not in what(found)
    found = asked("2027-06-01", listings=[ON_A], penalties=[first, again])
    assert (TRANSFER, LIST_B, "list.b1") in what(found)
    assert STATUTES["list.restart"].citation in found[-1].text


def test_listed_on_the_day_of_its_ground() -> None:
    """The entry answers it, after the removal too, and the time runs from the entry, not again."""
    warned = {"kind": "警告", "decided_on": "2026-01-10"}
    on_a = {"list": LIST_A, "ground": "警告", "entered_on": "2026-01-10"}
    [leave] = asked("2026-07-10", listings=[on_a], penalties=[warned])
    assert (leave.day.isoformat(), leave.statute) == ("2026-07-10", "list.a-six-months")
    assert "重新计算" not in leave.text
    assert asked("2026-07-11", listings=[{**on_a, "removed_on": "2026-07-10"}], penalties=[warned]) == []
    day_before = {**on_a, "entered_on": "2026-01-09", "removed_on": "2026-07-10"}
    assert what(asked("2026-07-11", listings=[day_before], penalties=[warned])) == [(ENTER, LIST_A, "list.a5")]


def test_what_was_put_right_late_but_before_the_listing_leaves_too() -> None:
    """An order carried out after its day and before the entry leaves nothing to do but to verify it, or to wait."""
    on_a = {"list": LIST_A, "ground": "逾期未整改", "entered_on": "2026-03-02"}
    done = {"due_on": "2026-02-20", "rectified_on": "2026-03-02"}
    leave, six_months = ((MUST_LEAVE, LIST_A, clause) for clause in ("list.a-rectified", "list.a-six-months"))
    verified = {**done, "verified_on": "2026-04-24"}
    assert what(asked("2026-04-30", listings=[on_a], findings=[verified])) == [(MAY_LEAVE, LIST_A, "list.a-rectified")]
    assert leave in what(asked("2026-05-06", listings=[on_a], findings=[verified]))
    for before in ({}, {"verified_on": "2026-03-02"}):
        assert asked("2026-09-01", listings=[on_a], findings=[done | before]) == []
        assert what(asked("2026-09-02", listings=[on_a], findings=[done | before])) == [six_months]
    assert asked("2026-09-02", listings=[on_a]) == []  # what had to be put right is not on record


def test_advice_with_a_date_keeps_nobody_on_the_list() -> None:
    on_a = {"list": LIST_A, "ground": "警告", "entered_on": "2026-01-10"}
    for severity in NO_RECTIFICATION:  # as it is no ground to be listed
        advice = {"severity": severity, "due_on": "2026-01-01"}
        assert what(asked("2026-07-10", listings=[on_a], findings=[advice])) == [
            (MUST_LEAVE, LIST_A, "list.a-six-months")
        ]


def test_after_verified_rectification_five_working_days() -> None:
    on_a = {"list": LIST_A, "ground": "逾期未整改", "entered_on": "2026-03-02"}
    done = {"due_on": "2026-02-20", "rectified_on": "2026-04-20", "verified_on": "2026-04-24"}  # a Friday
    leave = (MUST_LEAVE, LIST_A, "list.a-rectified")
    # 1 to 5 May is a holiday, Saturday 9 May is worked
    assert leave not in what(asked("2026-04-30", listings=[on_a], findings=[done]))
    assert leave in what(asked("2026-05-06", listings=[on_a], findings=[done]))
    assert leave not in what(asked("2026-05-06", listings=[on_a], findings=[{**done, "verified_on": None}]))
    more = changed("list.a-rectified", working_days=6)
    assert leave not in what(asked("2026-05-06", more, listings=[on_a], findings=[done]))


# -- time on list B

ON_B = {"list": LIST_B, "ground": "五万元以上罚款", "entered_on": "2024-06-30"}


def test_two_clean_years_on_list_b() -> None:
    may = (MAY_LEAVE, LIST_B, "list.b-out")
    assert may not in what(asked("2026-06-29", listings=[ON_B]))
    assert may in what(asked("2026-06-30", listings=[ON_B]))
    assert may not in what(asked("2026-06-30", changed("list.b-out", months=30), listings=[ON_B]))
    again = {"kind": "警告", "decided_on": "2025-01-01"}
    assert may not in what(asked("2026-06-30", listings=[ON_B], penalties=[again]))
    assert may in what(asked("2027-01-01", listings=[ON_B], penalties=[again]))


def test_the_revoked_leave_when_cancelled() -> None:
    revoked = {**ON_B, "ground": "吊销登记证书"}
    assert asked("2030-01-01", listings=[revoked]) == []
    assert asked("2030-01-01", listings=[revoked], org={"status": "吊销"}) == []  # revoked is not yet cancelled
    gone = {"status": "注销"}
    assert what(asked("2026-06-30", listings=[revoked], org=gone)) == [(MUST_LEAVE, LIST_B, "list.b7-out")]


def test_a_certificate_on_file_exempts(zs: Run, tmp_path: Path) -> None:
    """list.exempt: evidence of the kind that the clause names, kept with the record that would be the ground."""
    zs("init")
    zs("org", "add", "老年协会", "--kind", "社区社会组织")
    zs("penalty", "add", "老年协会", "--kind", "警告", "--decided-on", "2026-02-01")
    (tmp_path / "证明.txt").write_text("经查，该组织不负直接责任。", "utf-8")
    kind = "不负直接责任证明"
    assert STATUTES["list.exempt"].values["document_kind"] == kind
    assert zs("document", "add", "penalty/1", "证明.txt", "--kind", "别的材料").code == 0
    assert len(json.loads(zs("listing", "due", "-f", "json").out)) == 1
    (tmp_path / "证明2.txt").write_text("经查，该组织不负直接责任。民政局。", "utf-8")
    assert zs("document", "add", "penalty/1", "证明2.txt", "--kind", kind).code == 0
    assert json.loads(zs("listing", "due", "-f", "json").out) == []


def test_the_command_proposes_and_lists_nothing(zs: Run) -> None:
    zs("init")
    zs("org", "add", "老年协会", "--kind", "社区社会组织")
    zs("penalty", "add", "老年协会", "--kind", "警告", "--decided-on", "2026-02-01")
    [found] = json.loads(zs("listing", "due", "-f", "json").out)
    assert (found["action"], found["list"], found["date"]) == (ENTER, LIST_A, "2026-02-01")
    assert "第60号" in found["basis"]
    assert json.loads(zs("listing", "list", "-f", "json").out) == []
    assert STATUTES["list.notice"].citation in zs("listing", "due").out


def test_a_finding_becomes_a_proposal_with_its_clause(zs: Run) -> None:
    zs("init")
    zs("org", "add", "老年协会", "--kind", "社会团体", "--founded-on", "2026-01-05")
    words = ("--severity", "一般", "--channel", "行政监督", "--fact", "两次上门无人", "--category", "失联")
    zs("finding", "add", "老年协会", *words, "--found-on", "2026-06-15")
    [found] = json.loads(zs("listing", "due", "-f", "json").out)
    assert (found["action"], found["date"], found["record"]) == (ENTER, "2026-06-15", "F2026-001")
    assert found["basis"] == STATUTES["list.a6"].citation
    assert json.loads(zs("listing", "due", "--as-of", "2026-06-14", "-f", "json").out) == []
