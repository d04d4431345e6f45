"""What the window tells, where, and when: a desktop that only notes what it is asked to show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from salesos_desktop import config
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.notices import Channel, Kind, NoticeSettings, QuietHours
from salesos_desktop.services import activities, board, followers, leads, moves, notes, notice_settings, people
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.store import Store
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.notifications import centre
from salesos_desktop.ui.notifications.port import DesktopNotice, PortEvents
from salesos_desktop.ui.session import Session
from tests.conftest import TODAY, StillClock, make_deals, stage_named
from tests.services.test_notices import person
from tests.services.test_telling import MovedClock
from tests.ui.conftest import settle

pytestmark = pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", "propagateSizeHints")


class NotedPort:
    """A desktop that notes what it is asked to show."""

    def __init__(self) -> None:
        self.events = PortEvents()
        self.shown: dict[str, DesktopNotice] = {}

    def show(self, notice: DesktopNotice) -> None:
        self.shown[notice.key] = notice

    def withdraw(self, key: str) -> None:
        self.shown.pop(key, None)

    def withdraw_all(self) -> None:
        self.shown.clear()

    def close(self) -> None:
        pass


@pytest.fixture
def clock() -> StillClock:
    return MovedClock()


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> NotedPort:
    """The desktop of windows that are made after it."""
    made = NotedPort()
    monkeypatch.setattr(centre, "open_port", lambda: made)
    return made


@pytest.fixture
def other(window: MainWindow) -> Iterator[Workspace]:
    """The same workspace as a colleague has it open."""
    ws = window.session.workspace
    assert ws.store.path is not None
    made = Workspace(Store.open_file(ws.store.path), ws.clock)
    made.load()
    made.actor_id = person(made, "Ana Gil")
    yield made
    made.store.close()


def greeted(ws: Workspace) -> None:
    """The summary of the day has been told."""
    with ws.unit("summary", [], undoable=False) as uow:
        uow.update("person", ws.actor_id, {"summary_on": ws.clock.today()})


def look(window: MainWindow, qtbot: QtBot) -> None:
    window.notifications.reminders.look()
    settle(qtbot, window.session)


def remind(window: MainWindow, qtbot: QtBot, clock: MovedClock, **more: object) -> int:
    """Plans a call at three, about a deal, and lets it be three."""
    ws = window.session.workspace
    greeted(ws)
    deal = board.listed(ws, DealFilter(), limit=1)[0].id
    planned = activities.plan(
        ws, {"kind": "call", "subject": "Offer", "due_on": TODAY, "starts": "15:00", "reminder_minutes": 0, **more},
        ("opportunity", deal),
    )  # fmt: skip
    # That it was planned is said a frame later, and not over the reminder.
    qtbot.waitUntil(window.notifications.toast.isVisible)
    settle(qtbot, window.session)
    clock.set(TODAY, 15)
    look(window, qtbot)
    return planned


def test_a_reminder_is_done_by_the_desktop_while_the_window_is_minimised(
    port: NotedPort, window: MainWindow, qtbot: QtBot, clock: MovedClock
) -> None:
    window.showMinimized()
    planned = remind(window, qtbot, clock)
    notice = port.shown[f"activity/{planned}"]
    assert notice.title == "Offer"
    assert [text for _, text in notice.actions] == ["", "Done", "Postpone 10 min", "Open"]
    assert notice.stays
    assert window.top_bar.bell.unread == 1
    ws = window.session.workspace
    for each in activities.of(ws, "opportunity", activities.get(ws, planned).subject_id or 0):
        if each.id != planned and not each.done:
            activities.delete(ws, [each.id])
    port.events.activated.emit(notice.key, "done")
    settle(qtbot, window.session)
    assert activities.get(ws, planned).done
    assert notice.key not in port.shown
    assert window.isMinimized()
    # What comes next waits in the window, behind what passes: that it was done is said a frame later.
    toast = window.notifications.toast
    qtbot.waitUntil(lambda: bool(toast.kept))
    qtbot.wait(50)
    toast.say("Something that passes", "", [])
    toast._go()
    assert "And now?" in toast.text


def test_a_reminder_is_put_off_and_comes_back(
    port: NotedPort, window: MainWindow, qtbot: QtBot, clock: MovedClock
) -> None:
    planned = remind(window, qtbot, clock)
    port.events.activated.emit(f"activity/{planned}", "snooze")
    settle(qtbot, window.session)
    assert port.shown == {}
    assert 0 < window.notifications.reminders.waits <= 601_000
    look(window, qtbot)
    assert port.shown == {}
    clock.set(TODAY, 16)
    look(window, qtbot)
    assert list(port.shown) == [f"activity/{planned}"]


def test_a_restart_loses_no_reminder(port: NotedPort, window: MainWindow, qtbot: QtBot, clock: MovedClock) -> None:
    ws = window.session.workspace
    greeted(ws)
    planned = activities.plan(ws, {"due_on": TODAY, "starts": "15:00", "reminder_minutes": 0})
    settle(qtbot, window.session)
    assert window.notifications.reminders.waits > 0
    window.retire()
    clock.set(TODAY, 17)
    again = Session(Workspace(Store.open_file(ws.store.path), clock), config.Preferences.load())  # type: ignore[arg-type]
    again._timer.stop()
    again.workspace.load()
    second = MainWindow(again)
    second.notifications.begin()
    settle(qtbot, again)
    assert list(port.shown) == [f"activity/{planned}"]
    second.retire()
    second.deleteLater()
    again.close()


def test_without_a_desktop_the_toast_reminds_until_it_is_answered(
    window: MainWindow, qtbot: QtBot, clock: MovedClock
) -> None:
    planned = remind(window, qtbot, clock)
    toast = window.notifications.toast
    assert toast.isVisible()
    assert not toast._timer.isActive()
    assert [link.text() for link in toast._buttons if link.isVisible()] == ["Done", "10 min", "1 h", "Tomorrow", "Open"]
    qtbot.mouseClick(toast._buttons[3], Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert toast.kept == ()
    at = activities.get(window.session.workspace, planned).remind_at
    assert at is not None
    assert at.date() == TODAY + timedelta(days=1)


def test_many_reminders_are_one(port: NotedPort, window: MainWindow, qtbot: QtBot, clock: MovedClock) -> None:
    greeted(window.session.workspace)
    for n in range(5):
        activities.plan(window.session.workspace, {"subject": f"A{n}", "due_on": TODAY, "starts": "15:00",
                                                   "reminder_minutes": 0})  # fmt: skip
    clock.set(TODAY, 15)
    look(window, qtbot)
    assert [notice.title for notice in port.shown.values()] == ["5 activities are due"]


def test_the_summary_opens_the_start_page(port: NotedPort, window: MainWindow, qtbot: QtBot) -> None:
    activities.plan(window.session.workspace, {"due_on": TODAY})
    window.show_page("forecast")
    look(window, qtbot)
    qtbot.waitUntil(lambda: bool(port.shown))
    (notice,) = port.shown.values()
    assert notice.title.startswith("Good morning: ")
    assert [name for name, _ in notice.actions] == ["default", "open"]
    port.events.activated.emit(notice.key, "open")
    settle(qtbot, window.session)
    assert window.page == "home"
    assert window.top_bar.bell.unread == 0


def test_quiet_hours_keep_the_desktop_silent_and_end_in_one_notice(
    port: NotedPort, window: MainWindow, qtbot: QtBot, clock: MovedClock, other: Workspace
) -> None:
    ws = window.session.workspace
    notice_settings.change(ws, NoticeSettings(quiet=QuietHours(True)))
    deals = [card.id for card in board.listed(ws, DealFilter(owner_id=ws.actor_id), limit=2)]
    for deal in deals:
        moves.win(other, [deal])
    clock.set(TODAY, 23)
    ws.catch_up()
    moves.move(other, [make_deals(other, 1, owner_id=ws.actor_id)[0]], stage_named(other, "Proposal").id)
    ws.catch_up()
    settle(qtbot, window.session)
    qtbot.waitUntil(lambda: window.top_bar.bell.unread == 4)
    assert port.shown == {}
    assert not window.notifications.toast.isVisible()
    clock.set(TODAY + timedelta(days=1), 8)
    look(window, qtbot)
    held = port.shown["held"]
    assert (held.title, held.body) == (
        "2 notifications while you rested", "For you: Deal 0 · Deal 0 moved to Proposal",
    )  # fmt: skip
    port.events.activated.emit("held", "open")
    settle(qtbot, window.session)
    assert window.notifications.panel.isVisible()


def test_each_kind_keeps_to_its_channels(
    port: NotedPort, window: MainWindow, qtbot: QtBot, other: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = window.session.workspace
    beeps: list[int] = []
    monkeypatch.setattr(centre.QApplication, "beep", lambda: beeps.append(1))
    deal = board.listed(ws, DealFilter(owner_id=ws.actor_id), limit=1)[0].id
    moves.lose(other, [deal], reason_id=board.names(ws, "loss_reason")[0].id)
    ws.catch_up()
    settle(qtbot, window.session)
    qtbot.waitUntil(lambda: window.top_bar.bell.unread == 1)
    assert (port.shown, beeps, window.notifications.toast.isVisible()) == ({}, [], False)
    chosen = notice_settings.get(ws).with_channel(Kind.LOST, Channel.SOUND, True)
    notice_settings.change(ws, chosen.with_channel(Kind.LOST, Channel.DESKTOP, True))
    second = board.listed(ws, DealFilter(owner_id=ws.actor_id), limit=1)[0].id
    moves.lose(other, [second], reason_id=board.names(ws, "loss_reason")[0].id)
    ws.catch_up()
    settle(qtbot, window.session)
    qtbot.waitUntil(lambda: len(beeps) == 1)
    assert [notice.title[:5] for notice in port.shown.values()] == ["Lost:"]


def test_a_notification_opens_what_it_is_about(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    me, ana = ws.actor_id, person(ws, "Ana Gil")
    lead = leads.create(ws, {"name": "Tea", "email": "tea@example.com"})
    planned = activities.plan(ws, {"subject": "Call her", "due_on": TODAY})
    ws.actor_id = ana
    notes.add(ws, "lead", lead, "@Marta Ríos, look")
    activities.edit(ws, planned, {"assignee_id": ana})
    activities.edit(ws, planned, {"assignee_id": me})
    ws.actor_id = me
    settle(qtbot, window.session)
    centre_ = window.notifications
    centre_.toggle_panel()
    settle(qtbot, window.session)
    assert [notice.kind for notice in people.notices(ws)] == ["activity_assigned", "mention"]
    centre_.panel._on_chosen(centre_.panel.model.index(1, 0))
    settle(qtbot, window.session)
    assert (window.page, window.leads.pane.record_id) == ("leads", lead)
    centre_.panel._on_chosen(centre_.panel.model.index(0, 0))
    settle(qtbot, window.session)
    dialog = window.activities.dialog
    assert dialog is not None
    assert dialog.isVisible()
    dialog.reject()


def test_the_settings_write_what_is_ticked(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("settings")
    section = window.settings.show_section("notices")
    settle(qtbot, window.session)
    box = section.boxes[Kind.MENTION, Channel.DESKTOP]
    assert not box.isChecked()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    section.quiet.click()
    settle(qtbot, window.session)
    kept = notice_settings.get(window.session.workspace)
    assert kept.wants(Kind.MENTION, Channel.DESKTOP)
    assert kept.quiet == QuietHours(True)
    section.boxes[Kind.WON, Channel.IN_APP].click()
    settle(qtbot, window.session)
    assert not section.boxes[Kind.WON, Channel.DESKTOP].isEnabled()
    section.try_button.click()
    assert "This is how I tell you." in window.notifications.toast.text


def test_closed_the_program_stays_for_reminders_until_it_is_ended(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    ended: list[int] = []
    window.closing.connect(lambda: ended.append(1))
    window.show_page("settings")
    window.settings.show_section("notices").background.click()
    window.close()
    assert (window.isVisible(), ended, window.background.hidden) == (False, [], True)
    opening, leaving = window.background.menu.actions()
    opening.trigger()
    assert (window.isVisible(), window.background.hidden) == (True, False)
    window.close()
    leaving.trigger()
    assert ended == [1]


def test_without_icons_of_the_desktop_a_closed_window_is_minimised(window: MainWindow, qtbot: QtBot) -> None:
    window.session.preferences.background = True
    window.close()
    assert window.isMinimized()
    assert window.isVisible()
    ended: list[int] = []
    window.closing.connect(lambda: ended.append(1))
    qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert ended


def test_followers_are_kept_in_the_pane(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    ana = person(ws, "Ana Gil")
    deal = board.listed(ws, DealFilter(), limit=1)[0].id
    window.open_deal(deal)
    settle(qtbot, window.session)
    control = window.pane.followers
    control.toggle_me()
    settle(qtbot, window.session)
    menu = control.menu()
    menu.aboutToShow.emit()
    follow, _, heading, me = menu.actions()[:4]
    assert [each.text() for each in (follow, heading, me)] == ["Stop following", "Followers", "Marta Ríos"]
    assert not heading.isEnabled()
    more = menu.actions()[-1].menu()
    next(each for each in more.actions() if each.text() == "Ana Gil").trigger()
    settle(qtbot, window.session)
    assert [each.id for each in followers.of(ws, deal)] == [ws.actor_id, ana]
    assert "2" in control.text()
    control.toggle_me()
    settle(qtbot, window.session)
    assert [each.id for each in followers.of(ws, deal)] == [ana]


def test_people_are_offered_behind_an_at(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    ana, angela = person(ws, "Xana Gil"), person(ws, "Xángela Roa")
    deal = board.listed(ws, DealFilter(), limit=1)[0].id
    window.open_deal(deal)
    settle(qtbot, window.session)
    window.pane.tabs.setCurrentWidget(window.pane.notes)
    editor, offer = window.pane.notes.editor, window.pane.notes.mentions
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    qtbot.keyClicks(editor, "Ask @xan")
    qtbot.waitUntil(offer.isVisible)
    assert [offer.item(n).text() for n in range(offer.count())] == ["Xana Gil", "Xángela Roa"]
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not offer.isVisible()
    assert window.pane.isVisible()
    qtbot.keyClicks(editor, "g")
    assert not offer.isVisible()
    qtbot.keyClicks(editor, " and @xan")
    assert offer.isVisible()
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.toPlainText() == "Ask @xang and @Xángela Roa "
    assert not offer.isVisible()
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window.session)
    ws.actor_id = angela
    assert [notice.kind for notice in people.notices(ws)] == ["mention"]
    ws.actor_id = ana
    assert people.notices(ws) == []
    ws.actor_id = 1
