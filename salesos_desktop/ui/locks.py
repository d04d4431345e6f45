"""What a person may see and not change: its fields stay to be read and copied, and what would write is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from ..i18n import tr
from .parts import label, restyle
from .session import Session

_READS, _WRITES, _RESTS = "reads", "writes", "rests"
W = TypeVar("W", bound=QWidget)


def reads(widget: W) -> W:
    """A button that only leads somewhere stays under a lock."""
    widget.setProperty(_READS, True)
    return widget


def writes(widget: W) -> W:
    """What is there only to write something new goes under a lock."""
    widget.setProperty(_WRITES, True)
    return widget


def rests(widget: W) -> W:
    """What has no better way to be only looked at is grey under a lock."""
    widget.setProperty(_RESTS, True)
    return widget


class Lock(QObject):
    """On or off for all that is inside of some widgets, now or made there later."""

    def __init__(self, roots: Sequence[QWidget], parent: QObject) -> None:
        super().__init__(parent)
        self.on = False
        self._roots = roots
        self._hidden: list[QWidget] = []

    def turn(self, on: bool) -> None:
        """Locks or opens."""
        if on is self.on:
            return
        self.on = on
        hidden, self._hidden = self._hidden, []
        for root in self._roots:
            for widget in (root, *root.findChildren(QWidget)):
                (self._lock if on else self._open)(widget)
        for widget in hidden:
            widget.show()

    def _lock(self, widget: QWidget) -> None:
        widget.installEventFilter(self)
        self._mark(widget, True)
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            widget.setReadOnly(True)
        elif _rests(widget):
            widget.setEnabled(False)
        elif isinstance(widget, QAbstractItemView):
            widget.setProperty("triggers", widget.editTriggers().value)
            widget.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
            widget.setDragEnabled(False)
        if _goes(widget) and not widget.isHidden():
            self._hidden.append(widget)
            widget.hide()

    def _open(self, widget: QWidget) -> None:
        widget.removeEventFilter(self)
        self._mark(widget, False)
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            widget.setReadOnly(False)
        elif _rests(widget):
            widget.setEnabled(True)
        elif isinstance(widget, QAbstractItemView):
            widget.setEditTriggers(QAbstractItemView.EditTrigger(widget.property("triggers")))
            widget.setDragEnabled(widget.dragDropMode() is not QAbstractItemView.DragDropMode.NoDragDrop)

    @staticmethod
    def _mark(widget: QWidget, on: bool) -> None:
        """What is only read looks so, and is read as well as before."""
        if isinstance(widget, QLineEdit | QPlainTextEdit | QComboBox | QAbstractSpinBox):
            widget.setProperty("locked", on)
            restyle(widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whoever shows, wakes or makes something inside finds it locked."""
        kind = event.type()
        if not isinstance(watched, QWidget):
            return False
        if kind is QEvent.Type.ChildPolished:
            made: Any = event
            if isinstance(made.child(), QWidget):
                for widget in (made.child(), *made.child().findChildren(QWidget)):
                    self._lock(widget)
        elif kind is QEvent.Type.ShowToParent and _goes(watched):
            if watched not in self._hidden:
                self._hidden.append(watched)
            watched.hide()
        elif kind is QEvent.Type.EnabledChange and _rests(watched) and watched.isEnabled():
            watched.setEnabled(False)
        return False


def _rests(widget: QWidget) -> bool:
    return isinstance(widget, QComboBox | QAbstractSpinBox | QCheckBox) or bool(widget.property(_RESTS))


def _goes(widget: QWidget) -> bool:
    """Buttons that write, and what is there to write something new."""
    if isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox | QLineEdit):
        return False
    pressed = isinstance(widget, QPushButton | QToolButton) and not widget.property(_READS)
    return pressed or bool(widget.property(_WRITES))


class PaneLock(Lock):
    """The lock of a pane; ``note`` says in it why there is nothing to change."""

    def __init__(self, session: Session, table: str, roots: Sequence[QWidget], parent: QObject) -> None:
        super().__init__(roots, parent)
        self._session, self._table = session, table
        self.note = label("", "muted", wrap=True)
        self.note.hide()

    def show_row(self, row: dict[str, Any]) -> None:
        """Locks the pane of a record that the person may not change."""
        rights = self._session.rights
        self.turn(not rights.edits(self._table, row["id"], row["owner_id"]))
        self.note.setVisible(self.on)
        if rights.replica:
            self.note.setText(tr("This is a replica, which is only read."))
        elif not rights.write:
            self.note.setText(tr("You are a viewer: you see this and change nothing."))
        elif row["id"] in rights.shown and self._table == "opportunity":
            self.note.setText(tr("It is shared with you to look at."))
        else:
            self.note.setText(tr("It is somebody else's: you see it and change nothing."))
