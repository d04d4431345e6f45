"""The window: a frame that holds pages, pane and bars, and keeps its place on the screen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ..domain.changes import ChangeSet
from ..errors import UserError
from ..i18n import tr
from ..workspaces import where_is
from .beside import Beside, share
from .deals import DealActions
from .finding import Finding
from .icons import app_icon
from .keyboard import Keyboard, go_on
from .message_bar import MessageBar, bars
from .models.forecast import ForecastModel
from .notifications.centre import NotificationCentre
from .pages import PAGES, PageView, page_of, title_of
from .session import Session
from .sidebar import Sidebar
from .teams.switcher import window_title
from .top_bar import TopBar
from .tray import Background
from .undo_buttons import UndoButtons

if TYPE_CHECKING:
    from .activities.actions import ActivityActions
    from .detail.pane import DetailPane
    from .exporting import Exporting
    from .tables.page import RecordView
    from .tables.pane import RecordPane


class MainWindow(QMainWindow):
    """Navigation and geometry; what can be done lives in DealActions and the pages.

    The page it opens on is there at once; the others and the pane are made when they are first opened.

    Signals:
        closing(): the person closed the window.
        settings_made(view): the settings page is there; somebody must do what it asks.
    """

    closing = Signal()
    settings_made = Signal(object)

    def __init__(self, session: Session, first: str = "board") -> None:
        super().__init__()
        self.session = session
        self.setWindowTitle(window_title(where_is(session.workspace.store)))
        self.setWindowIcon(app_icon())
        self.setMinimumSize(880, 560)
        self.actions_ = DealActions(session, self)
        self.actions_.refused = lambda: self.shown.refuses()
        self.forecast_model = ForecastModel(session, self)
        self._undo = UndoButtons(session)
        self.sidebar, self.top_bar, self.messages = (
            Sidebar(session),
            TopBar(self._undo, session.rights.write),
            MessageBar(),
        )
        self._stack = QStackedWidget()
        self._page = ""
        self._tools: dict[str, int] = {}
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._stack)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setHandleWidth(1)
        self._lay_out()
        self.notifications = NotificationCentre(session, self.actions_, self)
        self.background = Background(session, self)
        self._connect()
        self.keyboard, self.finding = Keyboard(self), Finding(self)
        self._beside = Beside(self, self._splitter)
        self.show_page(first)
        self._restore_place()
        session.known.begin()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        for widget in (self.top_bar, *bars(self.session, self.messages, self._focus_page)):
            right.addWidget(widget)
        right.addWidget(self._splitter, 1)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addLayout(right, 1)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self.sidebar.page_requested.connect(self.show_page)
        self.top_bar.searched.connect(self._on_searched)
        self.top_bar.search.left.connect(self._focus_page)
        self.actions_.created.connect(lambda _: self._search_board_for_nothing())
        self.top_bar.new_requested.connect(self.new)
        self.top_bar.bell_requested.connect(self.notifications.toggle_panel)
        self.top_bar.menu_opened.connect(self._fill_menu)
        self._undo.undo_requested.connect(self.actions_.undo)
        self._undo.redo_requested.connect(self.actions_.redo)
        self.actions_.open_requested.connect(self.open_deal)
        self.session.problem.connect(self.show_problem)
        self.session.changed.connect(self._on_changed)
        self.notifications.unread_changed.connect(self.top_bar.bell.show_unread)

    # Pages --------------------------------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        """A page by its name: ``window.leads``. It is made when it is first asked for."""
        if name not in PAGES:
            raise AttributeError(name)
        made = PAGES[name].make(self)
        self.__dict__[name] = made
        self._stack.addWidget(made)
        self._tools[name] = self.top_bar.add_tools(made.tools)
        return made

    def follow_list(self, name: str, made: RecordView) -> None:
        """Does what a page of records asks for."""
        made.filter_bar.cleared.connect(lambda: self.clear_search(name))
        made.deal_requested.connect(self._open_deal_on_board)
        made.record_requested.connect(self.open_record)
        made.pane_opened.connect(self._close_deal)
        made.record_shown.connect(self.messages.pass_on)

    def _made(self) -> list[PageView]:
        """Pages that were made by now."""
        return [self.__dict__[name] for name in PAGES if name in self.__dict__]

    @cached_property
    def pane(self) -> DetailPane:
        """The pane beside the pages."""
        from .detail.pane import DetailPane

        made = DetailPane(self.session, self.actions_)
        made.closed.connect(lambda _: self.leave_pane())
        made.people.contact_requested.connect(lambda contact_id: self.open_record("contact", contact_id))
        made.record_requested.connect(self.open_record)
        made.deal_requested.connect(self.open_deal)
        self._splitter.addWidget(made)
        return made

    @cached_property
    def activities(self) -> ActivityActions:
        """What can be done to activities, made when something is."""
        from .activities.actions import ActivityActions

        made = ActivityActions(self.session, self)
        made.open_requested.connect(self.open_subject)
        return made

    def show_page(self, name: str) -> None:
        """Shows one of PAGES."""
        self.top_bar.flush_search()
        self.messages.pass_on()
        page: PageView = getattr(self, name)
        page.wake()
        if page.alone:
            self._close_deal()
        self._page = name
        self._stack.setCurrentWidget(page)
        made = page.button or (tr("+ New opportunity"), tr("New opportunity (N)"))
        # Where there is nothing to search, the field searches the board.
        searched: PageView | None = page if page.search_name else self.__dict__.get("board")
        search = (searched.text, searched.search_name) if searched is not None else ("", tr("Search deals"))
        self.top_bar.show_page(title_of(name), self._tools[name], made, search)
        self.sidebar.show_page(name)
        self._focus_page()

    def _focus_page(self) -> None:
        """Takes the keyboard to what the page shows."""
        self.shown.focus_first()

    @property
    def shown(self) -> PageView:
        """The page that is shown."""
        shown: PageView = getattr(self, self._page)
        return shown

    @property
    def page(self) -> str:
        """Name of the page that is shown."""
        return self._page

    @property
    def pane_open(self) -> bool:
        """Whether a deal is open beside the page."""
        return "pane" in self.__dict__ and not self.pane.isHidden()

    @property
    def open_pane(self) -> RecordPane | None:
        """The pane of a deal or of another record that is open beside the page."""
        return self.pane if self.pane_open else self._beside.pane

    def open_deal(self, deal_id: int) -> None:
        """Shows a deal in the pane."""
        self.messages.pass_on()
        if self.shown.alone:
            self.show_page("board")
        self._beside.close_records(self._made())
        first = self.pane.isHidden()
        self.pane.open_deal(deal_id)
        if first:
            share(self._splitter, self.pane, max(440, min(620, self._splitter.width() - 360)))

    def open_beside(self, table: str, record_id: int) -> None:
        """Shows a lead, contact or company beside the page, wherever that is."""
        if self.shown.alone or page_of(table) == self.page:
            self.open_record(table, record_id)
            return
        self.messages.pass_on()
        if self._beside.pane is None:
            self._close_deal()
            self._beside.close_records(self._made())
        self._beside.open(table, record_id)

    def _open_deal_on_board(self, deal_id: int) -> None:
        self._search_board_for_nothing()
        self.show_page("board")
        self.open_deal(deal_id)

    def _search_board_for_nothing(self) -> None:
        """A deal that was just made or asked for is not hidden behind a search that was left on the board."""
        self.top_bar.flush_search()
        self.board.filter_bar.set_text("")
        self.clear_search("board")

    def open_subject(self, table: str, record_id: int) -> None:
        """Shows a deal beside the board, another record on its page."""
        if table == "opportunity":
            self._open_deal_on_board(record_id)
        else:
            self.open_record(table, record_id)

    def open_record(self, table: str, record_id: int) -> None:
        """Shows a lead, contact or company on its page."""
        self._close_deal()
        name = page_of(table)
        self.show_page(name)
        getattr(self, name).open_record(record_id)

    def leave_pane(self) -> None:
        """A pane was closed: the keyboard goes to the page."""
        self.messages.pass_on()
        self._focus_page()

    def new_contact(self, company: str) -> None:
        """Makes a contact of a company."""
        self.show_page("contacts")
        self.contacts.actions_.new(company=company)

    def _close_deal(self) -> None:
        """There is room for one pane."""
        if self.open_pane is not None:
            self.open_pane.close_pane()

    def new(self) -> None:
        """Makes what the page lists: a lead, contact or company; an opportunity elsewhere."""
        if self.session.may() and not self.shown.new():
            self.actions_.new()

    def show_problem(self, error: UserError) -> None:
        """Says what went wrong in the bar."""
        self.messages.show_error(error)

    def _on_changed(self, changes: ChangeSet) -> None:
        """What was refused a moment ago has been put right."""
        if changes.origin == self.session.workspace.origin:
            self.messages.pass_on()

    def import_file(self) -> None:
        """Opens the import."""
        from .dialogs.import_wizard import ImportWizard

        ImportWizard(self, self.session).open()

    @cached_property
    def exporting(self) -> Exporting:
        """What exports, made when something is."""
        from .exporting import Exporting

        return Exporting(self.session, self.notifications.toast, self)

    def _fill_menu(self) -> None:
        """What can be done with the whole of what the page shows."""
        menu = self.top_bar.menu
        menu.clear()
        if self.session.rights.write:
            menu.addAction(tr("Import…"), self.import_file)
        self.shown.fill_menu(menu, lambda: self.exporting)

    def quit(self) -> None:
        """Ends the program, also when it stays behind a closed window."""
        self.background.leaving = True
        self.close()

    def _write(self) -> None:
        """Writes what was typed."""
        if "pane" in self.__dict__ and self.pane.deal_id:
            self.pane.form.commit_all()
        self._beside.commit_all()
        for page in self._made():
            page.commit_all()

    def retire(self) -> None:
        """Makes way for another window of the same program: writes what was typed and leaves the desktop's service."""
        self._write()
        self.notifications.close()
        self.background.close()
        if "exporting" in self.__dict__:
            self.exporting.stop()

    def _on_searched(self, text: str) -> None:
        if self.page in ("home", "settings"):
            self.show_page("board")
        (self.shown if self.shown.search_name else self.board).set_text(text)

    def clear_search(self, page: str) -> None:
        """The search of a page was taken off there."""
        if self.page == page:
            self.top_bar.search.clear()

    def focus_search(self) -> None:
        """Takes the keyboard to the search."""
        if not self.shown.search_name:
            self.show_page("board")
        self.top_bar.search.setFocus()
        self.top_bar.search.selectAll()

    def tab_parts(self) -> list[QWidget]:
        """Tab goes from the search to the filters, the page and its pane; then to the rest."""
        first = [self.top_bar.search, self.top_bar.tools, self._splitter, self.centralWidget()]
        return first + [each for each in self.children() if isinstance(each, QWidget)]

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab, in that order."""
        return go_on(self, forward=forward)

    def show_keys(self) -> None:
        """Lists the keys."""
        from .dialogs.keys import KeysDialog

        KeysDialog(self).open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the pane, also while the keyboard is on the board."""
        if event.key() == Qt.Key.Key_Escape and self.open_pane is not None:
            self.open_pane.close_pane()
        else:
            super().keyPressEvent(event)

    # Place --------------------------------------------------------------------------------------------------------

    def _restore_place(self) -> None:
        kept = self.session.preferences.geometry.get("window")
        if not kept or not self.restoreGeometry(QByteArray.fromBase64(kept.encode())):
            room = self.screen().availableGeometry().size()
            self.resize(min(1440, room.width() - 40), min(900, room.height() - 60))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What floats over the window keeps its corner."""
        super().resizeEvent(event)
        self.notifications.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keeps geometry and writes what was being typed; the program may stay for reminders."""
        self.session.preferences.geometry["window"] = bytes(self.saveGeometry().toBase64().data()).decode()
        self.session.preferences.page = self._page
        self.session.preferences.save()
        if self.background.stays():
            self._write()
            event.ignore()
            self.background.hide()
            return
        self.retire()
        self.closing.emit()
        super().closeEvent(event)


def take_place(made: MainWindow, old: MainWindow) -> None:
    """Puts a window where another stands, with its frame, which a geometry that is restored leaves out on some desktops."""
    if old.windowState() & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
        made.restoreGeometry(old.saveGeometry())
    else:
        made.resize(old.size())
        made.move(old.pos())
