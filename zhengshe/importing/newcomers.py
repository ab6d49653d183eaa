"""Organizations that no sheet registers, but what belongs to them does: with --add-missing-orgs."""

from __future__ import annotations

from zhengshe.importing.names import normal_name
from zhengshe.values import Value


class Newcomers:
    """For all sheets of one import. Each has a negative number until it is written; ``values`` holds what is known of
    it."""

    def __init__(self) -> None:
        self.values: dict[int, dict[str, Value]] = {}
        self.claims: dict[tuple[str, Value], int] = {}  # codes that stand beside the name of one that is known
        self.found: set[str] = set()  # normal forms of names by which somebody was found
        self._known: dict[tuple[str, str], set[int]] = {}
        self._any_doubt = False

    def register(self, values: dict[str, Value]) -> int:
        """Note an organization, and return the number it goes by."""
        number = -(len(self.values) + 1)
        self.values[number] = values
        for key in ("uscc", "reg_no", "name"):
            if (value := values.get(key)) is not None:
                self._known.setdefault((key, str(value)), set()).add(number)
        normal = normal_name(str(values["name"]))
        self._known.setdefault(("alike", normal), set()).add(number)
        self._any_doubt |= normal in self.found  # whoever was found by it may be this one as well
        return number

    def names(self) -> dict[int, str]:
        """Those that are known by now, by their numbers."""
        return {number: str(values["name"]) for number, values in self.values.items()}

    def known_as(self, key: str, value: str) -> set[int]:
        """Those that have this code, registration number or name."""
        return self._known.get((key, value), set())

    def alike(self, name: str) -> set[int]:
        """Those that go by this name, written in another way."""
        return self._known.get(("alike", normal_name(name)), set())

    def note_doubt(self) -> None:
        """A row names somebody by a name that nobody has yet: one that is not enough to register it, another spelling,
        a former name, or one beside the code of somebody else."""
        self._any_doubt = True

    @property
    def came_late(self) -> bool:
        """May a row have been read before the one that registers whom it names?"""
        return bool(self.values) and self._any_doubt
