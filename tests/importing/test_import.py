"""Import: messy ledgers in, nothing guessed silently, nothing half written."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.conftest import ROOT, SAMPLES, Run
from tests.test_history import contents
from zhengshe.commands import progress

CODE = "52310115MJ0000106M"


def table(path: Path, rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def summary(run: Run, *words: object, code: int = 0) -> Any:
    result = run("import", *words, "-f", "json")
    assert result.code == code, result.err
    return json.loads(result.out)


def listed(run: Run, noun: str, *options: str) -> Any:
    return json.loads(run(noun, "list", "-f", "json", *options).out)


ORGS = [
    ["潍坊街道社会组织一览表", "", "", "", ""],
    ["制表：社会组织服务中心", "", "", "", "单位：万元"],
    ["序号", "社会组织\n名称", "统一社会信用代码", "成立时间", "注册资金"],
    ["1", "六助为老服务中心", CODE, "2011.4.8", "10"],
    ["2", "潍坊社区公益基金会", "", "2017年10月", "200"],
    ["", "合计", "", "", "210"],
    ["注：", "数据截至六月", "", "", ""],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030", "utf-16-le"])
def test_every_encoding_with_titles_units_totals_and_remarks(street: Run, tmp_path: Path, encoding: str) -> None:
    file = table(tmp_path / "orgs.csv", ORGS, encoding)
    said = summary(street, file, "--set", "kind=社会服务机构")
    assert (said["new"], said["header_row"], said["noun"]) == (2, 3, "org")
    six = listed(street, "org", "--where", f"uscc={CODE}")[0]
    assert (six["capital"], six["founded_on"], six["kind"]) == (100000, "2011-04-08", "社会服务机构")
    assert [issue["code"] for issue in said["issues"]] == ["date-month"]


def test_what_was_guessed_is_said(street: Run, tmp_path: Path) -> None:
    out = street("import", table(tmp_path / "orgs.csv", ORGS, "gbk"), "--set", "kind=其他").out
    for expected in ("gb18030", "表头在第 3 行", "1 万元", "社会组织名称→名称", "序号", "合计行", "说明行", "只有年月"):
        assert expected in out, expected


def test_a_dry_run_writes_nothing_and_shows_old_and_new(street: Run, tmp_path: Path) -> None:
    street("import", table(tmp_path / "orgs.csv", ORGS), "--set", "kind=其他")
    before = contents(tmp_path / "zhengshe.db")
    changed = [*ORGS[:3], ["1", "六助为老服务中心", CODE, "2011.4.9", ""]]
    result = street("import", table(tmp_path / "next.csv", changed), "--dry-run")
    assert result.code == 0
    assert "2011-04-08" in result.out
    assert "2011-04-09" in result.out
    assert contents(tmp_path / "zhengshe.db") == before


def test_twice_is_once_and_a_blank_erases_nothing(street: Run, tmp_path: Path) -> None:
    file = table(tmp_path / "orgs.csv", ORGS)
    summary(street, file, "--set", "kind=其他")
    before = contents(tmp_path / "zhengshe.db")
    again = summary(street, file, "--set", "kind=其他")
    assert (again["new"], again["changed"], again["unchanged"], again["batch"]) == (0, 0, 2, None)
    blank = [["社会组织名称", "统一社会信用代码", "注册资金", "备注"], ["六助为老服务中心", CODE, "", "新话"]]
    changed = summary(street, table(tmp_path / "blank.csv", blank), "--as", "org")
    assert changed["changed"] == 1
    (row,) = listed(street, "org", "--where", f"uscc={CODE}")
    assert (row["capital"], row["note"]) == (100000, "新话")
    street("undo")
    assert contents(tmp_path / "zhengshe.db") == before
    assert street("doctor").code == 0


BAD = [
    ["社会组织名称", "统一社会信用代码", "类型", "成立日期", "登记状态"],
    ["甲社", "", "社会团体", "2020-01-01", ""],
    ["乙社", "5.21101E+17", "社会团体", "2020-01-01", "正常"],
    ["丙社", "510101199003070788", "社会团队", "2020-02-30", "正常"],
    ["丁社", "", "", "2020-01-01", "正常"],
]


def test_one_bad_row_and_nothing_is_written_with_every_reason(street: Run, tmp_path: Path) -> None:
    before = contents(tmp_path / "zhengshe.db")
    said = summary(street, table(tmp_path / "bad.csv", BAD), "--as", "org", code=4)
    assert contents(tmp_path / "zhengshe.db") == before
    found = {(issue["row"], issue["column"], issue["code"]) for issue in said["issues"]}
    assert found == {
        (3, "统一社会信用代码", "code-destroyed"),
        (4, "统一社会信用代码", "code-identity"),
        (4, "类型", "choice-unknown"),
        (4, "成立日期", "date-impossible"),
        (5, "类型", "required-missing"),
    }
    assert (said["new"], said["rejected"], said["batch"]) == (1, 3, None)


def test_an_identity_number_is_nowhere_repeated(street: Run, tmp_path: Path) -> None:
    result = street("import", table(tmp_path / "bad.csv", BAD), "--as", "org", "--skip-bad")
    assert "510101199003070788" not in result.out + result.err
    assert b"510101199003070788" not in (tmp_path / "zhengshe.db").read_bytes()


@pytest.mark.parametrize("name", ["rejects.csv", "rejects.xlsx"])
def test_rejects_can_be_mended_and_imported(street: Run, tmp_path: Path, name: str) -> None:
    file = table(tmp_path / "bad.csv", BAD)
    partly = street("import", file, "--as", "org", "--skip-bad", "--rejects", name)
    assert (partly.code, "已跳过" in partly.err) == (6, True)
    assert [row["name"] for row in listed(street, "org")][-1] == "甲社"
    refused = summary(street, name, "--as", "org", code=4)  # as they are they are refused again
    assert refused["rejected"] == 3
    if name.endswith("csv"):
        text = (tmp_path / name).read_text("utf-8-sig")
        assert text.splitlines()[0].endswith("原因")
        mended = text.replace("5.21101E+17", CODE).replace("510101199003070788", "").replace("社会团队", "社会团体")
        mended = mended.replace("2020-02-30", "2020-02-28").replace("丁社,,,", "丁社,,其他,")
        (tmp_path / "mended.csv").write_text(mended, "utf-8")
        assert summary(street, "mended.csv", "--as", "org")["new"] == 3


def test_one_file_twice_the_same_row_and_conflicting_rows(street: Run, tmp_path: Path) -> None:
    rows = [
        ["社会组织名称", "统一社会信用代码", "法定代表人"],
        ["六助为老服务中心", CODE, "甲某"],
        ["六助为老服务中心", CODE, ""],
        ["六助为老服务中心", CODE, "乙某"],
        ["六助服务中心", CODE, ""],
    ]
    said = summary(street, table(tmp_path / "twice.csv", rows), "--as", "org", "--skip-bad", code=6)
    assert [(issue["row"], issue["code"]) for issue in said["issues"]] == [
        (3, "duplicate-same"),
        (4, "duplicate"),
        (5, "code-two-names"),
    ]
    assert (said["new"], said["unchanged"], said["rejected"]) == (1, 1, 2)


def test_a_rename_is_to_be_confirmed(street: Run, tmp_path: Path) -> None:
    street("org", "add", "六助服务中心", "--uscc", CODE)
    file = table(tmp_path / "new.csv", [["名称", "统一社会信用代码"], ["六助为老服务中心", CODE]])
    said = summary(street, file, "--as", "org", code=4)
    assert said["issues"][0]["code"] == "code-two-names"
    assert "六助服务中心" in said["issues"][0]["message"]
    assert summary(street, file, "--as", "org", "--accept-renames")["changed"] == 1
    assert json.loads(street("org", "show", "六助服务中心", "-f", "json").out)[0]["name"] == "六助为老服务中心"
    street("undo")
    assert json.loads(street("org", "show", CODE, "-f", "json").out)[0]["name"] == "六助服务中心"


def test_two_codes_of_one_name_are_two_organizations(street: Run, tmp_path: Path) -> None:
    rows = [["名称", "统一社会信用代码"], ["同名社", CODE], ["同名社", "52110000MJ015106XK"]]
    assert summary(street, table(tmp_path / "two.csv", rows), "--as", "org")["new"] == 2
    blind = [["社会组织名称", "年度", "年检结论"], ["同名社", "2025", "合格"]]
    said = summary(street, table(tmp_path / "blind.csv", blind), code=4)
    assert said["issues"][0]["code"] == "owner-ambiguous"
    seeing = [["社会组织名称", "统一社会信用代码", "年度", "年检结论"], ["同名社", CODE, "2025", "合格"]]
    assert summary(street, table(tmp_path / "seeing.csv", seeing))["new"] == 1


def test_an_unknown_organization_is_refused_with_the_nearest_or_registered(street: Run, tmp_path: Path) -> None:
    rows = [["社会组织名称", "统一社会信用代码", "年度", "年检结论"], ["潍坊街道老年协汇", "", "2025", "合格"]]
    said = summary(street, table(tmp_path / "near.csv", rows), code=4)
    assert "潍坊街道老年协会" in said["issues"][0]["message"]
    unknown = table(tmp_path / "new.csv", [rows[0], ["六助为老服务中心", CODE, "2025", "合格"]])
    before = contents(tmp_path / "zhengshe.db")
    assert summary(street, unknown, code=4)["rejected"] == 1
    assert summary(street, unknown, "--add-missing-orgs")["new"] == 1
    assert listed(street, "org", "--where", f"uscc={CODE}")[0]["kind"] == "社会服务机构"
    street("undo")
    assert contents(tmp_path / "zhengshe.db") == before


def test_names_that_differ_in_width_and_brackets_only(street: Run, tmp_path: Path) -> None:
    street("org", "add", "潍坊（竹园）合唱团", "--kind", "社区社会组织")
    rows = [["社会组织名称", "年度", "年检结论"], ["潍坊(竹园) 合唱团", "2025年度", "合格"]]
    assert summary(street, table(tmp_path / "w.csv", rows))["new"] == 1


def test_organizations_written_in_another_way_are_the_ones_we_have(street: Run, tmp_path: Path) -> None:
    street("org", "add", "潍坊街道合唱团（竹园）", "--kind", "社区社会组织")
    street("org", "add", "六助", "--kind", "社会服务机构", "--uscc", CODE)
    for name in ("周亚英工作室", "六助", "潍坊街道老年协会"):
        street("org", "edit", name, "--authority", "上海市浦东新区民政局")
    street("change", "add", "周亚英工作室", "--item", "名称", "--after", "周亚英老娘舅", "--approved-on", "2026-01-01")
    rows = [
        ["名称", "类型", "统一社会信用代码", "社区"],
        ["潍坊街道合唱团(竹园)", "社区社会组织", "", "竹园"],
        ["上海市浦东新区潍坊街道老年协会", "社会团体", "", "东园"],
        ["周亚英 工作室", "社区社会组织", "", "西园"],
        ["社区公益服务中心", "其他", "", ""],  # 社区 is no district
        ["六 助", "社会服务机构", "51110000069583988B", ""],  # another code, another organization
    ]
    said = summary(street, table(tmp_path / "o.csv", [rows[0], *rows[1:5]]))
    assert (said["new"], said["changed"]) == (1, 3)
    assert [issue["code"] for issue in said["issues"]] == ["name-kept"] * 3
    assert {row["name"]: row["community"] for row in listed(street, "org")} == {
        "潍坊街道老年协会": "东园",
        "周亚英老娘舅": "西园",
        "潍坊街道合唱团（竹园）": "竹园",
        "六助": None,
        "社区公益服务中心": None,
    }
    assert summary(street, table(tmp_path / "p.csv", [rows[0], rows[5]]))["new"] == 1


def test_the_district_before_a_name_and_a_name_that_is_only_similar(street: Run, tmp_path: Path) -> None:
    for name in ("书画社", "合唱团", "读书会"):
        street("org", "add", name, "--kind", "其他", "--authority", "浦东新区民政局")
    rows = [["社会组织名称", "年度", "年检结论"], ["浦东新区潍坊街道老年协会", "2025", "合格"]]
    (issue,) = summary(street, table(tmp_path / "d.csv", rows))["issues"]
    assert issue["code"] == "name-alike" and "潍坊街道老年协会" in issue["message"]
    street("org", "add", "浦西区潍坊街道书画社", "--kind", "其他")
    street("org", "add", "浦北区潍坊街道书画社", "--kind", "其他")
    twice = [rows[0], ["潍坊街道书画社", "2025", "合格"]]  # fits two: nothing is chosen
    assert summary(street, table(tmp_path / "t.csv", twice), code=4)["rejected"] == 1
    said = summary(street, table(tmp_path / "s.csv", [["名称", "类型"], ["潍坊街道老年人协会", "社会团体"]]))
    assert said["new"] == 1 and [issue["code"] for issue in said["issues"]] == ["name-similar"]


def test_one_sheet_that_writes_a_name_in_two_ways(street: Run, tmp_path: Path) -> None:
    rows = [["名称", "类型", "统一社会信用代码"], ["书画社（东）", "其他", CODE], ["书画社(东)", "其他", ""]]
    said = summary(street, table(tmp_path / "o.csv", rows), code=4)
    assert [(issue["row"], issue["code"]) for issue in said["issues"]] == [(3, "duplicate")]
    rows[2][2] = "51110000069583988B"  # two codes: two organizations
    assert summary(street, table(tmp_path / "o.csv", rows))["new"] == 2


def test_headers_that_are_not_ours(street: Run, tmp_path: Path) -> None:
    rows = [["机构", "哪一年", "结果如何"], ["老年协会", "2025", "合格"]]
    file = table(tmp_path / "odd.csv", [["x", "y", "z"], *rows], "gb18030")
    nothing = street("import", file)
    assert (nothing.code, "--map" in nothing.err) == (4, True)
    maps = ("--map", "机构=org", "--map", "哪一年=年度", "--map", "结果如何=conclusion")
    refused = summary(
        street, file, "--as", "inspection", *maps, code=4
    )  # 老年协会 is a fragment: never matched in a file
    assert refused["header_row"] == 2
    file = table(tmp_path / "odd.csv", [["x", "y", "z"], rows[0], ["潍坊街道老年协会", "2025", "合格"]], "gb18030")
    assert summary(street, file, "--as", "inspection", *maps)["new"] == 1
    assert street("import", file, "--as", "inspection", *maps, "--map", "没有=org").code == 2
    assert street("import", file, "--as", "inspection", "--map", "机构=colour").code == 2
    assert street("import", file, "--as", "公司").code == 2


def test_what_belongs_to_a_project_is_found_by_number_or_name(street: Run, tmp_path: Path) -> None:
    street("project", "add", "老年协会", "--name", "敬老日", "--mode", "委托管理", "--year", "2026")
    rows = [["项目名称", "期次", "应付金额（万元）"], ["敬老日", "1", "2"], ["P2026-001", "2", "3"]]
    assert summary(street, table(tmp_path / "pay.csv", rows), "--as", "payment")["new"] == 2
    assert [row["amount"] for row in listed(street, "payment")] == [20000, 30000]


def test_numbers_are_assigned_in_the_order_of_the_file(street: Run, tmp_path: Path) -> None:
    head = ["项目编号", "承接单位", "项目名称", "年度", "合作方式"]
    rows = [
        [number, "周亚英工作室", name, "2026", "委托管理"]
        for number, name in (("", "甲"), ("P2026-007", "乙"), ("", "丙"))
    ]
    assert summary(street, table(tmp_path / "p.csv", [head, *rows]))["new"] == 3
    found = [(row["name"], row["number"]) for row in listed(street, "project")]
    assert found == [("甲", "P2026-008"), ("乙", "P2026-007"), ("丙", "P2026-009")]
    assert summary(street, tmp_path / "p.csv")["unchanged"] == 3


def test_findings_get_their_deadline_and_changes_take_effect(street: Run, tmp_path: Path) -> None:
    rows = [
        ["责任单位", "检查时间", "监督渠道", "严重程度", "发现问题"],
        ["周亚英工作室", "2025-06-01", "行政检查", "一般", "台账缺失"],
    ]
    assert summary(street, table(tmp_path / "f.csv", rows))["noun"] == "finding"
    (row,) = listed(street, "finding")
    assert (row["number"], row["due_on"], row["channel"]) == ("F2025-001", "2025-07-14", "行政监督")
    changes = [["社会组织名称", "业务类型", "变更前", "变更后", "办结日期"]]
    changes.append(["周亚英工作室", "名称变更", "周亚英工作室", "亚英调解社", "2026-05-01"])
    assert summary(street, table(tmp_path / "c.csv", changes))["noun"] == "change"
    assert json.loads(street("org", "show", "周亚英工作室", "-f", "json").out)[0]["name"] == "亚英调解社"


def workbook(path: Path) -> Path:
    """Two merged header rows, a cell merged downwards, a code as text, money as a number, a real date, two sheets."""
    book = xlsxwriter.Workbook(path)
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("台账")
    sheet.merge_range(0, 0, 0, 6, "政社合作项目台账", bold)
    for place, text in enumerate(("承接单位", "项目名称", "年度", "合作方式")):
        sheet.merge_range(1, place, 2, place, text, bold)
    sheet.merge_range(1, 4, 1, 6, "合同", bold)
    for place, text in enumerate(("编号", "金额（万元）", "签订日期")):
        sheet.write(2, 4 + place, text, bold)
    sheet.merge_range(3, 0, 4, 0, "周亚英工作室")
    day = book.add_format({"num_format": "yyyy/m/d"})
    for row, (name, number, amount) in enumerate((("甲", "H-1", 1.5), ("乙", "H-2", 2)), 3):
        sheet.write_row(row, 1, [name, 2026, "委托管理", number, amount])
        sheet.write_number(row, 6, 46000 + row, day)
    notes = book.add_worksheet("说明")
    notes.write(0, 0, "本表由社会组织服务中心填写")
    book.close()
    return path


def test_a_real_looking_workbook(street: Run, tmp_path: Path) -> None:
    said = summary(street, workbook(tmp_path / "ledger.xls"))  # an xlsx by content, whatever it is called
    assert (said["format"], said["sheet"], said["header_row"], said["new"]) == ("xlsx", "台账", 3, 2)
    assert any(issue["code"] == "sheet-unknown" for issue in said["issues"])
    rows = listed(street, "project")
    assert [(row["contract_no"], row["amount"], row["signed_on"]) for row in rows] == [
        ("H-1", 15000, "2025-12-12"),
        ("H-2", 20000, "2025-12-13"),
    ]
    assert {row["org"] for row in rows} == {"周亚英工作室"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空文件"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "图片"),
        (b"<html><table></table></html>", "网页"),
        (b"PK\x03\x04 broken", "不完整"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "读不了"),
        (b"SQLite format 3\x00", "merge"),
        (b"a,b\x00c\x00d,e\n" * 3, ""),
        ("没有表头\n只有一句话\n".encode(), "--map"),
    ],
)
def test_what_is_no_table_is_refused_in_its_own_words(street: Run, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "file.csv").write_bytes(content)
    result = street("import", "file.csv")
    assert result.code == 4
    assert said in result.err
    assert "Traceback" not in result.err
    assert len(result.err.splitlines()) <= 2


def test_a_zip_bomb_is_refused_before_it_is_unpacked(street: Run, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    result = street("import", "bomb.xlsx")
    assert (result.code, "过大" in result.err) == (4, True)


def test_missing_files_and_folders(street: Run, tmp_path: Path) -> None:
    assert street("import", "nowhere.csv").code == 2
    (tmp_path / "folder").mkdir()
    assert street("import", "folder").code == 2
    table(tmp_path / "a.csv", [["名称", "类型"], ["甲社", "其他"]])
    assert street("import", "a.csv", "--sheet", "第二页").code == 2


def test_the_example_street_imports_whole(street: Run) -> None:
    files = sorted((ROOT / "examples" / "weifang").glob("0[1-4]*"))
    said = summary(street, *files, code=0)
    assert {each["noun"] for each in said} >= {"org", "project", "funding", "payment", "review", "bid", "finding"}
    assert all(each["rejected"] == 0 for each in said)
    again = summary(street, *files)
    assert all(each["new"] == each["changed"] == 0 for each in again)
    assert street("doctor").code == 0


def test_the_year_stands_in_a_header_or_the_title(street: Run, tmp_path: Path) -> None:
    rows = [["潍坊街道社会组织年检结果"], ["社会组织名称", "2024年年检结论"], ["潍坊街道老年协会", "合格"]]
    said = summary(street, table(tmp_path / "i.csv", rows), "--as", "inspection")
    assert [issue["code"] for issue in said["issues"]] == ["year-guessed"]
    assert [(row["year"], row["conclusion"]) for row in listed(street, "inspection")] == [(2024, "合格")]
    rows = [["2023年度社会组织年检结果公告"], ["社会组织名称", "年检结论"], ["潍坊街道老年协会", "基本合格"]]
    assert summary(street, table(tmp_path / "j.csv", rows))["new"] == 1
    rows = [["2022年至2023年年检结果"], ["社会组织名称", "年检结论"], ["周亚英工作室", "合格"]]
    refused = summary(street, table(tmp_path / "k.csv", rows), "--as", "inspection", code=4)
    assert [issue["code"] for issue in refused["issues"]] == ["year-unclear", "required-missing"]


# -- real files


@pytest.fixture
def samples() -> Path:
    if not SAMPLES.exists():
        pytest.skip("the shared samples are not here")
    return SAMPLES


def test_an_open_data_list_of_organizations(street: Run, samples: Path, tmp_path: Path) -> None:
    before = contents(tmp_path / "zhengshe.db")
    file = samples / "北京开放数据-社会组织名称与代码.csv"
    said = summary(street, file, "--as", "org", "--skip-bad", code=6)
    assert (said["new"], said["unchanged"], said["rejected"]) == (919, 9, 4)
    two_names = [issue for issue in said["issues"] if issue["code"] == "code-two-names"]
    assert len(two_names) == 4
    again = summary(street, file, "--as", "org", "--skip-bad", code=6)
    assert (again["new"], again["changed"], again["batch"]) == (0, 0, None)
    street("undo")
    assert contents(tmp_path / "zhengshe.db") == before


def test_real_penalties_with_headers_mapped(street: Run, samples: Path) -> None:
    maps = ("--map", "行政相对人名称=org", "--map", "行政相对人代码1(统一社会信用代码)=uscc")
    options = ("--as", "penalty", *maps, "--add-missing-orgs", "--skip-bad")
    said = summary(street, samples / "法人行政处罚.csv", *options, code=6)
    assert (said["encoding"], said["new"], said["rejected"]) == ("gb18030", 1, 480)
    (penalty,) = listed(street, "penalty")
    assert (penalty["kind"], penalty["decided_on"]) == ("警告", "2020-02-29")
    assert listed(street, "org", "--where", f"name={penalty['org']}")[0]["kind"] == "社会服务机构"


HEADER_ROWS = {
    "北京市农业科技示范基地名单20240703.csv": ("org", ["基地名称=name"], {"Sheet1": 2, "Sheet2": 1}),
    "北京市房山区卫生健康委2024年度行政许可公示台账.csv": ("org", ["行政相对人名称/项目名称=name"], {"": 3}),
    "平谷区中标信息.csv": ("org", ["工程名称=name"], {"": 2}),
    "技术先进型服务企业名单.csv": ("org", ["企业名称=name"], {"": 2}),
    "政府采购合同.csv": ("project", [], {"": 1}),
    "昌平区上市企业名单.csv": ("org", ["企业名称=name"], {"上市公司": 2}),
    "法人行政处罚.csv": ("penalty", [], {"": 1}),
    "浦东新区-街镇.csv": ("org", ["name=name"], {"": 1}),
    "通州区成品油零售经营资质审批台账.csv": ("org", ["加油站名称=name"], {"": 2}),
}


@pytest.mark.parametrize("name", HEADER_ROWS)
def test_the_header_of_every_real_file_is_found(street: Run, samples: Path, name: str) -> None:
    noun, maps, expected = HEADER_ROWS[name]
    options = [word for each in maps for word in ("--map", each)]
    result = street("import", samples / name, "--as", noun, *options, "--dry-run", "-f", "json")
    assert result.code in (0, 4), result.err
    said = json.loads(result.out)
    plans = said if isinstance(said, list) else [said]
    assert {plan["sheet"]: plan["header_row"] for plan in plans} == expected


def open_document(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A spreadsheet of WPS's other kind (ods), by hand."""
    import zipfile

    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        name = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        manifest = f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{name}"/>'
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
            f'<table:table table:name="年检">{cells}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
    return path


