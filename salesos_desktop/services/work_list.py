"""The work list: what there is to do, and all that is needed to do one thing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .. import storage
from ..domain.activities import Activity
from ..domain.work_list import Key, WorkItem
from ..domain.work_list import queue as in_order
from ..i18n import tr
from . import activities, home
from .notes import Note
from .notes import of as notes_of
from .workspace import Workspace

NOTES = 2


@dataclass(frozen=True, slots=True)
class Details:
    """What stands on the card of a thing to do. ``person`` is whom to reach, with ``phone`` and ``email``; ``last`` is the
    last touch, a day of a deal and an instant of a lead; ``next`` the first open activity, but for the one itself.
    """

    table: str
    id: int
    name: str
    stage: str = ""
    value: int | None = None
    currency: str = ""
    closes_on: date | None = None
    company: str = ""
    person: str = ""
    phone: str = ""
    email: str = ""
    last: date | datetime | None = None
    next: Activity | None = None
    notes: tuple[Note, ...] = ()


def queue(ws: Workspace) -> list[WorkItem]:
    """Everything there is to do, in order."""
    due = home.beginning(ws).due
    return in_order(due, home.danger(ws), home.fresh(ws), ws.clock.now(), ws.clock.zone())


def details(ws: Workspace, item: WorkItem) -> Details | None:
    """What the card of a thing says about its deal, lead, contact or company; None where it is about nothing."""
    if item.about is None:
        return None
    table, row_id = item.about
    notes = tuple(notes_of(ws, table, row_id)[:NOTES])
    planned = [each for each in activities.of(ws, table, row_id) if not each.done and ("activity", each.id) != item.key]
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, table, {"id": row_id})
        if not rows:
            return None
        found = _said(connection, table, rows[0])
    return Details(table, row_id, rows[0]["name"], next=planned[0] if planned else None, notes=notes, **found)


def _said(connection: Any, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    if table == "lead":
        statuses = {status.code: status.name for status in storage.leads.statuses(connection)}
        return {
            "stage": statuses.get(row["status"], row["status"]), "company": row["company"], "person": row["name"],
            "phone": row["phone"], "email": row["email"], "last": row["last_activity_at"],
        }  # fmt: skip
    if table in ("contact", "company"):
        company = "" if table == "company" else storage.reference.name_of(connection, "company", row["company_id"])
        return {"company": company, "person": row["name"], "phone": row["phone"], "email": row["email"]}
    found = {
        "stage": storage.reference.name_of(connection, "stage", row["stage_id"]), "value": row["value"],
        "currency": row["currency"], "closes_on": row["expected_close"], "last": row["touched_on"],
        "company": storage.reference.name_of(connection, "company", row["company_id"]),
    }  # fmt: skip
    return found | _reached(connection, row)


def _reached(connection: Any, deal: Mapping[str, Any]) -> dict[str, str]:
    """The contact of a deal, with the company's phone and email where the contact has none."""
    found = {"person": "", "phone": "", "email": ""}
    for table, row_id in (("contact", deal["contact_id"]), ("company", deal["company_id"])):
        for row in storage.children.rows(connection, table, {"id": row_id}) if row_id is not None else ():
            found["person"] = found["person"] or row["name"]
            for name in ("phone", "email"):
                found[name] = found[name] or row[name]
    return found


def log(ws: Workspace, about: Key, kind: str, subject: str) -> int:
    """Writes down what was done just now about a deal or lead, which touches it; returns the activity's id.

    Raises InvalidInput, NotFound.
    """
    return activities.plan(ws, {"kind": kind, "subject": subject, "done": True}, about)


def follow_up(ws: Workspace, about: Key | None, name: str, day: date) -> int:
    """Puts off a deal or lead without an activity: a task that says so is planned for ``day``. Returns its id."""
    values = {"kind": "task", "subject": tr("Take up “{name}” again").format(name=name[:200]), "due_on": day}
    return activities.plan(ws, values, about)
