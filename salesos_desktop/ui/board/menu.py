"""The menu of the selected cards: everything that can be done to them, by mouse or keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from ...domain.opportunities import Priority
from ...i18n import tr
from ...services.workspace import Workspace
from .column_frame import ColumnFrame

if TYPE_CHECKING:
    from ...services.activity_plans import Plan
    from ...services.board import Named
    from ..deals import DealActions
    from ..models.board import BoardModel
    from ..session import Session

_MOST = 40


class CardMenu(QObject):
    """Makes the menu; what needs a list (people, plans, who follows) has read it before the menu opens."""

    def __init__(self, session: Session, model: BoardModel, actions: DealActions, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._model, self._actions = session, model, actions
        self.menu: QMenu | None = None

    def show(self, frame: ColumnFrame, ids: list[int], point: QPoint) -> None:
        """Opens it for these cards of a column, at a global point."""
        self._session.ask(_read, ids, done=lambda found: self._show(frame, ids, point, found))

    def _show(self, frame: ColumnFrame, ids: list[int], point: QPoint, found: dict[str, Any]) -> None:
        from ..dialogs.deal import PRIORITIES

        self.menu = menu = QMenu(self._actions.window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.destroyed.connect(lambda _: self._forget(menu))
        actions, one = self._actions, len(ids) == 1
        if one:
            menu.addAction(tr("Open"), lambda: actions.open_requested.emit(ids[0]))
            menu.addAction(tr("Edit…"), lambda: actions.edit(ids[0]))
            menu.addSeparator()
        self._fill_moves(menu.addMenu(tr("Move to")), frame, ids)
        self._fill_people(menu.addMenu(tr("Assign to")), ids, found["people"])
        menu.addAction(tr("Close date…"), lambda: actions.reschedule(ids))
        priorities = menu.addMenu(tr("Priority"))
        for priority in Priority:
            priorities.addAction(tr(PRIORITIES[priority]), lambda priority=priority: actions.prioritise(ids, priority))
        menu.addAction(tr("Tags…"), lambda: actions.retag(ids))
        menu.addSeparator()
        menu.addAction(tr("Activity…"), lambda: actions.plan_activity(ids))
        self._fill_plans(menu, ids, found["plans"])
        if not frame.closed:
            menu.addAction(tr("On hold until…"), lambda: actions.hold(ids))
        if one:
            followed = found["followed"]
            text = tr("Stop following") if followed else tr("Follow")
            menu.addAction(text, lambda: actions.follow(ids[0], not followed))
            menu.addAction(tr("Clone"), lambda: actions.clone(ids[0]))
        menu.addSeparator()
        if frame.closed:
            menu.addAction(tr("Reopen…"), lambda: actions.reopen(ids))
        else:
            menu.addAction(tr("Won…"), lambda: actions.win(ids))
            menu.addAction(tr("Lost…"), lambda: actions.lose(ids))
        if len(ids) == 2:
            menu.addAction(tr("Merge…"), lambda: actions.merge(*ids))
        menu.addSeparator()
        menu.addAction(tr("Delete"), lambda: actions.delete(ids))
        menu.popup(point)
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])

    def _forget(self, menu: QMenu) -> None:
        if self.menu is menu:
            self.menu = None

    def _fill_moves(self, menu: QMenu, frame: ColumnFrame, ids: list[int]) -> None:
        here = frame.slot.stage
        for other in self._model.stages.values():
            if here is None or other.id != here.id:
                menu.addAction(_plain(other.name), lambda other=other: self._actions.move(ids, other))
        for pipeline in self._model.pipelines:
            others = [other for other in self._model.elsewhere if other.pipeline_id == pipeline.id]
            if others:
                elsewhere = menu.addMenu(_plain(pipeline.name))
                for other in others:
                    elsewhere.addAction(_plain(other.name), lambda other=other: self._actions.move(ids, other))

    def _fill_people(self, menu: QMenu, ids: list[int], people: list[Named]) -> None:
        me = self._session.workspace.actor_id
        menu.addAction(tr("Me"), lambda: self._actions.assign(ids, me))
        for person in [each for each in people if each.id != me][:_MOST]:
            menu.addAction(_plain(person.name), lambda person=person: self._actions.assign(ids, person.id))
        menu.addSeparator()
        menu.addAction(tr("Nobody"), lambda: self._actions.assign(ids, None))

    def _fill_plans(self, menu: QMenu, ids: list[int], plans: list[Plan]) -> None:
        if plans:
            starting = menu.addMenu(tr("Start a plan"))
            for plan in plans:
                starting.addAction(_plain(plan.name), lambda plan=plan: self._actions.start_plan(ids, plan.id))


def _plain(text: str) -> str:
    return text[:60].replace("&", "&&")


def _read(ws: Workspace, ids: list[int]) -> dict[str, Any]:
    from ...services import activity_plans, board, followers

    return {
        "people": [each for each in board.names(ws, "person") if each.active],
        "plans": [plan for plan in activity_plans.listing(ws, every=False) if plan.steps],
        "followed": len(ids) == 1 and any(each.id == ws.actor_id for each in followers.of(ws, ids[0])),
    }
