"""What may be entered of an activity, as the row that keeps it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.activities import MAX_MINUTES, SUBJECT_LIMIT, SUBJECTS, in_time, remind_at
from ..domain.opportunities import NOTE_LIMIT
from ..domain.text import mended, one_line
from ..errors import InvalidInput, NotFound
from ..i18n import tr
from . import recurrence, zones
from .opportunities import FIRST_DAY
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

FIELDS = frozenset(
    {
        "kind", "subject", "due_on", "starts", "time_zone", "minutes", "place", "assignee_id", "reminder_minutes",
        "recurrence", "outcome", "note", "participants", "plan_id", "done", "about",
    }
)  # fmt: skip
"""What a person can say of an activity. ``due_on`` a day or None; ``starts`` a local HH:MM in ``time_zone`` (the person's
own unless given), empty for the whole day; ``minutes`` None for the usual length of its kind; ``participants`` dicts with
contact_id, person_id or name; ``recurrence`` an RRULE."""
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_BATCH = 500
_LAST_DAY = date(2200, 12, 31)
_LONGEST_DELAY = 366 * 24 * 60


def new(ws: Workspace, uow: UnitOfWork, values: Mapping[str, Any], about: tuple[str, int] | None) -> dict[str, Any]:
    """The row of a new activity. Raises InvalidInput, or NotFound for a row that is gone."""
    kinds = {kind.code: kind for kind in storage.activities.kinds(uow.connection)}
    clean = _clean(values)
    kind = kinds.get(clean.get("kind", "task"))
    if kind is None:
        raise InvalidInput("kind", tr("There is no such kind of activity."), tr("Choose one of the list."))
    clean["subject"] = clean.get("subject") or kind.name
    table, row_id = about or ("opportunity", None)
    if row_id is not None:
        need(uow, [(table, row_id)])
    day, starts = clean.pop("due_on", None), clean.pop("starts", "")
    done = clean.pop("done", False)
    if day is None and done:
        day = ws.clock.today()
    before = clean.get("reminder_minutes")
    if clean.get("minutes") is None:
        clean["minutes"] = kind.minutes
    row = {
        "kind": kind.code, "subject_table": table, "subject_id": row_id, "place": "", "outcome": "", "note": "",
        "assignee_id": uow.actor_id or None, "created_by": uow.actor_id or None, "created_at": uow.at,
        "done_at": uow.at if done else None, "deleted_at": None, "plan_id": None, "reminder_minutes": None,
        **clean, **timed(ws, day, starts, clean.pop("time_zone", ""), None if done else before),
    }  # fmt: skip
    row["recurrence"] = _rule(clean.get("recurrence", ""), day)
    row["occurs"] = recurrence.occurrence(day, starts) if row["recurrence"] else ""
    return row


def changed(ws: Workspace, uow: UnitOfWork, before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that an edit writes. Raises like ``new``."""
    clean = _clean(values)
    clean.pop("done", None)
    if "kind" in clean and clean["kind"] not in {kind.code for kind in storage.activities.kinds(uow.connection)}:
        raise InvalidInput("kind", tr("There is no such kind of activity."), tr("Choose one of the list."))
    if "subject" in clean and not clean["subject"]:
        raise InvalidInput("subject", tr("The subject is missing."), tr("Fill it in."))
    if "about" in values:
        table, row_id = values["about"] or ("opportunity", None)
        if row_id is not None:
            need(uow, [(table, row_id)])
        clean |= {"subject_table": table, "subject_id": row_id}
    if clean.keys() & {"due_on", "starts", "time_zone", "reminder_minutes"}:
        zone = clean.pop("time_zone", before["time_zone"])
        kept = _starts(before)
        day, starts = clean.pop("due_on", before["due_on"]), clean.pop("starts", kept)
        if starts.zfill(5) == _clock_time(before):
            starts = kept
        reminder_minutes = clean.get("reminder_minutes", before["reminder_minutes"])
        clean |= timed(ws, day, starts, zone, reminder_minutes if before["done_at"] is None else None)
    return clean | _series(before, clean)


def _series(before: Mapping[str, Any], clean: Mapping[str, Any]) -> dict[str, Any]:
    """What an edit makes of the series: only one that names the recurrence moves all that is to come; other moves are of
    this occurrence alone.
    """
    day, at = clean.get("due_on", before["due_on"]), clean.get("due_at", before["due_at"])
    if "recurrence" not in clean:
        _rule(before["recurrence"], day)
        return {}
    moved = (day, at) != (before["due_on"], before["due_at"])
    if clean["recurrence"] == before["recurrence"] and not moved:
        return {}
    same = clean["recurrence"] == before["recurrence"] and day is not None
    rule = recurrence.on_another_day(before["recurrence"], day) if same else _rule(clean["recurrence"], day)
    starts = _starts({**before, **clean})
    return {"recurrence": rule, "occurs": recurrence.occurrence(day, starts) if rule else ""}


def _clock_time(row: Mapping[str, Any]) -> str:
    """What the clock says when it begins, as HH:MM; empty for a whole day."""
    return "" if row["due_at"] is None else f"{row['due_at'].astimezone(zones.named(row['time_zone'])):%H:%M}"


