"""Commands about activities: list them, finish one."""

from __future__ import annotations

import argparse
from typing import Any

from ..domain.activities import Activity, ActivityState
from ..i18n import short_date, tr
from ..services import activities as service
from ..services import zones
from ..services.workspace import Workspace
from . import output


def run(ws: Workspace, args: argparse.Namespace) -> int:
    """The open ones by day; of a deal or a lead also those that are done."""
    subject = next(
        ((table, row) for table, row in (("opportunity", args.deal), ("lead", args.lead)) if row is not None), None
    )
    found = service.waiting(ws) if subject is None else service.about(ws, *subject)
    if args.mine:
        found = [each for each in found if each.assignee_id == ws.actor_id]
    if args.overdue:
        now, zone = ws.clock.now(), zones.own(ws)
        found = [each for each in found if each.state(now, zone) is ActivityState.OVERDUE]
    shown = [_shown(ws, each) for each in found[: args.limit]]
    kinds = {kind.code: kind.name for kind in service.kinds(ws, every=True)}
    head = [tr("Id"), tr("When"), tr("State"), tr("Kind"), tr("Subject"), tr("About"), tr("Assignee")]
    output.write(shown, args.json, [head, *(_cells(ws, each, kinds) for each in found[: args.limit])])
    return 0


def done(ws: Workspace, args: argparse.Namespace) -> int:
    """Finishes one; what recurs says what comes next."""
    changes = service.finish(ws, [args.id], outcome=args.outcome)
    made = [change.row_id for change in changes.of("activity") if change.before is None] if changes is not None else []
    shown = _shown(ws, service.get(ws, args.id))
    shown["next"] = _shown(ws, service.get(ws, made[0])) if made else None
    output.write(shown, args.json, tr("Done: “{name}”").format(name=shown["subject"]))
    return 0


def _shown(ws: Workspace, each: Activity) -> dict[str, Any]:
    """An activity as the README documents it; day and times where the person is."""
    zone = zones.own(ws)
    start = each.due_at.astimezone(zone) if each.due_at is not None else None
    return {
        "id": each.id, "kind": each.kind, "subject": each.subject, "day": output.iso(each.day(zone)),
        "starts": f"{start:%H:%M}" if start else None, "at": start.isoformat() if start else None,
        "minutes": each.minutes, "time_zone": each.time_zone or None, "place": each.place or None,
        "about": each.about or None, "about_kind": each.subject_table if each.subject_id else None,
        "about_id": each.subject_id, "assignee": each.assignee or None,
        "participants": [
            {"name": who.name, "contact": who.contact_id, "person": who.person_id} for who in each.participants
        ],
        "reminder_minutes": each.reminder_minutes, "recurrence": each.recurrence or None,
        "state": each.state(ws.clock.now(), zone).value, "outcome": each.outcome or None, "note": each.note or None,
        "done_at": each.done_at,
    }  # fmt: skip


def _cells(ws: Workspace, each: Activity, kinds: dict[str, str]) -> list[Any]:
    zone = zones.own(ws)
    day = each.day(zone)
    when = short_date(day, ws.clock.today().year) if day is not None else "—"
    if each.due_at is not None:
        when += f", {each.due_at.astimezone(zone):%H:%M}"
    names = {
        ActivityState.DONE: tr("done"), ActivityState.OVERDUE: tr("past due"), ActivityState.TODAY: tr("today"),
        ActivityState.PLANNED: tr("planned"), ActivityState.UNDATED: tr("no date"),
    }  # fmt: skip
    state = names[each.state(ws.clock.now(), zone)]
    return [each.id, when, state, kinds.get(each.kind, each.kind), each.subject, each.about, each.assignee]
