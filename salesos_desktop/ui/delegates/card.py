"""Paints a card: name, company and contact, value, dates, owner, priority and the state of the next activity."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from ...domain.opportunities import Card, Due, Priority, due_state
from ...domain.stages import StageKind
from ...domain.text import initials
from ...domain.working_days import WorkingDays
from ...i18n import money, short_date, tr
from ..board.card_texts import stale_text
from ..models.roles import CardRole
from ..theme import AVATARS, BODY, SMALL, Tokens, font, metrics, theme, tokens

GAP = 8
_CACHE = 320
_CHIP = 10

Chip = tuple[str, str, str]
"""A small text on its own ground: (text, ink, ground)."""


def card_height() -> int:
    """Height of one row: the card and the gap below it, for the font in use."""
    return 2 * 10 + metrics(bold=True).height() * 2 + metrics(12).height() + 14 + GAP


class CardDelegate(QStyledItemDelegate):
    """Draws cards once and keeps the pictures by id, version, width and state; ``today`` ages them."""

    def __init__(self, today: date, parent: object = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]
        self.today = today
        self._working = WorkingDays()
        self._own_texts: Callable[[Card], Sequence[str]] = lambda _: ()
        self._pictures: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        theme().changed.connect(self._pictures.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """As wide as the column, of fixed height."""
        return QSize(option.rect.width(), card_height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The kept picture of the card, or a quiet placeholder while it is fetched."""
        card = index.data(CardRole.CARD)
        rect = option.rect.adjusted(0, 0, 0, -GAP)
        if card is None:
            _placeholder(painter, rect)
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.drawPixmap(
            rect.topLeft() - _SHADOW.toPoint(), self.picture(card, rect.size(), selected, focused, _ratio(painter))
        )

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:  # fmt: skip
        """Why a deal is stale, where the mouse rests on one."""
        card = index.data(CardRole.CARD)
        text = "" if card is None else stale_text(card, self.today, self._working)
        if event.type() is not QEvent.Type.ToolTip or not text:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), text, view)
        return True

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
        draw_card(painter, box, card, self.today, self._working, self._own_texts(card))
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


def draw_card(
    painter: QPainter, rect: QRect, card: Card, today: date, working: WorkingDays, own: Sequence[str] = ()
) -> None:
    """What stands on one card, in the colours in use; ``own`` are texts of the workspace's own fields."""
    t = tokens()
    left, right = rect.x() + 12, rect.right() - 11
    line, low = metrics(bold=True).height(), metrics(12).height()
    y = rect.y() + 10
    sign = _next_sign(painter, QRectF(right - 14, y + 1, 14, 14), card, today, t)
    mark = _priority(painter, QPointF(right - 14 - 14 if sign else right - 12, y + line / 2), card, t)
    name_right = right - (20 if sign else 0) - (14 if mark else 0)
    _text(painter, QRect(left, y, name_right - left, line), card.name, BODY, t.text, bold=True)
    y += line + 2
    chips = _chips(card, today, working, t)
    spilt = _bottom_line(painter, QRect(left, y + low + 8, right - left, line + 4), card, chips, t)
    room = right - left
    for chip in (spilt, _checks(card, t)):
        if chip is not None:
            width = metrics(SMALL).horizontalAdvance(chip[0]) + _CHIP
            _chip(painter, left + room - width, width, QRect(left, y, room, low), chip)
            room -= width + 6
    who = " · ".join(part for part in (card.company, card.contact or card.product, *own) if part)
    _text(painter, QRect(left, y, room, low), who, 12, t.muted)


def _bottom_line(painter: QPainter, rect: QRect, card: Card, chips: list[Chip], t: Tokens) -> Chip | None:
    """Value, chips and owner; gives back the last chip when there is no room for it."""
    end = rect.right() - 24 if card.owner else rect.right()
    if card.owner:
        avatar = QRectF(rect.right() - 20, rect.y() + (rect.height() - 21) / 2, 21, 21)
        _avatar(painter, avatar, card.owner, card.owner_id or 0)
    if card.value is None:
        value, size, ink = tr("no value"), SMALL, t.warn
    else:
        value, size, ink = money(card.value, card.currency), BODY, t.text
    x = rect.x()
    width = min(metrics(size, bold=size == BODY).horizontalAdvance(value), end - x)
    _text(painter, QRect(x, rect.y(), width + 1, rect.height()), value, size, ink, bold=size == BODY)
    x += width + 7
    for chip in chips:
        width = metrics(SMALL).horizontalAdvance(chip[0]) + _CHIP
        if x + width > end:
            return chip
        _chip(painter, x, width, rect, chip)
        x += width + 4
    return None


