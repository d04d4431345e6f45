"""Where cards stand: below each other, narrow ones two in a row where there is room; one of them may be lifted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QWidget

from ..flow import ItemsLayout

SPACING = 12
NARROW = 860
"""At less than this width, in px, there is one column."""


class CardLayout(ItemsLayout):
    """Cards in order. A wide card, and a narrow one that has none beside it, take the whole width; those in a row are as high
    as the highest of them. ``lifted``: a card that follows the pointer; its place stays free.
    """

    def __init__(self) -> None:
        super().__init__()
        self._wide: dict[QWidget, bool] = {}
        self.lifted: QWidget | None = None
        self.setContentsMargins(18, 6, 18, 18)

    # Order --------------------------------------------------------------------------------------------------------

    def cards(self) -> list[QWidget]:
        """The cards in their order."""
        return [item.widget() for item in self._items]

    def arrange(self, cards: Sequence[tuple[QWidget, bool]]) -> None:
        """Other cards, or the same in another order or (True) wide; those that are not named leave."""
        for card, _ in cards:
            if card not in self.cards():
                self.addWidget(card)
        place = {card: n for n, (card, _) in enumerate(cards)}
        for item in [each for each in self._items if each.widget() not in place]:
            self.removeItem(item)
        self._items.sort(key=lambda item: place[item.widget()])
        self._wide = dict(cards)
        self.invalidate()

    def without_and_before(self, card: QWidget, at: int) -> list[tuple[QWidget, bool]]:
        """The cards as they would stand with ``card`` at a place among the others."""
        rest = [each for each in self.cards() if each is not card]
        return [(each, self.wide(each)) for each in [*rest[:at], card, *rest[at:]]]

    def wide(self, card: QWidget) -> bool:
        """Whether a card takes the whole width by the person's wish."""
        return self._wide.get(card, False)

    # What Qt asks -------------------------------------------------------------------------------------------------

    def expandingDirections(self) -> Qt.Orientation:
        """Across."""
        return Qt.Orientation.Horizontal

    def heightForWidth(self, width: int) -> int:
        """What the rows need."""
        margins = self.contentsMargins()
        boxes = self.boxes(QRect(0, 0, width, 0), self._pairs())
        return max((box.bottom() + 1 for box in boxes.values()), default=margins.top()) + margins.bottom()

    def setGeometry(self, rect: QRect) -> None:
        """Places them."""
        super().setGeometry(rect)
        for card, box in self.boxes(rect, self._pairs()).items():
            if card is not self.lifted:
                card.setGeometry(box)

    def sizeHint(self) -> QSize:
        """As wide as it is given."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """The widest card's own minimum."""
        margins = self.contentsMargins()
        widest = max((item.minimumSize().width() for item in self._items), default=0)
        return QSize(widest + margins.left() + margins.right(), margins.top() + margins.bottom())

    def _pairs(self) -> list[tuple[QWidget, bool]]:
        return [(card, self.wide(card)) for card in self.cards()]

    # Places -------------------------------------------------------------------------------------------------------

    def boxes(self, rect: QRect, cards: Sequence[tuple[QWidget, bool]]) -> dict[QWidget, QRect]:
        """Where cards would stand in a rectangle."""
        inside = rect.marginsRemoved(self.contentsMargins())
        found: dict[QWidget, QRect] = {}
        top = inside.top()
        for row in self._rows(cards, inside.width()):
            width = (inside.width() - SPACING * (len(row) - 1)) // len(row)
            high = max(_height(card, width) for card in row)
            for n, card in enumerate(row):
                found[card] = QRect(QPoint(inside.left() + n * (width + SPACING), top), QSize(width, high))
            top += high + SPACING
        return found

    def _rows(self, cards: Sequence[tuple[QWidget, bool]], width: int) -> list[list[QWidget]]:
        rows: list[list[QWidget]] = []
        open_ = False
        for card, wide in cards:
            narrow = not wide and width >= NARROW
            if narrow and open_:
                rows[-1].append(card)
                open_ = False
            else:
                rows.append([card])
                open_ = narrow
        return rows


def _height(card: QWidget, width: int) -> int:
    return card.heightForWidth(width) if card.hasHeightForWidth() else card.sizeHint().height()
