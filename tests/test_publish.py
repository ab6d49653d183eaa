"""What leaves the office: valid against the standards, every reference resolves, and no personal data in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT, Run
from zhengshe.exchange.masking import masked

SCHEMAS = ROOT.parent / "shared" / "schemas"


@pytest.fixture
def street(street: Run) -> Run:
    phones = "经办人手机13912345678，座机021-58301234"
    contract = ("--signed-on", "2026-01-20", "--start-on", "2026-02-01", "--end-on", "2027-01-31", "--status", "履约")
    money = (
        "--amount",
        "48.5万元",
        "--budget",
        "50万元",
        "--buyer",
        "浦东新区民政局",
        "--beneficiaries",
        "张大爷等30名",
    )
    dates = (*contract, "--tendered-on", "2025-12-01", "--bids-due-on", "2025-12-22", "--awarded-on", "2025-12-26")
    paid = ("--paid-on", "2026-02-03", "--paid-amount", "20万元")
    found = ("--severity", "一般", "--channel", "社会监督", "--found-on", "2026-03-01", "--fact", "居民李某来信反映")
    steps: list[tuple[str, ...]] = [
        ("org", "edit", "周亚英工作室", "--address", "某某路8弄3号501室", "--legal-rep", "周某", "--contact", "钱某某"),
        ("org", "add", "六助为老服务中心", "--uscc", "52310115MJ0000106M", "--scope", phones, "--note", "内部备注一条"),
        ("project", "add", "六助", "--name", "六助为老", "--mode", "公开招标", "--year", "2026", *money, *dates),
        ("project", "add", "老年协会", "--name", "敬老日", "--mode", "委托管理", "--year", "2026"),
        ("funding", "add", "P2026-001", "--source", "福彩公益金", "--amount", "38.8万元"),
        ("funding", "add", "P2026-001", "--source", "财政预算", "--amount", "9.7万元"),
        (
            "bid",
            "add",
            "P2026-001",
            "--bidder",
            "六助为老服务中心",
            "--price",
            "48.5万元",
            "--won",
            "是",
            "--valid",
            "是",
        ),
        ("bid", "add", "P2026-001", "--bidder", "银杏树服务中心", "--price", "49.2万元", "--valid", "否"),
        ("payment", "add", "P2026-001", "--seq", "1", "--condition", "签订后", "--amount", "20万元", *paid),
        ("payment", "add", "P2026-001", "--seq", "2", "--condition", "验收后", "--amount", "28.5万元"),
        ("amendment", "add", "P2026-001", "--item", "增加服务", "--signed-on", "2026-05-01", "--amount-change", "5000"),
        ("review", "add", "P2026-001", "--kind", "中期检查", "--held-on", "2026-06-15", "--score", "86.5"),
        ("person", "add", "老年协会", "--name", "王某某", "--post", "会长"),
        ("finding", "add", "六助", *found),
    ]
    for words in steps:
        result = street(*words)
        assert result.code == 0, (words, result.err)
    assert street("publish", "公开").code == 0
    return street


def load(tmp_path: Path, name: str) -> Any:
    return json.loads((tmp_path / "公开" / name).read_text("utf-8"))


def everything_written(tmp_path: Path) -> str:
    import zipfile

    parts = [path.read_text("utf-8") for path in (tmp_path / "公开").iterdir() if path.suffix != ".xlsx"]
    with zipfile.ZipFile(tmp_path / "公开" / "public.xlsx") as book:
        parts += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return "\n".join(parts)


@pytest.mark.usefixtures("street")
def test_no_personal_data_leaves(tmp_path: Path) -> None:
    text = everything_written(tmp_path)
    for name in ("public.html", "ocds.json", "360giving.json"):
        assert "六助为老服务中心" in (tmp_path / "公开" / name).read_text("utf-8"), name
    private = (
        "13800000000",
        "13912345678",
        "58301234",
        "钱某某",
        "501室",
        "张大爷",
        "王某某",
        "李某来信",
        "内部备注一条",
    )
    for secret in private:
        assert secret not in text, secret
    assert "139****5678" in text


@pytest.mark.usefixtures("street")
def test_what_was_left_out_is_listed(tmp_path: Path) -> None:
    text = (tmp_path / "公开" / "withheld.md").read_text("utf-8")
    for expected in ("监督发现", "负责人任职", "联系电话", "住所", "360Giving"):
        assert expected in text


def test_texts_with_numbers_blacked_out_are_counted(street: Run, tmp_path: Path) -> None:
    def line() -> str:
        text = (tmp_path / "公开" / "withheld.md").read_text("utf-8")
        return next(line for line in text.splitlines() if "文字中的电话和证件号" in line)

    assert re.findall(r"\d+", line()) == ["1"]  # one text, whatever many numbers are in it
    assert street("activity", "add", "P2026-001", "--title", "报名打13912345679", "--held-on", "2026-06-01").code == 0
    assert street("publish", "公开").code == 0
    assert re.findall(r"\d+", line()) == ["2"]


@pytest.mark.usefixtures("street")
def test_ocds_is_valid(tmp_path: Path) -> None:
    if not SCHEMAS.exists():
        pytest.skip("the shared schemas are not here")
    from jsonschema import Draft4Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    release, package = (
        json.loads((SCHEMAS / "ocds-1.1" / f"{name}-schema.json").read_text("utf-8"))
        for name in ("release", "release-package")
    )
    address = "https://standard.open-contracting.org/schema/1__1__5/release-schema.json"
    resource = Resource.from_contents(release, default_specification=DRAFT4)
    registry: Registry[Any] = Registry().with_resources([(address, resource), (release.get("id", address), resource)])
    validator = Draft4Validator(package, registry=registry, format_checker=Draft4Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(load(tmp_path, "ocds.json"))] == []


def references(node: Any) -> Iterator[str]:
    """The id of every organization referred to outside the list of parties."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("buyer", "procuringEntity", "payer", "payee"):
                yield value["id"]
            elif key in ("tenderers", "suppliers"):
                yield from (each["id"] for each in value)
            elif key != "parties":
                yield from references(value)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