def _chip(painter: QPainter, x: int, width: int, line: QRect, chip: Chip) -> None:
    """A text on its ground at ``x`` in the middle of a line."""
    text, ink, ground = chip
    height = metrics(SMALL).height() + 4
    box = QRectF(x, line.y() + (line.height() - height) / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(ink))
    painter.setFont(font(SMALL))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _chips(card: Card, today: date, working: WorkingDays, t: Tokens) -> list[Chip]:
    """Close date and days in stage; a sign beside the colour says overdue and stale, amber that it soon will be."""
    quiet = (t.muted, t.sunken)
    if card.kind is not StageKind.OPEN:
        return [(short_date(card.closed_on, today.year, tight=True), *quiet)] if card.closed_on else []
    due = due_state(card.expected_close, today)
    inks = {Due.OVERDUE: (t.lost, t.lost_soft), Due.TODAY: (t.warn, t.warn_soft), Due.NEAR: (t.warn, t.warn_soft)}
    chips = []
    if card.expected_close is None:
        chips.append((tr("no date"), t.warn, t.warn_soft))
    else:
        mark = "! " if due is Due.OVERDUE else ""
        chips.append((mark + short_date(card.expected_close, today.year, tight=True), *inks.get(due, quiet)))
    text = tr("{days} d").format(days=card.days_in_stage(today))
    if card.stale(today, working):
        chips.append(("‼ " + text, t.lost, t.lost_soft))
    elif card.stale_days is not None and card.untouched(today, working) * 3 > card.stale_days * 2:
        chips.append((text, t.warn, t.warn_soft))
    else:
        chips.append((text, *quiet))
    return chips


def _checks(card: Card, t: Tokens) -> Chip | None:
    """How far the check list is."""
    if not card.checks_total:
        return None
    whole = card.checks_done == card.checks_total
    text = ("✓ " if whole else "") + f"{card.checks_done}/{card.checks_total}"
    return (text, t.won, t.won_soft) if whole else (text, t.muted, t.sunken)


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


def _text(painter: QPainter, rect: QRect, text: str, size: int, colour: str, *, bold: bool = False) -> None:
    """One elided line; the first 400 characters are enough for any width. Nothing is taken for markup."""
    painter.setFont(font(size, bold=bold))
    painter.setPen(QColor(colour))
    flat = " ".join(text[:400].split())
    shown = metrics(size, bold=bold).elidedText(flat, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, _ONE_LINE, shown)


_ONE_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine


def _avatar(painter: QPainter, box: QRectF, name: str, person_id: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(AVATARS[person_id % len(AVATARS)]))
    painter.drawEllipse(box)
    painter.setFont(font(8, bold=True))
    painter.setPen(QColor("white"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, initials(name))


def _priority(painter: QPainter, centre: QPointF, card: Card, t: Tokens) -> bool:
    """An arrow up for high, down for low, nothing for medium."""
    if card.priority is Priority.MEDIUM:
        return False
    up = -1 if card.priority is Priority.HIGH else 1
    painter.setPen(QPen(QColor(t.lost if up < 0 else t.faint), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    path = QPainterPath(QPointF(centre.x() - 4, centre.y() - 2 * up))
    path.lineTo(centre.x(), centre.y() + 3 * up)
    path.lineTo(centre.x() + 4, centre.y() - 2 * up)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    return True


def _next_sign(painter: QPainter, box: QRectF, card: Card, today: date, t: Tokens) -> bool:
    """The next activity: a filled red dot with a bar overdue, amber half today, green planned, a dashed ring for none."""
    if card.kind is not StageKind.OPEN:
        return False
    state = due_state(card.next_activity_on, today)
    box = box.adjusted(1, 1, -1, -1)
    if state is Due.NONE:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(t.faint), 1.4, Qt.PenStyle.DotLine))
        painter.drawEllipse(box)
        return True
    colour = QColor({Due.OVERDUE: t.lost, Due.TODAY: t.warn}.get(state, t.won))
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(colour if state is not Due.TODAY else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box)
    if state is Due.TODAY:
        painter.setBrush(colour)
        painter.drawPie(box, 90 * 16, -180 * 16)
    elif state is Due.OVERDUE:
        painter.setPen(QPen(QColor(t.surface), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(box.center().x(), box.y() + 2.6), QPointF(box.center().x(), box.center().y() + 1))
        painter.drawPoint(QPointF(box.center().x(), box.bottom() - 2.4))
    else:
        painter.setPen(QPen(QColor(t.surface), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(
            [
                QPointF(box.x() + 3.2, box.center().y()),
                QPointF(box.center().x() - 0.6, box.bottom() - 3.4),
                QPointF(box.right() - 2.8, box.y() + 3.8),
            ]
        )
    return True
