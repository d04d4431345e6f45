"""A list of the start page: as high as its lines, painted like cards, worked with the mouse or the keyboard alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from ..icons import icon
from ..parts import on_theme
from ..theme import BODY, font, metrics, tokens
from .lines import Line

Index = QModelIndex | QPersistentModelIndex
LINE = int(Qt.ItemDataRole.UserRole) + 1
_SIDE, _BOX, _ICON, _GAP = 16, 16, 18, 10
_SMALL = 12


class DayModel(QAbstractTableModel):
    """Lines, one a row."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Shows other lines; where only texts differ the rows stay."""
        if [each.key for each in lines] == [each.key for each in self.lines]:
            self.lines = list(lines)
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, 0))
            return
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """How many lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """One."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title, what a reader says, the whole line."""
        if not index.isValid() or not 0 <= index.row() < len(self.lines):
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return line.spoken
        return line if role == LINE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings are passed over."""
        if not index.isValid() or self.lines[index.row()].heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def line_height(line: Line) -> int:
    """Height of a line, px."""
    if line.heading:
        return metrics(_SMALL, bold=True).height() + 16
    rows = metrics(BODY, medium=True).height()
    for text in (line.detail or line.state, line.below):
        if text:
            rows += metrics(_SMALL).height() + 1
    return rows + 16


class DayDelegate(QStyledItemDelegate):
    """Paints a line; nothing is taken for markup."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high as its rows of text."""
        return QSize(option.rect.width(), line_height(index.data(LINE)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Box, icon, texts."""
        line: Line = index.data(LINE)
        view: Any = option.widget
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = index.row() == (view.currentIndex().row() if view.hasFocus() else view.marked)
        paint_line(painter, option.rect, line, chosen, index.row() == view.hovered)
        painter.restore()

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:  # noqa: ARG002
        """The whole of a line whose texts may be cut."""
        line = index.data(LINE) if index.isValid() else None
        if event.type() == QEvent.Type.ToolTip and line is not None and not line.heading:
            QToolTip.showText(event.globalPos(), line.spoken.replace("&", "&amp;").replace("<", "&lt;"), view)
            return True
        return False


def paint_line(painter: QPainter, rect: QRect, line: Line, chosen: bool, hovered: bool = False) -> None:
    """One line in the colours in use."""
    t = tokens()
    if line.heading:
        painter.setFont(font(_SMALL, bold=True))
        painter.setPen(QColor(t.muted))
        painter.drawText(
            rect.adjusted(_SIDE, 6, -_SIDE, 0),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            line.title,
        )
        return
    if chosen or hovered:
        painter.setPen(QPen(QColor(t.accent), 1) if chosen else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.accent_soft if chosen else t.sunken))
        painter.drawRoundedRect(QRectF(rect).adjusted(4.5, 1.5, -4.5, -1.5), 6, 6)
    left, top = rect.x() + _SIDE, rect.y() + 8
    if line.ticks:
        painter.setPen(QPen(QColor(t.faint), 1.4))
        painter.setBrush(QColor(t.surface))
        painter.drawRoundedRect(QRectF(tick_box(rect)), 4, 4)
        left += _BOX + _GAP
    if line.icon:
        tone = line.tone if line.tone in ("lost", "warn", "accent") else "muted"
        painter.drawPixmap(QPoint(left, top), icon(line.icon, tone).pixmap(_ICON, _ICON))
        left += _ICON + _GAP
    right = rect.right() - _SIDE
    plain = not (line.detail or line.when or line.state)
    body, small = metrics(BODY, medium=True), metrics(_SMALL)
    strong = metrics(_SMALL, medium=True)
    wide = 2 + max(metrics(BODY, bold=True).horizontalAdvance(line.when), strong.horizontalAdvance(line.state))
    wide = min(wide, (right - left) // 2)
    room = right - left - (wide + _GAP if wide > 2 else 0)
    ink = "accent" if plain else "text"
    base = top + body.ascent()
    _write(painter, left, base, room, line.title, font(BODY, medium=True), body, ink)
    value = not line.state and bool(line.below)
    if line.when:
        face, sizes = (font(BODY, bold=True), metrics(BODY, bold=True)) if value else (font(_SMALL), small)
        _write(painter, right - wide, base, wide, line.when, face, sizes, "text" if value else "muted", end=True)
    base = top + body.height() + 1 + small.ascent()
    _write(painter, left, base, room, line.detail, font(_SMALL), small, "muted")
    _write(painter, right - wide, base, wide, line.state, font(_SMALL, medium=True), strong, line.tone, end=True)
    if line.below:
        base += (small.height() + 1) if line.detail else 0
        _write(painter, left, base, right - left, line.below, font(_SMALL, medium=True), strong, line.tone)


def _write(
    painter: QPainter, left: int, base: int, room: int, text: str, face: Any, sizes: QFontMetrics, ink: str, *,
    end: bool = False,
) -> None:  # fmt: skip
    if not text or room <= 0:
        return
    shown = sizes.elidedText(" ".join(text[:400].split()), Qt.TextElideMode.ElideRight, room)
    painter.setFont(face)
    painter.setPen(QColor(getattr(tokens(), ink)))
    painter.drawText(QPointF(left + (room - sizes.horizontalAdvance(shown) if end else 0), base), shown)


def tick_box(rect: QRect) -> QRect:
    """Where the box to tick stands in a line."""
    return QRect(rect.x() + _SIDE, rect.y() + 9, _BOX, _BOX)


class DayList(QTableView):
    """As high as what it shows; the page around it scrolls.

    Signals:
        opened(line): Enter, or a click.
        ticked(line): Space, or a click on the box.
        menu_requested(line, point): the menu key, or the right button; a point of the screen.
    """

    opened = Signal(object)
    ticked = Signal(object)
    menu_requested = Signal(object, object)
    letters_are_shortcuts = True

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.hovered = self.marked = -1
        self._model = DayModel(self)
        self.setModel(self._model)
        self.setItemDelegate(DayDelegate(self))
        self.setProperty("kind", "column")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        on_theme(self, self.viewport().update)
        self._fit()

    @property
    def lines(self) -> list[Line]:
        """What it shows."""
        return self._model.lines

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Shows these; the keyboard stays on the line it was on, or at its place."""
        row, key = self.currentIndex().row(), self._key_at(self.currentIndex().row())
        self._model.show_lines(lines)
        self._fit()
        if row >= 0 and lines:
            again = next((n for n, each in enumerate(lines) if each.key == key and not each.heading), None)
            self.go(again if again is not None else min(row, len(lines) - 1))

    def focus_first(self) -> None:
        """The keyboard goes to the line it was on, or to the first."""
        if self.currentIndex().row() < 0 and self.lines:
            self.go(0)
        self.setFocus()

    def mark(self, row: int) -> None:
        """Marks a line although the keyboard is elsewhere, −1 for none."""
        self.marked = row
        self.viewport().update()

    def line_of(self, key: tuple[str, int]) -> int:
        """Row of a line, −1 when it is not shown."""
        return next((n for n, each in enumerate(self.lines) if each.key == key), -1)

    def box_of(self, row: int) -> QRect:
        """Where the box of a line stands in the viewport."""
        return tick_box(self.visualRect(self._model.index(row, 0)))

    def go(self, row: int) -> None:
        """To a line, or the next below or above that is no heading."""
        for place in (*range(row, len(self.lines)), *range(row, -1, -1)):
            if not self.lines[place].heading:
                self.setCurrentIndex(self._model.index(place, 0))
                return

    def _key_at(self, row: int) -> Any:
        return self.lines[row].key if 0 <= row < len(self.lines) else None

    def _fit(self) -> None:
        high = 0
        for row, line in enumerate(self.lines):
            self.setRowHeight(row, line_height(line))
            high += line_height(line)
        self.setFixedHeight(high)
        self.setVisible(bool(self.lines))

    def _current(self) -> Line | None:
        row = self.currentIndex().row()
        line = self.lines[row] if 0 <= row < len(self.lines) else None
        return None if line is None or line.heading else line

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Space ticks; letters belong to the page."""
        line, key = self._current(), event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and line is not None:
            self.opened.emit(line)
        elif key == Qt.Key.Key_Space and line is not None and line.ticks:
            self.ticked.emit(line)
        elif key == Qt.Key.Key_Menu and line is not None:
            corner = self.visualRect(self.currentIndex()).bottomLeft()
            self.menu_requested.emit(line, self.viewport().mapToGlobal(corner))
        elif event.text().strip() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens, on the box it ticks."""
        super().mouseReleaseEvent(event)
        row = self.indexAt(event.position().toPoint()).row()
        if event.button() is not Qt.MouseButton.LeftButton or not 0 <= row < len(self.lines):
            return
        line = self.lines[row]
        if line.ticks and self.box_of(row).adjusted(-6, -6, 6, 6).contains(event.position().toPoint()):
            self.ticked.emit(line)
        elif not line.heading:
            self.opened.emit(line)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the line under the pointer."""
        row = self.indexAt(event.pos()).row()
        if 0 <= row < len(self.lines) and not self.lines[row].heading:
            self.menu_requested.emit(self.lines[row], event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What the pointer is on is marked."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            self.hovered = row
            self.viewport().update()

    def focusInEvent(self, event: Any) -> None:
        """Tab comes to a line."""
        super().focusInEvent(event)
        if self.currentIndex().row() < 0 and self.lines:
            self.go(0)
        self.viewport().update()

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        """The page scrolls to the line that the keyboard is on."""
        super().currentChanged(current, previous)
        area = self.parentWidget()
        while area is not None and not hasattr(area, "show_inside"):
            area = area.parentWidget()
        if area is not None and self.hasFocus() and current.isValid():
            area.show_inside(self, self.visualRect(current))
