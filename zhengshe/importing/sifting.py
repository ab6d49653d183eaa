"""Which rows below the header are records, and not totals, remarks, blanks or the header again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from zhengshe.errors import Issue
from zhengshe.importing import footnotes, headers, units, unread
from zhengshe.importing.headers import COUNTERS
from zhengshe.importing.mapping import every_name
from zhengshe.importing.readers import Row

_TOTALS = frozenset(footnotes.BARE_TOTALS)


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be taken, and every reason."""

    row: int
    issues: tuple[Issue, ...]


class Sieve:
    """The records among blocks of rows, with the numbers of the rows and their cells by column. When all have gone
    through, ``skipped`` and ``rejected`` tell of the others.

    ``places`` are the columns that are read: a row has cells in all of them, what stands right of them may vary. Those
    of ``naming`` are among them, or are read of the same rows elsewhere. Of what ``export`` wrote (``exported``) every
    row is a record that is not blank. Only ``bare_amounts`` take their unit from a line beside the table. ``nameless``
    are columns without a header.
    """

    def __init__(
        self,
        blocks: Iterable[Sequence[Row]],
        head: headers.Head,
        places: Sequence[int],
        naming: footnotes.Naming,
        *,
        exported: bool = False,
        bare_amounts: bool = True,
        nameless: Collection[int] = (),
    ) -> None:
        self._blocks = blocks
        self._exported = exported
        self._head = head
        self._first = min(places, default=0)
        self._first_head = head.cells[self._first] if head.cells else ""
        self._naming = naming
        self._width = max((*places, *naming.keys), default=0) + 1
        self._telling = sorted({0, min(1, self._width - 1), *naming.names})  # where a total says that it is one
        self._header_width = max(map(len, (head.cells, *head.lines)))  # with columns that are not for us
        self._bare_amounts = bare_amounts
        self._nameless = {*nameless}
        self.unnamed: list[int] = []  # those of the nameless columns that have something in them
        self._after_gap = False  # did the last rows look like the end of the table?
        self._ended = False
        # rows with one filled cell are records when others follow, or when there are no others (a list of names); what
        # may be a small heading is one when the next row is counted in digits
        self._may_be_lone = len(places) > 1
        self._has_full_rows = False
        counters = (place for place, cell in enumerate(head.cells[: self._width]) if headers.normal(cell) in COUNTERS)
        self._counter = next(counters, None)
        self._counts_in_digits = False
        self._pending: list[tuple[int, Row]] = []
        self.skipped: dict[str, list[int]] = {}
        self.rejected: list[Rejected] = []

    def __iter__(self) -> Iterator[tuple[Sequence[int], Sequence[Sequence[str]]]]:
        following = self._head.row + 1
        for block in self._blocks:
            numbers: Sequence[int] = range(following, following + len(block))
            following += len(block)
            columns = [*zip(*block, strict=False)]
            if self._after_gap or self._pending or not self._are_all_records(block, columns):
                pick = self._filled if self._exported else self._picked
                numbers, kept = pick(numbers, block)
                columns = [*zip(*kept, strict=False)]
                self._look_for_names([*zip_longest(*kept, fillvalue="")] if self._nameless else columns)
            else:
                self._look_for_names(columns)
                self._has_full_rows = True
                if self._counter is not None and not self._counts_in_digits:
                    self._counts_in_digits = any(map(self._is_counted, block))
            if numbers:
                yield numbers, columns
            if self._ended:
                break
        names = [each for each in self._pending if not footnotes.is_lone(each[1])]  # 一, 二, 三 to the end
        if names:
            yield [number for number, _ in names], [*zip(*(row for _, row in names), strict=False)]
        for number, row in self._pending:
            if footnotes.is_lone(row):
                self.rejected.append(Rejected(number, (unread.lone(_text(row)),)))

    def _look_for_names(self, columns: Sequence[Sequence[str]]) -> None:
        """Note the nameless columns in which these records have something. Once is enough."""
        for place in [*self._nameless]:
            if place < len(columns) and any(columns[place]) and any(map(str.strip, columns[place])):
                self._nameless.remove(place)
                self.unnamed.append(place)

    def _are_all_records(self, block: Sequence[Row], columns: Sequence[Sequence[str]]) -> bool:
        """Is nothing in this block that a row which is no record would have? What ``_picked`` asks of a row, asked of
        all at once: a block takes little longer so than a row."""
        if not self._width <= len(columns) == max(map(len, block)) <= self._header_width:
            return False
        if self._has_header(columns[self._first]) or not all(map(_TOTALS.isdisjoint, columns)):
            return False
        if _has_colon("".join(columns[0])):
            return False
        if any(footnotes.may_be_total("".join(columns[place])) for place in self._telling):
            return False
        return "" not in columns[0] and sum("" in column for column in columns) <= len(columns) - 4

    def _filled(self, numbers: Sequence[int], block: Sequence[Row]) -> tuple[list[int], list[Row]]:
        """The rows of a block that are not blank."""
        filled = [(number, self._padded(row)) for number, row in zip(numbers, block, strict=True) if any(row)]
        return [number for number, _ in filled], [row for _, row in filled]

    def _padded(self, row: Row) -> Row:
        return row if len(row) >= self._width else [*row, *[""] * (self._width - len(row))]

    def _picked(self, numbers: Sequence[int], block: Sequence[Row]) -> tuple[list[int], list[Row]]:
        """The records of a block, one row after the other."""
        kept: list[tuple[int, Row]] = []
        for number, row in zip(numbers, map(self._padded, block), strict=True):
            # a blank or a remark fills few cells, who signs has a colon, a total says so, a header has its first name
            odd_looking = not row[0] or row.count("") > len(row) - 4 or _has_colon(row[0])
            odd_looking = odd_looking or any(footnotes.may_be_total(row[place]) for place in self._telling)
            odd_looking = odd_looking or any(total in row for total in footnotes.BARE_TOTALS)
            is_lone = odd_looking and footnotes.is_lone(row)
            header_again = self._has_header((row[self._first],))
            if (odd_looking or header_again) and self._is_no_record(number, row, is_lone=is_lone):
                if self._ended:
                    break
                continue
            if self._begins_another_table(row, header_again=header_again):
                # right below the header it is the rest of that
                self._end(number, unread.SECOND_TABLE if number > self._head.row + 1 else unread.TALL_HEADER)
                break
            self._after_gap = (self._after_gap and odd_looking) or is_lone  # a title may stand before the header
            if beyond := [text for cell in row[self._header_width :] if (text := cell.strip())]:
                self.rejected.append(Rejected(number, (unread.beyond(beyond),)))
                continue
            if (is_lone and self._may_be_lone and self._has_full_rows) or (odd_looking and self._is_heading(row)):
                self._pending.append((number, row))
                continue
            records = self._decided(row)
            kept += records if self._ended else [*records, (number, row)]
            if self._ended:
                break
            self._has_full_rows = self._has_full_rows or not is_lone
        return [number for number, _ in kept], [row for _, row in kept]

    def _is_no_record(self, number: int, row: Row, *, is_lone: bool) -> bool:
        """Note a row that is none. What is said of the unit there, or of the year, must not differ from what was said
        above, and a title above the header that comes again is that of another table."""
        why = footnotes.skipped(row, self._head, self._naming)
        if why is None and self._counts_in_digits and self._is_heading(row):
            why = footnotes.SECTION
        said = units.units_said(row) if self._bare_amounts and (is_lone or why == footnotes.REMARK) else set()
        unit = next((unit for unit in said if unit != (self._head.unit or 1)), None)
        if unit is not None:
            self._end(number, unread.unit_below(unit, self._head.unit))
        elif (why == footnotes.SECTION or (is_lone and not why)) and self._is_of_another_year(row):
            self._end(number, unread.another_year(self._head.year))
        elif why == footnotes.HEADER and (titles := [*filter(self._is_title, self._pending)]):
            self._pending = [each for each in self._pending if each[0] < titles[0][0]]
            self._end(titles[0][0], unread.SECOND_TABLE)
        elif why or said:
            self._skip(number, why or footnotes.REMARK)
            self._after_gap = True
        return self._ended or bool(why or said)

    def _skip(self, number: int, why: str) -> None:
        self.skipped.setdefault(why, []).append(number)

    def _has_header(self, column: Sequence[str]) -> bool:
        """Is the first name of the header among these cells, with blanks or line breaks in it or without?"""
        if self._first_head in column:
            return True
        text = "".join(column)
        is_spaced = " " in text or not text.isprintable()
        return is_spaced and any(headers.clean_header(cell) == self._first_head for cell in column)

    def _is_title(self, pending: tuple[int, Row]) -> bool:
        row = pending[1]
        is_named = any(row[place].strip() for place in self._naming.names)
        return footnotes.is_lone(row) and (not is_named or footnotes.is_title(_text(row)))

    def _is_heading(self, row: Row) -> bool:
        return self._counter is not None and footnotes.is_numbered_heading(row, self._head, self._counter)

    def _is_counted(self, row: Row) -> bool:
        return self._counter is not None and footnotes.is_counted(row, self._counter)

    def _decided(self, row: Row) -> list[tuple[int, Row]]:
        """The records among the pending rows, now that the next row is one."""
        pending, self._pending = self._pending, []
        self._counts_in_digits = self._counts_in_digits or self._is_counted(row)
        records = []
        for each in pending:
            if not self._counts_in_digits or footnotes.is_lone(each[1]):
                records.append(each)
            elif self._is_of_another_year(each[1]):
                self._end(each[0], unread.another_year(self._head.year))
                break
            else:
                self._skip(each[0], footnotes.SECTION)
        return records

    def _is_of_another_year(self, row: Row) -> bool:
        return footnotes.is_of_another_year(" ".join(row), self._head)

    def _begins_another_table(self, row: Row, *, header_again: bool) -> bool:
        if header_again and footnotes.nearly_repeats(row, self._head):
            return True
        return (self._after_gap or header_again) and headers.is_another(row, every_name())

    def _end(self, number: int, why: Issue) -> None:
        """Nothing is read from this row on, and one cell right above it is a title."""
        self.rejected.append(Rejected(number, (why,)))
        self._ended = True
        if self._pending and self._pending[-1][0] == number - 1:
            self._skip(self._pending.pop()[0], footnotes.REMARK)


def _has_colon(text: str) -> bool:
    return "：" in text or ":" in text


def _text(row: Row) -> str:
    """What the first cell says that says anything."""
    return next(filter(None, map(str.strip, row)))
