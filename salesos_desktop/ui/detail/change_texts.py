"""History in words: what a field is called, and one line for what a commit did to a record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...domain.opportunities import Priority
from ...i18n import N_, date_time, long_date, money, number, percent, tr
from ...services.history import Entry
from ..dialogs.deal import PRIORITIES

FIELDS = {
    "stage": N_("Stage"), "name": N_("Name"), "value": N_("Value"), "currency": N_("Currency"),
    "expected_close": N_("Expected close"), "closed_on": N_("Closing date"), "probability": N_("Probability"),
    "owner": N_("Owner"), "company": N_("Company"), "contact": N_("Contact"), "product": N_("Product"),
    "source": N_("Source"), "priority": N_("Priority"), "tags": N_("Tags"), "custom": N_("Custom fields"),
    "note": N_("Note"), "loss_reason": N_("Reason"), "competitor": N_("Competitor"), "close_note": N_("Closing note"),
    "external_id": N_("Number"), "created_on": N_("Created on"), "deleted_at": N_("Deleted"), "status": N_("Status"),
    "email": N_("Email"), "phone": N_("Phone"), "position": N_("Position"), "place": N_("Place"), "team": N_("Team"),
    "opportunity": N_("Opportunity"), "lead": N_("Lead"), "discard_reason": N_("Reason"), "discard_note": N_("Note"),
    "back_reason": N_("Reason for going back"), "website": N_("Website"), "sector": N_("Sector"),
    "location": N_("Location"), "year_established": N_("Year established"), "revenue": N_("Revenue"),
    "employees": N_("Employees"), "parent": N_("Parent company"), "code": N_("Code"), "series": N_("Series"),
    "price": N_("Price"), "active": N_("Active"), "merged": N_("Merged with"),
    "hold_until": N_("On hold until"),
}  # fmt: skip
_CHILDREN = {
    "attachment": N_("Attachment"), "note_row": N_("Note"), "contact_point": N_("Contact data"),
    "check_item": N_("Check list"), "opportunity_line": N_("Product"), "opportunity_contact": N_("Contact"),
    "employment": N_("Company"),
}  # fmt: skip
_STAGE_KINDS = ("stage", "won", "lost", "reopened")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what happened, the rest of it, when and by whom; ``kind`` is stage, created or edit."""

    title: str
    detail: str
    when: str
    kind: str
    colour: str


def by_instant(group: list[Entry]) -> list[list[Entry]]:
    """An import or the sample data writes a deal's whole past in one commit; each instant is a line of its own."""
    parts: list[list[Entry]] = []
    for entry in group:
        new_step = not parts or parts[-1][0].at != entry.at or (parts and parts[-1][0].kind == "created")
        if new_step or entry.kind in _STAGE_KINDS:
            parts.append([entry])
        else:
            parts[-1].append(entry)
    return parts


def line_of(group: list[Entry], currency: str, zone: Any) -> Line:
    """What one commit did to the record, as a line."""
    first = group[0]
    stage = next((e for e in group if e.kind in _STAGE_KINDS), None)
    t = "accent"
    if first.kind == "created":
        title, kind, rest = tr("Created"), "created", _created_texts(first, currency)
    elif first.kind == "removed":
        title, kind, rest = tr("Creation taken back"), "created", []
    elif stage is not None:
        kind, t = "stage", {"won": "won", "lost": "lost"}.get(stage.kind, "accent")
        title = f"{stage.before} → {stage.after}"
        rest = [_change_text(e, currency) for e in group if e is not stage]
    else:
        kind, t = "edit", "muted"
        title, rest = _change_text(first, currency), [_change_text(e, currency) for e in group[1:]]
    if first.verb in ("undo", "redo"):
        rest.insert(0, tr("undone") if first.verb == "undo" else tr("redone"))
    detail = " · ".join(part for part in (first.by, *rest) if part)
    return Line(title, detail, date_time(first.at, zone), kind, t)


def _created_texts(entry: Entry, currency: str) -> list[str]:
    values = json.loads(entry.after or "{}")
    order = ("stage", "value", "expected_close")
    currency = values.get("currency", currency)
    return [value_text(name, str(values[name]), currency) for name in order if values.get(name) is not None]


def _change_text(entry: Entry, currency: str) -> str:
    if entry.field == "deleted_at":
        return tr("Deleted") if entry.after else tr("Restored")
    if entry.field in _CHILDREN:
        return _child_text(entry)
    name = entry.field.removeprefix("custom:") if ":" in entry.field else tr(FIELDS.get(entry.field, entry.field))
    if entry.field == "note":
        return tr("{field} changed").format(field=name)
    before = value_text(entry.field, entry.before, currency)
    return f"{name}: {before} → {value_text(entry.field, entry.after, currency)}"


def _child_text(entry: Entry) -> str:
    name = tr(_CHILDREN[entry.field])
    if entry.before is None:
        return tr("{thing} added: {text}").format(thing=name, text=entry.after)
    if entry.after is None:
        return tr("{thing} removed: {text}").format(thing=name, text=entry.before)
    return f"{name}: {entry.before} → {entry.after}"


def value_text(field: str, value: str | None, currency: str) -> str:
    """A value of a field as a person reads it; ``value`` as history keeps it."""
    if value in (None, ""):
        return "—"
    assert value is not None
    if field == "value":
        return money(int(value), currency)
    if field == "probability":
        return percent(int(value))
    if field in ("employees", "revenue"):
        return number(int(value))
    if field in ("expected_close", "closed_on", "created_on", "hold_until"):
        return long_date(date.fromisoformat(value))
    if field == "priority":
        return tr(PRIORITIES[Priority(value)])
    if field == "tags":
        return ", ".join(json.loads(value)) or "—"
    return value
