"""Deals shared with colleagues: what is told, what history has, and that undo takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from salesos_desktop import storage
from salesos_desktop.errors import InvalidInput
from salesos_desktop.services import bin as deleted
from salesos_desktop.services import merging, opportunities, people, sharing, team, timeline, undo
from salesos_desktop.services.checks import problems
from salesos_desktop.services.messages import render
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals


def _shares(ws: Workspace, deal: int) -> list[tuple[str, bool]]:
    return [(each.name, each.may_edit) for each in sharing.of(ws, deal)]


def _told(ws: Workspace, person: int) -> list[str]:
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, "notification", {"person_id": person, "kind": "shared"})
    return [render(row["title"]) for row in rows]


def test_a_deal_is_shared_told_kept_in_its_history_and_taken_back(any_ws: Workspace) -> None:
    ws = any_ws
    eva, deal = team.take_in(ws, "Eva"), make_deals(ws, 1)[0]
    me = people.me(ws).name
    assert sharing.share(ws, deal, eva) is not None
    assert sharing.share(ws, deal, eva) is None, "it is so already"
    sharing.share(ws, deal, eva, may_edit=True)
    assert _shares(ws, deal) == [("Eva", True)]
    assert _told(ws, eva) == [f"{me} shows you Deal 0", f"{me} lets you edit Deal 0"]
    undo.undo(ws)
    assert _shares(ws, deal) == [("Eva", False)]
    undo.redo(ws)
    sharing.stop(ws, deal, eva)
    assert _shares(ws, deal) == []
    assert _told(ws, eva)[-1] == f"{me} no longer shares Deal 0 with you"
    said = [(entry.before, entry.after) for entry in timeline.entries(ws, deal) if entry.field == "share"]
    assert said[0] == (None, "Eva (may see)")
    assert said[-1] == ("Eva (may edit)", None)
    undo.undo(ws)
    assert _shares(ws, deal) == [("Eva", True)]
    assert not problems(ws)


def test_it_is_shared_only_with_colleagues_who_are_here_and_goes_with_the_deal(any_ws: Workspace) -> None:
    ws = any_ws
    eva, leo = team.take_in(ws, "Eva"), team.take_in(ws, "Leo")
    deal, other = make_deals(ws, 2)
    with pytest.raises(InvalidInput, match="theirs already"):
        sharing.share(ws, deal, ws.actor_id)
    team.set_active(ws, leo, False)
    with pytest.raises(InvalidInput, match="does not work here"):
        sharing.share(ws, deal, leo)
    sharing.share(ws, other, eva, may_edit=True)
    merging.merge(ws, "opportunity", deal, other)
    assert _shares(ws, deal) == [("Eva", True)]
    opportunities.delete(ws, [deal])
    ws.clock.day += timedelta(days=40)  # type: ignore[attr-defined]
    while deleted.tidy(ws):
        pass
    with ws.store.read() as connection:
        assert storage.children.rows(connection, "share", {}) == []
