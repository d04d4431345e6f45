"""Figures on pages: a PDF, or whatever a printer takes. Charts as lines and letters, the table of each below it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter

from ...i18n import number, tr
from . import drawing
from .drawing import ROW, SMALL, Table
from .parts import Paper, Part

_DPI = 96
_MARGIN_MM = 12
_GAP = 18
_Draw = Callable[[QPainter], object]
_Placed = tuple[float, _Draw]
"""How far down the page, and what draws it."""


def layout() -> QPageLayout:
    """A4 lying on its side."""
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    landscape = QPageLayout.Orientation.Landscape
    return QPageLayout(QPageSize(QPageSize.PageSizeId.A4), landscape, margins, QPageLayout.Unit.Millimeter)


def pdf(paper: Paper) -> bytes:
    """The file."""
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
    """Draws the pages; gives how many there are."""
    inch = device.pageLayout().paintRect(QPageLayout.Unit.Inch)
    size = QSizeF(inch.width() * _DPI, inch.height() * _DPI)
    with drawing.prepared(paper):
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


class _Pages:
    """Puts everything in its place before anything is drawn, so that each page knows how many there are."""

    def __init__(self, paper: Paper, size: QSizeF) -> None:
        self._width, self._height = size.width(), size.height() - SMALL - 8
        self._down = 0.0
        self.pages: list[list[_Placed]] = [[]]
        self._put(drawing.TITLE + SMALL + 14, lambda painter: drawing.head(painter, paper, self._width))
        for place, part in enumerate(paper.parts):
            if place:
                self._down += _GAP
            self._add(part, paper.year)

    def _put(self, high: float, draw: _Draw) -> None:
        self.pages[-1].append((self._down, draw))
        self._down += high

    def _need(self, high: float) -> None:
        """Goes on to the next page where there is no room for so much, unless this one is empty."""
        if self._down + high > self._height and self.pages[-1]:
            self.pages.append([])
            self._down = 0.0

    def _add(self, part: Part, year: int) -> None:
        head = drawing.part_head_height(part)
        table = drawing.table(part.sheet, self._width, year)
        scale = self._scale(part, head)
        high = part.size.height() * scale
        # A picture keeps its title and the first rows of its table.
        self._need(head + high + table.head + ROW * min(3, len(table.rows)))
        self._put(head, lambda painter: drawing.part_head(painter, part, self._width))
        if part.picture is not None:
            self._put(high + 8, lambda painter: self._picture(painter, part, scale))
        self._table(table)

    def _scale(self, part: Part, head: float) -> float:
        if part.picture is None:
            return 1.0
        room = self._height - head - 8 - 5 * ROW
        return min(1.0, self._width / part.size.width(), room / part.size.height())

    @staticmethod
    def _picture(painter: QPainter, part: Part, scale: float) -> None:
        painter.scale(scale, scale)
        drawing.picture(painter, part)

    def _table(self, table: Table) -> None:
        if not table.rows:
            return
        self._titles(table)
        for row in range(len(table.rows)):
            if self._down + ROW > self._height:
                self._need(ROW)
                self._titles(table)
            self._put(ROW, lambda painter, row=row: table.line(painter, row))

    def _titles(self, table: Table) -> None:
        self._put(table.head + 4, table.titles)
