"""Every flag hits what it is for, and stays quiet one step before it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from tests.conftest import Run
from zhengshe.models import RECORDS
from zhengshe.resources import statutes as statute_entries
from zhengshe.resources import thresholds
from zhengshe.rules.flags import FLAGS, Outcome, Street, examine
from zhengshe.rules.flags.flag import CLEAR, HIT, NOT_COMPUTABLE
from zhengshe.rules.statute import Statutes, read_statutes
from zhengshe.rules.street import SHAPES

TODAY = dt.date(2026, 6, 30)
STATUTES = read_statutes(statute_entries())


def row(noun: str, identity: int = 1, /, **values: Any) -> dict[str, Any]:
    return {"id": identity, **dict.fromkeys(RECORDS[noun].keys), **values}


def org(number: int = 1, **values: Any) -> dict[str, Any]:
    given = {"name": f"组织{number}", "kind": "社会服务机构", "status": "正常", **values}
    return row("org", number, **given)


def project(number: int = 1, **values: Any) -> dict[str, Any]:
    given = {"number": f"P2026-{number:03d}", "org": 1, "name": f"项目{number}", "year": 2026, "status": "履约"}
    return row("project", number, **{**given, "mode": "公开招标", "amount": 10_000_00, "buyer": "街道", **values})


def bid(number: int, bidder: str, price: int | None, **values: Any) -> dict[str, Any]:
    return row("bid", number, **{"project": 1, "bidder": bidder, "price": price, "valid": 1, "won": 0, **values})


def look(code: str, *rows: tuple[str, dict[str, Any]], statutes: Statutes = STATUTES, **limits: Any) -> Outcome:
    records: dict[str, list[Any]] = {noun: [] for noun in RECORDS}
    for noun, each in rows if any(noun == "org" for noun, _ in rows) else [("org", org()), *rows]:
        records[noun].append(SHAPES[noun](**{key: each[key] for key in SHAPES[noun]._fields}))
    (outcome,) = examine(Street(records, thresholds()["flags"] | limits, statutes, TODAY), [code])
    return outcome


P = "project"
SIGNED = {"signed_on": "2026-01-10"}


def concluded(passed: str, failed: str) -> list[tuple[str, dict[str, Any]]]:
    """Two inspections, each concluded on its day."""
    both = ((2023, "合格", passed), (2024, "不合格", failed))
    return [("inspection", row("inspection", org=1, year=y, conclusion=c, concluded_on=day)) for y, c, day in both]


def in_four_posts(**values: Any) -> list[tuple[str, dict[str, Any]]]:
    """A person in four organizations."""
    people = (row("person", n, **{"org": n, "name": "甲", **values}) for n in range(1, 5))
    return [each for n, one in enumerate(people, 1) for each in (("org", org(n)), ("person", one))]


SIGNED_AFTER = {"signed_on": "2026-03-01"}
AWARDED = {"bids_due_on": "2026-02-20", "awarded_on": "2026-02-20", "signed_on": "2026-02-20"}
LISTED = row("listing", org=1, list="严重违法失信名单", entered_on="2026-01-10")
# code, what hits, what does not (one step before), limits
CASES: list[tuple[str, list[tuple[str, dict[str, Any]]], list[tuple[str, dict[str, Any]]], dict[str, Any]]] = [
    (
        "A101",
        [(P, project(**SIGNED)), ("listing", LISTED)],
        [(P, project(signed_on="2026-01-09")), ("listing", LISTED)],
        {},
    ),
    (
        "A101",
        [(P, project(**SIGNED)), ("listing", {**LISTED, "removed_on": "2026-01-11"})],
        [(P, project(**SIGNED)), ("listing", {**LISTED, "entered_on": "2025-01-01", "removed_on": "2026-01-10"})],
        {},
    ),
    ("A102", [("org", org(status="注销")), (P, project())], [("org", org()), (P, project())], {}),
    (
        "A103",
        [("org", org(cert_until="2026-01-09")), (P, project(**SIGNED))],
        [("org", org(cert_until="2026-01-10")), (P, project(**SIGNED))],
        {},
    ),
    (
        "A104",
        [
            (P, project(**SIGNED)),
            ("inspection", row("inspection", org=1, year=2024, conclusion="不合格", concluded_on="2026-01-09")),
        ],
        [
            (P, project(**SIGNED)),
            ("inspection", row("inspection", org=1, year=2024, conclusion="基本合格", concluded_on="2026-01-09")),
        ],
        {},
    ),
    (
        "A105",
        [("org", org(kind="社区社会组织")), (P, project())],
        [("org", org(kind="社区社会组织")), (P, project(partner="联合会"))],
        {},
    ),
    (
        "T201",
        [(P, project(mode="委托管理", amount=100_000_00))],
        [(P, project(mode="委托管理", amount=99_999_99))],
        {"tender_threshold_yuan": 100_000},
    ),
    (
        "T202",
        [
            (P, project(1, mode="委托管理", amount=60_000_00, signed_on="2025-03-01")),
            (P, project(2, mode="委托管理", amount=40_000_00, signed_on="2026-02-28")),
        ],
        [
            (P, project(1, mode="委托管理", amount=60_000_00, signed_on="2025-03-01")),
            (P, project(2, mode="委托管理", amount=40_000_00, signed_on="2026-03-01")),
        ],
        {"tender_threshold_yuan": 100_000},
    ),
    (
        "S501",
        [
            ("org", org(1)),
            ("org", org(2)),
            *((P, project(n, amount=100)) for n in (1, 2)),
            (P, project(3, org=2, amount=150)),
        ],
        [
            ("org", org(1)),
            ("org", org(2)),
            *((P, project(n, amount=100)) for n in (1, 2)),
            (P, project(3, org=2, amount=200)),
        ],
        {"concentration_least_projects": 3},
    ),
    (
        "S502",
        [(P, project(amount=201)), ("figures", row("figures", org=1, year=2025, income=100))],
        [(P, project(amount=200)), ("figures", row("figures", org=1, year=2025, income=100))],
        {},
    ),
    (
        "S504",
        [("org", org(n)) for n in range(1, 5)] + [("person", row("person", n, org=n, name="甲")) for n in range(1, 5)],
        [("org", org(n)) for n in range(1, 5)] + [("person", row("person", n, org=n, name="甲")) for n in range(1, 4)],
        {},
    ),
    (
        "S506",
        [("person", row("person", org=1, name="甲", post="会长", term=3, until="2026-06-30"))],
        [("person", row("person", org=1, name="甲", post="会长", term=2))],
        {},
    ),
    ("S505", [(P, project(1, name="敬老日")), (P, project(2, name="敬老 日"))], [(P, project(1)), (P, project(2))], {}),
    (
        "S503",
        [
            ("org", org(1, phone="1")),
            ("org", org(2, phone="1")),
            (P, project()),
            ("bid", bid(1, "组织1", 1)),
            ("bid", bid(2, "组织2", 2)),
        ],
        [
            ("org", org(1, phone="1")),
            ("org", org(2, phone="2")),
            (P, project()),
            ("bid", bid(1, "组织1", 1)),
            ("bid", bid(2, "组织2", 2)),
        ],
        {},
    ),
    ("C401", [(P, project(end_on="2026-05-30"))], [(P, project(end_on="2026-05-31"))], {}),
    (
        "C402",
        [(P, project(start_on="2026-01-09", **SIGNED))],
        [(P, project(start_on="2026-01-10", **SIGNED))],
        {},
    ),
    (
        "C403",
        [(P, project(amount=1000)), ("amendment", row("amendment", project=1, amount_change=101))],
        [(P, project(amount=1000)), ("amendment", row("amendment", project=1, amount_change=100))],
        {},
    ),
    (
        "C404",
        [(P, project(start_on="2026-01-01", end_on="2029-01-01"))],
        [(P, project(start_on="2026-01-01", end_on="2028-12-31"))],
        {},
    ),
    (
        "C405",
        [(P, project(start_on="2026-01-01", end_on="2027-01-01"))],
        [(P, project(start_on="2026-01-01", end_on="2026-12-31"))],
        {},
    ),
    (
        "C406",
        [(P, project(awarded_on="2026-01-10", signed_on="2026-02-10"))],
        [(P, project(awarded_on="2026-01-10", signed_on="2026-02-09"))],
        {},
    ),
    ("C406", [(P, project(awarded_on="2026-05-30"))], [(P, project(awarded_on="2026-05-31"))], {}),
    (
        "P301",
        [(P, project(amount=100)), ("payment", row("payment", project=1, seq=1, paid_amount=101))],
        [(P, project(amount=100)), ("payment", row("payment", project=1, seq=1, paid_amount=100))],
        {},
    ),
    (
        "P302",
        [
            (P, project()),
            ("payment", row("payment", 1, project=1, seq=1)),
            ("payment", row("payment", 2, project=1, seq=2, paid_on="2026-05-01")),
            ("review", row("review", project=1, kind="验收", held_on="2026-05-02")),
        ],
        [
            (P, project()),
            ("payment", row("payment", 1, project=1, seq=1)),
            ("payment", row("payment", 2, project=1, seq=2, paid_on="2026-05-02")),
            ("review", row("review", project=1, kind="验收", held_on="2026-05-02")),
        ],
        {},
    ),
    (
        "D901",
        [("org", org(1, name="同名", uscc="A")), ("org", org(2, name="同名", uscc="B"))],
        [("org", org(1, name="同名", uscc="A")), ("org", org(2, name="同名"))],
        {},
    ),
    (
        "D902",
        [
            ("org", org(uscc="A", name="旧")),
            ("change", row("change", org=1, item="名称", after="新", approved_on="2026-01-01")),
        ],
        [
            ("org", org(uscc="A", name="新")),
            ("change", row("change", org=1, item="名称", after="新", approved_on="2026-01-01")),
        ],
        {},
    ),
    ("D903", [(P, project(end_on="2046-07-01"))], [(P, project(end_on="2046-06-30"))], {}),
    (
        "D904",
        [(P, project(start_on="2026-02-02", end_on="2026-02-01"))],
        [(P, project(start_on="2026-02-02", end_on="2026-02-02"))],
        {},
    ),
    (
        "D904",
        [(P, project(tendered_on="2026-02-01", bids_due_on="2026-01-31"))],
        [(P, project(tendered_on="2026-02-01", bids_due_on="2026-02-21", awarded_on="2026-02-21", **SIGNED_AFTER))],
        {},
    ),
    ("D904", [(P, project(bids_due_on="2026-02-21", awarded_on="2026-02-20"))], [(P, project(**AWARDED))], {}),
    ("D904", [(P, project(awarded_on="2026-02-02", signed_on="2026-02-01"))], [(P, project(**AWARDED))], {}),
    ("D905", [(P, project(amount=0))], [(P, project(amount=1))], {}),
    ("D906", [(P, project())], [(P, project()), ("funding", row("funding", project=1, source="自筹", amount=1))], {}),
    (
        "D907",
        [(P, project(amount=2)), ("funding", row("funding", project=1, source="自筹", amount=1))],
        [(P, project(amount=2)), ("funding", row("funding", project=1, source="自筹", amount=2))],
        {},
    ),
    (
        "A104",  # concluded on the day of signing is not before it
        [(P, project(**SIGNED)), *concluded("2026-01-08", "2026-01-09")],
        [(P, project(**SIGNED)), *concluded("2026-01-09", "2026-01-10")],
        {},
    ),
    (
        "T202",  # one that reaches the threshold by itself is T201's
        [(P, project(n, mode="委托管理", amount=yuan * 100, **SIGNED)) for n, yuan in ((1, 99_999), (2, 1))],
        [(P, project(n, mode="委托管理", amount=yuan * 100, **SIGNED)) for n, yuan in ((1, 100_000), (2, 1))],
        {"tender_threshold_yuan": 100_000},
    ),
    ("S504", in_four_posts(until="2026-06-30"), in_four_posts(until="2026-06-29") + in_four_posts(name="乙")[:3], {}),
    ("D903", [(P, project(end_on="1948-12-31"))], [(P, project(end_on="1949-01-01"))], {}),
]


@pytest.mark.parametrize(("code", "hit", "clear", "limits"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)])
def test_hit_and_one_step_before(code: str, hit: Any, clear: Any, limits: Any) -> None:
    seen = look(code, *hit, **limits)
    assert seen.state == HIT
    assert 0 < seen.count == len(seen.hits) <= seen.examined
    assert look(code, *clear, **limits).state == CLEAR


def test_every_flag_has_a_case() -> None:
    untested = set(FLAGS) - {case[0] for case in CASES}
    assert untested == {f"R{number:03d}" for number in (3, 18, 24, 25, 28, 30, 35, 36, 38, 48, 58)}  # test_cardinal.py


def with_value(name: str, **values: Any) -> Statutes:
    entries = {key: dict(entry) for key, entry in statute_entries().items()}
    entries[name]["values"] = {**entries[name]["values"], **values}
    return read_statutes(entries)


@pytest.mark.parametrize(
    ("code", "clause", "values"),
    [
        ("A104", "credit.inspection", {"conclusions": ["未参检"]}),
        ("C403", "contract.supplement", {"share": 0.11}),
        ("C404", "contract.term", {"years_at_most": 4}),
        ("C405", "contract.term", {"years": 2}),
        ("C406", "contract.signing", {"days": 31}),
        ("S506", "person.terms", {"terms": 3}),
    ],
)
def test_a_number_of_the_law_is_the_clauses(code: str, clause: str, values: dict[str, Any]) -> None:
    hit = next(case[1] for case in CASES if case[0] == code)
    assert look(code, *hit, statutes=with_value(clause, **values)).state == CLEAR
    assert clause in FLAGS[code].basis


@pytest.mark.parametrize(
    ("code", "clause"),
    [("C401", "contract.acceptance"), ("T202", "contract.splitting"), ("A105", "contract.independent")],
)
def test_a_flag_names_its_clause(zs: Run, code: str, clause: str) -> None:
    explained = zs("check", "--explain", code).out
    assert STATUTES[clause].citation in explained
    assert STATUTES[clause].text in explained


def test_without_the_notice_of_award_the_time_to_sign_is_not_known() -> None:
    outcome = look("C406", (P, project(**SIGNED)), (P, project(2, mode="委托管理", **SIGNED)))
    assert (outcome.state, outcome.missing) == (NOT_COMPUTABLE, (("中标通知日期", 1),))


def test_what_is_missing_is_named() -> None:
    outcome = look("A103", (P, project(**SIGNED)), (P, project(2)))
    assert outcome.state == NOT_COMPUTABLE
    assert outcome.missing == (("合同签订日期", 1), ("证书有效期止", 1))


def test_the_command(street: Run) -> None:
    street("project", "add", "老年协会", "--name", "甲", "--mode", "委托管理", "--year", "2026", "--status", "履约")
    found = street("check", "-f", "json")
    assert found.code == 1
    states = {each["code"]: each for each in json.loads(found.out)}
    assert set(states) == set(FLAGS)
    assert states["D906"]["state"] == HIT
    assert states["T201"]["missing"] == {"thresholds: tender_threshold_yuan": 1}
    clean = street("check", "--select", "R,C4", "--ignore", "C401")
    assert clean.code == 0
    assert "C402" in clean.out
    assert "C401" not in clean.out
    assert "D906" not in clean.out
    assert "《政府采购法》第四十九条" in street("check", "--explain", "C403").out
    assert "惯例" in street("check", "--explain", "A104").out
    assert street("check", "--explain", "X1").code == 2
    assert street("check", "--select", "X").code == 2
