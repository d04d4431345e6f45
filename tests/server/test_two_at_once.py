"""Two people at one record with their own logins: who was faster is named to a rep too, and undo refuses what they changed."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from salesos_desktop.config import Preferences
from salesos_desktop.domain.products import Line
from salesos_desktop.errors import Conflict, Deadlock, WorkspaceError
from salesos_desktop.services import activities, attachments, draft_sending, moves, notes, opportunities, undo
from salesos_desktop.services.drafts import KeptDrafts
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.session import Session

from ..conftest import TODAY, make_deals, stage_named
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
        draft_sending.send(ana, draft)
    ana.catch_up()
    draft_sending.send(ana, draft_sending.insisted(ana, draft))
    assert opportunities.get(ana, deal).card.stage_id == draft.args[1], "a person may insist"


def test_what_a_rep_has_kept_of_every_day_is_sent_once(team: Team, tmp_path: Path) -> None:
    ana, max_ = team.as_("ana"), team.as_("max")
    (deal,) = make_deals(ana, 1)
    about, paper, kept = ("opportunity", deal), tmp_path / "offer.txt", KeptDrafts(ana)
    paper.write_text("An offer", encoding="utf-8")
    note = notes.add(ana, *about, "Hello")
    call = activities.plan(ana, {"kind": "call", "subject": "Ring", "due_on": ana.clock.today()}, about)
    for kind, args, given in (
        ("attach", [*about, [paper]], {}), ("lines", [deal, [Line(None, "Board", 1000, 5)], True], {}),
        ("share", [deal, max_.actor_id], {"may_edit": True}), ("activity_move", [[call], date(2027, 3, 1)], {}),
        ("note_delete", [note], {}), ("call", ["600100200", [about], "Yes"], {}),
    ):  # fmt: skip
        kept.keep(kind, kept.copied(args, kind), given, "", seen=ana.seen_seq, mark=kind)
    for draft in kept.all:
        for _ in range(2):
            before = ana.store.commits
            draft_sending.send(ana, draft)
        assert ana.store.commits == before, f"{draft.kind} is done once"
        kept.drop(draft)
    assert [each.name for each in attachments.of(max_, *about)] == ["offer.txt"]
    assert {each.subject for each in activities.of(max_, *about)} == {"Ring", "Call to 600100200"}
    assert notes.of(max_, *about) == []


def test_who_is_stopped_by_a_deadlock_is_asked_once_more_unseen(team: Team, qtbot: QtBot) -> None:
    looking = team.raw()
    theirs = f"ALTER ROLE max IN DATABASE {looking.info.dbname}"
    looking.execute(f"{theirs} SET deadlock_timeout = '20ms'")
    deal = opportunities.create(team.as_("ana"), {"name": "A", "value": 100, "expected_close": TODAY})
    max_, other = team.as_("max"), team.raw("ana")
    met: list[str] = []

    def rename(ws: Workspace) -> str:
        if met:
            while other.pgconn.get_result() is not None:
                pass
            other.execute("COMMIT")
        else:
            other.execute("BEGIN")
            other.execute("SELECT FROM opportunity FOR UPDATE")
        with ws.unit("edit", ["Rename", {}]) as uow:
            if not met:
                # Who has the row waits for the turn, and who has the turn for the row.
                other.pgconn.send_query(b"UPDATE opportunity SET value = 300")
                while looking.execute("SELECT pg_blocking_pids(%s)", [other.info.backend_pid]).fetchone() == ([],):
                    pass
            met.append("")
            uow.update("opportunity", deal, {"name": "By Max"})
        return "done"

    with closing(Session(max_, Preferences.load())) as session:
        answers: list[str] = []
        session.ask(rename, done=answers.append)
        qtbot.waitUntil(lambda: session.idle, timeout=15_000)
    looking.execute(f"{theirs} RESET deadlock_timeout")
    assert (len(met), answers) == (2, ["done"])
    row = opportunities.get(team.as_("ana"), deal).row
    assert (row["name"], row["value"]) == ("By Max", 300)


def test_what_was_committed_is_not_done_twice(team: Team) -> None:
    ana = team.as_("ana")

    def create(ws: Workspace) -> None:
        opportunities.create(ws, {"name": "A", "value": 100, "expected_close": TODAY})
        raise Deadlock("stopped")

    with pytest.raises(Deadlock):
        ana.ask(create)
    with ana.store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM opportunity").scalar() == 1


def test_a_server_that_has_no_time_is_said_in_a_sentence(team: Team) -> None:
    ana = team.as_("ana")

    def read(limit: str, what: str) -> None:
        with ana.store.read() as connection:
            connection.exec_driver_sql(f"SET LOCAL {limit} = 1")
            connection.exec_driver_sql(what)

    with pytest.raises(WorkspaceError, match="no time"):
        read("statement_timeout", "SELECT pg_sleep(9)")
    with team.raw() as own, own.transaction():
        own.execute("LOCK TABLE opportunity")
        with pytest.raises(WorkspaceError, match="no time"):
            read("lock_timeout", "TABLE opportunity")
