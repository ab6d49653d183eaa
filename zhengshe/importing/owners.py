"""Which organization, or which project, a row belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhengshe.errors import Issue
from zhengshe.importing import entry
from zhengshe.importing.mapping import OWNER_CODE, OWNER_NUMBER, PROJECT_NAME
from zhengshe.importing.names import Names, normal_name, same_name
from zhengshe.importing.newcomers import Newcomers
from zhengshe.models import ORG, RECORDS, Record
from zhengshe.store import lookup, records
from zhengshe.store.connection import Connection
from zhengshe.store.staging import Stage
from zhengshe.values import Value

# how a staged row is looked up for each way of looking up a record
_STAGED = {
    "uscc": ("uscc",),
    "reg_no": ("reg_no",),
    "code": ("uscc", "reg_no"),
    "name": ("name",),
    "former name": (),
    "project number": ("number",),
    "project name": ("name",),
}
_UPPER = ("code", "project number")  # what people may write in small letters
_COMPARISONS = 2_000_000  # unknown names compared with ours, which takes two seconds; beyond it none is suggested
_HELPERS = (OWNER_CODE, OWNER_NUMBER, PROJECT_NAME)
ADVICE = "（确认后可加 --add-missing-orgs 一并登记）"  # for whoever writes


class Owners:
    """Finds the references of a row by what its columns say. An exact code, number, name or former name decides, then
    the name written in another way (see names); a name that is only similar is proposed, never taken.

    Whom the sheets before this one will register or rename is known as if it were done. With ``newcomers`` an unknown
    organization is noted there, to be registered when the plan is carried out. What the program ``exported`` means whom
    it says: a finding may be about one organization's part in another's project.
    """

    def __init__(
        self,
        db: Connection,
        record: Record,
        columns: set[str],
        earlier: Sequence[Stage],
        *,
        newcomers: Newcomers | None,
        exported: bool = False,
    ) -> None:
        self._db = db
        self._earlier = earlier
        self._record = record
        self._newcomers = newcomers
        self._exported = exported
        self.missing: Mapping[int, dict[str, Value]] = newcomers.values if newcomers else {}
        self._found: dict[tuple[Value, ...], tuple[Value, ...] | Issue] = {}
        self._names = Names(db, earlier, {} if newcomers is None else newcomers.names())
        self._compared = 0
        self.read_as: dict[str, str] = {}  # names that were written in another way, and whom they were taken for
        self.by_code: dict[str, str] = {}  # names that nobody has, beside the code of somebody
        self.by_name: dict[str, str] = {}  # project numbers that nobody has, beside a project's name
        wanted = {field.key for field in record.reference_fields}
        self.keys = [
            key for key in ("org", "project") if key in wanted and (key in columns or self._helped(key, columns))
        ]
        self._used = {*self.keys, *_HELPERS, *({"org"} if "project" in self.keys else ())}

    def _helped(self, key: str, columns: set[str]) -> bool:
        helpers = (OWNER_CODE, OWNER_NUMBER) if key == "org" else (PROJECT_NAME,)
        return bool(columns.intersection(helpers))

    def uses(self, key: str) -> bool:
        """Is this column only there to find an owner?"""
        return key in self._used

    def find(self, columns: Sequence[str], said: tuple[Value, ...]) -> tuple[Value, ...] | Issue:
        """The ids for ``keys`` by what the columns say, or why one cannot be had. Rows repeat their owners, so every
        answer is kept."""
        found = self._found.get(said)
        if found is None:
            found = self._found[said] = self._look(dict(zip(columns, said, strict=True)))
        return found

    def _look(self, said: Mapping[str, Value]) -> tuple[Value, ...] | Issue:
        ids: list[Value] = []
        for key in self.keys:
            found = self._organization(said) if key == "org" else self._project(said)
            if isinstance(found, Issue):
                return found
            ids.append(found)
        return tuple(ids)

    def _exactly(self, noun: str, by: str, value: Value) -> list[int]:
        """Records of the ledger as the sheets before this one will leave it, and rows that will be new."""
        if value is None:
            return []
        text = str(value)
        found = {*lookup.exactly(self._db, by, text)}
        for stage in self._earlier:
            if stage.record.noun == noun:
                if by in ("name", "project name"):
                    found = {row for row in found if stage.said_of(row, "name") in (None, value)}
                elif by == "former name":
                    found |= {
                        row
                        for row in lookup.exactly(self._db, "name", text)
                        if stage.said_of(row, "name") not in (None, value)
                    }
                for key in _STAGED[by]:
                    found |= {*stage.known_as(key, text.upper() if by in _UPPER else text)}
        if self._newcomers and noun == "org":
            found |= {row for key in _STAGED[by] for row in self._newcomers.known_as(key, text)}
        return sorted(found)

    # -- organizations

    def _organization(self, said: Mapping[str, Value]) -> int | Issue | None:
        code, number, name = (said.get(key) for key in (OWNER_CODE, OWNER_NUMBER, "org"))
        if code is None and number is None and name is None:
            return None
        rungs = (("uscc", code), ("reg_no", number), ("code", name), ("name", name), ("former name", name))
        others: list[int] = []
        for by, value in rungs:
            ids = self._exactly("org", by, value)
            if by in ("name", "former name"):
                others += [row for row in ids if self._has_other_codes(row, code, number)]
                ids = [row for row in ids if row not in others]
            if by == "former name" and ids:
                self._note_doubt()
            if len(ids) == 1:
                return self._contradicted(ids[0], name) if by in ("uscc", "reg_no") else self._claimed(ids[0], said)
            if ids:
                return Issue("owner-ambiguous", f"对应本库 {len(ids)} 家组织，请补充信用代码", "社会组织", str(value))
        if others and not self._newcomers:
            message = "名称是本库的，信用代码（或登记证号）却是另一个，请核对是笔误还是另一家组织"
            return Issue("owner-contradiction", message, "社会组织", str(name))
        alike = self._alike(str(name)) if name is not None and not self._exported else set()
        alike = {row for row in alike if not self._has_other_codes(row, code, number)}
        if len(alike) == 1:
            (row,) = alike
            self._note_doubt()
            self.read_as[str(name)] = self._called(row)
            return self._claimed(row, said)
        if self._newcomers:
            return self._register(self._newcomers, code, number, name)
        return self._unknown(str(name or code or number))

    def _claimed(self, org: int, said: Mapping[str, Value]) -> int:
        """An organization that was found by its name: the codes beside it are nobody else's."""
        if self._newcomers:
            self._newcomers.claims |= dict.fromkeys(_codes(said), org)
            self._newcomers.found.add(normal_name(str(said["org"])))
        return org

    def _note_doubt(self) -> None:
        if self._newcomers:
            self._newcomers.note_doubt()

    def _alike(self, name: str) -> set[int]:
        found = self._names.alike(name)
        return found | self._newcomers.alike(name) if self._newcomers else found

    def _called(self, row: int) -> str:
        return str(self.missing[row]["name"]) if row in self.missing else self._names.called(row)

    def _contradicted(self, found: int, name: Value) -> int | Issue:
        """An organization that was found by its code, unless the name beside the code is another organization's."""
        others = self._exactly("org", "name", name)
        if not others or found in others:
            if name is not None and not others and not self._goes_by(found, str(name)):
                self.by_code[str(name)] = self._called(found)
                self._note_doubt()
            return found
        return Issue(
            "owner-contradiction", "信用代码（或登记证号）与名称在本库是两家组织，请核对", "社会组织", str(name)
        )

    def _goes_by(self, org: int, name: str) -> bool:
        if org in self.missing:
            return same_name(str(self.missing[org]["name"]), name)
        return self._names.goes_by(org, name)

    def _has_other_codes(self, org: int, code: Value, number: Value) -> bool:
        said = {"uscc": code, "reg_no": number}
        return any(value is not None and self._known(org, key) not in (None, value) for key, value in said.items())

    def _known(self, org: int, key: str, noun: str = "org") -> Value:
        """A field of an organization (or a project) as the sheets before this one will leave it."""
        if noun == "org" and org in self.missing:
            return self.missing[org].get(key)
        said = (stage.said_of(org, key) for stage in self._earlier if stage.record.noun == noun)
        if (value := next((each for each in said if each is not None), None)) is not None or org < 0:
            return value
        return (records.get(self._db, RECORDS[noun], org) or {}).get(key)

    def _unknown(self, text: str) -> Issue:
        self._compared += len(self._names)
        near = [name for _, name in self._names.near(text, least=50)] if self._compared <= _COMPARISONS else []
        hint = f"；相近的有：{'、'.join(near)}" if near else ""
        return Issue("owner-unknown", f"本库没有这家组织{hint}{ADVICE}", "社会组织", text)

    def _register(self, newcomers: Newcomers, code: Value, number: Value, name: Value) -> int | Issue:
        completed = entry.complete(self._db, ORG, {"name": name, "uscc": code, "reg_no": number})
        lacking = [field.label for field in ORG.fields if field.required and completed.get(field.key) is None]
        if lacking:
            newcomers.note_doubt()
            why = f"信用代码 {str(code)[:2]}… 不是民政部门登记的社会组织" if code else "没有信用代码，类型无从知道"
            return Issue(
                "owner-unknown", f"不能登记这家组织：缺少{'、'.join(lacking)}（{why}）", "社会组织", str(name or code)
            )
        for claim in _codes({OWNER_CODE: code, OWNER_NUMBER: number}):
            if claim in newcomers.claims:
                message = f"这个代码前面写作“{self._called(newcomers.claims[claim])}”的，名称却不同；请核对"
                return Issue("owner-contradiction", message, "社会组织", str(name))
        return newcomers.register({key: value for key, value in completed.items() if value is not None})

    # -- projects

    def _project(self, said: Mapping[str, Value]) -> int | Issue | None:
        number, name = said.get("project"), said.get(PROJECT_NAME)
        if number is None and name is None:
            return None
        both = ("project number", "project name")
        for by, value in [(by, value) for value in (number, name) for by in both]:
            ids = self._exactly("project", by, value)
            if len(ids) > 1 and said.get("org") is not None:
                org = self._organization({"org": said["org"]})
                ids = [row for row in ids if self._known(row, "org", "project") == org] if isinstance(org, int) else ids
            if len(ids) == 1:
                if by == "project number" and (others := self._exactly("project", "project name", name)):
                    if ids[0] not in others:
                        message = "项目编号与项目名称在本库是两个项目，请核对"
                        return Issue("owner-contradiction", message, "项目", f"{number} {name}")
                elif by == "project name" and number is not None and value == name:
                    self.by_name[str(number)] = str(name)
                return (None if self._exported else self._of_another(ids[0], said, by)) or ids[0]
            if ids:
                return Issue("owner-ambiguous", f"有 {len(ids)} 个同名项目，请写项目编号", "项目", str(value))
        return Issue("owner-unknown", "本库没有这个项目；请先导入项目台账，或核对编号", "项目", str(number or name))

    def _of_another(self, project: int, said: Mapping[str, Value], by: str) -> Issue | None:
        """Why a project that was found cannot be meant: the row names another organization than the project's, or
        beside a mere name one that nobody knows."""
        org = self._organization({"org": said.get("org")})
        if org is None or (isinstance(org, Issue) and by == "project number"):
            return None
        if isinstance(org, Issue):
            return org
        if self._known(project, "org", "project") == org:
            return None
        message = "这个项目在本库是另一家组织的，请核对社会组织，或先导入项目台账"
        return Issue("owner-contradiction", message, "项目", str(said.get("project") or said.get(PROJECT_NAME)))


def _codes(said: Mapping[str, Value]) -> list[tuple[str, Value]]:
    """The credit code and the registration number of an owner, as far as they are said."""
    return [(key, said[key]) for key in (OWNER_CODE, OWNER_NUMBER) if said.get(key) is not None]
