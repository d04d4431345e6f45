"""What charts of a figure of one's own share: parts that the pointer and the keyboard go through, and a scale of figures."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollArea, QWidget

from ..theme import font, metrics, theme, tokens

Value = int | float | None
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_AROUND = 30
"""So many px around the part that the keyboard is on can be seen."""
_LINES = 4
"""About so many lines a scale has."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows × columns of figures; a single column without a name where there is no second field. ``colours`` (tokens, or what an
    administrator chose) go with the columns, of a single one with the rows. ``text`` says a figure in full, ``short`` on a
    scale. ``stacked``: parts of a row make a whole, which ``totals`` has; ``whole`` is that of all rows."""

    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[Value]]
    totals: Sequence[Value]
    colours: Sequence[str]
    text: Callable[[Value], str]
    short: Callable[[float], str]
    stacked: bool
    whole: Value = None

    @property
    def top(self) -> float:
        """The largest figure that has to have room."""
        whole = self.totals if self.stacked else [each for row in self.values for each in row]
        return max((each for each in whole if each is not None), default=0)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is painted of one figure, and where the pointer finds it."""

    row: int
    column: int
    path: QPainterPath
    hit: QRectF
    colour: str


class PartsChart(QWidget):
    """Figures as marks. Arrows go from one to the next, Enter and a click choose one.

    Signals:
        hovered(row, column): the pointer or the keyboard is on a part; (None, None) when it has gone.
        chosen(row, column): a click or Enter.
    """

    hovered = Signal(object, object)
    chosen = Signal(object, object)
    upright = False
    """Whether the rows go from left to right."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = Drawn((), (), (), (), (), str, str, False)
        self.marks: list[Mark] = []
        self.here: tuple[int, int] | None = None
        self._over: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme().changed.connect(self._again)

    def show_drawn(self, drawn: Drawn) -> None:
        """Shows these figures."""
        self.drawn = drawn
        self._again()
        if self.here not in [(mark.row, mark.column) for mark in self.marks]:
            self.here = None

    def _again(self) -> None:
        self.marks = []
        self.setMinimumHeight(self.least_height())
        if self.drawn.rows:
            self.lay_out()
        self.update()

    @abstractmethod
    def lay_out(self) -> None:
        """Makes ``marks`` for the size there is."""

    @abstractmethod
    def paint(self, painter: QPainter) -> None:
        """Paints what is not a mark."""

    def least_height(self) -> int:
        """Less than that and nothing can be read."""
        return 120

    def sizeHint(self) -> QSize:
        """As much room as it is given."""
        return QSize(320, 220)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lays out anew."""
        super().resizeEvent(event)
        self._again()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """What explains the marks, the marks, and a frame round the one that is looked at."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(12))
        self.paint(painter)
        looked_at = self._over or (self.here if self.hasFocus() else None)
        for mark in self.marks:
            self.paint_mark(painter, mark, (mark.row, mark.column) == looked_at)
        painter.end()

    def paint_mark(self, painter: QPainter, mark: Mark, looked_at: bool) -> None:
        """One part; the one that is looked at stands out."""
        painter.setBrush(hue(mark.colour))
        painter.setPen(QPen(QColor(tokens().text), 2) if looked_at else Qt.PenStyle.NoPen)
        painter.drawPath(mark.path)

    # Pointer and keyboard -----------------------------------------------------------------------------------------

    def part_at(self, position: QPointF) -> tuple[int, int] | None:
        """The part at a point, the one painted last."""
        found = (mark for mark in reversed(self.marks) if mark.hit.contains(position))
        return next(((mark.row, mark.column) for mark in found), None)

    def place_of(self, row: int, column: int = 0) -> QPointF:
        """The middle of a part."""
        return next(mark.hit.center() for mark in self.marks if (mark.row, mark.column) == (row, column))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells which part the pointer is on."""
        super().mouseMoveEvent(event)
        self._look(self.part_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has gone."""
        super().leaveEvent(event)
        self._look(None)

    def _look(self, over: tuple[int, int] | None) -> None:
        if over != self._over:
            self._over = over
            self.setCursor(Qt.CursorShape.ArrowCursor if over is None else Qt.CursorShape.PointingHandCursor)
            self.hovered.emit(*(over or (None, None)))
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses a part."""
        part = self.part_at(event.position())
        if part is None or event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        else:
            self.here = part
            self.chosen.emit(*part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go through the parts, Enter and Space choose one."""
        key, parts = Qt.Key(event.key()), sorted((mark.row, mark.column) for mark in self.marks)
        if key in _ENTER and self.here is not None:
            self.chosen.emit(*self.here)
        elif parts and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(parts[0 if key == Qt.Key.Key_Home else -1])
        elif parts and key in _ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            along, step = _ARROWS[key]
            self._go(self._next(parts, along is not self.upright, step))
        else:
            super().keyPressEvent(event)

    def _next(self, parts: Sequence[tuple[int, int]], by_row: bool, step: int) -> tuple[int, int]:
        """The nearest part in the next row or column that has one."""
        row, column = self.here or parts[0]
        if by_row:
            further = [each for each in parts if (each[0] - row) * step > 0]
            return min(further, key=lambda each: (abs(each[0] - row), abs(each[1] - column)), default=(row, column))
        beside = [each for each in parts if each[0] == row and (each[1] - column) * step > 0]
        return min(beside, key=lambda each: abs(each[1] - column), default=(row, column))

    def _go(self, part: tuple[int, int]) -> None:
        """To a part; what is around the chart scrolls to it."""
        self.here = part
        around = self.parentWidget().parentWidget() if self.parentWidget() is not None else None
        if isinstance(around, QScrollArea):
            point = self.place_of(*part).toPoint()
            around.ensureVisible(point.x(), point.y(), 0, _AROUND)
        self.hovered.emit(*part)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows where the keyboard is, and says it."""
        super().focusInEvent(event)
        parts = sorted((mark.row, mark.column) for mark in self.marks)
        if parts:
            self._go(self.here or parts[0])

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """It has gone."""
        super().focusOutEvent(event)
        self.hovered.emit(None, None)
        self.update()


_ARROWS = {
    Qt.Key.Key_Up: (True, -1),
    Qt.Key.Key_Down: (True, 1),
    Qt.Key.Key_Left: (False, -1),
    Qt.Key.Key_Right: (False, 1),
}
"""Whether a key goes up and down, and which way."""


def hue(token: str) -> QColor:
    """The colour of a token in the theme in use."""
    return QColor(tokens().stage(token))


def elided(text: str, width: float) -> str:
    """A text that fits; its middle gives way, for names are often told apart by their ends."""
    return metrics(12).elidedText(text, Qt.TextElideMode.ElideMiddle, max(0, floor(width)))


def round_steps(top: float) -> list[float]:
    """From 0 up to at least ``top`` in about _LINES steps of 1, 2 or 5 times a power of ten."""
    if top <= 0:
        return [0.0, 1.0]
    rough = top / _LINES
    power = 10.0 ** floor(log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough)
    return [step * n for n in range(ceil(top / step - 1e-9) + 1)]


def apart(tops: list[float], high: float, bottom: float) -> list[float]:
    """Places from above, none over another, as far as there is room."""
    placed: list[float] = []
    for top in tops:
        placed.append(max(top, placed[-1] + high if placed else 2.0))
    for n in range(len(placed) - 1, -1, -1):
        below = placed[n + 1] if n + 1 < len(placed) else bottom
        placed[n] = min(placed[n], below - high)
    return placed
