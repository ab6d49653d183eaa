"""An organization as it was: registered changes approved after the day are taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from zhengshe.models import Kind
from zhengshe.rules.derive import changed_field
from zhengshe.values import Value


def rolled_back(org: Mapping[str, Value], changes: str | None) -> dict[str, Value]:
    """The organization's values before the changes, given as JSON [[approved_on, id, item, before], …].

    The earliest later change of an item holds what it was on the day.
    """
    was = dict(org)
    for _, _, item, before in sorted(json.loads(changes or "[]"), reverse=True):
        field = changed_field(item)
        if field and field.key in was:
            was[field.key] = _stored(field.kind, before)
    return was


def _stored(kind: Kind, before: str | None) -> Value:
    """A change keeps its former value as text; numbers and flags are stored as whole numbers."""
    if before is not None and (kind.is_number or kind is Kind.FLAG):
        return int(before) if before.lstrip("-").isdecimal() else None
    return before
