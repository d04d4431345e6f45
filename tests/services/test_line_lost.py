"""The line to a server is lost: it is noticed, told in a sentence, and comes back by itself; no commit is done twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import text

from salesos_desktop import bootstrap
from salesos_desktop.errors import LineLost, UserError
from salesos_desktop.services import activities, calls, draft_sending, opportunities
from salesos_desktop.services.drafts import KeptDrafts
from salesos_desktop.services.watcher import Watcher
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage import store as stores
from salesos_desktop.storage.server import listening
from salesos_desktop.storage.server.lines import cut, pauses
from tests import team as teams
from tests.conftest import StillClock, make_deals
from tests.following import followed, on_a_server, told_to, until, url_of
from tests.proxy import Cable, cable_to


@pytest.fixture
def cable(any_ws: Workspace) -> Iterator[Cable]:
    made = cable_to(url_of(any_ws))[0]
    yield made
    made.close()


@pytest.fixture
def far(any_ws: Workspace, cable: Cable, clock: StillClock) -> Iterator[Workspace]:
    """A member's program at the other end of the cable."""
    team = teams.made(url_of(any_ws), "t_far")
    made = bootstrap.open_team(replace(team.address, host="127.0.0.1", port=cable.port), clock=clock)
    yield made
    made.store.close()
    teams.gone(team)


@on_a_server
def test_a_cut_cable_is_told_and_mended_and_nothing_was_missed(any_ws: Workspace, far: Workspace, cable: Cable) -> None:
    told = told_to(far)
    with followed(far) as line:
        cable.cut()
        until(lambda: line == [False, True, True])
        assert "Nobody answers" in far.store.lost_because
        began = time.monotonic()
        with pytest.raises(LineLost, match=r"cannot be reached\. Nothing was saved"):
            make_deals(far, 1)
        with pytest.raises(LineLost, match=r"cannot be reached\. The program connects again"):
            opportunities.get(far, 1)
        assert time.monotonic() - began < 1, "nobody waits for a server that is known to be gone"
        make_deals(any_ws, 3)
        cable.plug()
        until(lambda: line == [False, True, True, False])
        until(lambda: len(told) == 3)
        make_deals(far, 1)
    assert [changes.origin for changes in told] == [any_ws.origin] * 3 + [far.origin]


