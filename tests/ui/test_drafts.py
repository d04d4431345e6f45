"""What is made, or done to many, while the line is lost: it waits as a draft, its dialog closes, and it is sent on return."""

from __future__ import annotations

import ast
import re
from array import array
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.opportunities import Priority
from salesos_desktop.domain.products import Line as ProductLine
from salesos_desktop.errors import LineLost
from salesos_desktop.services import (
    activities,
    attachments,
    board,
    bulk,
    checklists,
    companies,
    contacts,
    deal_contacts,
    deal_table,
    draft_kinds,
    draft_words,
    drafts,
    followers,
    leads,
    lines,
    lists,
    notes,
    opportunities,
    pipelines,
    products,
)
from salesos_desktop.services import sharing as sharings
from salesos_desktop.services.board import Named
from salesos_desktop.services.drafts import Draft
from salesos_desktop.ui import drafts as ui_drafts
from salesos_desktop.ui import known as ui_known
from salesos_desktop.ui.activities.postponing import ChooseDayDialog
from salesos_desktop.ui.detail.sharing import SharingDialog
from salesos_desktop.ui.dialogs.company import CompanyDialog
from salesos_desktop.ui.dialogs.contact import ContactDialog
from salesos_desktop.ui.dialogs.drafts import DraftsDialog
from salesos_desktop.ui.dialogs.hold import HoldDialog
from salesos_desktop.ui.dialogs.stage_rules import StageRulesDialog
from salesos_desktop.ui.drafts import Drafts
from salesos_desktop.ui.drafts_bar import DraftsBar
from salesos_desktop.ui.line_banner import TeamStrip
from salesos_desktop.ui.main_window import MainWindow
from salesos_desktop.ui.opportunities.bulk_dialogs import DateDialog
from salesos_desktop.ui.session import Session
from tests.conftest import beside
from tests.ui.conftest import open_window, settle
from tests.ui.hands import focused, front, press


class Line(QObject):
    """The line of a session to a server, cut and mended by hand."""

    changed = Signal(object)
    looked = Signal()
    lost_since: datetime | None = None
    why = ""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.changed.connect(session.line)

    def cut(self) -> None:
        self._session.workspace.store.lost = True
        self.lost_since = self._session.workspace.clock.now()
        self.changed.emit(True)

    def plug(self, *, sending: bool = True) -> None:
        self._session.workspace.store.lost = False
        if sending:
            self.lost_since = None
            self.changed.emit(False)

    def miss(self) -> None:
        """Nothing is read again."""

    def close(self) -> None:
        """There is nobody to leave."""


@pytest.fixture
def line(session: Session) -> Line:
    return Line(session)


