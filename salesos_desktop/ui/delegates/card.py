"""Paints cards: each drawn once and kept as a picture."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from ...domain.opportunities import Card
from ...domain.working_days import WorkingDays
from ..board.card_options import CardOptions
from ..board.card_texts import stale_text, touch_tip
from ..models.roles import CardRole
from ..theme import AVATARS, SMALL, Tokens, metrics, theme, tokens
from ..waiting import draw_waiting
from .card_drawing import Look, Mark, draw_card

if TYPE_CHECKING:
    from ...services.presence import Looker

GAP = 8
_COMPACT_GAP = 4
_CACHE = 320


def card_height(options: CardOptions) -> int:
    """Height of one row: the card and the gap below it, for the font in use."""
    if options.compact:
        return 2 * 8 + metrics(bold=True).height() + _COMPACT_GAP
    tags = metrics(SMALL).height() + 8 if "tags" in options.fields else 0
    return 2 * 10 + metrics(bold=True).height() * 2 + metrics(12).height() + 14 + GAP + tags


class CardDelegate(QStyledItemDelegate):
    """Draws cards once and keeps the pictures by id, version, width and state; ``today`` ages them."""

    def __init__(self, today: date, parent: object = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]
        self.today = today
        self._working = WorkingDays()
        self.options = CardOptions()
        self._mark: Callable[[Card], Mark | None] | None = None
        self.lookers: Callable[[int], tuple[Looker, ...]] = lambda _: ()
        self.waits: Callable[[int], str] = lambda _: ""
        self._own_texts: Callable[[Card], Sequence[str]] = lambda _: ()
        self._pictures: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        theme().changed.connect(self._pictures.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """As wide as the column, of fixed height."""
        return QSize(option.rect.width(), self.height)

    @property
    def height(self) -> int:
        """Height of one row of the column, the gap below the card included."""
        return card_height(self.options)

    @property
    def gap(self) -> int:
        """Room below a card."""
        return _COMPACT_GAP if self.options.compact else GAP

    def show_as(self, options: CardOptions, mark: Callable[[Card], Mark | None] | None) -> None:
        """Cards look like this from now on; ``mark`` gives a card its colour and the word beside it."""
        self.options, self._mark = options, mark
        self._pictures.clear()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The kept picture of the card, or a quiet placeholder while it is fetched."""
        card = index.data(CardRole.CARD)
        rect = option.rect.adjusted(0, 0, 0, -self.gap)
        if card is None:
            _placeholder(painter, rect)
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.drawPixmap(
            rect.topLeft() - _SHADOW.toPoint(), self.picture(card, rect.size(), selected, focused, _ratio(painter))
        )
        lookers = self.lookers(card.id)
        if lookers:
            _draw_looker(painter, rect, lookers[0].person_id)
        if self.waits(card.id):
            draw_waiting(painter, rect)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:  # fmt: skip
        """Who else has a deal open, what of it waits to be sent and why it is stale, where the mouse rests on one."""
        card = index.data(CardRole.CARD)
        stale = "" if card is None else stale_text(card, self.today, self._working)
        told = [] if card is None else self.told_of(card.id)
        text = "\n".join([*told, *([stale, touch_tip()] if stale else [])])
        if event.type() is not QEvent.Type.ToolTip or not text:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), text.replace("&", "&amp;").replace("<", "&lt;") if told else text, view)
        return True

    def told_of(self, deal_id: int) -> list[str]:
        """What the marks on the corners of a card mean."""
        lookers, waits = self.lookers(deal_id), self.waits(deal_id)
        told = [waits] if waits else []
        if lookers:
            from ..presence import looking_text

            told.insert(0, looking_text(lookers))
        return told

    @property
    def working(self) -> WorkingDays:
        """The working days by which a deal becomes stale."""
        return self._working

    def count_by(self, working: WorkingDays) -> None:
        """Other days are worked."""
        if working is not self._working:
            self._working = working
            self._pictures.clear()

    def show_own(self, texts: Callable[[Card], Sequence[str]]) -> None:
        """Texts of the workspace's own fields that stand on cards."""
        self._own_texts = texts
        self._pictures.clear()

    def picture(self, card: Card, size: QSize, selected: bool, focused: bool, ratio: float) -> QPixmap:
        """The card as a picture, with room for its shadow around it."""
        key = (
            card.id,
            card.version,
            card.owner,
            card.company,
            size.width(),
            size.height(),
            selected,
            focused,
            ratio,
            self.today,
        )
        found = self._pictures.get(key)
        if found is not None:
            self._pictures.move_to_end(key)
            return found
        made = QPixmap(self._ground(size, selected, focused, ratio))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(_SHADOW)
        box = QRect(0, 0, size.width(), size.height())
        look = Look(self.options, self.today, self._working, self._own_texts(card), self._mark and self._mark(card))
        draw_card(painter, box, card, look)
        painter.end()
        self._pictures[key] = made
        while len(self._pictures) > _CACHE:
            self._pictures.popitem(last=False)
        return made

    def _ground(self, size: QSize, selected: bool, focused: bool, ratio: float) -> QPixmap:
        """The empty card with its shadow, the same for every card of a size and state."""
        key = (size.width(), size.height(), selected, focused, ratio)
        found = self._pictures.get(key)
        if found is None:
            found = QPixmap(QSize(size.width() + 6, size.height() + 6) * ratio)
            found.setDevicePixelRatio(ratio)
            found.fill(Qt.GlobalColor.transparent)
            painter = QPainter(found)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(_SHADOW)
            _draw_ground(painter, QRect(0, 0, size.width(), size.height()), tokens(), selected, focused)
            painter.end()
            self._pictures[key] = found
        self._pictures.move_to_end(key)
        return found


_SHADOW = QPointF(3, 2)


_DOT = 9


def _draw_looker(painter: QPainter, rect: QRect, person_id: int) -> None:
    """A dot on the upper right corner of a card that somebody else has open."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens().surface), 2))
    painter.setBrush(QColor(AVATARS[person_id % len(AVATARS)]))
    painter.drawEllipse(QRectF(rect.right() - _DOT, rect.top() + 1, _DOT, _DOT))
    painter.restore()


def _ratio(painter: QPainter) -> float:
    device = painter.device()
    return device.devicePixelRatio() if device is not None else 1.0


def _placeholder(painter: QPainter, rect: QRect) -> None:
    t = tokens()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(t.surface))
    painter.setOpacity(0.6)
    painter.drawRoundedRect(QRectF(rect), 8, 8)
    painter.setBrush(QColor(t.line))
    painter.drawRoundedRect(QRectF(rect.x() + 12, rect.y() + 14, rect.width() * 0.55, 9), 4, 4)
    painter.drawRoundedRect(QRectF(rect.x() + 12, rect.y() + 34, rect.width() * 0.4, 7), 3, 3)
    painter.restore()


def _draw_ground(painter: QPainter, rect: QRect, t: Tokens, selected: bool, focused: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    shadow = QColor(0, 0, 0, 16 if not t.dark else 70)
    painter.setBrush(shadow)
    painter.drawRoundedRect(QRectF(rect).translated(0, 1.5), 8, 8)
    painter.setBrush(QColor(t.accent_soft if selected else t.surface))
    edge = t.accent if selected or focused else t.line
    painter.setPen(QPen(QColor(edge), 2.0 if focused else 1.0))
    inset = 1.0 if focused else 0.5
    painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), 8, 8)
