"""Open Contracting Data Standard 1.1: one release a project.

https://standard.open-contracting.org/1.1/ – dates are full date-times, the Chinese mode of cooperation stands in
``procurementMethodDetails``, bids follow the bids extension, a payment is a transaction and its condition a milestone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from zhengshe.exchange.projects import ProjectFile, Row
from zhengshe.values import Value, hundredths

BIDS_EXTENSION = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json"
)
_STATUS = {"立项": ("planned", "pending", "pending"), "采购": ("active", "pending", "pending")}
_DONE = {"结项": "terminated", "终止": "cancelled"}


def release_package(files: list[ProjectFile], today: dt.date, office: Mapping[str, Any]) -> dict[str, Any]:
    """The whole package; ``office`` is data/exchange.yaml."""
    return {
        "uri": f"{office['publisher_uri']}/ocds/{today:%Y%m%d}",
        "version": "1.1",
        "extensions": [BIDS_EXTENSION],
        "publishedDate": _time(today.isoformat()),
        "publisher": {"name": office["publisher"], "uri": office["publisher_uri"]},
        "releases": [_release(file, today, office) for file in files],
    }


def _release(file: ProjectFile, today: dt.date, office: Mapping[str, Any]) -> dict[str, Any]:
    number = str(file.project["number"])
    buyer = _named(str(file.project["buyer"] or office["publisher"]))
    supplier = _organization(file.org)
    bids = file.parts["bid"]
    bidders = [_named(str(bid["bidder"]), file.org) for bid in bids]
    signed = file.project["status"] not in _STATUS
    tags = ["planning", "tender", *(["award", "contract"] if signed else [])]
    if file.parts["payment"]:
        tags += ["implementation"]
    return _filled(
        {
            "ocid": f"{office['ocid_prefix']}-{number}",
            "id": f"{number}-{today:%Y%m%d}",
            "date": _time(today.isoformat()),
            "tag": tags,
            "initiationType": "tender",
            "language": "zh",
            "parties": _parties(buyer, supplier if signed else None, bidders),
            "buyer": _reference(buyer),
            "planning": {"budget": _filled({"description": _sources(file), "amount": _value(file.project["budget"])})},
            "tender": _tender(file, buyer, bidders, office),
            "bids": _bids(bids, bidders),
            "awards": [_award(file, supplier)] if signed else None,
            "contracts": [_contract(file, buyer, supplier)] if signed else None,
        }
    )


def _organization(org: Row) -> dict[str, Any]:
    """A party known by its credit code where it has one (scheme CN-USCI), else by its name."""
    if not org["uscc"]:
        return {"name": org["name"], "id": f"name-{org['name']}"}
    identifier = {"scheme": "CN-USCI", "id": org["uscc"], "legalName": org["name"]}
    return {"name": org["name"], "id": f"CN-USCI-{org['uscc']}", "identifier": identifier}


def _named(name: str, known: Row | None = None) -> dict[str, Any]:
    if known and known["name"] == name:
        return _organization(known)
    return {"name": name, "id": f"name-{name}"}


def _reference(party: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": party["id"], "name": party["name"]}


def _parties(
    buyer: dict[str, Any], supplier: dict[str, Any] | None, bidders: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Every organization once, with all its roles: references elsewhere must resolve to one of these."""
    roles: dict[str, list[str]] = {}
    parties: dict[str, dict[str, Any]] = {}
    named = [(buyer, "buyer"), (buyer, "procuringEntity"), *((bidder, "tenderer") for bidder in bidders)]
    for party, role in [*named, *([(supplier, "supplier"), (supplier, "payee"), (buyer, "payer")] if supplier else [])]:
        parties.setdefault(party["id"], party)
        roles.setdefault(party["id"], [])
        if role not in roles[party["id"]]:
            roles[party["id"]].append(role)
    return [party | {"roles": roles[key]} for key, party in parties.items()]


def _sources(file: ProjectFile) -> str | None:
    return "、".join(dict.fromkeys(str(row["source"]) for row in file.parts["funding"])) or None


