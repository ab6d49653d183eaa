"""What a merge must not decide by itself: who says what of a record, and for which of several records it is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from zhengshe.errors import Issue
from zhengshe.importing.others import Other
from zhengshe.models import RECORDS, Field, Record
from zhengshe.store import history, records
from zhengshe.store.connection import Connection
from zhengshe.values import Value, to_show

_OURS = "本库"
_WIDE = 20  # characters of a long text that are enough to know it by


class Claim(NamedTuple):
    """What one file says of a record."""

    source: str
    values: Mapping[str, Value]


class Doubt(NamedTuple):
    """A record that may be any of several of ours."""

    claim: Claim
    fits: Sequence[int]


class Disputes:
    """Looks, once the records of a noun are in, at those that several files speak of.

    ``last`` is the last id before the merge, ``batch`` the merge's own: what a record was before is in the history.
    """

    def __init__(self, ours: Connection, record: Record, others: Sequence[Other], last: int, batch: int) -> None:
        self._ours = ours
        self._record = record
        self._others = others
        self._last = last
        self._batch = batch
        self._theirs: list[dict[int, list[int]]] = []

    def settle(self, differing: set[int], doubts: Sequence[Doubt], prefer: str | None) -> Iterator[Issue]:
        """What a person must decide: which record is meant, and what is right."""
        pairs = [*records.namesakes(self._ours, self._record, self._last)]
        wanted = (
            differing | {row for pair in pairs for row in pair[:2]} | {row for doubt in doubts for row in doubt.fits}
        )
        self._theirs = [other.those_in(self._record, wanted) for other in self._others]
        for doubt in (*doubts, *self._late_doubts(pairs)):
            yield self._unclear(doubt)
        for row in sorted(differing):
            yield from self._differences(row, prefer)

    def _claims(self, row: int) -> list[Claim]:
        """What our file said of a record before the merge, and what each of the others says."""
        before = history.as_before(self._ours, self._record, row, self._batch) if row <= self._last else None
        claims = [Claim(_OURS, before)] if before else []
        for other, rows in zip(self._others, self._theirs, strict=True):
            claims += [Claim(other.name, other.values(self._record, theirs)) for theirs in rows.get(row, ())]
        return claims

    # -- which record

    def _late_doubts(self, pairs: Sequence[tuple[int, int, int]]) -> Iterator[Doubt]:
        """Claims that were clear when they came, until a namesake of their record was added after them."""
        found = {(row, other, place) for one, two, place in pairs for row, other in ((one, two), (two, one))}
        for row, other, place in sorted(found):
            claims = self._claims(row)
            for claim in claims:
                fits = records.strangers_fits(
                    self._ours, self._record, records.identity(self._record, claim.values), place
                )
                others = [each for each in claims if each is not claim]
                if other in fits and not self._is_told(claim, others, place):
                    yield Doubt(claim, sorted({row, *fits}))

    def _is_told(self, claim: Claim, others: Sequence[Claim], place: int) -> bool:
        """Does a key stronger than the one at ``place`` say that it is the record of the others?"""
        one = records.identity(self._record, claim.values)
        return any(
            all(one[part] is not None and one[part] == other.values[part] for part in key)
            for other in others
            for key in self._record.natural_keys[:place]
        )

    def _unclear(self, doubt: Doubt) -> Issue:
        source = doubt.claim.source
        places = "、".join(self._place(row, doubt.claim) for row in doubt.fits)
        where = source if source == _OURS else f" {source} "
        message = f"{where.lstrip()}的对得上 {places}；请在{where}里{remedy(self._record)}"
        return Issue("ambiguous", message, column=self.title(doubt.claim.values), file=source)

    def _place(self, row: int, besides: Claim) -> str:
        """Where a record comes from, and what tells it from its namesakes."""
        now = records.identity(self._record, records.get(self._ours, self._record, row) or {})
        sources = dict.fromkeys(claim.source for claim in self._claims(row) if claim.source != besides.source)
        told = [str(now[field.key]) for field in _telling(self._record) if now[field.key] is not None]
        return f"{'、'.join(sources) or besides.source}{'（' + told[0] + '）' if told else f' #{row}'}"

    def taken_keys(self, given: Mapping[tuple[int, str], str]) -> Iterator[Issue]:
        """Codes and numbers that a record got from a file while another record has them: one of the two is wrong."""
        for (row, key), source in sorted(given.items()):
            now = records.get(self._ours, self._record, row) or {}
            for taken in records.having(self._ours, self._record, key, now[key], besides=row)[:1]:
                other = self.title(records.get(self._ours, self._record, taken) or {})
                said = f"{self._record[key].label}“{now[key]}”"
                message = f"{source} 给它的{said}是{other}的；请核对是哪一家的，改好再并入"
                yield Issue("owner-contradiction", message, column=self.title(now), file=source)

    # -- what is right

    def _differences(self, row: int, prefer: str | None) -> Iterator[Issue]:
        """The fields of which different things are said, and no preference chooses one of them."""
        claims = self._claims(row)
        for field in self._record.fields:
            # of numbers only those given by hand count, and two of them are two records
            said = [(source, values[field.key]) for source, values in claims if values[field.key] is not None]
            if field.key == "number" or len({value for _, value in said}) < 2:
                continue
            ours_speaks = said[0][0] == _OURS
            theirs = {value for source, value in said if source != _OURS}
            if ours_speaks and (prefer == "ours" or (prefer == "theirs" and len(theirs) == 1)):
                continue
            column = f"{self.title(claims[0].values)} {field.label}"
            if ours_speaks and prefer is None:
                yield Issue("conflict", self._both(field, said), column=column, file=_named(said))
            else:
                said = [each for each in said if each[0] != _OURS]
                message = f"{self._both(field, said)}；请改成一致，或一个一个并入"
                yield Issue("conflict-files", message, column=column, file=_named(said))

    def _both(self, field: Field, said: Sequence[tuple[str, Value]]) -> str:
        """本库“甲”，b.db、c.db“乙”"""
        sources: dict[Value, list[str]] = {}
        for source, value in said:
            sources.setdefault(value, []).append(source)
        return "，".join(f"{'、'.join(who)}“{self._shown(field, value)}”" for value, who in sources.items())

    # -- how it is called

    def title(self, values: Mapping[str, Value]) -> str:
        """社会组织“读书会”, 年检年报“读书会 2025”"""
        # evidence is identified by a hash, which tells a clerk nothing
        keys = ("title",) if self._record.noun == "document" else self._record.natural_keys[-1]
        words = (self._shown(self._record[key], values[key])[:_WIDE] for key in keys)
        return f"{self._record.label}“{' '.join(word for word in words if word)}”"

    def _shown(self, field: Field, value: Value) -> str:
        if field.kind.is_reference and value is not None:
            return str((records.get(self._ours, RECORDS[field.kind.value], int(value)) or {}).get("name"))
        return to_show(field.kind, value)


def _named(said: Sequence[tuple[str, Value]]) -> str:
    return "、".join(dict.fromkeys(source for source, _ in said if source != _OURS))


def _telling(record: Record) -> list[Field]:
    """The fields that tell namesakes apart."""
    return [record[part] for key in record.natural_keys[:-1] for part in key if not record[part].kind.is_reference]


def remedy(record: Record) -> str:
    """What a clerk does where records can't be told apart."""
    return f"写上{'或'.join(field.label for field in _telling(record))}"
