"""The table of the ranking: places with their change, names, figures."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ...domain.ranking import Change, Standing
from ...domain.text import initials
from ...i18n import money, number, percent, tr
from ..models.tables import RowsModel
from ..theme import AVATARS, font, tokens
from . import words

Index = QModelIndex | QPersistentModelIndex
PLACE, CHANGE, NAME, POINTS, WON, REVENUE, CONVERSION = range(7)
PERSON = Qt.ItemDataRole.UserRole
"""The Standing of a row."""
_TEXTS = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
_AVATAR = 24


class RankingModel(RowsModel):
    """Standings by position. Colours only repeat what the arrow says."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Standing, ...] = ()
        self._currency = ""
        self._me = 0
        self._headers = ["#", "", tr("Name"), tr("Points"), tr("Deals won"), tr("Revenue"), tr("Conversion")]

    def show_rows(self, rows: tuple[Standing, ...], currency: str, me: int) -> None:
        """Shows other standings; ``me`` is the id of the row that is one's own, 0 for none."""
        same = [each.id for each in rows] == [each.id for each in self._rows]
        if not same:
            self.beginResetModel()
        self._rows, self._currency, self._me = rows, currency, me
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._headers) - 1))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Column names; what the conversion is."""
        if role == Qt.ItemDataRole.ToolTipRole and orientation is Qt.Orientation.Horizontal and section == CONVERSION:
            return tr("Share of the leads of this time that became won deals")
        return super().headerData(section, orientation, role)

    def is_figure(self, column: int) -> bool:
        """From the points on."""
        return column >= POINTS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; the change in words for whoever listens."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        each, column = self._rows[index.row()], index.column()
        if role in _TEXTS:
            if column == CHANGE and role == Qt.ItemDataRole.AccessibleTextRole:
                return words.change_text(each)
            return self._text(each, column)
        if role == PERSON:
            return each
        if role == Qt.ItemDataRole.ToolTipRole and column == CHANGE:
            return words.change_text(each)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(self.side(column))
        if role == Qt.ItemDataRole.ForegroundRole and column == CHANGE:
            colour = {Change.UP: tokens().won, Change.DOWN: tokens().lost}.get(each.change, tokens().muted)
            return QColor(colour)
        if role == Qt.ItemDataRole.FontRole and (each.id == self._me or column == POINTS):
            return font(bold=True)
        return None

    def _text(self, each: Standing, column: int) -> str:
        score = each.score
        if column == CONVERSION:
            return "–" if score.conversion is None else percent(score.conversion * 100)
        if column == REVENUE:
            return money(score.revenue, self._currency)
        return (
            number(each.position), words.change_sign(each), " ".join(each.name[:400].split()), number(score.points),
            number(score.won),
        )[column]  # fmt: skip

    def mine(self, row: int) -> bool:
        """Whether a row is one's own."""
        return 0 <= row < len(self._rows) and self._rows[row].id == self._me


class NameDelegate(QStyledItemDelegate):
    """A name behind its avatar, as on the board."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Leaves room for the disc."""
        super().initStyleOption(option, index)
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        option.decorationSize = QSize(_AVATAR + 4, _AVATAR)
        option.decorationPosition = QStyleOptionViewItem.Position.Left

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The name, and the disc in the room before it."""
        super().paint(painter, option, index)
        each = index.data(PERSON)
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        room = shown.widget.style().subElementRect(
            QStyle.SubElement.SE_ItemViewItemDecoration, shown, shown.widget
        )  # fmt: skip
        box = QRectF(room.x(), room.center().y() - _AVATAR / 2 + 0.5, _AVATAR, _AVATAR)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(AVATARS[each.id % len(AVATARS)]))
        painter.drawEllipse(box)
        painter.setPen(QColor("white"))
        painter.setFont(font(9, bold=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, initials(each.name))
        painter.restore()
