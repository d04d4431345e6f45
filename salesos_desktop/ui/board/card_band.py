"""The rubber band of a column: from bare ground, or with Alt from anywhere, across the cards that are to be selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QRubberBand

if TYPE_CHECKING:
    from .column_view import ColumnView

_SCROLL = 24


class CardBand:
    """Follows the mouse over one list of cards. With Ctrl the earlier selection stays."""

    def __init__(self, view: ColumnView) -> None:
        self._view = view
        self._start: QPoint | None = None
        self._band: QRubberBand | None = None
        self._before = QItemSelection()

    def begin(self, event: QMouseEvent) -> None:
        """A press: the band begins on bare ground, in the gap beside the cards, and with Alt on a card."""
        view, point = self._view, event.position().toPoint()
        left = event.button() is Qt.MouseButton.LeftButton
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        bare = not view.indexAt(point).isValid() or view.in_gap(point)
        self._start = point + self._scrolled() if left and (alt or bare) else None
        if self._start is None:
            return
        keeps = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self._before = QItemSelection(view.selectionModel().selection()) if keeps else QItemSelection()

    def draw(self, event: QMouseEvent) -> bool:
        """A move: draws the band and selects; whether there is one."""
        if self._start is None:
            return False
        view, point = self._view, event.position().toPoint()
        bar, height = view.verticalScrollBar(), view.viewport().height()
        if point.y() < 0 or point.y() > height:
            bar.setValue(bar.value() + (_SCROLL if point.y() > height else -_SCROLL))
        if self._band is None:
            self._band = QRubberBand(QRubberBand.Shape.Rectangle, view.viewport())
        area = QRect(self._start - self._scrolled(), point).normalized()
        self._band.setGeometry(QRect(area.topLeft(), area.size().expandedTo(QSize(1, 1))))
        self._band.show()
        first, last = view.rows_between(area.top(), area.bottom())
        chosen = QItemSelection(self._before)
        if first <= last:
            model, flag = view.column_model, QItemSelectionModel.SelectionFlag.Select
            chosen.merge(QItemSelection(model.index(first, 0), model.index(last, 0)), flag)
        view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        return True

    def end(self) -> bool:
        """A release; whether there was a band."""
        drawn, self._start = self._band is not None, None
        if self._band is not None:
            self._band.hide()
            self._band.deleteLater()
            self._band = None
        return drawn

    def _scrolled(self) -> QPoint:
        return QPoint(0, self._view.verticalScrollBar().value())
