"""The window's left side: which workspace, pages, settings, and who is at work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from ..domain.changes import ChangeSet
from ..i18n import number, tr
from ..services import people
from .icons import app_icon, icon
from .pages import PAGES, keys_of, title_of
from .parts import Avatar, Elided, label, on_theme, rule
from .session import Session
from .teams.switcher import Switcher

WIDTH = 196
_SPRINGS = frozenset({"agenda"})
"""Pages that open while cards of the board are held over their name, to be dropped there."""
_SPRING_MS = 600


class Sidebar(QFrame):
    """Navigation.

    Signals:
        page_requested(name): one of PAGES.
    """

    page_requested = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("role", "sidebar")
        self.setFixedWidth(WIDTH)
        self._session = session
        self._buttons: dict[str, QPushButton] = {}
        self._name, self._figures, self._avatar = Elided("", "heading"), label("", "small", wrap=True), Avatar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 14, 10, 14)
        layout.setSpacing(3)
        brand = QHBoxLayout()
        brand.setContentsMargins(10, 2, 0, 6)
        brand.setSpacing(9)
        mark = QLabel()
        mark.setPixmap(app_icon().pixmap(20, 20))
        brand.addWidget(mark)
        brand.addWidget(label("SalesOS", "title"))
        brand.addStretch(1)
        layout.addLayout(brand)
        self.switcher = Switcher(session)
        self.switcher.show_in(WIDTH - 64)
        layout.addWidget(self.switcher)
        for name in PAGES:
            if name == "settings":
                layout.addStretch(1)
            layout.addWidget(self._page(name))
        layout.addWidget(rule())
        who = QHBoxLayout()
        who.setContentsMargins(6, 8, 0, 0)
        who.setSpacing(10)
        who.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._name)
        texts.addWidget(self._figures)
        who.addLayout(texts, 1)
        layout.addLayout(who)
        session.changed.connect(self._on_changed)
        self._ask()

    def show_page(self, name: str) -> None:
        """Marks the page that is shown; Tab comes to it, and arrows go to the others."""
        for page, made in self._buttons.items():
            made.setChecked(page == name)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus if page == name else Qt.FocusPolicy.NoFocus)

    def _page(self, name: str) -> QPushButton:
        text, keys = title_of(name), keys_of(name)[0]
        made = _NavButton(text, self._takes if name in _SPRINGS else None)
        made.setProperty("kind", "nav")
        made.setCheckable(True)
        made.setAutoExclusive(True)
        made.setToolTip(f"{text} ({QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)})")
        for asked in (made.clicked, made.held):
            asked.connect(lambda: self.page_requested.emit(name))
        on_theme(made, lambda: made.setIcon(icon(name, "muted", "accent")))
        self._buttons[name] = made
        return made

    def _takes(self, data: QMimeData) -> bool:
        from .models.column import dropped_ids

        return bool(dropped_ids(data, self._session.workspace.store.name))

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.points or changes.tables & {"person", "team"} or changes.verb in ("undo", "redo"):
            self._ask()

    def _ask(self) -> None:
        self._session.ask(people.me, done=self._show)

    def _show(self, me: people.Me) -> None:
        self._name.show_text(me.name)
        points = tr("{points} pts").format(points=number(me.points))
        self._figures.setText("\n".join(part for part in (me.team, points) if part))
        self._avatar.show_person(me.name, me.id)


class _NavButton(QPushButton):
    """A page's name. Signals: held(): something that ``takes`` accepts was held over it for a moment."""

    held = Signal()

    def __init__(self, text: str, takes: Callable[[QMimeData], bool] | None) -> None:
        super().__init__(text)
        self._takes = takes
        self.setAcceptDrops(takes is not None)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SPRING_MS)
        self._timer.timeout.connect(self.held)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Waits a moment."""
        if self._takes is not None and self._takes(event.mimeData()):
            event.acceptProposedAction()
            self._timer.start()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """It is not dropped here."""
        event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It only passed."""
        self._timer.stop()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """It is not dropped here."""
        self._timer.stop()
        event.ignore()
