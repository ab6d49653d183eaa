"""Import: what real ledgers do to the same record twice, to two tables, to names and codes."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from zhengshe import Ledger
from zhengshe.errors import RejectedError
from zhengshe.importing.plan import Plan, Wish

CODE, OTHER = "52310115MJ0000106M", "51110000069583988B"
PROJECTS = ["项目名称", "承接单位", "年度", "合作方式"]


@pytest.fixture
def office(ledger: Ledger) -> Ledger:
    ledger.add("org", name="老年协会", kind="社会团体")
    ledger.add("org", name="六助服务中心", kind="社会服务机构", uscc=CODE)
    return ledger


def file(folder: Path, name: str, *rows: Sequence[object]) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(rows)
    return path


def codes(plan: Plan) -> list[tuple[int, str]]:
    return [(issue.row, issue.code) for issue in plan.issues]


def values(ledger: Ledger, noun: str, *columns: str) -> list[list[object]]:
    return [list(row) for row in ledger.list(noun, columns=columns).rows]


def test_rows_without_numbers_are_compared_before_numbers_are_given(office: Ledger, tmp_path: Path) -> None:
    row = ["重阳活动", "老年协会", 2025, "委托"]
    path = file(tmp_path, "a.csv", PROJECTS, row, row, [*row[:3], "询价"])
    (plan,) = office.plan([path])
    assert codes(plan) == [(3, "duplicate-same"), (4, "duplicate")]
    office.apply([plan], skip_bad=True)
    assert values(office, "project", "number", "mode") == [["P2025-001", "委托管理"]]


def test_a_year_read_off_a_date_tells_the_same_project_again(office: Ledger, tmp_path: Path) -> None:
    head = ["项目名称", "承接单位", "合同签订日期", "合作方式"]
    path = file(tmp_path, "a.csv", head, ["重阳活动", "老年协会", "2025-03-01", "委托"])
    assert office.apply(office.plan([path]))
    office.edit("project", "P2025-001", status="履约")
    assert office.plan([path])[0].counts()["unchanged"] == 1
    assert office.apply(office.plan([path])) is None


def test_posts_with_and_without_a_day(office: Ledger, tmp_path: Path) -> None:
    post = ["老年协会", "张三", "会长"]
    path = file(
        tmp_path, "a.csv", ["社会组织", "姓名", "职务", "任职起"], [*post, "2020-01-01"], [*post, ""], [*post, ""]
    )
    office.apply(office.plan([path]))
    assert values(office, "person", "since") == [["2020-01-01"], [None]]


def test_files_in_any_order_and_the_same_record_in_two(office: Ledger, tmp_path: Path) -> None:
    years = file(tmp_path, "a.csv", ["社会组织", "年度", "年检结论"], ["新会", 2025, "合格"])
    orgs = file(tmp_path, "b.csv", ["名称", "统一社会信用代码"], ["新会", OTHER])
    again = file(tmp_path, "c.csv", ["名称", "统一社会信用代码"], ["新会", OTHER])
    plans = office.plan([years, orgs, again])
    assert [plan.counts()["new"] for plan in plans] == [1, 0, 1]
    assert codes(plans[1]) == [(2, "duplicate-same")]
    office.apply(plans)
    assert values(office, "inspection", "org", "year") == [["新会", 2025]]


def test_two_files_do_not_give_one_number_twice(office: Ledger, tmp_path: Path) -> None:
    files = [file(tmp_path, f"{name}.csv", PROJECTS, [name, "老年协会", 2025, "委托"]) for name in ("甲", "乙")]
    office.apply(office.plan(files))
    assert values(office, "project", "number", "name") == [["P2025-001", "甲"], ["P2025-002", "乙"]]


def test_a_second_table_below_is_not_read_and_not_forgotten(office: Ledger, tmp_path: Path) -> None:
    path = file(
        tmp_path,
        "a.csv",
        ["名称", "类型"],
        ["新会", "社会团体"],
        [],
        ["二、项目"],
        PROJECTS,
        ["甲", "新会", 2025, "委托"],
    )
    (plan,) = office.plan([path], Wish(noun="org"))
    assert plan.head.row == 1
    assert (5, "second-table") in codes(plan)


def test_a_form_above_the_table_is_no_header(office: Ledger, tmp_path: Path) -> None:
    path = file(
        tmp_path, "a.csv", ["单位名称", "老年协会", "联系人", "张三"], PROJECTS, ["甲", "老年协会", 2025, "委托"]
    )
    (plan,) = office.plan([path])
    assert (plan.head.row, plan.record.noun) == (2, "project")


def test_a_header_repeated_on_the_next_page_does_not_replace_the_first(office: Ledger, tmp_path: Path) -> None:
    head = ["名称", "类型", "是否到会", "票数", "席位"]  # too few known names to be sure at once
    path = file(tmp_path, "a.csv", head, ["甲会", "社会团体", "是", 1, 2], head, ["乙会", "社会团体", "是", 3, 4])
    (plan,) = office.plan([path], Wish(noun="org"))
    assert plan.head.row == 1


def test_a_header_about_something_else_is_not_used(office: Ledger, tmp_path: Path) -> None:
    head = ["名称", "类型", "法定代表人身份证号", "注册资金是否到位", "未到位注册资金"]
    path = file(tmp_path, "a.csv", head, ["新会", "社会团体", "11010119900307000X", "是", "30000"])
    (plan,) = office.plan([path])
    assert [name for name, _ in plan.mapping.unused] == head[2:]
    assert plan.counts()["rejected"] == 0


def test_what_stands_in_brackets_is_a_name_too(office: Ledger, tmp_path: Path) -> None:
    head = [
        "行政相对人名称",
        "行政相对人代码1(统一社会信用代码)",
        "行政相对人代码3(组织机构代码)",
        "行政相对人代码6(社会组织登记证号)",
    ]
    head += ["处罚种类", "处罚决定日期"]
    path = file(tmp_path, "a.csv", head, ["六助", CODE, "/", "/", "警告", "2025-01-02"])
    (plan,) = office.plan([path])
    assert {"org.uscc", "org.reg_no"} <= plan.mapping.keys
    assert plan.counts()["new"] == 1


def test_the_code_of_one_and_the_name_of_another(office: Ledger, tmp_path: Path) -> None:
    path = file(
        tmp_path, "a.csv", ["社会组织", "统一社会信用代码", "年度"], ["老年协会", CODE, 2025], ["六助", CODE, 2025]
    )
    (plan,) = office.plan([path], Wish(noun="inspection"))
    assert codes(plan) == [(2, "owner-contradiction"), (0, "name-by-code")]


def test_an_organization_is_not_registered_for_a_row_that_was_refused(office: Ledger, tmp_path: Path) -> None:
    head = ["承接单位", "统一社会信用代码", "项目名称", "年度", "合作方式"]
    path = file(tmp_path, "a.csv", head, ["新会", OTHER, "甲", 2025, ""], ["老年协会", "", "乙", 2025, "委托"])
    plans = office.plan([path], Wish(add_missing_orgs=True))
    assert codes(plans[0]) == [(2, "required-missing")]
    office.apply(plans, skip_bad=True)
    assert ["新会"] not in values(office, "org", "name")


def test_old_and_other_spellings_rename_nothing(office: Ledger, tmp_path: Path) -> None:
    office.add("change", "六助服务中心", item="名称", after="六助（潍坊）服务中心", approved_on="2026-01-01")
    path = file(tmp_path, "a.csv", ["名称", "统一社会信用代码"], ["六助服务中心", CODE])
    (plan,) = office.plan([path], Wish(accept_renames=True))
    assert codes(plan) == [(2, "name-kept")]
    path = file(tmp_path, "b.csv", ["名称", "统一社会信用代码"], ["六助(潍坊)服务中心", CODE])
    assert office.apply(office.plan([path])) is None


def test_a_change_that_cannot_take_effect_is_refused_beforehand(office: Ledger, tmp_path: Path) -> None:
    head = ["社会组织", "变更事项", "变更后", "核准日期"]
    path = file(
        tmp_path,
        "a.csv",
        head,
        ["老年协会", "登记状态", "休眠", "2025-01-01"],
        ["老年协会", "住所", "某路 1 号", "2025-01-01"],
    )
    plans = office.plan([path])
    assert codes(plans[0]) == [(2, "choice-unknown")]
    office.apply(plans, skip_bad=True)
    assert values(office, "change", "item") == [["住所"]]


def test_a_plan_is_refused_once_the_ledger_has_moved_on(office: Ledger, tmp_path: Path) -> None:
    plans = office.plan([file(tmp_path, "a.csv", ["名称", "类型"], ["新会", "社会团体"])])
    office.add("org", name="新会", kind="社会团体")
    with pytest.raises(RejectedError, match="重新导入"):
        office.apply(plans)