def _starts(row: Mapping[str, Any]) -> str:
    """The same, but the time that its series names where daylight saving leaves that out and the clock is ahead of it."""
    named = row["occurs"].partition("T")[2]
    shifted = named and row["due_at"] == in_time(row["due_on"], named, zones.named(row["time_zone"]))
    return str(named) if shifted else _clock_time(row)


def timed(ws: Workspace, day: date | None, starts: str, zone: str, reminder_minutes: int | None) -> dict[str, Any]:
    """The columns that say when it is and when to remind of it."""
    if day is None:
        if starts:
            raise InvalidInput("due_on", tr("The day is missing."), tr("Fill it in, or leave the time out."))
        return {"due_on": None, "due_at": None, "time_zone": "", "remind_at": None}
    zone = zone or zones.name(ws)
    where = zones.named(zone)
    at = in_time(day, starts, where) if starts else None
    when = remind_at(day, at, reminder_minutes, where)
    # What should have been reminded of long ago is overdue, and seen as that.
    due = when if when is not None and (at or when) >= ws.clock.now() else None
    return {"due_on": day, "due_at": at, "time_zone": zone if starts else "", "remind_at": due}


def reminder(ws: Workspace, row: Mapping[str, Any]) -> dict[str, Any]:
    """The reminder of a row that is open again."""
    if row["due_on"] is None:
        return {"remind_at": None}
    return {
        "remind_at": timed(ws, row["due_on"], _clock_time(row), row["time_zone"], row["reminder_minutes"])["remind_at"]
    }


def set_participants(uow: UnitOfWork, activity_id: int, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Makes these the participants: each with contact_id, person_id or a name; each once."""
    known = {
        (row["contact_id"], row["person_id"], row["name"]): row["id"]
        for row in storage.children.rows(uow.connection, "activity_participant", {"activity_id": activity_id})
    }
    keys = dict.fromkeys(
        (each.get("contact_id"), each.get("person_id"),
         "" if each.get("contact_id") or each.get("person_id") else one_line(str(each.get("name") or ""))[:SUBJECT_LIMIT])
        for each in wanted
    )  # fmt: skip
    for key in keys:
        if key not in known and any(key):
            contact_id, person_id, name = key
            values = {"activity_id": activity_id, "contact_id": contact_id, "person_id": person_id, "name": name}
            uow.insert("activity_participant", values)
    for key, row_id in known.items():
        if key not in keys:
            uow.delete("activity_participant", row_id)


def check_delay(minutes: int) -> None:
    """Raises InvalidInput on ``minutes`` for a delay that is negative or longer than a year."""
    if not 0 <= minutes <= _LONGEST_DELAY:
        raise InvalidInput("minutes", tr("It can be put off for a year at most."), tr("Choose another day."))


def checked_text(field: str, text: str) -> str:
    """A long text as it is kept. Raises InvalidInput for one that is too long."""
    clean = mended(str(text or "")).strip()
    if len(clean) > NOTE_LIMIT:
        raise InvalidInput(field, tr("The text is too long."), tr("Shorten it."))
    return clean


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    clean = {name: value for name, value in values.items() if name not in ("participants", "about")}
    for name in clean.keys() - FIELDS:
        raise InvalidInput(name, tr("There is no field {field}.").format(field=name))
    for name in ("subject", "place"):
        if name in clean:
            clean[name] = one_line(str(clean[name] or ""))
            if len(clean[name]) > SUBJECT_LIMIT:
                raise InvalidInput(
                    name,
                    tr("The text has more than {limit} characters.").format(limit=SUBJECT_LIMIT),
                    tr("Shorten it."),
                )
    for name in ("outcome", "note"):
        if name in clean:
            clean[name] = checked_text(name, clean[name])
    starts = str(clean.get("starts") or "").strip()
    if starts and not _TIME.fullmatch(starts):
        raise InvalidInput(
            "starts", tr("“{text}” is not a time.").format(text=starts[:20]), tr("Write it like {example}.").format(
                example="09:30")
        )  # fmt: skip
    if "starts" in clean:
        clean["starts"] = starts
    day = clean.get("due_on")
    if day is not None and not FIRST_DAY <= day <= _LAST_DAY:
        raise InvalidInput("due_on", tr("The date must be between 1900 and 2200."), tr("Correct it."))
    for name, most in (("minutes", MAX_MINUTES), ("reminder_minutes", 60 * 24 * 60)):
        value = clean.get(name)
        if value is not None and not 0 <= value <= most:
            raise InvalidInput(name, tr("These minutes are too many or too few."), tr("Correct it."))
    return clean


def _rule(text: str, day: date | None) -> str:
    if not text:
        return ""
    if day is None:
        raise InvalidInput("due_on", tr("What recurs needs a first day."), tr("Fill it in."))
    return recurrence.checked(text, day)


def need(uow: UnitOfWork, subjects: Sequence[tuple[str, int]]) -> None:
    """Makes sure that rows, by table and id, are there and not in the bin. Raises NotFound."""
    for table in {table for table, _ in subjects}:
        if table not in SUBJECTS:
            raise ValueError(table)
        ids = [row_id for each, row_id in subjects if each == table]
        for start in range(0, len(ids), _BATCH):
            part = ids[start : start + _BATCH]
            found = uow.rows(table, part)
            if any(row_id not in found or found[row_id]["deleted_at"] is not None for row_id in part):
                raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))
