"""Read a credit scheme from plain data, and name every mistake in it by its place.

The place is the path of keys and indexes to the value, from which a reader of the file finds the line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from zhengshe.models import RECORDS, Kind, Record
from zhengshe.rules.scheme import POINT, Between, Ceiling, Clause, Containing, Dimension, Grade, Rule, Scheme, Test
from zhengshe.values import Codelist, Value

Path = tuple[str | int, ...]

# what the store works out from the dates, besides the fields of the record
DERIVED = {
    "org": ("registered",),
    "listing": ("listed",),
    "inspection": ("latest",),
    "rating": ("current",),
    "finding": ("state", "overdue"),
    "project": ("overdue",),
}
FACTS = tuple(noun for noun in RECORDS if noun not in ("document", "change"))
# facts that speak against an organization: they may never add points
ADVERSE = ("penalty", "listing")
_HALF = POINT // 2
_Made = TypeVar("_Made")


class Problem(NamedTuple):
    """One mistake in a scheme: where, and what to write instead."""

    path: Path
    message: str


class SchemeError(ValueError):
    """The scheme cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("；".join(problem.message for problem in problems))
        self.problems = tuple(problems)


def read_scheme(data: Any, codelists: Mapping[str, Codelist]) -> Scheme:
    """The scheme that a file's content describes. SchemeError with every mistake."""
    reader = _Reader(codelists)
    scheme = reader.scheme(data)
    if reader.problems:
        raise SchemeError(reader.problems)
    return scheme