@pytest.fixture
def window(session: Session, line: Line, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window whose session takes a file for a server."""
    session.server = line  # type: ignore[assignment]
    session.drafts = Drafts(session)
    with open_window(session, qtbot) as made:
        yield made


def waiting(window: MainWindow) -> list[Draft]:
    assert window.session.drafts is not None
    return window.session.drafts.all


def settled(qtbot: QtBot, window: MainWindow, ask: Callable[[], object]) -> None:
    """Does something and waits until the window is at rest."""
    ask()
    settle(qtbot, window.session)


def test_without_a_line_a_new_deal_can_be_typed_and_a_record_that_cannot_be_read_stays_closed(
    window: MainWindow, line: Line, qtbot: QtBot
) -> None:
    """The form opens also the first time; a deal is not opened empty, and the person is told why."""
    told: list[Exception] = []
    window.session.problem.connect(told.append)
    settled(qtbot, window, lambda: window.actions_.show_pipeline(window.board.model.pipeline_id))
    read = window.board.frames[0].model.id_at(1)
    settled(qtbot, window, lambda: window.open_deal(read))
    name = window.pane.title.full_text()
    settled(qtbot, window, lambda: window.open_deal(window.board.frames[0].model.id_at(2)))
    settled(qtbot, window, window.pane.close_pane)
    line.cut()
    settled(qtbot, window, window.actions_.new)
    assert window.actions_.dialog.isVisible()
    window.actions_.dialog.reject()
    settled(qtbot, window, lambda: window.open_deal(read))
    assert (window.pane.title.full_text(), window.pane.tabs.isVisible()) == (name, True), "what was read before"
    window.pane.close_pane()
    settled(qtbot, window, window.finding.ask)
    settled(qtbot, window, lambda: window.finding.box.edit.setText("new opp"))
    assert window.finding.box.model.rowCount(), "commands need no line"
    window.finding.box.leave()
    settled(qtbot, window, lambda: window.open_deal(window.board.frames[0].model.id_at(0)))
    assert window.pane.isHidden()
    assert {type(error) for error in told} == {LineLost}
    line.plug()


def test_who_is_not_let_in_is_told_who_can_change_that(window: MainWindow, line: Line, session: Session) -> None:
    strip, store = window.findChild(TeamStrip), session.workspace.store
    for wants, shut, title, cure in (
        (False, False, "No connection with the server since", "tries again by itself"),
        (True, False, "The server has asked for your password since", "until you have typed it"),
        (False, True, "The server has not let you in since", "An administrator can"),
    ):
        store.wants_password, store.shut_out = wants, shut
        line.cut()
        said = strip.banner.accessibleName()
        assert said.startswith(title)
        assert cure in said
    line.plug()


def test_a_page_that_cannot_be_read_without_a_line_says_so_itself(window: MainWindow, line: Line, qtbot: QtBot) -> None:
    settled(qtbot, window, lambda: window.show_page("home"))
    window.home._looked = True
    line.cut()
    settled(qtbot, window, window.home.work_through)
    assert "could not be read" in window.home.work.end.texts()
    assert window.home.work.end.isVisible()
    settled(qtbot, window, lambda: window.show_page("leads"))
    assert window.leads._no_line.isVisible()
    assert window.messages.text == "", "the strip has said it, and nobody has saved anything"
    line.plug()
    window.session.workspace.start_anew()
    settled(qtbot, window, lambda: qtbot.waitUntil(window.leads.table.isVisible))


def test_forms_of_pages_that_were_never_shown_offer_what_there_was_when_the_line_was_lost(
    window: MainWindow, line: Line, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, known = window.session.workspace, window.session.known
    monkeypatch.setattr(ui_known, "_AGAIN_MS", 0)
    settled(qtbot, window, lambda: known._first.start(0))
    qtbot.waitUntil(lambda: not known._first.isActive())
    settle(qtbot, window.session)
    # Somebody else adds to the lists while the window is at rest.
    settled(qtbot, window, lambda: lists.add(ws, "source", {"name": "Trade fair"}))
    qtbot.waitUntil(lambda: not known._again.isActive() and not known._stale)
    settle(qtbot, window.session)
    people = {each.name for each in board.names(ws, "person") if each.active}
    line.cut()

    def offered(dialog: Any) -> set[str]:
        return {box.itemText(row) for box in dialog.findChildren(QComboBox) for row in range(box.count())}

    for page, wanted in (
        ("leads", {*people, "Trade fair"}), ("contacts", people), ("companies", people), ("board", {*people, "Trade fair"}),
    ):  # fmt: skip
        settled(qtbot, window, lambda page=page: window.show_page(page))  # type: ignore[misc]
        settled(qtbot, window, window.new)
        actions: Any = window.actions_ if page == "board" else window.shown.actions_
        assert offered(actions.dialog) >= wanted, page
        actions.dialog.reject()
    deal = window.board.frames[0].model
    settled(qtbot, window, lambda: window.actions_.plan_activity([deal.id_at(0)]))
    planned: Any = window.activities.dialog
    assert planned.form.about.text() == deal.index(0, 0).data()
    planned.reject()
    line.plug()


def test_what_is_made_without_a_line_waits_and_its_dialog_closes(window: MainWindow, line: Line, qtbot: QtBot) -> None:
    ws, deals = window.session.workspace, window.actions_
    made: list[int] = []
    deals.created.connect(made.append)
    lead_id = leads.create(ws, {"name": "Eva", "email": "eva@sol.es"})
    deal = window.board.frames[0].model.id_at(0)
    window.open_deal(deal)
    window.pane.tabs.setCurrentWidget(window.pane.people)
    settled(qtbot, window, lambda: window.show_page("leads"))
    people, leading = window.pane.people, window.leads.actions_
    people.name.setText("Ada")

    def answer(dialog: Any, **texts: str) -> None:
        for name, text in texts.items():
            dialog.fields[name].editor.setText(text)
        line.cut()
        closed: list[int] = []
        dialog.accepted.connect(lambda: closed.append(1))
        settled(qtbot, window, dialog.answer)
        line.plug(sending=False)
        assert closed, dialog.windowTitle()

    for actions, ask, texts in (
        (deals, deals.new, {"name": "Far away", "value": "900"}),
        (leading, leading.new, {"name": "Leo", "phone": "+34 600 100 200"}),
        (people._dialogs, people.create, {}),
        (leading, lambda: leading.convert([lead_id]), {"value": "50"}),
    ):
        settled(qtbot, window, ask)
        answer(actions.dialog, **texts)
    for dialog, name in (
        (ContactDialog(window, window.session, []), "Zoe"),
        (CompanyDialog(window, window.session, SimpleNamespace(people=[], sectors=[])), "Mar"),  # type: ignore[arg-type]
    ):
        dialog.created.connect(made.append)
        answer(dialog, name=name)
    assert (people.name.text(), made) == ("", [])
    assert window.findChild(DraftsBar).accessibleName() == "6 changes to send"
    line.plug()
    qtbot.waitUntil(lambda: not waiting(window))
    assert "Far away" in [card.name for card in board.fetch(ws, range(1, 99)).values()]
    assert "Leo" in [row.name for row in leads.fetch(ws, range(1, 200)).values()]
    assert {"Zoe", "Ada"} < {row.name for row in contacts.fetch(ws, range(1, 200)).values()}
    assert "Ada" in [each.name for each in deal_contacts.of(ws, deal)]
    assert "Mar" in [row.name for row in companies.fetch(ws, range(1, 200)).values()]
    assert leads.get(ws, lead_id).row["opportunity_id"]


def test_what_is_done_to_many_without_a_line_waits_and_a_person_may_insist(
    window: MainWindow, line: Line, qtbot: QtBot
) -> None:
    ws, deals = window.session.workspace, window.actions_
    luis = beside(ws, "Luis Mar")
    both = [window.board.frames[0].model.id_at(row) for row in (0, 1)]
    item = checklists.add(ws, both[0], "Ring")
    window.open_deal(both[0])
    window.pane.tabs.setCurrentWidget(window.pane.checks)
    dates = DateDialog(window, window.session, both)
    holds = HoldDialog(window, window.session, [board.fetch(ws, both)[each] for each in both[1:]])
    bulk.assign(luis, both, None)
    ws.catch_up()
    settle(qtbot, window.session)
    line.cut()
    deals.assign(both, luis.actor_id, "Luis Mar")
    deals.prioritise(both, Priority.LOW)
    window.pane.checks.view.item(0).setCheckState(Qt.CheckState.Checked)
    window.pane.followers.toggle_me()
    dates.answer()
    holds.answer()
    deals.edit(both[0])
    settle(qtbot, window.session)
    assert "Nothing was saved" not in window.messages.text, "nobody was saving when the deal was read"
    assert window.messages.text.startswith("The server cannot be reached.")
    drafts = waiting(window)
    line.plug(sending=False)
    assert [draft_words.title(each) for each in drafts][2:4] == [
        "Tick “Ring”", f"Follow “{opportunities.get(luis, both[0]).card.name}”",
    ]  # fmt: skip
    assert [each.kind for each in drafts] == ["assign", "prioritise", "check_tick", "follow", "reschedule", "hold"]

    bulk.prioritise(luis, both, Priority.HIGH)
    line.plug()
    qtbot.waitUntil(lambda: [each.kind for each in waiting(window) if each.problem] == ["prioritise"])
    qtbot.waitUntil(lambda: len(waiting(window)) == 1)
    qtbot.mouseClick(window.findChild(DraftsBar).look, Qt.MouseButton.LeftButton)
    dialog = window.findChild(DraftsDialog)
    assert any("Luis Mar has changed" in each.text() for each in dialog.findChildren(QLabel))
    send = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Send all the same")
    qtbot.mouseClick(send, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not waiting(window))
    rows = [opportunities.get(ws, each).row for each in both]
    assert [(row["owner_id"], row["priority"], row["expected_close"]) for row in rows] == [
        (luis.actor_id, "low", ws.clock.today())
    ] * 2
    assert rows[1]["hold_until"]
    assert [(each.id, each.done) for each in checklists.of(ws, both[0])] == [(item, True)]


def test_a_card_that_a_change_waits_for_is_marked_until_it_is_sent_and_the_list_names_it(
    window: MainWindow, line: Line, qtbot: QtBot
) -> None:
    here, there = window.board.frames[:2]
    deal, name = here.model.id_at(0), here.model.index(0, 0).data()

    def told() -> str:
        frame = next(each for each in (here, there) if each.model.row_of(deal) >= 0)
        index = frame.model.index(frame.model.row_of(deal), 0)
        return str(index.data(Qt.ItemDataRole.AccessibleDescriptionRole))

    def painted() -> QImage:
        frame = next(each for each in (here, there) if each.model.row_of(deal) >= 0)
        place = frame.view.visualRect(frame.model.index(frame.model.row_of(deal), 0))
        return frame.view.viewport().grab(place).toImage()

    here.view.clearSelection()
    bare = painted()
    row = deal_table.fetch(window.session.workspace, [deal])[deal]
    settled(qtbot, window, lambda: window.show_page("deals"))
    settled(qtbot, window, lambda: window.show_page("board"))
    settled(qtbot, window, lambda: window.open_deal(deal))
    assert window.pane.waits.isHidden()
    line.cut()
    settled(qtbot, window, lambda: window.board.moves.sideways(here, [deal], 1))
    assert told().startswith(f"Waits to be sent: Move 1 deal to {there.stage.name}. ")
    here.view.clearSelection()
    assert painted() != bare
    assert draft_words.lines(waiting(window)[0]) == [name]
    settled(qtbot, window, lambda: window.show_page("deals"))
    table, model = window.deals.table, window.deals.model
    model.begin(array("q", [deal]), [row], whole=True)
    row_texts = model.index(0, 0).data(Qt.ItemDataRole.AccessibleDescriptionRole)
    marked = table.viewport().grab().toImage()
    assert "Waits to be sent: Move 1 deal" in row_texts
    assert "Waits to be sent: Move 1 deal" in window.pane.waits.toolTip()
    assert window.pane.waits.isVisible()
    settled(qtbot, window, lambda: window.show_page("board"))
    strip = window.findChild(TeamStrip)
    assert strip.banner.isVisible()
    assert strip.drafts.isVisible()
    settled(qtbot, window, lambda: window.open_deal(there.model.id_at(0)))
    assert window.messages.isVisible()
    front(window, qtbot)
    strip.banner.now.setFocus()
    assert strip.height() + window.messages.height() < 130, "one strip for both, and a message leave room for the board"
    line.plug()
    qtbot.waitUntil(lambda: not waiting(window))
    settle(qtbot, window.session)
    assert not strip.isVisible()
    assert window._splitter.isAncestorOf(focused()), (
        "the keyboard that was in the strip goes to the page, not to the search"
    )
    assert there.model.row_of(deal) >= 0
    assert "Waits" not in told()
    assert window.pane.waits.isHidden()
    settled(qtbot, window, lambda: window.show_page("deals"))
    model.begin(array("q", [deal]), [row], whole=True)
    assert table.viewport().grab().toImage() != marked


def test_what_breaks_while_it_is_sent_waits_for_a_person_and_the_others_go_also_after_a_full_disk(
    window: MainWindow, line: Line, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)

    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    tried: list[int] = []

    def full(*_args: object) -> None:
        tried.append(1)
        raise OSError

    line.cut()
    window.session.ask(followers.follow, deal, None, draft=("follow", "Deal"))
    window.session.ask(notes.add, "opportunity", deal, "Far away", draft=("note_add", "Far away"))
    settle(qtbot, window.session)
    monkeypatch.setitem(draft_kinds.SERVICES, "follow", broken)  # type: ignore[arg-type]
    told: list[Exception] = []
    window.session.problem.connect(told.append)
    monkeypatch.setattr(ui_drafts, "_AGAIN_MS", 1)
    with monkeypatch.context() as disk:
        disk.setattr(drafts, "put", full)
        line.plug()
        qtbot.waitUntil(lambda: len(tried) > 2)
    assert ["cannot be written" in str(each) for each in told] == [True], "once"
    qtbot.waitUntil(lambda: [each.kind for each in waiting(window)] == ["follow"])
    assert "Something went wrong" in waiting(window)[0].problem
    assert waiting(window)[0].unsure, "only a refusal says that it is not there"
    assert [each.body for each in notes.of(ws, "opportunity", deal)] == ["Far away"]


def test_what_was_sent_when_the_disk_filled_up_is_not_sent_again(
    window: MainWindow, line: Line, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    monkeypatch.setattr(ui_drafts, "_AGAIN_MS", 1)
    line.cut()
    window.session.ask(notes.add, "opportunity", deal, "Once", draft=("note_add", "Once"))
    settle(qtbot, window.session)
    room, put = iter((True, False, False)), drafts.put

    def full(path: Path, content: bytes) -> None:
        if not next(room, True):
            raise OSError
        put(path, content)

    monkeypatch.setattr(drafts, "put", full)
    line.plug()
    qtbot.waitUntil(lambda: not waiting(window))
    assert [each.body for each in notes.of(ws, "opportunity", deal)] == ["Once"]


def test_where_nothing_can_be_locked_what_waits_is_shown_and_the_window_says_so(
    window: MainWindow, line: Line, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui_drafts, "_AGAIN_MS", 1)
    told: list[Exception] = []
    window.session.problem.connect(told.append)
    line.cut()
    window.session.ask(followers.follow, window.board.frames[0].model.id_at(0), None, draft="Deal")
    settle(qtbot, window.session)
    turn = drafts.KeptDrafts(window.session.workspace).path.with_suffix(".sending")
    turn.mkdir()
    line.plug()
    qtbot.waitUntil(lambda: len(told) == 1)
    assert [each.kind for each in waiting(window)] == ["follow"]
    turn.rmdir()
    qtbot.waitUntil(lambda: not waiting(window))


def test_a_second_window_does_not_send_what_the_first_is_sending(
    window: MainWindow, line: Line, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui_drafts, "_AGAIN_MS", 10)
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    line.cut()
    for text in ("One", "Two"):
        window.session.ask(notes.add, "opportunity", deal, text, draft=("note_add", text))
    settle(qtbot, window.session)
    second = Drafts(window.session)
    qtbot.waitUntil(lambda: len(second.all) == 2)
    line.plug()
    qtbot.waitUntil(lambda: not waiting(window) and not second.all)
    settle(qtbot, window.session)
    assert sorted(each.body for each in notes.of(ws, "opportunity", deal)) == ["One", "Two"]
    second.close()


def test_what_a_rep_saves_in_a_day_waits_and_comes_to_be(
    window: MainWindow, line: Line, qtbot: QtBot, tmp_path: Path
) -> None:
    ws = window.session.workspace
    deal, gone = (window.board.frames[0].model.id_at(row) for row in (0, 1))
    luis, about = beside(ws, "Luis Mar"), ("opportunity", deal)
    notes.add(ws, *about, "Hello")
    one, two = (
        activities.plan(ws, {"kind": "call", "subject": each, "due_on": ws.clock.today()}, about) for each in "AB"
    )
    contacts.create(ws, {"name": "Zoe"})
    settled(qtbot, window, lambda: window.open_deal(deal))
    pane = window.pane
    for tab in (pane.files, pane.people, pane.products, pane.activities, pane.notes):
        settled(qtbot, window, lambda tab=tab: pane.tabs.setCurrentWidget(tab))
    sharing = SharingDialog(window, window.session, deal, "Deal", [Named(luis.actor_id, "Luis Mar")], [])
    later = ChooseDayDialog(window, window.session, [two], SimpleNamespace(tomorrow=date(2026, 12, 1)))  # type: ignore[arg-type]
    paper = tmp_path / "offer.txt"
    paper.write_text("An offer", encoding="utf-8")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(paper)), QUrl("https://sol.es/offer")])
    line.cut()
    pane.files.take(dropped)
    settle(qtbot, window.session)
    paper.unlink()
    next(each for each in pane.notes.findChildren(QPushButton) if each.text() == "Pin").click()
    pane.people.name.setText("Zoe")
    pane.people.add()
    pane.products.editor.show_lines([ProductLine(None, "Board", 2000, 500)])
    pane.products.editor.edited.emit()
    sharing._add()
    window.activities.delete([one])
    closed: list[int] = []
    later.accepted.connect(lambda: closed.append(1))
    later.answer()
    window.actions_.delete([gone])
    settle(qtbot, window.session)
    assert sorted(each.kind for each in waiting(window)) == [
        "activity_delete", "activity_move", "attach", "attach_link", "deal_contact", "lines", "note_pin",
        "opportunity_delete", "share",
    ]  # fmt: skip
    assert (pane.people.name.text(), closed) == ("", [1])
    line.plug()
    qtbot.waitUntil(lambda: not waiting(window))
    settle(qtbot, window.session)
    files = attachments.of(ws, *about)
    assert {each.name for each in files} == {"offer.txt", "sol.es/offer"}
    kept = next(each for each in files if not each.url)
    assert attachments.opened_copy(ws, kept.id).read_text(encoding="utf-8") == "An offer"
    assert [each.pinned for each in notes.of(ws, *about)] == [True]
    assert "Zoe" in [each.name for each in deal_contacts.of(ws, deal)]
    assert [each.description for each in lines.lines_of(ws, deal).lines] == ["Board"]
    assert [each.id for each in sharings.of(ws, deal)] == [luis.actor_id]
    days = {each.id: each.due_on for each in activities.of(ws, *about)}
    assert (days[two], one in days) == (date(2026, 12, 1), False)
    assert gone not in board.fetch(ws, [gone])


def test_the_list_of_what_waits_is_worked_through_with_keys(window: MainWindow, line: Line, qtbot: QtBot) -> None:
    deals = [window.board.frames[0].model.id_at(row) for row in range(3)]
    front(window, qtbot)
    line.cut()
    for deal in deals:
        window.session.ask(followers.follow, deal, None, draft=f"Deal {deal}")
    settle(qtbot, window.session)
    window.findChild(DraftsBar).look.click()
    dialog = window.findChild(DraftsDialog)
    qtbot.waitUntil(lambda: dialog.isActiveWindow())
    first, second, third = (f"Follow “Deal {deal}”" for deal in deals)
    assert focused().accessibleName() == f"Send now: {first}"
    three = dialog._area.height()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab):
        press(qtbot, key)
        settle(qtbot, window.session)
    assert len(waiting(window)) == 3, "without a line it stays"
    assert focused().accessibleName() == f"Throw away: {second}"
    for left in (3, 2):
        press(qtbot, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda left=left: len(waiting(window)) == left)  # type: ignore[misc]
        qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget()))
    assert focused().accessibleName() == f"Throw away: {third}"
    assert dialog._area.height() < three - 50, "no higher than what is left of it"
    qtbot.waitUntil(lambda: dialog._area.verticalScrollBar().maximum() == 0)
    assert dialog.isVisible()
    press(qtbot, Qt.Key.Key_Escape)
    assert len(waiting(window)) == 2
    for each in waiting(window):
        window.session.drafts.drop(each)  # type: ignore[union-attr]
    line.plug()


def test_what_is_sent_or_kept_goes_and_comes_at_once_in_another_window_also_what_cannot_be_read(
    window: MainWindow, line: Line, qtbot: QtBot
) -> None:
    session, deal = window.session, window.board.frames[0].model.id_at(0)
    line.cut()
    other = Drafts(session)
    qtbot.waitUntil(lambda: other._kept is not None)
    shown: list[int] = []
    other.changed.connect(lambda: shown.append(len(other.all)))
    session.ask(followers.follow, deal, None, draft="Deal")
    qtbot.waitUntil(lambda: shown == [1])
    assert session.drafts is not None
    session.drafts.drop(waiting(window)[0])
    qtbot.waitUntil(lambda: shown == [1, 0])
    assert other._kept is not None
    whole = other._kept.path.with_suffix(".written")
    whole.write_text('[{"what": "I have typed"}]', encoding="utf-8")
    whole.replace(other._kept.path)
    qtbot.waitUntil(lambda: len(waiting(window)) == 1)
    line.plug()
    qtbot.mouseClick(window.findChild(DraftsBar).look, Qt.MouseButton.LeftButton)
    dialog = window.findChild(DraftsDialog)
    assert {"A change that cannot be read", "I have typed"} < {each.text() for each in dialog.findChildren(QLabel)}
    for text, left in (("Try again", 1), ("Throw away", 1), ("Throw away for good", 0)):
        [each for each in dialog.findChildren(QPushButton) if each.text() == text][-1].click()
        assert len(waiting(window)) == left
    qtbot.waitUntil(lambda: not other.all)
    other.close()


def test_nothing_in_the_window_asks_for_a_change_that_can_wait_without_saying_so() -> None:
    """Read in the program's own text: every ``….ask(service.name, …)`` of one of these services names its draft."""
    can_wait = {(each.__module__.rpartition(".")[2], each.__name__) for each in draft_kinds.SERVICES.values()}
    names, found, silent = {name for _, name in can_wait}, 0, []
    perhaps = re.compile(rf"\bask\w*\([^()]*\.({'|'.join(names)})\b")
    for path in Path(ui_drafts.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not perhaps.search(text):
            continue
        nodes = list(ast.walk(ast.parse(text)))
        imported = [each for node in nodes if isinstance(node, ast.ImportFrom) for each in node.names]
        alias = {each.asname or each.name: each.name for each in imported}
        for node in nodes:
            called = getattr(node, "func", None)
            if getattr(called, "attr", getattr(called, "id", "")) in ("ask", "ask_edit", "ask_move"):
                assert isinstance(node, ast.Call)
                asked = [each for each in node.args if isinstance(each, ast.Attribute) and each.attr in names]
                if any((alias.get(ast.unparse(each.value)), each.attr) in can_wait for each in asked):
                    found += 1
                    if all(each.arg != "draft" for each in node.keywords):
                        silent.append(f"{path.name}:{node.lineno}")
    assert found > 50
    assert silent == []


def test_what_only_an_administrator_saves_is_refused_in_words_and_stays_in_its_form(
    window: MainWindow, line: Line, qtbot: QtBot
) -> None:
    settled(qtbot, window, lambda: window.show_page("settings"))
    section: Any = window.settings.show_section("products")
    settle(qtbot, window.session)
    section.begin_new()
    section.name.setText("GTX Pro")
    section.price.setText("1,234.50")
    line.cut()
    settled(qtbot, window, section.save)
    assert section.problem.text().startswith("The server cannot be reached. Nothing was saved.")
    assert (section.name.text(), section.price.text(), waiting(window)) == ("GTX Pro", "1,234.50", [])
    line.plug()
    settled(qtbot, window, section.save)
    assert "GTX Pro" in [each.name for each in products.listing(window.session.workspace)]


def known(window: MainWindow, qtbot: QtBot) -> None:
    """Waits until the window has read what it keeps for a lost line."""
    window.session.known._first.start(0)
    qtbot.waitUntil(lambda: not window.session.known._first.isActive())
    settle(qtbot, window.session)


def test_deals_are_won_lost_and_reopened_without_a_line_and_their_stages_ask_before_it(
    window: MainWindow, line: Line, qtbot: QtBot
) -> None:
    ws, actions = window.session.workspace, window.actions_
    stage = next(each.stage for each in window.board.frames if each.title == "Won")
    pipelines.edit_stage(ws, stage.id, {"entry_text": "Is it signed?"})
    known(window, qtbot)
    frames = window.board.frames
    first, won = frames[0].model, next(each for each in frames if each.title == "Won")
    sold, lost, back, open_stage = first.id_at(0), first.id_at(1), won.model.id_at(0), frames[1].stage
    settled(qtbot, window, lambda: won.model.index(0, 0).data())
    settled(qtbot, window, lambda: window.open_deal(lost))
    line.cut()
    settled(qtbot, window, lambda: won.take(first.mimeData([first.index(0, 0)])))
    win: Any = actions.dialog
    win.fields["value"].editor.setText("1,234")
    win.answer()
    asked = win.findChild(StageRulesDialog)
    asked.fields["confirmed"].editor.setChecked(True)
    settled(qtbot, window, asked.answer)
    settled(qtbot, window, window.pane.lost_button.click)
    lose: Any = actions.dialog
    lose.fields["reason"].editor.setCurrentIndex(1)
    settled(qtbot, window, lose.answer)
    settled(qtbot, window, lambda: actions.reopen([back]))
    reopen: Any = actions.dialog
    reopen.fields["stage"].editor.setCurrentText(open_stage.name)
    settled(qtbot, window, reopen.answer)
    assert actions.dialog is None
    assert [each.kind for each in waiting(window)] == ["win", "lose", "reopen"]
    line.plug()
    qtbot.waitUntil(lambda: not waiting(window))
    cards = board.fetch(ws, [sold, lost, back])
    assert [cards[each].kind.value for each in (sold, lost)] == ["won", "lost"]
    assert (cards[sold].value, cards[back].stage_id) == (123_400, open_stage.id)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_an_activity_is_finished_with_its_outcome_and_another_put_off_without_a_line(
    window: MainWindow, line: Line, qtbot: QtBot
) -> None:
    ws, actions = window.session.workspace, window.activities
    made = [activities.plan(ws, {"subject": name, "due_on": ws.clock.today()}, None) for name in ("Call Ana", "Visit")]
    known(window, qtbot)
    line.cut()
    settled(qtbot, window, lambda: actions.finish(made[:1], name="Call Ana"))
    dialog: Any = actions.dialog
    assert dialog.findChildren(QLabel)[1].text() == "Call Ana"
    dialog.outcome.setText("They agree")
    settled(qtbot, window, lambda: press(qtbot, Qt.Key.Key_Return))
    assert actions.dialog is None
    (draft,) = waiting(window)
    assert draft_words.lines(draft) == ["Call Ana", "They agree"]
    settled(qtbot, window, lambda: actions.postpone(made[1:]))
    menu: Any = QApplication.activePopupWidget()
    next(each for each in menu.actions() if "Tomorrow" in each.text()).trigger()
    menu.close()
    settle(qtbot, window.session)
    assert [each.kind for each in waiting(window)] == ["finish", "activity_move"]
    line.plug()
    qtbot.waitUntil(lambda: not waiting(window))
    call, visit = (activities.get(ws, each) for each in made)
    assert (call.done, call.outcome) == (True, "They agree")
    assert visit.due_on > ws.clock.today()


def test_what_a_stage_asks_only_on_return_is_answered_in_the_list(window: MainWindow, line: Line, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, window.board.frames[0].model.id_at(0)
    stage = window.board.frames[1].stage
    line.cut()
    settled(qtbot, window, lambda: window.actions_.move([deal], stage))
    line.plug(sending=False)
    pipelines.edit_stage(ws, stage.id, {"entry_text": "Has it been rung?"})
    line.plug()
    qtbot.waitUntil(lambda: bool(waiting(window)[0].problem))
    assert f"{stage.name} asks for more." in waiting(window)[0].problem
    window.findChild(DraftsBar).look.click()
    dialog = window.findChild(DraftsDialog)
    send = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Send all the same")
    settled(qtbot, window, send.click)
    asked = dialog.findChild(StageRulesDialog)
    asked.fields["confirmed"].editor.setChecked(True)
    settled(qtbot, window, asked.answer)
    assert waiting(window) == []
    assert opportunities.get(ws, deal).card.stage_id == stage.id
