"""Ledgers with bytes changed, cut and doubled: read or refused, in this process for speed."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults.common import ROOT
from zhengshe import open_ledger
from zhengshe.errors import ZhengsheError


def mutants(tries: int, draw: random.Random) -> Counter[str]:
    seeds = [path.read_bytes() for path in sorted((ROOT / "examples" / "weifang").glob("0[1-4]*"))]
    results: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        with open_ledger(base / "m.db", create=True, today="2026-06-30") as ledger:
            for _ in range(tries):
                (base / "mutant").write_bytes(_mutated(draw.choice(seeds), draw))
                try:
                    plans = ledger.plan([base / "mutant"])
                    results["读出"] += 1
                    for plan in plans:
                        plan.stage.drop()
                except ZhengsheError as error:
                    results[f"拒绝并说明（退出码 {error.exit_code}）"] += 1
    return results


def _mutated(seed: bytes, draw: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(draw.randrange(1, 12)):
        place = draw.randrange(len(data))
        kind = draw.randrange(4)
        if kind == 0:
            data[place] = draw.randrange(256)
        elif kind == 1:
            del data[place : place + draw.randrange(1, 200)]
        elif kind == 2:
            data[place:place] = data[place : place + draw.randrange(1, 200)]
        else:
            data[place:place] = draw.randbytes(draw.randrange(1, 20))
        if not data:
            return b""
    return bytes(data)
