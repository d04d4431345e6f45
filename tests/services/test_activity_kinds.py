"""Kinds of activities that an administrator keeps, the bin, and what comes next after something was done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from salesos_desktop import storage
from salesos_desktop.domain.clock_times import clock_time
from salesos_desktop.domain.day_choices import day_choices
from salesos_desktop.domain.working_days import WorkingDays
from salesos_desktop.errors import InvalidInput, NotFound, UserError
from salesos_desktop.services import (
    activities,
    activity_kinds,
    activity_plans,
    activity_subjects,
    checks,
    companies,
    contacts,
    leads,
    lists,
    merging,
    moves,
    next_steps,
    opportunities,
    reminders,
    undo,
)
from salesos_desktop.services import bin as waste
from salesos_desktop.services.workspace import Workspace
from tests.conftest import TODAY, StillClock, make_deals

TOMORROW = TODAY + timedelta(days=1)


def names(ws: Workspace) -> list[str]:
    return [each.name for each in activity_kinds.listing(ws)]


def test_a_kind_is_added_renamed_ordered_switched_off_and_undone(any_ws: Workspace) -> None:
    made = activity_kinds.add(any_ws, {"name": "Visita técnica", "icon": "truck", "minutes": 120})
    assert names(any_ws) == ["Call", "Meeting", "Email", "Task", "Visita técnica"]
    new = activity_kinds.listing(any_ws)[-1].kind
    assert (new.code, new.icon, new.minutes) == ("visita_tecnica", "truck", 120)
    planned = activities.plan(any_ws, {"kind": new.code, "due_on": TODAY}, None)
    assert (activities.get(any_ws, planned).subject, activities.get(any_ws, planned).minutes) == ("Visita técnica", 120)
    activity_kinds.edit(any_ws, made, {"name": "Visita", "minutes": 60})
    activity_kinds.place(any_ws, [made, *(each.id for each in activity_kinds.listing(any_ws)[:-1])])
    assert next(kind.name for kind in activities.kinds(any_ws)) == "Visita"
    activity_kinds.set_active(any_ws, made, False)
    assert "Visita" not in [kind.name for kind in activities.kinds(any_ws)]
    assert activities.get(any_ws, planned).kind == new.code, "what is of it stays"
    for _ in range(3):
        undo.undo(any_ws)
    assert names(any_ws)[-1] == "Visita técnica"


def test_what_is_used_or_the_programs_own_cannot_be_deleted(ws: Workspace) -> None:
    used = activity_kinds.add(ws, {"name": "Demo"})
    in_plan = activity_kinds.add(ws, {"name": "Test drive"})
    free = activity_kinds.add(ws, {"name": "Lunch"})
    waste_only = activities.plan(ws, {"kind": "demo"}, None)
    activities.delete(ws, [waste_only])
    activity_plans.save(ws, None, "Plan", (activity_plans.Step("test_drive", "", 0),))
    call = activity_kinds.listing(ws)[0].id
    for kind_id in (used, in_plan, call):
        with pytest.raises(UserError):
            activity_kinds.delete(ws, kind_id)
    activity_kinds.delete(ws, free)
    assert names(ws) == ["Call", "Meeting", "Email", "Task", "Demo", "Test drive"]
    undo.undo(ws)
    assert names(ws)[-1] == "Lunch"


def test_one_kind_is_always_left_and_doubles_are_refused(ws: Workspace) -> None:
    first, *others = activity_kinds.listing(ws)
    for each in others:
        activity_kinds.set_active(ws, each.id, False)
    with pytest.raises(UserError):
        activity_kinds.set_active(ws, first.id, False)
    with pytest.raises(InvalidInput) as refused:
        activity_kinds.add(ws, {"name": " MEETING "})
    assert refused.value.field == "name"
    with pytest.raises(NotFound):
        activity_kinds.place(ws, [first.id])


def test_a_deleted_activity_comes_back_out_of_the_bin_with_its_sign_and_reminder(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    values = {"subject": "Offer", "due_on": TOMORROW, "starts": "10:00", "reminder_minutes": 30}
    made = activities.plan(any_ws, values, ("opportunity", deal))
    remind_at = activities.get(any_ws, made).remind_at
    alone = activities.plan(any_ws, {"subject": "About nothing"}, None)
    activities.delete(any_ws, [made, alone])
    assert {(d.table, d.name, d.deleted_by) for d in waste.listing(any_ws).things} == {
        ("activity", "Offer", "Marta Ríos"), ("activity", "About nothing", "Marta Ríos"),
    }  # fmt: skip
    waste.restore_all(any_ws, [("activity", made), ("activity", alone)])
    assert activities.get(any_ws, made).remind_at == remind_at is not None
    assert opportunities.get(any_ws, deal).card.next_activity_on == TOMORROW
    activities.delete(any_ws, [made])
    opportunities.delete(any_ws, [deal])
    with pytest.raises(UserError):
        waste.restore(any_ws, "activity", [made])


def test_what_goes_for_good_takes_the_participants_along(ws: Workspace, clock: StillClock) -> None:
    (deal,) = make_deals(ws, 1)
    ana = contacts.create(ws, {"name": "Ana"})
    taking_part = {"participants": [{"contact_id": ana}, {"name": "Somebody"}]}
    activities.plan(ws, {"due_on": TODAY, **taking_part}, ("opportunity", deal))
    binned = activities.plan(ws, {"due_on": TODAY, **taking_part}, None)
    kept = activities.plan(ws, {"due_on": TODAY, "participants": [{"name": "Kept"}]}, None)
    opportunities.delete(ws, [deal])
    activities.delete(ws, [binned])
    contacts.delete(ws, [ana])
    clock.day += timedelta(days=31)
    waste.purge(ws)
    waste.purge(ws)
    with ws.store.read() as connection:
        left = {table: storage.children.rows(connection, table, {}) for table in ("activity", "activity_participant")}
        assert storage.children.rows(connection, "contact", {"id": ana}) == []
    assert [row["id"] for row in left["activity"]] == [kept]
    assert [row["name"] for row in left["activity_participant"]] == ["Kept"]
    assert checks.problems(ws) == []


def test_whoever_becomes_one_takes_part_once(any_ws: Workspace) -> None:
    ana, anna = (contacts.create(any_ws, {"name": name}) for name in ("Ana Ruiz", "Anna Ruiz"))
    both = activities.plan(any_ws, {"participants": [{"contact_id": ana}, {"contact_id": anna}]}, None)
    one = activities.plan(any_ws, {"participants": [{"contact_id": anna}]}, None)
    merging.merge(any_ws, "contact", ana, anna, {})
    for made in (both, one):
        assert [who.contact_id for who in activities.get(any_ws, made).participants] == [ana]
    assert {each.id for each in activities.of(any_ws, "contact", ana)} == {both, one}
    undo.undo(any_ws)
    assert [who.contact_id for who in activities.get(any_ws, both).participants] == [ana, anna]


def test_who_is_left_without_a_next_step(any_ws: Workspace) -> None:
    idle, busy, won = make_deals(any_ws, 3)
    lead = leads.create(any_ws, {"name": "Ana", "email": "a@example.com"})
    gone = leads.create(any_ws, {"name": "Bea", "email": "b@example.com"})
    firm = companies.create(any_ws, {"name": "Andina"})
    subjects = [("opportunity", idle), ("opportunity", busy), ("opportunity", won), ("lead", lead), ("lead", gone),
                ("company", firm), None]  # fmt: skip
    done = activities.plan_each(any_ws, {"due_on": TODAY}, subjects)
    activities.plan(any_ws, {"due_on": TOMORROW}, ("opportunity", busy))
    moves.win(any_ws, [won])
    leads.discard(any_ws, [gone], reason_id=lists.entries(any_ws, "discard_reason")[0].id)
    activities.finish(any_ws, done)
    found = next_steps.waiting(any_ws, done)
    assert [(each.table, each.id, each.name) for each in found] == [
        ("opportunity", idle, "Deal 0"),
        ("lead", lead, "Ana"),
    ]
    call, follow_up = next_steps.offers(any_ws)
    next_steps.plan(any_ws, follow_up, found)
    assert (call.kind, call.day, follow_up.day) == ("call", TOMORROW, TODAY + timedelta(days=3))
    assert opportunities.get(any_ws, idle).card.next_activity_on == follow_up.day
    assert next_steps.waiting(any_ws, done) == []


def test_putting_off_an_hour_gives_a_time_on_the_next_five_minutes(ws: Workspace, clock: StillClock) -> None:
    (deal,) = make_deals(ws, 1)
    whole_day = activities.plan(ws, {"due_on": TODAY - timedelta(days=3)}, ("opportunity", deal))
    timed = activities.plan(ws, {"due_on": TODAY, "starts": "01:00", "time_zone": "America/Lima"}, None)
    activities.put_off(ws, [whole_day, timed], 60)
    for made, zone in ((whole_day, "UTC"), (timed, "America/Lima")):
        found = activities.get(ws, made)
        assert found.due_at is not None
        assert timedelta(minutes=59, seconds=59) < found.due_at - clock.now() < timedelta(minutes=65)
        assert (found.due_at.minute % 5, found.time_zone.replace("Etc/", "")) == (0, zone)
    assert opportunities.get(ws, deal).card.next_activity_on == TODAY
    assert undo.possible(ws).undo == "Postpone 2 activities"


@pytest.mark.parametrize("minutes", [-1, 366 * 24 * 60 + 1, 10**18])
def test_nothing_is_put_off_for_ever(ws: Workspace, minutes: int) -> None:
    made = activities.plan(ws, {"due_on": TODAY})
    before = activities.get(ws, made)
    for put_off in (activities.put_off, reminders.snooze):
        with pytest.raises(InvalidInput, match="a year at most"):
            put_off(ws, [made], minutes)
    assert activities.get(ws, made) == before


def test_those_who_can_take_part_are_offered_by_name(any_ws: Workspace) -> None:
    names = ["Zoe", "Ana Zoe", "Leo Zoe", "Eva Zoe", "Bea Zoe", "Ivo Zoe"]
    for name in names:
        contacts.create(any_ws, {"name": name})
        leads.create(any_ws, {"name": name, "email": f"{name[:1]}@example.com"})
    first = ["Ana Zoe", "Bea Zoe", "Eva Zoe", "Ivo Zoe", "Leo Zoe"]
    contacts.edit(any_ws, 2, {"position": "CEO"})
    assert [each.name for each in activity_subjects.people(any_ws, "zoe")] == first
    found = activity_subjects.suggestions(any_ws, "zoe")
    assert [each.name for each in found if each.table == "lead"] == first


def test_what_it_can_be_about_is_found_by_typing(any_ws: Workspace) -> None:
    make_deals(any_ws, 1)
    firm = companies.create(any_ws, {"name": "Álamo Deal Motors"})
    ana = contacts.create(any_ws, {"name": "Ana Dealba", "company": "Andina"})
    lead = leads.create(any_ws, {"name": "Deal lead", "email": "a@example.com", "company": "Sur"})
    found = activity_subjects.suggestions(any_ws, "deál")
    assert [(f.table, f.name, f.detail) for f in found] == [
        ("opportunity", "Deal 0", "Company 0"), ("lead", "Deal lead", "Sur"), ("contact", "Ana Dealba", "Andina"),
        ("company", "Álamo Deal Motors", ""),
    ]  # fmt: skip
    assert {f.id for f in found} >= {firm, ana, lead}
    assert [(f.table, f.name) for f in activity_subjects.people(any_ws, "a")] == [
        ("contact", "Ana Dealba"), ("person", "Marta Ríos"),
    ]  # fmt: skip
    assert activity_subjects.suggestions(any_ws, "  ") == []
    leads.delete(any_ws, [lead])
    with pytest.raises(NotFound):
        activity_subjects.named(any_ws, "lead", lead)


@pytest.mark.parametrize(
    ("day", "tomorrow", "in_two", "next_week"),
    [
        (date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 30)),
        (date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 1), date(2026, 11, 30)),
        (date(2026, 11, 28), date(2026, 11, 30), date(2026, 12, 1), date(2026, 11, 30)),
    ],
)
def test_the_days_that_are_offered_are_worked(day: date, tomorrow: date, in_two: date, next_week: date) -> None:
    found = day_choices(WorkingDays(), day)
    assert (found.today, found.tomorrow, found.in_two, found.next_week) == (day, tomorrow, in_two, next_week)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ""), ("9", "09:00"), ("930", "09:30"), ("09:30", "09:30"), ("9.30", "09:30"), ("9h30", "09:30"),
        ("16 h", "16:00"), ("4:15 pm", "16:15"), ("12am", "00:00"), ("12 p. m.", "12:00"), ("24", None), ("9:75", None),
        ("13 pm", None), ("soon", None), ("1", "01:00"), ("1630", "16:30"),
    ],
)  # fmt: skip
def test_times_are_read_as_people_type_them(typed: str, read: str | None) -> None:
    assert clock_time(typed) == read
