"""Two people at one record with their own logins: who was faster is named to a rep too, and undo refuses what they changed."""

from __future__ import annotations

import pytest

from salesos_desktop.errors import Conflict
from salesos_desktop.services import drafts, moves, opportunities, undo
from salesos_desktop.services.drafts import KeptDrafts

from ..conftest import TODAY, stage_named
from .conftest import Team


def test_a_rep_is_told_who_was_faster_and_undo_leaves_what_others_changed(team: Team) -> None:
    ana, max_, marta = (team.as_(name) for name in ("ana", "max", "marta"))
    deal = opportunities.create(ana, {"name": "A", "value": 100, "expected_close": TODAY})
    shown = opportunities.get(ana, deal).row
    opportunities.edit(ana, deal, {"name": "By Ana"}, expect=shown)
    opportunities.edit(max_, deal, {"value": 200, "company": "Hers to see"}, expect=shown)
    with pytest.raises(Conflict) as refused:
        opportunities.edit(ana, deal, {"value": 300}, expect=shown)
    (clash,) = refused.value.clashes
    assert (clash.who, clash.theirs, clash.mine) == ("Max", "$2", "$3")
    undo.undo(ana)
    row = opportunities.get(ana, deal).row
    assert (row["name"], row["value"]) == ("A", 200), "another field of the deal is no hindrance"
    opportunities.edit(ana, deal, {"name": "Again"})
    opportunities.edit(marta, deal, {"name": "By Marta"})
    with pytest.raises(Conflict, match="Marta Ríos has changed “Again” since"):
        undo.undo(ana)
    assert opportunities.get(ana, deal).row["name"] == "By Marta"


def test_a_waiting_move_of_a_rep_gives_way_to_that_of_the_manager(team: Team) -> None:
    ana, max_ = team.as_("ana"), team.as_("max")
    deal = opportunities.create(ana, {"name": "A", "value": 100, "expected_close": TODAY})
    draft = KeptDrafts(ana).keep("move", [[deal], stage_named(ana, "Proposal").id], {}, "Proposal")
    moves.move(max_, [deal], stage_named(max_, "Negotiation").id)
    with pytest.raises(Conflict, match="Max has moved “A” meanwhile"):
        drafts.send(ana, draft)
