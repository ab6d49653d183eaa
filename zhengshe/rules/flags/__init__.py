"""Red flags and data quality, like a linter: each flag looks at the whole street and says hit, clear or not computable.

A flag is a reason to look, not a verdict. Its numbers are in data/thresholds.yaml.
"""

from __future__ import annotations

from zhengshe.rules.flags import awards, bids, contracts, flag, outlying, quality
from zhengshe.rules.flags.flag import Flag, Outcome, examine
from zhengshe.rules.street import Street

FLAGS = dict(sorted(flag.FLAGS.items()))

__all__ = ["FLAGS", "Flag", "Outcome", "Street", "awards", "bids", "contracts", "examine", "outlying", "quality"]
