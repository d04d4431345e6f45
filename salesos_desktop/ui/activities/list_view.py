"""A list of activities: a box to tick, what it is, when, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QIcon, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ...domain.activities import Activity, ActivityState
from ...i18n import short_date, tr
from ...services import recurrence
from ..icons import icon
from ..parts import on_theme
from ..session import Session
from ..theme import BODY, font, metrics, tokens
from ..two_lines import TwoLineTable, put, row_height
from . import words
from .kind_row import kind_icon

Index = QModelIndex | QPersistentModelIndex
_BOX, _ICON = 16, 16
_EDGE = 10
ACTIVITY = Qt.ItemDataRole.UserRole
STATE = Qt.ItemDataRole.UserRole + 1
LINES = Qt.ItemDataRole.UserRole + 2


class ActivityModel(QAbstractTableModel):
    """Activities in the order they come."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows: list[Activity] = []
        self._icons: dict[str, str] = {}

    def show(self, activities: Sequence[Activity], icons: dict[str, str]) -> None:
        """Shows these; ``icons`` has the picture of each kind."""
        self.beginResetModel()
        self._rows, self._icons = list(activities), icons
        self.endResetModel()

    def activity(self, row: int) -> Activity | None:
        """The activity of a row, None where there is none."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, activity_id: int) -> int:
        """Where an activity stands, -1 where it does not."""
        return next((n for n, each in enumerate(self._rows) if each.id == activity_id), -1)

    def picture(self, activity: Activity) -> str:
        """Name of the picture of its kind."""
        return kind_icon(self._icons.get(activity.kind, ""))

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Activities that are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """One."""
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be ticked."""
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsUserCheckable if index.isValid() else usual

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The activity, its lines, and its texts for readers."""
        each = self.activity(index.row()) if index.isValid() else None
        if each is None:
            return None
        if role == ACTIVITY:
            return each
        if role == STATE:
            return self._state(each)
        if role == LINES:
            return self._lines(each)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return each.subject
        if role in (Qt.ItemDataRole.AccessibleDescriptionRole, Qt.ItemDataRole.ToolTipRole):
            right, below = self._lines(each)
            said = ", ".join(part for part in (right, below, each.note[:600]) if part)
            return said if role != Qt.ItemDataRole.ToolTipRole else said.replace("&", "&amp;").replace("<", "&lt;")
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if each.done else Qt.CheckState.Unchecked
        return None

    def _now(self) -> datetime:
        return self._session.workspace.clock.now()

    def _state(self, each: Activity) -> ActivityState:
        return each.state(self._now(), self._session.workspace.clock.zone())

    def _lines(self, each: Activity) -> tuple[str, str]:
        """What stands at the right of the first line, and the second line."""
        zone, today = self._session.workspace.clock.zone(), self._session.today
        state = self._state(each)
        sign, _, name = words.STATES[state]
        if each.done_at is not None:
            right = f"{sign} {short_date(each.done_at.astimezone(zone).date(), today.year)}"
            return right, " · ".join(part for part in (each.outcome or tr("done"), each.assignee) if part)
        again = f"{words.RECURS} {recurrence.words(each.recurrence)}" if each.recurrence else ""
        said = f"{sign} {tr(name)}"
        with_whom = ", ".join(who.name for who in each.participants)
        parts = (said, each.assignee, again, each.place, with_whom)
        return words.when(each, today, zone), " · ".join(part for part in parts if part)


class ActivityDelegate(QStyledItemDelegate):
    """Two lines beside a box; the colour of a state never stands without its sign."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures: dict[str, QIcon] = {}
        on_theme(parent, self._pictures.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Two lines."""
        return QSize(200, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One activity."""
        activity, state = index.data(ACTIVITY), index.data(STATE)
        if activity is None:
            return
        t, rect = tokens(), option.rect
        right, below = index.data(LINES)
        colour = getattr(t, words.STATES[state][1])
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(t.accent_soft))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(t.sunken))
        painter.setPen(QColor(t.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        _draw_box(painter, box_rect(rect), activity.done)
        high, low = metrics(BODY, bold=True).height(), metrics(12).height()
        left = rect.x() + _EDGE + _BOX + 10
        name = index.model().picture(activity)  # type: ignore[attr-defined]
        if name not in self._pictures:
            self._pictures[name] = icon(name, size=_ICON)
        self._pictures[name].paint(painter, QRect(left, rect.y() + 8 + (high - _ICON) // 2, _ICON, _ICON))
        left += _ICON + 8
        when_width = min(metrics(12).horizontalAdvance(right) + 8, rect.width() // 2)
        ink = t.muted if activity.done else t.text
        line = QRect(left, rect.y() + 8, rect.right() - left - when_width - 10, high)
        put(painter, font(BODY, bold=not activity.done), ink, line, activity.subject)
        when = QRect(rect.right() - when_width - 4, rect.y() + 8, when_width, high)
        put(painter, font(12), colour if state is not ActivityState.PLANNED else t.muted, when, right, right=True)
        second = QRect(left, rect.y() + 10 + high, rect.right() - left - 8, low)
        put(painter, font(12), t.muted if activity.done or state is ActivityState.PLANNED else colour, second, below)
        painter.restore()


def _draw_box(painter: QPainter, box: QRect, done: bool) -> None:
    t = tokens()
    painter.setPen(QPen(QColor(t.accent if done else t.faint), 1.4))
    painter.setBrush(QColor(t.accent if done else t.surface))
    painter.drawRoundedRect(box, 4, 4)
    if done:
        painter.setPen(QPen(QColor(t.on_accent), 2))
        x, y = box.x(), box.y()
        painter.drawPolyline([QPoint(x + 4, y + 8), QPoint(x + 7, y + 11), QPoint(x + 12, y + 5)])


def box_rect(rect: QRect) -> QRect:
    """Where the box of a row is."""
    top = rect.y() + 8 + (metrics(BODY, bold=True).height() - _BOX) // 2
    return QRect(rect.x() + _EDGE, top, _BOX, _BOX)


class ActivityList(TwoLineTable):
    """The rows. Space or a click on the box ticks, Enter or a double click edits, S puts off, Delete deletes, right click or
    the menu key shows what can be done.

    Signals:
        ticked(activity), opened(activity), postponed(activity, point), deleted(activity), menu_requested(activity, point)
    """

    ticked = Signal(object)
    opened = Signal(object)
    postponed = Signal(object, object)
    deleted = Signal(object)
    menu_requested = Signal(object, object)

    def __init__(self, model: ActivityModel) -> None:
        super().__init__(model, tr("Activities"))
        self._model = model
        self.paint_with(ActivityDelegate(self))
        self.setMouseTracking(True)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(ACTIVITY)))

    def current(self) -> Activity | None:
        """The activity that the keyboard is on."""
        found: Activity | None = self.currentIndex().data(ACTIVITY) if self.currentIndex().isValid() else None
        return found

    def select(self, row: int) -> None:
        """Takes the keyboard's place to a row."""
        if self.model().rowCount():
            self.setCurrentIndex(self._model.index(max(0, min(row, self._model.rowCount() - 1)), 0))

    def _below(self, activity: Activity) -> QPoint:
        rect = self.visualRect(self._model.index(self._model.row_of(activity.id), 0))
        return self.viewport().mapToGlobal(rect.bottomLeft() + QPoint(_EDGE + _BOX, 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The box ticks."""
        index = self.indexAt(event.position().toPoint())
        inside = box_rect(self.visualRect(index)).adjusted(-6, -6, 6, 6).contains(event.position().toPoint())
        super().mousePressEvent(event)
        if index.isValid() and inside and event.button() is Qt.MouseButton.LeftButton:
            self.ticked.emit(index.data(ACTIVITY))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click on the box is no request to edit."""
        index = self.indexAt(event.position().toPoint())
        if not box_rect(self.visualRect(index)).adjusted(-6, -6, 6, 6).contains(event.position().toPoint()):
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        activity = self.current() if by_key else self.indexAt(event.pos()).data(ACTIVITY)
        if activity is not None:
            self.menu_requested.emit(activity, self._below(activity) if by_key else event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space, Enter, S, Delete."""
        activity, plain = self.current(), not event.modifiers()
        if activity is None or not plain:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            self.ticked.emit(activity)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(activity)
        elif event.key() == Qt.Key.Key_Delete:
            self.deleted.emit(activity)
        elif event.key() == Qt.Key.Key_S and not activity.done:
            self.postponed.emit(activity, self._below(activity))
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """The hover follows the pointer out."""
        if event.type() is QEvent.Type.Leave:
            self.viewport().update()
        return super().viewportEvent(event)
