"""How activities are painted in the agenda: kind's picture, time, name; the state by a sign and a colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap, QPolygonF

from ...config import resources_dir
from ...domain.activities import ActivityKind, ActivityState
from ...domain.agenda import Closing, Item
from ..activities.words import RECURS, clock
from ..icons import icon
from ..theme import font, metrics, theme, tokens
from .words import closing_text, times

TEXT = 12
_ICON = 13
_PAD = 5
_THIN = 8
"""Where so many stand side by side that there is only room for the colour of each."""
_INKS = {
    ActivityState.DONE: ("muted", "sunken"), ActivityState.OVERDUE: ("lost", "lost_soft"),
    ActivityState.TODAY: ("accent", "accent_soft"), ActivityState.PLANNED: ("accent", "accent_soft"),
    ActivityState.UNDATED: ("muted", "surface"),
}  # fmt: skip
"""Ink and ground by state; overdue ones have an exclamation mark too, done ones are struck through."""


@dataclass(slots=True)
class Tile:
    """Where a part of an item, or the closings of a day, are painted. ``ends`` tells that its lower edge is the item's
    end; ``slim`` has one line.
    """

    rect: QRect
    day: date | None
    item: Item | None = None
    closings: tuple[Closing, ...] = ()
    more: int = 0
    ends: bool = False
    slim: bool = True


@dataclass(slots=True)
class Look:
    """What tiles are painted by: the kinds' pictures, and when now is."""

    kinds: Mapping[str, ActivityKind]
    now: datetime
    names: bool = False
    """Whether it says who does it."""


