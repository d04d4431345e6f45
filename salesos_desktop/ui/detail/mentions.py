"""Offers people behind an ``@`` while a note is written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QPlainTextEdit

from ...domain.mentions import TYPED, offered
from ...i18n import tr
from ...services import board as service
from ...services.board import Named
from ..session import Session

_SHOWN = 6


class MentionList(QListWidget):
    """Floats below the cursor; arrows choose, Enter or Tab takes, Esc closes; typing goes on in the note."""

    def __init__(self, session: Session, editor: QPlainTextEdit) -> None:
        super().__init__(editor.window() if editor.window() is not editor else None)
        self._session, self._editor = session, editor
        self._names: list[str] | None = None
        self._closed_at = -1
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("People to mention"))
        self.itemClicked.connect(lambda _: self.take())
        self.hide()
        editor.textChanged.connect(self._look)
        editor.cursorPositionChanged.connect(self._look)
        editor.installEventFilter(self)

    def take(self) -> None:
        """Writes the name that is chosen."""
        typed, item = self._typed(), self.currentItem()
        if typed is None or item is None:
            return
        cursor = self._editor.textCursor()
        cursor.movePosition(cursor.MoveOperation.Left, cursor.MoveMode.KeepAnchor, len(typed))
        self.hide()
        cursor.insertText(item.text() + " ")
        self.hide()

    def _typed(self) -> str | None:
        cursor = self._editor.textCursor()
        found = TYPED.search(cursor.block().text()[: cursor.positionInBlock()])
        return None if found is None or cursor.hasSelection() else found[1]

    def _look(self) -> None:
        typed = self._typed()
        if typed is None or not self._editor.hasFocus():
            self._closed_at = -1
            self.hide()
        elif self._names is None:
            self._session.ask(service.names, "person", done=self._on_people)
        elif self._editor.textCursor().position() - len(typed) != self._closed_at:
            self._offer(typed)

    def _on_people(self, people: Sequence[Named]) -> None:
        self._names = [person.name for person in people if person.active]
        self._look()

    def _offer(self, typed: str) -> None:
        names = offered(typed, self._names or (), _SHOWN)
        if not names or (len(names) == 1 and typed.rstrip() == names[0]):
            self.hide()
            return
        self.clear()
        self.addItems(names)
        self.setCurrentRow(0)
        if self.parentWidget() is not self._editor.window():
            self.setParent(self._editor.window())
        width = max(180, min(360, self.sizeHintForColumn(0) + 24))
        self.resize(width, self.sizeHintForRow(0) * len(names) + 2 * self.frameWidth() + 4)
        corner = self._editor.viewport().mapTo(self._editor.window(), self._editor.cursorRect().bottomLeft())
        room = self._editor.window().rect()
        y = corner.y() + 4 if corner.y() + 4 + self.height() <= room.bottom() else corner.y() - self.height() - 22
        self.move(QPoint(min(corner.x(), room.right() - width), y))
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys that choose, while something is offered."""
        if event.type() is QEvent.Type.FocusOut:
            self.hide()
        if self.isVisible() and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                return self._press(Qt.Key(event.key()), event.modifiers())
        return super().eventFilter(watched, event)

    def _press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self.setCurrentRow((self.currentRow() + step) % self.count())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self.take()
        elif key == Qt.Key.Key_Escape:
            self._closed_at = self._editor.textCursor().position() - len(self._typed() or "")
            self.hide()
        else:
            return False
        return True
