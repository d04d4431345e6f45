"""The command line on a team's workspace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import keyring
import pytest

from salesos_desktop import passwords
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.store import Store
from tests import team as teams
from tests.conftest import StillClock, _fresh_database, make_deals
from tests.end2end.program import here, process
from tests.keyrings import MemoryKeyring
from tests.team import PASSWORD, Team

LOGIN = "t_cli"


@pytest.fixture(scope="module")
def team(server: str, ready_database: str) -> Iterator[Team]:
    made = teams.made(_fresh_database(server, "t_cli", ready_database), LOGIN)
    teams.ask_for_passwords(server, LOGIN)
    yield made
    teams.gone(made)


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    made = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


def say(team: Team, *words: str, code: int = 0) -> Any:
    out, errors = here(team.address.text, "--json", *words, code=code)  # type: ignore[arg-type]
    return json.loads(out) if code == 0 else errors


def test_a_password_comes_from_the_environment(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    out, errors = process(team.address.text, "--json", "stages")  # type: ignore[arg-type]
    assert [stage["name"] for stage in json.loads(out)][:2] == ["Prospecting", "Qualification"]
    assert errors == ""


def test_or_from_the_keyring_or_a_terminal_and_never_from_the_address(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Set PGPASSWORD, or keep the password" in say(team, "stages", code=2)
    passwords.keep(team.address, "wrong")
    with mock.patch("salesos_desktop.commands.entering.getpass", return_value=PASSWORD) as asked:
        assert "does not know the login" in say(team, "stages", code=2)
        assert not asked.called, "nobody is there to be asked"
        monkeypatch.setattr("salesos_desktop.commands.entering._at_terminal", lambda: True)
        assert say(team, "stages")
        assert asked.call_args.args[0].startswith(f"Password of {LOGIN} at ")
    passwords.keep(team.address, PASSWORD)
    assert say(team, "stages")
    given = team.address.text.replace("@", ":s3cret@", 1)
    _, errors = here(given, "stages", code=2)  # type: ignore[arg-type]
    assert "can be read by everybody" in errors
    assert "s3cret" not in errors


def test_what_reads_reads_a_team(
    team: Team, tmp_path: Path, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    owner = Workspace(Store.open_server(team.owner.replace("postgresql:", "postgresql+psycopg:", 1)), clock)
    owner.load()
    make_deals(owner, 3)
    owner.store.close()
    deal = str(say(team, "list")[0]["id"])
    for words in (
        ("show", deal), ("history", deal), ("history", deal, "--as-of", "2099-01-01"), ("search", "company"), ("leads",),
        ("forecast",), ("forecast", "--range"), ("waterfall", "2026-11-01", "2026-11-30"), ("backtest", "--months", "2"),
        ("ranking",), ("activities",), ("agenda",), ("check",),
    ):  # fmt: skip
        say(team, *words)
    here(team.address.text, "agenda", "--ics")  # type: ignore[arg-type]
    file = tmp_path / "deals.csv"
    say(team, "export", "opportunities", str(file))
    assert "Deal 2" in file.read_text(encoding="utf-8-sig")
    say(team, "import", "--dry-run", str(file))


def test_an_administrator_changes_a_team_s_workspace_as_one_s_own(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    made = say(team, "new", "--name", "Deal", "--value", "1234.56", "--close", "2099-12-24", "--company", "Acme")
    deal = str(made["id"])
    other = str(say(team, "new", "--name", "Other", "--value", "1", "--close", "2099-12-24")["id"])
    assert say(team, "move", deal, "Proposal")["probability"] == 50
    assert say(team, "undo")["done"].startswith("Undone: ")
    say(team, "redo")
    say(team, "win", deal, "--value", "99", "--date", "2026-01-02")
    say(team, "reopen", deal, "Negotiation")
    assert say(team, "lose", deal, "--reason", "price")["kind"] == "lost"
    lead = str(say(team, "leads", "add", "--name", "Lucía Gómez", "--email", "lucia@acme.example")["id"])
    say(team, "convert", lead, "--name", "Converted", "--close", "2099-01-01", "--value", "5")
    say(team, "merge", "opportunity", deal, other)
    assert say(team, "check")["ok"]


def test_somebody_changes_their_own_password_which_the_keyring_follows(team: Team) -> None:
    passwords.keep(team.address, PASSWORD)
    for before, after in ((PASSWORD, "another 'one' %s"), ("another 'one' %s", PASSWORD)):
        out, _ = here(team.address.text, "server", "password", given=f"{after}\n".encode())  # type: ignore[arg-type]
        assert "another one now" in out
        assert passwords.kept(team.address) == after
        assert say(team, "stages")
        passwords.keep(team.address, before)
        assert "does not know the login" in say(team, "stages", code=2)
        passwords.keep(team.address, after)
    _, errors = here(team.address.text, "server", "password", given=b"short\n", code=2)  # type: ignore[arg-type]
    assert "too short" in errors
