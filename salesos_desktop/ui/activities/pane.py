"""The Actividades tab of a record: what is open, then what was done; plans are started and stopped here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from ...domain.activities import Activity
from ...domain.changes import ChangeSet
from ...i18n import ntr, tr
from ...services import activities as service
from ...services import activity_plans
from ...services.activity_plans import Plan
from ...services.workspace import Workspace
from ..parts import button, label
from ..session import Session
from .list_view import ActivityList, ActivityModel

if TYPE_CHECKING:
    from .actions import ActivityActions

_TABLES = frozenset(
    {"activity", "activity_participant", "activity_kind", "activity_plan", "activity_plan_step", "person", "contact"}
)


class ActivitiesPane(QWidget):
    """The activities of one record. What it does, the window's ActivityActions do.

    Signals:
        counted(count): how many are open.
    """

    counted = Signal(object)

    def __init__(self, session: Session, table: str) -> None:
        super().__init__()
        self._session, self._table, self._row_id = session, table, 0
        self._plans: list[Plan] = []
        self.model = ActivityModel(session)
        self.model.setParent(self)
        self.view = ActivityList(self.model)
        self.plan_button = button(tr("+ Plan activity"), self.plan)
        self.start_button: QPushButton = button(tr("Start a plan") + " ▾", self._offer_plans)
        self.stop_button = button(tr("Stop the plan"), self._stop_plan, "link")
        self.empty = label("", "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setFocusProxy(self.view)
        row = QHBoxLayout()
        row.setSpacing(8)
        for made in (self.plan_button, self.start_button, self.stop_button):
            row.addWidget(made)
        row.addStretch(1)
        for made in (self.start_button, self.stop_button):
            made.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(row)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.view, 1)
        self.view.ticked.connect(self._tick)
        self.view.opened.connect(lambda each: self._actions.edit(each.id))
        self.view.postponed.connect(lambda each, point: self._actions.postpone([each.id], point))
        self.view.deleted.connect(lambda each: self._actions.delete([each.id]))
        self.view.menu_requested.connect(lambda each, point: self._actions.show_menu(each, point))
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self._ask)

    @property
    def _actions(self) -> ActivityActions:
        return cast("ActivityActions", cast(Any, self.window()).activities)

    def show_row(self, row_id: int) -> None:
        """Shows the activities of another record."""
        if row_id != self._row_id:
            self.model.show([], {})
        self._row_id = row_id
        self._ask()

    def plan(self) -> None:
        """Asks for a new one."""
        self._actions.plan((self._table, self._row_id))

    def _ask(self) -> None:
        if self._row_id:
            row_id = self._row_id
            self._session.ask(_read, self._table, row_id, done=lambda found: self._show(row_id, *found))

    def _show(self, row_id: int, found: list[Activity], icons: dict[str, str], plans: list[Plan]) -> None:
        if row_id != self._row_id:
            return
        now = self.view.current()
        before = self.view.currentIndex().row()
        focused = self.view.hasFocus()
        self._plans = plans
        self.model.show(found, icons)
        self.view.select(before if now is None or self.model.row_of(now.id) < 0 else self.model.row_of(now.id))
        waiting = [each for each in found if not each.done]
        running = any(each.plan_id is not None for each in waiting)
        self.start_button.setVisible(self._table == "opportunity" and bool(plans) and not running)
        self.stop_button.setVisible(self._table == "opportunity" and running)
        self.view.setVisible(bool(found))
        self.empty.setVisible(not found)
        self.empty.setText(
            tr("Nothing is planned and nothing was done yet. Plan the next step, so that it is not forgotten.")
        )
        if focused and not found:
            self.plan_button.setFocus()
        self.counted.emit(len(waiting))

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.bulk or changes.tables & _TABLES:
            self._ask()

    def _tick(self, activity: Activity) -> None:
        if activity.done:
            self._actions.reopen(activity.id)
        else:
            self._actions.finish([activity.id], name=activity.subject)

    def _offer_plans(self) -> None:
        menu = QMenu(self)
        for plan in self._plans:
            steps = ntr("{count} step", "{count} steps", len(plan.steps)).format(count=len(plan.steps))
            text = f"{plan.name[:60]}  ({steps})".replace("&", "&&")
            menu.addAction(text, lambda plan=plan: self._start(plan))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.start_button.mapToGlobal(QPoint(0, self.start_button.height())))

    def _start(self, plan: Plan) -> None:
        self._session.ask(activity_plans.start, [self._row_id], plan.id, draft=plan.name)

    def _stop_plan(self) -> None:
        self._session.ask(activity_plans.stop, self._row_id, draft="")


def _read(ws: Workspace, table: str, row_id: int) -> tuple[list[Activity], dict[str, str], list[Plan]]:
    icons = {kind.code: kind.icon for kind in service.kinds(ws, every=True)}
    plans = activity_plans.listing(ws, every=False) if table == "opportunity" else []
    return service.of(ws, table, row_id), icons, [plan for plan in plans if plan.steps]
