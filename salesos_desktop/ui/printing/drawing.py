"""How figures are drawn on paper: titles, the pictures of widgets, tables. Lengths are in px of 1/96 inch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QRegion
from PySide6.QtWidgets import QWidget

from ...domain.sheets import Column, Kind, Sheet
from ...services import sheets
from ..theme import LIGHT, font, in_light, metrics
from .parts import Paper, Part

TITLE, HEADING, SMALL, ROW = 26, 20, 18, 20
_GAP = 14
_TITLE = 84
"""So much of a title stands in one line."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TEXT, MUTED, LINE, SURFACE = (QColor(each) for each in (LIGHT.text, LIGHT.muted, LIGHT.line, LIGHT.surface))


@contextmanager
def prepared(paper: Paper) -> Iterator[None]:
    """In the block the pictures look as on paper, whatever colours the window has."""
    with in_light([each for part in paper.parts for each in part.drawn]):
        yield


@lru_cache(maxsize=16)
def _letters(size: int, *, bold: bool = False) -> QFont:
    """A font whose letters and figures can be searched for and copied out of a PDF: figures of one width cannot."""
    made = QFont(font(size, bold=bold))
    made.clearFeatures()
    for tag in ("calt", "liga"):
        made.setFeature(QFont.Tag(tag), 0)
    return made


def text(
    painter: QPainter, box: QRectF, words: str, *, size: int = 12, bold: bool = False, muted: bool = False,
    right: bool = False,
) -> None:  # fmt: skip
    """A line of text that gives way with an ellipsis."""
    painter.setFont(_letters(size, bold=bold))
    painter.setPen(MUTED if muted else TEXT)
    shown = metrics(size, bold=bold).elidedText(" ".join(words.split()), Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, _RIGHT if right else _LEFT, shown)


def head(painter: QPainter, paper: Paper, width: float) -> float:
    """Title and what it is about; gives the height."""
    text(painter, QRectF(0, 0, width, TITLE), paper.title, size=16, bold=True)
    text(painter, QRectF(0, TITLE, width, SMALL), " · ".join(filter(None, paper.about)), muted=True)
    return TITLE + SMALL + _GAP


def part_head(painter: QPainter, part: Part, width: float) -> float:
    """The title of a figure and what it means; gives the height."""
    text(painter, QRectF(0, 0, width, HEADING), part.sheet.name, size=13, bold=True)
    if part.note:
        text(painter, QRectF(0, HEADING, width, SMALL), part.note, muted=True)
    return part_head_height(part)


def part_head_height(part: Part) -> float:
    """What ``part_head`` takes."""
    return HEADING + SMALL * bool(part.note) + 4


def picture(painter: QPainter, part: Part) -> None:
    """The widgets of a figure as they look, in lines and letters where the device takes them."""
    painter.save()
    for widget in part.drawn:
        painter.save()
        # Of a chart, the view is drawn as it is, not its scene fitted into somewhere.
        QWidget.render(widget, painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        painter.restore()
        painter.translate(0, widget.height())
    painter.restore()


@dataclass(frozen=True, slots=True)
class Table:
    """The texts of a sheet with the widths of its columns; titles take ``head`` px, in two lines where they are long."""

    sheet: Sheet
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    head: float

    def titles(self, painter: QPainter) -> None:
        """The titles above a hair line."""
        painter.setFont(_letters(12))
        painter.setPen(MUTED)
        for column, left, width in self._columns():
            side = Qt.AlignmentFlag.AlignRight if _is_figure(column) else Qt.AlignmentFlag.AlignLeft
            box = QRectF(left + 4, 0, width - 8, self.head - 3)
            painter.drawText(box, side | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap, column.name)
        painter.setPen(QPen(LINE, 1))
        painter.drawLine(QPointF(0, self.head), QPointF(sum(self.widths), self.head))

    def line(self, painter: QPainter, number: int) -> None:
        """A row."""
        for (column, left, width), cell in zip(self._columns(), self.rows[number], strict=True):
            text(painter, QRectF(left + 4, 0, width - 8, ROW), cell, right=_is_figure(column))

    def _columns(self) -> Iterator[tuple[Column, float, float]]:
        left = 0.0
        for column, width in zip(self.sheet.columns, self.widths, strict=True):
            yield column, left, width
            left += width


def table(sheet: Sheet, width: float, year: int) -> Table:
    """Columns as wide as their values and the longest word above them; the first takes what is left. Where there is too
    little, texts give way before figures do."""
    rows, measure = sheets.texts(sheet, year), metrics(12)
    widths = []
    for n, column in enumerate(sheet.columns):
        words = [*column.name.split(), *(row[n][:80] for row in rows)]
        title = min(measure.horizontalAdvance(column.name), _TITLE)
        widths.append(12.0 + max([title, *(measure.horizontalAdvance(each) for each in words)]))
    over = sum(widths) - width
    texts = [n for n, column in enumerate(sheet.columns) if not _is_figure(column)]
    for n in sorted(texts, key=lambda n: -widths[n]):
        given = min(max(0.0, over), max(0.0, widths[n] - _TITLE))
        widths[n] -= given
        over -= given
    if over > 0:
        widths = [each * width / sum(widths) for each in widths]
    elif widths:
        widths[texts[0] if texts else 0] += min(-over, width / 3)
    two = any(measure.horizontalAdvance(c.name) > w - 8 for c, w in zip(sheet.columns, widths, strict=True))
    return Table(sheet, rows, widths, ROW + measure.height() * two)


def _is_figure(column: Column) -> bool:
    return column.kind not in (Kind.TEXT, Kind.DATE)
