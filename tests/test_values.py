"""One value at a time: every form a ledger writes it in, and what is refused."""

from __future__ import annotations

import csv
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as peer

from tests.conftest import SAMPLES
from zhengshe.errors import ValueProblem
from zhengshe.models import RECORDS, Field, Kind
from zhengshe.reading import (
    CODE_ALPHABET,
    code_check_digit,
    is_credit_code,
    read_choice,
    read_count,
    read_credit_code,
    read_date,
    read_flag,
    read_money,
    read_phone,
    read_year,
    reader_for,
)
from zhengshe.resources import codelists
from zhengshe.values import PLAIN_FORMS


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-03-01", "2019-03-01"),
        ("2019.3.1", "2019-03-01"),
        ("2019/3/1", "2019-03-01"),
        ("2019年3月1日", "2019-03-01"),
        ("２０１９．３．１", "2019-03-01"),
        ("20190301", "2019-03-01"),
        ("2019-03-01 00:00:00", "2019-03-01"),
        ("2019-03-01T08:30:00Z", "2019-03-01"),
        (" \u30002019-3-1 ", "2019-03-01"),
        ("44847", "2022-10-13"),  # an Excel serial, as in a real ledger of purchase contracts
        ("44847.5", "2022-10-13"),
        ("2020-02-29", "2020-02-29"),
    ],
)
def test_dates(text: str, day: str) -> None:
    reading = read_date(text)
    assert (reading.value, reading.warning) == (day, None)


def test_a_month_is_its_first_or_last_day_and_said() -> None:
    assert read_date("2019年3月").value == "2019-03-01"
    assert read_date("2020.2", closing=True).value == "2020-02-29"
    assert read_date("2019年12月", closing=True).value == "2019-12-31"
    warning = read_date("2019年3月").warning
    assert warning is not None
    assert warning[0] == "date-month"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2019", "date-year"),
        ("2019年", "date-year"),
        ("2019-02-29", "date-impossible"),
        ("2019-13-01", "date-impossible"),
        ("1019-03-01", "date-range"),
        ("三月", "date-unreadable"),
        ("2019.3.1-2020.3.1", "date-unreadable"),
        ("44", "date-unreadable"),
    ],
)
def test_what_is_no_date(text: str, code: str) -> None:
    with pytest.raises(ValueProblem) as problem:
        read_date(text)
    assert problem.value.code == code


@given(st.dates(dt.date(1954, 10, 4), dt.date(2100, 12, 31)), st.sampled_from(["-", ".", "/", "年"]))
def test_every_day_reads_back(day: dt.date, mark: str) -> None:
    text = f"{day.year}{mark}{day.month}{'月' if mark == '年' else mark}{day.day}{'日' if mark == '年' else ''}"
    assert read_date(text).value == day.isoformat()
    serial = (day - dt.date(1899, 12, 30)).days
    if serial <= 99999:
        assert read_date(str(serial)).value == day.isoformat()


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("120000", 1, 12_000_000),
        ("12", 10_000, 12_000_000),
        ("12万元", 1, 12_000_000),
        ("12万元", 10_000, 12_000_000),  # the unit in the cell wins over the one in the heading
        ("500元", 10_000, 50_000),
        ("1.2亿元", 1, 12_000_000_000),
        ("￥1,234.50", 1, 123_450),
        ("(1,234.50)", 1, -123_450),
        ("-5", 1, -500),
        ("１２．５万", 1, 12_500_000),
        ("1.0399", 10_000, 1_039_900),
        ("1039.9000000000001", 1, 103_990),
        ("1.2E+5", 1, 12_000_000),
        ("人民币12元整", 1, 1200),
    ],
)
def test_money(text: str, unit: int, fen: int) -> None:
    reading = read_money(text, unit=unit)
    assert (reading.value, reading.warning) == (fen, None)


def test_money_below_a_fen_is_rounded_and_said() -> None:
    reading = read_money("0.125")
    assert reading.value == 13
    assert reading.warning is not None


@pytest.mark.parametrize(
    "text", ["十二万", "12万 3千", "abc", "(12", "NaN", "inf", "1e999", "99999999999999", "1-2", "3,5", "12，5"]
)
def test_what_is_no_money(text: str) -> None:
    with pytest.raises(ValueProblem):
        read_money(text)


