"""Search in 900,000 names for the thirty best beside a LIKE scan of the same table, in one run; asked for all of them,
the search finds what LIKE finds.

python benchmarks/bench_search.py [NAMES]
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
from pathlib import Path

from timing import median_ms, without_history

from zhengshe.store.search import best_names

PLACES = "潍坊竹园泉东源竹松林福山崂山南泉北洋泾塘桥花木张江金桥高行"
TRADES = "老年青年妇女助残为老文化体育教育卫生法律物业公益调解书画舞蹈合唱摄影养生志愿互助"
TEXTS = ("潍竹", "潍坊", "潍坊街道", "街道文化", "为老", "老年", "中心", "服务中心", "街道")
BEST = 31  # as many as the command asks for
FORMS = ("协会", "服务中心", "事务所", "工作室", "基金会", "服务社", "联合会", "促进会")


def made_up_name(draw: random.Random) -> str:
    place = "".join(draw.sample(PLACES, 2))
    trade = "".join(draw.sample(TRADES, 4))
    return f"{place}街道{trade}{draw.choice(FORMS)}"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 900_000
    draw = random.Random(2026)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "names.db"
        db = without_history(path)
        names = {made_up_name(draw) for _ in range(count)}
        db.executemany(
            "INSERT INTO org(name, kind, status, address, legal_rep, supervisor) VALUES (?, '其他', '正常', ?, ?, ?)",
            ((name, f"{name[:4]}路{len(name)}号", "某某某", "潍坊新村街道办事处") for name in names),
        )
        db.commit()
        print(f"{len(names):,} names, SQLite {sqlite3.sqlite_version}")
        print(f"{'text':<12}{'hits':>8}{'search ms':>11}{'LIKE ms':>9}{'ratio':>8}")
        rare = sorted(names)[len(names) // 2]
        for text in (rare, rare[:3] + rare[4:6], rare[4:8], rare[4:7], *TEXTS):
            like = f"%{text}%"

            def scan(like: str = like) -> list[tuple[str]]:
                return db.execute("SELECT name FROM org WHERE name LIKE ?", (like,)).fetchall()

            def index(text: str = text) -> list[str]:
                return best_names(db, text, BEST)

            found = best_names(db, text, len(names))
            assert sorted(found) == sorted(name for (name,) in scan())
            ours, plain = median_ms(index), median_ms(scan)
            print(f"{text:<12}{len(found):>8,}{ours:>11.2f}{plain:>9.1f}{ours / plain:>8.4f}")


if __name__ == "__main__":
    main()
