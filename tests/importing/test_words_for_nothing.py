"""What a clerk writes where there is nothing, or nothing yet: no value, and no number that two could share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.importing.test_import import listed, table

FINDING = ["检查对象", "检查日期", "监督渠道", "严重程度", "存在问题", "整改通知书文号", "项目"]


@pytest.fixture
def office(zs: Run) -> Run:
    assert zs("init").code == 0
    for name in ("老年协会", "青苗助学社"):
        assert zs("org", "add", name, "--kind", "社会团体").code == 0
    return zs


@pytest.mark.parametrize("nothing", ["无", "暂无", "待补", "未编号", "口头"])
def test_no_number_is_no_number_that_two_share(office: Run, tmp_path: Path, nothing: str) -> None:
    first = table(
        tmp_path / "a.csv", [FINDING, ["老年协会", "2025-03-01", "行政监督", "一般", "未换届", nothing, "无"]]
    )
    second = table(
        tmp_path / "b.csv", [FINDING, ["老年协会", "2025-06-01", "行政监督", "严重", "账目不清", nothing, ""]]
    )
    for file in (first, second, first, second):
        done = office("import", file)
        assert done.code == 0, done.out + done.err
    assert [(each["fact"], each["notice_no"]) for each in listed(office, "finding")] == [
        ("未换届", None),
        ("账目不清", None),
    ]


def test_groups_without_a_record_number_are_several(office: Run, tmp_path: Path) -> None:
    head = ["名称", "类别", "备案号"]
    for name in ("红枫队", "晨曦队"):
        table(tmp_path / f"{name}.csv", [head, [name, "社区社会组织", "无"]])
        assert office("import", f"{name}.csv").code == 0
    assert {"红枫队", "晨曦队"} <= {each["name"] for each in listed(office, "org")}


@pytest.mark.parametrize("word", ["未移出", "至今", "尚未移出"])
def test_a_day_that_is_still_to_come(office: Run, tmp_path: Path, word: str) -> None:
    head = ["社会组织名称", "名录类型", "列入日期", "列入事由", "移出日期"]
    table(tmp_path / "l.csv", [head, ["老年协会", "活动异常名录", "2025-03-01", "未报年报", word]])
    done = office("import", "l.csv")
    assert done.code == 0 and "还没有日期" in done.out, done.out + done.err
    assert [each["removed_on"] for each in listed(office, "listing")] == [None]


@pytest.mark.parametrize(
    ("said", "stored"), [("否", None), ("×", None), ("无", None), ("是", "是"), ("一支部", "一支部")]
)
def test_whether_there_is_a_party_organization(office: Run, tmp_path: Path, said: str, stored: str | None) -> None:
    table(tmp_path / "o.csv", [["名称", "类型", "是否建立党组织"], ["月亮湾队", "社区社会组织", said]])
    assert office("import", "o.csv").code == 0
    assert listed(office, "org", "--where", "name=月亮湾队")[0]["party_org"] == stored


def test_a_number_that_only_counts_the_rows_overwrites_nothing(office: Run, tmp_path: Path) -> None:
    head = ["编号", "项目名称", "承接单位", "年度", "合作方式", "合同金额"]
    table(tmp_path / "2024.csv", [head, ["1", "助老", "老年协会", "2024", "公开招标", "30000"]])
    table(tmp_path / "2025.csv", [head, ["1", "助学", "老年协会", "2025", "委托管理", "20000"]])
    assert office("import", "2024.csv").code == 0
    for _ in range(2):
        refused = office("import", "2025.csv")
        assert refused.code == 4 and "编号“1”在本库是“助老”的" in refused.out, refused.out + refused.err
    assert [(each["name"], each["amount"]) for each in listed(office, "project")] == [("助老", 30000)]
    table(tmp_path / "2024.csv", [head, ["1", "助老服务", "老年协会", "2024", "公开招标", "30000"]])
    assert office("import", "2024.csv").code == 0  # a project may be called otherwise later
    assert [each["name"] for each in listed(office, "project")] == ["助老服务"]


def test_a_finding_under_a_number_of_last_year(office: Run, tmp_path: Path) -> None:
    head = ["编号", *FINDING[:5]]
    for year, name, fact in (("2024", "老年协会", "未换届"), ("2025", "青苗助学社", "账目不清")):
        table(tmp_path / f"{year}.csv", [head, ["1", name, f"{year}-03-01", "行政监督", "一般", fact]])
    assert office("import", "2024.csv").code == 0
    assert office("import", "2025.csv").code == 4
    assert [each["fact"] for each in listed(office, "finding")] == ["未换届"]
