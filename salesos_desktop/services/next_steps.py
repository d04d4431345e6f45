"""What follows when an activity is done: who is left without a next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .. import storage
from ..domain.activities import Activity
from ..domain.day_choices import DayChoices, day_choices
from ..i18n import tr
from . import activities, working_days
from .workspace import Workspace


@dataclass(frozen=True, slots=True)
class Waiting:
    """A deal, lead, contact or company with nothing planned."""

    table: str
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A next step that is offered: kind, subject and day of the activity."""

    kind: str
    subject: str
    day: date


def days(ws: Workspace) -> DayChoices:
    """The days that are offered for an activity, seen from today."""
    return day_choices(working_days.of(ws), ws.clock.today())


def open_ones(ws: Workspace, ids: Sequence[int]) -> list[Activity]:
    """Those of these activities that are not done, in this order; the ones that are gone are left out."""
    with ws.store.read() as connection:
        found = storage.activities.by_ids(connection, ids)
    return [found[each] for each in dict.fromkeys(ids) if each in found and not found[each].done]


def waiting(ws: Workspace, ids: Sequence[int]) -> list[Waiting]:
    """What these activities are about that has no open activity any more and still goes on: neither a closed deal nor a
    lead that was converted or discarded. Each once, in this order.
    """
    with ws.store.read() as connection:
        found = storage.activities.by_ids(connection, ids)
        subjects: dict[tuple[str, int], str] = {}
        for activity_id in ids:
            each = found.get(activity_id)
            if each is not None and each.subject_id is not None:
                subjects[each.subject_table, each.subject_id] = each.about
        idle = storage.activities.idle(connection, list(subjects))
    return [Waiting(table, row_id, subjects[table, row_id]) for table, row_id in idle]


def offers(ws: Workspace) -> list[Offer]:
    """A call on the next working day, a follow-up three days from now or the next working day behind that."""
    kinds = {kind.code: kind for kind in activities.kinds(ws)}
    call = kinds.get("call") or next(iter(kinds.values()))
    task = kinds.get("task") or call
    later = working_days.of(ws).after(ws.clock.today() + timedelta(days=3), 0)
    return [Offer(call.code, call.name, days(ws).tomorrow), Offer(task.code, tr("Follow-up"), later)]


def plan(ws: Workspace, offer: Offer, subjects: Sequence[Waiting]) -> list[int]:
    """Plans an offer for each of these, in one step. Raises like activities.plan_each."""
    values = {"kind": offer.kind, "subject": offer.subject, "due_on": offer.day}
    return activities.plan_each(ws, values, [(each.table, each.id) for each in subjects])
