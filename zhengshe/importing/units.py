"""What bare amounts count in, wherever a ledger says it: in a header, in a line above the table, in one below it.

What only looks like a unit is none: 总投资120万元, 编制单位：万元村社区. What speaks of 万元 and is not understood is
found too, since amounts must not be read as 元 then.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from zhengshe.reading import UNITS

_HAN = r"[^\W\x00-\u02ff]"  # and letters like them: the range itself takes 2 ms to compile wherever it stands
_OPEN, _CLOSE = r"[(\[【〔]", r"[)\]】〕]"
_DIGITS = r"(?:\d[\d,.]{0,20}|[一二两三四五六七八九几数])"
_QUANTITY = re.compile(rf"{_DIGITS}\s*[十百千]{{0,4}}[多余]?\s*(?:[百千万亿]?元|[万亿])")

# -- in a header

_IN_BRACKETS = re.compile(rf"[十百千]{{0,4}}[万亿]?[美欧日港澳台]?元|[十百千]{{0,4}}[万亿]|[百千](?!{_HAN})")
# what may follow a unit: 万元含税, but not 元旦
_GOES_ON = re.compile(rf"人民币|[整计为含每税]|不含|保留|(?!{_HAN})")
# each run of marks is looked at once: a line of nothing but commas is no header, and may be long
_RUN = r"(?<![{0}])(?<!单位)(?:[{0}]|单位)+"
_AT_END = re.compile(rf"{_RUN.format('/:,_、-')}(元)$|([百千万亿]元)$")
_ALONE = rf"{_OPEN}(?:金额|计量)?(?:单位[为是]?)?(?:人民币)?{_OPEN}?(?:[万亿]元?|[百千]?元)(?:人民币)?{_CLOSE}+$"
_BARE_HEADER = re.compile(rf"{_ALONE}|{_RUN.format('/,_、-')}元$|[/,_、-]?(?:单位)?[百千万亿]元$")


def plain(text: str) -> str:
    """Without what varies from hand to hand: width, blanks, and 圆 for 元."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("圆", "元")


def without_unit(header: str) -> str:
    """A header that is ``plain`` without its unit (金额（万元）), as long as nothing else stands beside that."""
    return _BARE_HEADER.sub("", header)


def _spoken(header: str) -> set[int | None]:
    """The units a header speaks of; None for one that we do not know (百万元, 美元, 万人)."""
    text = _QUANTITY.sub("", plain(header))
    bracket = re.search(_OPEN, text)
    if not bracket:
        at_end = _AT_END.search(text)
        return {UNITS[at_end[1] or at_end[2]]} if at_end else set()
    inside, found = text[bracket.start() :], set[int | None]()
    for match in _IN_BRACKETS.finditer(inside):
        if _GOES_ON.match(inside, match.end()):
            found.add(UNITS.get(match[0]))
        elif match[0] != "元":
            found.add(None)
    return found


def unit_in(header: str) -> int | None:
    """What a bare number under this header counts in: 10,000 under 金额（万元，含税）; None when it does not say."""
    spoken = _spoken(header)
    return spoken.pop() if len(spoken) == 1 else None


def is_unclear(header: str, *, counts: bool = False) -> bool:
    """Does a header speak of 万 or the like, and not so that it is understood? One of ``counts`` (people, times) has
    no unit that we could take."""
    text = _QUANTITY.sub("", plain(header))
    if counts:
        return bool(re.search("[万亿]", text))
    spoken = _spoken(header)
    return bool(re.search("[万亿]|[百千]元", text) if not spoken else len(spoken) > 1 or None in spoken)


def is_column(header: str) -> bool:
    """May the cells below say what the amounts beside them count in?"""
    return bool(re.fullmatch("(?:金额|计量|货币|资金)?单位", plain(header)))


# -- in a line above or below the table


