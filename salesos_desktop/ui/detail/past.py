"""A record as it was at the end of a past day, to look at: what it said, what hung on it, and what is otherwise now."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...errors import NotFound
from ...i18n import long_date, ntr, tr
from ...services import past, restoring
from ...services.past import Past, Was
from ..dates import date_edit
from ..parts import button, label, on_theme
from ..session import Session
from ..theme import font, tokens
from .change_texts import field_name, value_text


class PastView(QWidget):
    """Stands in the place of the tabs, with a banner that says of which day it is and leads back.

    Signals:
        left(): back to the record as it is.
        shown(past): a day has arrived.
        restore_requested(path, kept, currency): put a field back (services/restoring.py).
    """

    left = Signal()
    shown = Signal(object)
    restore_requested = Signal(object, object, object)

    def __init__(self, session: Session, table: str) -> None:
        super().__init__()
        self._session, self._table, self._row_id = session, table, 0
        self._seen: tuple[int, date] | None = None
        self.past: Past | None = None
        banner = QFrame()
        banner.setProperty("role", "notice")
        self._said, self._changed = label("", "heading", wrap=True), label("", wrap=True)
        self.day = date_edit(session.today)
        self.day.setAccessibleName(tr("As it was at the end of"))
        self.day.dateChanged.connect(lambda _: self._ask())
        self._earlier = button("‹", lambda: self._go(-1))
        self._later = button("›", lambda: self._go(1))
        self._earlier.setAccessibleName(tr("The day before"))
        self._later.setAccessibleName(tr("The day after"))
        self.back = button(tr("Back to today"), self.left.emit, "primary")
        self.back.setAutoDefault(False)
        row = QHBoxLayout()
        for widget in (self._earlier, self.day, self._later):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.back)
        inside = QVBoxLayout(banner)
        inside.setContentsMargins(14, 10, 14, 10)
        inside.addWidget(self._said)
        inside.addWidget(self._changed)
        inside.addLayout(row)
        self.table = QTableWidget(0, 3)
        self._set_up_table()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(banner)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.restore_button, 0, Qt.AlignmentFlag.AlignRight)
        self.hide()
        session.changed.connect(self._on_changed)
        on_theme(self, lambda: self.past and self._show(self.past))

    def _set_up_table(self) -> None:
        self.table.setHorizontalHeaderLabels([tr("Field"), tr("Then"), tr("Now")])
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setAccessibleName(tr("The record as it was"))
        for column in range(3):
            self.table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.restore_button = button(tr("Back to this value"), self._restore)
        self.restore_button.setEnabled(False)
        self.table.itemSelectionChanged.connect(lambda: self.restore_button.setEnabled(self._chosen() is not None))

    def show_day(self, row_id: int, day: date) -> None:
        """Shows a record at the end of a day."""
        self._row_id = row_id
        self.day.blockSignals(True)
        self.day.setMaximumDate(_qdate(self._session.today))
        self.day.setDate(_qdate(min(day, self._session.today)))
        self.day.blockSignals(False)
        self.show()
        header = self.table.horizontalHeader()
        header.setFixedHeight(header.sizeHint().height())
        self.day.setFocus()
        self._ask()

    def leave(self) -> None:
        """Shows nothing any more."""
        self._row_id, self.past, self._seen = 0, None, None
        self.hide()

    def _go(self, days: int) -> None:
        self.day.setDate(self.day.date().addDays(days))

    def _ask(self) -> None:
        day: Any = self.day.date().toPython()
        row_id = self._row_id
        if row_id:
            self._session.ask(
                past.as_of, self._table, row_id, day, done=lambda found: self._on_read(row_id, day, found),
                failed=self._on_failed,
            )  # fmt: skip

    def _on_read(self, row_id: int, day: date, found: Past) -> None:
        if (row_id, day) == (self._row_id, self.day.date().toPython()):
            self.past = found
            self._show(found)
            self.shown.emit(found)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, NotFound):
            raise error
        self.left.emit()

    def _show(self, found: Past) -> None:
        self._later.setEnabled(found.day < self._session.today)
        there = found.row is not None
        self._said.setText(tr("As it was on {day}, to look at only").format(day=long_date(found.day)))
        count = found.changed
        said = ntr("{count} thing has changed since.", "{count} things have changed since.", count).format(count=count)
        nothing = tr("It was not there yet. Go to a later day.")
        self._changed.setText(nothing if not there else said if count else tr("Nothing has changed since."))
        seen, kept = (found.id, found.day), self.table.verticalScrollBar().value()
        self.table.setRowCount(0)
        rows = [each for each in (*found.fields, *found.lines) if each.field != "deleted_at" or each.then]
        self.table.setRowCount(len(rows))
        for number, each in enumerate(rows):
            self._show_row(number, each, found)
        self.table.resizeRowsToContents()
        # So that it can be scrolled as far as the rows go now.
        self.table.doItemsLayout()
        if seen == self._seen:
            self.table.verticalScrollBar().setValue(kept)
        else:
            self._seen = seen
            self._go_to_change(next((number for number, each in enumerate(rows) if each.then != each.now), 0))

    def _go_to_change(self, number: int) -> None:
        """Brings a row into sight, with a line or two above it."""
        if self.table.rowCount():
            self.table.scrollToItem(self.table.item(max(0, number - 2), 0), QTableWidget.ScrollHint.PositionAtTop)

    def _show_row(self, number: int, each: Was, found: Past) -> None:
        own = self._session.workspace.currency
        then = value_text(each.field, each.then, found.currency or own)
        now = value_text(each.field, each.now, found.currency_now or own)
        changed = each.then != each.now
        for column, text in enumerate((field_name(each.field), then, now if changed else "")):
            item = QTableWidgetItem(text[:2000])
            item.setData(Qt.ItemDataRole.UserRole, each)
            item.setData(Qt.ItemDataRole.ToolTipRole, text.replace("&", "&amp;").replace("<", "&lt;")[:4000])
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            if column == 0:
                item.setForeground(_brush(tokens().muted))
            elif changed:
                item.setFont(font(bold=True))
                item.setForeground(_brush(tokens().text if column == 1 else tokens().accent))
            self.table.setItem(number, column, item)

    def _chosen(self) -> Was | None:
        """The field that is selected, if it can go back and is otherwise now."""
        items = self.table.selectedItems()
        each: Was | None = items[0].data(Qt.ItemDataRole.UserRole) if items else None
        wanted = each is not None and each.then != each.now and restoring.possible(self._table, each.path)
        return each if wanted else None

    def _restore(self) -> None:
        each = self._chosen()
        if each is not None and self.past is not None:
            self.restore_requested.emit(each.path, each.kept, self.past.currency)

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._row_id and self.isVisible() and (changes.bulk or changes.changes):
            self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leads back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _brush(colour: str) -> QBrush:
    return QBrush(QColor(colour))