def test_an_open_document(street: Run, tmp_path: Path) -> None:
    rows = [["社会组织名称", "年度", "年检结论"], ["潍坊街道老年协会", "2025", "合格"]]
    said = summary(street, open_document(tmp_path / "inspections.ods", rows))
    assert (said["format"], said["noun"], said["new"]) == ("ods", "inspection", 1)


def test_a_code_that_was_typed_as_a_number_is_lost(street: Run, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "lost.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["社会组织名称", "统一社会信用代码"])
    sheet.write_row(1, 0, ["基金协会", 511100003063624772])
    book.close()
    said = summary(street, "lost.xlsx", "--as", "org", code=4)
    assert [issue["code"] for issue in said["issues"]] == ["code-destroyed"]


def test_a_long_import_says_how_far_it_is(street: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = table(tmp_path / "orgs.csv", [["名称", "类型"], *([f"组织{number}", "其他"] for number in range(3000))])
    assert "正在" not in street("import", file, "--dry-run").err  # what is short says nothing
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(progress, "_PAUSE_ELSEWHERE", 0)
    said = street("import", file).err
    assert "正在读 orgs.csv：2,000 行" in said and "正在比对 orgs.csv" in said and "正在写入社会组织" in said


def test_plans_and_rejects_say_how_far_they_are(street: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[f"组织{number}", "其他" if number % 2 else "不详"] for number in range(1200)]
    table(tmp_path / "orgs.csv", [["名称", "类型"], *rows])
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(progress, "_PAUSE_ELSEWHERE", 0)
    said = street("import", "orgs.csv", "--plan", "计划.yaml", "--rejects", "r.csv").err
    assert "正在写计划文件：社会组织 1,000 行" in said and "正在写不能接受的行：第 1,000 行" in said


def test_a_large_file_is_said_before_it_is_opened(street: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table(tmp_path / "orgs.csv", [["名称", "类型"], ["乒乓球队", "其他"]])
    assert "正在打开" not in street("import", "orgs.csv", "--plan", "计划.yaml").err
    monkeypatch.setattr(progress, "_SLOW", 10)
    assert "正在打开 orgs.csv" in street("reconcile", "orgs.csv").err
    assert "正在打开 计划.yaml" in street("import", "--apply", "计划.yaml").err


def test_a_workbook_is_large_sooner(street: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_document(tmp_path / "a.ods", [["名称", "类型"], ["乒乓球队", "其他"]])
    table(tmp_path / "a.csv", [["名称", "类型"], *([f"乒乓球队{number}", "其他"] for number in range(100))])
    monkeypatch.setitem(progress._SLOW_OF, b"PK\x03\x04", 100)
    assert "正在打开 a.ods" in street("import", "a.csv", "a.ods", "--dry-run").err
