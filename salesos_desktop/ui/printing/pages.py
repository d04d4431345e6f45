"""Figures on pages: a PDF, or whatever a printer takes. Charts as lines and letters, the table of each below it; two side
by side where both can be read so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter

from ...i18n import number, tr
from . import drawing
from .drawing import ROW, SMALL, Table
from .parts import Paper, Part

_DPI = 96
_MARGIN_MM = 12
_GAP, _BETWEEN = 18, 28
_SHRINKS = (1.0, 0.92, 0.85)
"""How much smaller figures that stand side by side may be; the first that has room for the table is taken."""
_SMALLEST, _TOGETHER, _WORTH = 0.7, 4, 0.4
"""So small pictures can still be read; so many rows of a table stay together; less than so much of a page may stay empty."""
_Draw = Callable[[QPainter], object]
_Placed = tuple[float, _Draw]
"""How far down the page, and what draws it."""


def layout() -> QPageLayout:
    """A4 lying on its side."""
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    landscape = QPageLayout.Orientation.Landscape
    return QPageLayout(QPageSize(QPageSize.PageSizeId.A4), landscape, margins, QPageLayout.Unit.Millimeter)


def pdf(paper: Paper) -> bytes:
    """The file, of what is ``drawing.recorded``; may be made on any thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setPageLayout(layout())
    writer.setTitle(paper.title)
    writer.setCreator("SalesOS Desktop")
    paint(paper, writer)
    return bytes(buffer.data().data())


