"""zhengshe (政社): the working ledger of a subdistrict civil-affairs clerk. ``from zhengshe import open_ledger``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhengshe.version import __version__

if TYPE_CHECKING:
    from zhengshe.ledger import Ledger, open_ledger

__all__ = ["Ledger", "__version__", "open_ledger"]


def __getattr__(name: str) -> Any:
    # loaded on demand: `zhengshe --version` must not pay for the database
    if name in ("Ledger", "open_ledger"):
        from zhengshe import ledger

        return getattr(ledger, name)
    raise AttributeError(f"module 'zhengshe' has no attribute {name!r}")
