"""What can wait for a lost line: each kind of change with its service, its words and what others may change meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..i18n import N_
from . import (
    activities,
    activity_plans,
    attachments,
    bin,
    bulk,
    calls,
    challenges,
    checklists,
    cloning,
    companies,
    contact_points,
    contacts,
    conversion,
    deal_contacts,
    endangered,
    followers,
    holds,
    leads,
    lines,
    moves,
    named,
    next_steps,
    notes,
    opportunities,
    regrouping,
    reminders,
    restoring,
    sharing,
    work_list,
)
from .outlook import targets
from .workspace import Workspace

ANY, NAMED, PAIRS = "*", "named", "pairs"


@dataclass(frozen=True, slots=True)
class Kind:
    """``title`` is a message as the history keeps them; whichever name it has, its value is what the draft is about, and its
    count that of argument ``counts``. ``of``: the table whose row or rows the first argument names, NAMED where table and id are
    the first two, PAIRS where argument ``counts`` has such pairs; empty for what is new or stands on something else.
    ``columns``: what it changes of these rows whoever has changed it meanwhile, ANY for the whole row; none where the service
    itself looks for that."""

    service: Callable[..., Any]
    title: tuple[str, ...]
    of: str = ""
    columns: tuple[str, ...] = ()
    counts: int = 0


def _edit_note(ws: Workspace, note_id: int, values: Mapping[str, Any], **given: Any) -> Any:
    return notes.edit(ws, note_id, values["body"], **given)


def _deals(service: Callable[..., Any], one: str, many: str, *columns: str) -> Kind:
    return Kind(service, (one, many), "opportunity", columns)


def _deal(service: Callable[..., Any], *title: str) -> Kind:
    return Kind(service, title, "opportunity")


def _named(service: Callable[..., Any], *title: str, counts: int = 0) -> Kind:
    return Kind(service, title, NAMED, counts=counts)


def _activities(service: Callable[..., Any], one: str, many: str, *columns: str) -> Kind:
    return Kind(service, (one, many), "activity", columns)


EDITS: Mapping[str, Callable[..., Any]] = {
    "opportunity": opportunities.edit, "lead": leads.edit, "contact": contacts.edit, "company": named.edit_company,
    "activity": activities.edit, "note": _edit_note,
}  # fmt: skip
"""Edits of fields, by the table."""
NEW: Mapping[str, Kind] = {
    "opportunity_new": Kind(opportunities.create, (N_("Create “{name}”"),)),
    "lead_new": Kind(leads.create, (N_("Create lead “{name}”"),)),
    "contact_new": Kind(contacts.create, (N_("Create contact “{name}”"),)),
    "company_new": Kind(companies.create, (N_("Create company “{name}”"),)),
}
"""New records, of which the fields come first."""
MANY: Mapping[str, Kind] = {
    "opportunity_many": Kind(bulk.set_each, (N_("Edit {count} deal"), N_("Edit {count} deals")), "opportunity"),
    "lead_many": Kind(leads.edit_many, (N_("Edit {count} lead"), N_("Edit {count} leads")), "lead"),
    "contact_many": Kind(contacts.edit_many, (N_("Edit {count} contact"), N_("Edit {count} contacts")), "contact"),
    "company_many": Kind(companies.edit_many, (N_("Edit {count} company"), N_("Edit {count} companies")), "company"),
}
"""The same fields of several records."""
_MOVE = N_("Move {count} deal to {stage}"), N_("Move {count} deals to {stage}")
_PUT_OFF = N_("Postpone {count} activity"), N_("Postpone {count} activities")
_CHECKS, _PLAN, _REMOVE, _LATER = (
    N_("Check list: {about}"), N_("Plan: {about}"), N_("Remove “{name}”"), N_("Take up “{name}” again"),
)  # fmt: skip
_REACH, _WORKS = N_("How to reach “{name}”"), N_("Further companies of “{name}”")
KINDS: Mapping[str, Kind] = {
    **NEW,
    **MANY,
    # Deals.
    "move": _deals(moves.move, *_MOVE, "stage_id"),
    "win": Kind(moves.win, (N_("Won"),), "opportunity", ("stage_id",)),
    "lose": Kind(moves.lose, (N_("Lost"),), "opportunity", ("stage_id",)),
    "reopen": Kind(moves.reopen, (N_("Reopen"),), "opportunity", ("stage_id",)),
    "regroup": _deals(regrouping.regroup, *MANY["opportunity_many"].title),
    "regroup_move": _deals(regrouping.move, *_MOVE, "stage_id"),
    "assign": _deals(bulk.assign, N_("Assign {count} deal to {who}"), N_("Assign {count} deals to {who}"), "owner_id"),
    "retag": _deals(bulk.retag, N_("Change the tags of {count} deal"), N_("Change the tags of {count} deals")),
    "reschedule": _deals(
        bulk.reschedule, N_("Change the date of {count} deal"), N_("Change the date of {count} deals"), "expected_close"
    ),
    "prioritise": _deals(
        bulk.prioritise,
        N_("Change the priority of {count} deal"),
        N_("Change the priority of {count} deals"),
        "priority",
    ),
    "hold": _deals(
        holds.hold, N_("{count} deal on hold until {day}"), N_("{count} deals on hold until {day}"), "hold_until"
    ),
    "release": _deals(holds.release, N_("Bring back {count} deal"), N_("Bring back {count} deals"), "hold_until"),
    "opportunity_delete": _deals(opportunities.delete, N_("Delete {count} deal"), N_("Delete {count} deals"), ANY),
    "clone": _deal(cloning.clone, N_("Clone “{name}”")),
    "lines": _deal(lines.set_lines, N_("Products of a deal: {about}")),
    "follow": _deal(followers.follow, N_("Follow “{name}”")),
    "unfollow": _deal(followers.unfollow, N_("Stop following “{name}”")),
    "share": _deal(sharing.share, N_("Share a deal with {who}")),
    "share_stop": _deal(sharing.stop, N_("No longer share a deal with {who}")),
    "deal_contact": _deal(named.put_contact, N_("Add “{name}” to the deal")),
    "deal_contact_known": _deal(deal_contacts.add, N_("Add “{name}” to the deal")),
    "deal_contact_new": _deal(deal_contacts.create, *NEW["contact_new"].title),
    "deal_contact_role": _deal(deal_contacts.set_role, N_("Change the role of “{name}”")),
    "deal_contact_main": _deal(deal_contacts.make_main, N_("Make “{name}” the main contact")),
    "deal_contact_remove": _deal(deal_contacts.remove, N_("Take “{name}” off the deal")),
    "check_add": _deal(checklists.add, _CHECKS),
    "check_rename": Kind(checklists.rename, (_CHECKS,), "check_item", ("text",)),
    "check_order": _deal(checklists.reorder, N_("Check list: another order")),
    "check_tick": Kind(checklists.tick, (N_("Tick “{text}”"),), "check_item", ("text", "done")),
    "check_untick": Kind(checklists.tick, (N_("Untick “{text}”"),), "check_item", ("text", "done")),
    "check_remove": Kind(checklists.remove, (_REMOVE,), "check_item", (ANY,)),
    # What hangs on a record.
    "note_add": _named(notes.add, N_("Note: {about}")),
    "notes_add": Kind(notes.add_to_all, (N_("Note: {about}"),), PAIRS),
    "note_pin": Kind(notes.pin, (N_("Pin the note “{about}”"),)),
    "note_unpin": Kind(notes.pin, (N_("Unpin the note “{about}”"),)),
    "note_delete": Kind(notes.delete, (N_("Delete the note “{about}”"),), "note", (ANY,)),
    "attach": _named(attachments.add_files, N_("Attach {count} file"), N_("Attach {count} files"), counts=2),
    "attach_link": _named(attachments.add_link, N_("Attach “{name}”")),
    "attach_remove": Kind(attachments.remove, (_REMOVE,)),
    "point_add": _named(contact_points.add, _REACH),
    "point_edit": _named(contact_points.edit, _REACH),
    "point_remove": _named(contact_points.remove, _REACH),
    "point_order": _named(contact_points.reorder, _REACH),
    "employment_add": Kind(named.add_employment, (_WORKS,), "contact"),
    "employment_edit": Kind(contacts.edit_employment, (_WORKS,)),
    "employment_remove": Kind(contacts.remove_employment, (_WORKS,)),
    "put_back": _named(restoring.restore, N_("Put back a value of “{name}”")),
    # Activities.
    "plan": Kind(activities.plan_each, (_PLAN,), PAIRS, counts=1),
    "next_step": Kind(next_steps.plan, (_PLAN,)),
    "follow_up": Kind(work_list.follow_up, (_LATER,), PAIRS),
    "leave": Kind(endangered.leave, (_LATER,), PAIRS),
    "log": Kind(work_list.log, (N_("Done: “{name}”"),), PAIRS),
    "call": Kind(calls.log, (N_("Call: {about}"),), PAIRS, counts=1),
    "finish": _activities(activities.finish, N_("{count} activity done"), N_("{count} activities done")),
    "activity_reopen": Kind(activities.reopen, (N_("Not done yet"),), "activity"),
    "activity_move": _activities(activities.move, *_PUT_OFF, "due_on"),
    "put_off": _activities(activities.put_off, *_PUT_OFF, "due_on"),
    "activity_delete": _activities(
        activities.delete, N_("Delete {count} activity"), N_("Delete {count} activities"), ANY
    ),
    "snooze": _activities(reminders.snooze, *_PUT_OFF),
    "plan_start": _deals(
        activity_plans.start,
        N_("Start the plan “{plan}” for {count} deal"),
        N_("Start the plan “{plan}” for {count} deals"),
    ),
    "plan_stop": _deal(activity_plans.stop, N_("Stop the plan")),
    # Leads, contacts and companies.
    "convert": Kind(conversion.convert, (N_("Convert “{name}”"),), "lead"),
    "convert_many": Kind(conversion.convert_alike, (N_("Convert {count} lead"), N_("Convert {count} leads")), "lead"),
    "claim": Kind(leads.claim, (N_("Take {count} lead"), N_("Take {count} leads")), "lead"),
    "discard": Kind(leads.discard, (N_("Discard {count} lead"), N_("Discard {count} leads")), "lead"),
    "lead_delete": Kind(leads.delete, (N_("Delete {count} lead"), N_("Delete {count} leads")), "lead", (ANY,)),
    "contact_delete": Kind(
        contacts.delete, (N_("Delete {count} contact"), N_("Delete {count} contacts")), "contact", (ANY,)
    ),
    "company_delete": Kind(
        companies.delete, (N_("Delete {count} company"), N_("Delete {count} companies")), "company", (ANY,)
    ),
    "restore": Kind(bin.restore_all, (N_("Restore {count} thing"), N_("Restore {count} things"))),
    # What is to be sold.
    "target": Kind(targets.set_target, (N_("Target: {about}"),)),
    "target_call": Kind(targets.call, (N_("Forecast: {about}"),)),
    "target_adjust": Kind(targets.adjust, (N_("Adjust the forecast: {about}"),)),
    "target_withdraw": Kind(targets.withdraw, (N_("Take back what was said of the forecast"),)),
    # Playing.
    "challenge": Kind(challenges.join, (N_("Join the challenge “{name}”"),)),
    "challenge_leave": Kind(challenges.join, (N_("Leave the challenge “{name}”"),)),
}
"""Every other change."""
SERVICES: Mapping[str, Callable[..., Any]] = {**EDITS, **{name: kind.service for name, kind in KINDS.items()}}


def called(service: Callable[..., Any]) -> tuple[str, dict[str, Any]]:
    """The kind of a change that is asked of a service, empty for what cannot wait, and what the service is given by name."""
    if isinstance(service, partial):
        kind, given = called(service.func)
        return kind, {**given, **service.keywords}
    return next((kind for kind, each in SERVICES.items() if each == service), ""), {}
