"""The agenda as a list: overdue ones first, then day by day, those without a day last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QIcon, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from ...config import resources_dir
from ...domain.activities import ActivityState
from ...domain.agenda import Agenda, Item, Key
from ...i18n import tr
from ..activities.words import RECURS, STATES, day_name
from ..icons import icon
from ..parts import on_theme
from ..theme import font, theme, tokens
from .tiles import Look
from .words import spoken, times

Index = QModelIndex | QPersistentModelIndex
DAY, TIME, NAME, ABOUT, WHO, STATE = range(6)
_ROW = 34


class AgendaListModel(QAbstractTableModel):
    """A row for each item; only rows that come, go or differ are told of."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._rows: list[Item] = []
        self._icons: dict[tuple[str, str], QIcon] = {}
        theme().changed.connect(self._icons.clear)

    def show_agenda(self, agenda: Agenda) -> None:
        """Shows what was found."""
        before = {item.key for item in agenda.overdue}
        rows = [*agenda.overdue, *(item for item in agenda.items if item.key not in before), *agenda.undated]
        old, keys = self._rows, [item.key for item in rows]
        kept = [item.key for item in old]
        head = next((n for n, (a, b) in enumerate(zip(kept, keys, strict=False)) if a != b), min(len(kept), len(keys)))
        most = min(len(kept), len(keys)) - head
        tail = next((n for n in range(most) if kept[-1 - n] != keys[-1 - n]), most)
        if len(old) - tail > head:
            self.beginRemoveRows(QModelIndex(), head, len(old) - tail - 1)
            self._rows = old[:head] + old[len(old) - tail :]
            self.endRemoveRows()
        if len(rows) - tail > head:
            self.beginInsertRows(QModelIndex(), head, len(rows) - tail - 1)
            self._rows = rows
            self.endInsertRows()
        self._rows = rows
        for row, item in enumerate(rows):
            if not head <= row < len(rows) - tail and item != old[row if row < head else row - len(rows) + len(old)]:
                self.dataChanged.emit(self.index(row, 0), self.index(row, STATE))

    def refresh(self) -> None:
        """Now is later: states may be others."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, STATE))

    def item(self, row: int) -> Item | None:
        """The item of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, key: Key) -> int:
        """The row of an item, -1 for none."""
        return next((row for row, item in enumerate(self._rows) if item.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Items."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Day, time, name, what it is about, who, state."""
        return 0 if parent.isValid() else STATE + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns."""
        if orientation is Qt.Orientation.Vertical or not 0 <= section <= STATE:
            return None
        names = (tr("Day"), tr("Time"), tr("Activity"), tr("About"), tr("Person"), tr("State"))
        if role == Qt.ItemDataRole.DisplayRole:
            return names[section]
        return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) if role == _ALIGNED else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, the kind's picture, and how the state looks."""
        item = self.item(index.row()) if index.isValid() else None
        if item is None:
            return None
        state, column = item.state(self.look.now), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(item, state, column, self.look.now)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == DAY:
            return spoken(item, self.look.kinds, self.look.now)
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return self._picture(item, STATES[state][1])
        if role == Qt.ItemDataRole.FontRole and column == NAME and state is ActivityState.DONE:
            struck = QFont(font())
            struck.setStrikeOut(True)
            return struck
        if role == Qt.ItemDataRole.ForegroundRole:
            pale = column not in (NAME, STATE) or item.again or item.activity.done
            return QColor(getattr(tokens(), "muted" if pale else STATES[state][1] if column == STATE else "text"))
        return None

    @staticmethod
    def _text(item: Item, state: ActivityState, column: int, now: datetime) -> str:
        each = item.activity
        if column == DAY:
            return day_name(item.day, now.date()) if item.day else tr("no date")
        if column == STATE:
            return f"{RECURS} {tr('to come')}" if item.again else f"{STATES[state][0]} {tr(STATES[state][2])}"
        text = {TIME: times(item), NAME: each.subject, ABOUT: each.about, WHO: each.assignee}[column]
        return " ".join(text[:400].split())

    def _picture(self, item: Item, ink: str) -> QIcon:
        kind = self.look.kinds.get(item.activity.kind)
        name = kind.icon if kind and (resources_dir() / "icons" / f"{kind.icon}.svg").exists() else "check"
        if (name, ink) not in self._icons:
            self._icons[name, ink] = icon(name, ink, size=15)
        return self._icons[name, ink]


_ALIGNED = Qt.ItemDataRole.TextAlignmentRole


class AgendaList(QTableView):
    """The list; its signals are those of the painted views.

    Signals:
        open_requested(item), done_requested(item), postpone_requested(item), delete_requested(item),
        menu_requested(item, point), period_requested(step).
    """

    open_requested = Signal(object)
    done_requested = Signal(object)
    postpone_requested = Signal(object)
    delete_requested = Signal(object)
    menu_requested = Signal(object, object)
    period_requested = Signal(object)
    letters_are_shortcuts = True

    def __init__(self, name: str, look: Look) -> None:
        super().__init__()
        self.rows = AgendaListModel(look, self)
        self.empty_text = ""
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column in (NAME, ABOUT):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column, width in ((DAY, 110), (TIME, 104), (WHO, 120), (STATE, 110)):
            header.resizeSection(column, width)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.doubleClicked.connect(lambda index: self._ask(self.open_requested, index.row()))
        on_theme(self, self.viewport().update)

    def show_agenda(self, agenda: Agenda) -> None:
        """Shows what was found, with names where there are several; the first row is the keyboard's to begin with."""
        self.setColumnHidden(WHO, not self.rows.look.names)
        self.rows.show_agenda(agenda)
        if not self.currentIndex().isValid() and self.rows.rowCount():
            self.setCurrentIndex(self.rows.index(0, 0))
        self.viewport().update()

    def _ask(self, signal: Any, row: int) -> None:
        item = self.rows.item(row)
        if item is not None:
            signal.emit(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters do what the menu does; up and down go from row to row."""
        key, row = Qt.Key(event.key()), self.currentIndex().row()
        asks = {
            Qt.Key.Key_Return: self.open_requested, Qt.Key.Key_Enter: self.open_requested,
            Qt.Key.Key_Space: self.done_requested, Qt.Key.Key_D: self.done_requested,
            Qt.Key.Key_S: self.postpone_requested, Qt.Key.Key_Delete: self.delete_requested,
        }  # fmt: skip
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and key in asks:
            self._ask(asks[key], row)
        elif plain and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.period_requested.emit(1 if key == Qt.Key.Key_PageDown else -1)
        elif plain and event.text().strip().isalnum():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the row under the pointer, or of the one the keyboard is on."""
        mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if mouse else self.currentIndex()
        item = self.rows.item(index.row())
        if item is not None:
            self.setCurrentIndex(index)
            below: QPoint = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            self.menu_requested.emit(item, event.globalPos() if mouse else below)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows, or what stands here while there are none."""
        super().paintEvent(event)
        if self.rows.rowCount() or not self.empty_text:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(tokens().muted))
        painter.setFont(font())
        area = self.viewport().rect().adjusted(40, 0, -40, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty_text)
        painter.end()
