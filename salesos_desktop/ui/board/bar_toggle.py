"""A button of the filter bar that is on or off."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from ..parts import restyle


def toggle(text: str, tip: str, on: bool) -> QToolButton:
    """A pill that stays pressed; in accent while it is on."""
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tip)
    made.setAccessibleName(text)
    made.setProperty("kind", "pill")
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setCheckable(True)

    def shown(active: bool) -> None:
        made.setProperty("active", "true" if active else "false")
        restyle(made)

    made.toggled.connect(shown)
    made.setChecked(on)
    return made
