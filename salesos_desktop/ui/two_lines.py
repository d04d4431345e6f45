"""Lists whose rows are two lines of text: the table without grid and headers, and how a line is painted in it."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTableView

from .theme import BODY, metrics, theme

_LONGEST = 600


class TwoLineTable(QTableView):
    """One column over the whole width, one row selected at a time; rows are as high as two lines at the chosen size."""

    def __init__(self, model: QAbstractItemModel, name: str) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(name)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)

    def paint_with(self, delegate: QStyledItemDelegate) -> None:
        """Rows are painted by this one, and measured now and whenever the look changes."""
        self.setItemDelegate(delegate)
        theme().changed.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Gives rows their height."""
        self.verticalHeader().setDefaultSectionSize(row_height())


def row_height() -> int:
    """Height of two lines and what is around them, px."""
    return metrics(BODY, bold=True).height() + metrics(12).height() + 20


def put(painter: QPainter, face: QFont, ink: str, rect: QRect, text: str, *, right: bool = False) -> None:
    """One line of text in a rectangle, shortened where it finds no room."""
    painter.setFont(face)
    painter.setPen(QColor(ink))
    shown = QFontMetrics(face).elidedText(" ".join(text[:_LONGEST].split()), Qt.TextElideMode.ElideRight, rect.width())
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
