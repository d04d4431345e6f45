"""Notes and check lists; on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from salesos_desktop.errors import Conflict, InvalidInput, NotFound
from salesos_desktop.services import checklists, checks, contacts, leads, notes, opportunities, people, timeline, undo
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals


def bodies(ws: Workspace, table: str, row_id: int) -> list[str]:
    return [note.body for note in notes.of(ws, table, row_id)]


def test_notes_are_kept_as_typed_newest_first_and_the_pinned_one_above(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    first = notes.add(any_ws, "opportunity", deal, "# Call\n\n- **one**\n")
    second = notes.add(any_ws, "opportunity", deal, "second")
    assert bodies(any_ws, "opportunity", deal) == ["second", "# Call\n\n- **one**"]
    notes.pin(any_ws, first)
    assert bodies(any_ws, "opportunity", deal)[0].startswith("# Call")
    notes.pin(any_ws, second)
    assert [note.pinned for note in notes.of(any_ws, "opportunity", deal)] == [True, False]
    undo.undo(any_ws)
    assert [(n.id, n.pinned) for n in notes.of(any_ws, "opportunity", deal)] == [(first, True), (second, False)]
    notes.edit(any_ws, second, "changed")
    note = notes.of(any_ws, "opportunity", deal)[1]
    assert (note.body, note.author) == ("changed", "Marta Ríos")
    assert note.edited_at is not None
    assert note.edited_at > note.created_at
    with pytest.raises(InvalidInput):
        notes.edit(any_ws, second, " \n ")
    if any_ws.store.path is not None:
        assert checks.problems(any_ws) == []


def test_a_note_gives_points_once_and_none_when_it_goes_again(any_ws: Workspace) -> None:
    ana = contacts.create(any_ws, {"name": "Ana"})
    note = notes.add(any_ws, "contact", ana, "spoke to her")
    assert people.me(any_ws).points == 2
    notes.edit(any_ws, note, "spoke to her again")
    assert people.me(any_ws).points == 2
    notes.delete(any_ws, note)
    assert (people.me(any_ws).points, bodies(any_ws, "contact", ana)) == (0, [])
    with pytest.raises(NotFound):
        notes.pin(any_ws, note)
    undo.undo(any_ws)
    assert (people.me(any_ws).points, bodies(any_ws, "contact", ana)) == (2, ["spoke to her again"])


def test_a_note_is_an_activity_of_a_lead_and_can_be_taken_back_after_another(ws: Workspace) -> None:
    lead = leads.create(ws, {"name": "Ana", "email": "a@example.com"})
    assert leads.get(ws, lead).row["last_activity_at"] is None
    first = notes.add(ws, "lead", lead, "one")
    ws.actor_id, me = 0, ws.actor_id
    notes.add(ws, "lead", lead, "two, by somebody else")
    latest = leads.get(ws, lead).row["last_activity_at"]
    ws.actor_id = me
    undo.undo(ws)
    assert [n.id for n in notes.of(ws, "lead", lead)] == [first + 1]
    assert leads.get(ws, lead).row["last_activity_at"] == latest
    leads.delete(ws, [lead])
    with pytest.raises(NotFound):
        notes.add(ws, "lead", lead, "three")


def test_a_check_list_counts_on_its_deal(any_ws: Workspace) -> None:
    (deal,) = make_deals(any_ws, 1)
    one, two, three = (checklists.add(any_ws, deal, text) for text in ("one", "two", "three"))

    def counted() -> tuple[int, int]:
        row = opportunities.get(any_ws, deal).row
        return row["checks_done"], row["checks_total"]

    checklists.tick(any_ws, two)
    assert counted() == (1, 3)
    checklists.reorder(any_ws, deal, [three, one])
    checklists.rename(any_ws, one, "first")
    assert [(i.text, i.done) for i in checklists.of(any_ws, deal)] == [
        ("three", False),
        ("first", False),
        ("two", True),
    ]
    checklists.remove(any_ws, two)
    assert counted() == (0, 2)
    undo.undo(any_ws)
    assert counted() == (1, 3)
    checklists.tick(any_ws, two, False)
    assert counted() == (0, 3)
    with pytest.raises(InvalidInput):
        checklists.add(any_ws, deal, "  ")
    if any_ws.store.path is not None:
        assert checks.problems(any_ws) == []


def test_one_note_on_a_deal_and_a_contact_is_one_step_and_gives_points_once(ws: Workspace) -> None:
    (deal,) = make_deals(ws, 1)
    ana = contacts.create(ws, {"name": "Ana"})
    lead = leads.create(ws, {"name": "Luis", "email": "luis@example.com"})
    before = people.me(ws).points
    notes.add_to_all(ws, [("opportunity", deal), ("contact", ana), ("lead", lead)], "Call: yes")
    assert people.me(ws).points - before == ws.point_rules["note_logged"]
    assert leads.get(ws, lead).row["last_activity_at"] == notes.of(ws, "lead", lead)[0].created_at
    for table, row_id in (("opportunity", deal), ("contact", ana)):
        assert bodies(ws, table, row_id) == ["Call: yes"]
        assert timeline.entries(ws, row_id, table)[-1].field == "note_row"
    undo.undo(ws)
    assert bodies(ws, "opportunity", deal) == bodies(ws, "contact", ana) == []
    with pytest.raises(NotFound):
        notes.add_to_all(ws, [("opportunity", deal), ("contact", 999)], "Call: yes")
    assert bodies(ws, "opportunity", deal) == []


def test_undoing_one_persons_tick_counts_what_others_have_ticked_since(any_ws: Workspace) -> None:
    deal = make_deals(any_ws, 1)[0]
    first, second = (checklists.add(any_ws, deal, text) for text in ("one", "two"))
    checklists.tick(any_ws, first)
    me = any_ws.actor_id
    with any_ws.unit("x", ["x", {}], undoable=False) as uow:
        any_ws.actor_id = uow.insert("person", {"name": "Luis Mar", "folded": "luis mar"})
    checklists.tick(any_ws, second)
    any_ws.actor_id = me
    undo.undo(any_ws)
    assert [item.done for item in checklists.of(any_ws, deal)] == [False, True]
    card = opportunities.get(any_ws, deal).card
    assert (card.checks_done, card.checks_total) == (1, 2)
    with pytest.raises(Conflict, match=r"Luis Mar has changed “two”"):
        undo.undo(any_ws)
