"""Scheme files: read one, naming the line of every mistake."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from zhengshe import resources
from zhengshe.errors import Issue, RejectedError
from zhengshe.rules.grammar import Path as Place
from zhengshe.rules.grammar import SchemeError, read_scheme
from zhengshe.rules.scheme import Scheme

if TYPE_CHECKING:
    import yaml


@cache
def shipped() -> list[Scheme]:
    """Every scheme in data/schemes."""
    return [load_scheme(path) for path in sorted((resources.folder("data") / "schemes").glob("*.yaml"))]


def load_scheme(path: Path) -> Scheme:
    """The scheme in a file. RejectedError with an Issue (and its line) for every mistake."""
    try:
        return read_scheme(resources.load_yaml(path), resources.codelists())
    except SchemeError as error:
        import yaml

        root = yaml.compose(path.read_text("utf-8-sig"))
        issues = tuple(
            Issue("scheme", problem.message, row=line_of(root, problem.path), file=path.name)
            for problem in error.problems
        )
    lines = "\n".join(f"  第 {issue.row} 行：{issue.message}" for issue in issues)
    raise RejectedError(f"{path.name} 有 {len(issues)} 处写得不对：\n{lines}", issues)


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
