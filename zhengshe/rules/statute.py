"""The clauses that the rules rest on: each number stands in data/statutes.yaml beside its source, none in the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

CLAUSE = "条文"  # certainty: seen in the text of the rule; 草案 and 惯例 are printed with that word


class Statute(NamedTuple):
    """One clause: what it says in our own words, where it stands, since when, and the numbers it sets."""

    id: str
    text: str
    document: str
    article: str
    in_force: str
    until: str | None
    certainty: str
    values: Mapping[str, Any]

    def applies(self, day: str) -> bool:
        """Is it in force on a day?"""
        return self.in_force <= day and (self.until is None or day <= self.until)

    @property
    def citation(self) -> str:
        """《文件》第几条, with a word of warning where it is not the text of a rule in force."""
        place = f"{self.document}{self.article}"
        return place if self.certainty == CLAUSE else f"{place}（{self.certainty}）"


Statutes = Mapping[str, Statute]


def read_statutes(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Statute]:
    """The clauses of data/statutes.yaml by their id."""
    return {
        name: Statute(
            id=name,
            text=entry["text"],
            document=entry["document"],
            article=entry.get("article", ""),
            in_force=entry["in_force"],
            until=entry.get("until"),
            certainty=entry["certainty"],
            values=entry.get("values", {}),
        )
        for name, entry in entries.items()
    }