def _tender(
    file: ProjectFile, buyer: dict[str, Any], bidders: list[dict[str, Any]], office: Mapping[str, Any]
) -> dict[str, Any]:
    project = file.project
    return _filled(
        {
            "id": f"{project['number']}-tender",
            "title": project["name"],
            "status": _STATUS.get(str(project["status"]), ("complete",))[0],
            "procuringEntity": _reference(buyer),
            "value": _value(project["budget"]),
            "procurementMethod": office["procurement_method"].get(project["mode"]),
            "procurementMethodDetails": project["mode"],
            "mainProcurementCategory": "services",
            "tenderPeriod": _period(project, "tendered_on", "bids_due_on"),
            "contractPeriod": _period(project),
            "numberOfTenderers": len(bidders) or None,
            "tenderers": [_reference(bidder) for bidder in bidders],
        }
    )


def _bids(bids: list[Row], bidders: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not bids:
        return None
    details = [
        _filled(
            {
                "id": str(bid["id"]),
                "date": _time(bid["submitted_on"]),
                "status": "disqualified" if bid["valid"] == 0 else "valid",
                "tenderers": [_reference(bidder)],
                "value": _value(bid["price"]),
            }
        )
        for bid, bidder in zip(bids, bidders, strict=True)
    ]
    return {"details": details}


def _award(file: ProjectFile, supplier: dict[str, Any]) -> dict[str, Any]:
    project = file.project
    return _filled(
        {
            "id": f"{project['number']}-award",
            "title": project["name"],
            "status": "cancelled" if project["status"] == "终止" else "active",
            "date": _time(project["awarded_on"] or project["signed_on"]),
            "value": _value(project["amount"]),
            "suppliers": [_reference(supplier)],
            "contractPeriod": _period(project),
        }
    )


def _contract(file: ProjectFile, buyer: dict[str, Any], supplier: dict[str, Any]) -> dict[str, Any]:
    project = file.project
    amendments = [
        _filled(
            {
                "id": f"{project['number']}-amendment-{row['id']}",
                "date": _time(row["signed_on"]),
                "description": row["item"],
                "rationale": row["reason"],
            }
        )
        for row in file.parts["amendment"]
    ]
    return _filled(
        {
            "id": str(project["contract_no"] or f"{project['number']}-contract"),
            "awardID": f"{project['number']}-award",
            "title": project["name"],
            "status": _DONE.get(str(project["status"]), "active"),
            "period": _period(project),
            "value": _value(project["amount"]),
            "dateSigned": _time(project["signed_on"]),
            "amendments": amendments,
            "implementation": _implementation(file, buyer, supplier),
        }
    )


def _implementation(file: ProjectFile, buyer: dict[str, Any], supplier: dict[str, Any]) -> dict[str, Any]:
    number = file.project["number"]
    transactions = [
        _filled(
            {
                "id": f"{number}-payment-{row['seq']}",
                "date": _time(row["paid_on"]),
                "value": _value(row["paid_amount"]),
                "payer": _reference(buyer),
                "payee": _reference(supplier),
            }
        )
        for row in file.parts["payment"]
        if row["paid_on"]
    ]
    conditions = [
        _milestone(f"{number}-condition-{row['seq']}", row["condition"], "payment", row["due_on"], row["paid_on"])
        for row in file.parts["payment"]
    ]
    reviews = [
        _milestone(f"{number}-review-{row['id']}", row["kind"], "assessment", row["held_on"], row["held_on"])
        for row in file.parts["review"]
    ]
    return _filled({"transactions": transactions, "milestones": conditions + reviews})


def _milestone(id: str, title: Value, type: str, due: Value, met: Value) -> dict[str, Any]:
    status = "met" if met else "scheduled"
    parts = {"id": id, "title": title, "type": type, "dueDate": _time(due), "dateMet": _time(met), "status": status}
    return _filled(parts)


def _period(project: Row, start: str = "start_on", end: str = "end_on") -> dict[str, Any] | None:
    return _filled({"startDate": _time(project[start]), "endDate": _time(project[end])}) or None


def _value(fen: Value) -> dict[str, Any] | None:
    return None if fen is None else {"amount": hundredths(int(fen)), "currency": "CNY"}


def _time(day: Value) -> str | None:
    """Midnight in China: the standard asks for full date-times."""
    return f"{day}T00:00:00+08:00" if day else None


def _filled(parts: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty: the standard prefers a missing key to a null."""
    return {key: value for key, value in parts.items() if value not in (None, [], {})}