class TilePainter:
    """Paints tiles; pictures are kept by kind and colour, texts by what they are cut to."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[str, str, float], QPixmap] = {}
        self._cut: dict[tuple[str, int, bool], str] = {}
        theme().changed.connect(self._pictures.clear)
        self._struck = QFont(font(TEXT))
        self._struck.setStrikeOut(True)

    def paint(self, painter: QPainter, tile: Tile, look: Look, *, selected: bool, faint: bool = False) -> None:
        """One tile at its place; ``faint`` while it is dragged elsewhere."""
        if tile.item is not None:
            painter.setOpacity(0.35 if faint else 1.0)
            self._paint_item(painter, tile.rect, tile.item, look, selected=selected, slim=tile.slim)
            painter.setOpacity(1.0)
        elif tile.closings:
            self._paint_closings(painter, tile, selected=selected)
        else:
            painter.setFont(font(TEXT, medium=True))
            painter.setPen(QColor(tokens().muted))
            inside = tile.rect.adjusted(_PAD, 0, 0, 0)
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, f"+{tile.more}")

    def _paint_item(
        self, painter: QPainter, rect: QRect, item: Item, look: Look, *, selected: bool, slim: bool
    ) -> None:  # fmt: skip
        t, state = tokens(), item.state(look.now)
        ink, ground = (getattr(t, name) for name in _INKS[state])
        if rect.width() <= _THIN and not selected:
            painter.fillRect(rect.adjusted(0, 1, -1, -1), QColor(ink))
            return
        box = QRectF(rect).adjusted(0.5, 0.5, -1.5, -0.5)
        painter.setBrush(QColor(t.surface if item.again else ground))
        pen = QPen(QColor(ink if selected or item.again else t.surface), 2.0 if selected else 1.0)
        if item.again:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(box, 4, 4)
        if not item.again and rect.width() > _THIN:
            painter.fillRect(QRectF(box.left() + 1, box.top() + 3, 3, box.height() - 6), QColor(ink))
        if rect.width() > 26:
            self._paint_texts(painter, rect.adjusted(_PAD + 3, 0, -_PAD, 0), item, look, state, slim=slim)

    def _paint_texts(
        self, painter: QPainter, rect: QRect, item: Item, look: Look, state: ActivityState, *, slim: bool
    ) -> None:  # fmt: skip
        t, done = tokens(), state is ActivityState.DONE
        height = metrics(TEXT).height()
        line = QRect(
            rect.left(), rect.top() + (max(0, rect.height() - height) // 2 if slim else 3), rect.width(), height
        )
        kind = look.kinds.get(item.activity.kind)
        picture = self._picture(kind.icon if kind else "check", _INKS[state][0], painter)
        painter.drawPixmap(QPointF(line.left(), line.top() + (height - _ICON) / 2), picture)
        line.setLeft(line.left() + _ICON + 4)
        sign = "!" if state is ActivityState.OVERDUE else RECURS if item.activity.recurrence else ""
        if sign:
            painter.setFont(font(TEXT, bold=True))
            painter.setPen(QColor(t.lost if sign == "!" else t.muted))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, sign)
            line.setLeft(line.left() + metrics(TEXT, bold=True).horizontalAdvance(sign) + 4)
        begins = clock(item.start) if slim and item.start else ""
        if begins and line.width() > 90:
            painter.setFont(font(TEXT))
            painter.setPen(QColor(t.muted))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, begins)
            line.setLeft(line.left() + metrics(TEXT).horizontalAdvance(begins) + 5)
        painter.setFont(self._struck if done else font(TEXT, medium=True))
        painter.setPen(QColor(t.muted if done or item.again else t.text))
        self._line(painter, line, item.activity.subject, medium=not done)
        if slim:
            return
        painter.setFont(font(TEXT))
        painter.setPen(QColor(t.muted))
        who = item.activity.assignee if look.names else ""
        for text in (times(item), item.activity.about, item.activity.place, who):
            line = QRect(rect.left(), line.bottom() + 1, rect.width(), height)
            if not text:
                line.moveBottom(line.top() - 1)
            elif line.bottom() <= rect.bottom() - 1:
                self._line(painter, line, text, medium=False)

    def _line(self, painter: QPainter, rect: QRect, text: str, *, medium: bool) -> None:
        """A text, cut to the width; plain as it was typed."""
        key = (text, rect.width(), medium)
        cut = self._cut.get(key)
        if cut is None:
            if len(self._cut) > 20_000:
                self._cut.clear()
            clean = " ".join(text[:300].split())
            cut = metrics(TEXT, medium=medium).elidedText(clean, Qt.TextElideMode.ElideRight, rect.width())
            self._cut[key] = cut
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, cut)

    def _paint_closings(self, painter: QPainter, tile: Tile, *, selected: bool) -> None:
        """A diamond and the deal, or how many."""
        t, rect = tokens(), tile.rect
        middle = QPointF(rect.left() + _PAD + 5, rect.center().y() + 0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.stage4))
        painter.drawPolygon(QPolygonF([middle + QPointF(*off) for off in ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0))]))
        if selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.accent), 2.0))
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -1.5, -0.5), 4, 4)
        painter.setFont(font(TEXT))
        painter.setPen(QColor(t.text))
        height = metrics(TEXT).height()
        left = rect.left() + _PAD + 14
        line = QRect(left, rect.top() + (rect.height() - height) // 2, rect.right() - _PAD - left, height)
        self._line(painter, line, closings_text(tile.closings), medium=False)

    def _picture(self, name: str, ink: str, painter: QPainter) -> QPixmap:
        ratio = painter.device().devicePixelRatioF()
        key = (name, ink, ratio)
        if key not in self._pictures:
            known = name if (resources_dir() / "icons" / f"{name}.svg").exists() else "check"
            self._pictures[key] = icon(known, ink, size=_ICON).pixmap(QSize(_ICON, _ICON), ratio)
        return self._pictures[key]


def closings_text(closings: tuple[Closing, ...]) -> str:
    """One deal by its name, several by their number."""
    from ...i18n import ntr, number

    if len(closings) == 1:
        return closing_text(closings[0])
    count = len(closings)
    return ntr("{count} expected to close", "{count} expected to close", count).format(count=number(count))
