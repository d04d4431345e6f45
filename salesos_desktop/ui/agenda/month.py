"""A month by weeks: as many activities of a day as have room, the rest as a number that leads to the day."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen

from ...domain.agenda import Agenda, Closing, Day
from ...i18n import short_date
from ..activities.words import weekday
from ..theme import BODY, SMALL, font, metrics, tokens
from .canvas import Slot, painted
from .dragging import Dragging, Ghost
from .tiles import Tile
from .words import day_note

_HEAD = 28
_NUMBER = 24
LINE, GAP = 19, 1
_LEAST = _NUMBER + 3 * (LINE + GAP)


class MonthView(Dragging):
    """Whole weeks; days of other months are pale. ``month`` is any day of the one that is meant."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.month: date = self.here
        self._row = _LEAST
        self._seen: tuple[date, date] | None = None
        self.verticalScrollBar().setSingleStep(LINE + GAP)

    # Places -------------------------------------------------------------------------------------------------------

    def lay_out(self, top: int) -> None:
        """Lines in each day."""
        assert self.agenda is not None
        self.top = top + _HEAD
        weeks = max(1, len(self.days) // 7)
        room = max(1, self.viewport().height() - self.top)
        self._row = max(_LEAST, room // weeks)
        closings: dict[date, list[Closing]] = {}
        for each in self.agenda.closings:
            closings.setdefault(each.day, []).append(each)
        lines = (self._row - _NUMBER - 2) // (LINE + GAP)
        for number, day in enumerate(self.days):
            self.grid += self._lay_day(number, day, tuple(closings.get(day, ())), lines)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, weeks * self._row - room))
        bar.setPageStep(room)

    def show_agenda(self, agenda: Agenda, cursor: date) -> None:
        """The week the keyboard is in is in sight, until the person scrolls."""
        super().show_agenda(agenda, cursor)
        if self._seen == (agenda.wanted.first, self.here):
            return
        self._seen = (agenda.wanted.first, self.here)
        cell, bar = self._cell(list(self.days).index(self.here)), self.verticalScrollBar()
        if cell.bottom() > bar.value() + bar.pageStep():
            bar.setValue(cell.bottom() - bar.pageStep() + 1)
        elif cell.top() < bar.value():
            bar.setValue(cell.top())

    def _cell(self, number: int) -> QRect:
        """A day's place in the part that scrolls."""
        width, (week, place) = self.viewport().width(), divmod(number, 7)
        left = width * place // 7
        return QRect(left, week * self._row, width * (place + 1) // 7 - left, self._row)

    def _lay_day(self, number: int, day: date, closings: tuple[Closing, ...], lines: int) -> list[Tile]:
        items, cell = self.on[day], self._cell(number)
        count = len(items) + bool(closings)
        shown = items if count <= lines else items[: max(0, lines - 1 - bool(closings))]
        tiles = [Tile(QRect(), day, item) for item in shown]
        if closings:
            tiles.append(Tile(QRect(), day, closings=closings))
        if len(shown) < len(items):
            tiles.append(Tile(QRect(), day, more=len(items) - len(shown)))
        for line, tile in enumerate(tiles):
            tile.rect = QRect(cell.left() + 3, cell.top() + _NUMBER + line * (LINE + GAP), cell.width() - 6, LINE)
        return tiles

    def slot_at(self, pos: QPoint) -> Slot | None:
        """The day under the pointer."""
        if pos.y() < self.top or not self.days:
            return None
        column = min(6, max(0, pos.x() * 7 // max(1, self.viewport().width())))
        number = (pos.y() - self.top + self.offset) // self._row * 7 + column
        days = list(self.days)
        return Slot(days[number], keeps=True) if 0 <= number < len(days) else None

    def ghost_rects(self, ghost: Ghost) -> list[QRect]:
        """The whole day."""
        days = list(self.days)
        if ghost.slot.day not in days:
            return []
        return [self._cell(days.index(ghost.slot.day)).translated(0, self.top - self.offset)]

    def pass_edge(self, step: int) -> None:
        """A week up or down; from the first week to the strip."""
        day = self.here + timedelta(days=7 * step)
        if step < 0 and day not in self.days and self.strip:
            self.select(self.strip[0])
        else:
            self.go_to_day(day, None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a day's number shows that day by itself."""
        pos = event.position().toPoint()
        slot = self.slot_at(pos)
        if slot is not None:
            cell = self._cell(list(self.days).index(slot.day)).translated(0, self.top - self.offset)
            if QRect(cell.left(), cell.top(), 34, _NUMBER).contains(pos):
                self.day_requested.emit(slot.day)
                return
        super().mousePressEvent(event)

    # Painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Days with their lines, then the names of the weekdays."""
        painter = painted(self.viewport())
        area, t = self.viewport().rect(), tokens()
        painter.fillRect(area, QColor(t.surface))
        if self.agenda is not None:
            lower = area.adjusted(0, self.top, 0, 0)
            painter.setClipRect(lower)
            painter.translate(0, self.top - self.offset)
            in_sight = QRect(0, self.offset, area.width(), lower.height())
            for number, day in enumerate(self.agenda.days):
                cell = self._cell(number)
                if cell.intersects(in_sight):
                    self._paint_day(painter, cell, day, self.agenda)
            self.paint_tiles(painter, self.grid, in_sight)
            painter.resetTransform()
            self.paint_empty(painter, lower)
            self.paint_ghost(painter)
            painter.setClipping(False)
            self._paint_top(painter, self.agenda)
        painter.end()

    def _paint_day(self, painter: QPainter, cell: QRect, day: Day, agenda: Agenda) -> None:
        t, here = tokens(), (day.day.year, day.day.month) == (self.month.year, self.month.month)
        painter.fillRect(cell, QColor(t.surface if day.works else t.window))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(t.line), 1))
        painter.drawLine(cell.topLeft(), cell.topRight())
        painter.drawLine(cell.topLeft(), cell.bottomLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_today = day.day == agenda.today
        name = str(day.day.day) if day.day.day > 1 else short_date(day.day, day.day.year)
        width = max(20, metrics(BODY, bold=True).horizontalAdvance(name) + 12)
        box = QRect(cell.left() + 3, cell.top() + 2, width, 20)
        if is_today:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent))
            painter.drawRoundedRect(box, 10, 10)
        painter.setPen(QColor(t.on_accent if is_today else t.text if here else t.muted))
        painter.setFont(font(bold=is_today, medium=here and not is_today))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
        note = day_note(day)
        if note:
            line = QRect(box.right() + 4, cell.top() + 2, cell.right() - box.right() - 8, 20)
            painter.setPen(QColor(t.muted))
            painter.setFont(font(SMALL))
            cut = metrics(SMALL).elidedText(note, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, cut)
        if self.hasFocus() and day.day == self.here and (self.tile is None or self.tile.day is not None):
            painter.setPen(QPen(QColor(t.accent), 2 if self.spot is None else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(cell).adjusted(1.5, 1.5, -1.5, -1.5), 5, 5)

    def _paint_top(self, painter: QPainter, agenda: Agenda) -> None:
        t, width = tokens(), self.viewport().width()
        painter.fillRect(0, 0, width, self.top, QColor(t.surface))
        self.paint_strip(painter)
        painter.setPen(QColor(t.muted))
        painter.setFont(font(medium=True))
        for number, day in enumerate(agenda.days[:7]):
            cell = self._cell(number)
            where = QRect(cell.left() + 8, self.top - _HEAD, cell.width() - 8, _HEAD)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, weekday(day.day))
