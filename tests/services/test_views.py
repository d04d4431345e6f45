"""Saved views: own and shared, renamed, updated, starred, deleted; each step can be undone."""

from __future__ import annotations

import pytest

from salesos_desktop.errors import InvalidInput, NotFound, UserError
from salesos_desktop.i18n import N_
from salesos_desktop.services import dashboards, undo, views
from salesos_desktop.services.workspace import Workspace

NARROW = {"filter": {"owner": 1}, "table": {"order": ["name"], "sorts": [["value", True]]}, "group": "stage"}


def as_somebody_else(ws: Workspace) -> int:
    """Another person sits down; returns who was there."""
    before = ws.actor_id
    with ws.unit("test", [N_("Edit “{name}”"), {"name": ""}], undoable=False) as uow:
        ws.actor_id = uow.insert("person", {"name": "Ana", "folded": "ana", "created_at": uow.at})
    return before


def test_a_view_is_kept_as_it_is_and_changes_step_by_step(any_ws: Workspace) -> None:
    made = views.save(any_ws, "deals", " My  view ", NARROW)
    (view,) = views.listing(any_ws, "deals")
    assert (view.name, view.mine, view.shared, view.default, view.definition) == ("My view", True, False, False, NARROW)
    assert views.listing(any_ws, "board") == []
    with pytest.raises(InvalidInput):
        views.save(any_ws, "deals", "MY VIEW", {})
    views.save(any_ws, "board", "My view", {})
    views.rename(any_ws, made, "Ours")
    views.update(any_ws, made, {"filter": {}})
    views.set_default(any_ws, "deals", made)
    assert [(v.name, v.default, v.definition) for v in views.listing(any_ws, "deals")] == [
        ("Ours", True, {"filter": {}})
    ]
    views.delete(any_ws, made)
    assert views.listing(any_ws, "deals") == []
    undo.undo(any_ws)
    assert views.listing(any_ws, "deals")[0].default
    for _ in range(3):
        undo.undo(any_ws)
    assert views.listing(any_ws, "deals") == [view]


def test_others_use_what_is_shared_and_only_the_owner_changes_it(any_ws: Workspace) -> None:
    hidden, shared = views.save(any_ws, "deals", "Hidden", {}), views.save(any_ws, "deals", "Team", NARROW)
    views.share(any_ws, shared, True)
    marta = as_somebody_else(any_ws)
    own = views.save(any_ws, "deals", "Team", {})
    assert [(v.id, v.owner) for v in views.listing(any_ws, "deals")] == [(own, ""), (shared, "Marta Ríos")]
    for change in (lambda: views.delete(any_ws, shared), lambda: views.rename(any_ws, shared, "X"),
                   lambda: views.update(any_ws, shared, {})):  # fmt: skip
        with pytest.raises(UserError, match="Marta Ríos"):
            change()
    views.set_default(any_ws, "deals", shared)
    with pytest.raises(NotFound):
        views.set_default(any_ws, "deals", hidden)
    assert [v.default for v in views.listing(any_ws, "deals")] == [False, True]
    any_ws.actor_id = marta
    assert [v.default for v in views.listing(any_ws, "deals")] == [False, False]
    views.share(any_ws, shared, False)
    with pytest.raises(NotFound):
        views.share(any_ws, 999, True)


def test_undo_names_what_was_kept_and_what_was_done(ws: Workspace) -> None:
    figure, scenario = views.save(ws, "figure", "Won", {}), views.save(ws, "scenario", "Brave", {})
    views.share(ws, figure, True)
    views.delete(ws, scenario)
    dashboards.arrange(ws, {"hidden": ["key"]}, ["Hide the card “{name}”", {"name": "Key figures"}])
    dashboards.arrange(ws, {}, ["Show the card “{name}”", {"name": "Key figures"}])
    said = list[str | None]()
    for _ in range(6):
        said.append(undo.possible(ws).undo)
        undo.undo(ws)
    assert said == [
        "Show the card “Key figures”", "Hide the card “Key figures”", "Delete the scenario “Brave”",
        "Share the figure “Won”", "Save the scenario “Brave”", "Save the figure “Won”",
    ]  # fmt: skip


def test_a_definition_that_nobody_can_read_is_empty_and_one_too_large_is_refused(ws: Workspace) -> None:
    made = views.save(ws, "deals", "Broken", {})
    for text in ("[not json", "[" * 20_000):
        with ws.unit("test", [N_("Edit “{name}”"), {"name": ""}], undoable=False) as uow:
            uow.update("saved_view", made, {"definition": text, "default_for": "7"})
        assert [(v.definition, v.default) for v in views.listing(ws, "deals")] == [({}, False)]
    with pytest.raises(InvalidInput):
        views.save(ws, "deals", "Large", {"filter": "x" * views.LARGEST})
