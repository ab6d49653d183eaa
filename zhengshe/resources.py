"""The files that ship with the program: data/ and examples/.

In a wheel they lie inside the package; in a checkout they lie beside it, where an office can read and change them.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from zhengshe.errors import ZhengsheError
from zhengshe.values import Codelist

_HERE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder ``data`` or ``examples``."""
    for place in (_HERE / name, _HERE.parent / name):
        if place.is_dir():
            return place
    raise ZhengsheError(f"安装不完整：缺少 {name} 目录，请重新安装 zhengshe")


def load_yaml(path: Path) -> Any:
    """The content of a YAML file; the error names the file and the line."""
    return _parsed(_text(path), path)


def load_texts(path: Path) -> Any:
    """The same, with every word as the text that stands there: 0123 is no number, and ~ stands for itself. A key that
    is there twice, of which YAML takes the last, is an error."""
    return _parsed(_text(path), path, _texts_loader)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ZhengsheError(f"读不了 {path}：{error}") from error


def _parsed(text: str, path: Path, loader: Callable[[str], Any] | None = None) -> Any:
    import yaml

    try:
        with _uncollected():
            return (loader or _loader)(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = f"第 {error.problem_mark.line + 1} 行" if error.problem_mark else ""
        raise ZhengsheError(f"{path.name} {line}写法有误：{error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:  # a character that YAML does not know, or brackets without end
        raise ZhengsheError(f"{path.name} 不是 YAML 文件，请核对") from error
    except ValueError as error:  # an unquoted day that does not exist, of which YAML does not say where it stands
        days = ((number, day) for number, line in enumerate(text.splitlines(), 1) for day in _days(line))
        wrong = (f"第 {number} 行 {day}" for number, day in days if not _is_day(day))
        raise ZhengsheError(f"{path.name} 里有不存在的日期（{next(wrong, error)}）；请改正") from error


def yaml_nodes(path: Path) -> Any:
    """The same file as the tree of its nodes, which know their lines."""
    return _loader(_text(path)).get_single_node()


def _loader(text: str) -> Any:
    """One for both readings, since YAML in C and in Python do not take quite the same for YAML. In C it takes a third
    of the time; some systems have it not."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)


def _texts_loader(text: str) -> Any:
    import yaml

    base = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

    def construct_mapping(loader: Any, node: Any, deep: bool = False) -> Any:
        keys = [key.value for key, _ in node.value]
        for place, (key, _) in enumerate(node.value):
            if key.value in keys[:place]:
                raise yaml.constructor.ConstructorError(None, None, f"“{key.value}”写了两次", key.start_mark)
        return base.construct_mapping(loader, node, deep=deep)

    return type("Loader", (base,), {"construct_mapping": construct_mapping})(text)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which looks through all that was read again and again: a plan file of 200,000
    lines would take four times as long."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _days(line: str) -> list[str]:
    return re.findall(r"\b\d{4}-\d\d?-\d\d?\b", line.partition("#")[0])


def _is_day(text: str) -> bool:
    try:
        dt.date(*map(int, text.split("-")))
    except ValueError:
        return False
    return True


def shipped(name: str) -> Any:
    """The content of data/NAME.yaml.

    Reading YAML takes longer than the work of most commands, so what was read is kept as JSON in ``__pycache__``, with
    the text it was read from: a file that has changed in any way is read anew. Where nothing can be kept (a folder of
    the system's) it is read every time.
    """
    path = folder("data") / f"{name}.yaml"
    kept = path.parent / "__pycache__" / f"{path.name}.json"
    text = _text(path)
    with suppress(OSError, ValueError, TypeError):
        source, content = json.loads(kept.read_text("utf-8"), object_hook=_with_any_keys)
        if source == text:
            return content
    content = _parsed(text, path)
    with suppress(OSError, TypeError):
        _keep(kept, json.dumps([text, _as_pairs(content)], ensure_ascii=False))
    return content


def _as_pairs(content: Any) -> Any:
    """JSON has no numbers as keys, and a scheme has: a mapping becomes a list of pairs."""
    if isinstance(content, dict):
        return {"": [[key, _as_pairs(value)] for key, value in content.items()]}
    return [*map(_as_pairs, content)] if isinstance(content, list) else content


def _with_any_keys(pairs: dict[str, Any]) -> dict[Any, Any]:
    return dict(pairs[""])


def _keep(file: Path, text: str) -> None:
    """Whole or not at all, whoever else is writing it."""
    file.parent.mkdir(exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(text, "utf-8")
    draft.replace(file)


@cache
def codelists() -> dict[str, Codelist]:
    """data/codelists.yaml."""
    lists = shipped("codelists")
    return {
        name: Codelist(
            name=name,
            label=entry["label"],
            closed=entry["closed"],
            values=tuple(entry["values"]),
            aliases=entry.get("aliases", {}),
            code_prefixes=entry.get("code_prefixes", {}),
        )
        for name, entry in lists.items()
    }


@cache
def thresholds() -> dict[str, Any]:
    """data/thresholds.yaml: the numbers an office may want to change."""
    loaded: dict[str, Any] = shipped("thresholds")
    return loaded


@cache
def exchange() -> dict[str, Any]:
    """data/exchange.yaml: who publishes, and under which identifiers."""
    loaded: dict[str, Any] = shipped("exchange")
    return loaded


@cache
def mappings() -> dict[str, Any]:
    """data/mappings.yaml: what a ledger of one noun tells of others along the way."""
    loaded: dict[str, Any] = shipped("mappings")
    return loaded


@cache
def statutes() -> dict[str, dict[str, Any]]:
    """data/statutes.yaml: the clauses the rules rest on, with their numbers."""
    loaded: dict[str, dict[str, Any]] = shipped("statutes")
    return loaded


@cache
def terms() -> dict[str, dict[str, Any]]:
    """data/terms.yaml: what the words of the trade mean, and who says so."""
    loaded: dict[str, dict[str, Any]] = shipped("terms")
    return loaded


@cache
def workdays() -> dict[Any, str]:
    """data/workdays.yaml: days that differ from the published calendar, 上班 or 放假."""
    return shipped("workdays") or {}
