"""Activities: their kinds, what may be entered, where they lie in time and how they stand to now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

SUBJECTS = ("opportunity", "lead", "contact", "company")
"""Tables whose rows an activity can be about; it may also be about none."""
SUBJECT_LIMIT = 300
MAX_MINUTES = 14 * 24 * 60
REMINDERS = (0, 5, 10, 15, 30, 60, 120, 24 * 60, 2 * 24 * 60, 7 * 24 * 60)
"""Minutes before an activity that a reminder is offered for."""
ALL_DAY_HOUR = 9
"""The hour of its day from which a reminder of an activity without a time counts back."""


@dataclass(frozen=True, slots=True)
class DefaultKind:
    """A kind of a new workspace; ``name`` is (Spanish, English), ``minutes`` its usual length."""

    code: str
    name: tuple[str, str]
    icon: str
    minutes: int


DEFAULT_KINDS = (
    DefaultKind("call", ("Llamada", "Call"), "phone", 15),
    DefaultKind("meeting", ("Reunión", "Meeting"), "people", 60),
    DefaultKind("email", ("Correo electrónico", "Email"), "mail", 10),
    DefaultKind("task", ("Tarea", "Task"), "check", 30),
)
"""The fifth kind of the product, the note, has no day and is a row of its own (services/notes.py)."""


@dataclass(frozen=True, slots=True)
class ActivityKind:
    """A kind as the administrator keeps it; ``minutes`` is the length of a new one."""

    id: int
    code: str
    name: str
    icon: str
    minutes: int
    active: bool
    version: int


class ActivityState(StrEnum):
    """How an activity stands to now."""

    DONE = "done"
    OVERDUE = "overdue"
    TODAY = "today"
    PLANNED = "planned"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part: a contact, a colleague, or somebody known by name only."""

    contact_id: int | None
    person_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Activity:
    """Everything of one activity. ``due_at`` None means the whole of ``due_on``; ``due_on`` is the day of ``due_at`` in
    ``time_zone``, an IANA name, where it was planned. ``minutes`` is its length. ``about`` names the row it is about.
    ``recurrence`` is an RRULE (RFC 5545) without its name, empty for none; ``occurs`` which occurrence it is, in local ISO
    8601, wherever it was put off to.
    """

    id: int
    version: int
    kind: str
    subject: str
    subject_table: str
    subject_id: int | None
    about: str
    due_on: date | None
    due_at: datetime | None
    time_zone: str
    minutes: int | None
    place: str
    assignee_id: int | None
    assignee: str
    reminder_minutes: int | None
    remind_at: datetime | None
    recurrence: str
    outcome: str
    note: str
    created_by: int | None
    created_at: datetime
    done_at: datetime | None
    plan_id: int | None
    occurs: str = ""
    participants: tuple[Participant, ...] = ()

    @property
    def done(self) -> bool:
        """Whether it has been done."""
        return self.done_at is not None

    def day(self, zone: tzinfo | None) -> date | None:
        """Its day where the person is, who may look from another zone than it was planned in."""
        return self.due_on if self.due_at is None else self.due_at.astimezone(zone).date()

    def state(self, now: datetime, zone: tzinfo | None) -> ActivityState:
        """Overdue once its end, or its whole day, is past."""
        if self.done:
            return ActivityState.DONE
        day = self.day(zone)
        if day is None:
            return ActivityState.UNDATED
        today = now.astimezone(zone).date()
        if day < today or (self.due_at is not None and self.due_at + timedelta(minutes=self.minutes or 0) < now):
            return ActivityState.OVERDUE
        return ActivityState.TODAY if day == today else ActivityState.PLANNED


def in_time(due_on: date, local_time: str, zone: tzinfo) -> datetime:
    """The instant of a local ``HH:MM`` in a zone; one that daylight saving leaves out becomes the moment an hour later,
    one that comes twice is the first (PEP 495, fold 0).
    """
    hour, _, minute = local_time.partition(":")
    return datetime(due_on.year, due_on.month, due_on.day, int(hour), int(minute), tzinfo=zone).astimezone(UTC)


def remind_at(due_on: date | None, due_at: datetime | None, before: int | None, zone: tzinfo) -> datetime | None:
    """When a reminder ``before`` minutes ahead is due; an activity of a whole day counts from ALL_DAY_HOUR of it."""
    if before is None or due_on is None:
        return None
    start = due_at or in_time(due_on, f"{ALL_DAY_HOUR}:00", zone)
    return start - timedelta(minutes=before)
