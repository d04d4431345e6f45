"""What widgets that paint themselves share: the keyboard is seen on them."""

from __future__ import annotations

from PySide6.QtGui import QFocusEvent


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
