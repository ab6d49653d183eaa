"""Whatever a hand makes of the lines of a plan: it is done to the letter, or refused and nothing written."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import TODAY
from tests.test_history import contents
from zhengshe import Ledger, open_ledger
from zhengshe.errors import ZhengsheError

Line = dict[str, Any]
Sheets = Mapping[str, Mapping[int, Line]]  # noun -> row -> line

ORGS = [
    ["名称", "类型", "统一社会信用代码", "联系电话", "住所"],
    ["潍坊街道老年协会", "社会团体", "", "50000000", "竹园路1号"],  # changes #1
    ["潍坊街道老年人协会", "社会团体", "", "", "竹园路2号"],  # new, like #1
    ["书法社", "社区社会组织", "", "", ""],
    ["书法社", "社区社会组织", "", "", ""],  # the same again
    ["坏代码", "社会团体", "123", "", ""],
    ["周亚英工作室", "社区社会组织", "", "", ""],  # #2 as it is
    ["同名会", "其他", "", "", "竹园路3号"],  # #3 or #4
    ["书法社", "社区社会组织", "", "", "另一处"],  # the same, but not quite
]
KEYS = ("name", "kind", "uscc", "phone", "address")
FOUND = {2: 1, 7: 2}  # the rows that the ledger has, and nothing else fits
PROJECTS = [
    ["承接单位", "项目名称", "年度", "合作方式", "合同金额", "资金来源", "已支付金额", "付款日期"],
    ["周亚英工作室", "调解", "2025", "委托管理", "12", "福彩公益金", "6", "2025-03-01"],  # changes #1
    ["潍坊街道老年协会", "书画", "2025", "委托管理", "3", "财政预算", "", ""],
    ["周亚英工作室", "手工", "2025", "委托管理", "5", "", "2", "2025-04-01"],
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger, two lists, and the plans that were made of them."""
    place = tmp_path_factory.mktemp("office")
    with open_ledger(place / "before.db", today=TODAY, create=True) as ledger:
        ledger.add("org", name="潍坊街道老年协会", kind="社会团体")
        ledger.add("org", name="周亚英工作室", kind="社区社会组织")
        for code in ("52310115MJ0000106M", "51110000069583988B"):
            ledger.add("org", name="同名会", kind="其他", uscc=code)
        ledger.add("project", "周亚英工作室", name="调解", year=2025, mode="委托管理", amount=10)
        for name, rows in (("组织", ORGS), ("项目", PROJECTS)):
            file = place / f"{name}.csv"
            with file.open("w", encoding="utf-8", newline="") as text:
                csv.writer(text).writerows(rows)
            (place / f"{name}.yaml").write_text("".join(ledger.plan_lines(ledger.plan([file]))), "utf-8")
    return place


def hands(lines: int, records: Sequence[object]) -> st.SearchStrategy[dict[int, Line]]:
    """What to do with a few of the lines, by their places: more than a few hardly ever fit together."""
    words, changes = ["create", "update", "match", "skip", "refuse"], ["first", "none", "all", "other"]
    edit = {
        "delete": st.sampled_from([False] * 9 + [True]),
        "do": st.sampled_from(["", *words]),
        "record": st.sampled_from(["", "", *records]),
        "changes": st.sampled_from(["", *changes]),
    }
    return st.dictionaries(st.integers(0, lines - 1), st.fixed_dictionaries(edit), max_size=3)


def edited(line: Line, edit: Line | None) -> Line:
    if edit is None:
        return {**line, "do": "skip"} if line["do"] == "refuse" else line
    new = {**line, **({"do": edit["do"]} if edit["do"] else {})}
    if edit["record"] != "":
        new["record"] = edit["record"]
    if new.get("record") is None:
        new.pop("record", None)
    changes = new.pop("changes", None)
    if changes is not None and edit["changes"] != "all":
        kept = {"first": dict([*changes.items()][:1]), "none": {}, "other": {**changes, "scope": ["", "书画"]}}
        new["changes"] = kept.get(edit["changes"], changes)
    return new


