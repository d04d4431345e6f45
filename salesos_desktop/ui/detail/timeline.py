"""The Historial tab: everything that happened to a deal, newest first, one row for each commit."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ...i18n import tr
from ...services.history import Entry
from ..boxes import ComboBox
from ..session import Session
from ..theme import BODY, SMALL, font, theme, tokens
from .change_texts import Line, by_instant, line_of

Index = QModelIndex | QPersistentModelIndex


class TimelineModel(QAbstractTableModel):
    """Lines of one deal, newest first."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._all: list[Line] = []
        self._lines: list[Line] = []
        self._kind = ""

    def show_entries(self, entries: list[Entry], currency: str) -> None:
        """Shows history, given oldest first."""
        groups: dict[int, list[Entry]] = {}
        for entry in entries:
            groups.setdefault(entry.change_seq, []).append(entry)
        by_time: list[list[Entry]] = []
        for group in groups.values():
            by_time += by_instant(group)
        zone = self._session.workspace.clock.zone()
        self._all = [line_of(group, currency, zone) for group in reversed(by_time)]
        self.show_kind(self._kind)

    def show_kind(self, kind: str) -> None:
        """Shows lines of one kind, or all for an empty one."""
        self.beginResetModel()
        self._kind = kind
        self._lines = [line for line in self._all if not kind or line.kind == kind]
        self.endResetModel()

    @property
    def total(self) -> int:
        """Lines of every kind."""
        return len(self._all)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Lines that are shown."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """One."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line, and its texts for readers."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.title
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return f"{line.detail}, {line.when}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{line.title}\n{line.detail}".replace("&", "&amp;").replace("<", "&lt;")[:2000]
        return None


class TimelineDelegate(QStyledItemDelegate):
    """A dot in the colour of what happened, two lines, and the time at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Two lines."""
        return QSize(200, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One line of the timeline."""
        line = index.data(Qt.ItemDataRole.UserRole)
        if line is None:
            return
        t, rect = tokens(), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(t.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(t, line.colour)))
        bold, small = font(BODY, bold=True), font(12)
        high, low = QFontMetrics(bold).height(), QFontMetrics(small).height()
        painter.drawEllipse(rect.x() + 4, rect.y() + 8 + high // 2 - 4, 9, 9)
        when_face = font(SMALL)
        when_width = QFontMetrics(when_face).horizontalAdvance(line.when) + 8
        left = rect.x() + 26
        width = rect.width() - 30
        _put(
            painter,
            when_face,
            t.muted,
            QRect(rect.right() - when_width, rect.y() + 8, when_width - 4, high),
            line.when,
            right=True,
        )
        _put(painter, bold, t.text, QRect(left, rect.y() + 8, width - when_width - 6, high), line.title)
        _put(painter, small, t.muted, QRect(left, rect.y() + 10 + high, width, low), line.detail)
        painter.restore()


def _put(painter: QPainter, face: Any, ink: str, rect: QRect, text: str, *, right: bool = False) -> None:
    painter.setFont(face)
    painter.setPen(QColor(ink))
    shown = QFontMetrics(face).elidedText(" ".join(text[:600].split()), Qt.TextElideMode.ElideRight, rect.width())
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


def row_height() -> int:
    """Height of one line of the timeline."""
    return QFontMetrics(font(BODY, bold=True)).height() + QFontMetrics(font(12)).height() + 20


class TimelinePane(QWidget):
    """The list with its filter by kind."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.model = TimelineModel(session)
        self.model.setParent(self)
        self.kinds = ComboBox()
        for text, kind in ((tr("Everything"), ""), (tr("Stage changes"), "stage"), (tr("Edits"), "edit")):
            self.kinds.addItem(text, kind)
        self.kinds.setAccessibleName(tr("Show"))
        self.kinds.activated.connect(lambda _: self.model.show_kind(self.kinds.currentData()))
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(TimelineDelegate(self.view))
        self.view.horizontalHeader().hide()
        self.view.verticalHeader().hide()
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.setShowGrid(False)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setTabKeyNavigation(False)
        self.view.setAccessibleName(tr("History"))
        self._fit()
        theme().changed.connect(self._fit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.kinds)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addWidget(self.view, 1)

    def _fit(self) -> None:
        self.view.verticalHeader().setDefaultSectionSize(row_height())
