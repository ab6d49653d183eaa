"""Scheme files: read one, naming the line of every mistake; and which one applies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhengshe import resources
from zhengshe.errors import Issue, RejectedError, UsageError, ZhengsheError
from zhengshe.models import Kind
from zhengshe.office import Office
from zhengshe.reports.report import Block, Column, Heading, Paragraph, Report, Table
from zhengshe.rules.grammar import Path as Place
from zhengshe.rules.grammar import SchemeError, read_scheme
from zhengshe.rules.scheme import Rule, Scheme, newest_in_force
from zhengshe.values import hundredths

if TYPE_CHECKING:
    import yaml


@cache
def shipped(name: str = "") -> list[Scheme]:
    """The versions of a scheme in data/schemes, or every scheme there. A file is called as its scheme is, so that the
    others need not be read."""
    return [scheme for path, scheme in _shipped(name)]


def source_of(name: str) -> str:
    """The text of a shipped scheme, to start one's own from. Raises UsageError."""
    for path, scheme in _shipped():
        if scheme.name == name:
            return path.read_text("utf-8")
    raise UsageError(f"没有方案“{name}”；可用：{'、'.join(scheme.name for scheme in shipped())}")


def _shipped(name: str = "") -> Iterator[tuple[Path, Scheme]]:
    for path in sorted((resources.folder("data") / "schemes").glob("*.yaml")):
        if path.stem.startswith(name):
            yield path, _read(path, resources.shipped(f"schemes/{path.stem}"))


def load_scheme(path: Path) -> Scheme:
    """The scheme in a file. RejectedError with an Issue (and its line) for every mistake."""
    return _read(path, resources.load_yaml(path))


def _read(path: Path, content: Any) -> Scheme:
    try:
        return read_scheme(content, resources.codelists())
    except SchemeError as error:
        root = resources.yaml_nodes(path)
        issues = tuple(
            Issue("scheme", problem.message, row=line_of(root, problem.path), file=path.name)
            for problem in error.problems
        )
    lines = "\n".join(f"  第 {issue.row} 行：{issue.message}" for issue in issues)
    raise RejectedError(f"{path.name} 有 {len(issues)} 处写得不对：\n{lines}", issues)


def scheme_on(office: Office, wanted: str | None, day: dt.date) -> Scheme:
    """The scheme that applies on a day: the one asked for (a name, or a file), else the office's own choice.

    Raises ZhengsheError when there is none by that name, or none in force on that day.
    """
    choice = wanted or office.thresholds["credit_scheme"]
    schemes: list[Scheme] = []
    for name in [choice] if isinstance(choice, str) else choice:
        if name.endswith((".yaml", ".yml")):
            path = Path(name)
            schemes.append(load_scheme(path if wanted or path.is_absolute() else office.folder / path))
        elif found := [scheme for scheme in shipped(name) if scheme.name == name]:
            schemes += found
        else:
            names = "、".join(dict.fromkeys(scheme.name for scheme in shipped()))
            raise ZhengsheError(f"没有评价方案“{name}”；可用：{names}，或方案文件（以 .yaml 结尾）")
    if newest := newest_in_force(schemes, day.isoformat()):
        return newest
    raise ZhengsheError(f"{day} 没有生效的评价方案；“{schemes[0].name}”自 {schemes[0].in_force} 起生效")


_RULES = (
    Column("id", "规则"),
    Column("text", "内容"),
    Column("dimension", "维度"),
    Column("points", "分值（几个月内）"),
    Column("at_most", "合计至多", Kind.DECIMAL),
    Column("basis", "依据"),
)


def describe(scheme: Scheme) -> Report:
    """A scheme, rule by rule."""
    labels = {dimension.key: dimension.label for dimension in scheme.dimensions}
    rules = [
        (rule.id, rule.text, labels.get(rule.dimension), _ladder(rule), rule.at_most, rule.basis)
        for rule in scheme.rules
    ]
    grades = [(grade.grade, grade.text, grade.minimum) for grade in scheme.grades]
    grade_columns = [Column("grade", "等级"), Column("text", "含义"), Column("minimum", "至少", Kind.DECIMAL)]
    dimensions = [(dimension.label, dimension.maximum, dimension.base) for dimension in scheme.dimensions]
    points = Column("max", "满分", Kind.DECIMAL), Column("base", "基础分", Kind.DECIMAL)
    blocks: list[Block] = [
        Heading(f"{scheme.name}（自 {scheme.in_force} 起）"),
        Paragraph(scheme.note),
        Table(_RULES, rules, "规则"),
        Table([Column("label", "维度"), *points], dimensions, "维度"),
        Table(grade_columns, grades, "等级"),
    ]
    return Report(blocks)


def _ladder(rule: Rule) -> str:
    steps = ((f"{months} 个月内 " if months else "", hundredths(points)) for months, points in rule.ladder)
    return "，".join(f"{when}{points:+}" for when, points in steps)


def line_of(root: yaml.Node | None, place: Place) -> int:
    """The line of the value at a place, or of the nearest one around it; from 1."""
    import yaml

    node, line = root, 1
    for step in place:
        found = None
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(step):
                    found, line = value, key.start_mark.line + 1
        if found is None:
            break
        node = found
        if not isinstance(node, yaml.MappingNode) or isinstance(step, int):
            line = node.start_mark.line + 1
    return line
