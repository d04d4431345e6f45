"""A field for a contact or company that is there already: completed from their names."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit

from ..domain.opportunities import NAME_LIMIT
from ..domain.text import fold
from ..services import board, contacts
from ..services.workspace import Workspace
from .session import Session

_SUGGESTED = 12


class RecordEdit(QLineEdit):
    """The name of one that is there; people are told apart by their companies.

    Signals:
        picked(): one of those that were offered was chosen.
        looked(text, known): whether one of this very name is among those found for what was typed.
    """

    picked = Signal()
    looked = Signal(object, object)

    def __init__(self, session: Session, table: str) -> None:
        super().__init__()
        self.setMaxLength(2 * NAME_LIMIT)
        self._session, self._table = session, table
        self._known: dict[str, int] = {}
        self._asked = ""
        self._completer = QCompleter([], self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated.connect(lambda _: QTimer.singleShot(0, self.picked.emit))
        self.setCompleter(self._completer)
        self.textEdited.connect(self._on_edited)

    @property
    def known_id(self) -> int | None:
        """Id of the one that was chosen from those offered, None when the text is only a text."""
        return self._known.get(self.text())

    def show_record(self, record_id: int | None, text: str) -> None:
        """Shows one."""
        if record_id is not None:
            self._known[text] = record_id
        self.setText(text)
        self.setCursorPosition(0)

    def _on_edited(self, text: str) -> None:
        self._asked = text
        if text.strip():
            self._session.ask(suggestions, self._table, text, done=lambda found: self._on_found(text, found))

    def _on_found(self, text: str, found: list[tuple[str, int]]) -> None:
        if text != self._asked:
            return
        self._known.update(found)
        names = [fold(name) for name, _ in found]
        self.looked.emit(text, any(fold(text) in (name, name.partition(" · ")[0]) for name in names))
        if not self.hasFocus():
            return
        self._completer.setModel(QStringListModel([name for name, _ in found], self._completer))
        if found and not (len(found) == 1 and found[0][0] == text):
            self._completer.complete()
            popup = self._completer.popup()
            popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


def suggestions(ws: Workspace, table: str, text: str) -> list[tuple[str, int]]:
    """Names in which the text occurs, with their ids; people with their companies."""
    found = board.names(ws, table, like=fold(text), limit=_SUGGESTED)
    if table != "contact":
        return [(item.name, item.id) for item in found]
    rows = contacts.fetch(ws, [item.id for item in found])
    return [(" · ".join(part for part in (r.name, r.company) if part), r.id) for i in found if (r := rows.get(i.id))]
