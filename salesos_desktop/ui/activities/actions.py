"""What a person can do to activities, whichever widget asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from ...domain.activities import Activity
from ...domain.day_choices import DayChoices, day_choices
from ...errors import LineLost
from ...i18n import tr
from ...services import activities as service
from ...services import next_steps, working_days
from ...services.activity_subjects import Found
from ...services.next_steps import Offer, Waiting
from ...services.workspace import Workspace
from ..one_dialog import OneDialog, needs
from ..session import Session

Subject = tuple[str, int]
"""Table and id of what an activity is about."""


class ActivityActions(OneDialog):
    """Plan, edit, finish, reopen, put off, delete; opens the dialogs that some of them need.

    Signals:
        open_requested(table, id): show what an activity is about.
    """

    open_requested = Signal(object, object)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)

    @needs("write")
    def plan(
        self, about: Subject | None = None, *, name: str = "", day: date | None = None, starts: str = "",
        minutes: int | None = None, kind: str | None = None,
    ) -> None:  # fmt: skip
        """Asks for a new activity, about a row or not; ``name`` is what the row is called, where that is known.

        ``day``, ``starts`` (local HH:MM), ``minutes`` and ``kind`` are filled in.
        """
        given = {"due_on": day, "starts": starts, "minutes": minutes, "kind": kind}
        self._ask_new([(*about, name)] if about else [], {field: value for field, value in given.items() if value})

    @needs("write")
    def plan_each(self, subjects: Sequence[Subject], *, day: date | None = None, starts: str = "") -> None:
        """Asks for one activity that is then planned about each of these rows, in one step; ``day`` and ``starts`` as in
        ``plan``.
        """
        if subjects:
            given = {"due_on": day, "starts": starts}
            self._ask_new([(*each, "") for each in subjects], {name: value for name, value in given.items() if value})

    def _ask_new(self, subjects: list[tuple[str, int, str]], given: dict[str, object]) -> None:
        from .dialog import ActivityDialog
        from .form import Known, read_new

        def show(found: Known) -> None:
            self.show_dialog(ActivityDialog(self._window, self._session, found, given=given))

        def failed(error: Exception) -> None:
            known, drafts = self._session.known.kept(read_new, ()), self._session.drafts
            if not isinstance(error, LineLost) or known is None or drafts is None:
                self._session.failed(error)
                return
            named = ((table, row_id, name or drafts.name_of(table, row_id)) for table, row_id, name in subjects)
            show(replace(known, subjects=tuple(Found(*each) for each in named)))

        self._session.ask(read_new, subjects, done=show, failed=failed)

    @needs("write")
    def edit(self, activity_id: int) -> None:
        """Asks everything of an activity."""
        from .dialog import ActivityDialog
        from .form import read

        self._session.ask(
            read, activity_id, done=lambda found: self.show_dialog(ActivityDialog(self._window, self._session, found)),
            failed=self._session.failed,
        )  # fmt: skip

    @needs("write")
    def finish(self, ids: Sequence[int], *, ask: bool = True, name: str = "") -> None:
        """Asks what came of activities and marks them as done, or does so at once; then asks for the next step of what
        has nothing planned any more. ``name`` is what a single one is called, where that is known.
        """
        from .finishing import FinishDialog

        if not ids:
            return
        if not ask:
            self._session.ask(service.finish, list(ids), done=lambda _: self.ask_next(ids), draft=("finish", name))
            return

        def ask_about(open_ones: Sequence[int], called: str, about: str = "", outcome: str = "") -> None:
            dialog = FinishDialog(self._window, self._session, open_ones, called, about, outcome)
            dialog.finished_ids.connect(self.ask_next)
            self.show_dialog(dialog)

        def show(found: list[Activity]) -> None:
            if len(found) == 1:
                ask_about([found[0].id], found[0].subject, found[0].about, found[0].outcome)
            elif found:
                ask_about([each.id for each in found], "")

        def failed(error: Exception) -> None:
            if isinstance(error, LineLost) and self._session.drafts is not None:
                ask_about(ids, name)
            else:
                self._session.failed(error)

        self._session.ask(next_steps.open_ones, list(ids), done=show, failed=failed)

    def ask_next(self, ids: Sequence[int]) -> None:
        """After these were done: asks what comes next for what has nothing planned any more."""

        def failed(error: Exception) -> None:
            # Without a line nobody knows what else is planned.
            if not isinstance(error, LineLost):
                self._session.failed(error)

        self._session.ask(_read_next, list(ids), done=lambda found: self._show_next(*found), failed=failed)

    def _show_next(self, found: list[Waiting], offers: list[Offer]) -> None:
        from .finishing import NextStepDialog

        if found:
            dialog = NextStepDialog(self._window, self._session, found, offers)
            dialog.other_requested.connect(self._plan_for)
            self.show_dialog(dialog)

    def _plan_for(self, found: list[Waiting]) -> None:
        self._ask_new([(each.table, each.id, each.name) for each in found], {})

    @needs("write")
    def reopen(self, activity_id: int) -> None:
        """Takes "done" back."""
        self._session.ask(service.reopen, activity_id, draft="")

    @needs("write")
    def postpone(self, ids: Sequence[int], point: QPoint | None = None) -> None:
        """Offers when to put activities off to, at ``point`` on the screen or in the middle of the window."""
        if ids:
            self.ask_days(lambda days: self._show_postpone(list(ids), days, point))

    def ask_days(self, done: Callable[[DayChoices], None]) -> None:
        """Gives the days that are offered, also without a line."""
        self._session.known.ask(working_days.of, done=lambda found: done(day_choices(found, self._session.today)))

    def _show_postpone(self, ids: list[int], days: DayChoices, point: QPoint | None) -> None:
        from .postponing import postpone_menu

        menu = postpone_menu(self._session, self._window, ids, days, self.show_dialog)
        menu.aboutToHide.connect(menu.deleteLater)
        if point is None:
            point = self._window.mapToGlobal(self._window.rect().center()) - menu.sizeHint().width() // 2 * QPoint(1, 0)
        menu.popup(point)

    @needs("write")
    def delete(self, ids: Sequence[int]) -> None:
        """Puts activities in the bin; undo brings them back."""
        self._session.ask(service.delete, list(ids), draft="")

    def show_menu(self, activity: Activity, point: QPoint) -> None:
        """What can be done to an activity, at a point of the screen."""
        self.ask_days(lambda days: self._show_menu(activity, point, days))

    def _show_menu(self, activity: Activity, point: QPoint, days: DayChoices) -> None:
        from .postponing import postpone_menu

        menu = QMenu(self._window)
        ids, write = [activity.id], self._session.rights.write
        if not write:
            menu.addAction(tr("You can only look at this")).setEnabled(False)
        elif activity.done:
            menu.addAction(tr("Not done yet"), lambda: self.reopen(activity.id))
        else:
            menu.addAction(tr("Done…"), lambda: self.finish(ids, name=activity.subject))
            menu.addMenu(postpone_menu(self._session, menu, ids, days, self.show_dialog))
        if write:
            menu.addAction(tr("Edit…"), lambda: self.edit(activity.id))
        if activity.subject_id is not None:
            about = (activity.subject_table, activity.subject_id)
            menu.addAction(_OPEN[activity.subject_table](), lambda: self.open_requested.emit(*about))
            if activity.done and write:
                menu.addAction(tr("Plan the next step…"), lambda: self.plan(about, name=activity.about))
        if write:
            menu.addSeparator()
            menu.addAction(tr("Delete"), lambda: self.delete(ids))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)


_OPEN = {
    "opportunity": lambda: tr("Open the opportunity"), "lead": lambda: tr("Open the lead"),
    "contact": lambda: tr("Open the contact"), "company": lambda: tr("Open the company"),
}  # fmt: skip


def _read_next(ws: Workspace, ids: list[int]) -> tuple[list[Waiting], list[Offer]]:
    return next_steps.waiting(ws, ids), next_steps.offers(ws)