def paint(paper: Paper, device: QPagedPaintDevice) -> int:
    """Draws the pages of what is ``drawing.recorded``; gives how many there are."""
    inch = device.pageLayout().paintRect(QPageLayout.Unit.Inch)
    size = QSizeF(inch.width() * _DPI, inch.height() * _DPI)
    pages = _Pages(paper, size).pages
    painter = QPainter(device)
    scale = device.logicalDpiX() / _DPI
    painter.scale(scale, scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, page in enumerate(pages, 1):
        if place > 1:
            device.newPage()
        for down, draw in page:
            painter.save()
            painter.translate(0, down)
            draw(painter)
            painter.restore()
        _foot(painter, size, paper, place, len(pages))
    painter.end()
    return len(pages)


def _foot(painter: QPainter, size: QSizeF, paper: Paper, place: int, pages: int) -> None:
    box = QRectF(0, size.height() - SMALL, size.width(), SMALL)
    drawing.text(painter, box, paper.title, size=11, muted=True)
    of = tr("Page {page} of {pages}").format(page=number(place), pages=number(pages))
    drawing.text(painter, box, of, size=11, muted=True, right=True)


@dataclass(frozen=True, slots=True)
class _Block:
    """A figure in a column of the page: title, picture, table, one below the other. ``scale`` of the picture; ``shrink``
    of all of it, where it is laid out wider than it has room."""

    part: Part
    width: float
    table: Table
    scale: float
    shrink: float = 1.0

    @property
    def head(self) -> float:
        """What title and note take."""
        return drawing.part_head_height(self.part, self.width)

    @property
    def picture(self) -> float:
        """What the picture takes."""
        recorded = self.part.recorded
        return 0.0 if recorded is None else recorded.size.height() * self.scale + 8

    @property
    def height(self) -> float:
        """What all of it takes."""
        return self.head + self.picture + self.table.height * bool(self.table.rows)

    def draw_top(self, painter: QPainter) -> None:
        """Title and picture."""
        painter.save()
        painter.translate(0, drawing.part_head(painter, self.part, self.width))
        if self.part.recorded is not None:
            painter.scale(self.scale, self.scale)
            drawing.picture(painter, self.part.recorded)
        painter.restore()

    def draw(self, painter: QPainter) -> None:
        """All of it."""
        self.draw_top(painter)
        if self.table.rows:
            painter.translate(0, self.head + self.picture)
            self.table.draw_titles(painter)
            painter.translate(0, self.table.head + 4)
            for row in range(len(self.table.rows)):
                self.table.draw_row(painter, row)
                painter.translate(0, self.table.high(row))


class _Pages:
    """Puts everything in its place before anything is drawn, so that each page knows how many there are."""

    def __init__(self, paper: Paper, size: QSizeF) -> None:
        self._width, self._height = size.width(), size.height() - SMALL - 8
        self._half = (self._width - _BETWEEN) / 2
        self._year = paper.year
        self._down = 0.0
        self.pages: list[list[_Placed]] = [[]]
        self._put(drawing.TITLE + SMALL + 14, lambda painter: drawing.head(painter, paper, self._width))
        waiting = list(paper.parts)
        while waiting:
            pair = self._pair(waiting)
            if pair:
                self._beside(pair)
                del waiting[:2]
            else:
                self._flow(self._block(waiting.pop(0), self._width))
            self._down += _GAP

    def _put(self, high: float, draw: _Draw) -> None:
        self.pages[-1].append((self._down, draw))
        self._down += high

    def _new_page(self) -> None:
        if self.pages[-1]:
            self.pages.append([])
        self._down = 0.0

    def _block(self, part: Part, width: float) -> _Block:
        table, scale = drawing.table(part.sheet, width, self._year), 1.0
        if part.recorded is not None:
            size = part.recorded.size
            room = self._height - drawing.part_head_height(part, width) - 8 - 5 * ROW
            scale = min(1.0, width / max(1, size.width()), room / max(1, size.height()))
        return _Block(part, width, table, scale)

    # Side by side -------------------------------------------------------------------------------------------------

    def _pair(self, waiting: Sequence[Part]) -> Sequence[_Block]:
        """The next two figures where both can be read in half the width and stand on one page; none where not."""
        found = [block for block in map(self._half_block, waiting[:2]) if block is not None]
        return found if len(found) == 2 else ()

    def _half_block(self, part: Part) -> _Block | None:
        if ROW * len(part.sheet.rows) * _SHRINKS[-1] > self._height:
            return None
        for shrink in _SHRINKS:
            width = self._half / shrink
            block = replace(self._block(part, width), shrink=shrink)
            readable = part.recorded is None or part.recorded.size.width() * _SMALLEST <= width
            if readable and block.table.fits and block.height * shrink <= self._height:
                return block
        return None

    def _beside(self, pair: Sequence[_Block]) -> None:
        high = max(block.height * block.shrink for block in pair)
        if self._down + high > self._height:
            self._new_page()

        def draw(painter: QPainter) -> None:
            for place, block in enumerate(pair):
                painter.save()
                painter.translate((self._half + _BETWEEN) * place, 0)
                painter.scale(block.shrink, block.shrink)
                block.draw(painter)
                painter.restore()

        self._put(high, draw)

    # One below the other ------------------------------------------------------------------------------------------

    def _flow(self, block: _Block) -> None:
        """A picture stands on the page that has room for it, a table too; its table stays with it as far as there is room."""
        top, table = block.head + block.picture, block.table
        small = self._height - self._down < self._height * _WORTH
        if block.height <= self._height and small and block.height > self._height - self._down:
            self._new_page()
        if top + (0 if block.picture else self._first_rows(table)) > self._height - self._down:
            self._new_page()
        self._put(top, block.draw_top)
        left, first = self._height - self._down, 0
        kept = table.height <= self._height - drawing.HEADING and left < self._height * _WORTH
        if table.height > left and block.picture and (kept or self._first_rows(table) > left):
            self._go_on(block)
        while first < len(table.rows):
            if first:
                self._go_on(block)
            first = self._rows(table, first)

    @staticmethod
    def _first_rows(table: Table) -> float:
        return table.head + 4 + sum(table.high(row) for row in range(min(_TOGETHER, len(table.rows))))

    def _go_on(self, block: _Block) -> None:
        """On a new page, under the same name."""
        self._new_page()
        box = QRectF(0, 0, self._width, drawing.HEADING)
        name = block.part.sheet.name
        self._put(drawing.HEADING, lambda painter: drawing.text(painter, box, name, size=13, bold=True))

    def _rows(self, table: Table, first: int) -> int:
        """As many rows as have room, at least one; gives the next. The last page has some of them."""
        self._put(table.head + 4, table.draw_titles)
        after, used, count = first, self._down, len(table.rows)
        while after < count and (after == first or used + table.high(after) <= self._height):
            used += table.high(after)
            after += 1
        if 0 < count - after < _TOGETHER:
            after = max(first + 1, count - _TOGETHER)
        for row in range(first, after):
            self._put(table.high(row), lambda painter, row=row: table.draw_row(painter, row))
        return after
