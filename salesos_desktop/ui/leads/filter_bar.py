"""The filter of the list of leads: status, owner, source, when they were made."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...domain.leads import LeadFilter, StatusKind
from ...i18n import tr
from ..session import Session
from ..tables.pills import Choice, ChoicePill, PeriodPill
from .lists import LeadLists

ARCHIVED = "*"
"""Value of the status pill that shows discarded and converted leads too."""
_MANY_PEOPLE = 40


class LeadFilterBar(QWidget):
    """Pills that narrow the list.

    Signals:
        changed(): the person chose, or a day has passed.
        cleared(): every lead is shown again.
    """

    changed = Signal()
    cleared = Signal()

    def __init__(self, session: Session, lists: LeadLists) -> None:
        super().__init__()
        self._session, self._lists = session, lists
        self._text = ""
        self.status = ChoicePill(self._statuses, "")
        self.owner = ChoicePill(self._owners)
        self.source = ChoicePill(self._sources)
        self.created = PeriodPill(tr("Created"), lambda: session.today)
        self._pills = (self.status, self.owner, self.source, self.created)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for pill in self._pills:
            row.addWidget(pill)
            pill.changed.connect(self.changed)
        lists.changed.connect(self._refresh)
        session.day_changed.connect(self.changed)

    @property
    def where(self) -> LeadFilter:
        """The conditions as they are chosen."""
        first, before = self.created.range()
        status = self.status.value
        return LeadFilter(
            status="" if status == ARCHIVED else status, owner_id=self.owner.value, source_id=self.source.value,
            created_from=self._instant(first), created_before=self._instant(before), text=self._text,
            archived=status == ARCHIVED,
        )  # fmt: skip

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
        """Shows every lead that is in work again."""
        self._text = ""
        for pill in self._pills:
            pill.clear()
        self.cleared.emit()
        self.changed.emit()

    def _refresh(self) -> None:
        for pill in self._pills:
            pill.refresh()

    def _instant(self, day: date | None) -> datetime | None:
        """Midnight of a day where the person is."""
        if day is None:
            return None
        return datetime.combine(day, time(), self._session.workspace.clock.zone()).astimezone(UTC)

    # Choices ------------------------------------------------------------------------------------------------------

    def _statuses(self, chosen: Any) -> list[Choice]:
        archived = [s.name for s in self._lists.statuses.values() if s.kind in _ARCHIVED]
        tip = tr("Also {names}").format(names=", ".join(archived)) if archived else ""
        found = [
            Choice(tr("In work"), "", tr("Status: in work")),
            Choice(tr("All, archived too"), ARCHIVED, tr("Status: all"), tip),
        ]
        for number, status in enumerate(self._lists.statuses.values()):
            if status.active or status.code == chosen:
                found.append(Choice(status.name, status.code, "", status.help, line_before=not number))
        return found

    def _owners(self, chosen: Any) -> list[Choice]:
        me = self._session.workspace.actor_id
        found = [
            Choice(tr("All owners"), None), Choice(tr("My leads"), me), Choice(tr("Nobody's"), 0, tr("Owner: nobody")),
        ]  # fmt: skip
        others = [person for person in self._lists.people if person.id != me]
        shown = [p for n, p in enumerate(others) if (p.active and n < _MANY_PEOPLE) or p.id == chosen]
        return found + [Choice(p.name, p.id, line_before=not n) for n, p in enumerate(shown)]

    def _sources(self, chosen: Any) -> list[Choice]:
        found = [Choice(tr("All sources"), None)]
        shown = [s for s in self._lists.sources if s.active or s.id == chosen]
        return found + [Choice(s.name, s.id, line_before=not n) for n, s in enumerate(shown)]


_ARCHIVED = (StatusKind.DISCARDED, StatusKind.CONVERTED)
