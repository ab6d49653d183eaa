"""What is said of rows that are not read as records, and where the reading of a sheet ends."""

from __future__ import annotations

from collections.abc import Sequence

from zhengshe.errors import Issue
from zhengshe.importing import units
from zhengshe.reading import is_identity_card

_ENDS = "second-table"  # stands for all rows below it
_PART = "从这一行起没有读，请分成两个工作表或两个文件再导入"
SECOND_TABLE = Issue(_ENDS, "从这一行起是另一张表，没有读；请分成两个工作表或两个文件再导入")
TALL_HEADER = Issue(
    _ENDS, "表头不止一行，这一行没有读懂，下面的都没有读；请把表头并成一行（如“首付款金额”“首付款日期”）再导入"
)
_LONE = "末尾这一行只有一格有内容，像是落款或说明，没有登记；确是一条记录请补上别的列（没有的写“无”），不是请删去"


def lone(text: str) -> Issue:
    return Issue("single-cell", _LONE, value=text[:40])


def another_year(year: str | None) -> Issue:
    return Issue(_ENDS, f"这里说的是另一年，上面没有年度列、按{year}年登记；{_PART}，或补上年度列")


def beyond(cells: Sequence[str]) -> Issue:
    """A separator within a cell has parted it: what stands behind it would be read under the next header, or lost."""
    text = "，".join("（证件号略）" if is_identity_card(cell.upper()) else cell for cell in cells)[:200]
    return Issue(
        "row-too-wide", f"这一行的格数比表头多，多出“{text}”；格里有分隔符的请加双引号，或补上表头", value=text
    )


def unit_below(unit: int, above: int | None) -> Issue:
    name = units.name_of(unit)
    if above is not None:
        return Issue("unit-changed", f"表头上方的单位是{units.name_of(above)}，这里说是{name}；{_PART}")
    return Issue(
        "unit-below",
        f"这里说金额单位是{name}，表头上方没有说，金额没有照此换算；请在表头上方加一行“单位：{name}”，或删去这句话",
    )
