"""Text in, a stored value out: every form a ledger writes a date, a sum, a code or a choice in.

Reading is strict about what it cannot know and says aloud what it guessed; it never guesses silently.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from zhengshe.errors import ValueProblem
from zhengshe.models import Field, Kind
from zhengshe.values import LIMIT_FEN, Codelist, Value

# What people type into a cell to say that it is empty. 无 is a fact in a text ("业务主管单位：无"), a blank elsewhere.
BLANKS = frozenset(
    {"", "/", "\\", "-", "--", "—", "——", "－", "／", "N/A", "n/a", "NULL", "null", "None", "nan", "#N/A"}
)
_FORMULA_ERRORS = frozenset({"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"})
NO_RESULT = "#公式没有结果"  # what a cell shows whose formula nobody worked out
_BLANK_WORDS = frozenset({"无", "暂无", "空"})
_NO_NUMBER = _BLANK_WORDS | {"无编号", "无号", "未编号", "未编", "待编", "待补", "待定", "待办", "不详", "口头"}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
YEARS = range(1900, 2101)


@dataclass(frozen=True)
class Reading:
    """A value, and what was guessed or looked odd on the way (code, message)."""

    value: Value
    warning: tuple[str, str] | None = None


def clean(text: str) -> str:
    """Strip blanks of every width and characters that cannot be seen; line ends become \\n."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.translate(_INVISIBLE).replace("\r\n", "\n").replace("\r", "\n").strip()
    if _CONTROL.search(text):
        raise ValueProblem("control-character", "含有控制字符，请删去后重录")
    return text


def narrow(text: str) -> str:
    """Full-width letters, digits and punctuation as half-width, without blanks around."""
    text = clean(text)
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


# -- dates

