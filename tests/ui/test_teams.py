"""Connecting to a team in the window, switching between workspaces, and what is kept of it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from salesos_desktop import config, passwords, workspaces
from salesos_desktop.domain.teams import Address
from salesos_desktop.storage.store import Store
from salesos_desktop.ui import app as app_module
from salesos_desktop.ui import session as session_module
from salesos_desktop.ui.app import Desktop
from salesos_desktop.ui.teams import entering
from salesos_desktop.ui.teams.dialog import TeamDialog
from salesos_desktop.ui.theme import apply_theme
from tests import team as teams
from tests.conftest import StillClock, _fresh_database, copied
from tests.keyrings import MemoryKeyring
from tests.team import PASSWORD, Team
from tests.ui.conftest import settle

LOGIN = "t_window"
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture(scope="module")
def team(server: str, ready_database: str) -> Iterator[Team]:
    made = teams.made(_fresh_database(server, "t_window", ready_database), LOGIN)
    teams.ask_for_passwords(server, LOGIN)
    yield made
    teams.gone(made)


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    made = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


@pytest.fixture
def file(tmp_path: Path, clock: StillClock) -> Path:
    path = tmp_path / "Mine.salesos"
    copied(path, clock).store.close()
    return path


@pytest.fixture
def desktop(qapp: Any, qtbot: QtBot, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:  # noqa: ARG001
    apply_theme(qapp, "light")
    monkeypatch.setattr(session_module, "WATCH_MS", 10_000_000)
    monkeypatch.setattr(app_module.Desktop, "quit", lambda self: setattr(self, "ended", True))
    made = Desktop(qapp, config.Preferences.load())
    yield made
    if made.window is not None:
        settle(qtbot, made.window.session)
        made.window.retire()
        made.window.hide()
        made.window.deleteLater()
    if made.session is not None:
        made.session.close()
    made.deleteLater()


def until(qtbot: QtBot, there: Callable[[], bool]) -> None:
    qtbot.waitUntil(there, timeout=20_000)


def dialog_of(desktop: Desktop, qtbot: QtBot) -> TeamDialog:
    until(qtbot, lambda: desktop._asking is not None and desktop._asking.isVisible())
    assert desktop._asking is not None
    return desktop._asking


def type_in(qtbot: QtBot, dialog: TeamDialog, address: Address, password: str) -> None:
    for name, text in (
        ("host", address.host),
        ("database", address.database),
        ("login", address.login),
        ("password", password),
    ):
        line = dialog.lines[name]
        line.setFocus()
        line.selectAll()
        qtbot.keyClicks(line, text)


def gone(widget: QWidget | None) -> bool:
    return widget is None or not isValid(widget) or not widget.isVisible()


def said(dialog: QWidget) -> str:
    return " ".join(each.text() for each in dialog.findChildren(QLabel) if each.isVisible())


def choose(desktop: Desktop, text: str) -> None:
    """An entry of the list of workspaces."""
    assert desktop.window is not None
    menu = desktop.window.sidebar.switcher.menu
    next(each for each in menu.actions() if each.text().startswith(text)).trigger()
    menu.close()


def click_on_the_name(desktop: Desktop, qtbot: QtBot) -> list[str]:
    assert desktop.window is not None
    qtbot.mouseClick(desktop.window.sidebar.switcher.button, Qt.MouseButton.LeftButton)
    return [each.text() for each in desktop.window.sidebar.switcher.menu.actions() if not each.isSeparator()]


def test_one_connects_switches_and_comes_back(
    desktop: Desktop, team: Team, file: Path, ring: MemoryKeyring, qtbot: QtBot
) -> None:
    desktop.open(file)
    assert desktop.window is not None
    settle(qtbot, desktop.window.session)
    first = desktop.window
    assert first.sidebar.switcher.button.accessibleName() == "Workspace: Mine"
    assert click_on_the_name(desktop, qtbot)[0].startswith("Mine · file in ")
    assert first.windowTitle().startswith("Mine · file in ")
    choose(desktop, "Connect to a team")
    dialog = dialog_of(desktop, qtbot)
    type_in(qtbot, dialog, team.address, "wrong")
    until(qtbot, lambda: not dialog.looking)
    high = dialog.height()
    qtbot.mouseClick(dialog.try_button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: "does not know the login" in said(dialog))
    assert dialog.height() > high
    assert dialog.lines["password"].hasFocus()
    assert dialog.port.height() == dialog.lines["host"].height()
    qtbot.keyClicks(dialog.lines["password"], PASSWORD)
    assert "does not know" not in said(dialog), "what was said holds for other values"
    assert dialog.height() == high
    qtbot.mouseClick(dialog.try_button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: "It works: you are Marta Ríos there." in said(dialog))
    assert desktop.window is first
    assert ring.secrets == {}, "a test keeps nothing"
    dialog.lines["password"].setFocus()
    qtbot.keyClick(dialog.lines["password"], Qt.Key.Key_Return)
    until(qtbot, lambda: desktop.window is not first)
    settle(qtbot, desktop.window.session)
    assert desktop.window.sidebar.switcher.button.accessibleName() == f"Workspace: {team.address.database}"
    assert list(ring.secrets.values()) == [PASSWORD]
    kept = json.loads(config.Preferences.load().path.read_text(encoding="utf-8"))  # type: ignore[union-attr]
    assert kept["workspace"] == team.address.text
    assert "s3cret" not in json.dumps(kept)

    second = desktop.window
    click_on_the_name(desktop, qtbot)
    choose(desktop, "Mine")
    settle(qtbot, desktop.window.session)
    assert workspaces.where_is(desktop.window.session.workspace.store) == file
    until(qtbot, lambda: gone(second))
    click_on_the_name(desktop, qtbot)
    choose(desktop, team.address.database)
    until(qtbot, lambda: desktop.session is not None and desktop.session.workspace.store.path is None)
    settle(qtbot, desktop.window.session)
    assert gone(desktop._asking), "its password is kept"
    assert workspaces.last(config.Preferences.load()) == team.address


def test_the_start_opens_the_last_team_or_asks_for_its_password(
    desktop: Desktop, team: Team, ring: MemoryKeyring, qtbot: QtBot
) -> None:
    workspaces.keep(desktop.preferences, team.address)
    app_module._open_first(desktop, None)
    dialog = dialog_of(desktop, qtbot)
    assert f"asks for the password of “{LOGIN}”" in said(dialog)
    assert (dialog.lines["login"].text(), dialog.lines["password"].text()) == (LOGIN, "")
    dialog.reject()
    assert desktop.ended, "nothing is open"  # type: ignore[attr-defined]
    passwords.keep(team.address, PASSWORD)
    app_module._open_first(desktop, None)
    until(qtbot, lambda: desktop.window is not None)
    assert gone(desktop._asking)
    # Not to be remembered any longer.
    desktop.ask_team(replace(team.address, database="gone"))
    again = dialog_of(desktop, qtbot)
    until(qtbot, lambda: "no database “gone”" in said(again) or "asks for the password" in said(again))
    until(qtbot, lambda: again.remember.isVisible() and not again.remember.isChecked())
    type_in(qtbot, again, team.address, PASSWORD)
    qtbot.mouseClick(again.main_button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: gone(again))
    assert ring.secrets == {}


def test_a_server_that_is_away_leaves_the_way_to_a_file(
    desktop: Desktop, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    app_module._open_first(desktop, Address("/nowhere", "ventas", "ana"))
    dialog = dialog_of(desktop, qtbot)
    assert "Nobody answers at /nowhere" in said(dialog)
    monkeypatch.setattr(app_module.QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    qtbot.mouseClick(dialog.file_button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: desktop.window is not None and gone(dialog))
    assert not hasattr(desktop, "ended")


def test_who_does_not_wait_leaves_nothing_open(desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, left = threading.Event(), []
    monkeypatch.setattr(entering, "enter", lambda *_: answer.wait(20))
    monkeypatch.setattr(entering, "leave", left.append)
    desktop.ask_team(Address("db.example.com", "ventas", "ana"))
    dialog = dialog_of(desktop, qtbot)
    assert not dialog.main_button.isEnabled()  # type: ignore[union-attr]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    until(qtbot, lambda: gone(dialog))
    answer.set()
    until(qtbot, lambda: left == [True])
    assert desktop.window is None


def test_a_pasted_address_goes_to_its_fields_and_does_not_take_encryption_off(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.ask_team()
    dialog = dialog_of(desktop, qtbot)
    QApplication.clipboard().setText("postgresql://ana:p%40ss@db.example.com:6543/ventas?sslmode=disable")
    assert not dialog.plain.isVisible(), "it is not known yet where the server is"
    dialog.lines["host"].setFocus()
    qtbot.keyClick(dialog.lines["host"], Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert {name: line.text() for name, line in dialog.lines.items()} == {
        "host": "db.example.com", "database": "ventas", "login": "ana", "password": "p@ss", "certificate": "",
    }  # fmt: skip
    assert dialog.port.value() == 6543
    assert dialog._address().verified
    dialog.lines["host"].clear()
    qtbot.keyClicks(dialog.lines["host"], "postgresql://db.example.com/ventas")
    assert dialog.lines["host"].text() == "postgresql://db.example.com/ventas", "typed by hand it stays whole"
    dialog.lines["login"].clear()
    qtbot.keyClick(dialog.lines["host"], Qt.Key.Key_Return)
    assert dialog.lines["host"].text() == "db.example.com"
    dialog.lines["login"].setText("ana")
    dialog.port.setValue(6543)
    dialog.plain.click()
    assert "can read and change all that is sent" in said(dialog)
    assert dialog._address().text == "postgresql://ana@db.example.com:6543/ventas?sslmode=disable"
    dialog.lines["host"].setText("localhost")
    assert dialog._address() == Address("localhost", "ventas", "ana", 6543)
    dialog.lines["database"].clear()
    qtbot.mouseClick(dialog.main_button, Qt.MouseButton.LeftButton)
    assert dialog.fields["database"].error == "The database is missing. Fill it in."
    dialog.close()


def test_without_a_keyring_nothing_is_kept_and_that_is_said(
    desktop: Desktop, team: Team, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(passwords, "_keyring", lambda: None)
    desktop.ask_team()
    dialog = dialog_of(desktop, qtbot)
    until(qtbot, lambda: "has no keyring: the password is asked for each time" in said(dialog))
    assert not dialog.remember.isVisible()
    type_in(qtbot, dialog, team.address, PASSWORD)
    qtbot.mouseClick(dialog.main_button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: desktop.window is not None)
    for each in tmp_path.rglob("*"):
        assert not each.is_file() or b"s3cret" not in each.read_bytes()


def test_an_unencrypted_line_is_said_as_long_as_it_is_open(
    desktop: Desktop, team: Team, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *args, **more: asked("127.0.0.1", *args, **more))
    with teams.on_the_network(team, b"N") as address:
        passwords.keep(address, PASSWORD)
        desktop.ask_team(replace(address, plain=True))
        until(qtbot, lambda: desktop.window is not None)
        settle(qtbot, desktop.window.session)  # type: ignore[union-attr]
        assert "Connection not encrypted" in said(desktop.window.sidebar)  # type: ignore[union-attr]
        desktop.window.show_page("settings")  # type: ignore[union-attr]
        settle(qtbot, desktop.window.session)  # type: ignore[union-attr]
        general = desktop.window.settings.general  # type: ignore[union-attr]
        offered = {each.text(): each for each in general.findChildren(QPushButton)}
        assert "Import a file…" in offered
        assert "Restore a backup…" not in offered
        monkeypatch.setattr(general, "_file", lambda *_, **__: tmp_path / "team.salesos")
        with qtbot.waitSignal(general.said, timeout=20_000):
            qtbot.mouseClick(offered["Back up…"], Qt.MouseButton.LeftButton)
        assert not Store.is_older(tmp_path / "team.salesos")
        assert (tmp_path / "team.salesos").stat().st_size > 100_000


def test_a_new_person_joins_a_team_without_making_a_workspace(
    desktop: Desktop, team: Team, qtbot: QtBot, tmp_path: Path
) -> None:
    desktop.open(tmp_path / "new.salesos")
    assert desktop._first is not None
    first = desktop._first
    qtbot.mouseClick(first.choices["team"], Qt.MouseButton.LeftButton)
    dialog = dialog_of(desktop, qtbot)
    dialog.reject()
    assert first.isVisible()
    qtbot.mouseClick(first.choices["team"], Qt.MouseButton.LeftButton)
    dialog = dialog_of(desktop, qtbot)
    type_in(qtbot, dialog, team.address, PASSWORD)
    qtbot.mouseClick(dialog.main_button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: desktop.window is not None)
    until(qtbot, lambda: gone(first))
    assert not hasattr(desktop, "ended")


def test_a_file_that_is_gone_is_said_and_not_made_anew(desktop: Desktop, file: Path, qtbot: QtBot) -> None:
    lost = file.with_name("Lost.salesos")
    workspaces.keep(desktop.preferences, lost)
    config.default_workspace().parent.mkdir(parents=True)
    file.rename(config.default_workspace())
    app_module._open_first(desktop, None)
    assert desktop.window is not None
    assert "There is no workspace at" in said(desktop.window.messages)
    settle(qtbot, desktop.window.session)
    first = desktop.window
    first.messages.hide()
    assert click_on_the_name(desktop, qtbot)[:2] == [
        "My workspace · file in data",
        f"Lost · file in {lost.parent.name}",
    ]
    choose(desktop, "Lost")
    assert "There is no workspace at" in said(desktop.window.messages)
    assert desktop.window is first
    assert not lost.exists()


def test_a_team_taken_off_the_list_is_forgotten_with_its_password(
    desktop: Desktop, file: Path, ring: MemoryKeyring, qtbot: QtBot
) -> None:
    other = Address("db.example.com", "ventas", "ana")
    passwords.keep(other, PASSWORD)
    workspaces.note(desktop.preferences, other)
    desktop.open(file)
    assert desktop.window is not None
    click_on_the_name(desktop, qtbot)
    menu = desktop.window.sidebar.switcher.menu
    forget = menu.actions()[-1].menu()
    forget.actions()[0].trigger()
    menu.close()
    until(qtbot, lambda: ring.secrets == {})
    assert workspaces.recent(config.Preferences.load()) == [file]
