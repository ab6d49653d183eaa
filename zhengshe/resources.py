"""The files that ship with the program: data/ and examples/.

In a wheel they lie inside the package; in a checkout they lie beside it, where an office can read and change them.
"""

from __future__ import annotations

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
    import yaml

    try:
        return yaml.safe_load(path.read_text("utf-8-sig"))
    except yaml.MarkedYAMLError as error:
        line = f"第 {error.problem_mark.line + 1} 行" if error.problem_mark else ""
        raise ZhengsheError(f"{path.name} {line}写法有误：{error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:  # a character that YAML does not know, or brackets without end
        raise ZhengsheError(f"{path.name} 不是 YAML 文件，请核对") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ZhengsheError(f"读不了 {path}：{error}") from error
    except ValueError as error:  # an unquoted day that does not exist
        raise ZhengsheError(f"{path.name} 里有不存在的日期（{error}）") from error


@cache
def codelists() -> dict[str, Codelist]:
    """data/codelists.yaml."""
    lists = load_yaml(folder("data") / "codelists.yaml")
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
    loaded: dict[str, Any] = load_yaml(folder("data") / "thresholds.yaml")
    return loaded


@cache
def exchange() -> dict[str, Any]:
    """data/exchange.yaml: who publishes, and under which identifiers."""
    loaded: dict[str, Any] = load_yaml(folder("data") / "exchange.yaml")
    return loaded


@cache
def mappings() -> dict[str, Any]:
    """data/mappings.yaml: what a ledger of one noun tells of others along the way."""
    loaded: dict[str, Any] = load_yaml(folder("data") / "mappings.yaml")
    return loaded


@cache
def statutes() -> dict[str, dict[str, Any]]:
    """data/statutes.yaml: the clauses the rules rest on, with their numbers."""
    loaded: dict[str, dict[str, Any]] = load_yaml(folder("data") / "statutes.yaml")
    return loaded


@cache
def workdays() -> dict[Any, str]:
    """data/workdays.yaml: days that differ from the published calendar, 上班 or 放假."""
    return load_yaml(folder("data") / "workdays.yaml") or {}
