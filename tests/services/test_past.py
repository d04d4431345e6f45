"""Records as they were, and single fields put back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesos_desktop.domain.contacts import BuyingRole, ContactPoint, PointKind
from salesos_desktop.domain.products import Line
from salesos_desktop.errors import Conflict, InvalidInput, NotFound, UserError
from salesos_desktop.services import (
    companies,
    contact_points,
    contacts,
    custom_fields,
    deal_contacts,
    leads,
    lines,
    moves,
    notes,
    opportunities,
    past,
    restoring,
    timeline,
    undo,
)
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.queries import children
from salesos_desktop.storage.queries.timeline import points_of
from salesos_desktop.storage.tracking import TRACKED
from tests.conftest import TODAY, StillClock, make_deals, stage_named


def row_now(ws: Workspace, table: str, row_id: int) -> dict[str, Any]:
    with ws.store.read() as connection:
        row = children.rows(connection, table, {"id": row_id})[0]
    return {name: row[name] for name in TRACKED[table]}


def hanging_now(ws: Workspace, deal: int) -> list[list[Any]]:
    with ws.store.read() as connection:
        found = children.rows(connection, "opportunity_line", {"opportunity_id": deal})
        people = children.rows(connection, "opportunity_contact", {"opportunity_id": deal})
        kept = children.rows(
            connection, "note", {"subject_table": "opportunity", "subject_id": deal, "deleted_at": None}
        )
    return [
        sorted((row["description"], row["quantity_thousandths"]) for row in found),
        sorted((row["contact_id"], row["buying_role"]) for row in people), sorted(row["body"] for row in kept),
    ]  # fmt: skip


def hanging_then(found: past.Past) -> list[list[Any]]:
    sold = [line.split(":", 4) for line in found.hanging.get("opportunity_line", [])]
    people = [line.split(":", 1) for line in found.hanging.get("opportunity_contact", [])]
    return [
        sorted((line[4], int(line[1])) for line in sold), sorted((int(number), role) for number, role in people),
        sorted(found.hanging.get("note_row", [])),
    ]  # fmt: skip


EDITS = st.one_of(
    st.tuples(st.just("name"), st.sampled_from(["One", "Two", "Ñandú & Söhne"])),
    st.tuples(st.just("value"), st.sampled_from([0, 1, 250_000, None])),
    st.tuples(st.just("currency"), st.sampled_from(["USD", "EUR"])),
    st.tuples(st.just("priority"), st.sampled_from(["high", "low"])),
    st.tuples(st.just("tags"), st.sampled_from([[], ["vip"], ["vip", "sur"]])),
    st.tuples(st.just("custom"), st.sampled_from([{"colour": "red"}, {"colour": "blue"}, {"colour": None}])),
    st.tuples(st.just("company"), st.sampled_from(["", "Acme", "Other"])),
    st.tuples(st.just("probability"), st.sampled_from([None, 33])),
    st.tuples(st.just("stage"), st.sampled_from(["Prospecting", "Proposal", "Won"])),
    st.tuples(st.just("owner_id"), st.sampled_from([None, 1])),
    st.tuples(st.just("line"), st.sampled_from(["Machine", "Service"])),
    st.tuples(st.just("note_row"), st.sampled_from(["Called", "Wrote"])),
    st.tuples(st.just("person"), st.sampled_from(["decides", "uses"])),
    st.tuples(st.just("undo"), st.none()),
)


def do(ws: Workspace, deal: int, person: int, what: str, value: Any) -> None:
    """One edit of the day; one that the rules refuse changes nothing."""
    try:
        if what == "stage":
            moves.move(ws, [deal], stage_named(ws, value).id)
        elif what == "line":
            there = list(lines.lines_of(ws, deal).lines)
            lines.set_lines(ws, deal, [*there, Line(None, value, 1000 * (len(there) + 1), 5_00, 0)][-2:], False)
        elif what == "note_row":
            notes.add(ws, "opportunity", deal, value)
        elif what == "person":
            known = [each.contact_id for each in deal_contacts.of(ws, deal)]
            change = deal_contacts.set_role if person in known else deal_contacts.add
            change(ws, deal, person, BuyingRole(value))
        elif what == "undo":
            undo.undo(ws)
        else:
            opportunities.edit(ws, deal, {what: value})
    except UserError:
        pass


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.lists(EDITS, max_size=5), min_size=2, max_size=5))
def test_every_day_is_given_back_as_it_ended(
    ws: Workspace, clock: StillClock, days: list[list[tuple[str, Any]]]
) -> None:
    clock.day = max(clock.day, TODAY) + timedelta(days=1)
    if not custom_fields.fields(ws, "opportunity"):
        custom_fields.save(ws, {"label": "Colour", "key": "colour", "subject": "opportunity", "form": "text"})
    deal = make_deals(ws, 1)[0]
    person = contacts.create(ws, {"name": "Ana"})
    ended: dict[date, tuple[dict[str, Any], list[list[Any]]]] = {}
    for edits in days:
        for what, value in edits:
            do(ws, deal, person, what, value)
        ended[clock.day] = (row_now(ws, "opportunity", deal), hanging_now(ws, deal))
        clock.day += timedelta(days=1)
    for day, (row, hanging) in ended.items():
        found = past.as_of(ws, "opportunity", deal, day)
        assert found.row == row, day
        assert hanging_then(found) == hanging, day
    newest = past.as_of(ws, "opportunity", deal, clock.day)
    assert newest.changed == 0


class Clock(StillClock):
    """A clock that can be set to the minute, somewhere else."""

    def __init__(self, zone: str) -> None:
        super().__init__()
        self.at, self._zone = datetime(2026, 11, 1, 12, tzinfo=UTC), ZoneInfo(zone)

    def now(self) -> datetime:
        return self.at

    def zone(self) -> tzinfo | None:
        return self._zone


def test_a_day_ends_at_midnight_where_the_person_is(any_ws: Workspace) -> None:
    ws = any_ws
    clock = Clock("America/Bogota")
    ws.clock = clock
    clock.at = datetime(2026, 11, 10, 4, 59, tzinfo=UTC)
    deal = make_deals(ws, 1)[0]
    clock.at = datetime(2026, 11, 10, 5, 0, tzinfo=UTC)
    opportunities.edit(ws, deal, {"name": "After midnight"})
    found = past.as_of(ws, "opportunity", deal, date(2026, 11, 9))
    assert found.row is not None
    assert (found.row["name"], found.changed) == ("Deal 0", 1)
    assert [(each.field, each.then, each.now) for each in found.fields if each.then != each.now] == [
        ("name", "Deal 0", "After midnight")
    ]
    today = past.as_of(ws, "opportunity", deal, date(2026, 11, 10))
    assert today.row is not None
    assert today.row["name"] == "After midnight"
    assert past.as_of(ws, "opportunity", deal, date(2026, 11, 8)).row is None
    with pytest.raises(NotFound):
        past.as_of(ws, "opportunity", 4711, TODAY)


def test_what_hung_on_a_deal_and_what_became_of_it(ws: Workspace, clock: StillClock) -> None:
    deal = make_deals(ws, 1)[0]
    kept, gone = (notes.add(ws, "opportunity", deal, body) for body in ("Stays", "Goes"))
    clock.day += timedelta(days=1)
    notes.delete(ws, gone)
    notes.add(ws, "opportunity", deal, "Comes")
    found = past.as_of(ws, "opportunity", deal, TODAY)
    assert [(each.then, each.now) for each in found.lines] == [("Stays", "Stays"), ("Goes", None), (None, "Comes")]
    assert kept


def earlier(ws: Workspace, table: str, row_id: int, field: str) -> timeline.Entry:
    """The last change of a field."""
    return [entry for entry in timeline.entries(ws, row_id, table) if entry.field == field][-1]


def test_fields_go_back_through_their_own_services_and_undo_brings_them_again(any_ws: Workspace) -> None:
    ws = any_ws
    custom_fields.save(ws, {"label": "Colour", "key": "colour", "subject": "both", "form": "text"})
    deal = make_deals(ws, 1, custom={"colour": "red"})[0]
    lead = leads.create(ws, {"name": "Ana", "email": "ana@example.com"})
    company = companies.create(ws, {"name": "Acme", "employees": 5})
    contact = contacts.create(ws, {"name": "Ana", "company_id": company})
    cases: list[tuple[str, int, dict[str, Any], str]] = [
        ("opportunity", deal, {"value": 7}, "value"), ("opportunity", deal, {"company": "Another"}, "company"),
        ("opportunity", deal, {"expected_close": None}, "expected_close"), ("opportunity", deal, {"tags": ["x"]}, "tags"),
        ("opportunity", deal, {"custom": {"colour": None}}, "custom:Colour"), ("lead", lead, {"phone": "+34600111222"}, "phone"),
        ("lead", lead, {"status": "contacted"}, "status"), ("company", company, {"employees": 7}, "employees"),
        ("contact", contact, {"company_id": None}, "company"),
    ]  # fmt: skip
    services = {"opportunity": opportunities, "lead": leads, "company": companies, "contact": contacts}
    for table, row_id, values, field in cases:
        before = row_now(ws, table, row_id)
        services[table].edit(ws, row_id, values)
        after = row_now(ws, table, row_id)
        change = earlier(ws, table, row_id, field)
        assert restoring.possible(table, change.path)
        assert restoring.restore(ws, table, row_id, change.path, change.was, currency=change.currency_was) is not None
        assert row_now(ws, table, row_id) == before, field
        assert restoring.restore(ws, table, row_id, change.path, change.was) is None, "it has that value already"
        undo.undo(ws)
        assert row_now(ws, table, row_id) == after, field


def earned(ws: Workspace) -> int:
    with ws.store.read() as connection:
        return points_of(connection, ws.actor_id)


def test_notes_go_back_to_what_they_said_out_of_the_bin_too(any_ws: Workspace) -> None:
    ws, (deal, other) = any_ws, make_deals(any_ws, 2)
    subject = ("opportunity", deal)
    said, beside = notes.add(ws, *subject, "First"), notes.add(ws, *subject, "First")
    notes.add(ws, "opportunity", other, "First")
    points = earned(ws)

    def bodies() -> dict[int, str]:
        return {note.id: note.body for note in notes.of(ws, *subject)}

    def back(change: timeline.Entry, text: Any) -> Any:
        assert restoring.possible("opportunity", change.path)
        return restoring.restore(ws, *subject, change.path, text)

    notes.edit(ws, said, "Second")
    change = earlier(ws, *subject, "note_row")
    assert back(change, "First") is not None
    assert bodies() == {said: "First", beside: "First"}
    assert back(change, "First") is None, "it says that already"
    undo.undo(ws)
    assert bodies() == {said: "Second", beside: "First"}
    notes.delete(ws, said)
    assert back(earlier(ws, *subject, "note_row"), "Second") is not None
    assert (bodies(), earned(ws)) == ({said: "Second", beside: "First"}, points)
    undo.undo(ws)
    assert bodies() == {beside: "First"}
    assert back(change, "First") is not None, "deleted and otherwise"
    assert bodies() == {said: "First", beside: "First"}
    with pytest.raises(UserError, match="nothing yet"):
        back(change, None)


def test_emails_and_phones_go_back_with_their_kind_and_label(any_ws: Workspace) -> None:
    ws = any_ws
    mobile = ContactPoint(PointKind.PHONE, "+34 600 11 12 22", "mobile")
    ana = contacts.create(
        ws, {"name": "Ana", "points": [ContactPoint(PointKind.EMAIL, "a@example.com", "work"), mobile]}
    )
    subject = ("contact", ana)

    def reached() -> list[tuple[str, str]]:
        return [(point.value, point.label) for point in contact_points.of(ws, *subject)]

    before = reached()
    contacts.edit(ws, ana, {"email": "b@example.com"})
    change = earlier(ws, *subject, "contact_point")
    assert restoring.restore(ws, *subject, change.path, "a@example.com") is not None
    assert (reached(), row_now(ws, *subject)["email"]) == (before, "a@example.com")
    assert restoring.restore(ws, *subject, change.path, "a@example.com") is None
    undo.undo(ws)
    contact_points.remove(ws, *subject, contact_points.of(ws, *subject)[0])
    assert restoring.restore(ws, *subject, change.path, "a@example.com") is not None, "of one that is gone by now"
    assert reached() == before
    contact_points.remove(ws, *subject, contact_points.of(ws, *subject)[1])
    gone = earlier(ws, *subject, "contact_point")
    assert restoring.restore(ws, *subject, gone.path, gone.was) is not None
    assert reached() == before
    undo.undo(ws)
    assert reached() == before[:1]


def test_what_cannot_go_back_is_refused_with_the_way_that_can(ws: Workspace) -> None:
    deal = make_deals(ws, 1)[0]
    moves.move(ws, [deal], stage_named(ws, "Proposal").id)
    change = earlier(ws, "opportunity", deal, "stage")
    with pytest.raises(UserError, match="moving the deal"):
        restoring.restore(ws, "opportunity", deal, change.path, change.was)
    opportunities.edit(ws, deal, {"currency": "EUR"})
    with pytest.raises(InvalidInput, match="was in USD"):
        restoring.restore(ws, "opportunity", deal, "value", "5", currency="USD")
    opportunities.edit(ws, deal, {"contact": "Ana"})
    ana = row_now(ws, "opportunity", deal)["contact_id"]
    opportunities.edit(ws, deal, {"contact": ""})
    contacts.delete(ws, [ana])
    with pytest.raises(InvalidInput, match="“Ana” is no longer there"):
        restoring.restore(ws, "opportunity", deal, "contact_id", str(ana))
    with pytest.raises(Conflict):
        restoring.restore(ws, "opportunity", deal, "name", "Other", expect={"name": "As it was"})
    assert row_now(ws, "opportunity", deal)["name"] == "Deal 0"


def test_the_last_day_at_whose_end_a_row_was_otherwise_is_never_before_it_came(
    any_ws: Workspace, clock: StillClock
) -> None:
    clock.day = TODAY - timedelta(days=9)
    deal = make_deals(any_ws, 1)[0]
    clock.day = TODAY
    assert past.latest_other(any_ws, "opportunity", deal) == TODAY - timedelta(days=9)
    clock.day = TODAY - timedelta(days=4)
    opportunities.edit(any_ws, deal, {"value": 250_000})
    clock.day = TODAY
    day = past.latest_other(any_ws, "opportunity", deal)
    assert day == TODAY - timedelta(days=5)
    assert past.as_of(any_ws, "opportunity", deal, day).changed == 1
    assert past.as_of(any_ws, "opportunity", deal, day + timedelta(days=1)).changed == 0
    notes.add(any_ws, "opportunity", deal, "What hangs on it counts")
    assert past.latest_other(any_ws, "opportunity", deal) == TODAY - timedelta(days=1)
