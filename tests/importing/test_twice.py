"""Importing twice is importing once: what one import refuses or takes, the next does too, and writes nothing."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import TODAY, Run
from tests.importing.test_import import listed, table
from tests.test_history import contents
from zhengshe import open_ledger
from zhengshe.importing.plan import Plan, Wish

CODE, OTHER, THIRD = "51310115000000019R", "51310115000000027L", "51310115000000035F"
OURS = "潍坊街道老年协会"
INSPECTED = ["社会组织名称", "年度", "年检结论"]
CHANGES = ["社会组织名称", "变更事项", "变更前", "变更后", "核准日期"]


@pytest.fixture
def office(zs: Run) -> Run:
    assert zs("init").code == 0
    assert zs("org", "add", OURS, "--uscc", CODE).code == 0
    return zs


def refused(office: Run, *words: object) -> tuple[int, str]:
    result = office("import", *words)
    assert result.code in (0, 4, 6), result.err
    return result.code, result.out + result.err


# -- changes


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ("张三", [("张三", "李四", "2026-03-01")]),
        ("张三", [("", "李四", "2026-03-01")]),
        ("张三", [("王二", "李四", "2026-03-01")]),
        ("张三", [("张三", "李四", "2026-03-01"), ("李四", "王五", "2026-04-01")]),
    ],
)
def test_a_registered_change_is_not_taken_back(
    office: Run, tmp_path: Path, said: str, changes: list[tuple[str, str, str]]
) -> None:
    table(tmp_path / "org.csv", [["名称", "法定代表人"], [OURS, said]])
    table(tmp_path / "change.csv", [CHANGES, *([OURS, "法定代表人", *each] for each in changes)])
    assert office("import", "org.csv", "change.csv").code == 0
    after = contents(tmp_path / "zhengshe.db")
    again = office("import", "org.csv", "change.csv")
    assert again.code == 0 and f"本库按变更登记为“{changes[-1][1]}”" in again.out
    assert contents(tmp_path / "zhengshe.db") == after
    table(tmp_path / "new.csv", [["名称", "法定代表人"], [OURS, "赵六"]])  # neither what it was nor what it became
    assert office("import", "new.csv").code == 0
    assert [each["legal_rep"] for each in listed(office, "org")] == ["赵六"]


def test_a_date_that_was_changed_is_compared_as_a_date(office: Run, tmp_path: Path) -> None:
    table(tmp_path / "org.csv", [["名称", "证书有效期止"], [OURS, "2025年12月31日"]])
    table(tmp_path / "change.csv", [CHANGES, [OURS, "证书有效期止", "2025.12.31", "2030.12.31", "2026-01-05"]])
    for _ in range(2):
        assert office("import", "org.csv", "change.csv").code == 0
        assert [each["cert_until"] for each in listed(office, "org")] == ["2030-12-31"]


def test_a_second_rename_of_one_day_is_refused_before_anything_is_written(office: Run, tmp_path: Path) -> None:
    head = ["名称", "统一社会信用代码"]
    for name, code in (("潍坊街道长者协会", 0), ("潍坊街道耆老协会", 4)):
        file = table(tmp_path / f"{name}.csv", [head, [name, CODE]])
        result = office("import", file, "--accept-renames")
        assert result.code == code, result.out + result.err
    assert "今天已登记过一次更名" in result.out
    assert [each["name"] for each in listed(office, "org")] == ["潍坊街道长者协会"]


# -- several sheets


def test_sheets_that_contradict_each_other_about_a_record_we_have(office: Run, tmp_path: Path) -> None:
    head = ["名称", "联系电话", "类型"]
    for name, phone in (("f2", "021-50000002"), ("f3", "021-50000003")):
        table(tmp_path / f"{name}.csv", [head, [OURS, phone, "社会团体"]])
    for _ in range(2):
        code, said = refused(office, "f2.csv", "f3.csv")
        assert code == 4 and "与 f2.csv 第 2 行是同一条社会组织，但内容不同" in said
    assert refused(office, "f2.csv", "f3.csv", "--skip-bad")[0] == 6
    assert [each["phone"] for each in listed(office, "org")] == ["021-50000002"]
    assert "没有变化" in refused(office, "f2.csv", "f3.csv", "--skip-bad")[1]


@pytest.mark.parametrize("name", [OURS, "新协会"])
def test_sheets_that_say_different_things_of_a_record(office: Run, tmp_path: Path, name: str) -> None:
    table(tmp_path / "a.csv", [["名称", "类型", "联系电话"], [name, "社会团体", "021-50000002"]])
    table(tmp_path / "b.csv", [["名称", "类型", "住所", "登记状态"], [name, "社会团体", "南泉路", "注销"]])
    assert refused(office, "a.csv", "b.csv")[0] == 0
    (found,) = listed(office, "org", "--where", f"name={name}")
    assert (found["phone"], found["address"], found["status"]) == ("021-50000002", "南泉路", "注销")
    assert "没有变化" in refused(office, "a.csv", "b.csv")[1]


def test_a_sheet_knows_whom_the_one_before_it_renames(office: Run, tmp_path: Path) -> None:
    table(tmp_path / "r.csv", [["名称", "统一社会信用代码"], ["潍坊街道长者协会", CODE]])
    table(tmp_path / "ri.csv", [INSPECTED, ["潍坊街道长者协会", "2024", "合格"], [OURS, "2025", "合格"]])
    assert refused(office, "r.csv", "ri.csv", "--accept-renames")[0] == 0
    assert [(each["org"], each["year"]) for each in listed(office, "inspection")] == [
        ("潍坊街道长者协会", 2024),
        ("潍坊街道长者协会", 2025),
    ]
    assert "没有变化" in refused(office, "r.csv", "ri.csv", "--accept-renames")[1]


def test_a_sheet_knows_whom_a_plan_file_matched(office: Run, tmp_path: Path) -> None:
    table(tmp_path / "o.csv", [["名称", "类型"], ["潍坊街道老年人协会", "社会团体"]])
    table(tmp_path / "i.csv", [INSPECTED, ["潍坊街道老年人协会", "2024", "合格"]])
    assert office("import", "o.csv", "i.csv", "--plan", "计划.yaml").code == 0
    plan = (tmp_path / "计划.yaml").read_text("utf-8")
    (tmp_path / "计划.yaml").write_text(plan.replace('do: "create"', 'do: "match", record: 1', 1), "utf-8")
    done = office("import", "--apply", "计划.yaml")
    assert done.code == 0, done.out + done.err
    assert [each["org"] for each in listed(office, "inspection")] == [OURS]


def test_a_name_that_an_earlier_sheet_writes_in_another_way(office: Run, tmp_path: Path) -> None:
    table(tmp_path / "o.csv", [["名称", "类型"], ["乐龄（潍坊）舞蹈队", "社区社会组织"]])
    table(tmp_path / "i.csv", [INSPECTED, ["乐龄(潍坊)舞蹈队", "2024", "合格"]])
    code, said = refused(office, "o.csv", "i.csv")
    assert code == 0 and "写法不同" in said
    assert [each["org"] for each in listed(office, "inspection")] == ["乐龄（潍坊）舞蹈队"]


@pytest.mark.parametrize("order", [1, -1])
def test_a_mere_name_beside_the_name_with_its_code(office: Run, tmp_path: Path, order: int) -> None:
    head = [INSPECTED[0], "统一社会信用代码", *INSPECTED[1:]]
    rows = [["月亮湾舞蹈队", OTHER, "2024", "合格"], ["月亮湾 舞蹈队", "", "2025", "合格"]]
    table(tmp_path / "i.csv", [head, *rows[::order]])
    assert refused(office, "i.csv", "--add-missing-orgs")[0] == 0
    assert {each["org"] for each in listed(office, "inspection")} == {"月亮湾舞蹈队"}
    assert "没有变化" in refused(office, "i.csv", "--add-missing-orgs")[1]


@pytest.mark.parametrize("order", [1, -1])
def test_a_row_that_fits_two_rows(office: Run, tmp_path: Path, order: int) -> None:
    head = ["社会组织名称", "处罚种类", "处罚日期", "文号"]
    rows = [[OURS, "警告", "2025-03-01", number] for number in ("1号", "2号", "")]
    file = table(tmp_path / "p.csv", [head, *rows[::order]])
    for code in (6, 6):
        done = office("import", file, "--as", "penalty", "--skip-bad")
        assert done.code == code and "对应 2 条行政处罚" in done.out, done.out + done.err
    assert sorted(each["doc_no"] for each in listed(office, "penalty")) == ["1号", "2号"]


def test_a_number_that_is_given_is_none_that_a_later_sheet_has(office: Run, tmp_path: Path) -> None:
    head = ["承接主体", "项目名称", "合作方式", "年度"]
    table(tmp_path / "a.csv", [head, [OURS, "敬老月", "公开招标", "2025"]])
    table(tmp_path / "b.csv", [["项目编号", *head], ["P2025-001", OURS, "重阳", "公开招标", "2025"]])
    assert refused(office, "a.csv", "b.csv")[0] == 0
    found = {each["name"]: each["number"] for each in listed(office, "project")}
    assert found == {"重阳": "P2025-001", "敬老月": "P2025-002"}
    assert "没有变化" in refused(office, "a.csv", "b.csv")[1]


# -- one code, two names


def test_a_newcomer_under_two_names_is_said(office: Run, tmp_path: Path) -> None:
    head = [INSPECTED[0], "统一社会信用代码", *INSPECTED[1:]]
    rows = [["阳光花园合唱团", OTHER, "2024", "合格"], ["月亮湾舞蹈队", OTHER, "2025", "不合格"]]
    table(tmp_path / "c.csv", [head, *rows])
    for _ in range(2):
        code, said = refused(office, "c.csv", "--add-missing-orgs")
        assert code == 0 and "月亮湾舞蹈队" in said and "“阳光花园合唱团”的" in said


@pytest.mark.parametrize(("key", "value"), [("统一社会信用代码", OTHER), ("登记证号", "浦民证字第7号")])
@pytest.mark.parametrize("order", [1, -1])
def test_a_code_that_comes_with_two_names(office: Run, tmp_path: Path, key: str, value: str, order: int) -> None:
    office("org", "add", "月亮湾舞蹈队", "--kind", "社会团体")
    rows = [["月亮湾舞蹈队", value, "社会团体"], ["月亮湾舞蹈团", value, "社会团体"]]
    table(tmp_path / "t.csv", [["名称", key, "类型"], *rows[::order]])
    code, said = refused(office, "t.csv")
    assert code == 4 and "信用代码（或登记证号）相同而名称不同" in said
    assert refused(office, "t.csv", "--skip-bad")[0] == 6
    assert "没有变化" in refused(office, "t.csv", "--skip-bad")[1]


def test_two_that_claim_one_code_each(office: Run, tmp_path: Path) -> None:
    for name in ("月亮湾舞蹈队", "星星湾舞蹈队"):
        office("org", "add", name, "--kind", "社会团体")
    rows = [["月亮湾舞蹈队", "7号"], ["星星湾舞蹈队", "7号"]]
    table(tmp_path / "t.csv", [["名称", "登记证号"], *rows])
    assert refused(office, "t.csv")[0] == 4
    rows = [["月亮湾舞蹈队", "7号"], ["月亮湾舞蹈队", "8号"]]
    table(tmp_path / "u.csv", [["名称", "登记证号"], *rows])
    for _ in range(2):
        assert "有几行都像是" in refused(office, "u.csv", "--skip-bad")[1]


def test_rows_that_repeat_one_another_across_sheets_are_one(office: Run, tmp_path: Path) -> None:
    for name, rows in (("a.csv", 1), ("b.csv", 2)):
        table(tmp_path / name, [["名称", "类型"], *[["月亮湾舞蹈队", "社会团体"]] * rows])
    table(tmp_path / "c.csv", [CHANGES, ["月亮湾舞蹈队", "法定代表人", "", "李四", "2026-03-01"]])
    assert refused(office, "a.csv", "b.csv", "c.csv")[0] == 0
    assert len(listed(office, "change")) == 1


def test_a_code_beside_one_name_registers_no_other(office: Run, tmp_path: Path) -> None:
    office("org", "add", "月亮湾舞蹈队", "--kind", "社会团体")
    rows = [["月亮湾舞蹈队", OTHER, "2024", "合格"], ["星星湾舞蹈队", OTHER, "2024", "合格"]]
    table(tmp_path / "t.csv", [OWNED_HEAD, *rows])
    for _ in range(2):
        said = refused(office, "t.csv", "--as", "inspection", "--add-missing-orgs", "--skip-bad")
        assert said[0] == 6 and "前面写作“月亮湾舞蹈队”的" in said[1]
    assert "星星湾舞蹈队" not in office("org", "list").out


def test_a_mere_name_before_a_namesake_that_is_registered_along_the_way(office: Run, tmp_path: Path) -> None:
    office("org", "add", "月亮湾舞蹈队", "--uscc", OTHER)
    rows = [["月亮湾舞蹈队", "", "2024", "合格"], ["月亮湾舞蹈队", THIRD, "2024", "合格"]]
    table(tmp_path / "t.csv", [OWNED_HEAD, *rows])
    for _ in range(2):
        said = refused(office, "t.csv", "--as", "inspection", "--add-missing-orgs", "--skip-bad")
        assert said[0] == 6 and "对应本库 2 家组织" in said[1]
    assert len(listed(office, "inspection")) == 1


# -- whatever the sheets hold

NAMES = ("甲社", "甲 社", "（甲）社", "乙社", "甲乙丙丁戊社")
CODES = ("", "", CODE, OTHER)
ORG_HEAD = ["名称", "统一社会信用代码", "登记证号", "类型", "法定代表人", "登记状态"]
ORGS = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(CODES),
    st.sampled_from(("", "", "1号", "2号")),
    st.sampled_from(("社会团体", "社会团体", "")),
    st.sampled_from(("", "张三", "李四")),
    st.sampled_from(("", "正常", "注销")),
)
OWNED_HEAD = ["社会组织名称", "统一社会信用代码", "年度", "年检结论"]
INSPECTIONS = st.tuples(
    st.sampled_from(("", *NAMES)),
    st.sampled_from(CODES),
    st.sampled_from(("2024", "2025")),
    st.sampled_from(("合格", "不合格", "")),
)
CHANGED = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(("法定代表人", "登记状态")),
    st.sampled_from(("", "张三", "正常")),
    st.sampled_from(("李四", "王五", "注销")),
    st.sampled_from(("2026-03-01", "2026-04-01")),
)
SHEETS = st.lists(
    st.one_of(
        st.tuples(st.just("org"), st.lists(ORGS, min_size=1, max_size=4)),
        st.tuples(st.just("inspection"), st.lists(INSPECTIONS, min_size=1, max_size=3)),
        st.tuples(st.just("change"), st.lists(CHANGED, min_size=1, max_size=2)),
    ),
    min_size=1,
    max_size=3,
)
HEADS = {"org": ORG_HEAD, "inspection": OWNED_HEAD, "change": CHANGES}
Sheets = list[tuple[str, list[tuple[str, ...]]]]


def rows_refused(plans: Sequence[Plan]) -> list[tuple[str, int]]:
    return sorted((plan.called, row) for plan in plans for row in plan.rejected_rows)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ORGS, max_size=4), SHEETS, st.booleans(), st.booleans())
def test_the_second_import_writes_nothing_and_refuses_nothing_that_the_first_took_whole(
    tmp_path: Path, known: list[tuple[str, ...]], sheets: Sheets, add: bool, rename: bool
) -> None:
    database = tmp_path / "r.db"
    database.unlink(missing_ok=True)
    paths = []
    for number, (noun, rows) in enumerate([("org", known), *sheets]):
        paths.append(tmp_path / f"{number}{noun}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([HEADS[noun], *rows])
    # an organization that a list of organizations refuses is not to be registered by the next sheet
    add = add and all(noun != "org" for noun, _ in sheets)
    wish = Wish(add_missing_orgs=add, accept_renames=rename)
    with open_ledger(database, today=TODAY, create=True) as ledger:
        ledger.apply(ledger.plan(paths[:1], Wish(noun="org")), skip_bad=True)
        first = ledger.plan(paths[1:], wish)
        ledger.apply(first, skip_bad=True)
        after, told = contents(database), rows_refused(first)
        second = ledger.plan(paths[1:], wish)
        assert told or not rows_refused(second)
        ledger.apply(second, skip_bad=True)
        assert contents(database) == after


KIND = "社会团体"


@pytest.mark.parametrize(
    ("known", "rows"),
    [
        ([], [("甲社", "", "1号", "", "", ""), ("甲社", CODE, "", KIND, "", "")]),
        ([], [("甲 社", CODE, "", KIND, "", ""), ("甲社", "", "", KIND, "", ""), ("甲社", OTHER, "", KIND, "", "")]),
        ([("甲社", OTHER, "", KIND, "", "")], [("甲 社", "", "", KIND, "", ""), ("甲 社", CODE, "", KIND, "", "")]),
        ([("甲 社", "", "", KIND, "", "")], [("甲社", "", "", KIND, "", ""), ("甲社", CODE, "", "", "", "")]),
        # a new name beside a known code, the same name alone, and a row that still has the old one
        (
            [("甲社", CODE, "", KIND, "", "")],
            [("乙社", "", "", KIND, "", "注销"), ("甲社", "", "", KIND, "", ""), ("乙社", CODE, "", KIND, "", "")],
        ),
        # a new number beside a known code, and a row that still has the old one, or another
        ([("甲社", CODE, "1号", KIND, "", "")], [("甲社", CODE, "2号", "", "", ""), ("甲社", "", "1号", KIND, "", "")]),
        ([("甲社", CODE, "", KIND, "", "")], [("甲社", "", "1号", KIND, "", ""), ("甲社", CODE, "2号", "", "", "")]),
        # a code that one row gives to an organization we have, and another row to one we don't
        (
            [("甲社", "", "", KIND, "", "")],
            [("甲社", OTHER, "", "", "", ""), ("乙社", CODE, "", "", "", ""), ("甲社", CODE, "", "", "", "")],
        ),
        # a number that stands beside a code, and without one beside the name of another
        ([("甲社", CODE, "", KIND, "", "")], [("甲社", "", "2号", KIND, "", ""), ("甲 社", OTHER, "2号", "", "", "")]),
    ],
)
def test_the_second_import_refuses_what_the_first_refused(
    tmp_path: Path, known: list[tuple[str, ...]], rows: list[tuple[str, ...]]
) -> None:
    """What the property found once."""
    for name, each in (("k.csv", known), ("t.csv", rows)):
        table(tmp_path / name, [ORG_HEAD, *map(list, each)])
    wish = Wish(noun="org", accept_renames=True)
    with open_ledger(tmp_path / "r.db", today=TODAY, create=True) as ledger:
        ledger.apply(ledger.plan([tmp_path / "k.csv"], Wish(noun="org")), skip_bad=True)
        first = ledger.plan([tmp_path / "t.csv"], wish)
        ledger.apply(first, skip_bad=True)
        second = ledger.plan([tmp_path / "t.csv"], wish)
        assert rows_refused(second) == rows_refused(first) != []
        assert all(plan.counts()["new"] == plan.counts()["changed"] == 0 for plan in second)


def test_a_new_name_beside_a_known_code_is_known_to_all_sheets(office: Run, tmp_path: Path) -> None:
    table(tmp_path / "a.csv", [["名称", "统一社会信用代码"], ["潍坊街道长者协会", CODE]])
    table(tmp_path / "b.csv", [["名称", "联系电话", "类型"], ["潍坊街道长者协会", "021-50000002", KIND]])
    assert refused(office, "b.csv", "a.csv", "--accept-renames")[0] == 0
    (found,) = listed(office, "org")
    assert (found["name"], found["phone"]) == ("潍坊街道长者协会", "021-50000002")
    assert "没有变化" in refused(office, "b.csv", "a.csv", "--accept-renames")[1]


@pytest.mark.parametrize("known", ["甲社", "（甲）社"])
def test_namesakes_stand_for_themselves_by_their_codes(office: Run, tmp_path: Path, known: str) -> None:
    """… and the row without one is refused; but where we have one without a code, nobody can tell which it is."""
    rows = [["甲社", THIRD, ""], ["甲 社", OTHER, ""], ["甲社", "", KIND]]
    file = table(tmp_path / "t.csv", [["名称", "统一社会信用代码", "类型"], *rows])
    for _ in range(2):
        code, said = refused(office, file, "--skip-bad")
        assert code == 6 and said.count("对应 2 条社会组织") == 1, said
    assert {each["name"] for each in listed(office, "org")} == {OURS, "甲社", "甲 社"}
    office("undo")
    assert office("org", "add", known, "--kind", KIND).code == 0
    code, said = refused(office, file, "--skip-bad")
    assert code == 6 and said.count("有几行都像是本库的社会组织") == 2, said
    assert {each["name"] for each in listed(office, "org")} == {OURS, known}


def test_a_rename_from_a_name_that_we_never_knew_is_said(office: Run, tmp_path: Path) -> None:
    rows = [[OURS, "名称", "潍坊街道老人协会", "潍坊街道长者协会", "2025-03-01"]]
    done = office("import", table(tmp_path / "c.csv", [CHANGES, *rows]))
    assert done.code == 0 and f"不是本库的名称，本库名为“{OURS}”" in done.out, done.out + done.err
    rows = [["潍坊街道长者协会", "名称", "潍坊街道长者协会", "潍坊街道耆老协会", "2025-06-01"]]
    done = office("import", table(tmp_path / "d.csv", [CHANGES, *rows]))
    assert done.code == 0 and "不是本库的名称" not in done.out, done.out + done.err


def test_a_rename_beside_a_row_with_another_number(tmp_path: Path) -> None:
    """What the property found once: the row without a code is the organization each time."""
    rows = [["甲 社", "", "", KIND, "张三", ""], ["甲 社", OTHER, "2号", KIND, "", ""]]
    table(tmp_path / "k.csv", [ORG_HEAD, ["乙社", OTHER, "1号", KIND, "", ""]])
    table(tmp_path / "t.csv", [ORG_HEAD, *rows])
    wish = Wish(noun="org", accept_renames=True)
    with open_ledger(tmp_path / "r.db", today=TODAY, create=True) as ledger:
        ledger.apply(ledger.plan([tmp_path / "k.csv"], Wish(noun="org")))
        first = ledger.plan([tmp_path / "t.csv"], wish)
        ledger.apply(first, skip_bad=True)
        second = ledger.plan([tmp_path / "t.csv"], wish)
        assert rows_refused(second) == rows_refused(first) != []
        assert all(plan.counts()["new"] == plan.counts()["changed"] == 0 for plan in second)
