"""What the painted views of the agenda share: tiles, which of them the keyboard is on, what keys and readers ask."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from ...domain.agenda import Agenda, Day, Item
from ...i18n import ntr, number
from ...services.agenda import MOST_WAITING
from ..parts import on_theme
from ..theme import font, metrics, tokens
from .tiles import TEXT, Look, Tile, TilePainter

STRIP = 34
LINE = 22
GAP = 2
_CHIP = 190


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for an activity: a day, at a minute of it or (None) the whole of it; ``keeps`` leaves the time as it is."""

    day: date
    minute: int | None = None
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """Which tile the keyboard is on: what it shows, and on which day, None in the strip."""

    key: tuple[int, int]
    day: date | None


class Canvas(QAbstractScrollArea):
    """Tiles in a fixed upper part, which begins with the strip of what is overdue, and in a part below that scrolls.

    Signals:
        open_requested(item), done_requested(item), postpone_requested(item), delete_requested(item): of an activity.
        menu_requested(item, point): its menu, at a point of the screen.
        closing_requested(closings): a deal that is expected to close, or several.
        plan_requested(slot, minutes, deal_ids): plan something there, about each of these; minutes None for the usual length.
        moved(item, slot): it was dragged, or sent by keys, to a place.
        stretched(item, end): its end was dragged to a local moment without a zone.
        day_requested(day): show that day by itself.
        period_requested(step): go on, or back, by a period.
        cursor_left(day): the keyboard went to a day that is not shown.
        list_requested(): show everything as a list.
    """

    open_requested = Signal(object)
    done_requested = Signal(object)
    postpone_requested = Signal(object)
    delete_requested = Signal(object)
    menu_requested = Signal(object, object)
    closing_requested = Signal(object)
    plan_requested = Signal(object, object, object)
    moved = Signal(object, object)
    stretched = Signal(object, object)
    day_requested = Signal(object)
    period_requested = Signal(object)
    cursor_left = Signal(object)
    list_requested = Signal()

    def __init__(self, name: str, look: Look, workspace: str) -> None:
        super().__init__()
        self.look, self.workspace = look, workspace
        self.agenda: Agenda | None = None
        self.on: dict[date, list[Item]] = {}
        self.days: dict[date, Day] = {}
        self.strip: list[Tile] = []
        self.fixed: list[Tile] = []
        self.grid: list[Tile] = []
        self.top = 0
        self.here = look.now.date()
        self.spot: Spot | None = None
        self.empty_text = ""
        self.tiles = TilePainter()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(name)
        on_theme(self, self.viewport().update)

    # Showing ------------------------------------------------------------------------------------------------------

    def show_agenda(self, agenda: Agenda, cursor: date) -> None:
        """Shows what was found, with the keyboard on a day; it stays on the activity it was on where that still is."""
        self.agenda, self.on = agenda, agenda.on()
        self.days = {day.day: day for day in agenda.days}
        before = self.spot
        self.here = cursor
        self.arrange()
        tile = self._tile_of(before)
        self.spot = None if tile is None or before is None else Spot(before.key, tile.day)
        if tile is not None and tile.day is not None:
            self.here = tile.day
        self.describe()

    def arrange(self) -> None:
        """Places everything anew and paints."""
        self.strip, self.fixed, self.grid = [], [], []
        if self.agenda is not None:
            height = self._arrange_strip(self.agenda)
            self.lay_out(height)
        self.viewport().update()

    @abstractmethod
    def lay_out(self, top: int) -> None:
        """Places tiles below the strip, which is ``top`` high; sets ``top`` to where the part begins that scrolls."""

    @abstractmethod
    def slot_at(self, pos: QPoint) -> Slot | None:
        """The place for an activity at a point of the viewport."""

    def _arrange_strip(self, agenda: Agenda) -> int:
        waiting = [*agenda.overdue, *agenda.undated]
        if not waiting:
            return 0
        left = 12 + metrics(TEXT, bold=True).horizontalAdvance(self._strip_text()) + 12
        room = max(1, (self.viewport().width() - left - 44) // (_CHIP + 4))
        for place, item in enumerate(waiting[:room]):
            self.strip.append(Tile(QRect(left + place * (_CHIP + 4), 6, _CHIP, LINE), None, item))
        rest = len(waiting) - room
        if rest > 0:
            self.strip.append(Tile(QRect(left + room * (_CHIP + 4), 6, 44, LINE), None, more=rest))
        return STRIP

    def _strip_text(self) -> str:
        """What stands before the chips: how many are overdue, or how many have no day where none is."""
        assert self.agenda is not None
        overdue, undated = len(self.agenda.overdue), len(self.agenda.undated)
        if overdue:
            return ntr("{count} overdue", "{count} overdue", overdue).format(count=_counted(overdue))
        return ntr("{count} without a day", "{count} without a day", undated).format(count=_counted(undated))

    def paint_strip(self, painter: QPainter) -> None:
        """The strip with its chips."""
        if not self.strip or self.agenda is None:
            return
        t, width = tokens(), self.viewport().width()
        painter.fillRect(0, 0, width, STRIP, QColor(t.window))
        painter.setFont(font(TEXT, bold=True))
        painter.setPen(QColor(t.lost if self.agenda.overdue else t.muted))
        painter.drawText(QRect(12, 0, 400, STRIP), Qt.AlignmentFlag.AlignVCenter, self._strip_text())
        self.paint_tiles(painter, self.strip)

    def paint_tiles(self, painter: QPainter, tiles: list[Tile], clip: QRect | None = None) -> None:
        """Tiles, those outside of ``clip`` left out."""
        lifted, focus = self.lifted(), self.hasFocus()
        for tile in tiles:
            if clip is not None and not clip.intersects(tile.rect):
                continue
            selected = focus and self.spot is not None and spot_of(tile) == self.spot
            faint = lifted is not None and tile.item is not None and tile.item.key == lifted
            self.tiles.paint(painter, tile, self.look, selected=selected, faint=faint)

    def paint_empty(self, painter: QPainter, area: QRect) -> None:
        """What stands here while nothing is planned."""
        if self.agenda is None or self.agenda.items or self.agenda.closings or not self.empty_text:
            return
        t = tokens()
        painter.setFont(font())
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        box = painter.boundingRect(area.adjusted(40, 0, -40, 0), flags, self.empty_text).adjusted(-16, -10, 16, 10)
        painter.setPen(QColor(t.line))
        painter.setBrush(QColor(t.surface))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(QColor(t.muted))
        painter.drawText(box, flags, self.empty_text)

    @abstractmethod
    def describe(self) -> None:
        """Says where the keyboard is."""

    def lifted(self) -> tuple[int, int] | None:
        """What is being dragged."""
        return None

    # Finding ------------------------------------------------------------------------------------------------------

    @property
    def offset(self) -> int:
        """How far the lower part is scrolled."""
        return self.verticalScrollBar().value()

    def tile_at(self, pos: QPoint) -> Tile | None:
        """The tile at a point of the viewport, the uppermost one."""
        fixed = pos.y() < self.top
        where = pos if fixed else pos + QPoint(0, self.offset - self.top)
        tiles = (*self.strip, *self.fixed) if fixed else self.grid
        return next((tile for tile in reversed(tiles) if tile.rect.contains(where)), None)

    def rect_of(self, tile: Tile) -> QRect:
        """Where a tile is in the viewport now."""
        scrolls = any(tile is each for each in self.grid)
        return tile.rect.translated(0, self.top - self.offset) if scrolls else tile.rect

    def stops(self, day: date | None) -> list[Tile]:
        """Tiles of a day, or of the strip, in the order of the keyboard."""
        if day is None:
            return self.strip
        return [tile for tile in (*self.fixed, *self.grid) if tile.day == day]

    def _tile_of(self, spot: Spot | None) -> Tile | None:
        if spot is None:
            return None
        found = [tile for tile in self._all() if spot_of(tile).key == spot.key]
        # One that has moved is followed to its day, also while it stands in the strip.
        found.sort(key=lambda tile: (tile.day != spot.day, tile.day is None))
        return found[0] if found else None

    def _all(self) -> Iterator[Tile]:
        yield from self.strip
        yield from self.fixed
        yield from self.grid

    @property
    def tile(self) -> Tile | None:
        """The tile the keyboard is on."""
        return self._tile_of(self.spot)

    # Qt -----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Places everything anew."""
        super().resizeEvent(event)
        self.arrange()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: ARG002
        """Only the lower part moves, so all of it is painted."""
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows where the keyboard is."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

    def minimumSizeHint(self) -> QSize:
        """As small as need be."""
        return QSize(200, 160)


def _counted(waiting: int) -> str:
    """How many wait; of very many only the first are read."""
    return number(waiting) + ("+" if waiting >= MOST_WAITING else "")


def spot_of(tile: Tile) -> Spot:
    """What a tile shows, as the keyboard remembers it."""
    ordinal = tile.day.toordinal() if tile.day is not None else 0
    key = tile.item.key if tile.item is not None else (-1 if tile.closings else -2, ordinal)
    return Spot(key, tile.day)


def painted(widget: QWidget) -> QPainter:
    """A painter for texts and round corners."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter
