"""Staged rows told along the way: what belongs to the rows of another stage (see importing.parts)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from zhengshe.models import Kind
from zhengshe.store.staging import REJECTED, Stage

_TAKEN = f"verdict IS NOT '{REJECTED}'"


class PartStage(Stage):
    """The staged rows of one part of a sheet; they have the numbers of the sheet's own rows."""

    def telling(self, rows: Collection[int], said: Sequence[str]) -> list[int]:
        """Those of ``rows`` that say anything of ``said``."""
        told = " OR ".join(f'"{name}" IS NOT NULL' for name in said)
        chosen = "row IN (SELECT value FROM json_each(?))"
        found = self.db.execute(f"SELECT row FROM {self.table} WHERE {chosen} AND ({told})", (json.dumps([*rows]),))
        return [row for (row,) in found]

    def belong_to(self, owners: Stage, key: str, said: Sequence[str]) -> None:
        """Make every row belong to the record of the same row of ``owners``. Rows that say nothing of ``said``, or
        whose owner is refused, are left out."""
        self._filled.add(key)
        self.db.execute(
            f'UPDATE {self.table} AS s SET "{key}" ='
            f" (SELECT coalesce(o.record, ? - o.row)"
            f" FROM {owners.table} o WHERE o.row = s.row AND o.{_TAKEN})",
            (owners.reference(0),),
        )
        silent = " AND ".join(f'"{name}" IS NULL' for name in said)
        self.db.execute(f'DELETE FROM {self.table} WHERE "{key}" IS NULL OR ({silent})')

    def drop_several(self, owner: str, said: Sequence[str], blank: str) -> list[int]:
        """Leave out the rows of owners of whom several different things are ``said``, where one leaves ``blank`` what
        is known of the owner only as a whole; returns the rows."""
        told = ", ".join(f'"{key}"' for key in said)
        found = self.db.execute(
            f'SELECT row FROM {self.table} WHERE "{owner}" IN (SELECT "{owner}" FROM {self.table}'
            f' GROUP BY "{owner}" HAVING count(DISTINCT json_array({told})) > 1 AND count("{blank}") < count(*))'
        )
        return self._drop(found)

    def fill_from(self, key: str, source: str, of: Stage | None = None) -> None:
        """Fill a blank with another field of the row, or with a field of the same row of another stage."""
        self._filled.add(key)
        value = f'"{source}"' if of is None else f'(SELECT "{source}" FROM {of.table} o WHERE o.row = s.row)'
        self.db.execute(f'UPDATE {self.table} AS s SET "{key}" = {value} WHERE "{key}" IS NULL')

    def number_within(self, owner: str, key: str) -> None:
        """Number the rows of each owner in the order of the file."""
        self._filled.add(key)
        self.db.execute(
            f'UPDATE {self.table} AS s SET "{key}" = n.place FROM (SELECT row,'
            f' row_number() OVER (PARTITION BY "{owner}" ORDER BY row) AS place FROM {self.table}) n'
            f' WHERE n.row = s.row AND "{key}" IS NULL'
        )

    def sharing_with(self, refused: Collection[int], owners: Stage, key: str) -> list[tuple[int, int]]:
        """(row, refused row) for rows whose owner is that of a row that was refused, or may be once it is mended: what
        can be read of it does not speak against it. One that names nobody goes with the row above it."""
        found: dict[int, int] = {}
        self.index(key)
        for condition in self._may_be_one(owners):
            sharing = self.db.execute(
                f"SELECT s.row, min(r.row) FROM {owners.table} r JOIN {owners.table} o ON {condition}"
                f' JOIN {self.table} s ON s."{key}" = coalesce(o.record, ? - o.row)'
                f" WHERE r.row IN (SELECT value FROM json_each(?)) AND o.{_TAKEN} GROUP BY s.row",
                (owners.reference(0), json.dumps([*refused])),
            )
            for row, because in sharing:
                found.setdefault(row, because)
        return sorted(found.items())

    def _may_be_one(self, owners: Stage) -> Iterable[str]:
        """Conditions under which a refused row r and an accepted row o tell of one owner."""
        yield f"r.{_TAKEN} AND o.row = r.row"  # only its part was refused
        named, apart = [], ""
        for key in owners.record.natural_keys:
            texts = [part for part in key if owners.record[part].kind in (Kind.TEXT, Kind.CREDIT_CODE)]
            for part in texts:
                owners.index(part)
            same = [f'o."{part}" = r."{part}"' for part in texts]
            open_ = [f'(r."{part}" IS NULL OR o."{part}" IS r."{part}")' for part in key if part not in texts]
            yield " AND ".join([f"r.verdict = '{REJECTED}'", *same, *open_]) + apart
            named += [f'r."{part}" IS NULL' for part in texts]
            apart += "".join(f' AND (r."{part}" IS NULL OR o."{part}" IS NULL)' for part in key if len(key) == 1)
        above = f"(SELECT max(row) FROM {owners.table} WHERE row < r.row AND {_TAKEN})"
        yield " AND ".join([f"r.verdict = '{REJECTED}'", *named, f"o.row = {above}"])

    def drop_other_days(self, owner: str, key: str, days: Sequence[str]) -> list[int]:
        """Leave out the rows whose ``key`` was only counted and whose record has another day than the row: it is most
        likely another one; returns the rows."""
        differs = " OR ".join(f's."{day}" <> t."{day}"' for day in days) or "0"
        self.index(owner)
        found = self.db.execute(
            f'SELECT s.row FROM {self.table} s JOIN "{self.record.noun}" t ON t."{owner}" = s."{owner}"'
            f' AND t."{key}" = s."{key}" WHERE s.{_TAKEN} AND ({differs}) ORDER BY s.row'
        )
        return self._drop(found)

    def drop_said_better(self, owner: str, better: Stage) -> None:
        """Leave out the rows of owners of whom another stage says the same kind of thing."""
        self.db.execute(f'DELETE FROM {self.table} WHERE "{owner}" IN (SELECT "{owner}" FROM {better.table})')

    def drop_known_better(self, owner: str) -> list[int]:
        """Leave out the rows of owners of whom the ledger has more such records than the file; returns the rows."""
        self.index(owner)
        found = self.db.execute(
            f'SELECT row FROM {self.table} s WHERE "{owner}" > 0 AND s.{_TAKEN}'
            f' AND (SELECT count(*) FROM "{self.record.noun}" t WHERE t."{owner}" = s."{owner}")'
            f' > (SELECT count(*) FROM {self.table} p WHERE p."{owner}" = s."{owner}")'
        )
        return self._drop(found)

    def drop_lacking(self, keys: Sequence[str]) -> list[int]:
        """Leave out the rows in which one of ``keys`` is blank; returns them."""
        blank = " OR ".join(f'"{key}" IS NULL' for key in keys)
        return self._drop(self.db.execute(f"SELECT row FROM {self.table} WHERE {_TAKEN} AND ({blank})"))

    def _drop(self, found: Iterable[tuple[int]]) -> list[int]:
        rows = [row for (row,) in found]
        self.leave_out(rows)
        return rows