def carried_out(office: Path, name: str, hand: Mapping[int, Line], skip_bad: bool) -> tuple[Ledger, Sheets] | None:
    """The ledger after the plan was edited and applied, and the lines that were not refused; None when all was."""
    plan = yaml.safe_load((office / f"{name}.yaml").read_text("utf-8"))
    place = count()
    for sheet in plan["sheets"]:
        pairs = [(line, hand.get(next(place))) for line in sheet["rows"]]
        sheet["rows"] = [edited(line, edit) for line, edit in pairs if not (edit and edit["delete"])]
    (office / "hand.yaml").write_text(yaml.safe_dump(plan, allow_unicode=True), "utf-8")
    shutil.copy(office / "before.db", office / "after.db")
    ledger = open_ledger(office / "after.db", today=TODAY)
    try:
        plans = ledger.plan_decided(office / "hand.yaml")
        ledger.apply(plans, skip_bad=skip_bad)
    except ZhengsheError:
        ledger.close()
        assert contents(office / "after.db") == contents(office / "before.db")
        return None
    lines = [
        {line["row"]: line for line in sheet["rows"] if line["row"] not in each.rejected_rows}
        for sheet, each in zip(plan["sheets"], plans, strict=True)
    ]
    return ledger, {sheet["noun"]: told for sheet, told in zip(plan["sheets"], lines, strict=True)}


def table_of(ledger: Ledger, noun: str, keys: Sequence[str]) -> dict[int, dict[str, Any]]:
    rows = [*ledger.list(noun, columns=["id", *keys]).records()]
    return {row["id"]: {key: row[key] for key in keys} for row in rows}


MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(hands(8, [None, 1, 2, 3, 4, 9, "#2"]), st.booleans())
def test_organizations_become_what_the_lines_say(office: Path, hand: dict[int, Line], skip_bad: bool) -> None:
    done = carried_out(office, "组织", hand, skip_bad)
    if done is None:
        return
    ledger, sheets = done
    with ledger, open_ledger(office / "before.db", today=TODAY) as old:
        expected, new = table_of(old, "org", KEYS), []
        for row, line in sheets["org"].items():
            said = {key: text for key, text in zip(KEYS, ORGS[row - 1], strict=True) if text}
            if line["do"] == "create":
                new.append({key: said.get(key) for key in KEYS})
            elif line["do"] == "update":
                record = int(str(line.get("record", FOUND.get(row))).strip("#"))
                told = {key: pair[1] for key, pair in line["changes"].items()} if "changes" in line else said
                expected[record] |= told
            assert line["do"] != "refuse"
        after = table_of(ledger, "org", KEYS)
        assert {row: after[row] for row in expected} == expected
        assert [after[row] for row in sorted(after.keys() - expected.keys())] == new


@MANY
@given(hands(7, [None, 1, 2]), st.booleans())
def test_projects_and_what_belongs_to_them_become_what_the_lines_say(
    office: Path, hand: dict[int, Line], skip_bad: bool
) -> None:
    done = carried_out(office, "项目", hand, skip_bad)
    if done is None:
        return
    ledger, sheets = done
    cells = {row: dict(zip(PROJECTS[0], PROJECTS[row - 1], strict=True)) for row in (2, 3, 4)}
    with ledger:
        projects = {1: ("调解", 10.0)}
        for row, line in sheets["project"].items():
            name, amount = cells[row]["项目名称"], float(cells[row]["合同金额"])
            if line["do"] == "create":
                projects[len(projects) + 1] = (name, amount)
            elif line["do"] == "update":
                assert row == 2 or line["record"] == 1
                told = line.get("changes", {"name": ["", name], "amount": ["", amount]})
                known = projects[1]
                projects[1] = (told.get("name", ["", known[0]])[1], float(told.get("amount", ["", known[1]])[1]))
        listed = table_of(ledger, "project", ("name", "amount"))
        assert {row: (each["name"], each["amount"]) for row, each in listed.items()} == projects
        for noun, column, key in (("funding", "合同金额", "amount"), ("payment", "已支付金额", "paid_amount")):
            wanted = [float(cells[row][column]) for row, line in sheets[noun].items() if line["do"] == "create"]
            assert [each[key] for each in table_of(ledger, noun, (key,)).values()] == wanted
