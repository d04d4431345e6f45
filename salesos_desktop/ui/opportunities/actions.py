"""What a person can do to the deals of the table, one or many: each of it one step that one undo takes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMenu

from ...domain.changes import ChangeSet
from ...domain.deal_rows import DealRow
from ...domain.opportunities import Priority
from ...domain.stages import StageKind
from ...i18n import tr
from ...services import activity_plans, bulk, deal_table
from ...services.activity_plans import Plan
from ...services.transfer.exporting import Selection
from ..deal_lists import KeptDealLists
from ..session import Session
from ..tables.actions import RecordActions, plain
from .columns import priority_name

if TYPE_CHECKING:
    from ..main_window import MainWindow

_TABLES = frozenset({"activity_plan", "activity_plan_step"})


class DealRowActions(RecordActions):
    """Move, assign, tag, date, priority, activity, plan, win, lose, delete, export; what asks something opens its dialog."""

    kind = "opportunity"
    service = deal_table

    def __init__(self, session: Session, lists: KeptDealLists, window: MainWindow) -> None:
        super().__init__(session, lists, window)
        self._main, self._deals = window, window.actions_
        self.plans: list[Plan] = []
        session.changed.connect(self._on_changed)
        self._ask_plans()

    def new(self) -> None:
        """Asks for a new opportunity."""
        self._deals.new()

    def assign(self, ids: Sequence[int], person_id: int | None) -> None:
        """Gives deals to a person, or to nobody."""
        self._session.ask(bulk.assign, list(ids), person_id)

    def delete(self, ids: Sequence[int]) -> None:
        """Puts deals in the bin."""
        if ids:
            self._deals.delete(ids)

    def prioritise(self, ids: Sequence[int], priority: Priority) -> None:
        """Gives deals a priority."""
        self._session.ask(bulk.prioritise, list(ids), priority)

    def retag(self, ids: Sequence[int]) -> None:
        """Asks which tags come and go."""
        from .bulk_dialogs import TagsDialog

        self.show_dialog(TagsDialog(self._window, self._session, list(ids), self._lists.tags))

    def reschedule(self, ids: Sequence[int]) -> None:
        """Asks the expected close date."""
        from .bulk_dialogs import DateDialog

        self.show_dialog(DateDialog(self._window, self._session, list(ids)))

    def plan_activity(self, ids: Sequence[int]) -> None:
        """Asks for an activity, planned on each of the deals."""
        self._main.activities.plan_each([("opportunity", deal_id) for deal_id in ids])

    def start_plan(self, ids: Sequence[int], plan_id: int) -> None:
        """Starts a plan of activities on deals."""
        self._session.ask(activity_plans.start, list(ids), plan_id)

    def win(self, ids: Sequence[int]) -> None:
        """Closes deals as won."""
        self._deals.win(ids)

    def lose(self, ids: Sequence[int]) -> None:
        """Closes deals as lost."""
        self._deals.lose(ids)

    def export(self, ids: Sequence[int]) -> None:
        """Asks for the file that these deals go to."""
        self._main.exporting.ask(Selection("opportunities", ids=tuple(ids)))

    def move(self, ids: Sequence[int], stage: Any) -> None:
        """Takes deals to a stage, with the questions that it asks."""
        self._deals.move(ids, stage)

    # Menus --------------------------------------------------------------------------------------------------------

    def menu(self, ids: list[int], rows: list[DealRow]) -> QMenu:
        """What can be done to deals."""
        menu = QMenu(self._window)
        if len(ids) == 1:
            menu.addAction(tr("Open"), lambda: self.open_requested.emit(ids[0]))
            menu.addAction(tr("Edit…"), lambda: self._deals.edit(ids[0]))
            menu.addSeparator()
        self.fill_moving(menu.addMenu(tr("Move to")), ids)
        self.add_assigning(menu, ids)
        menu.addAction(tr("Tags…"), lambda: self.retag(ids))
        menu.addAction(tr("Close date…"), lambda: self.reschedule(ids))
        self.fill_priorities(menu.addMenu(tr("Priority")), ids)
        menu.addSeparator()
        menu.addAction(tr("Activity…"), lambda: self.plan_activity(ids))
        if self.plans:
            self.fill_plans(menu.addMenu(tr("Start a plan")), ids)
        menu.addSeparator()
        kinds = {row.kind for row in rows}
        if StageKind.OPEN in kinds:
            menu.addAction(tr("Won…"), lambda: self.win(ids))
            menu.addAction(tr("Lost…"), lambda: self.lose(ids))
        elif kinds:
            menu.addAction(tr("Reopen…"), lambda: self._deals.reopen(ids))
        self.add_merging(menu, ids)
        menu.addAction(tr("Export…"), lambda: self.export(ids))
        menu.addSeparator()
        menu.addAction(tr("Delete"), lambda: self.delete(ids))
        return menu

    def fill_moving(self, menu: QMenu, ids: list[int]) -> None:
        """Stages, those of several pipelines apart."""
        names = {each.id: each.name for each in self._lists.pipelines if each.active}
        before = None
        for stage in self._lists.stages:
            if stage.pipeline_id in names:
                if before is not None and before != stage.pipeline_id:
                    menu.addSeparator()
                before = stage.pipeline_id
                text = f"{names[before]} · {stage.name}" if len(names) > 1 else stage.name
                menu.addAction(plain(text), lambda stage=stage: self.move(ids, stage))

    def fill_priorities(self, menu: QMenu, ids: list[int]) -> None:
        """Priorities, the highest first."""
        for priority in Priority:
            menu.addAction(priority_name(priority), lambda priority=priority: self.prioritise(ids, priority))

    def fill_plans(self, menu: QMenu, ids: list[int]) -> None:
        """Plans of activities that are offered."""
        for plan in self.plans:
            menu.addAction(plain(plan.name), lambda plan=plan: self.start_plan(ids, plan.id))

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.tables & _TABLES:
            self._ask_plans()

    def _ask_plans(self) -> None:
        self._session.ask(activity_plans.listing, every=False, done=self._on_plans, background=True)

    def _on_plans(self, plans: list[Plan]) -> None:
        self.plans = [plan for plan in plans if plan.steps]
