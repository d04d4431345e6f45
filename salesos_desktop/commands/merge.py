"""The command merge: makes one lead, contact, company or opportunity of two."""

from __future__ import annotations

import argparse
from typing import Any

from ..errors import InvalidInput
from ..i18n import tr
from ..services import companies, contacts, leads, merging, opportunities
from ..services.workspace import Workspace
from . import output
from .places import Places


def merge(ws: Workspace, args: argparse.Namespace) -> int:
    """Takes the second row into the first and prints the first."""
    choices: dict[str, str] = {}
    for text in args.field:
        name, sign, side = text.partition("=")
        if not sign:
            raise InvalidInput(
                "field", tr("“{text}” says nothing of a field.").format(text=text), tr("Write it like name=other.")
            )
        choices[name] = side
    merging.merge(ws, args.kind, args.keep, args.other, choices)
    data = _SHOWN[args.kind](ws, args.keep)
    output.write(data, args.json, [[key, _text(value)] for key, value in data.items()])
    return 0


def _lead(ws: Workspace, lead_id: int) -> dict[str, Any]:
    found = leads.get(ws, lead_id)
    row = found.row
    return {
        "id": lead_id, "name": row["name"], "email": row["email"], "phone": row["phone"], "company": row["company"],
        "position": row["position"], "status": row["status"], "source": found.source, "owner": found.owner,
        "value": output.amount(row["value"], ws.currency), "place": row["place"], "tags": leads.tags_in(row),
        "note": row["note"],
    }  # fmt: skip


def _contact(ws: Workspace, contact_id: int) -> dict[str, Any]:
    found = contacts.get(ws, contact_id)
    return {
        "id": contact_id, "name": found.row["name"], "position": found.row["position"], "company": found.company,
        "further_companies": [job.company for job in found.employments], **_reached(found.points), "owner": found.owner,
        "tags": leads.tags_in(found.row), "note": found.row["note"],
    }  # fmt: skip


def _company(ws: Workspace, company_id: int) -> dict[str, Any]:
    found = companies.get(ws, company_id)
    plain = ("sector", "location", "website", "year_established", "employees", "revenue")
    return {
        "id": company_id, "name": found.row["name"], **{field: found.row[field] for field in plain}, "parent": found.parent,
        **_reached(found.points), "people": len(found.people), "owner": found.owner, "tags": leads.tags_in(found.row),
        "note": found.row["note"],
    }  # fmt: skip


def _opportunity(ws: Workspace, deal_id: int) -> dict[str, Any]:
    card = opportunities.get(ws, deal_id).card
    return output.deal(card, *Places.of(ws).names[card.stage_id])


def _reached(points: list[Any]) -> dict[str, list[str]]:
    return {name: [p.value for p in points if p.kind == kind] for name, kind in _LISTS.items()}


def _text(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


_LISTS = {"emails": "email", "phones": "phone", "addresses": "address"}
_SHOWN = {"lead": _lead, "contact": _contact, "company": _company, "opportunity": _opportunity}
