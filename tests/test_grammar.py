"""The one grammar: every noun is added, listed, shown, edited and removed in the same way."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.conftest import Run
from zhengshe.models import RECORDS, Field, Kind, Record
from zhengshe.resources import codelists

SOME = {
    Kind.TEXT: "某项内容",
    Kind.DATE: "2025-03-01",
    Kind.YEAR: "2025",
    Kind.MONEY: "12万元",
    Kind.COUNT: "3",
    Kind.DECIMAL: "91.5",
    Kind.CREDIT_CODE: "52110000MJ015106XK",
    Kind.PHONE: "13900000000",
    Kind.FLAG: "是",
    Kind.ORG: "潍坊街道老年协会",
    Kind.PROJECT: "P2026-001",
}


def some(field: Field) -> str:
    if field.codelist:
        return codelists()[field.codelist].values[0]
    return SOME[field.kind]


@pytest.fixture
def street(street: Run) -> Run:
    added = street("project", "add", "老年协会", "--name", "敬老日", "--mode", "委托管理", "--year", "2026")
    assert added.code == 0, added.err
    return street


# evidence is a file, and has its own test
NOUNS = [record for record in RECORDS.values() if record.noun != "document"]


@pytest.mark.parametrize("record", NOUNS, ids=lambda record: record.noun)
def test_add_list_show_edit_remove(street: Run, record: Record) -> None:
    first = record.owner or record.fields[0]
    rest = [field for field in record.fields if field is not first and field.key != "number"]
    options = [word for field in rest for word in (field.option, some(field))]
    owner = "新组织" if first.key == "name" else some(first)

    added = street(record.noun, "add", owner, *options)
    assert added.code == 0, added.err
    assert added.out == ""  # narration goes to stderr

    (row,) = json.loads(street(record.noun, "list", "-f", "json", "--sort", "-id", "--limit", "1").out)
    assert list(row) == ["id", *record.keys, "created_at", "updated_at"]
    shown = json.loads(street(record.noun, "show", f"#{row['id']}", "-f", "json").out)
    assert shown == [row]
    for field in rest:
        if field.kind is Kind.MONEY:
            assert row[field.key] == 120000
        elif field.kind is Kind.FLAG:
            assert row[field.key] is True
        elif field.kind not in (Kind.COUNT, Kind.DECIMAL, Kind.YEAR):
            assert row[field.key] == some(field)

    again = street(record.noun, "add", owner, *options)
    assert (again.code, "edit" in again.err) == (4, True)

    text = next((field for field in rest if field.kind is Kind.TEXT), None)
    if text:
        assert street(record.noun, "edit", f"#{row['id']}", text.option, "改后").code == 0
        assert json.loads(street(record.noun, "show", f"#{row['id']}", "-f", "json").out)[0][text.key] == "改后"
        assert "改后" in street(record.noun, "show", f"#{row['id']}", "--history").out

    before = len(json.loads(street(record.noun, "list", "-f", "json").out))
    assert street(record.noun, "remove", f"#{row['id']}").code == 0
    assert len(json.loads(street(record.noun, "list", "-f", "json").out)) == before - 1
    assert street(record.noun, "show", f"#{row['id']}").code == 3


@pytest.mark.parametrize("record", NOUNS, ids=lambda record: record.noun)
def test_help_names_every_field_and_every_closed_term(zs: Run, record: Record) -> None:
    text = "".join(zs(record.noun, "add", "--help").out.split())
    for field in record.fields:
        assert field.label in text
        for term in codelists()[field.codelist].values if field.codelist else ():
            assert term in text


def test_list_filters_sort_limit_columns_where(street: Run) -> None:
    for name, year, amount in (("甲", 2024, "1万元"), ("乙", 2025, "3万元"), ("丙", 2025, "2万元")):
        options = ("--name", name, "--mode", "项目发包", "--year", year, "--amount", amount)
        assert street("project", "add", "周亚英工作室", *options, "--signed-on", f"{year}-02-01").code == 0

    def names(*options: str) -> list[str]:
        return [row["name"] for row in json.loads(street("project", "list", "-f", "json", *options).out)]

    assert names("--mode", "项目发包") == ["甲", "乙", "丙"]
    assert names("--mode", "项目发包", "--sort", "-amount") == ["乙", "丙", "甲"]
    assert names("--year", "2025") == ["乙", "丙"]
    assert names("--org", "老年协会") == ["敬老日"]
    assert names("--since", "2025") == ["乙", "丙"]
    assert names("--until", "2024") == ["甲"]
    assert names("--until", "2024-02", "--since", "2024-02-01") == ["甲"]
    assert names("--signed-on", "2025-02") == ["乙", "丙"]
    assert names("--where", "amount=2万元") == ["丙"]
    assert names("--where", "合同金额=") == ["敬老日"]
    assert names("--limit", "2") == ["敬老日", "甲"]
    rows = json.loads(street("project", "list", "--columns", "number,amount", "--limit", "2", "-f", "json").out)
    assert rows[1] == {"number": "P2024-001", "amount": 10000}


def test_what_belongs_to_a_project_is_found_by_its_organization(street: Run) -> None:
    assert street("payment", "add", "P2026-001", "--seq", "1", "--amount", "100").code == 0
    assert len(json.loads(street("payment", "list", "--org", "老年协会", "-f", "json").out)) == 1
    assert json.loads(street("payment", "list", "--org", "周亚英工作室", "-f", "json").out) == []


def test_an_organization_goes_by_many_names(street: Run) -> None:
    street("org", "edit", "周亚英工作室", "--uscc", "52110000MJ015106XK", "--reg-no", "民证0012")
    street("change", "add", "周亚英工作室", "--item", "名称", "--after", "周亚英调解社", "--approved-on", "2026-01-01")
    for ref in ("52110000mj015106xk", "民证0012", "周亚英调解社", "周亚英工作室", "zyygzs", "zyytjs", "调解社", "#2"):
        result = street("org", "show", ref, "-f", "json")
        assert result.code == 0, (ref, result.err)
        assert json.loads(result.out)[0]["name"] == "周亚英调解社"


def test_ambiguous_and_unknown_names_do_nothing(street: Run) -> None:
    street("org", "add", "老年大学", "--kind", "社会服务机构")
    ambiguous = street("inspection", "add", "老年", "--year", "2025")
    assert ambiguous.code == 3
    assert "潍坊街道老年协会" in ambiguous.err
    assert "老年大学" in ambiguous.err
    unknown = street("inspection", "add", "火箭协会", "--year", "2025")
    assert (unknown.code, unknown.out) == (3, "")
    assert json.loads(street("inspection", "list", "-f", "json").out) == []


def test_an_edit_must_not_make_two_records_one(street: Run) -> None:
    """Two of one name are told apart by their codes: taken away, nobody knows any more which one is meant."""
    for code in ("52110000MJ015106XK", "511100003063624772"):
        assert street("org", "add", "读书会", "--kind", "其他", "--uscc", code).code == 0
    for number in ("#3", "#4"):
        cleared = street("org", "edit", number, "--uscc", "")
        assert cleared.code == 4 and "改后与另一条社会组织" in cleared.err
    assert street("org", "edit", "#3", "--phone", "13800000000").code == 0
    assert street("org", "edit", "#4", "--uscc", "52110000MJ015106XK").code == 4


def test_like_wildcards_in_a_name_are_plain_text(street: Run) -> None:
    assert street("org", "show", "%").code == 3
    assert street("org", "show", "_").code == 3


def test_usage_errors_name_what_to_do_in_chinese(street: Run) -> None:
    for words, code, expected in (
        (("org", "add", "读书会"), 2, "--kind"),
        (("org", "add", "读书会", "--kind", "公司"), 4, "社会团体"),
        (("org", "list", "--colour"), 2, "没有选项"),
        (("org", "lst"), 2, "没有命令"),
        (("org", "show"), 2, "缺少"),
        (("org", "show", "a", "b"), 2, "多写了"),
        (("org", "list", "--limit", "x"), 2, "值不对"),
        (("org", "list", "--where", "name"), 2, "字段=值"),
        (("org", "list", "--where", "colour=1"), 2, "没有字段"),
        (("org", "list", "-f", "pdf"), 2, "pdf"),
        (("--today", "昨天", "org", "list"), 2, "--today"),
        (("org", "edit", "老年协会", "--name", ""), 2, "--name"),
    ):
        result = street(*words)
        assert (result.code, result.out) == (code, ""), words
        assert expected in result.err, (words, result.err)
        assert len(result.err.splitlines()) <= 2
        assert "Traceback" not in result.err


def test_numbers_are_assigned_in_turn_and_can_be_given(street: Run) -> None:
    common = ("--mode", "委托管理", "--year", "2026")
    street("project", "add", "老年协会", "--name", "甲", *common)
    street("project", "add", "老年协会", "--name", "乙", "--number", "P2026-0999", *common)
    street("project", "add", "老年协会", "--name", "丙", *common)
    numbers = [row["number"] for row in json.loads(street("project", "list", "-f", "json").out)]
    assert numbers == ["P2026-001", "P2026-002", "P2026-0999", "P2026-1000"]


def test_finding_deadline_and_state(street: Run) -> None:
    def found(severity: str, day: str, **more: str) -> dict[str, str]:
        options = [word for key, value in more.items() for word in (f"--{key.replace('_', '-')}", value)]
        fact = f"{severity}{day}{more}"
        result = street(
            *("finding", "add", "老年协会", "--severity", severity, "--channel", "行政监督"),
            *("--found-on", day, "--fact", fact, *options),
        )
        assert result.code == 0, result.err
        columns = "due_on,state"
        (row,) = json.loads(
            street("finding", "list", "--where", f"fact={fact}", "--columns", columns, "-f", "json").out
        )
        return dict(row)

    # 30 working days over the Dragon Boat holiday of 2025 (31 May to 2 June), by hand
    assert found("一般", "2025-06-01") == {"due_on": "2025-07-14", "state": "逾期"}
    assert found("严重", "2026-06-22")["state"] == "待整改"
    assert found("表扬", "2026-06-22") == {"due_on": None, "state": "无需整改"}
    assert found("一般", "2025-06-01", rectified_on="2025-06-20")["state"] == "待核验"
    assert found("一般", "2025-06-01", rectified_on="2025-06-20", verified_on="2025-06-30")["state"] == "已销号"
    assert found("一般", "2025-06-01", due_on="2026-12-31") == {"due_on": "2026-12-31", "state": "待整改"}
    overdue = json.loads(street("finding", "list", "--state", "逾期", "-f", "json").out)
    assert [row["due_on"] for row in overdue] == ["2025-07-14"]


def test_an_identity_card_is_refused_and_not_repeated(street: Run) -> None:
    card = "510101199003070788"  # nobody: made up to have the right check digit
    result = street("org", "add", "读书会", "--kind", "社区社会组织", "--uscc", card)
    assert result.code == 4
    assert card not in result.err
    assert "身份证" in result.err


def test_a_doubtful_check_digit_is_a_warning(street: Run) -> None:
    result = street("org", "add", "读书会", "--uscc", "52110000MJ015106X1")
    assert (result.code, "校验位" in result.err) == (0, True)


def test_list_as_csv_has_all_fields_under_chinese_heads(street: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(street("org", "list", "-f", "csv").out)))
    assert rows[1]["名称"] == "周亚英工作室"
    assert rows[1]["联系电话"] == "13800000000"


def test_info_counts(street: Run) -> None:
    rows = json.loads(street("info", "-f", "json").out)
    assert {row["noun"]: row["records"] for row in rows}["org"] == 2
