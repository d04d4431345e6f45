"""Rows of the board: their heads with figures of their own, open or closed, and the heads of the columns above them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ...domain.slots import By, Slot
from ...i18n import ntr, number, tr
from ..focus import ShowsFocus
from ..models.board import BoardModel, StageFigures
from ..parts import button
from ..theme import AVATARS, BODY, font, metrics, theme, tokens
from .column_frame import MIN_WIDTH, ColumnFrame, ColumnHeader
from .figure_texts import measured, money_texts
from .slot_texts import slot_title

LANES_SHOWN = 8
"""Rows that are there at once; more come by a button, so that a board of many stays fast."""
_CARDS = 2.6
"""How many cards of a row are in sight."""
_HEAD = 34
_MARGIN = 18


class Lane(ShowsFocus, QWidget):
    """One row: a head that opens and closes it by click, Enter or space, and its places.

    Signals:
        toggled(key): open or close it.
        lane_requested(step): Up or Down on the head.
        entered(): Right on the head of an open one.
    """

    toggled = Signal(object)
    lane_requested = Signal(object)
    entered = Signal()

    def __init__(self, slot: Slot, parent: QWidget, *, opened: bool) -> None:
        super().__init__(parent)
        self.slot, self.opened = slot, opened
        self._figures, self._measure = StageFigures(), "value"
        self._cells: Sequence[ColumnFrame] = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(_MARGIN, _HEAD, _MARGIN, 10 if opened else 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(tr("Open or close this row"))
        theme().changed.connect(self.update)

    def show_cells(self, frames: Sequence[ColumnFrame], row: Callable[[Sequence[ColumnFrame]], QHBoxLayout]) -> None:
        """Takes its places."""
        self._cells = frames
        self._layout.addLayout(row(frames))

    def fit(self, card: int) -> None:
        """So high that some cards of this height are in sight, no higher than its fullest place."""
        fullest = max((frame.model.rowCount() for frame in self._cells), default=0)
        seen = min(max(_CARDS, 190 / card), max(1, fullest))
        for frame in self._cells:
            frame.setFixedHeight(round(card * seen) + 16)

    def show_figures(self, figures: StageFigures, measure: str) -> None:
        """Shows exact count and sums."""
        self._figures, self._measure = figures, measure
        total, weighted = money_texts(figures)
        self.setAccessibleName(
            tr("{stage}, {count} deals, total {total}").format(
                stage=slot_title(self.slot), count=number(figures.count), total=total
            ) + ", " + tr("weighted {weighted}").format(weighted=weighted)
        )  # fmt: skip
        self.setAccessibleDescription(tr("open") if self.opened else tr("closed"))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the head."""
        if event.button() is Qt.MouseButton.LeftButton and event.position().y() < _HEAD:
            self.toggled.emit(self.slot.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and space open and close, Up and Down go to the neighbours, Right goes into the row."""
        key = event.key()
        if (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
            or (key == Qt.Key.Key_Right and not self.opened)
            or (key == Qt.Key.Key_Left and self.opened)
        ):
            self.toggled.emit(self.slot.key)
        elif key == Qt.Key.Key_Right or (key == Qt.Key.Key_Down and self.opened):
            self.entered.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.lane_requested.emit(-1 if key == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A triangle, whose row it is, how many deals, and their sums."""
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(t.accent), 2))
            painter.drawRoundedRect(QRect(_MARGIN - 6, 3, self.width() - 2 * _MARGIN + 12, _HEAD - 6), 6, 6)
        # Wide rows are scrolled sideways: what they are called stays in sight.
        seen = self.visibleRegion().boundingRect()
        x, middle = max(0, seen.left()) + _MARGIN + 4, _HEAD / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.muted))
        painter.drawPolygon(
            QPolygonF([QPointF(x, middle - 2), QPointF(x + 9, middle - 2), QPointF(x + 4.5, middle + 4)])
            if self.opened
            else QPolygonF([QPointF(x + 2, middle - 5), QPointF(x + 2, middle + 5), QPointF(x + 8, middle)])
        )
        x += 18
        if self.slot.by is By.OWNER and self.slot.value is not None:
            painter.setBrush(QColor(AVATARS[self.slot.value % len(AVATARS)]))
            painter.drawEllipse(QPointF(x + 5, middle), 5, 5)
            x += 18
        main, aside = measured(self._figures, self._measure)
        room = min(self.width(), seen.right() + 1) - _MARGIN - 8
        for text, bold, ink in ((aside, False, t.muted), (main, True, t.text)):
            width = metrics(12, bold=bold).horizontalAdvance(text)
            _put(painter, QRect(room - width, 0, width + 1, _HEAD), text, 12, bold, ink)
            room -= width + 16
        count = number(self._figures.count)
        face = metrics(BODY, bold=True)
        name = face.elidedText(slot_title(self.slot), Qt.TextElideMode.ElideRight, room - x - 60)
        _put(painter, QRect(x, 0, room - x, _HEAD), name, BODY, True, t.text)
        _put(painter, QRect(x + face.horizontalAdvance(name) + 8, 0, 60, _HEAD), count, 12, False, t.muted)
        painter.end()


class ColumnHeads(QWidget):
    """The heads of all columns over the rows, each with the figures of all rows together."""

    def __init__(self, model: BoardModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        row = QHBoxLayout(self)
        row.setContentsMargins(_MARGIN, 6, _MARGIN, 4)
        row.setSpacing(12)
        self._heads: list[tuple[Slot, ColumnHeader]] = []
        for slot in model.slots.values():
            head = ColumnHeader(self, slot)
            head.setMinimumWidth(MIN_WIDTH)
            row.addWidget(head, 1)
            self._heads.append((slot, head))

    def sizeHint(self) -> QSize:
        """As high as one head."""
        return QSize(400, self._heads[0][1].sizeHint().height() + 10 if self._heads else 10)

    def refresh(self, measure: str) -> None:
        """Shows the figures as they are now."""
        for slot, head in self._heads:
            head.show_figures(self._model.figures_of(column=slot.key), measure)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The window's ground, for rows pass below, and each column's colour."""
        painter, t = QPainter(self), tokens()
        painter.fillRect(self.rect(), QColor(t.window))
        for slot, head in self._heads:
            painter.fillRect(QRect(head.x(), head.y() - 3, head.width(), 3), QColor(t.stage(slot.colour)))
        painter.end()


def more_button(left: int, show: Callable[[], object]) -> QPushButton:
    """Shows more rows."""
    return button(ntr("Show {count} more row", "Show {count} more rows", left).format(count=number(left)), show, "link")


def _put(painter: QPainter, rect: QRect, text: str, size: int, bold: bool, ink: str) -> None:
    painter.setFont(font(size, bold=bold))
    painter.setPen(QColor(ink))
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
