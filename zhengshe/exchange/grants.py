"""360Giving Data Standard: what each source of money gave to each project.

https://standard.threesixtygiving.org/ – one grant a funding line; a project without funding lines is one grant of its
contract sum from its buyer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zhengshe.exchange.projects import ProjectFile, Row
from zhengshe.values import hundredths


def grant_package(files: list[ProjectFile], office: Mapping[str, Any]) -> dict[str, Any]:
    return {"grants": [grant for file in files for grant in _grants(file, office)]}


def _grants(file: ProjectFile, office: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    project = file.project
    day = project["signed_on"] or project["start_on"]
    lines: list[Row] = file.parts["funding"] or [{"source": None, "amount": project["amount"]}]
    for place, line in enumerate(lines, 1):
        if day is None or line["amount"] is None:
            continue  # the standard requires both; withheld.md counts these
        source = line["source"]
        funder = str(project["buyer"] or office["publisher"])
        grant = {
            "id": f"{office['grant_prefix']}-{project['number']}-{place}",
            "title": f"{project['name']}（{source}）" if source else str(project["name"]),
            "description": f"{project['year']}年，{project['mode']}，{project['field'] or '社区服务'}",
            "currency": "CNY",
            "amountAwarded": hundredths(int(line["amount"])),
            "awardDate": str(day),
            "recipientOrganization": [_organization(file.org)],
            "fundingOrganization": [{"id": f"{office['grant_prefix']}-{funder}", "name": funder}],
        }
        if project["start_on"] or project["end_on"]:
            ends = {"startDate": project["start_on"], "endDate": project["end_on"]}
            grant["plannedDates"] = [{key: value for key, value in ends.items() if value}]
        yield grant


def undated(files: list[ProjectFile]) -> int:
    """Projects that cannot be published as grants: no day of award, or no sum."""
    return sum(1 for file in files if not any(_grants(file, {"grant_prefix": "", "publisher": ""})))


def _organization(org: Row) -> dict[str, Any]:
    code = f"CN-USCI-{org['uscc']}" if org["uscc"] else f"name-{org['name']}"
    return {"id": code, "name": str(org["name"])}
