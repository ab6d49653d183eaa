"""Which rows are records must not depend on how the file was cut into blocks: whole blocks are asked at once."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengshe.importing.footnotes import Naming
from zhengshe.importing.headers import Head
from zhengshe.importing.sifting import Sieve

NAMES = ("序号", "项目名称", "单位", "金额", "年度", "类型", "地址", "备注")
FILLED = ["5", "协会", "统计培训", "无"]
NAMING = Naming((2,), (1, 2))
ODD = ["", "", "共计", "合计", "备注：金额单位为万元", "单位：元", "以上由民政科提供", "序号", "项目名称", "单位"]
ODD += ["一", "二", "续表", "二、2024年", "2024年名单", "项目 名称", "合 计", "填表人："]


@st.composite
def sheets(draw: st.DrawFn) -> tuple[Head, list[list[str]]]:
    """A header, and rows of about its width: most have something in every cell, some are anything at all."""
    width = draw(st.sampled_from([3, 4, 5, 8]))
    full = st.lists(st.sampled_from(FILLED), min_size=width, max_size=width)
    one_off = st.tuples(full, st.integers(0, width - 1), st.sampled_from(ODD)).map(
        lambda made: [made[2] if place == made[1] else cell for place, cell in enumerate(made[0])]
    )
    lone = st.tuples(st.integers(0, width - 1), st.sampled_from(ODD)).map(
        lambda made: [made[1] if place == made[0] else "" for place in range(width)]
    )
    heading = st.sampled_from(["一", "二", "5"]).map(lambda number: [number, "2024年度", *[""] * (width - 2)])
    anything = st.lists(st.sampled_from([*FILLED, *ODD]), min_size=1, max_size=width + 1)
    head = Head(1, NAMES[:width], draw(st.sampled_from([None, 1, 10_000])), year=draw(st.sampled_from([None, "2025"])))
    return head, draw(st.lists(st.one_of(full, one_off, lone, heading, anything), max_size=9))


@settings(max_examples=150)
@given(sheets(), st.lists(st.integers(1, 5), min_size=9, max_size=9))
def test_blocks_of_any_size_have_the_same_records(sheet: tuple[Head, list[list[str]]], sizes: list[int]) -> None:
    head, rows = sheet

    def sifted(ends: list[int]) -> object:
        blocks = [rows[start:end] for start, end in zip([0, *ends], ends, strict=False) if rows[start:end]]
        sieve = Sieve(blocks, head, [0, 2], NAMING)
        found = [
            (number, *cells[:3]) for numbers, columns in sieve for number, *cells in zip(numbers, *columns, strict=True)
        ]
        return found, sieve.skipped, sieve.rejected

    one_by_one = sifted([*range(1, len(rows) + 1)])
    assert sifted([*accumulate(sizes)]) == sifted([len(rows)]) == one_by_one


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["", "", "共计", "5", "1", "1", "1", "1"], "合计行"),
        (["共 计", "3", "项", "5", "1", "1", "1", "1"], "合计行"),
        (["7", "小计", "协会", "5", "1", "1", "1", "1"], "合计行"),
        (["", "", "", "", "", "", "", ""], "空行"),
        (["备注：无", "", "", "", "", "", "", ""], "说明行"),
        ([*NAMES], "重复表头"),
        (["备注：无", "甲", "乙", ""], "说明行"),
        (["备注：无", "甲", "乙"], "说明行"),
    ],
)
def test_a_block_of_one_row_that_is_no_record(row: list[str], why: str) -> None:
    sieve = Sieve([[row]], Head(1, NAMES[: len(row)], 1), [0, 2], NAMING)
    assert ([*sieve], sieve.skipped) == ([], {why: [2]})


def test_a_second_table_is_seen_though_a_block_begins_with_it() -> None:
    gap, second = [""] * 8, ["名称", "信用代码", "类型", "地址", "电话", "成立日期", "业务范围", "备注"]
    sieve = Sieve([[gap], [second, second]], Head(1, NAMES, 1), [0, 2], NAMING)
    assert ([*sieve], [each.row for each in sieve.rejected]) == ([], [3])
