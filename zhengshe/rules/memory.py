"""Remember what has been worked out, for the next organization with the same facts."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

LIMIT = 150_000  # entries; some 40 MiB of texts, and nearly every organization of a large district finds its own

_Key = TypeVar("_Key", bound=Hashable)
_Made = TypeVar("_Made")


class Memory(dict[_Key, _Made]):
    """A dictionary that works out what it does not hold; when full it starts again, so that memory stays bounded.

    A subclass of dict, since a hit must cost no function call: a list over a million organizations asks ten million
    times.
    """

    def __init__(self, make: Callable[[_Key], _Made]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: _Key) -> _Made:
        if len(self) >= LIMIT:
            self.clear()
        made = self[key] = self._make(key)
        return made