def _expression(money: str, apart: str = r"\s*[、/,;和及]\s*") -> str:
    """A unit of money, perhaps among units of other things: 人、万元 and 人民币（万元） and 万元/人次."""
    measure = rf"(?:(?![百千万亿元])(?:{_HAN}|[%‰a-z])){{1,4}}"
    coins = rf"(?:{_OPEN}?\s*人民币\s*{_CLOSE}?\s*:?\s*)?"
    one_of_two = r"\s*[、/,;和及]\s*[十百千]*[万亿]?元"
    after = rf"\s*(?:人民币|[整计])?{_CLOSE}?(?!{one_of_two})(?:{apart}{measure})*(?!{_HAN})"
    return rf"(?:{measure}{apart})*{coins}{_OPEN}?\s*({money}){after}"


_WHOLE_NAME = _expression("[百千万亿]?元")
_EVEN_SHORT = _expression("[百千万亿]?元|[万亿]", r"(?:\s*[、/,;和及]\s*|\s+)")  # 单位：万, 单位：人 万元
_THEY_ARE = r"\s*(?:均|都|全部|一律|统一)?\s*"
_LINES = tuple(
    map(
        re.compile,
        (
            rf"单位{_THEY_ARE}[为是]?\s*:?\s*{_OPEN}?\s*{_EVEN_SHORT}",
            rf"金额{_THEY_ARE}[为是]\s*{_WHOLE_NAME}",
            rf"[以按用]\s*(?:人民币)?\s*{_OPEN}?([百千万亿]?元){_CLOSE}?\s*(?:人民币)?\s*(?:为?单位|[计填列]|统计|表示)",
        ),
    )
)
_WHOLE_CELL = re.compile(
    rf"{_OPEN}*\s*(?:(?:以下|以上|上述|本表|表[中内])?(?:金额|资金|经费){_THEY_ARE}[为是:]\s*)?{_WHOLE_NAME}\s*{_CLOSE}*[。.]?"
)
_TITLE = re.compile(rf".*{_OPEN}\s*(?:(?:金额|资金|经费)\s*:\s*)?{_WHOLE_NAME}\s*{_CLOSE}*")
_REMARK = re.compile(r"^[(\[]?(?:备?注|说明)\s*\d*\s*[:.、]\s*")
_UNCLEAR = re.compile(rf"[百千万亿]元(?:(?!{_HAN})|(?=人民币|[计为]))|单位\s*[:为是]?\s*[十百千]*[万亿](?!{_HAN})")
_MENTIONED = re.compile("[百千万亿]元")


def units_said(row: Sequence[str]) -> set[int]:
    """The units that a row beside the table says for it: 单位：万元, 万元 in a cell of its own, or behind a title."""
    cells = [text for cell in row if (text := _line(cell))]
    found = {unit for cell in cells if (unit := _said(cell)) is not None}
    if not found and len(set(cells)) == 1 and (match := _TITLE.fullmatch(cells[0])):
        found = {UNITS[match[1]]}
    return found


def _line(cell: str) -> str:
    text = unicodedata.normalize("NFKC", cell).replace("圆", "元").strip()
    return _REMARK.sub("", _QUANTITY.sub("", text))


def _said(cell: str) -> int | None:
    if "元" not in cell and "万" not in cell and "亿" not in cell:
        return None
    for text in (cell, re.sub(r"\s", "", cell)):
        match = next(filter(None, (line.search(text) for line in _LINES)), None) or _WHOLE_CELL.fullmatch(text)
        if match:
            return UNITS[match[1]]
    return None


def unclear_in(cell: str) -> tuple[str, bool] | None:
    """The unit that a cell beside the table mentions without saying that it is the table's, and whether it may well
    be: 项目台账 万元, but not 万元村."""
    text = _line(cell)
    if match := _UNCLEAR.search(text):
        return match[0], True
    match = _MENTIONED.search(text)
    return (match[0], False) if match else None


def unit_header(unit: int) -> str:
    """A header that says the unit of the whole table, for one that has no line above it."""
    return f"单位：{name_of(unit)}"


def name_of(unit: int) -> str:
    return next(name for name, factor in UNITS.items() if factor == unit and name.endswith("元"))
