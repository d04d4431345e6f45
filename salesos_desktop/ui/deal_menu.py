"""The menu of deals, the same on a card of the board and on a row of the table: everything that can be done to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from ..domain.opportunities import Priority
from ..domain.stages import Stage, StageKind
from ..i18n import tr
from ..services.workspace import Workspace
from .parts import plain

if TYPE_CHECKING:
    from ..domain.deal_rows import DealRow
    from ..services.activity_plans import Plan
    from ..services.board import Named
    from .deals import DealActions
    from .session import Session

_MOST_PEOPLE = 40
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the entries depend on; ``rows`` are some or all of the deals."""

    rows: list[DealRow]
    people: list[Named]
    pipelines: list[Named]
    stages: list[Stage]
    plans: list[Plan]
    followed: bool


class DealMenu(QObject):
    """Makes the menu once what it depends on has been read; ``opened`` shows a deal beside where it was asked for."""

    def __init__(
        self, session: Session, actions: DealActions, opened: Callable[[int], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._actions, self._opened = session, actions, opened
        self.menu: QMenu | None = None

    def show(self, ids: list[int], point: QPoint) -> None:
        """Opens it for these deals at a global point."""
        if ids:
            self._session.ask(_read, ids, done=lambda found: self._show(ids, point, found), failed=self._session.failed)

    def _show(self, ids: list[int], point: QPoint, found: _Facts) -> None:
        if not found.rows:
            return
        self.menu = menu = QMenu(self._actions.window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.destroyed.connect(lambda _: self._forget(menu))
        self._fill(menu, ids, found)
        menu.popup(point)
        menu.setActiveAction(menu.actions()[0])

    def _forget(self, menu: QMenu) -> None:
        if self.menu is menu:
            self.menu = None

    def _fill(self, menu: QMenu, ids: list[int], found: _Facts) -> None:
        """What their role and the deals themselves allow a person."""
        actions, rights = self._actions, self._session.rights
        if len(ids) == 1:
            menu.addAction(tr("Open"), lambda: self._opened(ids[0]))
        if all(rights.edits("opportunity", row.id, row.owner_id) for row in found.rows):
            self._fill_changing(menu, ids, found)
        else:
            menu.addAction(tr("You can only look at this")).setEnabled(False)
        if rights.export:
            menu.addAction(tr("Export…"), lambda: actions.export(ids))
        if rights.delete_deals:
            menu.addSeparator()
            menu.addAction(tr("Delete"), lambda: actions.delete(ids))

    def _fill_changing(self, menu: QMenu, ids: list[int], found: _Facts) -> None:
        actions, rights, one = self._actions, self._session.rights, len(ids) == 1
        if one:
            menu.addAction(tr("Edit…"), lambda: actions.edit(ids[0]))
            menu.addSeparator()
        here = {row.stage_id for row in found.rows}
        fill_moving(
            menu.addMenu(tr("Move to")), actions, ids, found.pipelines, found.stages,
            home=found.rows[0].pipeline_id, without=here if len(here) == 1 else (),
        )  # fmt: skip
        if rights.assign:
            fill_people(menu.addMenu(tr("Assign to")), actions, ids, found.people)
        menu.addAction(tr("Close date…"), lambda: actions.reschedule(ids))
        fill_priorities(menu.addMenu(tr("Priority")), actions, ids)
        menu.addAction(tr("Tags…"), lambda: actions.retag(ids))
        menu.addSeparator()
        menu.addAction(tr("Activity…"), lambda: actions.plan_activity(ids))
        if found.plans:
            fill_plans(menu.addMenu(tr("Start a plan")), actions, ids, found.plans)
        kinds = {row.kind for row in found.rows}
        if kinds == {StageKind.OPEN}:
            menu.addAction(tr("On hold until…"), lambda: actions.hold(ids))
        if any(row.hold_until for row in found.rows):
            menu.addAction(tr("Back now"), lambda: actions.release(ids))
        if one:
            name = found.rows[0].name
            text = tr("Stop following") if found.followed else tr("Follow")
            menu.addAction(text, lambda: actions.follow(ids[0], not found.followed, name))
            menu.addAction(tr("Clone"), lambda: actions.clone(ids[0], name))
        menu.addSeparator()
        if StageKind.OPEN in kinds:
            menu.addAction(tr("Won…"), lambda: actions.win(ids))
            menu.addAction(tr("Lost…"), lambda: actions.lose(ids))
        else:
            menu.addAction(tr("Reopen…"), lambda: actions.reopen(ids))
        if len(ids) == 2 and rights.delete_deals:
            menu.addAction(tr("Merge…"), lambda: actions.merge(*ids))


def fill_moving(
    menu: QMenu, actions: DealActions, ids: list[int], pipelines: Iterable[Named], stages: Iterable[Stage], *,
    home: int | None = None, without: Collection[int] = (),
) -> None:  # fmt: skip
    """Stages of one pipeline (``home``, else the first), those of each other that is used one menu further."""
    used = [each for each in pipelines if each.active or each.id == home]
    home = home if home is not None or not used else used[0].id
    for pipeline in sorted(used, key=lambda each: each.id != home):
        inner = menu if pipeline.id == home else menu.addMenu(plain(pipeline.name))
        for stage in stages:
            if stage.pipeline_id == pipeline.id and stage.id not in without:
                inner.addAction(plain(stage.name), lambda stage=stage: actions.move(ids, stage))


def fill_people(menu: QMenu, actions: DealActions, ids: list[int], people: Iterable[Named]) -> None:
    """Oneself, the others that work here and are in reach, nobody."""
    session = actions.session
    me = session.workspace.actor_id
    menu.addAction(tr("Me"), lambda: actions.assign(ids, me, tr("Me")))
    for person in [each for each in session.in_reach(people) if each.active and each.id != me][:_MOST_PEOPLE]:
        menu.addAction(plain(person.name), lambda person=person: actions.assign(ids, person.id, person.name))
    if session.rights.reaches(None):
        menu.addSeparator()
        menu.addAction(tr("Nobody"), lambda: actions.assign(ids, None))


def fill_priorities(menu: QMenu, actions: DealActions, ids: list[int]) -> None:
    """Priorities, the highest first."""
    from .dialogs.deal import PRIORITIES

    for priority in Priority:
        menu.addAction(tr(PRIORITIES[priority]), lambda priority=priority: actions.prioritise(ids, priority))


def fill_plans(menu: QMenu, actions: DealActions, ids: list[int], plans: Sequence[Plan]) -> None:
    """Plans of activities that are offered."""
    for plan in plans:
        menu.addAction(plain(plan.name), lambda plan=plan: actions.start_plan(ids, plan.id, plan.name))


def _read(ws: Workspace, ids: list[int]) -> _Facts:
    from ..services import activity_plans, board, deal_table, followers

    pipelines: Any = board.pipelines(ws)
    return _Facts(
        list(deal_table.fetch(ws, ids[:_LOOKED_AT]).values()),
        board.names(ws, "person"),
        pipelines,
        [stage for each in pipelines for stage in board.stages(ws, each.id)],
        [plan for plan in activity_plans.listing(ws, every=False) if plan.steps],
        len(ids) == 1 and any(each.id == ws.actor_id for each in followers.of(ws, ids[0])),
    )
