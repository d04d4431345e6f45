"""The columns of a past day, as the board's grid shows them: to be looked at only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QMimeData, QObject, Qt, Signal

from ...domain.opportunities import Card
from ...domain.slots import CellKey, Key, Layout, Slot
from ...domain.stages import StageKind
from ...services.board import stage_slots
from ...services.outlook.looking_back import BoardThen
from ..models.board import StageFigures
from ..models.cards import CardStore
from ..models.column import ColumnModel, Index


class PastColumn(ColumnModel):
    """Cards that cannot be dragged, in a column that takes none."""

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cards can be selected."""
        return super().flags(index) & ~(Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled)

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:  # noqa: ARG002
        """Nothing is taken."""
        return False

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:  # noqa: ARG002
        """Nothing is taken."""
        return False


class PastBoardModel(QObject):
    """What BoardGrid asks of a BoardModel, always a column per stage.

    Signals:
        reset(): the columns are (other) ones: build them.
        figures_changed(cells): other figures.
    """

    reset = Signal()
    figures_changed = Signal(object)

    def __init__(
        self, workspace_key: str,
        fetch: Callable[[list[int], Callable[[dict[int, Card]], None], Callable[[], object]], Any],
        texts: Callable[[Card], tuple[str, str]], parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._key, self._texts = workspace_key, texts
        self.layout = Layout()
        self.rows = self.open_rows = None
        self.slots: dict[Key, Slot] = {}
        self.columns: dict[CellKey, PastColumn] = {}
        self.figures: dict[CellKey, StageFigures] = {}
        self.cards = CardStore(fetch, self)

    def show(self, then: BoardThen) -> None:
        """Shows another day; who has scrolled down a column stays there."""
        self._build(stage_slots(then.stages))
        self.cards.clear()
        self.cards.put(then.cards)
        for stage_id, found in then.columns.items():
            self.columns[stage_id].complete_with(found.ids, found.keys)
            self.figures[stage_id] = StageFigures(dict(found.figures))
        self.figures_changed.emit(set(self.columns))

    def _build(self, slots: Sequence[Slot]) -> None:
        if list(self.slots.values()) == list(slots):
            return
        for column in self.columns.values():
            column.deleteLater()
        self.slots = {slot.key: slot for slot in slots}
        self.columns = {
            slot.key: PastColumn(slot.key, slot, self.cards, self._key, self._texts, self) for slot in slots
        }
        self.figures = {slot.key: StageFigures() for slot in slots}
        self.reset.emit()

    def open_figures(self) -> StageFigures:
        """Sums of all open stages."""
        found = StageFigures()
        for key, slot in self.slots.items():
            if slot.kind is StageKind.OPEN:
                found.gather(self.figures[key])
        return found
