"""The Historial tab: everything that happened to a record, newest first, under its days, with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from ...domain.changes import ChangeSet
from ...i18n import long_date, short_date, tr
from ...services import board, past, restoring, stays
from ...services.timeline import Entry, Kind
from ..boxes import ComboBox
from ..parts import button, label
from ..session import Session
from ..two_lines import TwoLineTable
from .change_texts import KINDS, Line, field_name, same_as_now, value_text
from .time_spent import TimeSpentBar
from .timeline_model import Sought, TimelineModel, nothing_text
from .timeline_rows import TimelineDelegate

_TYPING_MS = 200
_SPENT = ("opportunity", "lead")


class TimelineView(TwoLineTable):
    """Lines that fold out with Enter, are copied with Ctrl+C and have a menu.

    Signals:
        menu_requested(line, point): what can be done about a line, at a place on the screen.
    """

    menu_requested = Signal(object, object)

    def __init__(self, model: TimelineModel) -> None:
        super().__init__(model, tr("History"))
        self._model, self._delegate = model, TimelineDelegate(self)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        model.rowsInserted.connect(lambda _, first, last: self._fit_rows(first, last))
        model.modelReset.connect(self._delegate.unfolded.clear)
        self.paint_with(self._delegate)

    def line(self) -> Line | None:
        """The line the keyboard is on."""
        found = self._model.row(self.currentIndex().row())
        return found if isinstance(found, Line) else None

    def toggle(self, number: int) -> None:
        """Shows all that the line in a row changed, or no longer."""
        found = self._model.row(number)
        if isinstance(found, Line) and found.folds:
            self._delegate.unfolded ^= {found.step.number}
            self._fit_rows(number, number)
            self.viewport().update()

    def fit(self) -> None:
        """Rows that are not as high as the others, too."""
        super().fit()
        self._fit_rows(0, self._model.rowCount() - 1)

    def _fit_rows(self, first: int, last: int) -> None:
        """Gives rows that are not as high as a folded line their height."""
        for number in range(first, last + 1):
            wanted = self._delegate.height_of(self._model.row(number), self.viewport().width())
            if self.rowHeight(number) != wanted:
                self.verticalHeader().resizeSection(number, wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Unfolded texts break anew."""
        super().resizeEvent(event)
        if self._delegate.unfolded:
            self._fit_rows(0, self._model.rowCount() - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the space bar fold out and in, Ctrl+C copies."""
        line, number = self.line(), self.currentIndex().row()
        if line is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggle(number)
        elif line is not None and event.matches(QKeySequence.StandardKey.Copy):
            self.copy(line)
        else:
            super().keyPressEvent(event)

    def copy(self, line: Line) -> None:
        """A line with all of its changes, as text."""
        day = self._model.day_of(self.currentIndex().row())
        QApplication.clipboard().setText(line.whole("" if day is None else long_date(day)))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Folds out and in."""
        self.toggle(self.indexAt(event.position().toPoint()).row())

    def _on_menu(self, point: QPoint) -> None:
        at = self.indexAt(point)
        if at.isValid() and isinstance(self._model.row(at.row()), Line):
            self.setCurrentIndex(at)
        elif self.line() is not None:
            # The menu key, which does not point anywhere.
            point = self.visualRect(self.currentIndex()).center()
        line = self.line()
        if line is not None:
            self.menu_requested.emit(line, self.viewport().mapToGlobal(point))


class TimelinePane(QWidget):
    """Time in stages, what narrows the list, and the list.

    ``row`` has the columns of the record as they are, for its menu offers only what would change something.

    Signals:
        past_requested(day): show the record as it was on a day.
        restore_requested(path, kept, currency): put a field back (services/restoring.py).
        stage_requested(stage_id): move the deal.
        record_requested(table, id): show another record.
    """

    past_requested = Signal(object)
    restore_requested = Signal(object, object, object)
    stage_requested = Signal(object)
    record_requested = Signal(object, object)

    def __init__(self, session: Session, table: str) -> None:
        super().__init__()
        self._session, self._table, self._row_id = session, table, 0
        self.row: dict[str, Any] | None = None
        self.restores = True
        self._stale = True
        self.model = TimelineModel(session, table)
        self.model.setParent(self)
        self.kinds, self.people, self.search = ComboBox(), ComboBox(), QLineEdit()
        self.everything = QCheckBox(tr("Contacts and opportunities, too"))
        self.spent = TimeSpentBar(session.workspace.clock.zone())
        self.view = TimelineView(self.model)
        self.view.menu_requested.connect(lambda line, point: self.menu_of(line).popup(point))
        self._nothing = label("", "muted", wrap=True)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._seek)
        self._set_up()
        self.model.read.connect(self._on_read)
        session.changed.connect(self._on_changed)

    def _set_up(self) -> None:
        self.kinds.addItem(tr("Everything"), None)
        for kind, text in KINDS.items():
            self.kinds.addItem(tr(text), kind)
        self.kinds.setAccessibleName(tr("Show"))
        self.people.setAccessibleName(tr("Changes by"))
        self.people.addItem(tr("Everybody"), None)
        self.search.setPlaceholderText(tr("Search the history"))
        self.search.setAccessibleName(tr("Search the history"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        self.kinds.activated.connect(lambda _: self._seek())
        self.people.activated.connect(lambda _: self._seek())
        self.search.textChanged.connect(lambda _: self._typing.start())
        self.everything.toggled.connect(lambda _: self._seek())
        self.then = button(tr("View as it was on…"), self._ask_day, "link")
        above, below = QHBoxLayout(), QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(self.kinds, 1)
        above.addWidget(self.people, 1)
        below.setSpacing(8)
        below.addWidget(self.search, 1)
        below.addWidget(self.then)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(self.spent)
        layout.addLayout(above)
        layout.addLayout(below)
        layout.addWidget(self.everything)
        layout.addWidget(self._nothing)
        layout.addWidget(self.view, 1)
        self._nothing.hide()
        if self._table != "company":
            self.everything.hide()

    # Showing ------------------------------------------------------------------------------------------------------

    def show_row(self, row_id: int) -> None:
        """Shows another record; it is read once the tab is looked at."""
        if row_id != self._row_id:
            self._row_id, self.row = row_id, None
            self._stale = True
            self.model.show_row(0)
            self.spent.show_stays([])
        if self.isVisible():
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        """What was not read yet is read now."""
        super().showEvent(event)
        self._read()

    def _read(self) -> None:
        if not self._row_id:
            return
        if self._stale:
            self._stale = False
            self.model.show_row(self._row_id)
            self._session.ask(board.names, "person", done=self._show_people)
        else:
            self.model.refresh()
        self._ask_spent()

    def _ask_spent(self) -> None:
        if self._table in _SPENT and self._row_id:
            row_id = self._row_id
            self._session.ask(
                stays.of, self._table, row_id,
                done=lambda found: self.spent.show_stays(found) if row_id == self._row_id else None,
            )  # fmt: skip

    def _show_people(self, people: list[board.Named]) -> None:
        chosen = self.people.currentData()
        self.people.clear()
        self.people.addItem(tr("Everybody"), None)
        for each in people:
            self.people.addItem(each.name[:60], each.id)
        self.people.setCurrentIndex(max(0, self.people.findData(chosen)))

    def _on_read(self) -> None:
        self._nothing.setText(nothing_text(self._sought()))
        self._nothing.setVisible(self.model.empty)
        self.view.setVisible(not self.model.empty)

    def _on_changed(self, changes: ChangeSet) -> None:
        """Whatever happened may be this record's: what is newer is asked for, which costs little."""
        if self._row_id and self.isVisible() and not self._stale:
            self.model.refresh()
            if changes.bulk or changes.touches(self._table):
                self._ask_spent()

    def _sought(self) -> Sought:
        kind: Kind | None = self.kinds.currentData()
        return Sought(kind, self.people.currentData(), " ".join(self.search.text().split()))

    def _seek(self) -> None:
        self._typing.stop()
        self.model.seek(self._sought(), everything=self.everything.isChecked())

    # What can be done ---------------------------------------------------------------------------------------------

    def _ask_day(self) -> None:
        row_id = self._row_id
        if row_id:
            self._session.ask(
                past.latest_other, self._table, row_id, done=lambda day: self._show_day(row_id, day)
            )  # fmt: skip

    def _show_day(self, row_id: int, latest: date) -> None:
        """The day of the line that is chosen, but none at whose end everything was as it is now."""
        chosen = self.model.day_of(self.view.currentIndex().row()) if self.view.line() is not None else None
        if row_id == self._row_id:
            self.past_requested.emit(latest if chosen is None else min(chosen, latest))

    def menu_of(self, line: Line) -> QMenu:
        """What can be done about a line."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        step = line.step
        if step.how == "" and self.restores:
            for entry in step.entries:
                self._offer_values(menu, entry)
        if menu.actions():
            menu.addSeparator()
        if line.folds:
            self._add(menu, tr("Show all of it, or less"), lambda: self.view.toggle(self.view.currentIndex().row()))
        self._add(menu, tr("Copy"), lambda: self.view.copy(line))
        if step.how:
            self._add(
                menu,
                tr("Open “{name}”").format(name=_short(step.name)),
                lambda: self.record_requested.emit(*step.subject),
            )
        day = step.at.astimezone(self._session.workspace.clock.zone()).date()
        text = tr("View as it was on {day}").format(day=short_date(day, self._session.today.year))
        self._add(menu, text, lambda: self.past_requested.emit(day))
        return menu

    def _offer_values(self, menu: QMenu, entry: Entry) -> None:
        """The values before and after a change, those that the record does not have now."""
        row = self.row or {}
        sides = ((entry.was, entry.before, entry.currency_was), (entry.now, entry.after, entry.currency))
        for kept, named, currency in sides:
            if not entry.path or same_as_now(row, entry.path, kept) or self.model.is_said(entry.field, kept):
                continue
            if entry.path == "stage_id" and kept is not None:
                text = tr("Move to {stage}…").format(stage=_short(named or ""))
                self._add(menu, text, lambda kept=kept: self.stage_requested.emit(int(kept)))
            elif restoring.possible(self._table, entry.path):
                value = value_text(entry.field, named, currency or self._session.workspace.currency)
                text = tr("Back to this value: {field}: {value}").format(
                    field=field_name(entry.field), value=_short(value)
                )
                self._add(
                    menu, text,
                    lambda kept=kept, currency=currency, entry=entry: self.restore_requested.emit(entry.path, kept, currency),
                )  # fmt: skip

    @staticmethod
    def _add(menu: QMenu, text: str, action: Callable[[], object]) -> None:
        menu.addAction(text.replace("&", "&&")).triggered.connect(lambda _=False: action())


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:38] + "…"