_DAY = re.compile(
    r"(\d{4})\s*[-/.年\\]\s*(\d{1,2})\s*(?:[-/.月\\]\s*(?:(\d{1,2})\s*[日号]?)?)?"
    r"(?:[\sT]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's 1900 calendar, for days after its imaginary 29 February 1900
# what is still to come has no day yet: 未移出, 尚未支付, 待验收
_NOT_YET = re.compile(r"(?:尚?未|待)[^\d]{0,6}|至今|进行中")
_ENDLESS = frozenset({"长期", "永久", "长期有效", "无固定期限", "无期限"})


def read_date(text: str, *, closing: bool = False) -> Reading:
    """A day as ISO text. A month alone is taken as its first (``closing``: last) day, with a warning.

    Raises ValueProblem for a year alone, an impossible day, or anything that is not a date.
    """
    text = narrow(text)
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return Reading(_in_range(dt.date.fromisoformat(text)))
        except ValueError:
            pass
    if match := _COMPACT.fullmatch(text) or _DAY.fullmatch(text):
        year, month, day = match.groups()
        if day:
            return Reading(_in_range(_day(int(year), int(month), int(day), text)))
        first = _day(int(year), int(month), 1, text)
        last = _day(first.year + first.month // 12, first.month % 12 + 1, 1, text) - dt.timedelta(1)
        value = _in_range(last if closing else first)
        return Reading(value, ("date-month", f"只有年月，按 {value} 存入"))
    if match := _SERIAL.fullmatch(text):
        return Reading(_in_range(_EPOCH + dt.timedelta(int(match[1]))))
    if _NOT_YET.fullmatch(text):
        return Reading(None, ("date-not-yet", "还没有日期，按空白存入"))
    if text in _ENDLESS:
        return Reading(None, ("date-endless", "按没有截止日期存入"))
    if re.fullmatch(r"\d{4}\s*年?度?", text):
        raise ValueProblem("date-year", "只有年份，请写到月或日，例如 2025-03-01")
    raise ValueProblem("date-unreadable", "不是日期，请写成 2025-03-01")


def _day(year: int, month: int, day: int, text: str) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise ValueProblem("date-impossible", f"没有“{text}”这一天") from None


def _in_range(day: dt.date) -> str:
    if day.year not in YEARS:
        raise ValueProblem("date-range", f"{day.year} 年超出范围（1900–2100）")
    return day.isoformat()


# -- numbers

UNITS: dict[str, int] = {"元": 1, "百元": 100, "千元": 1000, "万": 10_000, "万元": 10_000, "亿": 10**8, "亿元": 10**8}
_NUMBER = r"[-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?"
_MONEY = re.compile(
    rf"(?:人民币|RMB|CNY|¥)?\s*(\(?)({_NUMBER})(\)?)\s*(亿元|万元|千元|百元|亿|万|元)?\s*(?:整|人民币)?"
)
_SIMPLE_MONEY = re.compile(r"([0-9]{1,8})(?:\.([0-9]{1,2}))?")
_COUNT = re.compile(r"(\d[\d,]*)(?:\.0+)?\s*[人名个场次家位件项期届]*次?")
_ORDINAL = re.compile(
    r"第\s*(\d{1,4}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])\s*[期届次批轮]?"
)
_DECIMAL = re.compile(rf"({_NUMBER})\s*(?:分|%)?")
_YEAR = re.compile(r"(\d{4})(?:\.0+)?\s*年?度?")


def read_money(text: str, *, unit: int = 1) -> Reading:
    """Whole 分. ``unit`` is what a bare number counts in (10,000 under a 万元 heading); a unit in the cell wins."""
    if simple := _SIMPLE_MONEY.fullmatch(text):  # most cells, in a tenth of the time
        whole, part = simple.groups("")
        return Reading((int(whole) * 100 + int(part.ljust(2, "0"))) * unit)
    match = _MONEY.fullmatch(narrow(text))
    if not match or bool(match[1]) != bool(match[3]):
        raise ValueProblem("money-unreadable", "不是金额，请写成 120000 或 12万元")
    number = _decimal(match[2])
    fen = number * 100 * (UNITS[match[4]] if match[4] else unit)
    if match[1]:  # accountants write (1,234.00) for a negative amount
        fen = -fen
    if abs(fen) >= LIMIT_FEN:
        raise ValueProblem("money-range", "金额过大，请核对单位")
    return _whole(fen, "money-rounded", "不足一分的部分已四舍五入")


# by thousands, or by ten thousands as 万 counts: 1,234.5 and 12,3456; not 3,5
_GROUPED = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+)(?:\.\d*)?")


def _decimal(text: str) -> Decimal:
    if "," in text and not _GROUPED.fullmatch(text):
        raise ValueProblem("number-unreadable", "逗号的位置不对，看不出是千位分隔还是小数点；请写成 35000 或 3.5")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValueProblem("number-unreadable", "不是数字") from None


def _whole(number: Decimal, code: str, message: str) -> Reading:
    whole = int(number.to_integral_value(ROUND_HALF_UP))
    # a spreadsheet's binary fractions (1039.9000000000001) are not worth a word
    return Reading(whole, None if abs(number - whole) < Decimal("0.0001") else (code, message))


def read_count(text: str) -> Reading:
    """A whole number that is not negative; 35人, 1,200 and 第三期 are understood."""
    text = narrow(text)
    match = _COUNT.fullmatch(text)
    if not match and (ordinal := _ORDINAL.fullmatch(text)):
        return Reading(int(ordinal[1]) if ordinal[1].isdigit() else _below_hundred(ordinal[1]))
    if not match:
        raise ValueProblem("count-unreadable", "不是非负整数")
    number = int(_decimal(match[1]))
    if number >= 10**12:
        raise ValueProblem("count-range", "数字过大")
    return Reading(number)


def _below_hundred(text: str) -> int:
    """二十三: 23."""
    tens, ten, ones = text.rpartition("十")
    digit = "零一二三四五六七八九".index
    return (digit(tens or "一") * 10 if ten else 0) + (digit(ones) if ones else 0)


def read_decimal(text: str) -> Reading:
    """Hundredths of a number with at most two decimals: a score, a percentage."""
    match = _DECIMAL.fullmatch(narrow(text))
    if not match:
        raise ValueProblem("number-unreadable", "不是数字")
    number = _decimal(match[1]) * 100
    if abs(number) >= 10**12:
        raise ValueProblem("number-range", "数字过大")
    return _whole(number, "number-rounded", "只保留两位小数")


def read_year(text: str) -> Reading:
    match = _YEAR.fullmatch(narrow(text))
    if not match or int(match[1]) not in YEARS:
        raise ValueProblem("year-unreadable", "不是年度，请写成 2025")
    return Reading(int(match[1]))


# -- credit codes (GB 32100-2015)

CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # I, O, S, V and Z are not used
_CODE_VALUES = bytes(CODE_ALPHABET.find(chr(i)) % 256 for i in range(256))
_CODE_WEIGHTS = tuple(3**i % 31 for i in range(17))
_NOT_IN_CODE = bytes(set(range(256)) - set(CODE_ALPHABET.encode()))
_CARD = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_CARD_IN_TEXT = re.compile(rf"(?<!\d){_CARD.pattern}(?!\d)")
# of before 1999, without a check digit
_OLD_CARD = re.compile(r"[1-9]\d{5}(\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}")
_CARD_WEIGHTS = tuple(2 ** (17 - i) % 11 for i in range(17))
_SCIENTIFIC = re.compile(r"[-+]?\d(?:\.\d+)?[Ee]\+\d+")
_DESTROYED = re.compile(r"[-+]?\d(?:\.\d+)?E\+?\d+|\d{15,}\.0+")


def code_check_digit(first17: str) -> str:
    """The 18th character that belongs to the first seventeen (GB 32100-2015)."""
    values = first17.encode("ascii").translate(_CODE_VALUES)
    return CODE_ALPHABET[-sum(map(int.__mul__, values, _CODE_WEIGHTS)) % 31]


def is_credit_code(code: str) -> bool:
    """Eighteen characters of the alphabet with the right check digit."""
    if len(code) != 18 or not code.isascii() or len(code.encode().translate(None, _NOT_IN_CODE)) != 18:
        return False
    return code_check_digit(code[:17]) == code[17]


def is_identity_card(text: str) -> bool:
    """A citizen's identity number (GB 11643): a real birthday and the right check digit."""
    if not _CARD.fullmatch(text):
        return False
    try:
        dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return "10X98765432"[sum(map(int.__mul__, map(int, text[:17]), _CARD_WEIGHTS)) % 11] == text[17]


def is_old_identity_card(text: str) -> bool:
    """A citizen's identity number of fifteen digits, as issued before 1999: a real birthday of the 20th century."""
    if not (found := _OLD_CARD.fullmatch(text)):
        return False
    try:
        dt.date(1900 + int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def read_credit_code(text: str) -> Reading:
    """An 18-character code. A wrong check digit is a warning, since some codes were truly issued so.

    Refused: another length, a letter outside the alphabet, a code that a spreadsheet turned into a number (the digits
    are lost), and an identity-card number (not echoed, since it is personal data).
    """
    code = re.sub(r"[\s\-]", "", narrow(text).upper().lstrip("'`"))
    if _DESTROYED.fullmatch(narrow(text).upper()):
        raise ValueProblem("code-destroyed", "信用代码被表格软件变成了数字，原码已丢失，请从原件重录（单元格设为文本）")
    valid = is_credit_code(code)
    if is_identity_card(code):
        if not valid:
            raise ValueProblem("code-identity", "疑似居民身份证号，不予登记；请填统一社会信用代码")
        return Reading(code, ("code-like-identity", "校验位无误，但也像居民身份证号，请核对原件"))
    if len(code) != 18:
        if is_old_identity_card(code):
            raise ValueProblem("code-identity", "疑似居民身份证号，不予登记；请填统一社会信用代码")
        raise ValueProblem("code-length", f"信用代码应为 18 位，现为 {len(code)} 位")
    if wrong := sorted(set(code) - set(CODE_ALPHABET)):
        raise ValueProblem("code-character", f"信用代码不使用字符 {'、'.join(wrong)}")
    return Reading(code, None if valid else ("code-check", "信用代码校验位不符，请核对原件（已按原样登记）"))


# -- words


_YES = frozenset({"是", "有", "已", "对", "真", "√", "✓", "y", "yes", "true", "1", "1.0", "具备", "具有", "中标"})
_NO = frozenset({"否", "无", "未", "没有", "×", "✗", "x", "n", "no", "false", "0", "0.0", "不具备", "未中标", "不具有"})
_PHONE = re.compile(r"(?:\+?86)?1\d{10}|(?:0\d{2,3})?[2-9]\d{6,7}(?:[-转]\d{1,6})?|\d{5}|1\d{2}\*{4}\d{4}|[48]00\d{7}")


def read_person(text: str) -> Reading:
    """A person's name as it stands. Refused: one with an identity number in it, whether or not its check digit is right
    (not echoed, since it is personal data)."""
    if _CARD_IN_TEXT.search(narrow(text).upper()):
        raise ValueProblem("code-identity", "含有居民身份证号，不予登记；请只填姓名")
    return Reading(text)


def read_text(text: str) -> Reading:
    """A text as it stands. Refused: a number in scientific notation, which is no text that anyone wrote, but a number
    of a document or a record that a spreadsheet has shortened: two of them may have become one."""
    if _SCIENTIFIC.fullmatch(text):
        advice = "请把这一列设为“文本”，从原件重新填写"
        raise ValueProblem("number-destroyed", f"数字太长，被表格软件存成了科学计数，已经不全；{advice}")
    return Reading(text)


def read_flag(text: str) -> Reading:
    word = narrow(text).lower()
    if word in _YES:
        return Reading(1)
    if word in _NO:
        return Reading(0)
    raise ValueProblem("flag-unreadable", "请写 是 或 否")


def read_phone(text: str) -> Reading:
    text = narrow(text)
    parts = [part for part in re.split(r"[/、,;，；\s]+", text) if part]
    if not all(map(_is_phone, parts)):  # a blank stands within a number more often than between two
        parts = [part for part in re.split(r"[/、,;，；]", re.sub(r"\s+", "", text)) if part]
    odd = [part for part in parts if not _is_phone(part)]
    return Reading("/".join(parts), ("phone-odd", "不像电话号码，请核对") if odd or not parts else None)


def _is_phone(part: str) -> bool:
    return bool(_PHONE.fullmatch(re.sub(r"(?<=\d)-(?=\d{7,8})|[()]", "", part)))


def read_choice(text: str, codelist: Codelist) -> Reading:
    """A term of the list; its other names are understood. A closed list refuses what it does not know."""
    word = clean(text)
    if word in codelist.values:
        return Reading(word)
    folded = narrow(word).upper()
    for term in codelist.values:
        if narrow(term).upper() == folded:
            return Reading(term)
    for alias, term in codelist.aliases.items():
        if narrow(alias).upper() == folded:
            return Reading(term)
    import difflib  # for an error only

    near = difflib.get_close_matches(word, codelist.values, n=1, cutoff=0.5)
    hint = f"，是不是“{near[0]}”" if near else ""
    terms = "、".join(codelist.values)
    if codelist.closed:
        raise ValueProblem("choice-unknown", f"{codelist.label}没有“{word}”{hint}；可用：{terms}")
    return Reading(word, ("choice-new", f"{codelist.label}“{word}”不在代码表中{hint}"))


Reader = Callable[[str], Reading]


def reader_for(field: Field, codelists: Mapping[str, Codelist], *, unit: int = 1) -> Reader:
    """The function that reads this field's text; a blank gives None. It raises ValueProblem."""
    read = _reader(field, codelists, unit)
    blanks = BLANKS
    if field.is_paper_number:
        blanks |= _NO_NUMBER
    elif field.is_asked:
        blanks |= _NO
    elif field.kind not in (Kind.TEXT, Kind.FLAG):
        blanks |= _BLANK_WORDS

    def read_cell(text: str) -> Reading:
        text = clean(text)
        if text in blanks:
            return Reading(None)
        if text in _FORMULA_ERRORS:
            raise ValueProblem("formula-error", "是表格公式的错误值，请改成内容")
        if text == NO_RESULT:
            raise ValueProblem("formula-unworked", "公式没有算出的结果；请在 WPS/Excel 中打开、保存后再导入")
        return read(text)

    return read_cell


def _reader(field: Field, codelists: Mapping[str, Codelist], unit: int) -> Reader:
    if field.kind is Kind.CHOICE:
        codelist = codelists[field.codelist or field.key]
        return lambda text: read_choice(text, codelist)
    if field.kind is Kind.MONEY:
        return lambda text: read_money(text, unit=unit)
    if field.kind is Kind.DATE:
        return lambda text: read_date(text, closing=field.closing)
    if field.of_person:
        return read_person
    return _PLAIN.get(field.kind, read_text)


_PLAIN: dict[Kind, Reader] = {
    Kind.COUNT: read_count,
    Kind.DECIMAL: read_decimal,
    Kind.YEAR: read_year,
    Kind.CREDIT_CODE: read_credit_code,
    Kind.FLAG: read_flag,
    Kind.PHONE: read_phone,
}
