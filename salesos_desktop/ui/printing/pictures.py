"""Figures as one picture: PNG with twice the pixels, or SVG in lines and letters; as they stand on the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtSvg import QSvgGenerator

from ...services import sheets
from . import drawing
from .drawing import LINE, ROW, SURFACE, Table
from .parts import Paper, Part

_SHARP = 2
_AROUND, _INSIDE, _GAP = 20, 14, 12
_TABLE_WIDTH, _MOST_ROWS, _NEARLY = 960, 40, 0.75


def image(paper: Paper) -> QImage:
    """The picture of what is ``drawing.recorded`` in twice as many pixels as it has px; may be made on any thread."""
    placed, size = _placed(paper)
    made = QImage(size * _SHARP, QImage.Format.Format_ARGB32_Premultiplied)
    made.setDotsPerMeterX(round(_SHARP * 96 / 0.0254))
    made.setDotsPerMeterY(round(_SHARP * 96 / 0.0254))
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    painter.scale(_SHARP, _SHARP)
    _paint(painter, paper, placed, size)
    painter.end()
    return made


def png(made: QImage) -> bytes:
    """The file of an image."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    made.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def svg(paper: Paper) -> bytes:
    """The file, of what is ``drawing.recorded``; may be made on any thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    placed, size = _placed(paper)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(escape(paper.title))
    generator.setDescription(escape(" · ".join(filter(None, paper.about))))
    painter = QPainter(generator)
    painter.fillRect(0, 0, size.width(), size.height(), Qt.GlobalColor.white)
    _paint(painter, paper, placed, size)
    painter.end()
    return bytes(buffer.data().data())


def _box(part: Part, room: float, year: int) -> tuple[QSizeF, Table | None]:
    """How large the card of a figure is; those that nothing draws are drawn as tables of at most ``room`` px."""
    if part.recorded is not None:
        table, size = None, QSizeF(part.recorded.size)
    else:
        table = drawing.table(replace(part.sheet, rows=part.sheet.rows[:_MOST_ROWS]), room, year)
        size = QSizeF(sum(table.widths), table.height + ROW * (len(part.sheet.rows) > _MOST_ROWS))
    high = drawing.part_head_height(part, size.width()) + size.height()
    return QSizeF(size.width() + 2 * _INSIDE, high + 2 * _INSIDE), table


def _placed(paper: Paper) -> tuple[list[tuple[Part, QRectF, Table | None]], QSize]:
    """Where each card is, side by side as far as there is room."""
    drawn = [part.recorded.size.width() for part in paper.parts if part.recorded is not None]
    room = max([_TABLE_WIDTH, *drawn, 2 * (min(drawn, default=0) + _INSIDE) + _GAP])
    boxes = [(part, *_box(part, room, paper.year)) for part in paper.parts]
    widths = [size.width() for _, size, _ in boxes]
    limit = max([*widths, 2 * min(widths, default=0) + _GAP]) + 1
    placed, left, top, high = [], 0.0, 0.0, 0.0
    for part, size, table in boxes:
        if left and left + size.width() > limit:
            left, top, high = 0.0, top + high + _GAP, 0.0
        placed.append((part, QRectF(left, top, size.width(), size.height()), table))
        left, high = left + size.width() + _GAP, max(high, size.height())
    wide = max((box.right() for _, box, _ in placed), default=400)
    beside = Counter(box.top() for _, box, _ in placed)
    for _, box, table in placed:
        # A picture does not grow with its frame, in which it is not to stand half lost.
        if beside[box.top()] == 1 and (table is not None or box.width() > _NEARLY * wide):
            box.setWidth(wide)
    tall = drawing.TITLE + drawing.SMALL + 14 + top + high
    return placed, QSize(round(wide + 2 * _AROUND), round(tall + 2 * _AROUND))


def _paint(
    painter: QPainter, paper: Paper, placed: Sequence[tuple[Part, QRectF, Table | None]], size: QSize
) -> None:  # fmt: skip
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(_AROUND, _AROUND)
    painter.translate(0, drawing.head(painter, paper, size.width() - 2 * _AROUND))
    for part, box, table in placed:
        painter.save()
        painter.setPen(QPen(LINE, 1))
        painter.setBrush(SURFACE)
        painter.drawRoundedRect(box, 8, 8)
        painter.translate(box.left() + _INSIDE, box.top() + _INSIDE)
        painter.translate(0, drawing.part_head(painter, part, box.width() - 2 * _INSIDE))
        if part.recorded is not None:
            drawing.picture(painter, part.recorded)
        elif table is not None:
            table.draw_titles(painter)
            painter.translate(0, table.head + 4)
            for row in range(len(table.rows)):
                table.draw_row(painter, row)
                painter.translate(0, table.high(row))
            left = len(part.sheet.rows) - len(table.rows)
            if left:
                box = QRectF(4, 0, box.width() - 2 * _INSIDE - 8, ROW)
                drawing.text(painter, box, sheets.more(left), muted=True)
        painter.restore()