@pytest.mark.usefixtures("street")
def test_ocds_says_what_the_ledger_says(tmp_path: Path) -> None:
    first, second = load(tmp_path, "ocds.json")["releases"]
    for release in (first, second):
        assert set(references(release)) <= {party["id"] for party in release["parties"]}
        assert {contract["awardID"] for contract in release.get("contracts", [])} <= {
            award["id"] for award in release.get("awards", [])
        }
    assert first["tender"]["procurementMethod"] == "open"
    assert first["tender"]["procurementMethodDetails"] == "公开招标"
    assert first["tender"]["tenderPeriod"] == {
        "startDate": "2025-12-01T00:00:00+08:00",
        "endDate": "2025-12-22T00:00:00+08:00",
    }
    assert first["awards"][0]["date"] == "2025-12-26T00:00:00+08:00"
    supplier = next(party for party in first["parties"] if "supplier" in party["roles"])
    assert supplier["identifier"] == {"scheme": "CN-USCI", "id": "52310115MJ0000106M", "legalName": "六助为老服务中心"}
    assert set(supplier["roles"]) == {"tenderer", "supplier", "payee"}
    assert [bid["status"] for bid in first["bids"]["details"]] == ["valid", "disqualified"]
    (contract,) = first["contracts"]
    assert contract["value"] == {"amount": 485000, "currency": "CNY"}
    assert [each["value"]["amount"] for each in contract["implementation"]["transactions"]] == [200000]
    milestones = [(each["type"], each["status"]) for each in contract["implementation"]["milestones"]]
    assert milestones == [("payment", "met"), ("payment", "scheduled"), ("assessment", "met")]
    assert "contracts" not in second  # 立项: nothing is signed yet


@pytest.mark.usefixtures("street")
def test_360giving_is_valid(tmp_path: Path) -> None:
    grants = load(tmp_path, "360giving.json")["grants"]
    assert [grant["amountAwarded"] for grant in grants] == [388000, 97000]
    assert len({grant["id"] for grant in grants}) == len(grants)
    if not SCHEMAS.exists():
        pytest.skip("the shared schemas are not here")
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    grant, package = (
        json.loads((SCHEMAS / "360giving" / f"360-giving-{name}.json").read_text("utf-8"))
        for name in ("schema", "package-schema")
    )
    resource = DRAFT202012.create_resource(grant)
    names = {grant["$id"], *re.findall(r'"\$ref": "([^"#]+)', json.dumps(package))}
    registry: Registry[Any] = Registry().with_resources([(name, resource) for name in names])
    validator = Draft202012Validator(package, registry=registry, format_checker=FormatChecker())
    assert [error.message for error in validator.iter_errors(load(tmp_path, "360giving.json"))] == []


def test_a_link_in_the_folder_is_not_followed(street: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.json").write_text("{}", "utf-8")
    (tmp_path / "公开" / "ocds.json").unlink()
    (tmp_path / "公开" / "ocds.json").symlink_to(tmp_path / "elsewhere.json")
    assert street("publish", "公开").code == 2
    assert (tmp_path / "elsewhere.json").read_text("utf-8") == "{}"


@given(
    st.text("电话 一二", max_size=5), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text("，。人 ", max_size=5)
)
def test_no_mobile_number_survives(before: str, number: str, after: str) -> None:
    assert number not in masked(f"{before}{number}{after}")


def test_credit_codes_survive_masking() -> None:
    assert (
        masked("承接方 52310115MJ0000106M，代码511100003063624772")
        == "承接方 52310115MJ0000106M，代码511100003063624772"
    )
    assert "510101199003070788" not in masked("证件510101199003070788号")
