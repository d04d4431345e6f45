"""A workspace is read from a streaming replica: it follows, says how far behind it is, and refuses changes in words."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pytestqt.qtbot import QtBot

from salesos_desktop import bootstrap, config
from salesos_desktop.domain.teams import Address, parse
from salesos_desktop.errors import Denied
from salesos_desktop.services import doctor, leaderboard, opportunities, replicas
from salesos_desktop.services.watcher import Watcher
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.server import health
from salesos_desktop.storage.store import Store
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.session import Session
from salesos_desktop.ui.teams.switcher import ReplicaSign

from ..conftest import TODAY, StillClock
from ..end2end.program import here
from ..postgres import run
from .conftest import PASSWORD, Team


@pytest.fixture
def replica(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The socket of a replica that the server sends everything to."""
    folder = tmp_path_factory.mktemp("replica")
    if os.geteuid() == 0:
        shutil.chown(folder, "pgserver")
    source = parse(server)[0]
    whole = ("-R", "-X", "stream", "-c", "fast", "--no-sync", "--no-manifest")
    run("pg_basebackup", "-h", source.host, "-U", "postgres", "-D", folder / "data", *whole)
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c hot_standby_feedback=on"
    run("pg_ctl", "-w", "-D", folder / "data", "-l", folder / "log", "-o", options, "start")
    yield str(folder)
    run("pg_ctl", "-w", "-m", "immediate", "-D", folder / "data", "stop")


def signs_how_far_it_is_behind(address: Address, qtbot: QtBot) -> None:
    """The whole window on it: what is behind is said, nothing is offered or written that a replica refuses."""
    session = Session(bootstrap.open_team(address, PASSWORD, clock=StillClock()), config.Preferences.load())
    problems: list[Any] = []
    session.problem.connect(problems.append)
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    session.jobs.release()
    sign = window.findChild(ReplicaSign)
    qtbot.waitUntil(lambda: "0 s behind" in sign.text(), timeout=10_000)
    for page in ("board", "dashboard", "ranking", "forecast", "home"):
        window.show_page(page)
        qtbot.waitUntil(lambda: session.idle, timeout=20_000)
    assert [each.title for each in problems] == []
    window.retire()
    window.hide()
    session.close()


def test_a_manager_reads_from_a_replica(
    team: Team, replica: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = team.as_("ana")
    there = team.address("max").partition("?")[0] + f"?host={replica}"
    reader = Workspace(Store(url=there), StillClock())
    reader.load()
    team.opened.append(reader.store)
    told: list[Any] = []
    reader.bus.subscribe(told.append)
    deals = [opportunities.create(ana, {"name": f"Deal {n}", "value": 1, "expected_close": TODAY}) for n in range(3)]
    for _ in range(500):
        reader.catch_up()
        if len(told) == 3:
            break
        time.sleep(0.01)
    assert [change.row_id for each in told for change in each.changes if change.table == "opportunity"] == deals
    assert leaderboard.load(reader).people == leaderboard.load(team.as_("max")).people
    assert replicas.behind(team.as_("max")) is None
    behind = replicas.behind(reader)
    assert behind is not None
    assert behind < 5
    woken: list[bool] = []
    watcher = Watcher(reader)
    watcher.listen(lambda: woken.append(True), lambda _lost: None)
    for _ in range(500):
        if len(woken) > 1:
            break
        time.sleep(0.01)
    watcher.close()
    assert len(woken) > 1, "it asks by itself, because nobody tells"
    with pytest.raises(Denied, match="only read"):
        opportunities.create(reader, {"name": "No", "value": 1, "expected_close": TODAY})
    address = parse(there.replace("+psycopg", ""))[0]
    own = parse(team.url.replace("+psycopg", ""))[0]
    assert "replica" not in {each.code for each in doctor.examine(own)}
    assert doctor.examine(address, "correct horse") == []
    out, err = here(Path(), "--workspace", address.text, "list", "--json")
    assert out.count("Deal ") == 3
    assert err.startswith("Read from a replica that is 0 s behind.")
    signs_how_far_it_is_behind(address, qtbot)
    with psycopg.connect(f"host={replica} user=postgres dbname=postgres", autocommit=True) as other:
        other.execute("SELECT pg_wal_replay_pause()")
        opportunities.create(ana, {"name": "Late", "value": 1, "expected_close": TODAY})
        for _ in range(500):
            if replicas.behind(reader):
                break
            time.sleep(0.01)
        else:
            pytest.fail("a replica that waits is not behind")
        monkeypatch.setattr(health, "LAG", -1)
        assert [each.code for each in doctor.examine(address)] == ["behind"]
        [told_there] = [each for each in doctor.examine(own) if each.code == "replica"]
        assert "seconds behind (streaming)" in told_there.title
        other.execute("SELECT pg_wal_replay_resume()")
