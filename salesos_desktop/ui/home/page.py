"""The start page: the person's day, or the work list in its place."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout

from ...domain.activities import SUBJECTS
from ...domain.changes import ChangeSet
from ...domain.home import Beginning, DayPart, Rest, day_part
from ...domain.work_list import queue
from ...i18n import date_time, month_name, number, tr
from ...services import home
from ..pages import PAGES, PageView
from ..session import Session
from . import lines
from .day import DayPage
from .lines import Line

if TYPE_CHECKING:
    from ..main_window import MainWindow
    from .work import WorkView

_SOON_MS = 40
_MINUTE_MS = 60_000
_LOOKED_MS = 2_000
"""How long what is new must stand there before it counts as looked at."""
_TABLES = frozenset(
    {"activity", "activity_kind", "activity_participant", "company", "contact", "lead", "note", "opportunity", "person",
     "source", "stage"}
)  # fmt: skip


class HomeView(PageView):
    """Follows the change stream; reads nothing but what is first seen before the window is there.

    Signals:
        usable(): what is due and the figures are painted.
    """

    usable = Signal()

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__()
        self._session, self._window = session, window
        self._work: WorkView | None = None
        self._beginning: Beginning | None = None
        self._rest: Rest | None = None
        self._looked = self._stale = self._new_visit = False
        self._jobs: list[Any] = []
        self._pages = QStackedWidget(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self._soon, self._minute, self._looking = (QTimer(self) for _ in range(3))
        for timer, every, then in (
            (self._soon, _SOON_MS, self._refresh), (self._minute, _MINUTE_MS, self._show_all),
            (self._looking, _LOOKED_MS, self._on_looked),
        ):  # fmt: skip
            timer.setInterval(every)
            timer.setSingleShot(timer is not self._minute)
            timer.timeout.connect(then)
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self._load)
        # Nothing is painted before the day is here: an empty page would only be painted over.
        self.setUpdatesEnabled(False)
        self._load()

    @cached_property
    def day(self) -> DayPage:
        """The day, made when there is something to show: inside the window then, and styled once."""
        made = DayPage(self._pages)
        self._pages.insertWidget(0, made)
        made.opened.connect(self._open)
        made.ticked.connect(lambda line: self._window.activities.finish([line.key[1]], name=line.title))
        made.menu_requested.connect(self._on_menu_requested)
        made.work_requested.connect(self.work_through)
        write = self._session.rights.write
        made.work.setVisible(write)
        if write:
            made.due.offer(tr("Plan an activity"), lambda: self._window.activities.plan())
        made.due.offer(tr("See the agenda"), lambda: self._window.show_page("agenda"))
        if write:
            made.due.offer(tr("New opportunity"), lambda: self._window.actions_.new())
        return made

    # Reading ------------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        for job in self._jobs:
            job.cancel()
        self._jobs = [self._session.ask(home.beginning, done=self._on_beginning)]

    def _on_beginning(self, found: Beginning) -> None:
        if self._beginning is None or self._new_visit:
            self._seen_at, self._new_visit = found.seen_at, False
        first, self._beginning = self._beginning is None, found
        self._show_beginning()
        self._jobs = [self._session.ask(home.rest, self._seen_at, done=self._on_rest, background=True)]
        if not self.updatesEnabled():
            self.setUpdatesEnabled(True)
            if self.isVisibleTo(self.window()):
                self.focus_first()
        if first:
            self.usable.emit()

    def _on_rest(self, found: Rest) -> None:
        self._jobs = []
        self._rest = found
        self._show_rest()
        if self.isVisible() and not self._looked:
            self._looking.start()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._work is not None:
            self._work.note(changes)
        if changes.bulk or changes.tables & _TABLES or changes.notices or changes.points:
            self._stale = True
            if self.isVisible():
                self._soon.start()

    def _refresh(self) -> None:
        self._stale = False
        self._load()
        if self._work is not None and self._pages.currentWidget() is self._work:
            self._work.refresh()

    # Showing ------------------------------------------------------------------------------------------------------

    def _show_all(self) -> None:
        """Time passes: what was to come is overdue now."""
        if self._beginning is not None:
            self._show_beginning()
        if self._rest is not None:
            self._show_rest()

    def _show_beginning(self) -> None:
        found = self._beginning
        assert found is not None
        clock = self._session.workspace.clock
        now, zone = clock.now(), clock.zone()
        local = now.astimezone(zone)
        first_name = (found.name.split() or [""])[0]
        self.day.greet(_GREETINGS[day_part(local.hour)]().format(name=first_name), _long_day(local))
        due = lines.due_lines(found.due, found.icons, now, zone)
        count = sum(not each.heading for each in due) + max(0, found.due.earlier - 1)
        self.day.due.show_lines(due, number(count), tr("Nothing is left to do today."))
        self.day.figures.show_figures(lines.figures_of(found, self._session.workspace.currency))
        self._show_work()

    def _show_rest(self) -> None:
        found, clock = self._rest, self._session.workspace.clock
        assert found is not None
        now, zone = clock.now(), clock.zone()
        count = number(len(found.danger)) + ("+" if found.more else "")
        self.day.danger.show_lines(lines.danger_lines(found.danger, found.more), count, tr("No deal is in danger."))
        fresh = lines.fresh_lines(found.fresh, now, zone)
        self.day.fresh.show_lines(fresh, number(len(found.fresh)), tr("No lead waits for a first contact."))
        nothing = tr("Nothing new: others have changed nothing of yours.")
        if self._seen_at is not None:
            nothing = tr("Nothing new since {when}.").format(when=date_time(self._seen_at, zone))
        self.day.news.show_lines(lines.news_lines(found.news, now, zone), number(len(found.news)), nothing)
        self._show_work()

    def _show_work(self) -> None:
        found, rest, clock = self._beginning, self._rest, self._session.workspace.clock
        assert found is not None
        danger, fresh = (rest.danger, rest.fresh) if rest is not None else ((), ())
        self.day.show_work(len(queue(found.due, danger, fresh, clock.now(), clock.zone())))

    # Doing --------------------------------------------------------------------------------------------------------

    def _open(self, line: Line) -> None:
        table, row_id = line.key
        if table == "activity":
            self._window.activities.edit(row_id)
        elif table == "opportunity":
            self._window.open_deal(row_id)
        elif table in ("lead", "contact", "company"):
            self._window.open_record(table, row_id)
        elif table in PAGES:
            self._window.show_page(table)

    def _on_menu_requested(self, line: Line, point: QPoint) -> None:
        if line.activity is not None:
            self._window.activities.show_menu(line.activity, point)
        elif line.key[0] in SUBJECTS:
            menu = QMenu(self)
            menu.addAction(tr("Open"), lambda: self._open(line))
            menu.addAction(tr("Plan an activity"), lambda: self._window.activities.plan(line.key, name=line.title))
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(point)

    def work_through(self) -> None:
        """The work list takes the place of the day."""
        if not self._session.may():
            return
        self.work.start()
        self._pages.setCurrentWidget(self.work)
        self.work.setFocus()

    @property
    def work(self) -> WorkView:
        """The work list, made when it is first asked for."""
        if self._work is None:
            from .work import WorkView

            self._work = WorkView(self._session, self._window)
            self._work.left.connect(self._leave_work)
            self._work.agenda_requested.connect(lambda: self._window.show_page("agenda"))
            self._pages.addWidget(self._work)
        return self._work

    @property
    def working(self) -> bool:
        """Whether the work list is shown."""
        return self._work is not None and self._pages.currentWidget() is self._work

    def _leave_work(self) -> None:
        self._pages.setCurrentWidget(self.day)
        self.focus_first()

    # The page -----------------------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """To the work list, or to what is to be done."""
        if self.working:
            self.work.setFocus()
        elif self._beginning is None:
            self.setFocus()
        else:
            self.day.focus_first()

    def commit_all(self) -> None:
        """The window goes: what was looked at counts."""
        self._end_visit()

    def showEvent(self, event: QShowEvent) -> None:
        """What has happened meanwhile is read; what was looked at the last time is no longer new."""
        super().showEvent(event)
        self._minute.start()
        if self._beginning is not None and (self._stale or self._new_visit):
            self._refresh()
        if self._rest is not None and not self._looked:
            self._looking.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Another page is shown."""
        super().hideEvent(event)
        self._minute.stop()
        self._looking.stop()
        if not event.spontaneous():
            self._end_visit()

    def _on_looked(self) -> None:
        self._looked = True

    def _end_visit(self) -> None:
        if self._looked:
            self._looked, self._new_visit = False, True
            self._session.ask(home.visit, failed=self._session.missed)


_GREETINGS = {
    DayPart.MORNING: lambda: tr("Good morning, {name}"), DayPart.AFTERNOON: lambda: tr("Good afternoon, {name}"),
    DayPart.EVENING: lambda: tr("Good evening, {name}"),
}  # fmt: skip


def _long_day(local: Any) -> str:
    """``martes, 24 de noviembre``, ``Tuesday, November 24``."""
    names = (tr("Monday"), tr("Tuesday"), tr("Wednesday"), tr("Thursday"), tr("Friday"), tr("Saturday"), tr("Sunday"))
    said = tr("{weekday}, {month} {day}").format(
        weekday=names[local.weekday()], month=month_name(local.month, full=True), day=local.day
    )
    return said[0].upper() + said[1:]
