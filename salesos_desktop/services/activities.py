"""Activities: planned, changed, done, put off. The deal's sign and the lead's last activity follow in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.activities import Activity, ActivityKind
from ..domain.changes import ChangeSet
from ..errors import NotFound
from ..i18n import N_, tr
from . import activity_rows, conflicts, notes, recurrence, zones
from .activity_rows import FIELDS as FIELDS
from .conflicts import Shown
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_BATCH = 500
Subject = tuple[str, int]
"""Table and id of what an activity is about."""


def kinds(ws: Workspace, *, every: bool = False) -> list[ActivityKind]:
    """Kinds that are offered, in their order; ``every`` adds those that no longer are."""
    with ws.store.read() as connection:
        return [kind for kind in storage.activities.kinds(connection) if every or kind.active]


def get(ws: Workspace, activity_id: int) -> Activity:
    """One activity. Raises NotFound."""
    with ws.store.read() as connection:
        found = storage.activities.by_ids(connection, [activity_id]).get(activity_id)
    if found is None:
        raise _gone(activity_id)
    return found


def of(ws: Workspace, table: str, row_id: int) -> list[Activity]:
    """Activities about a row: open ones by day, then the newest done. A contact's include those they take part in."""
    with ws.store.read() as connection:
        return storage.activities.of(connection, table, row_id)


def about(ws: Workspace, table: str, row_id: int) -> list[Activity]:
    """``of`` a row that has to be there. Raises NotFound."""
    with ws.store.read() as connection:
        if not storage.children.rows(connection, table, {"id": row_id, "deleted_at": None}):
            raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))
        return storage.activities.of(connection, table, row_id)


def waiting(ws: Workspace) -> list[Activity]:
    """Every open activity by day, those without one last."""
    with ws.store.read() as connection:
        return storage.activities.waiting(connection)


def plan(ws: Workspace, values: dict[str, Any], about: Subject | None = None) -> int:
    """Plans an activity and returns its id; see ``plan_each``."""
    return plan_each(ws, values, [about])[0]


def plan_each(ws: Workspace, values: dict[str, Any], subjects: Sequence[Subject | None]) -> list[int]:
    """Plans the same activity about each of these rows (None: about nothing) in one step; returns the ids.

    ``values``: FIELDS of services/activity_rows.py; ``done`` True logs it as done now. Its assignee is the local person
    unless given; whoever else gets some is told once. Raises InvalidInput, or NotFound for a row that is gone.
    """
    with ws.unit("activity", []) as uow:
        draft = activity_rows.new(ws, uow, values, None)
        abouts = [about or ("opportunity", None) for about in subjects]
        activity_rows.need(uow, [about for about in subjects if about is not None])
        taking_part = values.get("participants") or ()
        made = [
            _insert(ws, uow, {**draft, "subject_table": table, "subject_id": row_id}, taking_part)
            for table, row_id in abouts
        ]
        follow(uow, abouts, touched=draft["done_at"] is not None)
        done = bool(values.get("done"))
        label = N_("Log “{name}”") if done else N_("Plan “{name}”")
        many = [N_("Plan {count} activity"), N_("Plan {count} activities"), len(made), {}]
        uow.call_it([label, {"name": _first_name(uow, made)}] if len(made) == 1 else many)
        _tell_assigned(uow, made)
    return made


def _insert(ws: Workspace, uow: UnitOfWork, row: dict[str, Any], participants: Sequence[dict[str, Any]] = ()) -> int:
    """Writes a checked row (activity_rows.new); what it is about has still to ``follow``."""
    activity_id = uow.insert("activity", row)
    if participants:
        activity_rows.set_participants(uow, activity_id, participants)
    if row["done_at"] is not None:
        _reward(ws, uow, {**row, "id": activity_id})
    return activity_id


