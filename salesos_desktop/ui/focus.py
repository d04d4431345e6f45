"""What widgets that paint themselves share: the keyboard is seen on them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QWidget


def show(made: QWidget, *, there: bool, left: Callable[[], object]) -> None:
    """Shows or hides a bar; ``left()`` takes the keyboard from one that goes with it, where Qt would give it to a neighbour."""
    focus = QApplication.focusWidget()
    if not there and focus is not None and made.isAncestorOf(focus):
        left()
    made.setVisible(there)


class ShowsFocus:
    """Put before a widget's class: it is painted anew when the keyboard comes and goes."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the focus."""
        self.update()  # type: ignore[attr-defined]
        super().focusInEvent(event)  # type: ignore[misc]

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hides the focus."""
        self.update()  # type: ignore[attr-defined]
        super().focusOutEvent(event)  # type: ignore[misc]