@given(st.integers(-(10**14), 10**14))
def test_money_reads_back_what_it_writes(fen: int) -> None:
    assert read_money(PLAIN_FORMS[Kind.MONEY](fen)).value == fen


def test_small_words() -> None:
    assert read_count("1,200 人次").value == 1200
    assert [read_count(text).value for text in ("第1期", "第一期", "第十届", "第二十三届")] == [1, 1, 10, 23]
    assert read_year("2025年度").value == 2025
    assert [read_flag(word).value for word in ("是", "√", "有", "否", "×", "未")] == [1, 1, 1, 0, 0, 0]
    assert read_phone("138 0000 0000、021-58301234").value == "13800000000/021-58301234"
    assert read_phone("13800000000 13900000000").value == "13800000000/13900000000"
    assert read_phone("021 5830 1234").value == "02158301234"
    assert read_phone("无此号").warning is not None
    with pytest.raises(ValueProblem):
        read_count("-3")


def test_choices_by_alias_closed_and_open() -> None:
    lists = codelists()
    assert read_choice("民非", lists["kind"]).value == "社会服务机构"
    assert read_choice(" ５Ａ ", lists["grade"]).value == "5A"
    with pytest.raises(ValueProblem, match="社会团体"):
        read_choice("社会团队", lists["kind"])
    odd = read_choice("企业捐赠", lists["funding_source"])
    assert odd.value == "企业捐赠"
    assert odd.warning is not None


def test_codelists_are_whole() -> None:
    for record in RECORDS.values():
        for field in record.fields:
            if field.kind is Kind.CHOICE:
                codelist = codelists()[field.codelist or ""]
                assert set(codelist.aliases.values()) <= set(codelist.values)
                assert all(isinstance(term, str) for term in (*codelist.values, *codelist.aliases))


# credit codes


def verdict(code: str) -> bool:
    try:
        return read_credit_code(code).warning is None
    except ValueProblem:
        return False


def test_published_vectors() -> None:
    path = SAMPLES / "uscc-vectors.csv"
    if not path.exists():
        pytest.skip("the shared samples are not here")
    with path.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["valid"] in ("true", "false")]
    assert len(rows) > 300
    assert [row["code"] for row in rows if verdict(row["code"]) != (row["valid"] == "true")] == []


BODIES = st.text(CODE_ALPHABET, min_size=17, max_size=17)


@given(BODIES)
def test_the_check_digit_agrees_with_the_peer(body: str) -> None:
    assert code_check_digit(body) == peer.calc_check_digit(body)


@given(BODIES, st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*-/ "))
def test_a_mutated_code_gets_the_peers_verdict(body: str, place: int, letter: str) -> None:
    code = body + code_check_digit(body)
    mutated = code[:place] + letter + code[place + 1 :]
    # the peer also asks that the first letter and the district are possible, so only its check digit is compared
    expected = set(mutated) <= set(CODE_ALPHABET) and peer.calc_check_digit(mutated[:17]) == mutated[17]
    assert is_credit_code(mutated) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5.21101E+17", "code-destroyed"),
        ("521101000000000000.0", "code-destroyed"),
        ("5211000", "code-length"),
        ("52110000MJ015106XO", "code-character"),
        ("510101199003070788", "code-identity"),
        ("310115800101123", "code-identity"),  # of fifteen digits
        ("310115801301123", "code-length"),
    ],
)
def test_codes_that_are_refused(text: str, code: str) -> None:
    with pytest.raises(ValueProblem) as problem:
        read_credit_code(text)
    assert problem.value.code == code


def test_codes_that_are_taken() -> None:
    assert read_credit_code(" 52110000-mj015106xk ").value == "52110000MJ015106XK"
    doubtful = read_credit_code("52110000MJ015106X1")
    assert doubtful.value == "52110000MJ015106X1"
    assert doubtful.warning is not None


def test_blanks_in_every_kind_of_field() -> None:
    for kind in Kind:
        field = Field("kind" if kind is Kind.CHOICE else "x", "某项", kind, codelist="kind")
        read = reader_for(field, codelists())
        for blank in ("", "  ", "/", "—", "\u200b", "N/A"):
            assert read(blank).value is None


def test_control_characters_are_refused_and_invisible_ones_dropped() -> None:
    read = reader_for(Field("x", "某项"), codelists())
    assert read("老年\u200b协会\ufeff").value == "老年协会"
    with pytest.raises(ValueProblem):
        read("老年\x00协会")