def edit(ws: Workspace, activity_id: int, values: dict[str, Any], *, expect: Shown | None = None) -> ChangeSet | None:
    """Changes FIELDS of an activity, also what it is about (``about``: a Subject or None); None when nothing differs.

    Raises InvalidInput, NotFound, or Conflict where one of the fields is no longer as ``expect`` says that it was shown;
    nothing is written then.
    """
    with ws.unit("activity", []) as uow:
        before = live(uow, activity_id)
        uow.call_it([N_("Edit “{name}”"), {"name": _name(before)}])
        after = activity_rows.changed(ws, uow, before, values)
        conflicts.refuse(ws, uow, "activity", before, after, values, expect)
        uow.update("activity", activity_id, after)
        if "participants" in values:
            activity_rows.set_participants(uow, activity_id, values["participants"] or ())
        follow(uow, [_about(before), _about({**before, **after})])
        if after.get("assignee_id", before["assignee_id"]) != before["assignee_id"]:
            _tell_assigned(uow, [activity_id])
    return uow.change_set


def finish(ws: Workspace, ids: Sequence[int], *, outcome: str | None = None) -> ChangeSet | None:
    """Marks activities as done now, with what came of it; one that recurs is planned anew in the same step.

    Those that are done already stay as they are. Gives points, the more when done on time. Raises NotFound.
    """
    with ws.unit("done", []) as uow:
        rows = _all_live(uow, ids)
        waiting = [row for row in rows if row["done_at"] is None]
        if waiting:
            many = [N_("{count} activity done"), N_("{count} activities done"), len(waiting), {}]
            uow.call_it([N_("Done: “{name}”"), {"name": _name(waiting[0])}] if len(waiting) == 1 else many)
        rewarded = storage.timeline.rewarded(uow.connection, "activity", [row["id"] for row in waiting])
        said = {} if outcome is None else {"outcome": activity_rows.checked_text("outcome", outcome)}
        for row in waiting:
            uow.update("activity", row["id"], {"done_at": uow.at, "remind_at": None, **said})
            if row["id"] not in rewarded:
                _reward(ws, uow, {**row, "done_at": uow.at})
            _plan_next(ws, uow, row)
            _tell_creator(uow, row)
        follow(uow, map(_about, waiting), touched=True)
    return uow.change_set


def reopen(ws: Workspace, activity_id: int) -> ChangeSet | None:
    """Takes "done" back; points stay. One that recurs goes on from here, unless it does from a later one that somebody has
    dealt with already. Raises NotFound.
    """
    with ws.unit("activity", []) as uow:
        row = live(uow, activity_id)
        uow.call_it([N_("Not done: “{name}”"), {"name": _name(row)}])
        again = _take_back_next(uow, row)
        uow.update("activity", activity_id, {"done_at": None, **activity_rows.reminder(ws, row), **again})
        follow(uow, [_about(row)])
    return uow.change_set


def move(ws: Workspace, ids: Sequence[int], day: date) -> ChangeSet | None:
    """Puts open activities on another day; those at a time keep it, in the zone they were planned in. Raises NotFound."""
    with ws.unit("activity", []) as uow:
        rows = _all_live(uow, ids)
        many = [N_("Move {count} activity"), N_("Move {count} activities"), len(rows), {}]
        uow.call_it([N_("Move “{name}”"), {"name": _name(rows[0])}] if len(rows) == 1 else many)
        for row in rows:
            uow.update("activity", row["id"], activity_rows.changed(ws, uow, row, {"due_on": day}))
        follow(uow, map(_about, rows))
    return uow.change_set


def put_off(ws: Workspace, ids: Sequence[int], minutes: int) -> ChangeSet | None:
    """Puts open activities off to ``minutes`` from now, to the next five minutes, also those of a whole day.

    Raises InvalidInput for more than a year or less than nothing, NotFound.
    """
    activity_rows.check_delay(minutes)
    with ws.unit("activity", []) as uow:
        rows = _all_live(uow, ids)
        many = [N_("Postpone {count} activity"), N_("Postpone {count} activities"), len(rows), {}]
        uow.call_it([N_("Postpone “{name}”"), {"name": _name(rows[0])}] if len(rows) == 1 else many)
        for row in rows:
            zone = row["time_zone"] or zones.name(ws)
            moment = (ws.clock.now() + timedelta(minutes=minutes, seconds=299)).astimezone(zones.named(zone))
            starts = f"{moment.hour:02d}:{moment.minute // 5 * 5:02d}"
            values = {"due_on": moment.date(), "starts": starts, "time_zone": zone}
            uow.update("activity", row["id"], activity_rows.changed(ws, uow, row, values))
        follow(uow, map(_about, rows))
    return uow.change_set


