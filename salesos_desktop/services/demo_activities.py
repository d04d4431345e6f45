"""Sample activities: what was done with its outcome, what is planned at which time and with whom, one that recurs, a plan."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.activities import in_time
from . import activity_plans, zones
from . import demo_words as words
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_MINUTES = {"call": 15, "meeting": 60, "email": 10, "task": 30}
_HOURS = ("09:00", "09:30", "10:00", "11:00", "11:30", "12:00", "15:00", "16:00", "16:30", "17:30")
_STARTED = 3
"""How many of the deals without a next step have the plan started on them."""
_LEADS = 4


class ActivitySamples:
    """Makes activities inside the unit of work that makes the sample deals; ``which`` is 0 for Spanish, 1 for English."""

    def __init__(self, ws: Workspace, uow: UnitOfWork, chance: random.Random, which: int, people: list[int]) -> None:
        self._ws, self._uow, self._chance, self._which, self._people = ws, uow, chance, which, people
        self._zone = zones.name(ws)
        self._idle: list[dict[str, Any]] = []

    def plan(self, deal: dict[str, Any], kind: str, subject: str, due: date) -> None:
        """The next step of a deal: most at a time, meetings with its contact."""
        timed = kind == "meeting" or self._chance.random() < 0.6
        values = {"kind": kind, "subject": subject, "due_on": due, "assignee_id": deal["owner_id"]}
        made = self._insert(values, ("opportunity", deal["id"]), self._chance.choice(_HOURS) if timed else "")
        if kind == "meeting":
            place = self._chance.choice(words.MEETING_PLACES[self._which])
            self._uow.update("activity", made, {"place": place})
            self._take_part(made, contact_id=deal["contact_id"])

    def done(self, deal: dict[str, Any], today: date) -> date | None:
        """Something that was done since a deal came into its stage, with what came of it; its day, None for nothing."""
        days = (today - deal["stage_since"]).days
        if days < 2 or self._chance.random() < 0.45:
            return None
        day = today - timedelta(days=self._chance.randint(1, days - 1))
        kind, subject, outcome = self._chance.choice(words.DONE_ACTIVITIES[self._which])
        self._uow.at = datetime.combine(day, time(self._chance.randint(13, 20), self._chance.randint(0, 59)), UTC)
        values = {
            "kind": kind, "subject": subject, "due_on": day, "assignee_id": deal["owner_id"], "outcome": outcome,
            "done_at": self._uow.at,
        }  # fmt: skip
        self._insert(values, ("opportunity", deal["id"]))
        return day

    def was_done(self, deal: dict[str, Any], day: date, which: int, in_time: bool) -> None:
        """Something that was done for a deal at the instant of the unit of work, with its points; ``which`` is a place
        in DONE_ACTIVITIES."""
        kind, subject, outcome = words.DONE_ACTIVITIES[self._which][which]
        at, rules = self._uow.at, self._ws.point_rules
        made = self._insert(
            {
                "kind": kind, "subject": subject, "due_on": day, "assignee_id": deal["owner_id"], "outcome": outcome,
                "done_at": at, "created_at": at - timedelta(hours=20) if in_time else at,
            },
            ("opportunity", deal["id"]),
        )  # fmt: skip
        reason = "task_on_time" if in_time else "note_logged"
        self._uow.award(deal["owner_id"], reason, rules[reason], made, table="activity")

    def idle(self, deal: dict[str, Any]) -> None:
        """A deal that nothing is planned for."""
        self._idle.append(deal)

    def finish(self) -> None:
        """What is about leads, people or nothing; the plan, started on some deals."""
        today, me = self._ws.clock.today(), self._ws.actor_id or None
        monday = today + timedelta(days=-today.weekday() % 7)
        weekly = {"kind": "meeting", "subject": words.TEAM_MEETING[self._which], "due_on": monday, "assignee_id": me,
                  "recurrence": "FREQ=WEEKLY;BYDAY=MO", "reminder_minutes": 15, "minutes": 45}  # fmt: skip
        made = self._insert(weekly, None, "09:00")
        for person_id in self._people[1:4]:
            self._take_part(made, person_id=person_id)
        self._uow.flush()
        leads = storage.children.rows(self._uow.connection, "lead", {"opportunity_id": None, "status": "new"})
        for days, lead in enumerate(leads[-_LEADS:], start=1):
            values = {"kind": "call", "subject": words.FIRST_CALL[self._which], "due_on": today + timedelta(days=days),
                      "assignee_id": lead["owner_id"] or me}  # fmt: skip
            self._insert(values, ("lead", lead["id"]), _HOURS[days])
        plan_id = self._plan()
        activity_plans.begin(self._ws, self._uow, self._idle[-_STARTED:], plan_id)

    def _plan(self) -> int:
        name = words.PLAN[self._which]
        known = {row["name"]: row["id"] for row in storage.children.rows(self._uow.connection, "activity_plan", {})}
        if name in known:
            return int(known[name])
        plan_id = self._uow.insert("activity_plan", {"name": name, "position": 1 + len(known)})
        for position, (kind, subject, days) in enumerate(words.PLAN_STEPS[self._which]):
            values = {"plan_id": plan_id, "kind": kind, "subject": subject, "days": days, "position": position}
            self._uow.insert("activity_plan_step", values)
        self._uow.flush()
        return plan_id

    def _insert(self, values: dict[str, Any], about: tuple[str, int] | None, starts: str = "") -> int:
        table, row_id = about or ("opportunity", None)
        row = {
            "subject_table": table, "subject_id": row_id, "minutes": _MINUTES[values["kind"]], "created_at": self._uow.at,
            "created_by": values["assignee_id"], **values,
        }  # fmt: skip
        if starts:
            row |= {"due_at": in_time(values["due_on"], starts, zones.named(self._zone)), "time_zone": self._zone}
        return self._uow.insert("activity", row)

    def _take_part(self, activity_id: int, *, contact_id: int | None = None, person_id: int | None = None) -> None:
        values = {"activity_id": activity_id, "contact_id": contact_id, "person_id": person_id, "name": ""}
        self._uow.insert("activity_participant", values)
