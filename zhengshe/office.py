"""The rules as this office applies them: what ships with the program, changed by the office's own file.

The file lies beside the database, ``<name>.office.yaml`` for ``<name>.db``, and may hold ``thresholds``, ``statutes``
(a clause's id, then the values that differ) and ``workdays`` (a day: 上班 or 放假).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from zhengshe import resources
from zhengshe.errors import ZhengsheError
from zhengshe.rules.standing import EFFECTS
from zhengshe.rules.statute import Statutes, read_statutes

_WORDS = {"上班": True, "放假": False}


class Office(NamedTuple):
    """Thresholds, clauses and working days as they apply here; ``folder`` is where its own schemes are looked for."""

    thresholds: Mapping[str, Any]
    statutes: Statutes
    workdays: Mapping[dt.date, bool]
    folder: Path

    def citation(self, basis: str) -> str:
        """A clause's citation where the basis is the id of one, else the basis in its own words."""
        return self.statutes[basis].citation if basis in self.statutes else basis


def office_for(database: Path | None) -> Office:
    """The rules for a database as its office's file has them now; for one in memory those that ship. ZhengsheError
    names what the file has wrong."""
    path = (database or Path("memory.db")).with_suffix(".office.yaml")
    try:
        seen = path.stat() if database else None
    except FileNotFoundError:
        seen = None
    return _read(path, (seen.st_mtime_ns, seen.st_size) if seen else None)


@cache
def _read(path: Path, version: tuple[int, int] | None) -> Office:
    own = (resources.load_yaml(path) if version else None) or {}
    if not isinstance(own, Mapping) or own.keys() - {"thresholds", "statutes", "workdays"}:
        raise ZhengsheError(f"{path.name} 只能有 thresholds、statutes、workdays 三部分；请修改")
    clauses = resources.statutes()
    if unknown := [name for name in own.get("statutes") or {} if name not in clauses]:
        raise ZhengsheError(f"{path.name} 的 statutes 里没有“{'、'.join(unknown)}”；可用的见 zhengshe statutes")
    try:
        values = _own({name: entry.get("values", {}) for name, entry in clauses.items()}, own.get("statutes"))
        thresholds = _own(resources.thresholds(), own.get("thresholds"))
    except ValueError as error:
        raise ZhengsheError(f"{path.name} 里{error}") from None
    return Office(
        thresholds=thresholds,
        statutes=read_statutes({name: entry | {"values": values[name]} for name, entry in clauses.items()}),
        workdays=_workdays(resources.workdays() | (own.get("workdays") or {}), path),
        folder=path.parent,
    )


def _own(shipped: Any, own: Any, key: str = "") -> Any:
    """What ships, with the office's own values in their places. ValueError says what does not fit: a word that no rule
    reads would change nothing and nobody would know."""
    if own is None or shipped is None:
        return shipped if own is None else own
    if isinstance(shipped, Mapping) and isinstance(own, Mapping):
        terms = {term for codelist in resources.codelists().values() for term in codelist.values}
        for name in own:
            if name not in shipped and name not in terms and not isinstance(name, int):
                raise ValueError(f"的“{name}”没有规则用到；可用：{'、'.join(map(str, shipped))}")
        return {**shipped, **{name: _own(shipped.get(name), value, str(name)) for name, value in own.items()}}
    if key == "effect" and own not in EFFECTS:
        raise ValueError(f" effect 应是{'、'.join(EFFECTS)}之一，写的是“{own}”")
    fits = isinstance(own, (int, float)) if isinstance(shipped, (int, float)) else isinstance(own, type(shipped))
    if not fits and not (key == "credit_scheme" and isinstance(own, list)):
        raise ValueError(f" {key} 应像 {shipped} 这样写，写的是“{own}”")
    return own


def _workdays(entries: Mapping[Any, Any], path: Path) -> dict[dt.date, bool]:
    try:
        return {dt.date.fromisoformat(str(day)): _WORDS[word] for day, word in entries.items()}
    except (KeyError, ValueError) as error:
        raise ZhengsheError(f"{path.name} 的 workdays 应写成 2027-02-07: 上班 或 放假；有误的是 {error}") from error
