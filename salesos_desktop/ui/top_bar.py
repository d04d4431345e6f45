"""The window's upper edge: the page's title and tools, search, notifications, and the button for what is new."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from ..i18n import ntr, number, tr
from .icons import icon
from .parts import button, label, on_theme
from .theme import font, tokens

HEIGHT = 56
NARROW = 1120
_TYPING_MS = 120


class TopBar(QFrame):
    """Title, search and tools; with ``makes`` the button for what is new.

    Signals:
        searched(text): the search field's text, a moment after the last key.
        everywhere_requested(): search more than the page.
        new_requested(): the button for a new deal, or whatever the page makes.
        bell_requested(): the bell.
        menu_opened(): ``menu`` is about to be shown and wants what can be done on the page.
    """

    searched = Signal(object)
    everywhere_requested = Signal()
    new_requested = Signal()
    bell_requested = Signal()
    menu_opened = Signal()

    def __init__(self, undo_buttons: QWidget, makes: bool) -> None:
        super().__init__()
        self.setProperty("role", "topbar")
        self.setFixedHeight(HEIGHT)
        self._title = label("", "title")
        self.search = SearchEdit()
        self.search.setProperty("kind", "search")
        self.search.setPlaceholderText(tr("Search… (Ctrl F)"))
        self.search.setAccessibleName(tr("Search deals"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(150)
        self.search.setMaximumWidth(320)
        self._glass = self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        on_theme(self.search, lambda: self._glass.setIcon(icon("search")))
        everywhere = self.search.addAction(icon("everywhere"), QLineEdit.ActionPosition.TrailingPosition)
        everywhere.setToolTip(tr("Search everything (Ctrl+K)"))
        everywhere.triggered.connect(self.everywhere_requested)
        on_theme(self.search, lambda: everywhere.setIcon(icon("everywhere")))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._timer.timeout.connect(lambda: self.searched.emit(self.search.text()))
        self.search.textChanged.connect(lambda _: self._timer.start())
        self._tools = _Tools()
        self.bell = Bell()
        self.bell.clicked.connect(self.bell_requested)
        self._more = QToolButton()
        self._more.setToolTip(tr("More"))
        self._more.setAccessibleName(tr("More"))
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        on_theme(self._more, lambda: self._more.setIcon(icon("more")))
        self.menu = QMenu(self._more)
        self.menu.aboutToShow.connect(self.menu_opened)
        self._more.setMenu(self.menu)
        self._new = button(tr("+ New opportunity"), self.new_requested.emit, "primary")
        if not makes:
            self._new.hide()
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        self._row.addWidget(self._title)
        self._row.addWidget(self.search, 2)
        self._row.addWidget(self._tools, 3)
        self._row.addWidget(undo_buttons)
        self._row.addWidget(self.bell)
        self._row.addWidget(self._more)
        self._row.addWidget(self._new)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(18, 8, 18, 8)
        self._rows.setSpacing(4)
        self._rows.addLayout(self._row)
        self._low = False

    @property
    def tools(self) -> QWidget:
        """The tools of the page that is shown."""
        return self._tools

    def add_tools(self, tools: QWidget | None) -> int:
        """Keeps a page's tools and returns their number for ``show_page``."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        if tools is not None:
            row.addWidget(tools)
        row.addStretch(1)
        return self._tools.addWidget(holder)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room beside the search, the page's tools have a row of their own."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Fits again when a tool says more or less."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        beside = [self._row.itemAt(n).widget() for n in range(self._row.count())]
        others = [each for each in beside if each not in (None, self.search, self._tools) and not each.isHidden()]
        tools = self._tools.currentWidget()
        needed = self.search.minimumWidth() + sum(each.sizeHint().width() for each in others)
        needed += (tools.sizeHint().width() if tools is not None else 0) + 12 * (len(others) + 1) + 36
        low = self.width() < max(NARROW, needed)
        if low != self._low:
            self._low = low
            if low:
                self._row.removeWidget(self._tools)
                self._row.insertStretch(2, 1)
                self._rows.addWidget(self._tools)
            else:
                self._rows.removeWidget(self._tools)
                self._row.takeAt(2)
                self._row.insertWidget(2, self._tools, 3)
            self._fit_height()

    def _fit_height(self) -> None:
        current = self._tools.currentWidget()
        has_tools = current is not None and current.findChild(QToolButton) is not None
        self._tools.setVisible(not self._low or has_tools)
        self.setFixedHeight(HEIGHT + 42 if self._low and has_tools else HEIGHT)

    def show_page(self, title: str, tools: int, new: tuple[str, str], search: tuple[str, str]) -> None:
        """Shows the title and tools of a page; ``new`` (text, tip) is its button, ``search`` (text, name) its search."""
        self._title.setText(title)
        self._tools.setCurrentIndex(tools)
        self._new.setText(new[0])
        self._new.setToolTip(new[1])
        self.search.setAccessibleName(search[1])
        if self.search.text() != search[0]:
            self.search.blockSignals(True)
            self.search.setText(search[0])
            self.search.blockSignals(False)
        self._fit()
        self._fit_height()

    def flush_search(self) -> None:
        """What was typed a moment ago is searched for now."""
        if self._timer.isActive():
            self._timer.stop()
            self.searched.emit(self.search.text())


class SearchEdit(QLineEdit):
    """The search field.

    Signals:
        left(): the keyboard is to go to what was found.
    """

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties it and, once it is empty, leaves it, as Down and Enter do."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Bell(QToolButton):
    """The bell with the number of unread notifications."""

    def __init__(self) -> None:
        super().__init__()
        self._unread = 0
        on_theme(self, lambda: self.setIcon(icon("bell")))
        self.show_unread(0)

    def show_unread(self, count: int) -> None:
        """Shows how many wait."""
        self._unread = count
        text = ntr("{count} unread notification", "{count} unread notifications", count).format(count=number(count))
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    @property
    def unread(self) -> int:
        """How many wait."""
        return self._unread

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bell, and a count on it."""
        super().paintEvent(event)
        if not self._unread:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(QColor(tokens().lost))
        box = self.rect().adjusted(self.width() - 17, 1, -1, -(self.height() - 15))
        painter.drawRoundedRect(box, 7, 7)
        painter.setPen(QColor(tokens().on_accent))
        painter.setFont(font(9, bold=True))
        painter.drawText(box, 0x84, "9+" if self._unread > 9 else str(self._unread))
        painter.end()


class _Tools(QStackedWidget):
    """The tools of the pages, as wide as those of the one that is shown: others leave the search its room."""

    def sizeHint(self) -> QSize:
        """That of the tools that are shown."""
        shown = self.currentWidget()
        return shown.sizeHint() if shown is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """That of the tools that are shown."""
        shown = self.currentWidget()
        return shown.minimumSizeHint() if shown is not None else super().minimumSizeHint()