def delete(ws: Workspace, ids: Sequence[int]) -> ChangeSet | None:
    """Puts activities in the bin; undo brings them back. Raises NotFound."""
    with ws.unit("activity", []) as uow:
        rows = _all_live(uow, ids)
        many = [N_("Delete {count} activity"), N_("Delete {count} activities"), len(rows), {}]
        uow.call_it([N_("Delete “{name}”"), {"name": _name(rows[0])}] if len(rows) == 1 else many)
        drop(uow, rows)
    return uow.change_set


def drop(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """``delete`` inside a unit of work that does more."""
    for row in rows:
        uow.update("activity", row["id"], {"deleted_at": uow.at, "remind_at": None})
    follow(uow, map(_about, rows))


def restored(ws: Workspace, uow: UnitOfWork, row: dict[str, Any]) -> None:
    """What follows when an activity comes out of the bin, inside a unit of work that does more."""
    if row["done_at"] is None:
        uow.update("activity", row["id"], activity_rows.reminder(ws, row))
    follow(uow, [_about(row)])


def follow(uow: UnitOfWork, subjects: Iterable[tuple[str, int | None]], *, touched: bool = False) -> None:
    """Writes on deals when their next activity is, and that they, or leads, were ``touched``; others keep nothing of it.

    Called once, when all that a unit of work does to activities about these rows is done.
    """
    ids: dict[str, dict[int, None]] = {"opportunity": {}, "lead": {}}
    for table, row_id in subjects:
        if table in ids and row_id is not None:
            ids[table][row_id] = None
    uow.flush()
    deals = list(ids["opportunity"])
    today = {"touched_on": uow.today} if touched else {}
    for start in range(0, len(deals), _BATCH):
        part = deals[start : start + _BATCH]
        days = storage.activities.next_days(uow.connection, part)
        for deal_id in uow.rows("opportunity", part):
            uow.update("opportunity", deal_id, {"next_activity_on": days.get(deal_id), **today})
    if touched:
        for lead_id in ids["lead"]:
            notes.touched(uow, "lead", lead_id)


def live(uow: UnitOfWork, activity_id: int) -> dict[str, Any]:
    """The row, if it is there and not in the bin. Raises NotFound."""
    return _all_live(uow, [activity_id])[0]


def _all_live(uow: UnitOfWork, ids: Iterable[int]) -> list[dict[str, Any]]:
    """Rows that are there and not in the bin, each once. Raises NotFound."""
    wanted = list(dict.fromkeys(ids))
    found = uow.rows("activity", wanted)
    for activity_id in wanted:
        if activity_id not in found or found[activity_id]["deleted_at"] is not None:
            raise _gone(activity_id)
    return [found[activity_id] for activity_id in wanted]


def _plan_next(ws: Workspace, uow: UnitOfWork, row: dict[str, Any]) -> None:
    """The next occurrence of an activity that was done: the first one that is still to come."""
    if not row["recurrence"] or row["due_on"] is None:
        return
    zone = zones.named(row["time_zone"]) if row["due_at"] is not None else zones.own(ws)
    now = ws.clock.now().astimezone(zone).replace(tzinfo=None)
    start = occurrence_of(row["occurs"], row["due_on"], row["due_at"], zone)
    at_a_time = "T" in row["occurs"] if row["occurs"] else row["due_at"] is not None
    # One of today without a time is still to come, unless it is the one that was done.
    after = now if at_a_time else datetime(now.year, now.month, now.day) - timedelta(seconds=1)
    found = recurrence.following(row["recurrence"], start, after)
    if found is None:
        return
    moment, rule = found
    kept = ("kind", "subject", "subject_table", "subject_id", "minutes", "place", "assignee_id", "reminder_minutes",
            "note", "created_by", "plan_id")  # fmt: skip
    again = {name: row[name] for name in kept} | {"recurrence": rule, "created_at": uow.at}
    starts = f"{moment:%H:%M}" if at_a_time else ""
    again |= activity_rows.timed(ws, moment.date(), starts, row["time_zone"], row["reminder_minutes"])
    again["occurs"] = recurrence.occurrence(moment.date(), starts)
    taking_part = storage.children.rows(uow.connection, "activity_participant", {"activity_id": row["id"]})
    _insert(ws, uow, {"done_at": None, "deleted_at": None, "outcome": "", **again}, taking_part)


def occurrence_of(occurs: str, due_on: date, due_at: datetime | None, zone: tzinfo) -> datetime:
    """The occurrence that an activity is, local and without a zone: as it is kept, else when it is planned for."""
    if occurs:
        return datetime.fromisoformat(occurs)
    return due_at.astimezone(zone).replace(tzinfo=None) if due_at else datetime.combine(due_on, time())


def _take_back_next(uow: UnitOfWork, row: dict[str, Any]) -> dict[str, Any]:
    """Takes the one away that followed when a recurring activity was done, so that there are never two of it; what the
    activity itself is to be given where that one stays.
    """
    if not row["recurrence"] or row["done_at"] is None:
        return {}
    same = {name: row[name] for name in ("subject_table", "subject_id", "kind", "subject")}
    made = storage.children.rows(uow.connection, "activity", {**same, "created_at": row["done_at"]})
    if not made:
        return {}
    if made[0]["version"] > 1:
        return {"recurrence": ""}
    drop(uow, made[:1])
    return {}


def _reward(ws: Workspace, uow: UnitOfWork, row: dict[str, Any]) -> None:
    """Points for one that is done and has given none: more for one that had been planned and is done by its day."""
    person_id = row["assignee_id"] or uow.actor_id
    if not person_id:
        return
    planned = row["due_on"] is not None and row["created_at"] < row["done_at"]
    reason = "task_on_time" if planned and uow.today <= row["due_on"] else "note_logged"
    uow.award(person_id, reason, ws.point_rules[reason], row["id"], table="activity")


def _tell_assigned(uow: UnitOfWork, ids: Sequence[int]) -> None:
    """Tells whoever else was given activities, once each."""
    for_others: dict[int, list[dict[str, Any]]] = {}
    for row in uow.rows("activity", ids).values():
        if row["assignee_id"] not in (None, uow.actor_id) and row["done_at"] is None:
            for_others.setdefault(row["assignee_id"], []).append(row)
    for person_id, rows in for_others.items():
        title: list[Any] = [N_("For you: {name}"), {"name": _name(rows[0])}]
        if len(rows) > 1:
            title = [N_("For you: {count} activity"), N_("For you: {count} activities"), len(rows), {}]
        uow.notify(person_id, "activity_assigned", title, ["{about}", {"about": _about_name(uow, rows[0])}], rows[0]["id"],
                   "activity")  # fmt: skip


def _tell_creator(uow: UnitOfWork, row: dict[str, Any]) -> None:
    if row["created_by"] not in (None, uow.actor_id):
        title = [N_("Done: {name}"), {"name": _name(row)}]
        uow.notify(row["created_by"], "activity_done", title, ["{about}", {"about": _about_name(uow, row)}], row["id"],
                   "activity")  # fmt: skip


def _about(row: Mapping[str, Any]) -> tuple[str, int | None]:
    return row["subject_table"], row["subject_id"]


def _about_name(uow: UnitOfWork, row: dict[str, Any]) -> str:
    return storage.reference.name_of(uow.connection, row["subject_table"], row["subject_id"])


def _first_name(uow: UnitOfWork, ids: Sequence[int]) -> str:
    return _name(uow.get("activity", ids[0])) if ids else ""


def _name(row: dict[str, Any]) -> str:
    return str(row["subject"])


def _gone(activity_id: int) -> NotFound:
    return NotFound(
        tr("Activity {id} does not exist.").format(id=activity_id),
        tr("Nothing was changed. It may have been deleted."),
    )
