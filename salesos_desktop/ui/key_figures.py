"""The strip of key figures above a page: a caption, a bold figure, and what today has changed of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from .flow import FlowLayout
from .parts import label, restyle

_APART, _CLOSE = 28, 12
"""Between figures, in px, where there is room and where there is little."""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure as texts; ``change`` beside it is good (True), bad (False) or neither (None)."""

    caption: str
    text: str
    change: str = ""
    good: bool | None = None


class KeyFigureStrip(QWidget):
    """Figures side by side; ``show_figures`` again moves the texts without building anew. Where there is too little room those
    that do not fit ``wrap`` into another line, or are left out."""

    def __init__(self, side: int = 18, *, wrap: bool = False) -> None:
        super().__init__()
        self._figures: list[KeyFigure] = []
        self._cells: list[tuple[QLabel, QLabel, QLabel]] = []
        self._shown = 0
        self._wrap = wrap
        around = QHBoxLayout(self)
        around.setContentsMargins(side, 10, side, 6)
        around.setSpacing(0)
        self._row: QLayout = FlowLayout(_APART, 8) if wrap else QHBoxLayout()
        self._row.setSpacing(_APART)
        around.addLayout(self._row)
        if not wrap:
            around.addStretch(1)

    def show_figures(self, figures: list[KeyFigure]) -> None:
        """Shows these figures from left to right."""
        if figures == self._figures:
            return
        self._figures = figures
        while len(self._cells) < len(figures):
            self._add_cell()
        for cell, figure in zip(self._cells, figures, strict=False):
            caption, text, change = cell
            caption.setText(figure.caption)
            text.setText(figure.text)
            text.setAccessibleName(f"{figure.caption}: {figure.text} {figure.change}".strip())
            change.setText(figure.change)
            change.setVisible(bool(figure.change))
            role = {True: "rise", False: "fall", None: "small"}[figure.good]
            if change.property("role") != role:
                change.setProperty("role", role)
                restyle(change)
        self._shown = len(figures)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Closes up, then wraps or leaves out the last figures, rather than cutting any of them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room, widths = self.width() - self._sides(), self._widths()
        gap = _APART if sum(widths) + _APART * len(widths) <= room else _CLOSE
        if gap != self._row.spacing():
            self._row.setSpacing(gap)
        used = 0
        for number, cell in enumerate(self._cells):
            used += widths[number] + (gap if number else 0) if number < self._shown else 0
            cell[0].parentWidget().setVisible(number < self._shown and (self._wrap or used <= room or number == 0))

    def _widths(self) -> list[int]:
        return [cell[0].parentWidget().sizeHint().width() for cell in self._cells[: self._shown]]

    def whole_width(self) -> int:
        """So wide it shows all of its figures."""
        widths = self._widths()
        return sum(widths) + _APART * len(widths) + self._sides()

    def least_width(self) -> int:
        """So wide it leaves out none of them, closed up as they may be."""
        widths = self._widths()
        return sum(widths) + _CLOSE * (len(widths) - 1) + self._sides()

    def _sides(self) -> int:
        margins = self.layout().contentsMargins()
        return margins.left() + margins.right()

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(60, super().minimumSizeHint().height())

    def _add_cell(self) -> None:
        # Made inside their parents: a widget that moves into a styled window is styled a second time.
        cell = QWidget(self)
        caption, text, change = (label("", role, parent=cell) for role in ("small", "figure", "small"))
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(caption)
        line = QHBoxLayout()
        line.setSpacing(7)
        line.addWidget(text)
        line.addWidget(change)
        line.addStretch(1)
        column.addLayout(line)
        self._cells.append((caption, text, change))
        self._row.addWidget(cell)
