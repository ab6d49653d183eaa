"""Rows among and below the records that are none: blanks, totals, remarks, small headings, and the header again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhengshe.importing.headers import Head, clean_header, years_in
from zhengshe.reading import BLANKS

REMARK, BLANK, TOTAL, HEADER, SECTION = "说明行", "空行", "合计行", "重复表头", "小标题行"
BARE_TOTALS = ("合计", "小计", "总计", "累计")  # no record is called so
_SUM = r"(?:[合总小共累]\s*[计計])"
_TOTAL = re.compile(
    rf"(?:本[页月季年]|以上)?(?:{_SUM}|总\s*数|汇\s*总)(?:\s*[(（:：].*|\s*\d.*)?"
    r"|.{1,12}(?:[合总小]\s*[计計]|共\s*[计計])[:：]?|其中\s*[:：].+",
    re.DOTALL,
)
# what every total has in it, and little else; a set of characters is sought quickly, alternatives are not
_MAY_BE_TOTAL = re.compile(r"[合总小共累汇其]\s*[计計数总中]")
_COUNTED = re.compile(r"(?:以上|本表|本页)?\s*共\s*\d+\s*[家个项人名户条笔所件次场页].{0,6}")
_SIGNED = (
    r"(?:(?:单位|部门|科室|分管|主管|街道)?(?:负责人|领导|联系人|经办人|承办人|经手人?|复核人?|审核人?|审批人?|制表人?|填表人?|填报人?|统计人?|汇总人?|报送人?|校对人?)"
    r"(?:签[字名章]|电话)?|(?:填表|制表|填报|编制|金额|计量|货币)?(?:单位|日期|时间)|负责人签字|单位盖章|电话|联系电话)"
)
_NOTE = r"(?:备?注|说明|填[表报写]说明|编制说明|(?:数据|资料|信息)?来源|数据截止|统计口径)"
_OPEN = r"[(（\[【*＊※]*\s*"
_REMARK = re.compile(
    rf"{_OPEN}(?:{_NOTE}\s*(?:[\d①-⑩]*\s*[:：、.．]|$)|备?注\s*[\d①-⑩])"
    r"|[(（—-]*\s*(?:此页)?以下(?:空白|无正文)"
)
_SIGNATURE = re.compile(rf"{_OPEN}{_SIGNED}\s*[:：]")
_SEALED = re.compile(r".*[(（](?:盖章|公章|签章|签字|印章|章)[)）]")
# what stands alone in a row: a date, what a star means, the number of the page
_ALONE = re.compile(
    r"[(（]?(?:\d{4}|[〇○零一二三四五六七八九]{4})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月(?:.{1,4}日)?[)）]?"
    r"|[*＊※].*[的为:：].*|第\s*\d+\s*页[\s,，/]*(?:共\s*\d+\s*页)?"
)
# on the next page
_PAGE = r"\s*[\d一二三四五六七八九十]*\s*"
_CONTINUED = re.compile(rf"[(（]?(?:续\s*上?\s*[表页]|接上[表页]){_PAGE}[)）]?|.*[(（]\s*续\s*表?{_PAGE}[)）]")
# 一、社会团体 above those of its kind; in a list of hardly more than names it may be one of them
_SECTION = re.compile(r"(?:[(（][一二三四五六七八九十]{1,3}[)）]、?|[一二三四五六七八九十]{1,3}[、.．]).{2,20}")
_CHINESE_NUMBER = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?")
_TITLE = re.compile(r".{2,}(?:表|单|名册|名录|台账|情况|结果)(?:[(（].*[)）])?")
_NAMES_ONLY = 2  # columns


@dataclass(frozen=True)
class Naming:
    """The columns that tell which record a row is: ``names`` hold its own name or whose it is, and no record is without
    them; ``keys`` are these and what else tells it from others (a year, a number, a code)."""

    names: tuple[int, ...]
    keys: tuple[int, ...]


def may_be_total(text: str) -> bool:
    """Could a cell of these, joined, say that its row is a total?"""
    return _MAY_BE_TOTAL.search(text) is not None


def skipped(row: Sequence[str], head: Head, naming: Naming) -> str | None:
    """Why a row below the header is no record: blank, a total, a remark, a small heading, or the header again. None
    when it is one. The row has a cell in every column that is read."""
    filled = [text for cell in row if (text := cell.strip()) and text not in BLANKS]
    if not filled:
        return BLANK
    if _is_total(row, filled, naming):
        return TOTAL
    if _SIGNATURE.match(filled[0]):  # however many sign beside each other
        return REMARK
    if len(filled) <= 3 and (_REMARK.match(filled[0]) or _SEALED.fullmatch(filled[0])):
        return REMARK
    if len(filled) == 1 and (_ALONE.fullmatch(filled[0]) or _is_page_title(filled[0], head)):
        return REMARK
    if len(filled) == 1 and _has_more_than_names(head) and _SECTION.fullmatch(filled[0]):
        return SECTION
    return HEADER if repeats(row, head) else None


def _is_total(row: Sequence[str], filled: Sequence[str], naming: Naming) -> bool:
    """A total says so in its first cell or where a name would stand: the cells before may be merged downwards. In
    another column (备注) the word makes a row a total only if the row names no record."""
    names = [row[place].strip() for place in naming.names]
    for text in (filled[0], *names):
        told = text.strip("：: ")
        if (may_be_total(told) and _TOTAL.fullmatch(told)) or (len(filled) <= 3 and _COUNTED.fullmatch(told)):
            return True
    if not any(total in filled for total in BARE_TOTALS):
        return False
    return not all(names) or any(row[place].strip() in BARE_TOTALS for place in naming.keys)


def _has_more_than_names(head: Head) -> bool:
    return sum(map(bool, head.cells)) > _NAMES_ONLY


def _is_page_title(text: str, head: Head) -> bool:
    """Does the table go on below this? A title that says another year than the first begins another."""
    if is_of_another_year(text, head):
        return False
    return bool(_CONTINUED.fullmatch(text)) or clean_header(text) in map(clean_header, head.titles)


def is_of_another_year(text: str, head: Head) -> bool:
    """Does this title or small heading say another year than the one that all rows are read as of?"""
    years = years_in(text)
    return bool(head.year and years) and head.year not in years


def is_numbered_heading(row: Sequence[str], head: Head, counter: int) -> bool:
    """Is this a Chinese number in the column ``counter``, and a name and nothing else beside it? Where the others count
    in digits (``is_counted``) it is a small heading."""
    filled = [cell for cell in row if cell.strip()]
    return len(filled) == 2 and _has_more_than_names(head) and bool(_CHINESE_NUMBER.fullmatch(row[counter].strip()))


def is_counted(row: Sequence[str], counter: int) -> bool:
    return row[counter].strip(" .、．").isdigit()


def is_title(text: str) -> bool:
    """Is what stands alone above a header that comes again called as tables are? (A list may have lone names.)"""
    return bool(years_in(text) or _TITLE.fullmatch(text.strip()))


def repeats(row: Sequence[str], head: Head) -> bool:
    """Is this a row of the header again, each of its cells? One that differs in a cell begins another table."""
    cells = [cell and clean_header(cell) for cell in row]
    for line in head.lines or (head.cells,):
        pairs = [(cell, name) for cell, name in zip(cells, line, strict=False) if cell]
        if len(pairs) >= 2 and all(cell == name for cell, name in pairs):
            return True
    return False


def nearly_repeats(row: Sequence[str], head: Head) -> bool:
    """Is this the header but for one cell? No record is so, and what is below is not what the header says."""
    cells = [clean_header(cell) for cell in row]
    alike = sum(cell == name for cell, name in zip(cells, head.cells, strict=False) if cell)
    return alike >= max(2, sum(map(bool, cells)) - 1)


def is_lone(row: Sequence[str]) -> bool:
    """Has this row only one cell with anything in it?"""
    return sum(bool(cell.strip()) for cell in row) == 1
