"""The window: a frame that holds pages, pane and bars, and keeps its place on the screen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ..errors import UserError
from ..i18n import tr
from .board.page import BoardView
from .deals import DealActions
from .icons import app_icon
from .message_bar import MessageBar
from .models.forecast import ForecastModel
from .notifications.centre import NotificationCentre
from .session import Session
from .sidebar import Sidebar
from .top_bar import TopBar
from .undo_buttons import UndoButtons

if TYPE_CHECKING:
    from .charts.page import ForecastView
    from .detail.pane import DetailPane
    from .leads.page import LeadsView
    from .settings.page import SettingsView


class MainWindow(QMainWindow):
    """Navigation and geometry; what can be done lives in DealActions and the pages.

    The board is there at once; the other pages and the pane are made when they are first opened.

    Signals:
        closing(): the person closed the window.
        settings_made(view): the settings page is there; somebody must do what it asks.
    """

    closing = Signal()
    settings_made = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setWindowTitle("SalesOS Desktop")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(880, 560)
        self.actions_ = DealActions(session, self)
        self.forecast_model = ForecastModel(session, self)
        self._undo = UndoButtons(session)
        self.sidebar, self.top_bar, self.messages = Sidebar(session), TopBar(self._undo), MessageBar()
        self.board = BoardView(session, self.actions_, self.forecast_model)
        self._stack = QStackedWidget()
        self._page = ""
        self._tools: dict[str, int] = {}
        self._add_page("board", self.board, self.board.filter_bar)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._stack)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setHandleWidth(1)
        self._lay_out()
        self.notifications = NotificationCentre(session, self.actions_, self)
        self._connect()
        self._shortcuts()
        self.show_page("board")
        self._restore_place()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        for widget in (self.top_bar, self.messages):
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
        self.top_bar.new_requested.connect(self.new)
        self.top_bar.bell_requested.connect(self.notifications.toggle_panel)
        self.board.filter_bar.cleared.connect(lambda: self._clear_search("board"))
        self._undo.undo_requested.connect(self.actions_.undo)
        self._undo.redo_requested.connect(self.actions_.redo)
        self.actions_.open_requested.connect(self.open_deal)
        self.session.problem.connect(self.show_problem)
        self.notifications.unread_changed.connect(self.top_bar.bell.show_unread)

    def _shortcuts(self) -> None:
        keys = {
            "N": self.new, "Ctrl+N": self.new, "Ctrl+K": self._focus_search, "?": self._show_keys,
            "F1": self._show_keys, "Ctrl+Z": self.actions_.undo, "Ctrl+Y": self.actions_.redo,
            "Ctrl+Shift+Z": self.actions_.redo, "Ctrl+Q": self.close, "Ctrl+1": lambda: self.show_page("board"),
            "Ctrl+2": lambda: self.show_page("forecast"), "Ctrl+,": lambda: self.show_page("settings"),
            "G, B": lambda: self.show_page("board"), "G, F": lambda: self.show_page("forecast"),
            "G, S": lambda: self.show_page("settings"), "G, L": lambda: self.show_page("leads"),
            "Ctrl+3": lambda: self.show_page("leads"),
        }  # fmt: skip
        for key, action in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(lambda action=action: action())

    # Pages --------------------------------------------------------------------------------------------------------

    def _add_page(self, name: str, page: QWidget, tools: QWidget | None) -> None:
        self._stack.addWidget(page)
        self._tools[name] = self.top_bar.add_tools(tools)

    @cached_property
    def forecast(self) -> ForecastView:
        """The forecast page."""
        from .charts.page import ForecastView

        made = ForecastView(self.session, self.actions_, self.forecast_model)
        self._add_page("forecast", made, made.tools)
        return made

    @cached_property
    def leads(self) -> LeadsView:
        """The page of leads."""
        from .leads.page import LeadsView

        made = LeadsView(self.session, self)
        made.filter_bar.cleared.connect(lambda: self._clear_search("leads"))
        made.import_requested.connect(self.import_file)
        made.deal_requested.connect(self._open_deal_on_board)
        made.pane_opened.connect(self._close_deal)
        self._add_page("leads", made, made.filter_bar)
        return made

    @cached_property
    def settings(self) -> SettingsView:
        """The settings page."""
        from .settings.page import SettingsView

        made = SettingsView(self.session)
        made.said.connect(self.notifications.say)
        made.import_requested.connect(self.import_file)
        self._add_page("settings", made, None)
        self.settings_made.emit(made)
        return made

    @cached_property
    def pane(self) -> DetailPane:
        """The pane beside the pages."""
        from .detail.pane import DetailPane

        made = DetailPane(self.session, self.actions_)
        made.closed.connect(lambda _: self.board.focus_first())
        self._splitter.addWidget(made)
        return made

    def show_page(self, name: str) -> None:
        """Shows board, forecast, leads or settings."""
        titles = {"board": tr("Board"), "forecast": tr("Forecast"), "leads": tr("Leads"), "settings": tr("Settings")}
        self.top_bar.flush_search()
        page: QWidget = getattr(self, name)
        if name == "forecast":
            self.forecast.wake()
        self._page = name
        self._stack.setCurrentWidget(page)
        if name == "leads":
            new, search = (tr("+ New lead"), tr("New lead (N)")), (self.leads.filter_bar.text, tr("Search leads"))
        else:
            new = tr("+ New opportunity"), tr("New opportunity (N)")
            search = self.board.filter_bar.where.text, tr("Search deals")
        self.top_bar.show_page(titles[name], self._tools[name], new, search)
        self.sidebar.show_page(name)
        if name == "board":
            self.board.focus_first()
        elif name == "leads":
            self.leads.focus_first()
        else:
            page.setFocus()

    @property
    def page(self) -> str:
        """Name of the page that is shown."""
        return self._page

    def open_deal(self, deal_id: int) -> None:
        """Shows a deal in the pane."""
        if "leads" in self.__dict__:
            self.leads.close_pane()
        first = self.pane.isHidden()
        self.pane.open_deal(deal_id)
        if first:
            width = self._splitter.width()
            pane = max(440, min(620, width - 360))
            self._splitter.setSizes([width - pane, pane])

    def _open_deal_on_board(self, deal_id: int) -> None:
        self.show_page("board")
        self.open_deal(deal_id)

    def _close_deal(self) -> None:
        """There is room for one pane."""
        if "pane" in self.__dict__ and not self.pane.isHidden():
            self.pane.close_pane()

    def new(self) -> None:
        """Makes what the page shows: a lead on the page of leads, an opportunity elsewhere."""
        if self.page == "leads":
            self.leads.actions_.new()
        else:
            self.actions_.new()

    def show_problem(self, error: UserError) -> None:
        """Says what went wrong in the bar."""
        self.messages.show_error(error)

    def import_file(self) -> None:
        """Opens the import."""
        from .dialogs.import_wizard import ImportWizard

        ImportWizard(self, self.session).open()

    def retire(self) -> None:
        """Makes way for another window of the same program: writes what was typed and leaves the desktop's service."""
        if "pane" in self.__dict__ and self.pane.deal_id:
            self.pane.form.commit_all()
        if "leads" in self.__dict__:
            self.leads.commit_all()
        self.notifications.close()

    def _on_searched(self, text: str) -> None:
        if self.page == "leads":
            self.leads.set_text(text)
            return
        if self.page == "settings":
            self.show_page("board")
        self.board.filter_bar.set_text(text)

    def _clear_search(self, page: str) -> None:
        if self.page == page:
            self.top_bar.search.clear()

    def _focus_search(self) -> None:
        if self.page not in ("board", "leads"):
            self.show_page("board")
        self.top_bar.search.setFocus()
        self.top_bar.search.selectAll()

    def _show_keys(self) -> None:
        from .dialogs.keys import KeysDialog

        KeysDialog(self).open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the pane, also while the keyboard is on the board."""
        if event.key() == Qt.Key.Key_Escape and "pane" in self.__dict__ and not self.pane.isHidden():
            self.pane.close_pane()
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
        """Keeps geometry and writes what was being typed."""
        self.retire()
        self.session.preferences.geometry["window"] = bytes(self.saveGeometry().toBase64().data()).decode()
        self.session.preferences.save()
        self.closing.emit()
        super().closeEvent(event)
