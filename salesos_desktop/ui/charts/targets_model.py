"""The sheet of a period as a table: targets and calls are typed into their cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont

from ...domain.rights import Rights
from ...i18n import N_, amount_for_edit, money, percent, short_date, tr
from ...services.outlook.sheet import Line
from ...services.outlook.targets import Whose
from ..board.figure_texts import round_units
from ..theme import font, tokens

Index = QModelIndex | QPersistentModelIndex

WHO, TARGET, WON, EXPECTED, CALL, SAID, ADJUSTED = range(7)
_HEADERS = (
    N_("Who"), N_("Target"), N_("Won"), N_("Expected"), N_("Own call"), N_("Said on"), N_("Adjusted"),
)  # fmt: skip


class TargetsModel(QAbstractTableModel):
    """Everybody, teams, people. What is typed is not kept here: whoever follows ``typed`` has it written.

    Signals:
        typed(line, column, text): a cell was edited, TARGET, CALL or ADJUSTED.
    """

    typed = Signal(object, object, object)

    def __init__(self, currency: str, parent: QObject | None = None, rights: Rights = Rights()) -> None:
        super().__init__(parent)
        self._currency, self._rights = currency, rights
        self.lines: Sequence[Line] = ()
        self._today = date.min
        self._zone: tzinfo | None = None

    def show_lines(self, lines: Sequence[Line], today: date, zone: tzinfo | None) -> None:
        """Shows these; where they are of the same people only the cells are told."""
        same = [line.whose for line in lines] == [line.whose for line in self.lines]
        self._today, self._zone = today, zone
        if same:
            self.lines = lines
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(_HEADERS) - 1))
            return
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Column names."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(_HEADERS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(_HEADERS[section])
        return int(_side(section)) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A target and an adjustment for everyone, a call for people; as far as the role goes."""
        flags = super().flags(index)
        if not index.isValid():
            return flags
        editable = may_say(self._rights, self.lines[index.row()].whose, index.column())
        return flags | Qt.ItemFlag.ItemIsEditable if editable else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; amounts to edit them; what is out of date in the colour of a warning."""
        if not index.isValid():
            return None
        line, column = self.lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, column)
        if role == Qt.ItemDataRole.EditRole:
            return amount_for_edit(self._amount(line, column), self._currency)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_side(column))
        if role == Qt.ItemDataRole.FontRole:
            return self._font(line)
        stale = column == SAID and line.call is not None and line.call.stale
        return QColor(tokens().warn) if role == Qt.ItemDataRole.ForegroundRole and stale else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tells what was typed."""
        if role != Qt.ItemDataRole.EditRole or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        if str(value).strip() != self.data(index, Qt.ItemDataRole.EditRole):
            self.typed.emit(self.lines[index.row()], index.column(), str(value))
        return True

    def _font(self, line: Line) -> QFont | None:
        """Everybody and teams stand out."""
        return font(13, bold=True) if line.whose.person_id is None else None

    def _amount(self, line: Line, column: int) -> int | None:
        if column == CALL:
            return line.call.history[0].amount if line.call else None
        if column == ADJUSTED:
            return line.adjusted[0].amount if line.adjusted else None
        return {TARGET: line.target, WON: line.computed.won, EXPECTED: line.computed.expected}.get(column)

    def _text(self, line: Line, column: int) -> str:
        if column == WHO:
            return line.name or tr("Everybody")
        if column == SAID:
            return self._said(line)
        amount = self._amount(line, column)
        if amount is None:
            return "" if column == CALL and line.whose.person_id is None else "—"
        text = money(round_units(amount, self._currency), self._currency)
        if column == WON and line.target:
            text += f"  {percent(round(100 * amount / line.target))}"
        return text

    def _said(self, line: Line) -> str:
        if line.call is None:
            return ""
        day = short_date(line.call.history[0].at.astimezone(self._zone).date(), self._today.year)
        return f"{day} · {tr('not up to date')}" if line.call.stale else day


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column in (WHO, SAID) else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def may_say(rights: Rights, whose: Whose, column: int) -> bool:
    """Whether a person may set a target, give a call or adjust, by the column; TARGET, CALL or ADJUSTED."""
    if column == TARGET:
        return rights.configure
    if column == CALL:
        return rights.write and whose.person_id is not None and rights.reaches(whose.person_id)
    named = whose.person_id is not None or whose.team_id is not None
    return column == ADJUSTED and rights.adjust and (named or rights.configure)
