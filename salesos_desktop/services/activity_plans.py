"""Plans: chains of steps with offsets, started on deals by hand or on entering a stage; closing a deal ends them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import N_, number, tr
from . import activities, activity_rows, working_days
from .lists import checked_name
from .opportunities import live
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

MAX_DAYS = 730


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``days`` after the start (working days when ``working``), at ``starts`` (HH:MM) or the whole day."""

    kind: str
    subject: str
    days: int
    working: bool = True
    starts: str = ""
    minutes: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its steps in order; ``stages`` names those that start it."""

    id: int
    name: str
    active: bool
    steps: tuple[Step, ...]
    stages: tuple[str, ...]


def listing(ws: Workspace, *, every: bool = True) -> list[Plan]:
    """Plans in their order; without ``every`` only those that are offered."""
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, "activity_plan", {}, ("position", "id"))
        steps = storage.children.rows(connection, "activity_plan_step", {}, ("position", "id"))
        stages = storage.children.rows(connection, "stage", {}, ("pipeline_id", "position"))
    return [
        Plan(
            row["id"], row["name"], row["active"], tuple(_step(s) for s in steps if s["plan_id"] == row["id"]),
            tuple(stage["name"] for stage in stages if stage["plan_id"] == row["id"]),
        )
        for row in rows
        if every or row["active"]
    ]  # fmt: skip


def save(ws: Workspace, plan_id: int | None, name: str, steps: Sequence[Step]) -> int:
    """Makes a plan (None) or gives one another name and steps; returns its id. Started ones stay as they are.

    Raises InvalidInput, NotFound.
    """
    with ws.unit("plan", []) as uow:
        known = storage.children.rows(uow.connection, "activity_plan", {})
        name = checked_name(name, [row["name"] for row in known if row["id"] != plan_id])
        uow.call_it([N_("Add the plan “{name}”") if plan_id is None else N_("Edit the plan “{name}”"), {"name": name}])
        if not steps:
            raise InvalidInput("steps", tr("This plan has no steps."), tr("Add one at least."))
        if plan_id is None:
            position = 1 + max((row["position"] for row in known), default=0)
            plan_id = uow.insert("activity_plan", {"name": name, "position": position})
        else:
            _plan(uow, plan_id)
            uow.update("activity_plan", plan_id, {"name": name})
        _write_steps(ws, uow, plan_id, steps)
    return plan_id


def set_active(ws: Workspace, plan_id: int, active: bool) -> ChangeSet | None:
    """Offers a plan or no longer offers it: stages that start it then start none. Raises NotFound."""
    with ws.unit("plan", []) as uow:
        row = _plan(uow, plan_id)
        uow.call_it([N_("Switch on “{name}”") if active else N_("Switch off “{name}”"), {"name": row["name"]}])
        uow.update("activity_plan", plan_id, {"active": active})
    return uow.change_set


def delete(ws: Workspace, plan_id: int) -> ChangeSet | None:
    """Takes a plan away; what it has planned stays. Raises NotFound."""
    with ws.unit("plan", []) as uow:
        row = _plan(uow, plan_id)
        uow.call_it([N_("Delete the plan “{name}”"), {"name": row["name"]}])
        for stage in storage.children.rows(uow.connection, "stage", {"plan_id": plan_id}):
            uow.update("stage", stage["id"], {"plan_id": None})
        for step in storage.children.rows(uow.connection, "activity_plan_step", {"plan_id": plan_id}):
            uow.delete("activity_plan_step", step["id"])
        uow.delete("activity_plan", plan_id)
    return uow.change_set


def start(ws: Workspace, deal_ids: Sequence[int], plan_id: int, day: date | None = None) -> ChangeSet | None:
    """Plans every step on each of these deals, counted from ``day`` (today), for the deal's owner, in one step.

    Raises NotFound, or UserError for a plan without steps.
    """
    with ws.unit("plan", []) as uow:
        plan = _plan(uow, plan_id)
        wanted = list(dict.fromkeys(deal_ids))
        found = uow.rows("opportunity", wanted)
        deals = [live(found.get(deal_id), deal_id) for deal_id in wanted]
        label: list[Any] = [
            N_("Start the plan “{plan}” for “{name}”"),
            {"plan": plan["name"], "name": deals[0]["name"]},
        ]
        if len(deals) > 1:
            label = [
                N_("Start the plan “{plan}” for {count} deal"), N_("Start the plan “{plan}” for {count} deals"),
                len(deals), {"plan": plan["name"]},
            ]  # fmt: skip
        uow.call_it(label)
        if not begin(ws, uow, deals, plan_id, day):
            raise UserError(tr("This plan has no steps."), tr("Add a step to it in the settings."))
    return uow.change_set


def stop(ws: Workspace, deal_id: int) -> ChangeSet | None:
    """Puts the open activities that plans have made for a deal in the bin."""
    with ws.unit("plan", []) as uow:
        deal = live(uow.find("opportunity", deal_id), deal_id)
        uow.call_it([N_("Stop the plan of “{name}”"), {"name": deal["name"]}])
        end(uow, [deal_id])
    return uow.change_set


def begin(
    ws: Workspace, uow: UnitOfWork, deals: Sequence[dict[str, Any]], plan_id: int, day: date | None = None
) -> int:
    """``start`` inside a unit of work that does more; returns how many activities were planned."""
    steps = storage.children.rows(uow.connection, "activity_plan_step", {"plan_id": plan_id}, ("position", "id"))
    first, calendar, drafts = day or ws.clock.today(), working_days.of(ws), []
    for step in steps:
        due = calendar.after(first, step["days"]) if step["working"] else first + timedelta(days=step["days"])
        values = {name: step[name] for name in ("kind", "subject", "starts", "minutes", "note")}
        drafts.append(activity_rows.new(ws, uow, {**values, "due_on": due, "plan_id": plan_id}, None))
    for deal in deals:
        owner_id = deal["owner_id"] or uow.actor_id or None
        for draft in drafts:
            uow.insert("activity", {**draft, "subject_id": deal["id"], "assignee_id": owner_id})
    # The signs of all deals at the end: each is read when everything about it is written.
    activities.follow(uow, [("opportunity", deal["id"]) for deal in deals])
    return len(deals) * len(drafts)


def entered(ws: Workspace, uow: UnitOfWork, deals: Sequence[dict[str, Any]], plan_id: int | None) -> None:
    """These deals have entered a stage that starts a plan, or none; one that is switched off is not started."""
    if plan_id is not None and uow.get("activity_plan", plan_id)["active"]:
        begin(ws, uow, deals, plan_id)


def end(uow: UnitOfWork, deal_ids: Sequence[int]) -> None:
    """``stop`` for deals inside a unit of work that does more."""
    waiting = storage.activities.of_plans(uow.connection, deal_ids)
    activities.drop(uow, list(uow.rows("activity", waiting).values()))


def _write_steps(ws: Workspace, uow: UnitOfWork, plan_id: int, steps: Sequence[Step]) -> None:
    for old in storage.children.rows(uow.connection, "activity_plan_step", {"plan_id": plan_id}):
        uow.delete("activity_plan_step", old["id"])
    for position, step in enumerate(steps):
        if not 0 <= step.days <= MAX_DAYS:
            raise InvalidInput(
                "days", tr("A step comes 0 to {most} days after the start.").format(most=number(MAX_DAYS))
            )
        # What a step says must be an activity that can be planned.
        row = activity_rows.new(
            ws, uow,
            {"kind": step.kind, "subject": step.subject, "due_on": ws.clock.today(), "starts": step.starts,
             "minutes": step.minutes, "note": step.note},
            None,
        )  # fmt: skip
        values = {"plan_id": plan_id, "days": step.days, "working": step.working, "starts": step.starts.strip(),
                  "minutes": step.minutes, "position": position}  # fmt: skip
        uow.insert(
            "activity_plan_step", {**values, "kind": row["kind"], "subject": row["subject"], "note": row["note"]}
        )


def _step(row: dict[str, Any]) -> Step:
    names = ("kind", "subject", "days", "working", "starts", "minutes", "note")
    return Step(**{name: row[name] for name in names})


def _plan(uow: UnitOfWork, plan_id: int) -> dict[str, Any]:
    row = uow.find("activity_plan", plan_id)
    if row is None:
        raise NotFound(tr("This plan does not exist."), tr("Nothing was changed. It may have been deleted."))
    return row
