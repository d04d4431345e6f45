"""Two people write the same thing at the same moment: one of them waits and then sees what the other did."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from sqlalchemy import text

from salesos_desktop.errors import UserError
from salesos_desktop.services import duplicates, leads
from salesos_desktop.services.workspace import Workspace

on_a_server = pytest.mark.parametrize("any_ws", ["postgresql"], indirect=True)


def meanwhile(ws: Workspace, act: Callable[[Workspace], Any]) -> Future[Any]:
    """Begins ``act`` on a connection of its own and waits until it waits for a lock, or is done."""
    rival = Workspace(ws.store, ws.clock)
    rival.load()
    pool = ThreadPoolExecutor(1)
    acting = pool.submit(act, rival)
    pool.shutdown(wait=False)
    if ws.store.path is not None:
        # A file keeps no list of who waits.
        wait([acting], timeout=0.5)
        return acting
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(1000):
        with ws.store.engine.connect() as connection:
            if acting.done() or connection.execute(waiting).scalar_one():
                break
        time.sleep(0.01)
    return acting


@on_a_server
def test_a_lead_is_taken_once(any_ws: Workspace) -> None:
    lead = leads.create(any_ws, {"name": "Ana Ruiz", "email": "ana@example.com", "owner_id": None})
    with any_ws.unit("x", ["x", {}]) as uow:
        luis = uow.insert("person", {"name": "Luis Mar", "folded": "luis mar"})
    with any_ws.unit("x", ["x", {}]) as uow:
        uow.update("lead", lead, {"owner_id": luis})
        late = meanwhile(any_ws, lambda ws: leads.claim(ws, [lead]))
        assert not late.done()
    with pytest.raises(UserError, match="Luis Mar has already taken “Ana Ruiz”"):
        late.result(30)
    assert leads.get(any_ws, lead).owner == "Luis Mar"


def test_the_same_form_sent_twice_makes_one_lead(any_ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"name": "Ana Ruiz", "email": "ana@example.com"}
    insert, late = leads.insert, []

    def inserted(ws: Workspace, *arguments: Any) -> int:
        made = insert(ws, *arguments)
        if not late:
            late.append(meanwhile(ws, lambda rival: duplicates.create_unless_there(rival, values)))
        return made

    monkeypatch.setattr(leads, "insert", inserted)
    first, match = duplicates.create_unless_there(any_ws, values)
    assert match is None
    second, match = late[0].result(30)
    assert second == first
    assert match is not None
    assert match.reason == "email"
