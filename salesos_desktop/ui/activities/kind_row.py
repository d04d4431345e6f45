"""The kinds of activities as a row of buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from ...domain.activities import ActivityKind
from ...i18n import tr
from ..flow import FlowLayout
from ..icons import icon
from ..parts import on_theme

NOTE = "note"
"""Stands for a note, which is no kind of activity."""
ICONS = (
    "phone", "people", "mail", "check", "video", "chat", "calendar", "star", "coffee", "truck", "file", "link", "globe",
    "companies", "contacts", "leads", "search", "bell",
)  # fmt: skip
"""Pictures that a kind may have."""


def kind_icon(name: str) -> str:
    """The picture of a kind; a usual one for a name that has none."""
    return name if name in ICONS or name == NOTE else "check"


class KindRow(QWidget):
    """One of the kinds is chosen; the arrows go from one to the next.

    Signals:
        chosen(code): another kind.
    """

    chosen = Signal(object)

    def __init__(self, kinds: Sequence[ActivityKind], *, with_note: bool) -> None:
        super().__init__()
        self.buttons: dict[str, QToolButton] = {}
        self.setAccessibleName(tr("Kind"))
        layout = FlowLayout()
        self.setLayout(layout)
        for kind in kinds:
            layout.addWidget(self._button(kind.code, kind.name, kind_icon(kind.icon)))
        if with_note:
            layout.addWidget(self._button(NOTE, tr("Note"), NOTE))

    def _button(self, code: str, name: str, picture: str) -> QToolButton:
        made = self.buttons[code] = QToolButton()
        made.setProperty("kind", "pill")
        made.setText(" " + (name if len(name) <= 28 else name[:27] + "…").replace("&", "&&"))
        made.setAccessibleName(name)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setCheckable(True)
        made.setAutoExclusive(True)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.toggled.connect(lambda on: self.chosen.emit(code) if on else None)
        on_theme(made, lambda: made.setIcon(icon(picture, checked="accent")))
        return made

    @property
    def code(self) -> str:
        """The chosen kind, empty before the first choice."""
        return next((code for code, made in self.buttons.items() if made.isChecked()), "")

    def choose(self, code: str) -> None:
        """Chooses a kind that is offered."""
        self.buttons[code].setChecked(True)

    def tab_parts(self) -> list[QWidget]:
        """Tab comes to the chosen one."""
        return [made for made in self.buttons.values() if made.isChecked()]
