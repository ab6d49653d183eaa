"""From headers to fields.

A field is known by its key, its label and its synonyms, all from models.py. What belongs to an organization may name it
in several columns (name, credit code, registration number), what belongs to a project by number, or by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from zhengshe.errors import UsageError
from zhengshe.importing.footnotes import Naming
from zhengshe.importing.headers import COUNTERS, normal
from zhengshe.importing.units import is_unclear, unit_in
from zhengshe.models import ORG, PROJECT, RECORDS, Field, Kind, Record

# columns that help to find the owner, beside the field itself
OWNER_CODE, OWNER_NUMBER, PROJECT_NAME = "org.uscc", "org.reg_no", "project.name"
_SHORTEST_PART = 3  # a synonym shorter than this is part of too many headers
# what stands before a name and makes it another's, or of another time: 未签合同金额, 注销登记日期, 上级党组织, 原住所
_ANOTHERS = re.compile(
    "[未非无不原旧曾拟]|[上去前往][一次]?年|注销|撤销|变更|换届|党|团组织|工会|上级|下级|主管|主办|挂靠|指导|紧急|备用|家庭|中期|期中|初步"
    "|阶段|最高|最低|限价|支付|慈善|章程|开户|银行|购买[方主单]|采购[人方单]|委托[人方单]|招标人|代理|监理|评审|第三方|甲方"
)
# in brackets behind a name: the column holds something about whom or what is named, 法定代表人（身份证号）
_ABOUT = re.compile("身份证|证号|证件|电话|手机|联系方式|日期|时间|年龄|性别|职务|邮箱")
# two columns of one of these are two tables, or two names of one record
IDENTITIES = frozenset({"name", "org", "uscc", "reg_no", "number", "project", OWNER_CODE, OWNER_NUMBER, PROJECT_NAME})


@dataclass(frozen=True)
class Target:
    """A field to fill, or one of the helpers above (``field`` then says how its text is read)."""

    key: str
    field: Field


@dataclass(frozen=True)
class Column:
    """One column that is used: its place, header, target, the unit of its bare numbers, and whether it was guessed."""

    place: int
    header: str
    target: Target
    unit: int
    guessed: bool = False

    @property
    def is_bare(self) -> bool:
        """Are these amounts whose header does not say what they count in?"""
        return self.target.field.kind is Kind.MONEY and unit_in(self.header) is None

    @property
    def is_unclear(self) -> bool:
        """Does the header say so in a way that is not understood?"""
        return _is_unclear(self.header, self.target)


@dataclass(frozen=True)
class SheetMapping:
    """How one sheet fills one noun: columns used, headers not used (with the nearest field), values for every row.

    ``exported`` is said of what ``export`` wrote: its rows are records as they were stored, so that a blank is a blank,
    a 合计 somebody's text, and nothing has to be guessed or worked out.
    """

    record: Record
    columns: tuple[Column, ...]
    unused: tuple[tuple[str, str], ...]
    constants: Mapping[str, str]
    exported: bool = False

    @property
    def keys(self) -> set[str]:
        return {column.target.key for column in self.columns} | set(self.constants)

    @property
    def naming(self) -> Naming:
        """The columns that tell which record a row is."""
        identity = {part for key in self.record.natural_keys for part in key}
        known = [each for each in self.columns if each.target.key in IDENTITIES]
        names = tuple(each.place for each in known if each.target.field.required)
        keys = (each.place for each in self.columns if each in known or each.target.key in identity)
        return Naming(names, tuple(keys))

    @property
    def has_bare_amounts(self) -> bool:
        return any(column.is_bare for column in self.columns)


def _is_unclear(header: str, target: Target) -> bool:
    kind = target.field.kind
    return kind in (Kind.MONEY, Kind.COUNT) and is_unclear(header, counts=kind is Kind.COUNT)


def export_fields(record: Record) -> list[Field]:
    """The columns in which ``export`` writes a record: an organization by its name and what tells it from another."""
    identity = (ORG["uscc"], ORG["reg_no"])
    return [each for field in record.fields for each in ((field, *identity) if field.key == "org" else (field,))]


def targets(record: Record) -> dict[str, Target]:
    """Every name (``normal``) under which something of this record may stand in a header."""
    found: dict[str, Target] = {}

    def add(target: Target, names: Iterable[str]) -> None:
        for name in names:
            found.setdefault(normal(name), target)

    for field in record.fields:
        add(Target(field.key, field), (field.label, field.key))
    for field in record.fields:
        add(Target(field.key, field), field.synonyms)
    if "org" in record:
        _add_owner_names(record, add)
    elif "project" in record:
        org = Field("org", ORG.label, RECORDS["project"]["org"].kind)
        add(Target("org", org), (org.label, *PROJECT["org"].synonyms))
    if "project" in record and "name" not in record:
        add(Target(PROJECT_NAME, PROJECT["name"]), (PROJECT["name"].label, "服务项目"))
    return found


def _add_owner_names(record: Record, add: Callable[[Target, Iterable[str]], None]) -> None:
    add(Target("org", record["org"]), (ORG["name"].label, *ORG["name"].synonyms))
    if "uscc" not in record:
        add(Target(OWNER_CODE, ORG["uscc"]), (ORG["uscc"].label, "uscc", *ORG["uscc"].synonyms))
    if "reg_no" not in record:
        add(Target(OWNER_NUMBER, ORG["reg_no"]), (ORG["reg_no"].label, "reg_no", *ORG["reg_no"].synonyms))


@cache
def every_name() -> frozenset[str]:
    """Every name of every record: what makes a row look like a header."""
    return frozenset(name for record in RECORDS.values() for name in targets(record))


def target_named(record: Record, name: str) -> Target:
    """The target of ``--map HEADER=name``: a key or label. Raises UsageError."""
    by_name = targets(record)
    for spelling in (name, f"org.{name}"):
        for target in by_name.values():
            if spelling == target.key:
                return target
    if known := by_name.get(normal(name)):
        return known
    raise UsageError(f"{record.label}没有字段“{name}”；可用：{'、'.join(record.keys)}")


def knows(record: Record, name: str) -> bool:
    """Has this record such a field? (One --set may serve several sheets.)"""
    try:
        target_named(record, name)
    except UsageError:
        return False
    return True


def resolve(
    record: Record,
    cells: Sequence[str],
    unit: int | None,
    maps: Mapping[str, str],
    sets: Mapping[str, str],
    elsewhere: Collection[str] = (),
) -> SheetMapping:
    """Which column fills which field. ``maps`` (header -> field) wins, then exact names, then a header that contains
    exactly one known name. Of several columns with names of a field the one with the better name fills it: its label,
    then its synonyms in their order (法定代表人 before 负责人). Headers ``elsewhere`` (``normal``) have a meaning of
    their own, and none is guessed."""
    wanted = {normal(header): target_named(record, name) for header, name in maps.items()}
    missing = [header for header in maps if normal(header) not in map(normal, cells)]
    if missing:
        raise UsageError(f"--map 中的列“{missing[0]}”不在表头中；表头有：{'、'.join(filter(None, cells))}")
    by_name = targets(record)
    chosen: dict[int, tuple[Target, bool]] = {}
    taken: set[str] = set(sets)

    def claim(place: int, target: Target | None, guessed: bool) -> None:
        if target and target.key not in taken and place not in chosen:
            chosen[place] = (target, guessed)
            taken.add(target.key)

    for place, cell in enumerate(cells):
        claim(place, wanted.get(normal(cell)) if cell else None, False)
    constants = {target_named(record, key).key: value for key, value in sets.items()}
    other_years = _of_other_years(cells, constants.get("year"))
    named = [normal(cell) if cell and place not in other_years else "" for place, cell in enumerate(cells)]
    for name, target in by_name.items():
        for place, each in enumerate(named):
            if each == name:
                claim(place, target, False)
    guessable = [
        "" if named[place] in ("", *elsewhere) or place in chosen else cell for place, cell in enumerate(cells)
    ]
    for place, target in containing(guessable, by_name, record).items():
        claim(place, target, True)
    columns = tuple(
        Column(place, cells[place], target, unit_in(cells[place]) or unit or 1, guessed)
        for place, (target, guessed) in sorted(chosen.items())
    )
    unused = tuple((cell, _nearest(cell, by_name)) for place, cell in enumerate(cells) if cell and place not in chosen)
    written = export_fields(record)
    exported = [*cells] in ([field.label for field in written], [field.key for field in written])
    return SheetMapping(record, columns, unused, constants, exported and not maps and not sets)


def _of_other_years(cells: Sequence[str], year: str | None) -> set[int]:
    """The places of headers that differ in nothing but a year (2024年收入, 2025年收入) and are not of the ``year``."""
    same: dict[str, list[tuple[int, str]]] = {}
    for place, cell in enumerate(cells):
        if match := re.match(r"\s*(20\d\d)", cell):
            same.setdefault(normal(cell), []).append((place, match[1]))
    several = [group for group in same.values() if len({said for _, said in group}) > 1]
    return {place for group in several for place, said in group if said != year}


def containing(cells: Sequence[str], by_name: Mapping[str, Target], record: Record) -> dict[int, Target]:
    """The headers that contain a known name: before or within brackets, or at their end. None is taken whose unit is
    not understood: 合同金额（百万元）."""
    found: dict[int, Target] = {}
    for place, cell in enumerate(cells):
        if target := by_brackets(cell, by_name):
            found[place] = target
    found |= _ending(cells, by_name, found, record)
    return {place: target for place, target in found.items() if not _is_unclear(cells[place], target)}


def by_brackets(cell: str, by_name: Mapping[str, Target]) -> Target | None:
    """What a header means by what it says before its brackets, or in them: 行政相对人代码1（统一社会信用代码）."""
    match = re.fullmatch(r"(.*?)[(\[](.+)[)\]]", normal(cell))
    if not match:
        return None
    outside, inside = map(by_name.get, match.groups())
    # what is no date or telephone number would be refused in a column of those anyhow
    takes_any = outside is not None and outside.field.kind in (Kind.TEXT, Kind.ORG, Kind.PROJECT)
    if takes_any and outside != inside and _ABOUT.search(match[2]):
        return None
    return outside or inside


def _ending(
    cells: Sequence[str], by_name: Mapping[str, Target], chosen: Mapping[int, object], record: Record
) -> dict[int, Target]:
    """Headers that end with a known name (2025年年检结论), where no other header ends with the same. One that only
    contains it is about something else: 法定代表人身份证号, 注册资金是否到位."""

    def is_anothers(before: str) -> bool:
        return any(word not in record.label for word in _ANOTHERS.findall(before))  # 变更核准日期 of a 变更登记

    found: dict[int, Target] = {}
    for place, cell in enumerate(cells):
        if cell and place not in chosen:
            long_enough = [name for name in by_name if len(name) >= _SHORTEST_PART and normal(cell).endswith(name)]
            names = [name for name in long_enough if not is_anothers(normal(cell).removesuffix(name))]
            if names:
                found[place] = by_name[max(names, key=len)]
    keys = [target.key for target in found.values()]
    return {place: target for place, target in found.items() if keys.count(target.key) == 1}


def second_table(record: Record | None, cells: Sequence[str]) -> int | None:
    """Where another table begins beside this one: at a header that stands for the second time, or behind a column
    without a header, when what is there names the record (any, if it is not known yet) once more."""
    by_name = targets(record) if record else {**targets(PROJECT), **targets(ORG)}
    begins = 0
    for place, cell in enumerate(cells):
        if not cell:
            begins = place + 1
        elif cell in cells[:begins] or _identity(cell, by_name) in {
            _identity(each, by_name) for each in cells[:begins]
        }:
            return begins
        elif cell in cells[:place]:
            return place
    return None


def _identity(cell: str, by_name: Mapping[str, Target]) -> object:
    """What tells one record from another by the name of this header; else something that is like nothing."""
    target = by_name.get(normal(cell))
    return target.key if target and target.key in IDENTITIES else object()


def _nearest(cell: str, by_name: Mapping[str, Target]) -> str:
    """The label of the field whose name is most like the header; empty when none is."""
    if normal(cell) in COUNTERS:
        return ""
    from rapidfuzz import process

    match = process.extractOne(normal(cell), by_name.keys(), score_cutoff=60)
    return by_name[match[0]].field.label if match else ""
