"""What can be asked without opening a ledger: terms, codelists, checks, schemes, the example street.

Like ``ledger`` it stands between the commands and the rooms below; each room is entered only by what asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhengshe.importing.plan import Plan, Tell
    from zhengshe.importing.recipe import Recipe
    from zhengshe.reports.report import Report
    from zhengshe.rules.scheme import Scheme


def codelists() -> Mapping[str, Sequence[str]]:
    """The terms of every codelist."""
    from zhengshe import resources

    return {name: codelist.values for name, codelist in resources.codelists().items()}


def terms() -> Report:
    """Every term that is explained."""
    from zhengshe import resources
    from zhengshe.reports import terms

    return terms.listed(resources.terms())


def term(topic: str) -> Report:
    """What a term means, with its source. NotFoundError names the nearest ones."""
    from zhengshe import resources
    from zhengshe.reports import terms

    return terms.explained(resources.terms(), topic)


def topics() -> Sequence[str]:
    """The names of the terms."""
    from zhengshe import resources

    return [*resources.terms()]


def check_explained(code: str) -> Report:
    """What a check looks for, why, and where that comes from. UsageError for a code that is none."""
    from zhengshe.reports import check

    return check.explain(code)


def scheme_text(name: str) -> str:
    """The YAML of a credit scheme that ships with the program."""
    from zhengshe.reports import scheme_files

    return scheme_files.source_of(name)


def scheme_in(file: Path) -> Scheme:
    """The credit scheme in a file. ZhengsheError names the line that is wrong."""
    from zhengshe.reports import scheme_files

    return scheme_files.load_scheme(file)


def mapping_in(file: Path) -> Recipe:
    """How a mapping file reads ledgers. UsageError says what is wrong in it."""
    from zhengshe.importing import recipe

    return recipe.read(file)


def import_told(plans: Sequence[Plan], batch: int | None, limit: int) -> Report:
    """What an import did (``batch``) or would do: for people the first ``limit`` changes, for programs the summary."""
    from zhengshe.reports import importing

    return importing.describe(plans, batch, limit)


def rows_refused(plans: Sequence[Plan], tell: Tell) -> Report:
    """The refused rows of every sheet in their original columns, with the reason; mended, they import again. ``tell``
    is called now and then while they are read."""
    from zhengshe.reports import importing

    return importing.rejects(plans, tell)


def example_street() -> Iterator[tuple[Path, Mapping[str, Sequence[dict[str, Any]]] | None]]:
    """The files of the example street in the order they are entered: ledgers to import, and records by noun."""
    from zhengshe import resources

    for path in sorted((resources.folder("examples") / "weifang").iterdir()):
        yield path, resources.load_yaml(path) if path.suffix == ".yaml" else None


def names_beginning(path: str | Path, noun: str, start: str) -> Sequence[str]:
    """What a shell may offer while an organization, project or finding is being named; nothing when the file cannot
    tell, whatever the reason."""
    from zhengshe.store import names

    return names.beginning(Path(path), noun, start)


def restore(path: str | Path, source: str | Path) -> Path | None:
    """Replace a ledger file by a verified backup; returns the copy that is kept of what was replaced."""
    from zhengshe.store import backup

    return backup.restore(Path(path), Path(source), dt.datetime.now())
