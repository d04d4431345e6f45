"""History in words, for the window and the command line: what fields are called, and what their values say."""

from __future__ import annotations

import json
from datetime import date, datetime

from ..domain.opportunities import Priority
from ..domain.stages import Category
from ..i18n import N_, long_date, money, number, percent, tr
from .deal_words import CATEGORIES, PRIORITIES
from .timeline import Entry, Step, Where

FIELDS = {
    "stage": N_("Stage"), "name": N_("Name"), "value": N_("Value"), "currency": N_("Currency"),
    "expected_close": N_("Expected close"), "closed_on": N_("Closing date"), "probability": N_("Probability"),
    "owner": N_("Owner"), "company": N_("Company"), "contact": N_("Contact"), "product": N_("Product"),
    "source": N_("Source"), "priority": N_("Priority"), "category": N_("Forecast"), "tags": N_("Tags"),
    "custom": N_("Custom fields"),
    "note": N_("Note"), "loss_reason": N_("Reason"), "competitor": N_("Competitor"), "close_note": N_("Closing note"),
    "external_id": N_("Number"), "created_on": N_("Created on"), "created_at": N_("Created on"), "deleted_at": N_("Deleted"),
    "status": N_("Status"), "hold_until": N_("On hold until"),
    "email": N_("Email"), "phone": N_("Phone"), "position": N_("Position"), "place": N_("Place"), "team": N_("Team"),
    "opportunity": N_("Opportunity"), "lead": N_("Lead"), "discard_reason": N_("Reason"), "discard_note": N_("Note"),
    "back_reason": N_("Reason for going back"), "website": N_("Website"), "sector": N_("Sector"),
    "location": N_("Location"), "year_established": N_("Year established"), "revenue": N_("Revenue"),
    "employees": N_("Employees"), "parent": N_("Parent company"), "code": N_("Code"), "series": N_("Series"),
    "price": N_("Price"), "active": N_("Active"), "merged": N_("Merged with"),
}  # fmt: skip
CHILDREN = {
    "attachment": N_("Attachment"), "note_row": N_("Note"), "contact_point": N_("Contact data"),
    "check_item": N_("Check list"), "opportunity_line": N_("Product"), "opportunity_contact": N_("Contact"),
    "employment": N_("Company"), "activity": N_("Activity"), "follower": N_("Follower"),
    "share": N_("Shared with"),
}  # fmt: skip
_FROM = {
    Where.HERE: N_("this window"), Where.WINDOW: N_("another window"), Where.COMMANDS: N_("command line"),
    Where.ELSEWHERE: N_("another program"),
    Where.SAMPLE: N_("sample data"), Where.ITSELF: N_("automatic"),
}  # fmt: skip
_DAYS = ("expected_close", "closed_on", "created_on", "hold_until")
LONG = 90
"""Texts of more characters read better as a difference."""


def change_text(entry: Entry, currency: str) -> str:
    """What one entry says in a line; ``currency`` is that of amounts that have none of their own."""
    if not entry.field:
        return tr("Created") if entry.kind == "created" else tr("Creation taken back")
    if entry.field == "deleted_at":
        return tr("Deleted") if entry.after else tr("Restored")
    if entry.field in CHILDREN:
        return _child_text(entry)
    name = field_name(entry.field)
    if (
        entry.field in ("note", "close_note", "discard_note")
        or len(entry.before or "") + len(entry.after or "") > 2 * LONG
    ):
        return tr("{field} changed").format(field=name)
    before = value_text(entry.field, entry.before, entry.currency_was or currency)
    return f"{name}: {before} → {value_text(entry.field, entry.after, entry.currency or currency)}"


def _child_text(entry: Entry) -> str:
    name = tr(CHILDREN[entry.field])
    if entry.before is None:
        return tr("{thing} added: {text}").format(thing=name, text=entry.after)
    if entry.after is None:
        return tr("{thing} removed: {text}").format(thing=name, text=entry.before)
    return f"{name}: {entry.before} → {entry.after}"


def where_text(step: Step) -> str:
    """From where a step came."""
    return tr("import of {file}").format(file=step.file) if step.where is Where.IMPORT else tr(_FROM[step.where])


def field_name(field: str) -> str:
    """What a field of an entry is called."""
    if ":" in field:
        return field.removeprefix("custom:")
    return tr(CHILDREN.get(field) or FIELDS.get(field, field))


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
    if field in _DAYS:
        return long_date(date.fromisoformat(value))
    if field in ("created_at", "deleted_at"):
        return long_date(datetime.fromisoformat(value).date())
    if field == "priority":
        return tr(PRIORITIES[Priority(value)])
    if field == "category":
        return tr(CATEGORIES[Category(value)])
    if field == "tags":
        return ", ".join(json.loads(value)) or "—"
    return value
