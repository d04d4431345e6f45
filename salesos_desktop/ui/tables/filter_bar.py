"""The filter of a list of records: pills, and the search field's text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...i18n import tr
from ...services.board import Named
from ..session import Session
from .pills import Choice, ChoicePill

_MANY_PEOPLE = 40


class RecordFilterBar(QWidget):
    """Pills that narrow a list; ``where`` gives what the service takes.

    Signals:
        changed(): the person chose, or a day has passed.
        cleared(): every record is shown again.
    """

    changed = Signal()
    cleared = Signal()

    def __init__(self, session: Session, lists: Any) -> None:
        super().__init__()
        self._session, self._lists = session, lists
        self._text = ""
        self._pills: tuple[ChoicePill, ...] = ()

    def place(self, *pills: ChoicePill) -> None:
        """Puts the pills in a row and listens to them."""
        self._pills = pills
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for pill in pills:
            row.addWidget(pill)
            pill.changed.connect(self.changed)
        self._lists.changed.connect(self._refresh)
        self._session.day_changed.connect(self.changed)

    @property
    def text(self) -> str:
        """The search field's text."""
        return self._text

    @property
    def narrowed(self) -> bool:
        """Whether something was chosen or is searched for."""
        return bool(self._text.strip()) or any(pill.narrows for pill in self._pills)

    def set_text(self, text: str) -> None:
        """The search field's text."""
        if text != self._text:
            self._text = text
            self.changed.emit()

    def clear(self) -> None:
        """Shows every record again."""
        self._text = ""
        for pill in self._pills:
            pill.clear()
        self.cleared.emit()
        self.changed.emit()

    def _refresh(self) -> None:
        for pill in self._pills:
            pill.refresh()

    def owners(self, chosen: Any, mine: str) -> list[Choice]:
        """All owners, oneself (what is then shown being called ``mine``), nobody, and the others."""
        me = self._session.workspace.actor_id
        found = [Choice(tr("All owners"), None), Choice(mine, me), Choice(tr("Nobody's"), 0, tr("Owner: nobody"))]
        known: Sequence[Named] = self._lists.people
        others = [person for person in known if person.id != me]
        shown = [p for n, p in enumerate(others) if (p.active and n < _MANY_PEOPLE) or p.id == chosen]
        return found + [Choice(p.name, p.id, line_before=not n) for n, p in enumerate(shown)]
