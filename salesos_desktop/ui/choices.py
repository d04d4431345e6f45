"""Several of a list, by their values: a menu with a tick for each that stays open while they are chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QToolButton


def add_heading(menu: QMenu, text: str) -> None:
    """Says above entries what they are. A menu's own sections are lines without their words in our look."""
    if not menu.isEmpty():
        menu.addSeparator()
    menu.addAction(text.replace("&", "&&")).setEnabled(False)


def add_group(
    menu: QMenu, entries: Iterable[tuple[str, Any, bool]], choose: Callable[[Any], object]
) -> QActionGroup:  # fmt: skip
    """Entries of which one is ticked: (text, value, whether it is on); ``choose`` is given the value."""
    group = QActionGroup(menu)
    for text, value, on in entries:
        action = QAction(text, menu)
        action.setCheckable(True)
        action.setChecked(on)
        action.triggered.connect(lambda _=False, value=value: choose(value))
        group.addAction(action)
        menu.addAction(action)
    return group


class OpenMenu(QMenu):
    """Stays open when an entry is ticked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ticks without closing."""
        action = self.activeAction()
        if action is not None and action.isCheckable():
            action.toggle()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks without closing."""
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None:
            action.toggle()
        else:
            super().keyPressEvent(event)


class Choices(QToolButton):
    """A button that says what is chosen; ``none`` is its text when nothing is.

    Signals:
        finished(): the menu was closed.
    """

    finished = Signal()

    def __init__(self, none: str = "—") -> None:
        super().__init__()
        self._none = none
        self.setProperty("kind", "pill")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMenu(OpenMenu(self))
        self.menu().aboutToHide.connect(self.finished)
        self._show()

    def set_options(self, options: Sequence[tuple[str, Any]]) -> None:
        """Offers (text, value) and forgets what was chosen."""
        menu = self.menu()
        menu.clear()
        for text, value in options:
            action = menu.addAction(text.replace("&", "&&"))
            action.setData(value)
            action.setCheckable(True)
            action.toggled.connect(lambda _: self._show())
        self._show()

    def chosen(self) -> list[Any]:
        """The ticked values in the order they are offered."""
        return [action.data() for action in self.menu().actions() if action.isChecked()]

    def choose(self, values: Iterable[Any]) -> None:
        """Ticks these and no others."""
        wanted = set(values)
        for action in self.menu().actions():
            action.setChecked(action.data() in wanted)
        self._show()

    def _show(self) -> None:
        texts = [action.text() for action in self.menu().actions() if action.isChecked()]
        text = ", ".join(texts) or self._none
        self.setText((text if len(text) <= 40 else text[:39] + "…") + " ▾")
