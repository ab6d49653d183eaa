"""Rows of one import that name the same record, within a sheet or in several sheets for one noun.

Rows are compared by what the sheets say, whether the ledger has their records yet or not: else a row that is refused
beside another in one import would be taken in the next, when the other's record is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from zhengshe.models import Record
from zhengshe.store import records
from zhengshe.store.staging import IS_NEW, REJECTED, Stage

_OPEN = "verdict IS NULL"


class Twins(NamedTuple):
    """A row and the earlier one that names the same record. ``of_two``: the ledger has only one of them yet, or has
    two; ``adds``: the row says something that the earlier one does not; ``contradicts``: it says something else;
    ``earlier_is_new``: the ledger has no record of the earlier row."""

    row: int
    first: int
    of_two: bool
    adds: bool
    contradicts: bool
    earlier_is_new: bool


# -- one row that may be several records, several rows that claim one


def ambiguous(stage: Stage, sheets: Sequence[Stage]) -> dict[int, int]:
    """How many records fit a row, for rows whose key fits several: of the ledger, or among the rows of the ``sheets``
    for this noun."""
    return _fits_several_of_ours(stage) | _fits_several_staged(stage, sheets)


def _fits_several_of_ours(stage: Stage) -> dict[int, int]:
    found: dict[int, int] = {}
    conditions = [*records.key_conditions(stage.record, "t.", "s.")] if stage.by_weaker_key else []
    for place, (condition, needed) in enumerate(conditions[1:], 1):
        stronger = " OR ".join(each for each, _ in conditions[:place])
        by_stronger = f'SELECT 1 FROM "{stage.record.noun}" t WHERE t.id = s.record AND ({stronger})'
        found |= stage.db.execute(
            f'SELECT s.row, (SELECT count(*) FROM "{stage.record.noun}" t WHERE {condition}) AS fits'
            f" FROM {stage.table} s WHERE s.record IS NOT NULL{_present(needed, 's.')} AND s.{_OPEN}"
            f" AND NOT EXISTS ({by_stronger}) AND fits > 1"
        ).fetchall()
    return found


def _fits_several_staged(stage: Stage, sheets: Sequence[Stage]) -> dict[int, int]:
    """Rows that say less than others, which the stronger key tells apart: two organizations of one name, and a row
    with nothing but the name."""
    found: dict[int, int] = {}
    for stronger, key in _chains(stage.record):
        telling = [sheet for sheet in sheets if {stronger[-1]} & {*sheet.filled}]
        blank = " AND ".join(f'"{part}" IS NULL' for part in stronger) + _present(key)
        if not telling or not _any(stage, f"{_OPEN} AND {blank}"):
            continue
        names, tells = ", ".join(f'"{part}"' for part in key), f'"{stronger[-1]}"'
        said = [
            f"SELECT {names}, {tells} FROM {sheet.table} WHERE {_OPEN} AND {tells} IS NOT NULL" for sheet in telling
        ]
        wanted = f"SELECT {names} FROM {stage.table} WHERE {_OPEN} AND {blank}"
        said.append(f'SELECT {names}, {tells} FROM "{stage.record.noun}" WHERE ({names}) IN ({wanted})')
        several = (
            f"SELECT {names}, count(DISTINCT {tells}) AS fits FROM ({' UNION ALL '.join(said)})"
            f" WHERE ({names}) IN ({wanted}) GROUP BY {names} HAVING fits > 1"
        )
        same = " AND ".join(f's."{part}" = n."{part}"' for part in key)
        found |= stage.db.execute(
            f"SELECT s.row, n.fits FROM {stage.table} s JOIN ({several}) n ON {same} WHERE s.{_OPEN} AND "
            + " AND ".join(f's."{part}" IS NULL' for part in stronger)
        ).fetchall()
    return found


def _chains(record: Record) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """(fields, key): the last of the fields tells apart what the key alone does not, the others are stronger too."""
    for place, key in enumerate(record.natural_keys):
        stronger = [part for each in record.natural_keys[:place] for part in each if part not in key]
        for last in dict.fromkeys(stronger):
            yield [*(part for part in dict.fromkeys(stronger) if part != last), last], key


def contested(sheets: Sequence[Stage]) -> Iterator[tuple[Stage, int, int, str]]:
    """(sheet, row, record, field) for rows that claim one record of the ledger, which has no such number or code, with
    different ones."""
    if not any(sheet.by_weaker_key for sheet in sheets):
        return
    record = sheets[0].record
    for field in dict.fromkeys(part for stronger, _ in _chains(record) for part in stronger):
        claims = " UNION ALL ".join(
            f'SELECT record, "{field}" AS said FROM {sheet.table}'
            f' WHERE {_OPEN} AND record IS NOT NULL AND "{field}" IS NOT NULL'
            for sheet in sheets
            if field in sheet.filled
        )
        if not claims:
            continue
        found = (
            sheets[0]
            .db.execute(
                f'SELECT c.record FROM ({claims}) c JOIN "{record.noun}" t ON t.id = c.record AND t."{field}" IS NULL'
                " GROUP BY c.record HAVING count(DISTINCT c.said) > 1"
            )
            .fetchall()
        )
        for (claimed,) in found:
            for sheet in sheets:
                rows = f'SELECT row FROM {sheet.table} WHERE {_OPEN} AND record = ? AND "{field}" IS NOT NULL'
                for (row,) in sheet.db.execute(rows, (claimed,)).fetchall():
                    yield sheet, row, claimed, field


def taken_keys(stage: Stage) -> list[tuple[int, int, str]]:
    """(row, another record, field) for rows that bring their record a number that another record of the ledger has."""
    found: list[tuple[int, int, str]] = []
    noun, conditions = stage.record.noun, [*records.key_conditions(stage.record, "t.", "s.")]
    for _, needed in conditions[1:-1]:
        if {*needed} <= {*stage.filled}:
            same = " AND ".join(f't."{part}" = s."{part}"' for part in needed)
            found += stage.db.execute(
                f'SELECT s.row, min(t.id), ? FROM {stage.table} s JOIN "{noun}" t ON {same} AND t.id <> s.record'
                f" WHERE s.{_OPEN} AND s.record IS NOT NULL AND NOT EXISTS"
                f' (SELECT 1 FROM "{noun}" t WHERE t.id = s.record AND {same}) GROUP BY s.row',
                (needed[-1],),
            ).fetchall()
    return found


# -- rows of one sheet


def within(stage: Stage) -> list[Twins]:
    """Rows that name what an earlier row of the sheet names."""
    pairs = dict(_repeated(stage, "record", f"{_OPEN} AND record IS NOT NULL", "1"))
    any_new = stage.any_new()
    if any_new or stage.by_weaker_key:
        pairs = _twins_by_key(stage, any_new=any_new) | pairs
    return [_compared(stage, row, stage, first) for row, first in sorted(pairs.items())]


def _twins_by_key(stage: Stage, *, any_new: bool) -> dict[int, int]:
    """(row -> earlier row) where one of them at least has no record, or would bring its record a key."""
    pairs: dict[int, int] = {}
    keys, conditions = stage.record.natural_keys, [*records.key_conditions(stage.record, "a.", "b.")]
    if len(keys[0]) == 1 and not _any(stage, f'"{keys[0][0]}" IS NULL'):
        keys = keys[:1]  # two rows that both have a code or a number are told by it alone
    for place, (key, (condition, needed)) in enumerate(zip(keys, conditions, strict=False)):
        if not {*needed} <= {*stage.filled}:
            continue
        coming = f"{IS_NEW}{_present(needed)}"
        if place < len(conditions) - 1 and stage.by_weaker_key:
            own = " AND ".join(f't."{part}" = s."{part}"' for part in needed)
            brought = f'SELECT 1 FROM "{stage.record.noun}" t WHERE t.id = s.record AND {own}'
            coming = f"{_OPEN}{_present(needed)} AND (record IS NULL OR NOT EXISTS ({brought}))"
        elif not any_new:
            continue
        where, apart = coming, ""
        if _any(stage, f"{_OPEN} AND record IS NOT NULL"):
            names = ", ".join(f'"{part}"' for part in needed)
            where = f"{_OPEN}{_present(needed)} AND ({names}) IN (SELECT {names} FROM {stage.table} s WHERE {coming})"
            apart = " AND (a.record IS NULL OR b.record IS NULL OR a.record <> b.record)"
            apart += "" if place < len(conditions) - 1 else " AND (a.record IS NULL OR b.record IS NULL)"
        for row, first in _repeated(stage, ", ".join(f'"{part}"' for part in key), where, condition + apart):
            pairs.setdefault(row, first)
    return pairs


def _repeated(stage: Stage, keys: str, where: str, condition: str) -> list[tuple[int, int]]:
    """(row, first row) for rows whose ``keys`` an earlier row has too, if the pair fits ``condition``."""
    table = stage.table
    if not stage.db.execute(
        f"SELECT 1 FROM {table} s WHERE {where} GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"
    ).fetchone():
        return []
    return stage.db.execute(
        f"SELECT p.row, p.first FROM (SELECT row, min(row) OVER (PARTITION BY {keys}) AS first FROM {table} s"
        f" WHERE {where}) p JOIN {table} a ON a.row = p.first JOIN {table} b ON b.row = p.row"
        f" WHERE p.row <> p.first AND {condition}"
    ).fetchall()


def _compared(stage: Stage, row: int, earlier: Stage, first: int) -> Twins:
    keys = stage.record.keys
    adds = " OR ".join(f'(b."{key}" IS NOT NULL AND b."{key}" IS NOT a."{key}")' for key in keys)
    contradicts = " OR ".join(f'(b."{key}" <> a."{key}") IS TRUE' for key in keys)
    sql = (
        f"SELECT a.record IS NOT b.record, {adds}, {contradicts}, a.record IS NULL"
        f" FROM {earlier.table} a, {stage.table} b WHERE a.row = ? AND b.row = ?"
    )
    return Twins(row, first, *map(bool, stage.db.execute(sql, (first, row)).fetchone()))


# -- rows of two sheets


def between(stage: Stage, earlier: Stage) -> Iterator[Twins]:
    """Rows that name what a row of an earlier sheet for the same noun names. Two rows of one record that the ledger has
    are only told of where they contradict each other: sheets may well say different things of it."""
    seen: set[int] = set()
    for row, first in (*_same_record(stage, earlier), *_same_key(stage, earlier)):
        if row not in seen:
            seen.add(row)
            yield _compared(stage, row, earlier, first)


def _same_record(stage: Stage, earlier: Stage) -> list[tuple[int, int]]:
    both = [key for key in stage.filled if key in earlier.filled]
    contradicts = " OR ".join(f'b."{key}" <> a."{key}"' for key in both) or "0"
    if not _any(stage, f"{_OPEN} AND record > 0"):
        return []
    earlier.index("record")
    return stage.db.execute(
        f"SELECT b.row, min(a.row) FROM {stage.table} b JOIN {earlier.table} a ON a.record = b.record"
        f" WHERE b.{_OPEN} AND b.record > 0 AND a.verdict IS NOT '{REJECTED}' AND ({contradicts})"
        " GROUP BY b.row ORDER BY b.row"
    ).fetchall()


def _same_key(stage: Stage, earlier: Stage) -> Iterator[tuple[int, int]]:
    conditions = [*records.key_conditions(stage.record, "a.", "b.")]
    for place, (condition, needed) in enumerate(conditions):
        if not ({*needed} <= {*stage.filled} and {*needed} <= {*earlier.filled}):
            continue
        one_new = "(a.record IS NULL OR b.record IS NULL)"
        if place < len(conditions) - 1 and (stage.by_weaker_key or earlier.by_weaker_key):
            one_new = "(a.record IS NULL OR b.record IS NULL OR a.record <> b.record)"
        yield from stage.db.execute(
            f"SELECT b.row, a.row FROM {stage.table} b JOIN {earlier.table} a ON {condition}"
            f" WHERE a.{_OPEN} AND b.{_OPEN} AND {one_new}{_present(needed, 'b.')} ORDER BY b.row, a.row"
        ).fetchall()


# -- helpers


def _present(keys: Iterable[str], prefix: str = "") -> str:
    return "".join(f' AND {prefix}"{key}" IS NOT NULL' for key in keys)


def _any(stage: Stage, where: str) -> bool:
    return bool(stage.db.execute(f"SELECT 1 FROM {stage.table} WHERE {where} LIMIT 1").fetchone())
