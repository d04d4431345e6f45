"""What a person can do to the deals of the table, one or many: each of it one step that one undo takes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from ...domain.changes import ChangeSet
from ...services import activity_plans, deal_table
from ...services.activity_plans import Plan
from ..deal_lists import KeptDealLists
from ..deal_menu import DealMenu, fill_moving, fill_people, fill_plans, fill_priorities
from ..one_dialog import needs
from ..session import Session
from ..tables.actions import RecordActions

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
        self.deal_menu = DealMenu(session, self._deals, self.open_requested.emit, self)
        self.plans: list[Plan] = []
        session.changed.connect(self._on_changed)
        self._ask_plans()

    def new(self) -> None:
        """Asks for a new opportunity."""
        self._deals.new()

    def assign(self, ids: Sequence[int], person_id: int | None, name: str = "") -> None:
        """Gives deals to a person, or to nobody."""
        self._deals.assign(ids, person_id, name)

    def delete(self, ids: Sequence[int]) -> None:
        """Puts deals in the bin."""
        if ids:
            self._deals.delete(ids)

    @needs("write")
    def retag(self, ids: Sequence[int]) -> None:
        """Asks which tags come and go."""
        from .bulk_dialogs import TagsDialog

        self.show_dialog(TagsDialog(self._window, self._session, list(ids), self._lists.tags))

    @needs("write")
    def reschedule(self, ids: Sequence[int]) -> None:
        """Asks the expected close date."""
        from .bulk_dialogs import DateDialog

        self.show_dialog(DateDialog(self._window, self._session, list(ids)))

    @needs("write")
    def plan_activity(self, ids: Sequence[int]) -> None:
        """Asks for an activity, planned on each of the deals."""
        self._main.activities.plan_each([("opportunity", deal_id) for deal_id in ids])

    def win(self, ids: Sequence[int]) -> None:
        """Closes deals as won."""
        self._deals.win(ids)

    def lose(self, ids: Sequence[int]) -> None:
        """Closes deals as lost."""
        self._deals.lose(ids)

    def export(self, ids: Sequence[int]) -> None:
        """Asks for the file that these deals go to."""
        self._deals.export(ids)

    def move(self, ids: Sequence[int], stage: Any) -> None:
        """Takes deals to a stage, with the questions that it asks."""
        self._deals.move(ids, stage)

    # Menus --------------------------------------------------------------------------------------------------------

    def show_menu(self, ids: list[int], point: QPoint) -> None:
        """The menu that deals have everywhere."""
        self.deal_menu.show(ids, point)

    def fill_moving(self, menu: QMenu, ids: list[int]) -> None:
        """Stages, those of further pipelines apart."""
        fill_moving(menu, self._deals, ids, self._lists.pipelines, self._lists.stages)

    def add_people(self, menu: QMenu, ids: list[int]) -> None:
        """Whom they can be given to."""
        fill_people(menu, self._deals, ids, self._lists.people)

    def fill_priorities(self, menu: QMenu, ids: list[int]) -> None:
        """Priorities, the highest first."""
        fill_priorities(menu, self._deals, ids)

    def fill_plans(self, menu: QMenu, ids: list[int]) -> None:
        """Plans of activities that are offered."""
        fill_plans(menu, self._deals, ids, self.plans)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.tables & _TABLES:
            self._ask_plans()

    def _ask_plans(self) -> None:
        self._session.ask(activity_plans.listing, every=False, done=self._on_plans, background=True)

    def _on_plans(self, plans: list[Plan]) -> None:
        self.plans = [plan for plan in plans if plan.steps]
