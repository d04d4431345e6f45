"""The pane beside a list or the board: one record with its fields, what hangs on it, and its history."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...errors import Conflict, InvalidInput, LineLost, NotFound, UserError
from ...i18n import tr
from ...services import restoring
from ...services.workspace import Workspace
from ..activities.pane import ActivitiesPane
from ..call_strip import CallStrip
from ..detail.attachments import AttachmentsPane
from ..detail.notes import NotesPane
from ..detail.past import PastView
from ..detail.timeline import TimelinePane
from ..edits import ask_edit
from ..locks import PaneLock
from ..pane_head import PaneHead
from ..parts import Elided, scrolled
from ..session import Session
from ..tabs import FittingTabs
from ..waiting import WaitingMark
from .form import RecordForm
from .writes import Write

_HANGING = frozenset(
    {"activity", "note", "attachment", "contact_point", "employment", "check_item", "opportunity_contact", "opportunity_line"}
)  # fmt: skip
"""Tables whose rows have their history under the record that they hang on."""
_KEPT = 30


class RecordPane(QFrame):
    """Shows a record and keeps showing it as it changes, whoever changes it.

    ``record`` has the columns of the table as ``row``. A change in one of ``linked`` may change what is shown. A file may be
    dropped anywhere on the pane.

    Signals:
        closed(id): the person closed the pane.
        deal_requested(id): show an opportunity.
        record_requested(table, id): show another lead, contact or company.
    """

    closed = Signal(object)
    deal_requested = Signal(object)
    record_requested = Signal(object, object)

    def __init__(
        self, session: Session, table: str, service: Any, read: Callable[..., Any], linked: frozenset[str]
    ) -> None:
        super().__init__()
        self.setProperty("role", "pane")
        self._session, self._table, self._service = session, table, service
        self._read_service, self._linked = read, linked | _HANGING
        self.record_id = 0
        self.record: Any = None
        self.waits = WaitingMark(session, table)
        self._read_before: dict[int, tuple[Any, ...]] = {}
        self._stale = self._writing = False
        self._waiting: list[Write] = []
        self._hidden: list[QWidget] = []
        self.title, self.subtitle = Elided("", "title"), Elided("", "muted")
        self.notes, self.files = NotesPane(session, table), AttachmentsPane(session, table)
        self.activities = ActivitiesPane(session, table)
        self.notes.setFocusProxy(self.notes.editor)
        self.timeline, self.past = TimelinePane(session, table), PastView(session, table)
        self.timeline.past_requested.connect(self.show_past)
        self.timeline.record_requested.connect(self._on_record_requested)
        for page in (self.timeline, self.past):
            page.restore_requested.connect(self._on_restore)
        self.past.left.connect(self.leave_past)
        self.past.shown.connect(self._on_past_shown)
        self.call_strip, self._nothing = CallStrip(session), QWidget()
        self.tabs = FittingTabs()
        self.setAcceptDrops(True)
        self.setMinimumWidth(420)
        self.setMaximumWidth(680)
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self._ask)

    def set_up(
        self, form: RecordForm, buttons: Sequence[QWidget], pages: Sequence[tuple[QWidget, str]], *below: QWidget
    ) -> None:
        """Places the head with its buttons, what stands ``below`` it, and the tabs: the form first, then ``pages`` with
        their titles, then history.
        """
        self.form: Any = form
        self._buttons, self._below = buttons, _stacked(self, *below)
        form.edited.connect(self._on_edited)
        self.tabs.add(scrolled(form), tr("General"))
        for page, title in (*pages, (self.timeline, tr("History"))):
            self.tabs.add(page, title)
        self.tabs.tabBarClicked.connect(lambda _: QTimer.singleShot(0, self._focus_tab))
        self.tabs.currentChanged.connect(lambda _: self._on_tab())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 18, 12)
        layout.setSpacing(12)
        step = self._session.step_requested.emit
        self.head = PaneHead(self.title, self.subtitle, (self.waits, *buttons), self.close_pane, step)
        layout.addWidget(self.head)
        # The head's own buttons and history only lead somewhere.
        roots = (form, *buttons, *below, *(page for page, _ in pages), self.past.restore_button)
        self.lock = PaneLock(self._session, self._table, roots, self)
        layout.addWidget(self.lock.note)
        layout.addWidget(self.call_strip)
        if below:
            layout.addWidget(self._below)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.past, 1)
        layout.addWidget(self._nothing, 1)
        self.hide()

    def _on_tab(self) -> None:
        """A page that did not come by the keys of the tabs themselves takes the keyboard from the one before."""
        now = QApplication.focusWidget()
        if now is not None and now is not self.tabs.tabBar() and self.tabs.isAncestorOf(now):
            QTimer.singleShot(0, self._focus_tab)

    def _focus_tab(self) -> None:
        """Takes the keyboard to the one input of the page that is shown; where there is none it stays with the tabs."""
        page = self.tabs.currentWidget()
        line = page.focusProxy() if page is not None else None
        (line if line is not None else self.tabs.tabBar()).setFocus()

    def on_called(self, phone: str) -> None:
        """The person of the record was called."""
        if not self.lock.on:
            self.call_strip.wait(self.title.full_text(), phone, (self._table, self.record_id))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped."""
        if not self.lock.on:
            self.files.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """It is attached and shown."""
        self.files.dropEvent(event)
        self.tabs.setCurrentWidget(self.files)

    # Showing ------------------------------------------------------------------------------------------------------

    def open_record(self, record_id: int) -> None:
        """Shows another record; what was typed in the one before is written first, or keeps it here when it cannot be."""
        if self.record_id and self.record_id != record_id and not self.commit_all():
            return
        if self.record_id != record_id:
            self._show_now()
        self.record_id = record_id
        self.waits.show_record(record_id)
        if self.record is None:
            self.title.show_text("")
            self.subtitle.show_text("")
            self._show_parts()
        self.show()
        self._session.opened.emit(self._table, record_id)
        self._ask()
        for place in range(self.tabs.count()):
            page: Any = self.tabs.widget(place)
            if hasattr(page, "show_row"):
                page.show_row(record_id)

    def close_pane(self) -> None:
        """Writes what was typed and goes away; stays while a field holds what cannot be written."""
        if self.record_id and not self.commit_all():
            return
        self._leave()

    def commit_all(self) -> bool:
        """Asks to write what was typed and not left yet; False, with the first bad field marked, if any is."""
        return bool(self.form.commit_all())

    def _leave(self) -> None:
        self.form.forget()
        self._show_now()
        closed, self.record_id, self.record = self.record_id, 0, None
        self.hide()
        self.closed.emit(closed)

    def _ask(self) -> None:
        self._stale = False
        if record_id := self.record_id:
            self._session.ask(
                self._read_service, record_id, done=self._on_read,
                failed=lambda error: self._on_read_failed(record_id, error),
            )  # fmt: skip

    def _on_read(self, found: tuple[Any, ...]) -> None:
        if found[0].row["id"] == self.record_id:
            self.record = found[0]
            self._read_before = dict([*self._read_before.items(), (self.record_id, found)][-_KEPT:])
            self.timeline.row = self.record.row
            self.lock.show_row(self.record.row)
            self.timeline.restores = not self.lock.on
            self._show_parts()
            self.show_record(*found)
            if not self.past.isHidden():
                self._hide_buttons()
            if self.past.past is not None:
                self._on_past_shown(self.past.past)

    @abstractmethod
    def show_record(self, *found: Any) -> None:
        """Shows what ``read`` found; the record is the first of it."""

    # As it was ----------------------------------------------------------------------------------------------------

    def show_past(self, day: date) -> None:
        """Shows the record as it was at the end of a day, to look at only; what was typed is written first."""
        if not self.record_id or not self.commit_all():
            return
        self.past.show_day(self.record_id, day)
        self._show_parts()

    def leave_past(self) -> None:
        """Back to the record as it is, on the tab that led away."""
        self._show_now()
        self._ask()
        self.timeline.view.setFocus()

    def _show_now(self) -> None:
        if not self.past.isHidden():
            self.past.leave()
            self._show_parts()

    def _show_parts(self) -> None:
        """The record as it is; nothing of it before it is read, nor while it is shown as it was."""
        now = self.past.isHidden()
        there = now and self.record is not None
        self._below.setVisible(there and self._below.layout().count() > 0)
        self.tabs.setVisible(there)
        self._nothing.setVisible(now and not there)
        if not there:
            self._hide_buttons()
            return
        for made in self._hidden:
            made.show()
        self._hidden.clear()

    def _hide_buttons(self) -> None:
        """What would change the record goes while it is only looked at."""
        for made in [each for each in self._buttons if not each.isHidden()]:
            self._hidden.append(made)
            made.hide()

    def _on_past_shown(self, past: Any) -> None:
        if past.row is not None:
            self.title.show_text(past.row["name"])

    def _on_restore(self, path: str, kept: Any, currency: str) -> None:
        """Puts a field back, if nobody has changed the record since it was read."""
        service = partial(restoring.restore, currency=currency)
        self.write(service, self._table, self.record_id, path, kept, compared=True)

    def _on_record_requested(self, table: str, record_id: int) -> None:
        if table == "opportunity":
            self.deal_requested.emit(record_id)
        else:
            self.record_requested.emit(table, record_id)

    def _on_read_failed(self, record_id: int, error: Exception) -> None:
        if not isinstance(error, NotFound | LineLost):
            raise error
        lost, before = isinstance(error, LineLost), self._read_before.get(record_id)
        if lost and before is not None and record_id == self.record_id and self.record is not before[0]:
            self._on_read(before)
        shown = self.record is not None and self.record.row["id"] == record_id
        if record_id == self.record_id and (isinstance(error, NotFound) or not shown):
            self._leave()
        if isinstance(error, LineLost):
            self._session.failed(error)

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while another page was shown is read now."""
        super().showEvent(event)
        if self._stale:
            self._ask()

    def _on_changed(self, changes: ChangeSet) -> None:
        if not self.record_id:
            return
        about = any(change.row_id == self.record_id for change in changes.of(self._table))
        if changes.origin != self._session.workspace.origin:
            for change in changes.of(self._table):
                self.form.mark(change.fields if change.row_id == self.record_id else ())
        if about or changes.bulk or changes.tables & self._linked:
            self._stale = not self.isVisible()
            if not self._stale:
                self._ask()

    # Writing ------------------------------------------------------------------------------------------------------

    def _on_edited(self, record_id: int, values: dict[str, Any], texts: dict[str, str]) -> None:
        self.write(
            self.edit, record_id, values, compared=True, done=lambda _: self.form.written(record_id, texts),
            failed=lambda error: self._on_edit_failed(record_id, [*texts, *values], error),
        )  # fmt: skip

    def edit(self, ws: Workspace, record_id: int, values: dict[str, Any], **more: Any) -> ChangeSet | None:
        """Writes fields, on the worker's thread."""
        changes: ChangeSet | None = self._service.edit(ws, record_id, values, **more)
        return changes

    def write(
        self, service: Callable[..., Any], *args: Any, done: Callable[[Any], object] = lambda _: None,
        failed: Callable[[UserError], bool] = lambda _: False, compared: bool = False,
    ) -> None:  # fmt: skip
        """Asks a service for a change, one at a time, so that each knows what the one before it has written.

        ``failed`` is told of a refusal and says whether it has shown it; otherwise the window's bar does.
        """
        self._waiting.append(Write(self.record_id, service, args, done, failed, compared))
        if not self._writing:
            self._write()

    def _write(self) -> None:
        if not self._waiting:
            return
        write = self._waiting.pop(0)
        more: dict[str, Any] = {}
        if write.compared:
            here = self.record is not None and self.record.row["id"] == write.record_id
            more["expect"] = {**self.record.row, **self.form.expected} if here else None
        self._writing = True
        ask: Callable[..., Any] = partial(self._session.ask, draft=self.title.full_text())
        if write.service == self.edit:
            ask = partial(ask_edit, self._session, self, theirs=self._take_theirs, draft=self._table)
        ask(
            write.service, *write.args, **more, done=lambda changes: self._on_written(write, changes),
            failed=lambda error: self._on_failed(write, error),
        )  # fmt: skip

    def _take_theirs(self, names: Collection[str]) -> None:
        self.form.take_theirs(names)
        self._ask()

    def _on_written(self, write: Write, changes: ChangeSet | int | None) -> None:
        self._writing = False
        if self.record is not None and isinstance(changes, ChangeSet):
            for change in changes.of(self._table):
                if change.row_id == self.record.row["id"] and change.after is not None:
                    self.record.row.update(change.after)
        write.done(changes)
        self._write()

    def _on_failed(self, write: Write, error: Exception) -> None:
        self._writing = False
        if not isinstance(error, UserError):
            raise error
        if write.record_id != self.record_id or not write.failed(error):
            self._session.problem.emit(self._named(error))
        if isinstance(error, Conflict):
            self._ask()
        self._write()

    def _named(self, error: UserError) -> UserError:
        """A refused value that is told of elsewhere, with the name of its field."""
        field = self.form.field_of(error.field) if isinstance(error, InvalidInput) else None
        name = field.editor.accessibleName() if field is not None else ""
        if not isinstance(error, InvalidInput) or not name:
            return error
        return InvalidInput(error.field, f"{name}: {error.title}", error.message, lacking=error.lacking)

    def _on_edit_failed(self, _record_id: int, names: list[str], error: UserError) -> bool:
        """What was typed stays in its field, with the reason."""
        if not isinstance(error, InvalidInput | Conflict):
            return False
        named = self.form.field_of(error.field) if isinstance(error, InvalidInput) else None
        field = named if named is not None else self.form.field_of(names[0])
        if field is not None:
            field.show_error(f"{error.title} {error.message}")
        return field is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the pane."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_pane()
        else:
            super().keyPressEvent(event)


def _stacked(parent: QWidget, *widgets: QWidget) -> QWidget:
    """Widgets below each other that come and go together."""
    holder = QWidget(parent)
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    for widget in widgets:
        column.addWidget(widget)
    return holder
