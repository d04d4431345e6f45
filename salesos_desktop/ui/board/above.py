"""What stands above the columns: key figures and, beside them or below where that is too narrow, how the board looks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from ..key_figures import KeyFigureStrip

_BETWEEN = 8


class AboveColumns(QWidget):
    """Figures at the left, ``looks`` at the right or on a line of their own; ``spare`` goes where even that is too narrow."""

    def __init__(self, figures: KeyFigureStrip, looks: Sequence[QWidget], spare: QWidget) -> None:
        super().__init__()
        self._figures, self._spare = figures, spare
        self._looks = QWidget()
        row = QHBoxLayout(self._looks)
        row.setContentsMargins(18, 4, 18, 4)
        row.setSpacing(_BETWEEN)
        row.addStretch(1)
        for widget in looks:
            row.addWidget(widget)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(0)
        self._both.addWidget(figures, 1)
        self._both.addWidget(self._looks, 0, Qt.AlignmentFlag.AlignVCenter)

    def event(self, event: QEvent) -> bool:
        """Fits again at another width, or when something says more or less."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            gone = self._spare.isHidden()
            whole = self._looks.sizeHint().width() + (self._spare.sizeHint().width() + _BETWEEN if gone else 0)
            if gone is not (self.width() < whole):
                self._spare.setVisible(gone)
            beside = self.width() >= self._figures.whole_width() + self._looks.sizeHint().width()
            self._both.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        return super().event(event)
