"""What a drop or a key does with cards: to another stage, place, month, person, priority, source or row."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ...domain.filters import Sort
from ...domain.slots import CellKey, Slot
from ...domain.stages import Stage, StageKind
from ...i18n import tr
from ...services import regrouping
from ...services.roles import refusal
from ..deals import DealActions, ask_move
from ..models.board import BoardModel
from ..models.column import ColumnModel
from ..session import Session
from .column_frame import ColumnFrame
from .drag_watch import DragWatch
from .grid import BoardGrid


class CardMoves(QObject):
    """Asks for what drops and keys mean; the change set moves the cards.

    Signals:
        said(text): something a screen reader says.
    """

    said = Signal(object)

    def __init__(self, session: Session, model: BoardModel, grid: BoardGrid, actions: DealActions) -> None:
        super().__init__(grid)
        self._session, self._model, self._grid, self._actions = session, model, grid, actions
        grid.dropped.connect(self.drop)
        self.watch = DragWatch(session, grid)

    def close(self, ids: list[int], stages: tuple[Stage, ...]) -> None:
        """Cards of any row were dropped on won or lost: of several stages each goes to the one of its pipeline."""
        if not self.watch.allows(ids):
            return
        if len(stages) == 1:
            self._actions.move(ids, stages[0])
        elif stages[0].kind is StageKind.WON:
            self._actions.win(ids)
        else:
            self._actions.lose(ids)

    def drop(self, ids: list[int], cell: CellKey, row: int) -> None:
        """Cards were dropped before a row of a place."""
        if not self._session.may() or not self.watch.allows(ids):
            return
        slot, lane = self._model.slots_of(cell)
        column = self._model.columns[cell]
        if slot.kind is StageKind.OPEN and slot.stage is not None:
            after = column.before(row, ids) if self._model.sort is Sort.MANUAL else None
            if lane is None or not _coming(column, ids):
                self._actions.move(ids, slot.stage, after)
            else:
                self._into_row(ids, slot, lane, after)
            return
        coming = _coming(column, ids)
        if slot.kind is StageKind.OPEN:
            self._bring(coming, slot, lane)
        elif coming and slot.stage is not None:
            self._actions.move(coming, slot.stage)

    def sideways(self, frame: ColumnFrame, ids: list[int], step: int) -> None:
        """Shift and an arrow: to the neighbouring column of the same row."""
        target = self._grid.neighbour(frame, step)
        if target is None or not self._session.may():
            return
        if not target.model.allows(ids):
            self._session.problem.emit(refusal(self._session.rights))
            return
        if target.slot.stage is not None:
            self._actions.move(ids, target.slot.stage)
        else:
            self._bring(ids, target.slot, None)

    def up_or_down(self, frame: ColumnFrame, ids: list[int], step: int) -> None:
        """Shift and an arrow: a place up or down, where the order is by hand."""
        if frame.closed:
            return
        if self._model.sort is not Sort.MANUAL or frame.slot.stage is None:
            self.said.emit(tr("Cards are moved up and down when the order is by hand."))
            return
        column = frame.model
        rows = sorted(row for row in map(column.row_of, ids) if row >= 0)
        if not rows:
            return
        target = rows[0] - 1 if step < 0 else rows[-1] + 2
        if 0 <= target <= column.rowCount():
            self._actions.move(ids, frame.slot.stage, column.before(target, ids))

    def _bring(self, ids: list[int], slot: Slot, lane: Slot | None) -> None:
        """Sets what a column stands for, and its row where that is another one."""
        if ids:
            slots = [each for each in (slot, lane) if each is not None and each.takes]
            stage = self._first_stage(lane)
            if stage is not None:
                ask_move(
                    self._grid.window(), self._session, regrouping.move, list(ids), stage, [slot],
                    show=self._actions.show_dialog, draft=("regroup_move", slot.name),
                )  # fmt: skip
            else:
                about = ", ".join(each.name for each in slots)
                self._session.ask(regrouping.regroup, list(ids), slots, draft=("regroup", about))

    def _first_stage(self, lane: Slot | None) -> int | None:
        """The stage that deals come to in the row of a pipeline."""
        if lane is None or not self._model.by_pipeline:
            return None
        mine = (s for s in self._model.stages.values() if s.pipeline_id == lane.value and s.kind is StageKind.OPEN)
        return next((stage.id for stage in mine), None)

    def _into_row(self, ids: list[int], slot: Slot, lane: Slot, after: int | None) -> None:
        assert slot.stage is not None
        if not lane.takes:
            self.said.emit(tr("Nothing can be brought here."))
            return
        ask_move(
            self._grid.window(), self._session, regrouping.move, list(ids), slot.stage.id, [lane], after_id=after,
            show=self._actions.show_dialog, draft=("regroup_move", slot.stage.name),
        )  # fmt: skip


def _coming(column: ColumnModel, ids: list[int]) -> list[int]:
    """Those that are not in a column; looks through all of it, milliseconds in a very long one."""
    return [deal_id for deal_id in ids if column.row_of(deal_id) < 0]
