"""The box over the window: what is typed is searched for in everything, and what is chosen opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from ...domain import searching
from ...errors import LineLost
from ...i18n import tr
from ...services import search
from ..icons import icon
from ..parts import Elided, label, on_theme, rule
from .commands import Command, all_commands, matching
from .delegate import EntryDelegate
from .rows import Heading, PaletteModel, leads, listed

if TYPE_CHECKING:
    from ..main_window import MainWindow

_WIDTH, _TOP, _MARGIN = 640, 72, 24
_OF_EACH = 5
_COMMANDS = 6


class Palette(QWidget):
    """One field over everything. Each letter asks anew; an answer that comes late is left unheard.

    Enter opens what is chosen, Ctrl+Enter beside the page that is shown; Esc, a click beside it or another window
    leave things as they are.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self._jobs: list[Any] = []
        self._hits: list[search.Hit] = []
        self._commands: list[Command] = []
        self._back: QWidget | None = None
        self.edit = QLineEdit()
        self.edit.setProperty("kind", "finder")
        self.edit.setPlaceholderText(tr("Search everything, or say what to do"))
        self.edit.setAccessibleName(tr("Search everything"))
        self.edit.setClearButtonEnabled(True)
        glass = self.edit.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        on_theme(self.edit, lambda: glass.setIcon(icon("search")))
        self.edit.textChanged.connect(self._on_typed)
        self.edit.installEventFilter(self)
        self.model = PaletteModel(self)
        self.list = QListView()
        self.list.setProperty("kind", "finder")
        self.list.setModel(self.model)
        self._delegate = EntryDelegate(self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.setAccessibleName(tr("What was found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(lambda index: self._run(index.row()))
        self._lay_out()
        on_theme(self, self.list.viewport().update)
        window.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        self.box = QFrame(self)
        self.box.setProperty("role", "finder")
        self._said = label("", "muted", wrap=True)
        self._hint = Elided(tr("Enter opens · Ctrl+Enter beside the page · Esc closes"), "small")
        column = QVBoxLayout(self.box)
        column.setContentsMargins(0, 6, 0, 8)
        column.setSpacing(6)
        inset = QVBoxLayout()
        inset.setContentsMargins(10, 4, 10, 0)
        inset.addWidget(self.edit)
        column.addLayout(inset)
        column.addWidget(rule())
        column.addWidget(self.list)
        below = QVBoxLayout()
        below.setContentsMargins(18, 0, 18, 2)
        below.addWidget(self._said)
        below.addWidget(self._hint)
        column.addLayout(below)
        self._around = column.sizeHint().height() - self.list.sizeHint().height() + 2 * column.spacing()

    def ask(self) -> None:
        """Opens the box, empty, over the window; what is typed now is searched for."""
        if not self.isHidden():
            self.edit.selectAll()
            return
        self._back = QApplication.focusWidget()
        self._commands = all_commands(self._window)
        self._place()
        self.show()
        self.raise_()
        self.edit.setFocus()
        if self.edit.text():
            self.edit.clear()
        else:
            self._on_typed("")

    def leave(self) -> None:
        """Closes the box; the keyboard goes back to where it was."""
        self._forget_jobs()
        had_focus = self.edit.hasFocus()
        self.hide()
        if had_focus and self._back is not None:
            back = self._back
            self._back = None
            back.setFocus()

    # Searching ----------------------------------------------------------------------------------------------------

    def _on_typed(self, text: str) -> None:
        self._forget_jobs()
        if self.isHidden():
            return

        def failed(error: Exception) -> None:
            """Without a line commands are still there."""
            if isinstance(error, LineLost):
                commands = matching(self._commands, text)[:_COMMANDS] if text.strip() else self._commands
                self._fill(listed([], commands, commands_first=True), error.title)
            else:
                self._session.failed(error)

        if not text.strip():
            self._jobs = [
                self._session.ask(search.shown, self._window.finding.recents, done=self._on_recents, failed=failed)
            ]
            return
        self._delegate.words = searching.words(text)

        def answered(hits: list[search.Hit]) -> None:
            self._show(text, hits)
            if len(hits) < search.FEW:
                more = self._session.ask(
                    search.find, text, _OF_EACH, done=lambda more: self._show(text, more), failed=failed
                )
                self._jobs = [more]

        self._jobs = [self._session.ask(search.find, text, _OF_EACH, forgiving=False, done=answered, failed=failed)]

    def _forget_jobs(self) -> None:
        for job in self._jobs:
            job.cancel()
        self._jobs = []

    def _on_recents(self, hits: list[search.Hit]) -> None:
        self._hits = hits
        entries: list[Any] = [Heading(tr("Opened last")), *hits] if hits else []
        self._delegate.words = ()
        self._fill([*entries, Heading(tr("Commands")), *self._commands], "")

    def _show(self, text: str, hits: list[search.Hit]) -> None:
        self._hits = hits
        commands = matching(self._commands, text)[:_COMMANDS]
        entries = listed(hits, commands, commands_first=leads(hits, commands))
        nothing = tr("Nothing is called so, or has these words. Try fewer letters.")
        self._fill(entries, "" if entries else nothing)

    def _fill(self, entries: list[Any], said: str) -> None:
        self.model.show(entries)
        self.list.setCurrentIndex(self.model.index(self.model.first()))
        self.list.scrollToTop()
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self.list.setVisible(bool(entries))
        self._place()

    # Choosing -----------------------------------------------------------------------------------------------------

    def _run(self, row: int, *, beside: bool = False) -> None:
        index = self.model.index(row)
        entry = index.data(Qt.ItemDataRole.UserRole)
        if entry is None or isinstance(entry, Heading):
            return
        self.leave()
        if isinstance(entry, Command):
            entry.run()
        else:
            self._open(entry, beside=beside)

    def _open(self, hit: search.Hit, *, beside: bool) -> None:
        if hit.kind == "activity":
            self._window.activities.edit(hit.id)
            return
        table, row_id = (hit.kind, hit.id) if hit.about is None else hit.about
        if table != "opportunity":
            (self._window.open_beside if beside else self._window.open_record)(table, row_id)
        elif beside or self._window.page == "board":
            self._window.open_deal(row_id)
        else:
            self._window.open_record(table, row_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of the field; the box stays in the middle of the window."""
        if watched is self.edit:
            if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._on_key(event):
                return True
            if event.type() is QEvent.Type.FocusOut and not self.isHidden():
                QTimer.singleShot(0, self, self._leave_unless_focused)
        elif event.type() is QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _leave_unless_focused(self) -> None:
        now = QApplication.focusWidget()
        if now is not None and not self.isAncestorOf(now):
            self.leave()

    def _on_key(self, event: QKeyEvent) -> bool:
        steps = {
            Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1, Qt.Key.Key_PageDown: 7,
            Qt.Key.Key_PageUp: -7,
        }  # fmt: skip
        key, row = Qt.Key(event.key()), self.list.currentIndex().row()
        if key in steps:
            self.list.setCurrentIndex(self.model.index(self.model.beside(row, steps[key])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(row, beside=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    # Place --------------------------------------------------------------------------------------------------------

    def _place(self) -> None:
        """Over the whole window; the box as high as what it shows, as far as there is room."""
        self.setGeometry(self._window.rect())
        width = min(_WIDTH, self.width() - 2 * _MARGIN)
        top = min(_TOP, max(_MARGIN, self.height() // 10))
        rows = sum(self.list.sizeHintForRow(row) for row in range(self.model.rowCount()))
        self.list.setFixedHeight(max(0, min(rows, self.height() - top - _MARGIN - self._around)))
        column = self.box.layout()
        column.activate()
        high = column.totalHeightForWidth(width) if column.hasHeightForWidth() else column.totalSizeHint().height()
        self.box.setGeometry((self.width() - width) // 2, top, width, high)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """What is behind steps back."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 70))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the box closes it."""
        place: QPoint = event.position().toPoint()
        if not self.box.geometry().contains(place):
            self.leave()

    def current(self) -> QModelIndex:
        """What Enter would open."""
        return self.list.currentIndex()
