"""The keyboard in the painted views of the agenda: from tile to tile, what its keys ask, what a screen reader says."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QContextMenuEvent, QHelpEvent, QKeyEvent
from PySide6.QtWidgets import QToolTip

from ...domain.agenda import Item
from ...i18n import ntr, number
from ..tables.model import escaped
from .canvas import Canvas, Slot, spot_of
from .tiles import Tile, closings_text
from .words import spoken, spoken_day


class Walking(Canvas):
    """Tiles that the keyboard goes to, and that tell what they are."""

    def select(self, tile: Tile | None, day: date | None = None) -> None:
        """Takes the keyboard to a tile, or to a day without one."""
        self.spot = None if tile is None else spot_of(tile)
        self.here = (tile.day if tile is not None else None) or day or self.here
        if tile is not None and any(tile is each for each in self.grid):
            bar, place = self.verticalScrollBar(), tile.rect
            room = self.viewport().height() - self.top
            if place.top() < bar.value() or place.height() > room:
                bar.setValue(place.top() - 8)
            elif place.bottom() > bar.value() + room:
                bar.setValue(place.bottom() - room + 8)
        self.describe()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.accessibleDescription()))
        self.viewport().update()

    def describe(self) -> None:
        """What a screen reader says of where the keyboard is."""
        tile = self.tile
        if tile is not None and tile.item is not None:
            text = spoken(tile.item, self.look.kinds, self.look.now)
        elif tile is not None:
            more = ntr("{count} more", "{count} more", tile.more).format(count=number(tile.more))
            text = closings_text(tile.closings) if tile.closings else more
        else:
            day = self.days.get(self.here)
            text = spoken_day(day, len(self.on.get(self.here, ()))) if day else ""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def activate(self, tile: Tile | None) -> None:
        """Opens what a tile shows; plans something on the day where there is none."""
        if tile is None:
            self.plan_requested.emit(Slot(self.here), None, [])
        elif tile.item is not None:
            self.open_requested.emit(tile.item)
        elif tile.closings:
            self.closing_requested.emit(tile.closings)
        elif tile.day is not None:
            self.day_requested.emit(tile.day)
        else:
            self.list_requested.emit()

    # Keyboard -----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go, with Shift they move; letters do what the menu does."""
        key, held = Qt.Key(event.key()), event.modifiers()
        shift, ctrl = (
            bool(held & each) for each in (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)
        )
        tile = self.tile
        item = tile.item if tile is not None else None
        ways = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
        }  # fmt: skip
        asks = {
            Qt.Key.Key_Space: self.done_requested, Qt.Key.Key_D: self.done_requested,
            Qt.Key.Key_S: self.postpone_requested, Qt.Key.Key_Delete: self.delete_requested,
        }  # fmt: skip
        if held & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        elif key in ways and shift and item is not None:
            self.nudge(item, *ways[key], stretch=ctrl)
        elif key in ways and not shift and not ctrl:
            self.go(*ways[key])
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.period_requested.emit(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activate(tile)
        elif key in asks and not ctrl and not shift:
            if item is not None:
                asks[key].emit(item)
        else:
            event.ignore()

    def go(self, across: int, down: int) -> None:
        """To the neighbouring tile or day."""
        tile = self.tile
        if down:
            self._go_down(tile, down)
        elif tile is not None and tile.day is None:
            place = next(n for n, each in enumerate(self.strip) if each is tile) + across
            self.select(self.strip[max(0, min(len(self.strip) - 1, place))])
        else:
            self.go_to_day(self.here + timedelta(days=across), tile)

    def _go_down(self, tile: Tile | None, step: int) -> None:
        if tile is not None and tile.day is None:
            first = self.stops(self.here)[:1]
            if step > 0:
                self.select(first[0] if first else None)
            return
        stops = self.stops(self.here)
        place = next((n for n, each in enumerate(stops) if each is tile), -1 if step > 0 else len(stops)) + step
        if 0 <= place < len(stops):
            self.select(stops[place])
        else:
            self.pass_edge(step)

    def pass_edge(self, step: int) -> None:
        """The keyboard goes on beyond the first or last tile of a day."""
        if step < 0 and self.strip:
            self.select(self.strip[0])

    def go_to_day(self, day: date, near: Tile | None) -> None:
        """To a day, there to the tile at about the height of another."""
        if day not in self.days:
            self.here = day
            self.spot = None
            self.cursor_left.emit(day)
            return
        stops = self.stops(day)
        height = self.rect_of(near).center().y() if near is not None else None
        best = min(stops, key=lambda each: abs(self.rect_of(each).center().y() - height)) if stops and height else None
        self.select(best or (stops[0] if stops else None), day)

    def nudge(self, item: Item, across: int, down: int, *, stretch: bool) -> None:
        """Moves or stretches an activity by keys; views without hours move it by days and weeks."""
        if item.day is not None and not item.again and not stretch:
            self.moved.emit(item, Slot(item.day + timedelta(days=across + 7 * down), keeps=True))

    # Telling ------------------------------------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the activity under the pointer, or of the one the keyboard is on."""
        mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        tile = self.tile_at(event.pos()) if mouse else self.tile
        if tile is None or tile.item is None:
            return
        self.select(tile)
        point = event.globalPos() if mouse else self.viewport().mapToGlobal(self.rect_of(tile).bottomLeft())
        self.menu_requested.emit(tile.item, point)

    def viewportEvent(self, event: QEvent) -> bool:
        """The whole of what a tile says, as plain text."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tile = self.tile_at(event.pos())
            text = ""
            if tile is not None and tile.item is not None:
                text = spoken(tile.item, self.look.kinds, self.look.now)
            elif tile is not None and tile.closings:
                text = closings_text(tile.closings)
            QToolTip.showText(event.globalPos(), escaped(text), self, self.rect_of(tile) if tile else QRect())
            return True
        return super().viewportEvent(event)
