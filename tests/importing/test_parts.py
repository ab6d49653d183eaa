"""A project ledger that also tells where the money comes from, what was paid and how it was accepted."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.importing.test_import import listed, summary, table
from tests.test_history import contents

HEAD = [
    "承接单位",
    "项目名称",
    "年度",
    "合作方式",
    "合同金额",
    "资金来源",
    "已支付金额",
    "付款日期",
    "验收时间",
    "验收结论",
]
LEDGER = [
    ["单位：万元"],
    HEAD,
    ["周亚英工作室", "调解", "2025", "委托管理", "12", "福彩公益金", "6", "2025-03-01", "2025-12-01", "合格"],
    ["周亚英工作室", "调解", "2025", "委托管理", "12", "福彩公益金", "5", "2025-09-01", "2025-12-01", "合格"],
    ["潍坊街道老年协会", "书画", "2025", "委托管理", "3", "", "", "", "", "基本合格"],
    ["合计", "", "", "", "15", "", "11", "", "", ""],
]


def test_one_sheet_fills_four_nouns_and_twice_is_once(street: Run, tmp_path: Path) -> None:
    file = table(tmp_path / "台账.csv", LEDGER)
    before = contents(tmp_path / "zhengshe.db")
    said = summary(street, file)
    assert [(each["noun"], each["new"], each["unchanged"]) for each in said] == [
        ("project", 2, 1),  # the second instalment repeats its project
        ("funding", 1, 1),
        ("payment", 2, 0),
        ("review", 1, 1),
    ]
    assert [issue["code"] for issue in said[3]["issues"]] == ["part-lacking", "duplicate-same"]
    number = listed(street, "project", "--where", "name=调解")[0]["number"]
    (funding,) = listed(street, "funding")
    assert (funding["project"], funding["source"], funding["amount"], funding["year"]) == (
        number,
        "福彩公益金",
        120000,
        2025,
    )
    paid = [(each["project"], each["seq"], each["amount"], each["paid_amount"]) for each in listed(street, "payment")]
    assert paid == [(number, 1, 60000, 60000), (number, 2, 50000, 50000)]
    (review,) = listed(street, "review")
    assert (review["project"], review["kind"], review["held_on"]) == (number, "验收", "2025-12-01")
    again = summary(street, file)
    assert all(each["new"] == each["changed"] == 0 and each["batch"] is None for each in again)
    assert street("undo").code == 0
    assert contents(tmp_path / "zhengshe.db") == before


def test_a_column_that_is_not_enough_for_a_record_says_what_is_missing(street: Run, tmp_path: Path) -> None:
    head = [*HEAD[:5], "验收结论"]
    file = table(tmp_path / "台账.csv", [head, [*LEDGER[2][:5], "合格"]])
    said = street("import", file, "--dry-run").out
    assert "验收结论一列没有读：登记检查评估验收还要有验收日期" in said
    with_day = table(tmp_path / "全.csv", [[*head, "验收日期"], [*LEDGER[2][:5], "合格", "2025-12-01"]])
    assert "一列没有读" not in street("import", with_day, "--dry-run").out


def test_what_the_ledger_knows_better_stays(street: Run, tmp_path: Path) -> None:
    street("import", table(tmp_path / "台账.csv", [HEAD, [*LEDGER[2][:6], "", "", "", ""]]))
    for seq, paid in ((1, 3), (2, 4)):
        street(
            "payment", "add", "调解", "--seq", seq, "--amount", paid, "--paid-on", "2025-05-01", "--paid-amount", paid
        )
    said = summary(street, table(tmp_path / "汇总.csv", [HEAD, [*LEDGER[2][:6], "7", "2025-06-01", "", ""]]))
    payment = next(each for each in said if each["noun"] == "payment")
    assert [issue["code"] for issue in payment["issues"]] == ["part-known"]
    assert [each["paid_amount"] for each in listed(street, "payment")] == [3, 4]


def test_a_bad_cell_of_a_part_refuses_the_row_once(street: Run, tmp_path: Path) -> None:
    rows = [
        HEAD,
        [*LEDGER[2][:6], "六万左右", "2025-03-01", "", ""],
        ["没有的组织", *LEDGER[2][1:6], "不详", "", "", ""],
    ]
    file = table(tmp_path / "台账.csv", rows)
    result = street("import", file, "--skip-bad", "--rejects", "r.csv")
    assert result.code == 6
    head, first, second = csv.reader((tmp_path / "r.csv").open(encoding="utf-8-sig"))
    assert head == [*HEAD, "不能接受的原因"] and first[0] == "周亚英工作室" and "已支付金额" in first[-1]
    assert "本库没有这家组织" in second[-1] and "已支付金额" not in second[-1]  # its payment belongs to nobody
    assert len(listed(street, "project")) == 1 and listed(street, "payment") == []


def test_parts_of_a_mapping_file(street: Run, tmp_path: Path) -> None:
    head = ["承接单位", "项目名称", "年度", "合作方式", "首款", "尾款"]
    file = table(tmp_path / "台账.csv", [head, ["周亚英工作室", "调解", "2025", "委托管理", "600", "400"]])
    (tmp_path / "读法.yaml").write_text(
        "noun: project\nparts:\n"
        "- {noun: payment, columns: {首款: amount}, set: {seq: 1, condition: 合同签订}}\n"
        "- {noun: payment, columns: {尾款: amount}, set: {seq: 2, condition: 验收合格}}\n",
        "utf-8",
    )
    assert street("import", file, "--mapping", "读法.yaml", "--save-mapping", "存.yaml").code == 0
    paid = [(each["seq"], each["condition"], each["amount"]) for each in listed(street, "payment")]
    assert paid == [(1, "合同签订", 600), (2, "验收合格", 400)]
    again = summary(street, file, "--mapping", "存.yaml")
    assert [(each["noun"], each["unchanged"]) for each in again] == [("project", 1), ("payment", 1), ("payment", 1)]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ("[{noun: rating, columns: {首款: grade}}]", "不属于合作项目"),
        ("[{noun: payment, columns: {首款: price}}]", "没有字段“price”"),
        ("[{noun: payment, fields: [price]}]", "没有字段“price”"),
        ("[{noun: payment, columns: {没有的列: amount}, set: {seq: 1}}]", "表头中没有 没有的列"),
        ("{noun: payment}", "应是一张清单"),
        ("[payment]", "应写成 {noun: …"),
    ],
)
def test_mistakes_in_parts_are_said(street: Run, tmp_path: Path, parts: str, said: str) -> None:
    file = table(tmp_path / "台账.csv", [HEAD, LEDGER[2]])
    (tmp_path / "读法.yaml").write_text(f"noun: project\nparts: {parts}\n", "utf-8")
    result = street("import", file, "--mapping", "读法.yaml")
    assert result.code == 2 and said in result.err


def test_a_sum_does_not_replace_what_it_is_the_sum_of(street: Run, tmp_path: Path) -> None:
    bare = ["承接单位", "项目名称", "年度", "合作方式", "合同金额", "资金来源", "已付金额"]
    line = ["周亚英工作室", "调解", "2025", "委托管理", "12", "福彩公益金", "7"]
    street("import", table(tmp_path / "项目.csv", [bare[:5], line[:5]]))
    for source, amount in (("福彩公益金", 8), ("财政预算", 4)):
        assert street("funding", "add", "调解", "--source", source, "--year", "2025", "--amount", amount).code == 0
    for seq, paid in ((1, 3), (2, 4)):
        assert street("payment", "add", "调解", "--seq", seq, "--amount", paid, "--paid-amount", paid).code == 0
    said = summary(street, table(tmp_path / "汇总.csv", [bare, line]))
    assert [(each["noun"], each["changed"], [issue["code"] for issue in each["issues"]]) for each in said[1:]] == [
        ("funding", 0, ["part-known"]),
        ("payment", 0, ["part-known"]),
    ]
    assert [each["amount"] for each in listed(street, "funding")] == [8, 4]
    assert [each["paid_amount"] for each in listed(street, "payment")] == [3, 4]


def test_headers_that_contain_a_name_of_a_part(street: Run, tmp_path: Path) -> None:
    more = ["区级财政资金", "累计已支付金额（元）", "未支付金额", "计划验收日期", "实际验收日期", "验收结论（验收组）"]
    line = [*LEDGER[2][:5], "10", "6", "5", "2025-10-01", "2025-12-01", "合格"]
    file = table(tmp_path / "台账.csv", [[*HEAD[:5], *more], line])
    result = street("import", file)
    assert result.code == 0 and "累计已支付金额（元）→已付金额（推测）" in result.out, result.out
    assert [(each["source"], each["amount"]) for each in listed(street, "funding")] == [("财政预算", 10)]
    assert [each["paid_amount"] for each in listed(street, "payment")] == [6]
    assert [(each["held_on"], each["conclusion"]) for each in listed(street, "review")] == [("2025-12-01", "合格")]
