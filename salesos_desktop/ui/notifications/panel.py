"""The panel under the bell: the newest notifications, read and unread."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from ...domain.changes import Notice
from ...i18n import date_time, tr
from ...services.messages import render
from ..parts import button, label
from ..theme import BODY, SMALL, font, tokens
from ..top_bar import Bell

Index = QModelIndex | QPersistentModelIndex
WIDTH, HEIGHT = 400, 460


class NoticeModel(QAbstractTableModel):
    """Notifications, newest first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._notices: list[Notice] = []

    def show_notices(self, notices: list[Notice]) -> None:
        """Shows these."""
        self.beginResetModel()
        self._notices = notices
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Notifications that are shown."""
        return 0 if parent.isValid() else len(self._notices)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """One."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The notification, and its texts for readers."""
        if not index.isValid() or index.row() >= len(self._notices):
            return None
        notice = self._notices[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return notice
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return render(notice.title)
        return render(notice.body) if role == Qt.ItemDataRole.AccessibleDescriptionRole else None


class NoticeDelegate(QStyledItemDelegate):
    """Title, rest, time; a dot while unread."""

    def __init__(self, zone: tzinfo | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._zone = zone

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Three lines."""
        return QSize(WIDTH, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One notification."""
        notice = index.data(Qt.ItemDataRole.UserRole)
        t, rect = tokens(), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.fillRect(rect, QColor(t.accent_soft))
        painter.setPen(QColor(t.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        y = rect.y() + 8
        lines = (
            (render(notice.title), font(BODY, bold=not notice.read), t.text),
            (render(notice.body), font(12), t.muted),
            (date_time(notice.at, self._zone), font(SMALL), t.muted),
        )
        for text, face, ink in lines:
            metrics = QFontMetrics(face)
            painter.setFont(face)
            painter.setPen(QColor(ink))
            box = QRect(rect.x() + 26, y, rect.width() - 36, metrics.height())
            shown = metrics.elidedText(" ".join(text[:400].split()), Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
            y += metrics.height() + 1
        if not notice.read:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent))
            painter.drawEllipse(rect.x() + 10, rect.y() + 13, 8, 8)
        painter.restore()


def row_height() -> int:
    """Height of one notification."""
    return sum(QFontMetrics(font(size)).height() for size in (BODY, 12, SMALL)) + 20


class NoticePanel(QFrame):
    """Floats under the bell.

    Signals:
        opened(notice): the person chose one.
        all_read(): the person has read them all.
    """

    opened = Signal(object)
    all_read = Signal()

    def __init__(self, parent: QWidget, zone: tzinfo | None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toast")
        self._before: QWidget | None = None
        self.model = NoticeModel(self)
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(NoticeDelegate(zone, self.view))
        for header in (self.view.horizontalHeader(), self.view.verticalHeader()):
            header.hide()
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.setShowGrid(False)
        self.view.setMouseTracking(True)
        self.view.setTabKeyNavigation(False)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setAccessibleName(tr("Notifications"))
        self.view.clicked.connect(self._on_chosen)
        self.view.activated.connect(self._on_chosen)
        self._empty = label(tr("Nothing yet. Moves, wins and losses of your team appear here."), "muted", wrap=True)
        head = QHBoxLayout()
        head.addWidget(label(tr("Notifications"), "heading"))
        head.addStretch(1)
        head.addWidget(button(tr("Mark all as read"), self.all_read.emit, "link"))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 8, 8)
        column.addLayout(head)
        column.addWidget(self._empty)
        column.addWidget(self.view, 1)
        self.setFixedSize(WIDTH, HEIGHT)
        self.hide()

    def show_notices(self, notices: list[Notice]) -> None:
        """Shows these, newest first."""
        self.view.verticalHeader().setDefaultSectionSize(row_height())
        self.model.show_notices(notices)
        self._empty.setVisible(not notices)
        self.view.setVisible(bool(notices))

    def _on_chosen(self, index: QModelIndex) -> None:
        notice = index.data(Qt.ItemDataRole.UserRole)
        if notice is not None:
            self.opened.emit(notice)

    def showEvent(self, event: QShowEvent) -> None:
        """Remembers where the keyboard was."""
        self._before = QApplication.focusWidget()
        super().showEvent(event)
        self._app().installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        """Gives the keyboard back."""
        super().hideEvent(event)
        self._app().removeEventFilter(self)
        if self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus()

    @staticmethod
    def _app() -> QObject:
        app = QApplication.instance()
        assert app is not None
        return app

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While it is open: Esc closes it wherever the keyboard is, and so does a click beside it, which is not lost."""
        if QApplication.activePopupWidget() is None and QApplication.activeModalWidget() is None:
            if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                if event.type() is QEvent.Type.KeyPress:
                    self.hide()
                    return True
            elif isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseButtonPress:
                beside = not self.rect().contains(self.mapFromGlobal(event.globalPosition().toPoint()))
                # The bell closes it by itself.
                if beside and isinstance(watched, QWidget) and not isinstance(watched, Bell):
                    self.hide()
        return super().eventFilter(watched, event)
