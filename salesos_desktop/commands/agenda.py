"""The agenda on the command line: by day as text or JSON, or as a calendar file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from ..domain.agenda import Agenda, Item, Wanted
from ..errors import InvalidInput
from ..i18n import N_, long_date, short_date, tr
from ..services import activities, agenda, ical, zones
from ..services.workspace import Workspace
from . import output
from .values import day, person

_DAYS = 7
_LONGEST = 366
_NAMES = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


def run(ws: Workspace, args: argparse.Namespace) -> int:
    """A week from today, or the days that are named, of everybody or of one person."""
    wanted = _wanted(ws, args)
    found = agenda.load(ws, wanted)
    if args.ics:
        sys.stdout.flush()
        sys.stdout.buffer.write(ical.calendar(ws, found))
        return 0
    now, kinds = (
        ws.clock.now().astimezone(found.zone),
        {each.code: each.name for each in activities.kinds(ws, every=True)},
    )

    def said(item: Item) -> dict[str, Any]:
        each = item.activity
        return {
            "id": each.id, "kind": each.kind, "subject": each.subject, "day": output.iso(item.day),
            "starts": f"{item.start:%H:%M}" if item.start else None, "ends": f"{item.end:%H:%M}" if item.end else None,
            "at": item.start.isoformat() if item.start else None, "minutes": each.minutes,
            "time_zone": each.time_zone or None, "place": each.place or None, "about": each.about or None,
            "about_kind": each.subject_table if each.subject_id else None, "about_id": each.subject_id,
            "assignee": each.assignee or None, "state": item.state(now).value, "recurrence": each.recurrence or None,
            "to_come": item.again,
        }  # fmt: skip

    on = found.on()
    data = {
        "from": wanted.first.isoformat(), "to": wanted.last.isoformat(), "time_zone": zones.name(ws),
        "days": [
            {"day": each.day.isoformat(), "works": each.works, "holiday": each.holiday or None,
             "activities": [said(item) for item in on[each.day]]} for each in found.days
        ],
        "overdue": [said(item) for item in found.overdue], "undated": [said(item) for item in found.undated],
    }  # fmt: skip
    output.write(data, args.json, "\n".join(_lines(found, on, kinds, ws.clock.today())))
    return 0


def _wanted(ws: Workspace, args: argparse.Namespace) -> Wanted:
    first = day("from", args.start) if args.start else ws.clock.today()
    last = day("to", args.end) if args.end else first + timedelta(days=_DAYS - 1)
    if last < first:
        raise InvalidInput("to", tr("The range ends before it begins."), tr("Swap --from and --to."))
    if (last - first).days >= _LONGEST:
        raise InvalidInput("to", tr("The range is longer than a year."), tr("Ask for fewer days."))
    return Wanted(first, last, person(ws, args.person) if args.person else None)


def _lines(
    found: Agenda, on: dict[date, list[Item]], kinds: dict[str, str], today: date
) -> list[str]:  # fmt: skip
    lines: list[str] = []
    if found.overdue:
        lines += [tr("Overdue"), *_listed(found.overdue, kinds, today, dated=True), ""]
    for each in found.days:
        head = f"{tr(_NAMES[each.day.weekday()])}, {long_date(each.day)}"
        note = each.holiday or ("" if each.works else tr("not a working day"))
        lines.append(f"{head} · {note}" if note else head)
        lines += [*(_listed(on[each.day], kinds, today) or ["  —"]), ""]
    if found.undated:
        lines += [tr("Without a day"), *_listed(found.undated, kinds, today), ""]
    return lines[:-1]


def _listed(items: Sequence[Item], kinds: dict[str, str], today: date, *, dated: bool = False) -> list[str]:
    found = []
    for item in items:
        each = item.activity
        when = [short_date(item.day, today.year)] if dated and item.day else []
        when += [f"{item.start:%H:%M}–{item.end:%H:%M}"] if item.start and item.end else []
        sign = "✓" if each.done else "↻" if item.again else " "
        parts = (f"#{each.id} {each.subject}", kinds.get(each.kind, each.kind), each.about, each.place, each.assignee)
        text = " · ".join(part for part in parts if part)
        found.append(f"  {sign} {' '.join(when):<{20 if dated else 11}}  {text}")
    return found
