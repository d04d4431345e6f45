"""Notes of a record: written in Markdown, the pinned one first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QTextBrowser, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...i18n import date_time, tr
from ...services import notes as service
from ...services.conflicts import Shown
from ...services.notes import Note
from ...services.workspace import Workspace
from ..edits import ask_edit
from ..locks import writes
from ..parts import Elided, button, emptied, keeping_focus, scrolled_list
from ..session import Session
from .mentions import MentionList

_MARKDOWN = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


class NotesPane(QWidget):
    """The notes of one record, with a field for the next one. Text that is not yet saved stays with its record and note.

    Signals:
        counted(count): how many there are.
    """

    counted = Signal(object)

    def __init__(self, session: Session, table: str) -> None:
        super().__init__()
        self._session, self._table, self._row_id = session, table, 0
        # (record, note) → text that is not saved; no note stands for the next one.
        self._drafts: dict[tuple[int, int | None], str] = {}
        self._editing: Note | None = None
        self._left_editing: dict[int, Note] = {}
        self.editor = writes(_Composer())
        self.editor.setPlaceholderText(tr("Write a note… **bold**, *italic*, - list (Ctrl+Enter saves)"))
        self.editor.setAccessibleName(tr("New note"))
        self.editor.confirmed.connect(self._save)
        self.mentions = MentionList(session, self.editor)
        self._save_button = button(tr("Save note"), self._save, "primary")
        self._cancel = button(tr("Cancel"), self._stop_editing)
        self._cancel.hide()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self._save_button)
        self._list = QVBoxLayout()
        self._list.setSpacing(10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.editor)
        layout.addLayout(row)
        layout.addWidget(scrolled_list(self._list), 1)
        session.changed.connect(self._on_changed)

    def show_row(self, row_id: int) -> None:
        """Shows the notes of another record; what was typed for the one before waits there."""
        if row_id != self._row_id:
            self._keep()
            if self._editing is not None:
                self._left_editing[self._row_id] = self._editing
            self._row_id = row_id
            self._begin(self._left_editing.pop(row_id, None))
        self._ask()

    def _keep(self) -> None:
        """Keeps what is typed."""
        self._drafts[self._row_id, self._editing.id if self._editing else None] = self.editor.toPlainText()

    def _begin(self, note: Note | None) -> None:
        """Goes on with a note, or with the next one."""
        self._editing = note
        key = (self._row_id, note.id if note else None)
        self.editor.setPlainText(self._drafts.pop(key, note.body if note else ""))
        self._cancel.setVisible(note is not None)

    def _ask(self) -> None:
        if self._row_id:
            row_id = self._row_id
            self._session.ask(service.of, self._table, row_id, done=lambda found: self._show(row_id, found))

    def _show(self, row_id: int, found: Sequence[Note]) -> None:
        if row_id != self._row_id:
            return
        with keeping_focus(self):
            emptied(self._list)
            for note in found:
                self._list.addWidget(self._card(note))
        self.counted.emit(len(found))

    def _card(self, note: Note) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        when = date_time(note.created_at, self._session.workspace.clock.zone())
        about = (
            [note.author, when] + ([tr("edited")] if note.edited_at else []) + ([tr("pinned")] if note.pinned else [])
        )
        head = QHBoxLayout()
        head.addWidget(Elided(" · ".join(part for part in about if part), "small"), 1)
        for text, action in (
            (tr("Unpin") if note.pinned else tr("Pin"), lambda: self._pin(note)),
            (tr("Edit"), lambda: self._edit(note)),
            (tr("Delete"), lambda: self._session.ask(service.delete, note.id, draft=note.body)),
        ):
            head.addWidget(button(text, action, "link"))
        column = QVBoxLayout(card)
        column.setContentsMargins(14, 8, 10, 10)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(MarkdownText(note.body))
        return card

    def _pin(self, note: Note) -> None:
        draft = ("note_unpin" if note.pinned else "note_pin", note.body)
        self._session.ask(service.pin, note.id, not note.pinned, draft=draft)

    def _edit(self, note: Note) -> None:
        self._keep()
        self._begin(note)
        self.editor.setFocus()

    def _stop_editing(self) -> None:
        self._begin(None)

    def _on_edited(self, row_id: int, note: Note) -> None:
        """The note is saved: what was typed for it is no draft any more."""
        if row_id == self._row_id and self._editing is note:
            self._begin(None)
        else:
            self._drafts.pop((row_id, note.id), None)
            self._left_editing.pop(row_id, None)

    def _save(self) -> None:
        text = self.editor.toPlainText()
        if not text.strip() or not self._row_id:
            return
        if self._editing is not None:
            note, row_id = self._editing, self._row_id
            ask_edit(
                self._session, self, _edit, note.id, {"body": text}, expect={"body": note.body},
                done=lambda _: self._on_edited(row_id, note), failed=self._session.problem.emit, draft="note",
            )  # fmt: skip
        else:
            row_id = self._row_id
            self._session.ask(
                service.add,
                self._table,
                row_id,
                text,
                done=lambda _: self._on_added(row_id, text),
                draft=("note_add", text),
            )

    def _on_added(self, row_id: int, text: str) -> None:
        if row_id == self._row_id and self._editing is None:
            if self.editor.toPlainText() == text:
                self.editor.clear()
        elif self._drafts.get((row_id, None)) == text:
            del self._drafts[row_id, None]

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("note") or changes.bulk:
            self._ask()


class MarkdownText(QTextBrowser):
    """Markdown without HTML and without pictures, as tall as its text; links open in the system's browser."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.anchorClicked.connect(_open)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().setMarkdown(text.replace("\n", "  \n"), _MARKDOWN)  # A line that a person ends stays a line.
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(text)

    def loadResource(self, _kind: int, _name: QUrl) -> Any:
        """Nothing is fetched for a note, neither from the disk nor from the network."""
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As tall as the text at this width."""
        super().resizeEvent(event)
        self.document().setTextWidth(self.viewport().width())
        self.setFixedHeight(round(self.document().size().height()) + 4)

    def wheelEvent(self, event: Any) -> None:
        """The list around it scrolls."""
        event.ignore()


class _Composer(QPlainTextEdit):
    """The field for a note.

    Signals:
        confirmed(): Ctrl+Enter.
    """

    confirmed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(84)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter saves."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() is QEvent.Type.KeyPress and enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)


def _edit(ws: Workspace, note_id: int, values: dict[str, Any], *, expect: Shown | None) -> ChangeSet | None:
    return service.edit(ws, note_id, values["body"], expect=expect)


def _open(url: QUrl) -> None:
    if url.scheme() in ("http", "https", "mailto", "tel"):
        QDesktopServices.openUrl(url)
