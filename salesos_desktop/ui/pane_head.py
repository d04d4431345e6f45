"""The head of a pane: its titles, what can be done, the steps to its neighbours in the list, and the cross."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QWidget

from ..i18n import tr
from .icons import icon
from .parts import on_theme

_SPACING = 8
_TITLE_WIDTH = 160
"""What a title has at least beside the buttons, in px."""


class PaneHead(QWidget):
    """The title with the buttons beside it or, where they would leave it no room, below; the subtitle has a line of its own.

    ``close`` is called by the cross; ``step`` is asked with −1 or 1.
    """

    def __init__(
        self,
        title: QWidget,
        subtitle: QWidget,
        buttons: Sequence[QWidget],
        close: Callable[[], object],
        step: Callable[[int], object],
    ) -> None:
        super().__init__()
        self._buttons, self._beside = buttons, True
        self.previous = _tool("chevron-up", tr("Previous in the list (Alt+↑)"), lambda: step(-1))
        self.following = _tool("chevron", tr("Next in the list (Alt+↓)"), lambda: step(1))
        self._cross = _tool("close", tr("Close (Esc)"), close)
        self._cross.setAccessibleName(tr("Close"))
        self._row = _row(buttons)
        self._row.layout().addStretch(1)  # type: ignore[attr-defined]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_SPACING)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self._grid.addWidget(title, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(self._row, 0, 1)
        self._grid.addWidget(_row((self.previous, self.following, self._cross)), 0, 2)
        self._grid.addWidget(subtitle, 1, 0, 1, 3)
        for step_button in (self.previous, self.following):
            kept = step_button.sizePolicy()
            kept.setRetainSizeWhenHidden(True)
            step_button.setSizePolicy(kept)
        self.show_steps(False, False)

    def show_steps(self, back: bool, on: bool) -> None:
        """Whether there is one before and a next one; the steps are hidden, and their room kept, where there is neither."""
        for made, there in ((self.previous, back), (self.following, on)):
            made.setVisible(back or on)
            made.setEnabled(there)

    def event(self, event: QEvent) -> bool:
        """Fits again at another width, or when another button is shown."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            beside = self.width() >= _TITLE_WIDTH + sum(
                made.sizeHint().width() + _SPACING
                for made in (*self._buttons, self.previous, self.following, self._cross)
                if not made.isHidden() or made.sizePolicy().retainSizeWhenHidden()
            )
            if beside != self._beside:
                self._beside = beside
                self._row.layout().setContentsMargins(0, 0 if beside else 8, 0, 0)
                self._grid.removeWidget(self._row)
                self._grid.addWidget(self._row, *((0, 1) if beside else (2, 0, 1, 3)))
        return super().event(event)


def _row(widgets: Sequence[QWidget]) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(_SPACING)
    for widget in widgets:
        row.addWidget(widget)
    return holder


def _tool(name: str, text: str, on_click: Callable[[], object]) -> QToolButton:
    made = QToolButton()
    made.setToolTip(text)
    made.setAccessibleName(text)
    made.clicked.connect(lambda: on_click())
    on_theme(made, lambda: made.setIcon(icon(name)))
    return made
