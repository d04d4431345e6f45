"""The filter of a list of records: pills, which are kept for the next time, and the search field's text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...i18n import tr
from ...services.board import Named
from ..session import Session
from .pills import Choice

_MANY_PEOPLE = 40


class RecordFilterBar(QWidget):
    """Pills that narrow a list; ``where`` gives what the service takes.

    What is chosen is kept in the preferences under ``name``. While it is ``waiting`` for the lists, without which it
    cannot tell whether what was kept is still there, it is not yet what it is going to be; ``changed`` ends that.

    Signals:
        changed(): the person chose, or a day has passed.
        cleared(): every record is shown again.
    """

    changed = Signal()
    cleared = Signal()

    def __init__(self, session: Session, lists: Any, name: str) -> None:
        super().__init__()
        self._session, self._lists, self._key = session, lists, f"filter-{name}"
        self._text = ""
        self._pills: dict[str, Any] = {}
        self._kept = self._read()
        self.waiting = bool(self._kept)

    def place(self, **pills: Any) -> None:
        """Puts pills (of the kind of ChoicePill) in a row and listens to them; they are kept by their names."""
        self._pills = pills
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for pill in pills.values():
            row.addWidget(pill)
            pill.changed.connect(self._tell)
        self._lists.changed.connect(self._on_lists)
        self._session.day_changed.connect(self.changed)

    def put_first(self, widget: QWidget) -> None:
        """Stands before the pills."""
        row: Any = self.layout()
        row.insertWidget(0, widget)

    @property
    def text(self) -> str:
        """The search field's text."""
        return self._text

    @property
    def narrowed(self) -> bool:
        """Whether something was chosen or is searched for."""
        return bool(self._text.strip()) or any(pill.narrows for pill in self._pills.values())

    def set_text(self, text: str) -> None:
        """The search field's text."""
        if text != self._text:
            self._text = text
            self.changed.emit()

    def clear(self) -> None:
        """Shows every record again."""
        self._text = ""
        for pill in self._pills.values():
            pill.clear()
        self.cleared.emit()
        self._tell()

    @property
    def chosen(self) -> dict[str, Any]:
        """What is chosen, as plain values by the names of the pills."""
        return {name: pill.keep() for name, pill in self._pills.items() if pill.narrows}

    def choose(self, chosen: Mapping[str, Any]) -> list[str]:
        """Chooses what ``chosen`` gave, and nothing else; returns the names of pills whose choice is no longer there."""
        for name, pill in self._pills.items():
            pill.clear()
            if chosen.get(name) is not None:
                pill.take(chosen[name])
        now = self.chosen
        self._tell()
        return [name for name, value in chosen.items() if value is not None and now.get(name) != value]

    def _on_lists(self) -> None:
        """Shows choices by their present names; the first time it takes up what was kept."""
        for pill in self._pills.values():
            pill.refresh()
        gone = [pill for pill in self._pills.values() if pill.let_go()]
        if self.waiting:
            for name in self._kept.keys() & self._pills.keys():
                self._pills[name].take(self._kept[name])
        if self.waiting or gone:
            self._tell()

    # Keeping ------------------------------------------------------------------------------------------------------

    def _read(self) -> dict[str, Any]:
        """What was kept for this workspace, by the names of the pills."""
        with suppress(ValueError, AttributeError):
            found = json.loads(self._session.preferences.geometry.get(self._key, "{}"))
            if found.get("workspace") == self._workspace() and isinstance(found.get("chosen"), dict):
                return dict(found["chosen"])
        return {}

    def _tell(self) -> None:
        """Keeps what is chosen and says that it is another."""
        self.waiting = False
        chosen = self.chosen
        if chosen != self._kept:
            self._kept = chosen
            kept = {"workspace": self._workspace(), "chosen": chosen}
            self._session.preferences.geometry[self._key] = json.dumps(kept, ensure_ascii=False)
            self._session.preferences.save()
        self.changed.emit()

    def _workspace(self) -> str:
        """What ids belong to."""
        return self._session.workspace.store.name

    def owners(self, chosen: Any, mine: str) -> list[Choice]:
        """All owners, oneself (what is then shown being called ``mine``), nobody, and the others."""
        me = self._session.workspace.actor_id
        found = [Choice(tr("All owners"), None), Choice(mine, me), Choice(tr("Nobody's"), 0, tr("Owner: nobody"))]
        known: Sequence[Named] = self._lists.people
        others = [person for person in known if person.id != me]
        shown = [p for n, p in enumerate(others) if (p.active and n < _MANY_PEOPLE) or p.id == chosen]
        return found + [Choice(p.name, p.id, line_before=not n) for n, p in enumerate(shown)]
