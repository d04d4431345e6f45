"""A workspace in a file goes to a server whole, and a server's comes back as a file: the same rows, figures, past and files."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.ranking import Period
from salesos_desktop.errors import InvalidInput, UserError, WorkspaceError
from salesos_desktop.services import (
    attachments,
    backups,
    board,
    checks,
    demo,
    forecast,
    leaderboard,
    moves,
    moving,
    opportunities,
    past,
    presence,
    search,
    timeline,
    undo,
)
from salesos_desktop.services import team as teams
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.schema import TABLES
from salesos_desktop.storage.store import Store

from ..conftest import TODAY, StillClock, _fresh_database, copied
from .conftest import PASSWORD, Team

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
OFFER = b"offer" * 500_000
OWN = {
    "setting": lambda row: row["name"] in ("local_person", "moved_in", "workspace"),
    "change_log": lambda row: row["verb"] == "settings" and row["origin"] == "cli",
}
"""Rows that are the server's or the file's own, or the move itself."""
APART = {"xid", "login", "role", "visited_at"}


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a team's deals, a move to take back and an attached file."""
    path = tmp_path_factory.mktemp("demo") / "own.salesos"
    ws = copied(path, StillClock())
    demo.fill(ws, 40)
    deal = board.listed(ws, DealFilter(held=None), limit=1)[0].id
    offer = path.with_name("offer.pdf")
    offer.write_bytes(OFFER)
    attachments.add_files(ws, "opportunity", deal, [offer])
    moves.move(ws, [deal], board.stages(ws)[3].id)
    ws.store.close()
    return path


class Empty:
    """A database that was made ready a moment ago, with one administrator, Marta. Its owner is no superuser."""

    def __init__(self, url: str) -> None:
        self.team = Team(url, StillClock(), {})
        self.own = Workspace(Store(url=as_landlord(url)), StillClock())
        self.own.load()
        self.team.opened.append(self.own.store)


@pytest.fixture
def empty(server: str, template: str, request: pytest.FixtureRequest) -> Iterator[Empty]:
    name = f"e{abs(hash(request.node.name)) % 10**9}"
    made = Empty(_fresh_database(server, name, template))
    yield made
    made.team.close()


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """Such a database, made once."""
    url = _fresh_database(server, "bare")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS landlord")
        admin.execute("CREATE ROLE landlord LOGIN CREATEROLE")
        admin.execute("ALTER DATABASE bare OWNER TO landlord")
    own = Workspace(Store.open_server(as_landlord(url)), StillClock())
    teams.begin(own, "Marta Rios", "marta_r", PASSWORD, currency="EUR")
    own.store.close()
    return "bare"


def as_landlord(url: str) -> str:
    """The address as the owner of database and tables connects."""
    return url.replace("//postgres:@", "//landlord:@", 1)


def rows(ws: Workspace) -> dict[str, list[Any]]:
    """All that two workspaces have in common when one was moved into the other."""
    found = {}
    with ws.store.read() as connection:
        for name, table in TABLES.items():
            all_of = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            kept = [
                {key: row[key] for key in row if key not in APART} for row in all_of if not OWN.get(name, bool)(row)
            ]
            found[name] = kept
    return found


def figures(ws: Workspace) -> list[Any]:
    """Figures, a record of a past day, what a search finds, the ranking and a record's history."""
    deal = board.listed(ws, DealFilter(held=None), limit=1)[0].id
    word = board.listed(ws, DealFilter(held=None), limit=1)[0].name.split()[0]
    ranking = leaderboard.load(ws, Period.ALL)
    return [
        vars(forecast.load(ws)), past.as_of(ws, "opportunity", deal, TODAY - timedelta(days=40)), search.find(ws, word),
        ranking.people, ranking.teams, timeline.entries(ws, deal),
    ]  # fmt: skip


def reopened(path: Path) -> Workspace:
    ws = Workspace(Store.open_file(path, create=False), StillClock())
    ws.load()
    return ws


