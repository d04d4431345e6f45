"""The agenda: its views over what a service has found, kept up by the change stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAction,
    QCursor,
    QDesktopServices,
    QHideEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFileDialog, QMenu, QStackedWidget, QVBoxLayout

from ...domain.activities import ActivityKind
from ...domain.agenda import Agenda, Closing, Item, Wanted
from ...domain.changes import ChangeSet
from ...i18n import ntr, number, tr
from ...services import activities, board, ical
from ...services import agenda as service
from ...services.conflicts import as_shown
from ...services.workspace import SETTINGS, Workspace
from ..edits import ask_edit
from ..pages import PageView
from ..session import Session
from .canvas import Slot
from .choices import AgendaChoices
from .head import AgendaHead
from .hours import HoursView
from .list_view import AgendaList
from .month import MonthView
from .tiles import Look
from .words import MODES, closing_text, period, stepped, title

if TYPE_CHECKING:
    from ..exporting import Exporting
    from ..main_window import MainWindow

_TICK_MS = 30_000
_NAMED = frozenset({"opportunity", "lead", "contact", "company", "person"})
"""Tables whose names stand on activities."""
_LISTS = frozenset({"person", "activity_kind"})


class AgendaView(PageView):
    """Day, week, month, list. ``day`` is the one that is looked at; ``found`` is what its period holds."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__()
        self.button = (tr("+ New activity"), tr("New activity (N)"))
        self._session, self._window = session, window
        self.day = session.today
        self.found: Agenda | None = None
        self._wanted: Wanted | None = None
        self._awake = self._stale = False
        self._look = Look({}, session.workspace.clock.now())
        self.choices = AgendaChoices(session)
        self.tools = self.choices
        self.head = AgendaHead()
        key = session.workspace.store.name
        self.hours = HoursView(tr("Agenda by hours"), self._look, key)
        self.month = MonthView(tr("Agenda of the month"), self._look, key)
        self.list = AgendaList(tr("Agenda as a list"), self._look)
        self._stack = QStackedWidget()
        for view in (self.hours, self.month, self.list):
            self._stack.addWidget(view)
            self._connect_view(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self._stack, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self.head.today_requested.connect(lambda: self.show_day(session.today))
        self.head.step_requested.connect(self.step)
        self.head.day_chosen.connect(self.show_day)
        self.head.mode_chosen.connect(self.show_mode)
        self.choices.changed.connect(self.load)
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self._on_day_changed)

    def _connect_view(self, view: HoursView | MonthView | AgendaList) -> None:
        view.open_requested.connect(lambda item: self._window.activities.edit(item.activity.id))
        view.done_requested.connect(self._on_done)
        view.postpone_requested.connect(self._on_postpone)
        view.delete_requested.connect(lambda item: self._window.activities.delete([item.activity.id]))
        view.menu_requested.connect(self._on_menu)
        view.period_requested.connect(self.step)
        if isinstance(view, AgendaList):
            return
        view.writes = self._session.rights.write
        view.closing_requested.connect(self._on_closings)
        view.plan_requested.connect(self._on_plan)
        view.moved.connect(self._on_moved)
        view.stretched.connect(lambda item, end: self._edit(item, service.stretched(item, end)))
        view.day_requested.connect(lambda day: self.show_mode("day", day))
        view.cursor_left.connect(self.show_day)
        view.list_requested.connect(lambda: self.show_mode("list"))

    # The window ---------------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Reads what is shown; the first time also people and kinds."""
        if not self._awake:
            self._awake = True
            self.head.show_period(self.mode, self.day)
            self._session.ask(_lists, done=self._on_lists)
        elif self._stale:
            self.load()

    def focus_first(self) -> None:
        """Takes the keyboard to the view."""
        self.view.setFocus()

    def new(self) -> bool:
        """Plans an activity on the day the keyboard is on."""
        view = self.view
        day = view.here if isinstance(view, HoursView | MonthView) else self.day
        self._window.activities.plan(None, day=max(day, self._session.today))
        return True

    def fill_menu(self, menu: QMenu, exporting: Callable[[], Exporting]) -> list[QAction]:  # noqa: ARG002
        """The calendar file."""
        return [menu.addAction(tr("Export to a calendar (.ics)…"), self._ask_export)]

    # What is shown ------------------------------------------------------------------------------------------------

    @property
    def mode(self) -> str:
        """Name of the view that is shown, one of MODES."""
        return self.choices.mode

    @property
    def view(self) -> HoursView | MonthView | AgendaList:
        """The view that is shown."""
        return {"month": self.month, "list": self.list}.get(self.mode, self.hours)  # type: ignore[return-value]

    def show_mode(self, mode: str, day: date | None = None) -> None:
        """Shows one of MODES, there the day the keyboard was on unless another is given."""
        view = self.view
        if day is None and isinstance(view, HoursView | MonthView):
            day = view.here
        self.choices.set_mode(mode)
        self.show_day(day or self.day)

    def show_day(self, day: date) -> None:
        """Shows the period a day is in, with the keyboard on it."""
        self.day = day
        self.head.show_period(self.mode, day)
        view = self.view
        had_focus = self._stack.isAncestorOf(self.window().focusWidget() or self)
        self._stack.setCurrentWidget(view)
        if had_focus:
            view.setFocus()
        if isinstance(view, HoursView | MonthView):
            view.here = day
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, title(self.mode, day)))
        self.load()

    def step(self, count: int) -> None:
        """So many periods on."""
        self.show_day(stepped(self.mode, self.day, count))

    def load(self) -> None:
        """Reads the period."""
        if not self._awake:
            return
        self._stale = False
        self._stack.setCurrentWidget(self.view)
        wanted = self.choices.wanted(*period(self.mode, self.day))
        self._wanted = wanted
        if self.found is not None and self.found.wanted == wanted:
            self._show(self.found)
        self._session.ask(service.load, wanted, done=self._on_loaded)

    def _on_loaded(self, found: Agenda) -> None:
        if found.wanted == self._wanted:
            self._show(found)

    def _show(self, found: Agenda) -> None:
        self.found = found
        self._look.now = self._session.workspace.clock.now().astimezone(found.zone)
        self._look.names = found.wanted.person_id is None
        view = self.view
        view.empty_text = self._empty_text()
        if isinstance(view, AgendaList):
            view.show_agenda(found)
            return
        if isinstance(view, MonthView):
            view.month = self.day
        view.setAccessibleName(tr("Agenda: {period}").format(period=title(self.mode, self.day)))
        view.show_agenda(found, view.here if found.wanted.first <= view.here <= found.wanted.last else self.day)
        view.settle()

    def _empty_text(self) -> str:
        if self.choices.narrowed:
            return tr("Nothing of these kinds. Choose others above to see more.")
        if not self._session.rights.write:
            return tr("Nothing is planned here.")
        return {
            "day": tr("Nothing planned on this day. Click an hour, or press N."),
            "week": tr("Nothing planned this week. Click an hour, or press N."),
            "month": tr("Nothing planned this month. Click a day, or press N."),
            "list": tr("Nothing planned in these four weeks. Press N to plan an activity."),
        }[self.mode]

    # Following ----------------------------------------------------------------------------------------------------

    def _on_lists(self, found: tuple[list[board.Named], list[ActivityKind]]) -> None:
        people, kinds = found
        self._look.kinds = {kind.code: kind for kind in kinds}
        self.choices.show_lists(people, kinds)
        self.load()

    def _on_changed(self, changes: ChangeSet) -> None:
        if not self._awake:
            return
        if not self.isVisible():
            self._stale = True
            return
        wholly = changes.bulk and changes.tables & (_NAMED | {"activity"})
        wholly = wholly or (changes.touches("activity") and self._more_waiting)
        if changes.tables & _LISTS:
            self._session.ask(_lists, done=self._on_lists)
        elif changes.verb == SETTINGS or wholly:
            self.load()
        else:
            self._read_again(changes)

    @property
    def _more_waiting(self) -> bool:
        """Whether others would take the place of one that no longer waits."""
        found = self.found
        return found is not None and max(len(found.overdue), len(found.undated)) >= service.MOST_WAITING

    def _read_again(self, changes: ChangeSet) -> None:
        """Only the activities that have changed, or that bear a name that has."""
        found, wanted = self.found, self._wanted
        if found is None or wanted is None:
            return
        ids = {change.row_id for change in changes.of("activity")}
        ids |= {int((c.after or c.before or {})["activity_id"]) for c in changes.of("activity_participant")}
        renamed = {(c.table, c.row_id) for c in changes.changes if c.table in _NAMED and "name" in c.fields}
        if renamed:
            shown = (item.activity for item in (*found.items, *found.overdue, *found.undated))
            ids |= {each.id for each in shown if (each.subject_table, each.subject_id) in renamed}
        if ids:
            some = sorted(ids)
            self._session.ask(
                service.look, wanted, some, done=lambda part: self._on_looked(wanted, some, part)
            )  # fmt: skip
        if wanted.closings and changes.touches("opportunity"):
            self._session.ask(service.closings, wanted, done=lambda closings: self._on_closings_read(wanted, closings))

    def _on_looked(self, wanted: Wanted, ids: Sequence[int], part: Agenda) -> None:
        if wanted == self._wanted and self.found is not None and self.found.wanted == wanted:
            self._show(self.found.with_changed(ids, part))

    def _on_closings_read(self, wanted: Wanted, closings: tuple[Closing, ...]) -> None:
        if wanted == self._wanted and self.found is not None and self.found.wanted == wanted:
            self._show(replace(self.found, closings=closings))

    def tick(self) -> None:
        """Now is later: the line goes down, states may be others."""
        if self.found is not None:
            self._look.now = self._session.workspace.clock.now().astimezone(self.found.zone)
            if self.view is self.list:
                self.list.rows.refresh()
            self.view.viewport().update()

    def _on_day_changed(self) -> None:
        self._stale = True
        if self.isVisible():
            self.load()

    def showEvent(self, event: QShowEvent) -> None:
        """The clock goes while it is seen."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks at the clock."""
        super().hideEvent(event)
        self._timer.stop()

    # Asking -------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """T for today, 1 to 4 for the views."""
        modes = dict(zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4), MODES, strict=True))
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == Qt.KeyboardModifier.NoModifier and key == Qt.Key.Key_T:
            self.show_day(self._session.today)
        elif held == Qt.KeyboardModifier.NoModifier and key in modes:
            self.show_mode(modes[key])
        else:
            super().keyPressEvent(event)

    def _on_plan(self, slot: Slot, minutes: int | None, deal_ids: list[int]) -> None:
        starts = "" if slot.minute is None else f"{slot.minute // 60:02d}:{slot.minute % 60:02d}"
        if len(deal_ids) > 1:
            deals = [("opportunity", deal_id) for deal_id in deal_ids]
            self._window.activities.plan_each(deals, day=slot.day, starts=starts)
            return
        about = ("opportunity", deal_ids[0]) if deal_ids else None
        self._window.activities.plan(about, day=slot.day, starts=starts, minutes=minutes)

    def _on_moved(self, item: Item, slot: Slot) -> None:
        starts = (
            None if slot.keeps else "" if slot.minute is None else f"{slot.minute // 60:02d}:{slot.minute % 60:02d}"
        )
        assert self.found is not None
        self._edit(item, service.moved(item, slot.day, starts, self.found.zone))

    def _edit(self, item: Item, values: dict[str, Any]) -> None:
        def done(_: object) -> None:
            for view in (self.hours, self.month):
                view.settle()

        def failed(error: Exception) -> None:
            done(None)
            self.load()
            self._session.problem.emit(error)

        ask_edit(
            self._session, self, activities.edit, item.activity.id, values, expect=as_shown(item.activity), done=done,
            failed=failed, draft="activity",
        )  # fmt: skip

    def _on_done(self, item: Item) -> None:
        if item.activity.done:
            self._window.activities.reopen(item.activity.id)
        else:
            self._window.activities.finish([item.activity.id], name=item.activity.subject)

    def _on_postpone(self, item: Item) -> None:
        if not item.activity.done:
            self._window.activities.postpone([item.activity.id])

    def _on_menu(self, item: Item, point: QPoint) -> None:
        self._window.activities.show_menu(item.activity, point)

    def _on_closings(self, closings: tuple[Closing, ...]) -> None:
        if len(closings) == 1:
            self._window.open_deal(closings[0].deal_id)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for each in closings[:30]:
            text = closing_text(each).replace("&", "&&")[:90]
            menu.addAction(text, lambda deal_id=each.deal_id: self._window.open_deal(deal_id))
        menu.popup(QCursor.pos())

    # Calendar file ------------------------------------------------------------------------------------------------

    def _ask_export(self) -> None:
        first, _ = period(self.mode, self.day)
        name = f"{tr('agenda')}-{first:%Y-%m-%d}.ics"
        kinds = tr("Calendars (*.ics)")
        found, _ = QFileDialog.getSaveFileName(self, tr("Export to a calendar"), str(Path.home() / name), kinds)
        if found:
            target = Path(found)
            self.export(target if target.suffix else target.with_suffix(".ics"))

    def export(self, target: Path) -> None:
        """Writes what is chosen of the period to a calendar file, and says so."""
        wanted = self.choices.wanted(*period(self.mode, self.day))
        self._session.ask(ical.export, wanted, target, done=lambda count: self._on_exported(target, count))

    def _on_exported(self, target: Path, count: int) -> None:
        folder = QUrl.fromLocalFile(str(target.parent.absolute()))
        self._window.notifications.toast.say(
            tr("Exported: {file}").format(file=target.name),
            ntr("{count} activity", "{count} activities", count).format(count=number(count)),
            [(tr("Open folder"), lambda: QDesktopServices.openUrl(folder))],
        )


def _lists(ws: Workspace) -> tuple[list[board.Named], list[ActivityKind]]:
    return board.names(ws, "person"), activities.kinds(ws, every=True)
