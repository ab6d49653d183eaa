"""Which organization a row is, where several share a code or a name.

It is judged by all that the sheets and the ledger say together: after one import the ledger has what the sheets said,
and the next must come to the same end. What may be one organization is one if nothing in it contradicts; if something
does, only rows that stand for themselves by their code are taken, and the rest is for a person to tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from zhengshe.importing.names import Names, normal_name, same_name
from zhengshe.importing.plan import Plan
from zhengshe.store import namesakes
from zhengshe.store.connection import Connection
from zhengshe.store.namesakes import Said


def settle_namesakes(db: Connection, plans: Sequence[Plan], names: Names) -> None:
    """Point rows at the organizations that they are, and refuse those of which that cannot be told."""
    family = _Family(db, plans, names)
    family.gather()
    for group in family.groups():
        rows = sorted((said for said in group if said.place is not None), key=lambda said: (said.place, said.row))
        _settle_group(family, rows, [said for said in group if said.place is None])


class _Family:
    """The rows of the sheets and the records of the ledger that may be somebody else than they seem."""

    def __init__(self, db: Connection, plans: Sequence[Plan], names: Names) -> None:
        self._db = db
        self._plans = plans
        self._names = names
        self._sheets = [plan.stage for plan in plans]
        # the program wrote itself what it exported: there another spelling is another name
        self._exported = all(plan.mapping.exported for plan in plans)
        self._spelled: defaultdict[str, set[str]] = defaultdict(set)  # normal form of odd names -> how it is written
        self._said: dict[tuple[int | None, int], Said] = {}
        self._named: defaultdict[tuple[int | None, int], set[str]] = defaultdict(set)  # normal forms of its names

    def gather(self) -> None:
        """Find the rows that share something with somebody else, and whoever shares something with these."""
        waiting = namesakes.suspicious(self._db, self._sheets)
        if not self._exported:
            odd = {*self._written_in_two_ways(), *self._known_otherwise()}
            waiting += namesakes.rows_saying(self._sheets, "name", odd)
        while waiting:
            fresh = {(said.place, said.row): said for said in waiting if (said.place, said.row) not in self._said}
            self._said |= fresh
            waiting = [*self._sharing(fresh.values())]

    def _written_in_two_ways(self) -> list[str]:
        """The names that the sheets or the ledger write in another way too."""
        for name in namesakes.odd_names(self._db, self._sheets):
            self._spelled[normal_name(name)].add(name)
        for name in namesakes.names_among(self._db, self._sheets, self._spelled) if self._spelled else ():
            self._spelled[name].add(name)
        return [name for spelled in self._spelled.values() if len(spelled) > 1 for name in spelled]

    def _known_otherwise(self) -> Iterator[str]:
        """The names of new rows by which the ledger has somebody, if written in another way."""
        for sheet in self._sheets if len(self._names) else ():
            for _, values in sheet.new_rows('"name" IS NOT NULL'):
                if self._names.alike(name := str(values["name"])):
                    yield name

    def _sharing(self, fresh: Collection[Said]) -> Iterator[Said]:
        """The rows and records that share a code or a name with some."""
        for key, values in (
            ("uscc", {said.uscc for said in fresh if said.uscc}),
            ("reg_no", {said.reg_no for said in fresh if said.reg_no}),
        ):
            yield from namesakes.rows_saying(self._sheets, key, values)
            yield from namesakes.records_saying(self._db, key, values)
        spellings: set[str] = set()
        for said in fresh:
            for name in self._names.every(said.row) if said.place is None else {said.name or ""} - {""}:
                self._named[said.place, said.row].add(normal := self._normal(name))
                spellings |= {name, normal} | self._spelled.get(normal, set())
        yield from namesakes.rows_saying(self._sheets, "name", spellings)
        if self._exported:
            yield from namesakes.records_saying(self._db, "name", spellings)
            return
        known: set[int] = set()
        for name in {said.name for said in fresh if said.name}:
            for org in self._names.alike(name):
                self._named[None, org].add(normal_name(name))
                known.add(org)
        yield from namesakes.records_saying(self._db, "id", known)

    def _normal(self, name: str) -> str:
        return name if self._exported else normal_name(name)

    # -- who may be whom

    def groups(self) -> Iterable[list[Said]]:
        """Those that may be one organization, one by one."""
        leader = {key: key for key in self._said}

        def leading(key: tuple[int | None, int]) -> tuple[int | None, int]:
            while leader[key] != key:
                leader[key] = leader[leader[key]]
                key = leader[key]
            return key

        for alike in self._alike():
            first = leading(alike[0])
            for key in alike[1:]:
                leader[leading(key)] = first
        found: defaultdict[tuple[int | None, int], list[Said]] = defaultdict(list)
        for key, said in self._said.items():
            found[leading(key)].append(said)
        return found.values()

    def _alike(self) -> Iterator[list[tuple[int | None, int]]]:
        """Those that have the same code, or a name or number in common and nothing that contradicts it."""
        codes, numbers, named = (defaultdict[str, list[Said]](list) for _ in range(3))
        for key, said in self._said.items():
            if said.uscc:
                codes[said.uscc].append(said)
            if said.reg_no:
                numbers[said.reg_no].append(said)
            for name in self._named[key]:
                named[name].append(said)
        groups = [*codes.values()]
        groups += [each for each in numbers.values() if any(not said.uscc for said in each)]
        for each in named.values():
            bare = [said for said in each if not said.uscc and not said.reg_no]
            half = [said for said in each if not (said.uscc and said.reg_no)]
            by_number = [said for said in half if not said.uscc]
            groups.append(each if bare else half if 0 < len(by_number) < len(half) else [])
        return ([(said.place, said.row) for said in group] for group in groups if group)

    # -- what is done about it

    def point(self, said: Said, org: int) -> None:
        self._plans[said.place or 0].stage.point(said.row, org)

    def reject(self, said: Said, code: str, message: str, column: str = "", value: str = "") -> None:
        """Refuse a row, unless a person has said which organization it is."""
        plan = self._plans[said.place or 0]
        if not plan.is_decided(said.row):
            plan.reject(said.row, code, message, column, value)

    def where(self, said: Said, other: Said) -> str:
        """A row, as it is told in a message about another."""
        called = "" if said.place == other.place else f" {self._plans[said.place or 0].called} "
        return f"{called}第 {said.row} 行"

    def is_related(self, said: Said, org: Said) -> bool:
        """Does a row itself share a name or a code with a record?"""
        codes = (said.uscc, org.uscc), (said.reg_no, org.reg_no)
        is_called_so = not self._named[said.place, said.row].isdisjoint(self._named[None, org.row])
        return is_called_so or any(one is not None and one == other for one, other in codes)


def _settle_group(family: _Family, rows: Sequence[Said], records: Sequence[Said]) -> None:
    """Those that may be one organization: they are, unless they tell of several."""
    codes = {said.uscc for said in (*rows, *records) if said.uscc}
    numbers = {said.reg_no for said in rows if said.reg_no}
    if len(codes) <= 1 and len(numbers) <= 1 and len(records) <= 1:
        _settle_one(family, rows, records)
        return
    own: defaultdict[str | None, tuple[list[Said], list[Said]]] = defaultdict(lambda: ([], []))
    for said in (*rows, *records):
        own[said.uscc if codes else said.reg_no][said.place is None].append(said)
    untold, without_code = own.pop(None, ([], []))
    for same, known in own.values():
        # a row stands for itself by its code, but not where the ledger has one without a code that it may be, and not
        # for a number that the ledger does not have beside this code
        if len(known) > 1 or (without_code and not known):
            untold += same
        else:
            sure = [said for said in same if not known or said.reg_no in (None, known[0].reg_no)]
            untold += [said for said in same if known and said.reg_no not in (None, known[0].reg_no)]
            _settle_one(family, sure, known)
    several = max(len(records), len(codes), len(numbers))
    for said in untold:
        if len(records) == 1 and (said.uscc or said.reg_no):
            message = f"有几行都像是本库的社会组织 #{records[0].row}，信用代码或登记证号却不同；请核对哪一行才是"
        else:
            message = f"对应 {several} 条社会组织（本库的或台账里的），请补充信用代码、登记证号或编号"
        family.reject(said, "ambiguous", message)


def _settle_one(family: _Family, rows: Sequence[Said], records: Sequence[Said]) -> None:
    """Rows that are one organization, which the ledger has or not, under one name: the first's. Where another is said
    too, those that are the ledger's only by way of another row are none, and then nobody is."""
    first = next((said for said in rows if said.name), None)
    others = [(said, first) for said in rows if first and said.name not in (None, first.name)]
    for said, named in others:
        _refuse_name(family, said, named)
    same = [said for said in rows if not first or said.name in (None, first.name)]
    for org in records:
        is_unsure = bool(others) and not all(family.is_related(said, org) for said in same)
        for said in same:
            if is_unsure:
                message = f"有几行都像是本库的社会组织 #{org.row}，名称却不同；请核对哪一行才是"
                family.reject(said, "ambiguous", message)
            elif said.record != org.row:
                family.point(said, org.row)


def _refuse_name(family: _Family, said: Said, first: Said) -> None:
    named, name, where = str(first.name), str(said.name), family.where(first, said)
    if same_name(named, name):
        message = f"与{where}的“{named}”写法不同，像是同一家；请统一写法，只留一行"
        family.reject(said, "duplicate", message, "名称", name)
    else:
        message = f"与{where}信用代码（或登记证号）相同而名称不同（那里是“{named}”）；请核对是更名还是笔误"
        family.reject(said, "code-two-names", message, "名称", name)