def test_a_file_goes_to_the_server_whole_and_comes_back_as_a_file(
    demo_file: Path, empty: Empty, tmp_path: Path
) -> None:
    planned = moving.plan(empty.own, demo_file)
    assert (planned.files, planned.missing, list(planned.obstacles)) == (1, 0, [])
    assert [(each.login, each.role, each.name) for each in planned.people] == [("marta_r", "admin", "Marta Ríos")]
    assert planned.rows["opportunity"] == 40
    watching = empty.team.as_("marta_r")
    told: list[Any] = []
    watching.bus.subscribe(told.append)
    moving.move_in(empty.own, demo_file)
    watching.catch_up()
    assert [each.bulk for each in told] == [True], "open windows load afresh, once"
    file, marta = reopened(demo_file), empty.team.as_("marta_r")
    there = rows(empty.own)
    for name, kept in rows(file).items():
        assert there[name] == kept, name
    assert marta.actor_id == file.actor_id
    assert figures(marta) == figures(file)
    assert checks.problems(empty.own) == []
    with marta.store.read() as connection:
        still = "SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O' AND NOT tgisinternal"
        assert connection.exec_driver_sql(still).scalar() == 0, "the database records again"
        deal = connection.exec_driver_sql("SELECT subject_id FROM attachment WHERE sha256 <> ''").scalar_one()
    [kept_file] = attachments.of(marta, "opportunity", deal)
    assert attachments.opened_copy(marta, kept_file.id).read_bytes() == OFFER
    with pytest.raises(UserError, match=r"“own.salesos” was moved in already, on Nov 24, 12:00\."):
        moving.move_in(empty.own, demo_file)
    assert undo.undo(marta) is not None, "what was done in the file can be taken back on the server"
    new = opportunities.create(marta, {"name": "New", "value": 1, "expected_close": TODAY})
    assert new == 41
    backups.back_up(marta, tmp_path / "back.salesos")
    back = reopened(tmp_path / "back.salesos")
    assert len(marta.settings["workspace"]) == 36, "an identity, which the file did not bring"
    assert back.settings["workspace"] == marta.settings["workspace"]
    there = rows(empty.own)
    for name, kept in rows(back).items():
        assert there[name] == kept, name
    assert checks.problems(back) == []
    assert figures(back) == figures(marta)
    assert attachments.opened_copy(back, kept_file.id).read_bytes() == OFFER
    for each in (file, back):
        each.store.close()


def test_what_stands_in_the_way_is_said_and_nothing_is_changed(demo_file: Path, empty: Empty, tmp_path: Path) -> None:
    file = copied(tmp_path / "broken.salesos", StillClock(), demo_file)
    file.store.close()
    import sqlite3

    with sqlite3.connect(tmp_path / "broken.salesos") as broken:
        broken.execute("UPDATE opportunity SET owner_id = 999 WHERE id = 3")
        broken.execute("UPDATE opportunity SET priority = ? WHERE id = 4", ["x" * 41])
    broken.close()
    before = rows(empty.own)
    made = moving.plan(empty.own, tmp_path / "broken.salesos")
    assert list(made.obstacles) == [
        "A text in opportunity.priority is longer than 40 characters.",
        "opportunity 3 names something in person that is not there.",
    ]
    assert made.missing == 1
    with pytest.raises(UserError, match="longer than 40 characters"):
        moving.move_in(empty.own, tmp_path / "broken.salesos")
    with pytest.raises(InvalidInput, match="nobody called “Nobody”"):
        moving.plan(empty.own, demo_file, me="Nobody")
    with pytest.raises(WorkspaceError, match="Only the owner"):
        moving.move_in(empty.team.as_("marta_r"), demo_file)
    assert rows(empty.own) == before
    opportunities.create(empty.team.as_("marta_r"), {"name": "Own", "value": 1, "expected_close": TODAY})
    with pytest.raises(UserError, match=r"worked in the server's workspace already \(opportunity 1"):
        moving.move_in(empty.own, demo_file)


_KILLED = """
import os, sys
from pathlib import Path
from salesos_desktop.services import moving
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.store import Store

tables = []

def told(step, done, every):
    tables.append(step)
    if len(set(tables)) > 1:
        os.kill(os.getpid(), 9)

ws = Workspace(Store(url=sys.argv[1]))
ws.load()
moving.move_in(ws, Path(sys.argv[2]), progress=told)
"""
"""Ends itself when all tables are copied and the first attached file is due."""


def test_a_move_that_is_killed_leaves_nothing_and_the_next_brings_all(demo_file: Path, empty: Empty) -> None:
    before = rows(empty.own)
    words = [sys.executable, "-c", _KILLED, as_landlord(empty.team.url), str(demo_file)]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    assert rows(empty.own) == before
    assert moving.move_in(empty.own, demo_file).rows["opportunity"] == 40


_KILLED_AFTER = """
import os, sys
from contextlib import contextmanager
from pathlib import Path
from salesos_desktop.services import moving
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.store import Store

ws, begin = Workspace(Store(url=sys.argv[1])), Store.write
ws.load()

@contextmanager
def write(store):
    with begin(store) as connection:
        yield connection
    os.kill(os.getpid(), 9)

Store.write = write
moving.move_in(ws, Path(sys.argv[2]))
"""
"""Ends itself at the moment when others see the rows."""


