"""Activities by mouse and keyboard: planned, logged, finished with the next step, put off; the tab, the sign, settings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from salesos_desktop.domain.activities import Activity
from salesos_desktop.services import activities, activity_kinds, activity_plans, notes, opportunities, pipelines, undo
from salesos_desktop.services.activity_plans import Step
from salesos_desktop.ui.activities.about_edit import FoundEdit
from salesos_desktop.ui.activities.list_view import ActivityModel, box_rect
from salesos_desktop.ui.activities.recurrence_edit import RecurrenceEdit
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.models.roles import CardRole
from salesos_desktop.ui.session import Session
from tests.conftest import stage_named
from tests.ui.conftest import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CHAIN = (Step("call", "Introduce us", 0), Step("email", "Send the offer", 2))


@pytest.fixture
def deal(window: MainWindow, qtbot: QtBot) -> int:
    ws = window.session.workspace
    values = {"name": "Andes <b>fleet</b>", "expected_close": window.session.today + timedelta(days=20)}
    made = opportunities.create(ws, values, stage_id=stage_named(ws, "Prospecting").id)
    settle(qtbot, window.session)
    window.open_deal(made)
    settle(qtbot, window.session)
    window.pane.tabs.setCurrentWidget(window.pane.activities)
    return made


def open_ones(window: MainWindow, deal: int) -> list[Activity]:
    return [each for each in activities.of(window.session.workspace, "opportunity", deal) if not each.done]


def shown(window: MainWindow) -> Any:
    return window.activities.dialog


def answer(window: MainWindow, qtbot: QtBot, *, key: Any = Qt.Key.Key_Return) -> None:
    qtbot.keyClick(shown(window), key, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window.session)


def entry(menu: Any, text: str) -> QAction:
    return next(each for each in menu.actions() if each.text().startswith(text))


def popup() -> QMenu:
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def test_what_is_found_when_the_field_is_gone_is_nobodys(session: Session, qtbot: QtBot) -> None:
    edit = FoundEdit(session, lambda _ws, _text: [])
    edit.textEdited.emit("a")
    delete(edit)
    settle(qtbot, session)
    assert session.jobs.idle
    assert not isValid(edit)


def test_an_activity_is_planned_by_keyboard_and_the_card_shows_it_at_once(
    window: MainWindow, qtbot: QtBot, deal: int
) -> None:
    today = window.session.today
    column = next(each for each in window.board.model.columns.values() if each.row_of(deal) >= 0)
    painted: list[int] = []
    column.dataChanged.connect(lambda first, last, *_: painted.extend(range(first.row(), last.row() + 1)))
    qtbot.mouseClick(window.pane.activities.plan_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    dialog = shown(window)
    assert dialog.form.about.about() == ("opportunity", deal)
    assert dialog.form.subject.placeholderText() == "Call"
    dialog.kinds.buttons["call"].setFocus()
    qtbot.keyClick(dialog.kinds.buttons["call"], Qt.Key.Key_Right)
    assert (dialog.kinds.code, dialog.form.subject.placeholderText()) == ("meeting", "Meeting")
    assert dialog.form.length.currentData() == 60
    qtbot.mouseClick(dialog.form.day.quick[next(iter(dialog.form.day.quick))], Qt.MouseButton.LeftButton)
    dialog.form.time.lineEdit().selectAll()
    qtbot.keyClicks(dialog.form.time, "25:00")
    answer(window, qtbot)
    assert "25:00" in dialog.fields["starts"].error, "the reason is beside the field, and what was typed stays"
    dialog.form.time.lineEdit().selectAll()
    qtbot.keyClicks(dialog.form.time, "1630")
    dialog.form.participants.line.setFocus()
    qtbot.keyClicks(dialog.form.participants.line, "Somebody")
    qtbot.keyClick(dialog.form.participants.line, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter took the name"
    qtbot.keyClicks(dialog.form.participants.line, "Half typed")
    answer(window, qtbot)
    assert shown(window) is None
    (made,) = open_ones(window, deal)
    assert (made.subject, made.kind, made.due_on, made.minutes) == ("Meeting", "meeting", today, 60)
    assert (made.due_at is not None, made.reminder_minutes) == (True, 15)
    assert [who.name for who in made.participants] == ["Somebody", "Half typed"]
    row = column.row_of(deal)
    assert row in painted
    assert column.index(row, 0).data(CardRole.CARD).next_activity_on == today
    qtbot.waitUntil(lambda: "Plan “Meeting”" in window.notifications.toast.text)
    assert window.pane.tabs.tabText(window.pane.tabs.indexOf(window.pane.activities)).endswith("1")


def test_one_that_is_there_is_edited_without_losing_anything(window: MainWindow, qtbot: QtBot, deal: int) -> None:
    ws = window.session.workspace
    values = {
        "kind": "call", "subject": "Round", "due_on": window.session.today + timedelta(days=3), "starts": "10:00",
        "time_zone": "America/Lima", "minutes": 25, "place": "Room", "reminder_minutes": 45, "note": "Bring it",
        "recurrence": "FREQ=MONTHLY;BYDAY=2TU", "participants": [{"name": "Ana"}],
    }  # fmt: skip
    made = activities.plan(ws, values, ("opportunity", deal))
    before = activities.get(ws, made)
    settle(qtbot, window.session)
    window.activities.edit(made)
    settle(qtbot, window.session)
    answer(window, qtbot)
    assert activities.get(ws, made) == before, "saved as it was, nothing is written"
    window.activities.edit(made)
    settle(qtbot, window.session)
    shown(window).form.about.setText("No such thing")
    answer(window, qtbot)
    assert "No such thing" in shown(window).fields["about"].error
    shown(window).form.about.clear()
    shown(window).form.subject.setText("Round two")
    answer(window, qtbot)
    after = activities.get(ws, made)
    assert (after.subject, after.subject_id, after.due_at, after.recurrence) == (
        "Round two", None, before.due_at, before.recurrence,
    )  # fmt: skip


def test_what_it_is_about_is_chosen_by_typing(window: MainWindow, qtbot: QtBot, deal: int) -> None:
    window.activities.plan(day=window.session.today)
    settle(qtbot, window.session)
    about = shown(window).form.about
    about.setFocus()
    qtbot.keyClicks(about, "andes <b>")
    settle(qtbot, window.session)
    qtbot.waitUntil(about.completer().popup().isVisible)
    qtbot.keyClick(about.completer().popup(), Qt.Key.Key_Down)
    qtbot.keyClick(about.completer().popup(), Qt.Key.Key_Return)
    qtbot.waitUntil(about.actions()[0].isVisible)
    assert about.about() == ("opportunity", deal)
    answer(window, qtbot)
    assert [each.subject for each in open_ones(window, deal)] == ["Call"]


def test_a_note_and_what_is_done_already_are_logged(window: MainWindow, qtbot: QtBot, deal: int) -> None:
    ws = window.session.workspace
    window.activities.plan(("opportunity", deal))
    settle(qtbot, window.session)
    dialog = shown(window)
    qtbot.mouseClick(dialog.done_box, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    dialog.form.outcome.setPlainText("They agree")
    answer(window, qtbot)
    (logged,) = activities.of(ws, "opportunity", deal)
    assert (logged.done, logged.outcome, logged.remind_at) == (True, "They agree", None)
    window.activities.plan(("opportunity", deal))
    settle(qtbot, window.session)
    qtbot.mouseClick(shown(window).kinds.buttons["note"], Qt.MouseButton.LeftButton)
    answer(window, qtbot)
    assert shown(window).fields["note"].error, "an empty note is refused at its field"
    shown(window).form.note.setPlainText("Calls back on Monday")
    answer(window, qtbot)
    assert [note.body for note in notes.of(ws, "opportunity", deal)] == ["Calls back on Monday"]


def test_after_done_the_next_step_is_asked_unless_something_is_planned(
    window: MainWindow, qtbot: QtBot, deal: int
) -> None:
    ws, today = window.session.workspace, window.session.today
    activities.plan(ws, {"kind": "call", "due_on": today}, ("opportunity", deal))
    other = activities.plan(ws, {"kind": "email", "due_on": today + timedelta(days=9)}, ("opportunity", deal))
    settle(qtbot, window.session)
    view = window.pane.activities.view
    view.setFocus()
    view.select(0)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    settle(qtbot, window.session)
    qtbot.keyClicks(shown(window).outcome, "Wants an offer")
    qtbot.keyClick(shown(window).outcome, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert shown(window) is None, "the email is planned still"
    qtbot.waitUntil(lambda: window.notifications.toast.text == "Done: “Call”")
    window.activities.finish([other])
    settle(qtbot, window.session)
    qtbot.keyClick(shown(window).outcome, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert [choice.text() for choice in shown(window).choices][2:] == ["Something else…", "Nothing"]
    qtbot.keyClick(shown(window).choices[1], Qt.Key.Key_Return)
    settle(qtbot, window.session)
    (follow_up,) = open_ones(window, deal)
    assert (follow_up.subject, follow_up.due_on >= today + timedelta(days=3)) == ("Follow-up", True)
    window.activities.finish([follow_up.id], ask=False)
    settle(qtbot, window.session)
    qtbot.mouseClick(shown(window).choices[2], Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert shown(window).form.about.about() == ("opportunity", deal)
    qtbot.keyClick(shown(window), Qt.Key.Key_Escape)
    again = activities.plan(ws, {"due_on": today, "recurrence": "FREQ=WEEKLY"}, ("opportunity", deal))
    window.activities.finish([again], ask=False)
    settle(qtbot, window.session)
    assert shown(window) is None, "what recurs has its next step"


def test_the_tab_ticks_puts_off_deletes_and_starts_plans(window: MainWindow, qtbot: QtBot, deal: int) -> None:
    ws, today = window.session.workspace, window.session.today
    tab = window.pane.activities
    assert tab.empty.isVisible()
    for plan in activity_plans.listing(ws):
        activity_plans.set_active(ws, plan.id, False)
    settle(qtbot, window.session)
    assert not tab.start_button.isVisible(), "no plan is offered"
    activity_plans.save(ws, None, "First & contact", CHAIN)
    settle(qtbot, window.session)
    qtbot.mouseClick(tab.start_button, Qt.MouseButton.LeftButton)
    menu = popup()
    entry(menu, "First && contact").trigger()
    menu.hide()
    settle(qtbot, window.session)
    assert [each.subject for each in open_ones(window, deal)] == ["Introduce us", "Send the offer"]
    qtbot.waitUntil(lambda: "First & contact" in window.notifications.toast.text)
    qtbot.mouseClick(tab.stop_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window.session)
    assert open_ones(window, deal) == []
    window.actions_.undo()
    settle(qtbot, window.session)
    view = tab.view
    view.setFocus()
    view.select(0)
    first = view.current()
    qtbot.keyClick(view, Qt.Key.Key_S)
    settle(qtbot, window.session)
    menu = popup()
    entry(menu, "Next week").trigger()
    menu.hide()
    settle(qtbot, window.session)
    assert activities.get(ws, first.id).due_on > today
    assert view.current().id == first.id, "the keyboard stays with it"
    view.select(0)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    settle(qtbot, window.session)
    assert view.model().rowCount() == 1
    last = view.current()
    window.activities.finish([last.id], ask=False)
    settle(qtbot, window.session)
    shown(window).reject()
    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=box_rect(view.visualRect(view.model().index(0, 0))).center()
    )
    settle(qtbot, window.session)
    assert not activities.get(ws, last.id).done, "a click on the tick takes it back"
    window.activities.show_menu(activities.get(ws, last.id), QPoint(10, 10))
    settle(qtbot, window.session)
    menu = popup()
    entry(menu, "Edit").trigger()
    menu.hide()
    settle(qtbot, window.session)
    assert shown(window).form.subject.text() == last.subject
    shown(window).reject()


def test_a_lead_and_a_company_have_the_tab_too(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    for table, page in (("lead", "leads"), ("company", "companies"), ("contact", "contacts")):
        window.open_record(table, 1)
        settle(qtbot, window.session)
        pane = getattr(window, page).pane
        made = activities.plan(ws, {"due_on": window.session.today, "subject": f"About {table}"}, (table, 1))
        settle(qtbot, window.session)
        assert pane.activities.model.row_of(made) >= 0


def test_one_is_planned_for_many_from_a_list(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    window.show_page("contacts")
    settle(qtbot, window.session)
    window.contacts.actions_.show_menu([1, 2], QPoint(10, 10))
    settle(qtbot, window.session)
    menu = popup()
    entry(menu, "Plan activity…").trigger()
    menu.hide()
    settle(qtbot, window.session)
    assert shown(window).form.about.text() == "2 records"
    answer(window, qtbot)
    assert all(any(each.subject == "Call" for each in activities.of(ws, "contact", contact)) for contact in (1, 2))
    assert undo.possible(ws).undo == "Plan 2 activities"


def test_the_model_keeps_the_rules_of_models(session: Session) -> None:
    ws = session.workspace
    model = ActivityModel(session)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    late = activities.plan(ws, {"subject": "Late", "due_on": session.today - timedelta(days=2)}, None)
    done = activities.plan(ws, {"subject": "Logged", "done": True, "outcome": "Fine"}, None)
    model.show([activities.get(ws, late), activities.get(ws, done)], {"task": "check"})
    first, second = model.index(0, 0), model.index(1, 0)
    assert "! past due" in first.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert first.data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Unchecked
    assert second.data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked
    assert "Fine" in second.data(Qt.ItemDataRole.AccessibleDescriptionRole)


@pytest.mark.parametrize(
    "rule",
    ["", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY", "FREQ=YEARLY",
     "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=6", "FREQ=MONTHLY;INTERVAL=3;UNTIL=20271231", "FREQ=MONTHLY;BYDAY=-1FR"],
)  # fmt: skip
def test_a_recurrence_is_shown_and_comes_out_as_it_went_in(qapp: object, qtbot: QtBot, rule: str) -> None:  # noqa: ARG001
    edit = RecurrenceEdit()
    qtbot.addWidget(edit)
    edit.show_day(date(2026, 11, 24))
    edit.show_rule(rule)
    assert edit.rule() == rule


def test_kinds_plans_and_the_plan_of_a_stage_are_kept_in_the_settings(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    window.show_page("settings")
    section: Any = window.settings.show_section("activities")
    settle(qtbot, window.session)
    qtbot.mouseClick(section.buttons["add"], Qt.MouseButton.LeftButton)
    section.name.setText("Visit")
    qtbot.keyClick(section.name, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    assert [kind.name for kind in activities.kinds(ws)][-1] == "Visit"
    assert section.buttons["delete"].isEnabled()
    activities.plan(ws, {"kind": "visit"}, None)
    settle(qtbot, window.session)
    assert not section.buttons["delete"].isEnabled(), "it is used now"
    section = window.settings.show_section("plans")
    settle(qtbot, window.session)
    qtbot.mouseClick(section.buttons["add"], Qt.MouseButton.LeftButton)
    section.name.setText("New customer")
    qtbot.mouseClick(section.steps.add_button, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(section.steps.rows[0].subject, "Hello")
    qtbot.mouseClick(section.steps.add_button, Qt.MouseButton.LeftButton)
    section.steps.rows[1].days.setValue(2)
    section.steps.rows[1].time.setEditText("later")
    section.save()
    settle(qtbot, window.session)
    assert "later" in section.fields["steps"].error
    section.steps.rows[1].time.setEditText("9:00")
    section.steps.rows[1].subject.setFocus()
    qtbot.keyClick(section.steps.rows[1].subject, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    section.save()
    settle(qtbot, window.session)
    plan = activity_plans.listing(ws)[-1]
    assert [(step.subject, step.days, step.starts) for step in plan.steps] == [("Call", 2, "09:00"), ("Hello", 0, "")]
    section = window.settings.show_section("stages")
    settle(qtbot, window.session)
    section.table.selectRow(1)
    section.plan.setCurrentIndex(section.plan.findData(plan.id))
    section.save()
    settle(qtbot, window.session)
    assert activity_plans.listing(ws)[-1].stages == ("Qualification",)
    assert pipelines.stages(ws, section.pipelines.currentData())[1].plan_id == plan.id
    undo.undo(ws)
    assert activity_plans.listing(ws)[-1].stages == ()
    assert [each.uses for each in activity_kinds.listing(ws)][-1] == 1
