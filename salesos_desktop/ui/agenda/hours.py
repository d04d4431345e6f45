"""A day or a week by hours: whole days above, overlapping activities side by side, a line where now is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from PySide6.QtCore import QLineF, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QPen

from ...domain.agenda import DAY_MINUTES, SHORTEST, SNAP, Agenda, Day, Item, at_minute, side_by_side
from ...i18n import tr
from ..theme import SMALL, font, metrics, tokens
from .canvas import GAP, LINE, STRIP, Slot, painted
from .dragging import Dragging, Ghost
from .tiles import Tile
from .words import day_note, heading

HOUR = 48
WORK = (8, 18)
"""The hours in sight when the view is opened."""
_HEAD = 42
_GUTTER = 54
_ROWS = 4


class HoursView(Dragging):
    """One day or seven."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self._head = self._rows = 0
        self._seen = False
        self.verticalScrollBar().setSingleStep(HOUR // 2)

    # Places -------------------------------------------------------------------------------------------------------

    def lay_out(self, top: int) -> None:
        """Whole days in rows, the rest by hours."""
        assert self.agenda is not None
        self._head = top
        fullest = max((self._lines(day) for day in self.days), default=0)
        self._rows = max(1, min(_ROWS, fullest))
        self.top = top + _HEAD + self._rows * (LINE + GAP) + 6
        for number, day in enumerate(self.days):
            self._lay_whole_days(number, day)
            self._lay_hours(number, day)
        room = max(1, self.viewport().height() - self.top)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, 24 * HOUR - room))
        bar.setPageStep(room)
        if not self._seen and self.isVisible() and room > HOUR:
            self._seen = True
            bar.setValue(WORK[0] * HOUR - max(HOUR // 4, (room - (WORK[1] - WORK[0]) * HOUR) // 2))

    def _column(self, number: int) -> tuple[int, int]:
        """Left and width of a day."""
        width, count = self.viewport().width() - _GUTTER, max(1, len(self.days))
        left = _GUTTER + width * number // count
        return left, _GUTTER + width * (number + 1) // count - left

    def _lines(self, day: date) -> int:
        assert self.agenda is not None
        closings = any(each.day == day for each in self.agenda.closings)
        return sum(item.start is None for item in self.on[day]) + closings

    def _lay_whole_days(self, number: int, day: date) -> None:
        assert self.agenda is not None
        left, width = self._column(number)
        closings = tuple(each for each in self.agenda.closings if each.day == day)
        tiles = [Tile(QRect(), day, item) for item in self.on[day] if item.start is None]
        tiles += [Tile(QRect(), day, closings=closings)] if closings else []
        if len(tiles) > self._rows:
            tiles = [*tiles[: self._rows - 1], Tile(QRect(), day, more=len(tiles) - self._rows + 1)]
        for row, tile in enumerate(tiles):
            tile.rect = QRect(left + 2, self._head + _HEAD + row * (LINE + GAP), width - 4, LINE)
        self.fixed += tiles

    def _lay_hours(self, number: int, day: date) -> None:
        left, width = self._column(number)
        timed: list[tuple[int, int, Item]] = []
        for item in self.on[day]:
            span = item.minutes_on(day)
            if span is not None:
                # One that is short is as high as a line of text.
                timed.append((span[0], min(DAY_MINUTES, max(span[1], span[0] + LINE * 60 // HOUR)), item))
        timed.sort(key=lambda each: (each[0], -each[1], each[2].activity.id))
        places = side_by_side([(begins, ends) for begins, ends, _ in timed])
        for (begins, ends, item), (place, count) in zip(timed, places, strict=True):
            first = left + 2 + (width - 8) * place // count
            last = left + 2 + (width - 8) * (place + 1) // count
            top, bottom = begins * HOUR // 60, ends * HOUR // 60
            rect = QRect(first, top, max(4, last - first - 1), max(LINE - 2, bottom - top - 1))
            self.grid.append(Tile(rect, day, item, ends=item.last_day == day, slim=rect.height() < 2 * LINE - 4))

    def slot_at(self, pos: QPoint) -> Slot | None:
        """The minute under the pointer; the whole day above the hours."""
        day = self._day_at(pos)
        if day is None or pos.y() < self._head + _HEAD:
            return None
        if pos.y() < self.top:
            return Slot(day)
        minute = (pos.y() - self.top + self.offset) * 60 // HOUR
        return Slot(day, max(0, min(DAY_MINUTES - 1, minute)))

    def _day_at(self, pos: QPoint) -> date | None:
        width = self.viewport().width() - _GUTTER
        if not self.days or not _GUTTER <= pos.x() < self.viewport().width():
            return None
        days = list(self.days)
        return days[min(len(days) - 1, (pos.x() - _GUTTER) * len(days) // max(1, width))]

    def ghost_rects(self, ghost: Ghost) -> list[QRect]:
        """On each of the days it touches."""
        found = []
        for number, day in enumerate(self.days):
            left, width = self._column(number)
            if ghost.start is None or ghost.end is None:
                if day == ghost.slot.day:
                    found.append(QRect(left + 1, self._head + _HEAD, width - 2, self.top - self._head - _HEAD - 3))
                continue
            first, last = max(ghost.start, at_minute(day, 0)), min(ghost.end, at_minute(day, DAY_MINUTES))
            if first < last:
                top, bottom = (self._y(moment, day) for moment in (first, last))
                found.append(QRect(left + 1, top, width - 4, max(LINE, bottom - top)))
        return found

    def _y(self, moment: datetime, day: date) -> int:
        return self.top - self.offset + round((moment - at_minute(day, 0)).total_seconds() / 3600 * HOUR)

    # Keyboard and mouse -------------------------------------------------------------------------------------------

    def stops(self, day: date | None) -> list[Tile]:
        """Whole days first, then by the beginning."""
        return sorted(super().stops(day), key=lambda tile: any(tile is each for each in self.grid))

    def nudge(self, item: Item, across: int, down: int, *, stretch: bool) -> None:
        """A day to and fro, a quarter of an hour up and down, longer and shorter."""
        if item.again or item.day is None:
            return
        if stretch and item.start is not None and item.end is not None and down:
            end = max(item.end.replace(tzinfo=None), item.start.replace(tzinfo=None)) + timedelta(minutes=SNAP * down)
            self.stretched.emit(item, max(end, item.start.replace(tzinfo=None) + timedelta(minutes=SHORTEST)))
        elif not stretch and across:
            self.moved.emit(item, Slot(item.day + timedelta(days=across), keeps=True))
        elif not stretch and item.start is not None:
            minute = item.start.hour * 60 + item.start.minute + SNAP * down
            if 0 <= minute < DAY_MINUTES:
                self.moved.emit(item, Slot(item.day, minute))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a day's name shows that day by itself."""
        pos = event.position().toPoint()
        day = self._day_at(pos)
        if day is not None and self._head <= pos.y() < self._head + _HEAD and len(self.days) > 1:
            self.day_requested.emit(day)
        else:
            super().mousePressEvent(event)

    # Painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Hours with their activities, then what does not scroll."""
        painter = painted(self.viewport())
        area = self.viewport().rect()
        painter.fillRect(area, QColor(tokens().surface))
        if self.agenda is not None:
            lower = area.adjusted(0, self.top, 0, 0)
            painter.setClipRect(lower)
            self._paint_hours(painter, self.agenda)
            painter.save()
            painter.translate(0, self.top - self.offset)
            self.paint_tiles(painter, self.grid, QRect(0, self.offset, area.width(), lower.height()))
            painter.restore()
            self._paint_now(painter)
            self.paint_empty(painter, lower)
            painter.setClipping(False)
            self._paint_top(painter, self.agenda)
            if self.ghost is not None:
                timed = self.ghost.start is not None
                painter.setClipRect(lower if timed else area)
                self.paint_ghost(painter)
        painter.end()

    def _paint_hours(self, painter: QPainter, agenda: Agenda) -> None:
        t, width = tokens(), self.viewport().width()
        begin = self.top - self.offset
        for number, day in enumerate(agenda.days):
            left, wide = self._column(number)
            painter.fillRect(QRect(left, begin, wide, 24 * HOUR), QColor(t.window))
            if day.works:
                painter.fillRect(
                    QRect(left, begin + WORK[0] * HOUR, wide, (WORK[1] - WORK[0]) * HOUR), QColor(t.surface)
                )
            if day.shift is not None:
                top, bottom = (begin + minute * HOUR // 60 for minute in day.shift)
                painter.fillRect(
                    QRect(left, top, wide, bottom - top), QBrush(QColor(t.faint), Qt.BrushStyle.BDiagPattern)
                )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(t.line), 1))
        painter.drawLines(
            [QLineF(_GUTTER - 6, begin + hour * HOUR, width, begin + hour * HOUR) for hour in range(1, 24)]
            + [
                QLineF(self._column(n)[0], self.top, self._column(n)[0], begin + 24 * HOUR)
                for n in range(len(agenda.days))
            ]
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(t.muted))
        painter.setFont(font(SMALL))
        for hour in range(1, 24):
            where = QRect(0, begin + hour * HOUR - 8, _GUTTER - 10, 16)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{hour:02d}:00")

    def _paint_now(self, painter: QPainter) -> None:
        today = self.look.now.date()
        if today not in self.days:
            return
        left, wide = self._column(list(self.days).index(today))
        y = self._y(self.look.now.replace(tzinfo=None), today) + 0.5
        painter.setPen(QPen(QColor(tokens().lost), 2))
        painter.drawLine(QLineF(left, y, left + wide, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().lost))
        painter.drawEllipse(QPointF(left, y), 4.5, 4.5)

    def _paint_top(self, painter: QPainter, agenda: Agenda) -> None:
        t, width = tokens(), self.viewport().width()
        painter.fillRect(0, 0, width, self.top, QColor(t.surface))
        self.paint_strip(painter)
        painter.setPen(QColor(t.muted))
        painter.setFont(font(SMALL))
        where = QRect(0, self._head + _HEAD, _GUTTER - 8, LINE)
        painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tr("day"))
        for number, day in enumerate(agenda.days):
            self._paint_heading(painter, number, day, agenda.today)
        self.paint_tiles(painter, self.fixed)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(t.line), 1))
        painter.drawLine(0, self.top - 1, width, self.top - 1)
        if self._head == STRIP:
            painter.drawLine(0, STRIP - 1, width, STRIP - 1)
        for number in range(len(agenda.days)):
            left = self._column(number)[0]
            painter.drawLine(left, self._head + _HEAD - 2, left, self.top)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_heading(self, painter: QPainter, number: int, day: Day, today: date) -> None:
        t, (left, wide) = tokens(), self._column(number)
        name, is_today = heading(day.day), day.day == today
        note = day_note(day)
        box = QRect(left + 4, self._head + 3, wide - 8, 20)
        painter.setFont(font(bold=is_today, medium=not is_today))
        if is_today:
            pill = QRectF(box.left(), box.top(), metrics(bold=True).horizontalAdvance(name) + 14, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent))
            painter.drawRoundedRect(pill, 10, 10)
        painter.setPen(QColor(t.on_accent if is_today else t.text if day.works else t.muted))
        painter.drawText(box.adjusted(7, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
        if note:
            painter.setPen(QColor(t.muted))
            painter.setFont(font(SMALL))
            line = QRect(left + 11, self._head + 22, wide - 14, 16)
            cut = metrics(SMALL).elidedText(note, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, cut)
        if self.hasFocus() and day.day == self.here:
            painter.setPen(QPen(QColor(t.accent), 2 if self.spot is None else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(left + 1.5, self._head + 1.5, wide - 3, _HEAD - 4), 5, 5)
