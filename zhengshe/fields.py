"""What a declaration in ``models`` says: the kind of a value, a field, a record."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a value is; ``values`` knows how to read and show each of these."""

    TEXT = "text"
    DATE = "date"  # ISO text, YYYY-MM-DD
    YEAR = "year"
    MONEY = "money"  # integer 分; 元 in JSON
    COUNT = "count"  # whole, not negative
    DECIMAL = "decimal"  # integer hundredths; a number in JSON
    CREDIT_CODE = "credit_code"  # 统一社会信用代码, GB 32100-2015
    CHOICE = "choice"  # a term from a codelist
    PHONE = "phone"
    FLAG = "flag"  # 0 or 1; 是/否, true/false in JSON
    ORG = "org"  # a reference to an organization
    PROJECT = "project"  # a reference to a project

    @property
    def is_reference(self) -> bool:
        return self in (Kind.ORG, Kind.PROJECT)

    @property
    def is_number(self) -> bool:
        return self in (Kind.YEAR, Kind.MONEY, Kind.COUNT, Kind.DECIMAL)


class Field(NamedTuple):
    """One field of one record.

    key       the JSON key, the column and (with dashes) the option
    label     the Chinese name: export header, prompt, table head
    synonyms  other headers under which ledgers carry it
    codelist  for CHOICE: the list in data/codelists.yaml
    default   what a blank means when the record is new
    private   never in public output; the first thing a lawful deletion takes
    of_person the value is the name of a natural person
    listed    shown in a table when no columns are asked for; where it is not said, a required field is
    closing   a date that ends a period: a bare month means its last day
    known_on  the date field from which the value was known (for looking back: before that day it did not exist)
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    synonyms: tuple[str, ...] = ()
    codelist: str | None = None
    default: str | None = None
    private: bool = False
    of_person: bool = False
    listed: bool | None = None
    closing: bool = False
    known_on: str | None = None

    @property
    def brief(self) -> bool:
        return self.required if self.listed is None else self.listed

    @property
    def is_paper_number(self) -> bool:
        """Is it the number of a paper or a record (登记证号)? Then 无 in it is no number that two could share."""
        return self.kind is Kind.TEXT and self.label.endswith("号")

    @property
    def is_asked(self) -> bool:
        """Do ledgers also ask for it by 是否? Then 否 in a text says that there is none."""
        return self.kind is Kind.TEXT and any(name.startswith("是否") for name in self.synonyms)

    @property
    def option(self) -> str:
        """``--found-on`` for ``found_on``."""
        return "--" + self.key.replace("_", "-")


@dataclass(frozen=True, eq=False)  # each is declared once: the same record is the same object
class Record:
    """One noun of the ledger.

    natural_keys  alternatives in order of strength: the first whose fields are all present identifies the record
    dated         the field that dates the record: --since/--until, and whether a fact counts on an earlier day
    numbered      the letter of the number the program assigns when none is given (P2026-001)
    derived       shown and filtered like fields, but worked out from them and never stored
    withheld      why the whole record is never published; empty when it is
    personal      the whole record is about a natural person, or may be: a lawful deletion takes it whole
    """

    noun: str
    label: str
    fields: tuple[Field, ...]
    natural_keys: tuple[tuple[str, ...], ...]
    dated: str
    numbered: str | None = None
    derived: tuple[Field, ...] = ()
    withheld: str = ""
    personal: bool = False

    def __getitem__(self, key: str) -> Field:
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)

    def __contains__(self, key: str) -> bool:
        return any(field.key == key for field in self.fields)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(field.key for field in self.fields)

    @property
    def owner(self) -> Field | None:
        """The record this one belongs to, positional on the command line; organizations have none."""
        first = self.fields[0] if self.fields[0].key != "number" else self.fields[1]
        return first if first.required and (first.kind.is_reference or first.key == "subject") else None

    @property
    def reference_fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.kind.is_reference)
