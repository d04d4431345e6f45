"""Undo and redo as buttons that say what they would do."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ..domain.changes import ChangeSet
from ..i18n import tr
from ..services import undo
from .icons import icon
from .parts import on_theme
from .session import Session

_REST_MS = 60


class UndoButtons(QWidget):
    """Follow the change stream; a button without anything to do is grey.

    Signals:
        undo_requested(), redo_requested(): a click.
    """

    undo_requested = Signal()
    redo_requested = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.undo, self.redo = QToolButton(self), QToolButton(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for made, name, clicked in (
            (self.undo, "undo", self.undo_requested), (self.redo, "redo", self.redo_requested),
        ):  # fmt: skip
            made.clicked.connect(clicked)
            on_theme(made, lambda made=made, name=name: made.setIcon(icon(name)))
            row.addWidget(made)
        # Several changes in a row are asked about once, when they have settled.
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._ask)
        session.changed.connect(self._on_changed)
        self._show(undo.Possible(None, None, None))
        self._rest.start()

    def _on_changed(self, _changes: ChangeSet) -> None:
        self._rest.start()

    def _ask(self) -> None:
        self._session.ask(undo.possible, done=self._show, background=True)

    def _show(self, possible: undo.Possible) -> None:
        for made, name, keys, what in (
            (self.undo, tr("Undo"), "Ctrl+Z", possible.undo), (self.redo, tr("Redo"), "Ctrl+Y", possible.redo),
        ):  # fmt: skip
            made.setEnabled(what is not None)
            text = f"{name}: {what[:120]}" if what is not None else name
            made.setAccessibleName(text)
            made.setToolTip(f"{text} ({keys})".replace("&", "&amp;").replace("<", "&lt;"))
