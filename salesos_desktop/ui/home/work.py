"""The work list: everything there is to do, one thing after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal

from ...domain.changes import ChangeSet
from ...domain.work_list import Own, WorkItem, WorkRun
from ...errors import LineLost
from ...i18n import tr
from ...services import activities, work_list
from ..session import Session
from .run_view import RunView

if TYPE_CHECKING:
    from ..main_window import MainWindow


class WorkView(RunView):
    """Works through what there is to do.

    Signals:
        agenda_requested(): what the last page offers.
    """

    agenda_requested = Signal()

    def __init__(self, session: Session, window: MainWindow) -> None:
        actions = [
            (tr("Done"), "D", self.done, "primary"), (tr("Postpone"), "S", self.postpone, ""), (tr("Plan"), "P", self.plan, ""),
            (tr("Open"), "↵", self.open, ""), (tr("Skip"), "J", lambda: self.step(1), ""),
        ]  # fmt: skip
        hint = tr("D done · S postpone · J next · K back · U undo · Esc leave")
        super().__init__(session, window, actions, back=tr("← Home"), hint=hint)
        self._own = Own()
        self._asked = Own()
        self._job: Any = None
        self.end.offer(tr("Back to Home"), self.left.emit)
        self.end.offer(tr("See the agenda"), self.agenda_requested.emit)
        self.end.offer(tr("New opportunity"), window.actions_.new)
        self.keys |= {Qt.Key.Key_D: self.done, Qt.Key.Key_S: self.postpone}

    # The list -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begins anew with what there is to do now."""
        self.run, self._own, self._asked, self._shown = WorkRun([]), Own(), Own(), None
        self.show_count()
        self._ask()

    def note(self, changes: ChangeSet) -> None:
        """A commit: what this window has done itself is counted as done."""
        if changes.origin == self._session.workspace.origin:
            self._own.add(changes)
            if changes.bulk:
                self._own.changed |= {each.key for each in self.run.items}

    def refresh(self) -> None:
        """Reads the list afresh: what somebody else has done goes by itself."""
        self._ask()

    def _ask(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._asked.take(self._own)
        self._own = Own()
        self._job = self._session.ask(work_list.queue, done=self._on_queue, failed=self._on_unread)

    def _on_unread(self, error: Exception) -> None:
        self._job = None
        if isinstance(error, LineLost) and not self.run.items:
            self.show_unread()
        self._session.missed(error)

    def _on_queue(self, found: list[WorkItem]) -> None:
        self._job = None
        own, self._asked = self._asked, Own()
        self.run.follow(found, own)
        self.show_run()

    # What can be done ---------------------------------------------------------------------------------------------

    def done(self) -> None:
        """It is done: asks what came of it."""
        item = self._shown
        if item is None:
            return
        if item.activity is not None:
            self._window.activities.finish([item.activity.id])
        else:
            self._session.ask(
                activities.kinds, done=lambda kinds: self._ask_done(item, kinds), failed=self._session.failed
            )

    def _ask_done(self, item: WorkItem, kinds: list[Any]) -> None:
        from .done_dialog import DoneDialog

        dialog = DoneDialog(self._window, self._session, item, kinds)
        dialog.logged.connect(lambda made: self._window.activities.ask_next([made]))
        self._window.activities.show_dialog(dialog)

    def postpone(self) -> None:
        """Puts it off."""
        item = self._shown
        if item is not None:
            self._window.activities.ask_days(lambda days: self._show_days(item, days))

    def _show_days(self, item: WorkItem, days: Any) -> None:
        from ..activities.postponing import postpone_menu
        from .done_dialog import snooze_menu

        show = self._window.activities.show_dialog
        if item.activity is not None:
            menu = postpone_menu(self._session, self._window, [item.activity.id], days, show)
        else:
            menu = snooze_menu(self._session, self._window, item, days, show)
        self.show_menu(menu, self.card.buttons["S"])