@on_a_server
def test_a_silent_cable_is_noticed_also_by_who_waits_for_an_answer(
    far: Workspace, cable: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert listening.BEAT + listening.ANSWER < 15
    monkeypatch.setattr(listening, "BEAT", 0.1)
    monkeypatch.setattr(listening, "ANSWER", 0.3)

    asking = threading.Event()

    def wait() -> None:
        with far.store.read() as connection:
            connection.execute(text("SELECT 1"))
            asking.set()
            connection.execute(text("SELECT pg_sleep(30)"))

    with followed(far) as line, ThreadPoolExecutor(1) as worker:
        waiting = worker.submit(wait)
        assert asking.wait(5)
        cable.silent = True
        try:
            with pytest.raises(LineLost):
                waiting.result(5)
        finally:
            cable.hang_up()
        until(lambda: line == [False, True])
        cable.silent = False
        until(lambda: line == [False, True, False])


@on_a_server
@pytest.mark.parametrize(("lost", "kept"), [("unanswered", True), ("unsent", False)])
def test_a_commit_that_nobody_answered_is_asked_after(
    any_ws: Workspace, far: Workspace, cable: Cable, lost: str, kept: bool
) -> None:
    (deal,) = make_deals(any_ws, 1)
    far.catch_up()
    told = told_to(far)
    cable.commit = lost
    if kept:
        opportunities.edit(far, deal, {"value": 7})
    else:
        with pytest.raises(LineLost, match="not saved"):
            opportunities.edit(far, deal, {"value": 7})
    far.catch_up()
    assert [changes.origin for changes in told] == [far.origin] * kept
    assert (opportunities.get(any_ws, deal).card.value == 7) is kept
    opportunities.edit(far, deal, {"value": 8})
    assert opportunities.get(any_ws, deal).card.value == 8


@on_a_server
def test_a_commit_that_cannot_be_asked_after_yet_is_told_when_the_line_is_back(
    any_ws: Workspace, far: Workspace, cable: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "_PATIENCE", 0)
    (deal,) = make_deals(any_ws, 1)
    far.catch_up()
    told = told_to(far)
    cable.commit = "unanswered"
    cable.refuse = True
    with pytest.raises(LineLost) as lost:
        opportunities.edit(far, deal, {"value": 7})
    assert lost.value.uncertain
    assert not told
    make_deals(any_ws, 1)
    cable.refuse = False
    with followed(far):
        until(lambda: len(told) == 2)
    assert [changes.origin for changes in told] == [far.origin, any_ws.origin]
    far.catch_up()
    assert len(told) == 2


@on_a_server
def test_a_change_that_turns_out_never_to_have_been_saved_is_said_once(
    any_ws: Workspace, far: Workspace, cable: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "_PATIENCE", 0)
    (deal,) = make_deals(any_ws, 1)
    watcher = Watcher(far)
    watcher.poll()
    cable.commit = "unsent"
    cable.refuse = True
    with pytest.raises(LineLost) as lost:
        opportunities.edit(far, deal, {"value": 7})
    assert lost.value.uncertain
    with pytest.raises(LineLost):
        watcher.poll()
    cable.refuse = False
    with pytest.raises(UserError, match="“Edit “Deal 0”” was not saved"):
        watcher.poll()
    watcher.poll()


@on_a_server
@pytest.mark.parametrize("lost", ["unanswered", "unsent"])
def test_a_draft_whose_answer_was_lost_is_asked_after_and_there_once(
    any_ws: Workspace, far: Workspace, cable: Cable, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """The answer is lost when the change is first saved, and again each time that its draft is sent."""
    monkeypatch.setattr(stores.Store, "was_committed", lambda *_: None)
    (deal,) = make_deals(any_ws, 1)
    kept, watcher = KeptDrafts(far), Watcher(far)
    args = ["600100200", [("opportunity", deal)], "They agreed"]
    watcher.poll()
    cable.commit = lost
    with pytest.raises(LineLost) as stopped, far.once("a mark"):
        calls.log(far, *args)
    assert stopped.value.uncertain
    kept.keep("call", args, {}, "They agreed", unsure=True, mark="a mark", seen=far.seen_seq)
    for _ in range(2):
        (draft,) = KeptDrafts(far).all
        assert kept.claim(draft)
        cable.commit = lost
        with suppress(LineLost):
            draft_sending.send(far, draft)
        watcher.poll()
        kept.release()
    cable.commit = ""
    sent = [draft_sending.send(far, draft) for _ in range(2)]
    assert [each is None for each in sent] == [lost == "unanswered", True]
    assert [each.outcome for each in activities.of(any_ws, "opportunity", deal)] == ["They agreed"]
    with any_ws.store.read() as connection:
        points = "SELECT count(*) FROM points WHERE subject_table = 'activity'"
        assert connection.exec_driver_sql(points).scalar_one() == 1


@on_a_server
def test_a_connection_that_was_at_work_when_the_line_was_cut_is_closed_when_it_comes_back(any_ws: Workspace) -> None:
    at_work = any_ws.store.engine.raw_connection()
    line = at_work.driver_connection
    cut(any_ws.store.engine)
    at_work.close()
    assert line is not None
    assert line.closed


@on_a_server
def test_nothing_is_prepared_where_a_pooler_stands_between(far: Workspace, cable: Cable) -> None:
    for cable.pooled in (True, False):
        far.store.engine.dispose()
        for _ in range(8):
            far.load()
        with far.store.read() as connection:
            prepared = connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar_one()
        assert (prepared == 0) is cable.pooled


def test_pauses_grow_and_are_bounded() -> None:
    waits = [wait for wait, _ in zip(pauses(), range(30), strict=False)]
    assert max(waits[:2]) < 1
    assert 5 < max(waits) <= 15
    assert len(set(waits)) == 30