class _Reader:
    """Collects mistakes while it reads; a part that cannot be read is left out."""

    def __init__(self, codelists: Mapping[str, Codelist]) -> None:
        self.codelists = codelists
        self.problems: list[Problem] = []

    def wrong(self, path: Path, message: str) -> None:
        self.problems.append(Problem(path, message))

    def scheme(self, data: Any) -> Scheme:
        allowed = ("name", "in_force", "until", "note", "dimensions", "rules", "ceilings", "grades")
        data = self.mapping((), data, allowed, ("name", "in_force", "grades"))
        dimensions = self.each(("dimensions",), data.get("dimensions"), self.dimension)
        known = [dimension.key for dimension in dimensions]
        scheme = Scheme(
            name=self.text(("name",), data.get("name")),
            in_force=self.date(("in_force",), data.get("in_force")) or "",
            until=self.date(("until",), data.get("until")),
            note=self.text(("note",), data.get("note", "")),
            dimensions=tuple(dimensions),
            rules=tuple(self.each(("rules",), data.get("rules"), lambda at, rule: self.rule(at, rule, known))),
            ceilings=tuple(self.each(("ceilings",), data.get("ceilings"), self.ceiling)),
            grades=tuple(self.each(("grades",), data.get("grades"), self.grade)),
        )
        self.check_whole(scheme)
        return scheme

    def check_whole(self, scheme: Scheme) -> None:
        for section, names in (
            ("dimensions", [dimension.key for dimension in scheme.dimensions]),
            ("rules", [rule.id for rule in scheme.rules]),
            ("ceilings", [ceiling.id for ceiling in scheme.ceilings]),
        ):
            for place, name in enumerate(names):
                if name in names[:place]:
                    self.wrong((section, place), f"“{name}”重复")
        if not scheme.grades:
            return
        last = scheme.grades[-1]
        if (last.minimum or 0) > 0 or last.any or last.all or last.none:
            self.wrong(("grades", len(scheme.grades) - 1), "最后一个等级应无条件（或 min: 0），否则有的组织没有等级")
        if not scheme.has_points and any(grade.minimum is not None for grade in scheme.grades):
            self.wrong(("grades",), "没有 dimensions 就没有分数，等级不能用 min")

    def dimension(self, at: Path, data: Any) -> Dimension:
        data = self.mapping(at, data, ("key", "label", "max", "base"), ("key", "label", "max", "base"))
        maximum, base = (self.points((*at, key), data.get(key)) for key in ("max", "base"))
        if not 0 <= base <= maximum:
            self.wrong((*at, "base"), "base 应在 0 与 max 之间")
        key, label = (self.text((*at, name), data.get(name)) for name in ("key", "label"))
        return Dimension(key, label, maximum, base)

    def rule(self, at: Path, data: Any, dimensions: Sequence[str]) -> Rule:
        needed = ("id", "text", "dimension", "when", "points")
        data = self.mapping(at, data, (*needed, "at_most", "basis"), needed)
        clause = self.clause((*at, "when"), data.get("when"))
        ladder = self.ladder((*at, "points"), data.get("points"))
        dimension = data.get("dimension")
        if dimension is not None and dimension not in dimensions:
            self.wrong((*at, "dimension"), f"dimensions 里没有“{dimension}”；可用：{'、'.join(dimensions)}")
        if clause.noun in ADVERSE and any(points > 0 for _, points in ladder):
            self.wrong((*at, "points"), f"{RECORDS[clause.noun].label}不能加分")
        at_most = None if data.get("at_most") is None else self.points((*at, "at_most"), data["at_most"])
        if at_most is not None and at_most < 0:
            self.wrong((*at, "at_most"), "at_most 写正数：合计最多加（减）多少分")
        name, text, basis = (self.text((*at, key), data.get(key, "")) for key in ("id", "text", "basis"))
        return Rule(name, text, str(dimension), clause, ladder, at_most, basis)

    def ladder(self, at: Path, data: Any) -> tuple[tuple[int | None, int], ...]:
        """``-4`` for ever, or ``{12: -4, 24: -2}``: -4 within 12 months, -2 within 24, then nothing."""
        if not isinstance(data, Mapping):
            return ((None, self.points(at, data)),)
        months = sorted(key for key in data if self.is_months((*at, key), key))
        steps = [(step, self.points((*at, step), data[step])) for step in months]
        if any(points * steps[0][1] < 0 for _, points in steps):
            self.wrong(at, "各档分值应同为加分或同为减分")
        return tuple(steps)

    def ceiling(self, at: Path, data: Any) -> Ceiling:
        needed = ("id", "text", "max", "when")
        data = self.mapping(at, data, (*needed, "basis"), needed)
        clause = self.clause((*at, "when"), data.get("when"))
        name, text, basis = (self.text((*at, key), data.get(key, "")) for key in ("id", "text", "basis"))
        return Ceiling(name, text, self.points((*at, "max"), data.get("max")), clause, basis)

    def grade(self, at: Path, data: Any) -> Grade:
        data = self.mapping(at, data, ("grade", "text", "min", "any", "all", "none"), ("grade",))
        minimum = None if data.get("min") is None else self.points((*at, "min"), data["min"])
        any_, all_, none = (tuple(self.each((*at, key), data.get(key), self.clause)) for key in ("any", "all", "none"))
        grade, text = (self.text((*at, key), data.get(key, "")) for key in ("grade", "text"))
        return Grade(grade, text, minimum, any_, all_, none)

    # -- conditions

    def clause(self, at: Path, data: Any) -> Clause:
        if not isinstance(data, Mapping) or data.get("fact") not in FACTS:
            self.wrong(at, f"应写 {{fact: 事实, 字段: 值}}；fact 可用：{'、'.join(FACTS)}")
            return Clause("org")
        record = RECORDS[data["fact"]]
        months = data.get("months")
        if months is not None and not self.is_months((*at, "months"), months):
            months = None
        if months is not None and record.noun == "org":
            self.wrong((*at, "months"), "org 不按时间计，请去掉 months")
        tests = [
            (str(key), self.test((*at, key), record, str(key), wanted))
            for key, wanted in data.items()
            if key not in ("fact", "months") and self.is_attribute((*at, key), record, key)
        ]
        return Clause(record.noun, tuple(tests), months)

    def is_attribute(self, at: Path, record: Record, key: Any) -> bool:
        derived = DERIVED.get(record.noun, ())
        if key in derived or (key in record and not record[key].kind.is_reference):
            return True
        known = [field.key for field in record.fields if not field.kind.is_reference]
        self.wrong(at, f"{record.label}没有“{key}”；可用：{'、'.join([*derived, *known])}")
        return False

    def test(self, at: Path, record: Record, key: str, wanted: Any) -> Test:
        def one(at: Path, value: Any) -> Value:
            return self.value(at, record, key, value)

        if isinstance(wanted, list):
            return tuple(one((*at, place), value) for place, value in enumerate(wanted))
        if not isinstance(wanted, Mapping):
            return one(at, wanted)
        if wanted.keys() == {"contains"}:
            words = wanted["contains"]
            return Containing(tuple(map(str, words if isinstance(words, list) else [words])))
        if not wanted or wanted.keys() - {"min", "max"}:
            self.wrong(at, "条件写一个值、[值, 值]、{min: 数, max: 数} 或 {contains: 词}")
            return None
        low, high = (self.bound((*at, key), one((*at, key), wanted.get(key))) for key in ("min", "max"))
        return Between(low, high)

    def value(self, at: Path, record: Record, key: str, value: Any) -> Value:
        field = next((field for field in record.fields if field.key == key), None)
        if value is None or isinstance(value, bool):
            return value if value is None else int(value)
        if field and field.kind in (Kind.MONEY, Kind.DECIMAL):
            return self.hundredths(at, value)
        if field and field.codelist:
            codelist = self.codelists[field.codelist]
            if codelist.closed and value not in codelist.values:
                self.wrong(at, f"{field.label}没有“{value}”；可用：{'、'.join(codelist.values)}")
        return value if isinstance(value, (int, str)) else str(value)

    def bound(self, at: Path, value: Value) -> int | None:
        if isinstance(value, str):
            self.wrong(at, f"“{value}”应是数字")
            return None
        return value

    # -- small parts

    def is_months(self, at: Path, value: Any) -> bool:
        fine = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 1200
        if not fine:
            self.wrong(at, f"“{value}”应是月数（正整数）")
        return fine

    def points(self, at: Path, value: Any) -> int:
        hundredths = self.hundredths(at, value)
        if hundredths % _HALF:
            self.wrong(at, "分值须是 0.5 的倍数，各项之和才能与总分分毫不差")
        return hundredths

    def hundredths(self, at: Path, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.wrong(at, f"“{value}”应是数字")
            return 0
        return round(value * POINT)

    def text(self, at: Path, value: Any) -> str:
        if value is not None and not isinstance(value, str):
            self.wrong(at, f"“{value}”应是文字，请加引号")
        return str(value)

    def date(self, at: Path, value: Any) -> str | None:
        if value is None:
            return None
        try:
            return dt.date.fromisoformat(str(value)).isoformat()
        except ValueError:
            self.wrong(at, f'“{value}”应是日期，例如 "2026-01-01"')
            return None

    def mapping(self, at: Path, data: Any, allowed: Sequence[str], needed: Sequence[str]) -> Mapping[str, Any]:
        if not isinstance(data, Mapping):
            self.wrong(at, f"应写成 键: 值，键有：{'、'.join(allowed)}")
            return {}
        for key in data:
            if key not in allowed:
                self.wrong((*at, key), f"不认识“{key}”；可用：{'、'.join(allowed)}")
        for key in needed:
            if data.get(key) is None:
                self.wrong(at, f"缺少 {key}")
        return data

    def each(self, at: Path, data: Any, read: Callable[[Path, Any], _Made]) -> list[_Made]:
        return [read((*at, place), part) for place, part in self._parts(at, data)]

    def _parts(self, at: Path, data: Any) -> Iterator[tuple[int, Any]]:
        if data is None:
            return
        if not isinstance(data, list):
            self.wrong(at, "应是列表，每项前加 -")
            return
        yield from enumerate(data)
