"""The mouse in the painted views of the agenda: move, stretch, draw out a new one; cards of the board are dropped here too."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from ...domain.agenda import SHORTEST, SNAP, Item, Key, at_minute, snapped
from ...i18n import ntr, number
from ..activities.words import clock
from ..models.column import dropped_ids
from ..theme import font, tokens
from .canvas import Slot
from .tiles import TEXT, Tile
from .walking import Walking

_EDGE = 6
_HALF = 30
_NEAR = 30
_SCROLL_MS = 30


@dataclass(slots=True)
class _Press:
    """Where the button went down: on a tile (``edge``: its lower one) or on a place."""

    pos: QPoint
    tile: Tile | None
    slot: Slot | None
    edge: bool


@dataclass(frozen=True, slots=True)
class Ghost:
    """Where what is dragged would land: from and to on the clock, None for a day as a whole; ``cards`` of the board."""

    slot: Slot
    start: datetime | None = None
    end: datetime | None = None
    cards: int = 0

    @property
    def text(self) -> str:
        """What stands in it: its time, and how many cards where there are several."""
        times = f"{clock(self.start)}–{clock(self.end)}" if self.start is not None and self.end is not None else ""
        many = ntr("{count} opportunity", "{count} opportunities", self.cards).format(count=number(self.cards))
        return "\n".join(part for part in (times, many if self.cards > 1 else "") if part)


class Dragging(Walking):
    """Drags keep to quarters of an hour; Esc cancels; what was dropped stays there until it is written or refused. Nothing is
    dragged, dropped or planned by whoever does not write (``writes``).
    """

    writes = True

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.ghost: Ghost | None = None
        self._press: _Press | None = None
        self._how = ""
        self._settling: Key | None = None
        self._scroller = QTimer(self)
        self._scroller.setInterval(_SCROLL_MS)
        self._scroller.timeout.connect(self._scroll_on)
        self._last = QPoint()
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)

    @abstractmethod
    def ghost_rects(self, ghost: Ghost) -> list[QRect]:
        """Where a ghost is painted in the viewport."""

    @property
    def dragging(self) -> bool:
        """Whether something is being dragged."""
        return bool(self._how)

    def lifted(self) -> Key | None:
        """What is being dragged, or was dropped a moment ago."""
        if self._settling is not None:
            return self._settling
        moving = self._how in ("move", "stretch") and self._press is not None and self._press.tile is not None
        return self._press.tile.item.key if moving else None  # type: ignore[union-attr]

    def settle(self) -> None:
        """What was dropped is written, or was refused."""
        self._settling = None
        if not self._how:
            self.ghost = None
        self.viewport().update()

    # Mouse --------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes the keyboard to the tile; a drag may begin."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        pos = event.position().toPoint()
        tile, slot = self.tile_at(pos), self.slot_at(pos)
        if tile is not None or slot is not None:
            self.select(tile, slot.day if slot else None)
        self._press = _Press(pos, tile, slot, self._on_edge(tile, pos))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begins the drag once the pointer has gone far enough."""
        pos = event.position().toPoint()
        if self._press is None:
            over = self.tile_at(pos)
            self.viewport().setCursor(
                Qt.CursorShape.SizeVerCursor if self._on_edge(over, pos) else Qt.CursorShape.ArrowCursor
            )
            return
        far = (pos - self._press.pos).manhattanLength() >= QApplication.startDragDistance()
        if not self._how and far and self.writes:
            self._begin()
        if self._how:
            self._drag_to(pos)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drops; a click on an empty place plans there."""
        press, how, ghost = self._press, self._how, self.ghost
        if press is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        self._press, self._how = None, ""
        self._scroller.stop()
        if not how:
            self._clicked(press)
        elif ghost is not None:
            self._dropped(press, how, ghost)
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Opens."""
        tile = self.tile_at(event.position().toPoint())
        if tile is not None and event.button() is Qt.MouseButton.LeftButton:
            self._press = None
            self.activate(tile)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc cancels a drag; while something is dragged no other key does anything."""
        if not self._how:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel_drag()

    def cancel_drag(self) -> None:
        """Leaves everything where it was."""
        self._press, self._how, self.ghost = None, "", None
        self._scroller.stop()
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls, also under a drag."""
        super().wheelEvent(event)
        if self._how:
            self._drag_to(self._last)

    def _clicked(self, press: _Press) -> None:
        tile = press.tile
        if tile is not None:
            if tile.more:
                self.activate(tile)
        elif press.slot is not None and self.writes:
            slot = press.slot
            minute = None if slot.minute is None else slot.minute // _HALF * _HALF
            self.plan_requested.emit(Slot(slot.day, minute), None, [])

    def _on_edge(self, tile: Tile | None, pos: QPoint) -> bool:
        if not self.writes or tile is None or tile.item is None or not tile.ends or tile.item.again:
            return False
        rect = self.rect_of(tile)
        return rect.bottom() - min(_EDGE, rect.height() // 3) <= pos.y()

    def _begin(self) -> None:
        press = self._press
        assert press is not None
        if press.tile is None:
            self._how = "make" if press.slot is not None and press.slot.minute is not None else ""
        elif press.tile.item is not None and not press.tile.item.again:
            self._how = "stretch" if press.edge else "move"
        if self._how:
            self._settling = None
            self._scroller.start()

    def _drag_to(self, pos: QPoint) -> None:
        self._last = pos
        press, slot = self._press, self.slot_at(pos)
        assert press is not None
        if slot is None:
            self.ghost = None
        elif self._how == "move":
            assert press.tile is not None
            assert press.tile.item is not None
            self.ghost = self._moved(press.tile.item, press.slot, slot)
        elif slot.minute is None or press.slot is None or press.slot.minute is None:
            pass
        elif self._how == "stretch":
            assert press.tile is not None
            assert press.tile.item is not None
            assert press.tile.item.start is not None
            start = press.tile.item.start.replace(tzinfo=None)
            end = at_minute(slot.day, snapped(slot.minute))
            self.ghost = Ghost(slot, start, max(end, start + timedelta(minutes=SHORTEST)))
        else:
            ends = sorted(at_minute(press.slot.day, snapped(m)) for m in (press.slot.minute, slot.minute))
            self.ghost = Ghost(press.slot, ends[0], max(ends[1], ends[0] + timedelta(minutes=SNAP)))
        self.viewport().update()

    @staticmethod
    def _moved(item: Item, grabbed: Slot | None, slot: Slot) -> Ghost:
        """Where an item goes whose grabbed point is at a place now."""
        if slot.minute is None:
            return Ghost(slot)
        pointer = at_minute(slot.day, slot.minute)
        if item.start is not None and grabbed is not None and grabbed.minute is not None:
            pointer -= at_minute(grabbed.day, grabbed.minute) - item.start.replace(tzinfo=None)
            minute = snapped(pointer.hour * 60 + pointer.minute)
        else:
            minute = slot.minute // SNAP * SNAP
        start = at_minute(pointer.date(), minute)
        lasts = max(SHORTEST, item.activity.minutes or 0)
        return Ghost(Slot(start.date(), start.hour * 60 + start.minute), start, start + timedelta(minutes=lasts))

    def _dropped(self, press: _Press, how: str, ghost: Ghost) -> None:
        item = press.tile.item if press.tile is not None else None
        if how == "make":
            assert ghost.start is not None
            assert ghost.end is not None
            begins = Slot(ghost.start.date(), ghost.start.hour * 60 + ghost.start.minute)
            self.ghost = None
            self.plan_requested.emit(begins, round((ghost.end - ghost.start).total_seconds() / 60), [])
            return
        assert item is not None
        unchanged = ghost.slot.day == item.day and (
            ghost.slot.keeps or (how == "move" and ghost.start == (item.start and item.start.replace(tzinfo=None)))
        )
        if unchanged or (how == "stretch" and item.end and ghost.end == item.end.replace(tzinfo=None)):
            self.ghost = None
            return
        self._settling = item.key
        if how == "stretch":
            self.stretched.emit(item, ghost.end)
        else:
            self.moved.emit(item, ghost.slot)

    def _scroll_on(self) -> None:
        """Near its upper and lower edge the part that scrolls goes on."""
        y, bar = self._last.y(), self.verticalScrollBar()
        if self.viewport().height() - _NEAR < y:
            bar.setValue(bar.value() + 12)
        elif self.top <= y < self.top + _NEAR:
            bar.setValue(bar.value() - 12)
        else:
            return
        self._drag_to(self._last)

    # Cards of the board -------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes deals of this workspace, one or several."""
        if self.writes and dropped_ids(event.mimeData(), self.workspace):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Shows where they would be planned."""
        slot, ids = self._place_of(event.position().toPoint()), dropped_ids(event.mimeData(), self.workspace)
        start = None if slot is None or slot.minute is None else at_minute(slot.day, slot.minute)
        end = None if start is None else start + timedelta(minutes=60)
        self.ghost = None if slot is None else Ghost(slot, start, end, cards=len(ids))
        self.viewport().update()
        if slot is None:
            event.ignore()
        else:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes elsewhere."""
        self.ghost = None
        self.viewport().update()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Plans something about each of the deals there."""
        slot, ids = self._place_of(event.position().toPoint()), dropped_ids(event.mimeData(), self.workspace)
        self.ghost = None
        self.viewport().update()
        if slot is not None and ids:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
            self.select(None, slot.day)
            # The dialog opens once the drag is over.
            QTimer.singleShot(0, self, lambda: self.plan_requested.emit(slot, None, ids))

    def _place_of(self, pos: QPoint) -> Slot | None:
        slot = self.slot_at(pos)
        if slot is None or slot.minute is None:
            return slot
        return Slot(slot.day, slot.minute // SNAP * SNAP)

    def paint_ghost(self, painter: QPainter) -> None:
        """The outline of where it would land, with what it says."""
        ghost = self.ghost
        if ghost is None:
            return
        t = tokens()
        ground = QColor(t.accent_soft)
        ground.setAlpha(235)
        for rect in self.ghost_rects(ghost):
            painter.setPen(QPen(QColor(t.accent), 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(ground)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -2, -1), 5, 5)
            painter.setPen(QColor(t.accent))
            painter.setFont(font(TEXT, bold=True))
            flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
            painter.drawText(rect.adjusted(7, 3, -4, 0), flags, ghost.text)
