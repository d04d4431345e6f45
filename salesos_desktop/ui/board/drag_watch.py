"""Cards that somebody else moves while they are dragged here: the drag ends, and it is said who and where to."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Signal
from PySide6.QtGui import QDrag

from ...domain.changes import ChangeSet
from ...i18n import tr
from ...services import board
from ...services.workspace import Workspace
from ..session import Session
from .grid import BoardGrid

_PLACES = frozenset({"stage_id", "deleted_at"})


class DragWatch(QObject):
    """Follows what others do to the cards that are in the air.

    Signals:
        taken((title, body)): a dragged card has gone elsewhere: who moved it, and where it is.
    """

    taken = Signal(object)

    def __init__(self, session: Session, grid: BoardGrid) -> None:
        super().__init__(grid)
        self._session, self._grid = session, grid
        self._gone: set[int] = set()
        session.changed.connect(self._on_changed)

    def allows(self, ids: list[int]) -> bool:
        """Whether these cards may be dropped: none of them has been moved while it was dragged."""
        return not self._gone.intersection(ids) & self._dragged()

    def _dragged(self) -> set[int]:
        return {deal_id for view in self._grid.views() for deal_id in view.lifted_ids}

    def _on_changed(self, changes: ChangeSet) -> None:
        dragged = self._dragged()
        self._gone &= dragged
        if not dragged or changes.origin == self._session.workspace.origin:
            return
        for change in changes.of("opportunity"):
            gone = change.after is None or change.before is None or change.fields & _PLACES
            if change.row_id in dragged and gone and change.row_id not in self._gone:
                self._gone.add(change.row_id)
                # Where a system does not let a drag be ended, the drop is refused.
                QDrag.cancel()
                for view in self._grid.views():
                    if change.row_id in view.lifted_ids:
                        # No neighbour takes its place that nobody has chosen.
                        view.setCurrentIndex(QModelIndex())
                        view.clearSelection()
                self._session.ask(_moved_text, change.row_id, changes.actor_id, done=self.taken.emit)


def _moved_text(ws: Workspace, deal_id: int, actor_id: int) -> tuple[str, str]:
    """Who has moved a deal, and where it is now."""
    people = {each.id: each.name for each in board.names(ws, "person")}
    who, card = people.get(actor_id) or tr("Somebody else"), board.fetch(ws, [deal_id]).get(deal_id)
    if card is None:
        return tr("{who} has taken the deal away").format(who=who), tr("It was not dropped.")
    stage = next(each.name for each in board.stages_of(ws, deal_id) if each.id == card.stage_id)
    title = tr("{who} has just moved “{name}”").format(who=who, name=card.name)
    return title, tr("It is in {stage} now and was not dropped.").format(stage=stage)
