"""A filter by value as a pill: from, to, or both."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QVBoxLayout, QWidget, QWidgetAction

from ...errors import InvalidInput
from ...i18n import money, parse_amount, tr
from ..parts import Field, Pill, button
from ..session import Session

Values = tuple[int | None, int | None]
"""Minor units of the workspace's currency, both included, None for open ends."""


class ValuePill(Pill):
    """A range of values.

    Signals:
        changed(): the person chose another.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.value: Values = (None, None)
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.setMenu(menu)
        self.refresh()

    @property
    def narrows(self) -> bool:
        """Whether there is a limit."""
        return self.value != (None, None)

    def choose(self, low: int | None, high: int | None) -> None:
        """Chooses as the person would."""
        if (low, high) != self.value:
            self.value = (low, high)
            self.refresh()
            self.changed.emit()

    def clear(self) -> None:
        """Any value, without a signal."""
        self.value = (None, None)
        self.refresh()

    def keep(self) -> Any:
        """As plain values for the preferences, None for any value."""
        return list(self.value) if self.narrows else None

    def take(self, kept: Any) -> None:
        """Takes up what was kept, without a signal."""
        if isinstance(kept, list) and len(kept) == 2 and all(each is None or type(each) is int for each in kept):
            self.value = (kept[0], kept[1])
            self.refresh()

    def let_go(self) -> bool:
        """Nothing of it can be gone."""
        return False

    def refresh(self) -> None:
        """Shows the range."""
        low, high = self.value
        shown = [None if each is None else money(each, self._session.workspace.currency) for each in self.value]
        if low is not None and high is not None:
            text = f"{shown[0]} – {shown[1]}"
        elif low is not None:
            text = f"≥ {shown[0]}"
        else:
            text = tr("Value: any") if high is None else f"≤ {shown[1]}"
        self.show_choice(text, self.narrows, tr("Value"))

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        currency = self._session.workspace.currency
        edits = [QLineEdit(), QLineEdit()]
        for edit, value in zip(edits, self.value, strict=True):
            edit.setText("" if value is None else money(value, currency))
        fields = [Field(tr("Value from"), edits[0]), Field(tr("Value to"), edits[1])]

        def take() -> None:
            found: list[int | None] = []
            for field, edit in zip(fields, edits, strict=True):
                try:
                    found.append(parse_amount(edit.text(), currency))
                    field.show_error("")
                except InvalidInput as error:
                    field.show_error(f"{error.title} {error.message}")
                    return
            menu.close()
            self.choose(found[0], found[1])

        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(10, 8, 10, 8)
        for field in fields:
            column.addWidget(field)
        column.addWidget(button(tr("Apply"), take, "primary"), 0, Qt.AlignmentFlag.AlignRight)
        for edit in edits:
            edit.returnPressed.connect(take)
        action = QWidgetAction(menu)
        action.setDefaultWidget(box)
        menu.addAction(action)
        if self.narrows:
            menu.addAction(tr("Any value"), lambda: self.choose(None, None))