def test_the_first_administrator_keeps_the_name_that_was_given_and_has_the_deals_of_the_file(
    demo_file: Path, empty: Empty
) -> None:
    file = reopened(demo_file)
    mine = [each.id for each in board.listed(file, DealFilter(held=None)) if each.owner == "Marta Ríos"]
    file.store.close()
    teams.edit(empty.own, 1, {"name": "Zoé K."})
    [planned] = moving.plan(empty.own, demo_file).people
    assert (planned.name, planned.called) == ("Marta Ríos", "Zoé K.")
    words = [sys.executable, "-c", _KILLED_AFTER, as_landlord(empty.team.url), str(demo_file)]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    zoe = empty.team.as_("marta_r")
    assert teams.found(zoe, "zoe k.").login == "marta_r"
    assert teams.found(zoe, "MARTA_R").id == zoe.actor_id
    assert [each.id for each in board.listed(zoe, DealFilter(held=None)) if each.owner == "Zoé K."] == mine
    assert {each.id for each in board.listed(zoe, DealFilter(held=None, text="zoe"))} == set(mine)
    assert checks.problems(empty.own) == []


def test_people_are_found_by_name_and_address_or_added(demo_file: Path, empty: Empty) -> None:
    marta = empty.team.as_("marta_r")
    with marta.store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM person").scalar() == 1
    file = reopened(demo_file)
    with file.store.read() as connection:
        others = connection.exec_driver_sql("SELECT id, name, email FROM person WHERE id > 1 ORDER BY id").all()
    file.store.close()
    teams.add(marta, others[0][1].upper(), role="rep", login="one")
    teams.add(marta, "Somebody Else", role="manager", login="two", team="North")
    moving.move_in(empty.own, demo_file, me=others[1][1])
    found = {each.login: each for each in teams.members(empty.own) if each.login}
    assert found["marta_r"].id == others[1][0]
    assert (found["one"].id, found["one"].role) == (others[0][0], "rep")
    assert (found["two"].name, found["two"].role, found["two"].team) == ("Somebody Else", "manager", "")
    assert found["two"].id == max(each.id for each in teams.members(empty.own))
    assert board.listed(empty.team.as_("marta_r"), DealFilter(held=None), limit=1)
    assert not board.listed(empty.team.as_("two"), DealFilter(held=None), limit=1)


def test_a_backup_is_put_back_and_what_it_replaces_is_kept(demo_file: Path, empty: Empty, tmp_path: Path) -> None:
    moving.move_in(empty.own, demo_file)
    marta = empty.team.as_("marta_r")
    backups.back_up(marta, tmp_path / "early.salesos")
    early = rows(empty.own)
    late = opportunities.create(marta, {"name": "Late", "value": 1, "expected_close": TODAY})
    teams.add(marta, "New", role="rep", login="new")
    told: list[Any] = []
    marta.catch_up()
    marta.bus.subscribe(told.append)
    presence.look_at(marta, late)
    with empty.own.store.write() as connection:
        connection.exec_driver_sql("INSERT INTO salesos.stale_entry VALUES (1)")
        connection.exec_driver_sql("DELETE FROM salesos.reached")
    kept = moving.restore(empty.own, tmp_path / "early.salesos", AT)
    with empty.own.store.read() as connection:
        left = "SELECT (SELECT count(*) FROM salesos.presence), (SELECT count(*) FROM salesos.stale_entry)"
        assert connection.exec_driver_sql(left).one() == (0, 0), "of rows that were there nothing is noted"
        reached = connection.exec_driver_sql("SELECT login FROM salesos.reached ORDER BY 1").scalars().all()
        assert reached == ["marta_r", "new"]
    marta.catch_up()
    assert [each.bulk for each in told] == [True]
    after = rows(empty.own)
    assert after["opportunity"] == early["opportunity"]
    assert after["history"] == early["history"]
    logins = {each.login: each.name for each in teams.members(empty.own) if each.login}
    assert logins == {"marta_r": "Marta Ríos", "new": "New"}, "who may connect stays as it is"
    assert kept == tmp_path / "early.before-restore-20261124-120000.salesos"
    earlier = reopened(kept)
    assert [each.name for each in board.listed(earlier, DealFilter(held=None)) if each.id == late] == ["Late"]
    earlier.store.close()
    again = opportunities.create(marta, {"name": "Again", "value": 1, "expected_close": TODAY})
    assert again > late, "no number is given twice"
    assert checks.problems(empty.own) == []
    with pytest.raises(WorkspaceError, match="Only an administrator"):
        backups.back_up(empty.team.as_("new"), tmp_path / "no.salesos")
    assert not (tmp_path / "no.salesos").exists()
    (tmp_path / "damaged.salesos").write_bytes((tmp_path / "early.salesos").read_bytes()[: 9 * 4096])
    before = rows(empty.own)
    with pytest.raises(WorkspaceError, match="is damaged"):
        moving.restore(empty.own, tmp_path / "damaged.salesos", AT)
    assert rows(empty.own) == before
