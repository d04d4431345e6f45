"""The cards of the dashboard, arranged by dragging or by the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollArea, QWidget

from ..parts import on_theme
from ..theme import tokens
from .card import FigureCard
from .layout import CardLayout

_EDGE, _STEP, _TICK_MS = 48, 24, 30


class CardGrid(QWidget):
    """Shows cards in an order. A card that is dragged by its head follows the pointer, the others make room where it would
    land; Esc puts it back.

    Signals:
        moved(code, before): a card was put before another, or (None) behind all.
    """

    moved = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._layout = CardLayout()
        self.setLayout(self._layout)
        self._grip = QPoint()
        self._pointer = QPoint()
        self._at = self._home = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._scroll)
        on_theme(self, self.update)

    @property
    def cards(self) -> list[FigureCard]:
        """The cards in their order."""
        return [each for each in self._layout.cards() if isinstance(each, FigureCard)]

    def arrange(self, cards: Sequence[tuple[FigureCard, bool]]) -> None:
        """Shows these cards in this order, some of them (True) wide."""
        self.cancel()
        for card in self.cards:
            card.setVisible(any(card is each for each, _ in cards))
        self._layout.arrange(cards)
        for card, wide in cards:
            card.show()
            card.show_wide(wide)
        self._layout.activate()

    def follow(self, card: FigureCard) -> None:
        """Does what a card asks for."""
        card.lifted.connect(lambda point: self._lift(card, point))
        card.dragged.connect(self._drag)
        card.dropped.connect(self._drop)
        card.cancelled.connect(self.cancel)
        card.step_asked.connect(lambda across, down: self.step(card, across, down))

    # Keyboard -----------------------------------------------------------------------------------------------------

    def step(self, card: FigureCard, across: int, down: int) -> None:
        """Moves a card one place on or back, or into the row above or below."""
        cards = self.cards
        here, boxes = cards.index(card), self._boxes(cards)
        target = here + across
        if down:
            rows = sorted({boxes[each].top() for each in cards})
            row = rows.index(boxes[card].top()) + down
            if not 0 <= row < len(rows):
                return
            beside = [n for n, each in enumerate(cards) if boxes[each].top() == rows[row]]
            target = min(beside, key=lambda n: abs(boxes[cards[n]].left() - boxes[card].left()))
        if 0 <= target < len(cards) and target != here:
            self._tell(card, target)

    def _tell(self, card: FigureCard, at: int) -> None:
        rest = [each for each in self.cards if each is not card]
        self.moved.emit(card.code, rest[at].code if at < len(rest) else None)

    # Dragging -----------------------------------------------------------------------------------------------------

    @property
    def dragging(self) -> FigureCard | None:
        """The card that follows the pointer."""
        lifted = self._layout.lifted
        return lifted if isinstance(lifted, FigureCard) else None

    @property
    def gap(self) -> QRect:
        """Where it would land."""
        card = self.dragging
        return QRect() if card is None else self._boxes(self.cards)[card]

    def _lift(self, card: FigureCard, point: QPoint) -> None:
        self._home = self._at = self.cards.index(card)
        self._grip = card.mapFromGlobal(point)
        self._layout.lifted = card
        card.raise_()
        self._drag(point)
        self._timer.start()

    def _drag(self, point: QPoint) -> None:
        card = self.dragging
        if card is None:
            return
        self._pointer = point
        card.move(self.mapFromGlobal(point) - self._grip)
        at = self._nearest(card)
        if at != self._at:
            self._at = at
            self._layout.arrange(self._layout.without_and_before(card, at))
        self.update()

    def _nearest(self, card: FigureCard) -> int:
        """The place whose gap is nearest to where the pointer holds the card."""
        point = self.mapFromGlobal(self._pointer)

        def far(at: int) -> tuple[int, int]:
            gap = self._layout.boxes(self.rect(), self._layout.without_and_before(card, at))[card]
            held = QPoint(gap.left() + min(self._grip.x(), gap.width()), gap.top() + self._grip.y())
            return (held - point).manhattanLength(), abs(at - self._at)

        return min(range(len(self.cards)), key=far)

    def _drop(self) -> None:
        card = self.dragging
        if card is not None:
            at, home = self._at, self._home
            self._end()
            if at != home:
                self._tell(card, at)

    def cancel(self) -> None:
        """Puts the card that is dragged back."""
        card = self.dragging
        if card is not None:
            self._layout.arrange(self._layout.without_and_before(card, self._home))
            self._end()

    def _end(self) -> None:
        self._timer.stop()
        card = self.dragging
        self._layout.lifted = None
        if card is not None:
            card.put_down()
        self._layout.invalidate()
        self._layout.activate()
        self.update()

    def _scroll(self) -> None:
        """Goes on where the pointer rests near an edge."""
        area = self.parentWidget().parentWidget() if self.parentWidget() is not None else None
        if not isinstance(area, QScrollArea):
            return
        y, high = area.viewport().mapFromGlobal(self._pointer).y(), area.viewport().height()
        step = -_STEP if y < _EDGE else _STEP if y > high - _EDGE else 0
        bar = area.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + step)
        if bar.value() != before:
            self._drag(self._pointer)

    def _boxes(self, cards: Sequence[FigureCard]) -> dict[QWidget, QRect]:
        return self._layout.boxes(self.rect(), [(card, self._layout.wide(card)) for card in cards])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The gap."""
        if self.dragging is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens().accent), 1.5))
        painter.setBrush(QColor(tokens().accent_soft))
        painter.drawRoundedRect(self.gap.adjusted(1, 1, -1, -1), 8, 8)
        painter.end()
