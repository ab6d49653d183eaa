"""Number formats of an xlsx that change what a number means: 0.965 shown as 96.5%, 3.5 as 3.50万元, 12 as 0012.

The reader of workbooks gives the bare number. Of the styles only such formats are looked at; of what they show only
that much is told as can be read off them for certain, and no digit is rounded away.
"""

from __future__ import annotations

import operator
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from xml.etree import ElementTree  # nosec B405

from zhengshe.reading import UNITS

_STYLES = "xl/styles.xml"
_BLOCK = 1 << 16
_LONGEST = 255  # characters of a format, as many as Excel allows
_LONGEST_NUMBER = 40  # signs for digits in it; more would only fill the memory
_PERCENT = {"9": "0%", "10": "0.00%"}  # formats that need not be declared
_OF_UNITS = frozenset("".join(UNITS))
_MOST_EXACT = Decimal(10) ** 15  # a longer number has lost digits, and must look so
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_BELOW_ZERO = "-()（）"  # how formats say so themselves
_SECTION = re.compile(r'((?:"[^"]*"|[\\!].|[^;"\\!])*)(?:;|$)', re.DOTALL)
_MEETS = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
# quoted or escaped text; what is in brackets (colours, currencies, conditions), blanks as wide as a letter, fillers
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.'
    r"|(?P<number>General|G/通用格式|[0#?.,%])|(?P<other>.)",
    re.DOTALL,
)
# digits, perhaps a point that is only text (0!.0,"万" shows 35000 as 3.5万), and a comma for three digits left out
_NUMBER = re.compile(r"(?P<whole>[0#?,]*[0#?])(?P<fake>\0[0#?]+)?(?:\.(?P<part>[0#?]*))?(?P<thousands>,*)")


@dataclass(frozen=True)
class _Section:
    """What stands before and behind the number, how many digits it has at least, and what it is multiplied by."""

    before: str
    behind: str
    whole: int
    part: int
    factor: Decimal

    @property
    def says_more(self) -> bool:
        """Does this mean something else than the bare number?"""
        text = {*self.before, *self.behind}
        return bool(text & _OF_UNITS) or "%" in text or (self.whole > 1 and not self.part and self.factor == 1)

    def shown(self, value: Decimal) -> str:
        whole, _, part = f"{abs(value * self.factor).normalize():f}".partition(".")
        text = whole.zfill(self.whole) + ("." if part or self.part else "") + part.ljust(self.part, "0")
        if value >= 0:
            return f"{self.before}{text}{self.behind}"
        return f"-{self.before.strip(_BELOW_ZERO)}{text}{self.behind.strip(_BELOW_ZERO)}"


@dataclass(frozen=True)
class Format:
    """A number format: its sections, each with the condition under which it holds, and None for one that cannot be
    told."""

    sections: tuple[tuple[tuple[str, Decimal], _Section | None], ...]

    def shown(self, number: str) -> str | None:
        """What a cell with this number shows; None for the bare number, and for what is none."""
        try:
            value = Decimal(f"{float(number):.15g}")  # as many digits as Excel shows
        except ValueError:
            return None
        if abs(value) >= _MOST_EXACT or 0 < abs(value) * _MOST_EXACT < 1:
            return None
        for (sign, limit), section in self.sections:
            if _MEETS[sign](value, limit):
                return section.shown(value) if section and section.says_more else None
        return None


def of_cells(archive: zipfile.ZipFile) -> Mapping[bytes, Format]:
    """The formats in use that say more than a number, by the number that cells give for their style."""
    if _STYLES not in archive.namelist():
        return {}
    target = _Styles()
    # the reader has read them already; expat opens no entities from outside and limits their growth
    parser = ElementTree.XMLParser(target=target)  # noqa: S314  # nosec B314
    with archive.open(_STYLES) as stream:
        while block := stream.read(_BLOCK):
            parser.feed(block)
    parser.close()
    formats = {number: told for number, code in target.codes.items() if (told := _told(code))}
    return {str(place).encode(): formats[number] for place, number in enumerate(target.of_styles) if number in formats}


class _Styles:
    """What the parser of XML tells of the styles as they pass: a tree of them may be larger than the ledger."""

    def __init__(self) -> None:
        self.codes = {**_PERCENT}
        self.of_styles: list[str] = []
        self._within = ""

    def start(self, tag: str, said: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name in ("numFmts", "cellXfs"):
            self._within = name
        elif self._within == "numFmts" and name == "numFmt":
            code = said.get("formatCode", "")
            if len(code) <= _LONGEST and ("%" in code or "00" in code or not _OF_UNITS.isdisjoint(code)):
                self.codes[said.get("numFmtId", "")] = code
        elif self._within == "cellXfs" and name == "xf":
            self.of_styles.append(said.get("numFmtId", "0"))

    def end(self, tag: str) -> None:
        if tag.rpartition("}")[2] == self._within:
            self._within = ""

    def close(self) -> None:
        """Asked for by the parser."""


def _told(code: str) -> Format | None:
    """None for a format that shows the bare number, or what cannot be told of it."""
    texts = _SECTION.findall(code)[:-1][:3]  # behind the last one it finds another, which is empty
    said = [_CONDITION.search(text) for text in texts]
    if any(said):
        limits = [(each[1], Decimal(each[2])) if each else ("<>", Decimal("NaN")) for each in said]
    else:
        limits = [(sign, Decimal(0)) for sign in ((">=", "<"), (">", "<", "="))[len(texts) == 3]]
        limits = limits if len(texts) > 1 else [("<>", Decimal("NaN"))]
    sections = tuple(zip(limits, map(_section, texts), strict=False))
    return Format(sections) if any(section and section.says_more for _, section in sections) else None


def _section(code: str) -> _Section | None:
    """One section. Its text before, between and behind the signs for digits is told from them by a mark."""
    before, number, behind, percent = "", "", "", 0
    for token in _TOKEN.finditer(code):
        sign = token["number"]
        text = token["quoted"] or token["escaped"] or token["currency"] or ""
        if token["other"]:
            if (token["other"].isascii() and token["other"].isalpha()) or token["other"] in "/@":
                return None  # a date, a fraction, a text
            text = token["other"]
        if sign == "%":
            behind, percent = behind + "%", percent + 1
        elif sign and behind and not (behind == "." and sign in "0#?"):
            return None  # digits parted by text: 0000-00-00
        elif sign:
            number += ("\0" if behind else "") + ("#" if sign[0] == "G" else sign)
            behind = ""
        elif number:
            behind += text
        else:
            before += text
    match = _NUMBER.fullmatch(number)
    if not match or len(number) > _LONGEST_NUMBER or percent > 1:
        return None
    fake = len(match["fake"] or "\0") - 1
    factor = Decimal(10) ** (2 * percent - 3 * len(match["thousands"]) - fake)
    part = fake or (match["part"] or "").count("0")
    return _Section(before.strip(), behind.strip(), match["whole"].count("0"), part, factor)
