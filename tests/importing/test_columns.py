"""Import: which of several columns fills a field, what a header in brackets means, and which noun a sheet is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.importing.test_import import listed, samples, summary, table
from tests.importing.test_silent import HEAD, ROW, issues

__all__ = ["samples"]  # a fixture

CARD = "310115196001011234"  # no check digit is needed to see what it is


@pytest.mark.parametrize(
    ("names", "cells", "field", "value"),
    [
        (["负责人姓名", "法定代表人姓名"], ["王五", "张三"], "legal_rep", "张三"),
        (["会长", "法人代表"], ["王五", "张三"], "legal_rep", "张三"),
        (["负责人姓名", "法人"], ["王五", "张三"], "legal_rep", "张三"),
        (["负责人", "法定代表人"], ["王五", "张三"], "legal_rep", "张三"),
        (["负责人姓名", "会长"], ["王五", "张三"], "legal_rep", "张三"),
        (["批准日期", "成立时间"], ["2019-01-01", "2020-02-02"], "founded_on", "2020-02-02"),
        (["手机", "单位联系电话"], ["13800000001", "50000000"], "phone", "50000000"),
    ],
)
def test_the_better_name_fills_the_field(
    street: Run, tmp_path: Path, names: list[str], cells: list[str], field: str, value: str
) -> None:
    file = table(tmp_path / "a.csv", [["社会组织名称", "类型", *names], ["甲协会", "社会团体", *cells]])
    said = summary(street, file, "--as", "org")
    assert listed(street, "org", "--where", "name=甲协会")[0][field] == value
    assert names[0] not in [column["header"] for column in said["columns"]]


@pytest.mark.parametrize(
    "header",
    [
        "法定代表人（身份证号）",
        "法定代表人（证件号码）",
        "法定代表人（联系电话）",
        "联系人（手机）",
        "住所（启用日期）",
    ],
)
def test_something_about_whom_is_named_is_not_the_name(street: Run, tmp_path: Path, header: str) -> None:
    file = table(tmp_path / "a.csv", [["社会组织名称", "类型", header], ["甲协会", "社会团体", CARD]])
    assert [column["header"] for column in summary(street, file, "--as", "org")["columns"]] == ["社会组织名称", "类型"]
    assert CARD.encode() not in (tmp_path / "zhengshe.db").read_bytes()


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("联系电话（手机）", "phone"),
        ("成立日期（登记日期）", "founded_on"),
        ("统一社会信用代码（证件号）", "uscc"),
        ("登记证书号（登记证号）", "reg_no"),
        ("法定代表人（负责人）", "legal_rep"),
    ],
)
def test_what_stands_in_brackets_may_be_the_same(street: Run, tmp_path: Path, header: str, field: str) -> None:
    file = table(tmp_path / "a.csv", [["社会组织名称", "类型", header], ["甲协会", "社会团体", ""]])
    assert {"header": header, "field": field} in summary(street, file, "--as", "org")["columns"]


@pytest.mark.parametrize("header", ["法定代表人", "联系人"])
@pytest.mark.parametrize("cell", [CARD, f"张三 {CARD}", "11010119900307867x"])
def test_an_identity_number_is_no_name_of_a_person(street: Run, tmp_path: Path, header: str, cell: str) -> None:
    file = table(tmp_path / "a.csv", [["社会组织名称", "类型", header], ["甲协会", "社会团体", cell]])
    assert issues(street, file) == [(2, "code-identity")]
    result = street("import", file, "--skip-bad")
    assert cell not in result.out + result.err


def test_an_identity_number_is_not_typed_either(street: Run) -> None:
    result = street("org", "edit", "周亚英工作室", "--legal-rep", CARD)
    assert result.code != 0 and "身份证号" in result.err


# -- the noun


@pytest.mark.parametrize(
    ("head", "noun"),
    [
        (["项目名称", "项目编号", "采购人", "供应商", "签订日期", "公告日期"], "project"),
        (["承接单位", "项目名称", "合同金额"], "project"),
        (["项目名称", "供应商", "报价", "得分", "是否中标"], "bid"),
        (["承接单位", "项目名称", "期次", "应付金额", "支付日期"], "payment"),
        (["承接单位", "项目名称", "年度", "资金来源", "金额"], "funding"),
        (["项目名称", "承接单位", "活动名称", "日期", "服务人次"], "activity"),
        (["项目名称", "承接单位", "评估类型", "评估日期", "得分"], "review"),
        (["项目名称", "承接单位", "变更事项", "签订日期", "变更后"], "amendment"),
        (["社会组织名称", "年度", "年检结论"], "inspection"),
    ],
)
def test_the_noun_of_a_header(street: Run, tmp_path: Path, head: list[str], noun: str) -> None:
    said = summary(street, table(tmp_path / "a.csv", [head, ["无"] * len(head)]), "--dry-run", code=4)
    assert said["noun"] == noun


def test_contracts_without_a_mode(street: Run, tmp_path: Path) -> None:
    head = ["承接单位", "项目名称", "签订日期", "合同金额"]
    file = table(tmp_path / "a.csv", [head, ["周亚英工作室", "调解", "2025-03-01", "12"]])
    result = street("import", file)
    assert result.code == 4 and "没有合作方式列，可加 --set mode=…" in result.out
    told = street("import", file, "--set", "mode=公开招标")
    assert told.code == 0 and "--set" not in told.out


def test_a_line_about_a_project_is_no_project(street: Run, tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", [["社会组织名称", "项目名称", "发现问题"], ["周亚英工作室", "调解", "无"]])
    refused = street("import", file)
    assert refused.code == 4 and "找不到认得的表头" in refused.err


@pytest.mark.parametrize(
    "header",
    [
        "注销登记日期",
        "党组织成立日期",
        "慈善组织登记时间",
        "党组织负责人",
        "主管单位统一社会信用代码",
        "上级党组织名称",
        "紧急联系电话",
        "主管部门联系电话",
        "原办公地址",
        "拟变更注册资金",
        "原登记证号",
        "旧统一社会信用代码",
    ],
)
def test_what_is_anothers_or_of_another_time_is_not_read(street: Run, tmp_path: Path, header: str) -> None:
    file = table(tmp_path / "a.csv", [["名称", "类型", header], ["周亚英工作室", "社区社会组织", "2025-03-01"]])
    done = street("import", file)
    assert done.code == 0 and f"没有用到的列：{header}" in done.out, done.out + done.err


@pytest.mark.parametrize("header", ["上年度合同金额", "最高限价合同金额", "累计支付合同金额", "未签合同金额"])
def test_an_amount_of_something_else_is_not_the_contracts(street: Run, tmp_path: Path, header: str) -> None:
    rows = [["承接单位", "项目名称", "年度", "合作方式", header], ["周亚英工作室", "调解", "2025", "委托管理", "50000"]]
    assert street("import", table(tmp_path / "a.csv", rows)).code == 0
    assert [each["amount"] for each in listed(street, "project")] == [None]


def test_what_is_said_of_the_record_itself_is_read(street: Run, tmp_path: Path) -> None:
    rows = [["社会组织名称", "变更事项", "变更后", "变更核准日期"], ["周亚英工作室", "住所", "南泉路", "2025-03-01"]]
    assert street("import", table(tmp_path / "c.csv", rows), "--as", "change").code == 0
    assert [each["approved_on"] for each in listed(street, "change")] == ["2025-03-01"]
    head = ["承接单位", "项目名称", "年度", "合作方式", "政府采购合同金额"]
    rows = [head, ["周亚英工作室", "调解", "2025", "委托管理", "50000"]]
    assert street("import", table(tmp_path / "p.csv", rows)).code == 0
    assert [each["amount"] for each in listed(street, "project")] == [50000]


def test_a_sheet_that_lacks_columns_says_which(street: Run, tmp_path: Path) -> None:
    rows = [["检查对象", "检查日期", "发现问题"], ["周亚英工作室", "2025-03-01", "账目不清"]]
    file = table(tmp_path / "a.csv", rows)
    refused = street("import", file)
    assert refused.code == 4 and "像是监督发现，缺少监督渠道、严重程度" in refused.err, refused.err
    done = street("import", file, "--set", "severity=一般", "--set", "channel=行政监督")
    assert done.code == 0, done.err
    assert [each["fact"] for each in listed(street, "finding")] == ["账目不清"]


def test_headers_with_hints_in_brackets(street: Run, tmp_path: Path) -> None:
    head = ["社会组织名称（全称）", "年度（填2025）", "年检结论（合格/基本合格/不合格）"]
    done = street("import", table(tmp_path / "a.csv", [head, ["周亚英工作室", "2025", "合格"]]))
    assert done.code == 0, done.err
    assert [each["conclusion"] for each in listed(street, "inspection")] == ["合格"]


def test_a_list_of_ratings_is_no_list_of_organizations(street: Run, tmp_path: Path) -> None:
    head = ["社会组织名称", "统一社会信用代码", "评定等级", "评定时间"]
    file = table(tmp_path / "a.csv", [head, ["周亚英工作室", "", "4A", "2025-03-01"]])
    assert summary(street, file)["noun"] == "rating"
    head[2:] = ["所评等级", "所评时间"]
    refused = street("import", table(tmp_path / "b.csv", [head, ["周亚英工作室", "", "4A", "2025-03-01"]]))
    assert refused.code == 4 and "找不到认得的表头" in refused.err


def test_the_sample_of_government_contracts_is_a_list_of_projects(street: Run, samples: Path) -> None:
    said = summary(street, samples / "政府采购合同.csv", "--dry-run", code=4)
    assert said["noun"] == "project"


# -- headers of two rows


@pytest.mark.parametrize("above", ["资金来源", "其中"])
def test_sources_below_a_merged_header(street: Run, tmp_path: Path, above: str) -> None:
    rows = [
        [*HEAD, above, ""],
        ["", "", "", "", "", "财政资金", "福彩公益金"],
        [*ROW, "30000", "20000"],
    ]
    file = table(tmp_path / "a.csv", rows)
    said = summary(street, file)
    assert [(each["noun"], each["header_row"], each["new"]) for each in said] == [
        ("project", 2, 1),
        ("funding", 2, 1),
        ("funding", 2, 1),
    ]
    assert [(each["source"], each["amount"]) for each in listed(street, "funding")] == [
        ("财政预算", 30000),
        ("福彩公益金", 20000),
    ]
