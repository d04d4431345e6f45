"""How figures are drawn on paper: titles, the pictures of widgets, tables. Lengths are in px of 1/96 inch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPicture, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from ...domain.sheets import Column, Kind, Sheet
from ...services import sheets
from ..theme import LIGHT, font, in_light, metrics
from .parts import Paper, Part, Recorded

TITLE, HEADING, SMALL, ROW = 26, 20, 18, 20
_GAP, _LINE, _AIR, _APART = 14, 16, 28, 14
_TITLE, _WORD, _LETTERS = 84, 140, 500
"""So much of a title stands in one line; so wide a word makes its column; so many letters of a text are measured."""
_NOTE_LINES, _TITLE_LINES, _CELL_LINES = 5, 3, 6
_SIZES = (11, 12, 13, 16)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TEXT, MUTED, LINE, SURFACE = (QColor(each) for each in (LIGHT.text, LIGHT.muted, LIGHT.line, LIGHT.surface))


def recorded(paper: Paper) -> Paper:
    """The same with its pictures as they look on paper, whatever colours the window has; on the window's own thread. What it
    gives is drawn on any thread, and stays as it is."""
    waiting = [part for part in paper.parts if part.picture is not None and part.recorded is None]
    for size in _SIZES:
        _letters(size)
        _letters(size, bold=True)
    widgets = [each for part in waiting for each in part.drawn]
    with _unmarked(widgets), in_light(widgets):
        made = [replace(part, recorded=_record(part)) if part in waiting else part for part in paper.parts]
    return replace(paper, parts=made)


@contextmanager
def _unmarked(widgets: Sequence[QWidget]) -> Iterator[None]:
    """In the block none of these widgets shows that the keyboard is in it."""
    now = QApplication.focusWidget()
    if now is None or not any(each is now or each.isAncestorOf(now) for each in widgets):
        yield
        return
    now.clearFocus()
    try:
        yield
    finally:
        now.setFocus()


def _record(part: Part) -> Recorded:
    content, size = QPicture(), part.size
    painter = QPainter(content)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for widget in part.drawn:
        painter.save()
        # Of a chart, the view is drawn as it is, not its scene fitted into somewhere.
        QWidget.render(widget, painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        painter.restore()
        painter.translate(0, widget.height())
    painter.end()
    return Recorded(content, size)


def picture(painter: QPainter, kept: Recorded) -> None:
    """The picture, as large as it was on the screen, on whatever device."""
    painter.save()
    # Qt enlarges what was recorded by the resolution of the device; the painter does so already.
    shrunk = kept.content.logicalDpiX() / painter.device().logicalDpiX()
    painter.scale(shrunk, shrunk)
    painter.drawPicture(0, 0, kept.content)
    painter.restore()


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
    shown = metrics(size, bold=bold).elidedText(" ".join(words.split()), Qt.TextElideMode.ElideRight, ceil(box.width()))
    painter.drawText(box, _RIGHT if right else _LEFT, shown)


def head(painter: QPainter, paper: Paper, width: float) -> float:
    """Title and what it is about; gives the height."""
    text(painter, QRectF(0, 0, width, TITLE), paper.title, size=16, bold=True)
    text(painter, QRectF(0, TITLE, width, SMALL), " · ".join(filter(None, paper.about)), muted=True)
    return TITLE + SMALL + _GAP


def part_head(painter: QPainter, part: Part, width: float) -> float:
    """The title of a figure and what it means; gives the height."""
    text(painter, QRectF(0, 0, width, HEADING), part.sheet.name, size=13, bold=True)
    for place, line in enumerate(_note(part, width)):
        text(painter, QRectF(0, HEADING + SMALL * place, width, SMALL), line, muted=True)
    return part_head_height(part, width)


def part_head_height(part: Part, width: float) -> float:
    """What ``part_head`` takes."""
    return HEADING + SMALL * len(_note(part, width)) + 4


def _note(part: Part, width: float) -> list[str]:
    return wrapped(part.note, width, _NOTE_LINES) if part.note else []


def wrapped(words: str, width: float, most: int) -> list[str]:
    """Lines of a text at most ``width`` px wide, as far as its words are; what is left after ``most`` lines is in the last."""
    wide, lines = metrics(12).horizontalAdvance, [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(lines) < most and wide(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@dataclass(frozen=True, slots=True)
class Table:
    """The texts of a sheet in lines, with the widths of its columns; titles take ``head`` px, each row those of ``high``.
    ``fits``: whether no column is narrower than its figures and words need."""

    sheet: Sheet
    rows: Sequence[Sequence[Sequence[str]]]
    titles: Sequence[Sequence[str]]
    widths: Sequence[float]
    fits: bool

    @property
    def head(self) -> float:
        """What the titles take."""
        return ROW + _LINE * (max(map(len, self.titles), default=1) - 1)

    def high(self, number: int) -> float:
        """What a row takes."""
        return ROW + _LINE * (max(map(len, self.rows[number]), default=1) - 1)

    @property
    def height(self) -> float:
        """What all of it takes."""
        return self.head + 4 + sum(self.high(number) for number in range(len(self.rows)))

    def draw_titles(self, painter: QPainter) -> None:
        """The titles above a hair line."""
        for (column, left, width), lines in zip(self._columns(), self.titles, strict=True):
            top = self.head - 3 - _LINE * len(lines)
            self._lines(painter, lines, QRectF(left, top, width, _LINE), muted=True, right=_is_figure(column))
        painter.setPen(QPen(LINE, 1))
        painter.drawLine(QPointF(0, self.head), QPointF(sum(self.widths), self.head))

    def draw_row(self, painter: QPainter, number: int) -> None:
        """A row."""
        for (column, left, width), lines in zip(self._columns(), self.rows[number], strict=True):
            top = (ROW - _LINE) / 2
            self._lines(painter, lines, QRectF(left, top, width, _LINE), muted=False, right=_is_figure(column))

    @staticmethod
    def _lines(painter: QPainter, lines: Sequence[str], box: QRectF, *, muted: bool, right: bool) -> None:
        for place, line in enumerate(lines):
            inside = box.adjusted(4, _LINE * place, -4, _LINE * place)
            text(painter, inside, line, muted=muted, right=right)

    def _columns(self) -> Iterator[tuple[Column, float, float]]:
        left = 0.0
        for column, width, apart in zip(self.sheet.columns, self.widths, _apart(self.sheet.columns), strict=True):
            yield column, left + apart, width - apart
            left += width


def table(sheet: Sheet, width: float, year: int) -> Table:
    """Columns as wide as their values and the longest word above them. Where there is too little room the widest texts give
    way and go on in further lines; only where that is not enough, figures are cut."""
    told, wide = sheets.texts(sheet, year), metrics(12).horizontalAdvance
    whole, least, apart = list[float](), list[float](), _apart(sheet.columns)
    for n, column in enumerate(sheet.columns):
        word = min(max((wide(word[:_LETTERS]) for word in column.name.split()), default=0), _WORD)
        title = max(word, min(wide(column.name[:_LETTERS]), _TITLE))
        values = max((wide(each) for each in {row[n][:_LETTERS] for row in told}), default=0)
        whole.append(12.0 + apart[n] + max(title, values))
        least.append(12.0 + apart[n] + max(word, values if _is_figure(column) else min(values, _TITLE)))
    needed = sum(least)
    if needed > width:
        widths = [each * width / needed for each in least]
    else:
        level = _level(whole, least, width)
        widths = [max(low, min(level, each)) for low, each in zip(least, whole, strict=True)]
        more = min((width - sum(widths)) / max(1, len(widths)), _AIR)
        widths = [each + more for each in widths]
    rooms = [width - 8 - more for width, more in zip(widths, apart, strict=True)]
    titles = [wrapped(column.name, room, _TITLE_LINES) for column, room in zip(sheet.columns, rooms, strict=True)]
    rows = [
        [
            [cell] if wide(cell) <= room else wrapped(cell, room, _CELL_LINES)
            for cell, room in zip(row, rooms, strict=True)
        ]
        for row in told
    ]
    return Table(sheet, rows, titles, widths, needed <= width)


def _level(whole: Sequence[float], least: Sequence[float], width: float) -> float:
    """How wide the widest columns may be, that all have room together; none is made narrower than its ``least``."""
    low, high = 0.0, max(whole, default=0.0)
    if sum(whole) <= width:
        return high
    while high - low > 0.5:
        middle = (low + high) / 2
        over = sum(max(some, min(middle, each)) for some, each in zip(least, whole, strict=True)) > width
        low, high = (low, middle) if over else (middle, high)
    return low


def _apart(columns: Sequence[Column]) -> list[float]:
    """A text keeps away from the figures before it."""
    before = [False, *map(_is_figure, columns)]
    return [_APART if figures and not _is_figure(each) else 0.0 for figures, each in zip(before, columns, strict=False)]


def _is_figure(column: Column) -> bool:
    return column.kind not in (Kind.TEXT, Kind.DATE)
