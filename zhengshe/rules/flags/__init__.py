"""Red flags and data quality, like a linter: each flag looks at the whole street and says hit, clear or not computable.

A flag is a reason to look, not a verdict. Its numbers are in data/thresholds.yaml.
"""

from __future__ import annotations

from zhengshe.rules.flags import awards, bids, contracts, quality
from zhengshe.rules.flags.flag import FLAGS, Flag, Outcome, examine
from zhengshe.rules.street import Street

__all__ = ["FLAGS", "Flag", "Outcome", "Street", "awards", "bids", "contracts", "examine", "quality"]
