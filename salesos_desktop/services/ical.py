"""Activities as a calendar file (RFC 5545) that other programs read: zones, recurrence, alarms, who takes part.

An activity is an event, for most calendars leave tasks out. RFC 5545 has no "done" for events: one that is done no longer
takes up time (TRANSP), has ✓ before its name and says when in X-SALESOS-DONE.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .. import storage
from ..domain.activities import ALL_DAY_HOUR, Activity
from ..domain.agenda import Agenda, Wanted
from ..errors import UserError
from ..i18n import tr
from . import agenda, recurrence, zones
from .workspace import Workspace

DONE = "X-SALESOS-DONE"
"""Property with the moment an activity was done, UTC."""
_NO_ADDRESS = "invalid:nomail"
"""What stands for the address of somebody who has none, as other calendars write it."""


def export(ws: Workspace, wanted: Wanted, target: Path) -> int:
    """Writes the activities of the wanted days to a file and returns how many; the file is there when it is whole.

    Raises UserError for a place that cannot be written.
    """
    found = _activities(ws, agenda.load(ws, wanted))
    fresh = target.with_name(f".{target.name}.new")
    try:
        fresh.write_bytes(_calendar(ws, found))
        os.replace(fresh, target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise UserError(tr("{path} cannot be written.").format(path=target), tr("Choose another folder.")) from error
    return len(found)


def calendar(ws: Workspace, found: Agenda) -> bytes:
    """The activities of an agenda as the bytes of a calendar file; one that recurs is one event with its rule."""
    return _calendar(ws, _activities(ws, found))


def _activities(ws: Workspace, found: Agenda) -> list[Activity]:
    """Those that lie in the range, the ones too that come into it only by recurring, as they are kept."""
    ids = list(dict.fromkeys(item.activity.id for item in found.items))
    with ws.store.read() as connection:
        known = storage.activities.by_ids(connection, ids)
    return [known[each] for each in ids if each in known]


def _calendar(ws: Workspace, activities: Sequence[Activity]) -> bytes:
    from icalendar import Calendar

    made = Calendar()
    made.add("PRODID", "-//SalesOS Desktop//Agenda//EN")
    made.add("VERSION", "2.0")
    made.add("CALSCALE", "GREGORIAN")
    with ws.store.read() as connection:
        kinds = {kind.code: kind.name for kind in storage.activities.kinds(connection)}
        taking_part = [person for each in activities for person in each.participants]
        addresses = {
            (table, row["id"]): str(row["email"])
            for table, ids in (
                ("contact", {p.contact_id for p in taking_part}), ("person", {p.person_id for p in taking_part}),
            )
            for batch in _batches(sorted(ids - {None}))
            for row in storage.children.rows(connection, table, {"id": batch})
        }  # fmt: skip
    now = ws.clock.now()
    for each in activities:
        made.add_component(_event(each, kinds.get(each.kind, each.kind), addresses, zones.own(ws), now))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _batches(ids: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(ids), 500):
        yield ids[start : start + 500]


def _event(
    each: Activity, kind: str, addresses: dict[tuple[str, int], str], own: ZoneInfo, now: datetime
) -> Any:  # fmt: skip
    from icalendar import Event

    assert each.due_on is not None
    event = Event()
    event.add("UID", f"activity-{each.id}-{each.created_at:%Y%m%dT%H%M%S}@salesos")
    event.add("DTSTAMP", now.astimezone(UTC).replace(microsecond=0))
    event.add("CREATED", each.created_at.astimezone(UTC).replace(microsecond=0))
    event.add("SEQUENCE", each.version)
    event.add("SUMMARY", f"✓ {each.subject}" if each.done else each.subject)
    event.add("CATEGORIES", [kind])
    zone = zones.named(each.time_zone) if each.due_at is not None else own
    _add_time(event, each, each.due_on, zone)
    for name, text in (("LOCATION", each.place), ("DESCRIPTION", _description(each))):
        if text:
            event.add(name, text)
    if each.recurrence and not each.done:
        event.add("RRULE", _rule(each, zone))
    for person in each.participants:
        table, row_id = ("contact", person.contact_id) if person.contact_id else ("person", person.person_id)
        event.add("ATTENDEE", _attendee(person.name, addresses.get((table, row_id or 0), "")))
    if each.done_at is not None:
        event.add(DONE, f"{each.done_at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    elif each.reminder_minutes is not None:
        event.add_component(_alarm(each))
    return event


def _add_time(event: Any, each: Activity, day: date, zone: ZoneInfo) -> None:
    if each.due_at is None:
        event.add("DTSTART", day)
        event.add("DTEND", day + timedelta(days=1))
        event.add("TRANSP", "TRANSPARENT")
        return
    start = each.due_at.astimezone(zone).replace(microsecond=0)
    event.add("DTSTART", start)
    # Local in the zone of its beginning; the length is in real minutes.
    event.add("DTEND", (each.due_at + timedelta(minutes=each.minutes or 0)).astimezone(zone).replace(microsecond=0))
    event.add("TRANSP", "TRANSPARENT" if each.done else "OPAQUE")


def _description(each: Activity) -> str:
    return "\n\n".join(text for text in (each.about, each.note, each.outcome) if text)


def _rule(each: Activity, zone: ZoneInfo) -> Any:
    """The rule with the end RFC 5545 wants beside such a beginning: a day beside a day, an instant beside a time."""
    from icalendar import vRecur

    parts = recurrence.parts(each.recurrence)
    until = parts.get("UNTIL", "")
    if until:
        last = date(int(until[:4]), int(until[4:6]), int(until[6:8]))
        if each.due_at is None:
            parts["UNTIL"] = f"{last:%Y%m%d}"
        elif not until.endswith("Z"):
            local = datetime.strptime(until, "%Y%m%dT%H%M%S") if "T" in until else None
            end = local or datetime(last.year, last.month, last.day, 23, 59, 59)
            parts["UNTIL"] = f"{end.replace(tzinfo=zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return vRecur.from_ical(";".join(f"{name}={value}" for name, value in parts.items()))


def _attendee(name: str, email: str) -> Any:
    from icalendar import vCalAddress, vText

    address = vCalAddress(f"mailto:{email}" if email else _NO_ADDRESS)
    address.params["CN"] = vText(name)
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    return address


def _alarm(each: Activity) -> Any:
    from icalendar import Alarm

    before = timedelta(minutes=each.reminder_minutes or 0)
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", each.subject)
    # Of a whole day it counts back from the hour at which the program itself does.
    alarm.add("TRIGGER", (timedelta(0) if each.due_at is not None else timedelta(hours=ALL_DAY_HOUR)) - before)
    return alarm
