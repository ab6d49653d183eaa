"""A plan: what a sheet would change, row by row. The dry run shows it, the import carries it out: there is no other
way.

recognise: which sheets, which header -> planning: text to values, staged -> settle: which record, what differs
-> carry_out
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from zhengshe.errors import Issue
from zhengshe.importing import headers, mapping, readers
from zhengshe.importing import recipe as recipes
from zhengshe.importing.owners import Owners
from zhengshe.importing.parts import Part
from zhengshe.importing.recipe import Recipe
from zhengshe.models import Record
from zhengshe.store import staging

Tell = Callable[[str], None]  # takes a word about how far the work is


def say_nothing(_text: str) -> None:
    """For whoever needs no word about how far the work is."""


# the header of the column in which rejects say why; the import passes over it, and no field has a name like it
REASON = "不能接受的原因"

CREATE, UPDATE, MATCH, SKIP, REFUSE = "create", "update", "match", "skip", "refuse"


@dataclass(frozen=True)
class Decision:
    """What a plan file wants of a row: which record it is, which fields (key: old and new text) may change, and why it
    is refused."""

    do: str
    record: str | None = None
    changes: Mapping[str, Sequence[str]] | None = None
    why: str = ""


# sheet by sheet in the order of planning: the noun, and the decision for every row
Decisions = Sequence[tuple[str, Mapping[int, Decision]]]


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    noun: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    maps: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    add_missing_orgs: bool = False
    accept_renames: bool = False
    recipe: Recipe = field(default_factory=Recipe)
    decisions: Decisions | None = None

    @classmethod
    def by_recipe(cls, recipe: Recipe, **said: Any) -> Wish:
        """What a mapping file asks for; what was said on the command line wins."""
        maps = {**recipe.columns, **said.pop("maps", {})}
        sets = {**recipe.set, **said.pop("sets", {})}
        noun = said.pop("noun", None) or recipe.noun
        return cls(noun=noun, maps=maps, sets=sets, recipe=recipe, **said)


@dataclass
class Plan:
    """What one sheet would do. ``issues`` holds every refused cell and one word for every kind of guess;
    ``last_batch`` is the state of the database that it was made for, ``today`` the day of it."""

    source: readers.Source
    sheet: readers.Sheet
    head: headers.Head
    mapping: mapping.SheetMapping
    why: str
    stage: staging.Stage
    owners: Owners
    issues: list[Issue]
    skipped: dict[str, list[int]]
    last_batch: int | None
    wish: Wish
    today: str
    part: Part | None = None  # set when these records are told along with the ledger's own
    decided: Mapping[int, Decision] | None = None  # set when a plan file decides

    @property
    def record(self) -> Record:
        return self.mapping.record

    @property
    def called(self) -> str:
        """The sheet, as people are told of it."""
        return f"{self.source.path.name} {self.sheet.name}".strip()

    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, unchanged and rejected. Asked once every row is settled; then it holds."""
        return self._counts

    @cached_property
    def _counts(self) -> dict[str, int]:
        return self.stage.counts()

    def is_decided(self, row: int) -> bool:
        """Has a person said which record this row is?"""
        choice = self.decided.get(row) if self.decided else None
        return choice is not None and choice.do in (CREATE, UPDATE, MATCH)

    def say(
        self, code: str, message: str, column: str = "", value: str = "", row: int = 0, fatal: bool = False
    ) -> None:
        """Note what was guessed, or with ``fatal`` why a row is refused."""
        self.issues.append(Issue(code, message, column, value, row, self.sheet.name, self.source.path.name, fatal))

    def reject(self, row: int, code: str, message: str, column: str = "", value: str = "") -> None:
        """Refuse a staged row."""
        self.stage.decide(row, staging.REJECTED)
        self.say(code, message, column, value, row, fatal=True)

    @property
    def rejected_rows(self) -> dict[int, list[Issue]]:
        rows: dict[int, list[Issue]] = {}
        for issue in self.issues:
            if issue.fatal:
                rows.setdefault(issue.row, []).append(issue)
        return rows

    @property
    def guesses(self) -> list[Issue]:
        """What was taken, but with a word about it."""
        return [issue for issue in self.issues if not issue.fatal]

    @property
    def columns(self) -> dict[str, str]:
        """The field that every header which is used fills."""
        return {column.header: column.target.key for column in self.mapping.columns}

    def recipe(self, parts: Sequence[Plan] = ()) -> str:
        """The text of a mapping file that reads such a ledger, with these parts told along, in the same way: without
        the year that was guessed, since next year's ledger is of another. What export wrote needs no more than its
        noun, and would not be known as such by its columns."""
        used, said = self.wish.recipe, self.wish.sets
        given = {mapping.target_named(self.record, key).key for key in said if mapping.knows(self.record, key)}
        sets = {key: value for key, value in self.mapping.constants.items() if key in given}
        columns = {} if self.mapping.exported else self.columns
        told = [replace(plan.part, columns=plan.columns).entry() for plan in parts if plan.part] or used.parts
        shaped, _ = used.shape(self.head, self.sheet.rows)
        return recipes.written(self.record.noun, columns, sets, shaped.unit, told, used)
