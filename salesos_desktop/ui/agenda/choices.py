"""What the agenda shows: whose activities, of which kinds, done ones and closings too; kept for the next time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...domain.activities import ActivityKind
from ...domain.agenda import Wanted
from ...i18n import tr
from ...services.board import Named
from ..choices import Choices
from ..session import Session
from ..tables.pills import Choice, ChoicePill
from .words import MODES

EVERYBODY = 0
_KEY = "agenda"
_MANY = 40


class AgendaChoices(QWidget):
    """Pills in the window's upper edge. ``mode`` is the view, kept with them.

    Signals:
        changed(): the person chose something else.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._people: Sequence[Named] = ()
        self._kept = self._read()
        found = self._kept.get("mode")
        self.mode: str = found if isinstance(found, str) and found in MODES else "week"
        self.person = ChoicePill(self._persons, session.workspace.actor_id)
        self.kinds = Choices(tr("All kinds"))
        self.shown = Choices(tr("Show"))
        self.shown.set_options([(tr("Done ones"), "done"), (tr("Expected closings"), "closings")])
        shown = self._kept.get("shown", ["done"])
        self.shown.choose(shown if isinstance(shown, list) else ["done"])
        for made, name in ((self.kinds, tr("Kinds of activities")), (self.shown, tr("What is shown"))):
            made.setAccessibleName(name)
            made.finished.connect(self._on_chosen)
        self.person.changed.connect(self._on_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for made in (self.person, self.kinds, self.shown):
            row.addWidget(made)

    def show_lists(self, people: Sequence[Named], kinds: Sequence[ActivityKind]) -> None:
        """Offers people and kinds; the first time it takes up what was kept."""
        first, chosen = not self._people, self.kinds.chosen()
        self._people = people
        self.kinds.set_options([(kind.name, kind.code) for kind in kinds if kind.active or kind.code in chosen])
        kept = self._kept.get("kinds", [])
        self.kinds.choose(kept if first and isinstance(kept, list) else chosen)
        if first and "person" in self._kept:
            self.person.take(self._kept["person"])
        self.person.refresh()

    def wanted(self, first: date, last: date) -> Wanted:
        """The days, as these choices narrow them."""
        shown = self.shown.chosen()
        return Wanted(
            first, last, None if self.person.value == EVERYBODY else self.person.value, frozenset(self.kinds.chosen()),
            "done" in shown, "closings" in shown,
        )  # fmt: skip

    @property
    def narrowed(self) -> bool:
        """Whether kinds are chosen: others are not shown then."""
        return bool(self.kinds.chosen())

    def set_mode(self, mode: str) -> None:
        """Keeps which view is shown."""
        self.mode = mode
        self._keep()

    def _persons(self, chosen: Any) -> list[Choice]:
        me = self._session.workspace.actor_id
        found = [Choice(tr("My activities"), me), Choice(tr("Everybody's"), EVERYBODY, tr("Everybody’s activities"))]
        others = [p for p in self._people if p.id != me]
        shown = [p for n, p in enumerate(others) if (p.active and n < _MANY) or p.id == chosen]
        return found + [Choice(p.name, p.id, line_before=not n) for n, p in enumerate(shown)]

    def _on_chosen(self) -> None:
        self._keep()
        self.changed.emit()

    def _read(self) -> dict[str, Any]:
        with suppress(ValueError, AttributeError):
            found = json.loads(self._session.preferences.geometry.get(_KEY, "{}"))
            if found.get("workspace") == self._session.workspace.store.name:
                return dict(found)
            return {"mode": found.get("mode")}
        return {}

    def _keep(self) -> None:
        kept = {
            "workspace": self._session.workspace.store.name, "mode": self.mode, "person": self.person.value,
            "kinds": self.kinds.chosen(), "shown": self.shown.chosen(),
        }  # fmt: skip
        if kept != self._kept:
            self._kept = kept
            self._session.preferences.geometry[_KEY] = json.dumps(kept, ensure_ascii=False)
            self._session.preferences.save()
