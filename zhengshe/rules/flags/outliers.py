"""What is far out among its like: quartiles, and Tukey's fences one and a half interquartile ranges beyond them.

So the indicators of Cardinal find outliers. Quartiles are those of Hyndman and Fan's eighth definition, which Cardinal
reckons with. Everything is in fractions: what lies exactly on a fence is on it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from zhengshe.rules.flags.flag import Fence, Missing
from zhengshe.rules.street import exact

_THIRD = Fraction(1, 3)


def quantile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value below which ``share`` of them lie, between two of them in proportion."""
    ordered = sorted(values)
    place = (len(ordered) + _THIRD) * share + _THIRD
    below = min(max(math.floor(place), 1), len(ordered))
    above = min(below + 1, len(ordered))
    part = min(max(place - below, Fraction(0)), Fraction(1))
    return ordered[below - 1] + part * (ordered[above - 1] - ordered[below - 1])


def fence(group: str, values: Sequence[Fraction], limits: Mapping[str, Any], *, upper: bool) -> Fence | Missing:
    """The bound beyond which a value is far out; Missing where there are too few values, or no spread, to tell."""
    least = limits["outlier_least"]
    if len(values) < least:
        return Missing(f"可比的{group}（至少 {least} 个）")
    first, third = (quantile(values, Fraction(quarter, 4)) for quarter in (1, 3))
    if first == third:  # then most values lie on the fence itself
        return Missing(f"{group}之间的差异（四分位距为零）")
    beyond = exact(limits["outlier_iqr_times"]) * (third - first)
    return Fence(group, len(values), first, third, third + beyond if upper else first - beyond)
