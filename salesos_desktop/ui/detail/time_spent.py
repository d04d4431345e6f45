"""A bar of the time that a deal was in each stage, or a lead in each status."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...i18n import ntr, short_date, tr
from ...services.stays import Spent
from ..theme import SMALL, font, metrics, theme, tokens

_LEAST = 5
_GAP = 2
_BAR = 10


class TimeSpentBar(QWidget):
    """Segments as long as the stays they stand for, each with its name and days below where there is room; the current one
    is marked by a line under its name. The last of a deal that is closed is a short end."""

    def __init__(self, zone: tzinfo | None) -> None:
        super().__init__()
        self._zone = zone
        self._stays: list[Spent] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Time in each stage"))
        self.hide()
        theme().changed.connect(self.updateGeometry)

    def show_stays(self, stays: list[Spent]) -> None:
        """Shows them, oldest first; hidden without any."""
        self._stays = stays
        self.setVisible(bool(stays))
        self.setAccessibleDescription("; ".join(self.text_of(each) for each in stays))
        self.update()

    def sizeHint(self) -> QSize:
        """A bar and a line of text."""
        return QSize(300, _BAR + metrics(SMALL).height() + 12)

    def text_of(self, each: Spent) -> str:
        """A stay with its days and dates."""
        start = self._day(each.start)
        if each.ending and each.end is None:
            return tr("{name}, since {start}").format(name=each.name, start=start)
        days = ntr("{days} day", "{days} days", each.days).format(days=each.days)
        if each.end is None:
            return tr("{name}, now: {days}, since {start}").format(name=each.name, days=days, start=start)
        return tr("{name}: {days}, {start} – {end}").format(
            name=each.name, days=days, start=start, end=self._day(each.end)
        )

    def _day(self, moment: datetime) -> str:
        return short_date(moment.astimezone(self._zone).date(), 0)

    def segments(self) -> list[tuple[QRectF, Spent]]:
        """Where each stay is drawn."""
        lengths = [0.0 if each.ending and each.end is None else each.seconds for each in self._stays]
        whole = sum(lengths) or 1.0
        fixed = [length == 0.0 for length in lengths]
        end = metrics(SMALL).horizontalAdvance(self._stays[-1].name) + 12 if fixed and fixed[-1] else 0
        room = max(1.0, self.width() - end - (len(lengths) - 1) * _GAP - _LEAST * len(lengths))
        found, left = [], 0.0
        for number, (length, each) in enumerate(zip(lengths, self._stays, strict=True)):
            width = _LEAST + room * length / whole
            if number == len(lengths) - 1:
                width = max(_LEAST, self.width() - left)
            found.append((QRectF(left, 4, width, _BAR), each))
            left += width + _GAP
        return found

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Segments and what fits below them."""
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        segments = self.segments()
        for box, each in segments:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.stage(each.colour)))
            painter.drawRoundedRect(box, 3, 3)
        room = self._paint_current(painter, *segments[-1]) if segments else 0.0
        for box, each in segments[:-1]:
            text = tr("{name} · {days} d").format(name=each.name, days=each.days)
            width = min(box.width(), room - box.x())
            shown = next((part for part in (text, str(each.days)) if _width(font(SMALL), part) <= width), "")
            _put(painter, box.x(), box.bottom(), font(SMALL), t.muted, shown)
        painter.end()

    def _paint_current(self, painter: QPainter, box: QRectF, each: Spent) -> float:
        """Its name always finds room, to the right where its own segment has too little; answers where it begins."""
        closed = each.ending and each.end is None
        text = each.name if closed else tr("{name} · {days} d").format(name=each.name, days=each.days)
        face = font(SMALL, bold=True)
        left = max(0.0, min(box.x(), self.width() - _width(face, text) - 1))
        _put(painter, left, box.bottom(), face, tokens().text, text)
        below = box.bottom() + 4 + metrics(SMALL).height()
        painter.fillRect(QRectF(left, below, _width(face, text), 2), QColor(tokens().stage(each.colour)))
        return left - 8

    def event(self, event: QEvent) -> bool:
        """The dates of the stay under the pointer."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            here = next((each for box, each in self.segments() if box.left() <= event.x() <= box.right() + _GAP), None)
            text = self.text_of(here).replace("&", "&amp;").replace("<", "&lt;") if here is not None else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)


def _width(face: QFont, text: str) -> int:
    return QFontMetrics(face).horizontalAdvance(text)


def _put(painter: QPainter, left: float, top: float, face: QFont, ink: str, text: str) -> None:
    painter.setFont(face)
    painter.setPen(QColor(ink))
    box = QRectF(left, top + 3, _width(face, text) + 2, metrics(SMALL).height())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine, text)
