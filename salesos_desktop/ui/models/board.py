"""The whole board: a model per column (and row), their figures, kept up to date from the change stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from ...domain.changes import ChangeSet, Row
from ...domain.filters import DealFilter, Sort, sort_key
from ...domain.forecast import Sums
from ...domain.opportunities import Card
from ...domain.slots import Axis, By, CellKey, Key, Layout, Slot
from ...domain.stages import Stage, StageKind
from ...services import board as service
from ..session import Session
from .cards import CardStore
from .column import ColumnModel

_LINKED = frozenset({"person", "company", "contact", "product"})
_FILL_MS = 40
_NAMES = {By.OWNER: "person", By.SOURCE: "source", By.COMPANY: "company"}
"""Tables whose rows give columns and rows their names."""


@dataclass
class StageFigures:
    """Sums of one column, or of one place of it, per currency."""

    by_currency: dict[str, Sums] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Deals in all currencies."""
        return sum(sums.count for sums in self.by_currency.values())

    def add(self, currency: str, sums: Sums, sign: int = 1) -> None:
        """Adds or takes off."""
        kept = self.by_currency.setdefault(currency, Sums())
        kept.add(sums, sign)
        if not kept.count:
            del self.by_currency[currency]

    def gather(self, other: StageFigures) -> None:
        """Adds all of other figures."""
        for currency, sums in other.by_currency.items():
            self.add(currency, sums)


class BoardModel(QObject):
    """Columns and figures under one filter, order and layout.

    ``columns`` has a model for each place whose cards are shown: by the column's key, in rows by (row, column). Won and lost
    have none beside rows, but ``figures``, by their stages.

    Signals:
        reset(): the columns are (other) ones: build them.
        figures_changed(cells): sums of these places moved.
        loaded(): the first cards are here.
        filled(): the whole order of every column is here.
        placed(ids, cell): a change set of this window put deals there.
    """

    reset = Signal()
    figures_changed = Signal(object)
    loaded = Signal()
    filled = Signal()
    placed = Signal(object, object)

    def __init__(
        self, session: Session, texts: Callable[[Card], tuple[str, str]], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._texts = texts
        self.where = DealFilter()
        self.sort = Sort.MANUAL
        self.layout = Layout()
        self.pipeline_id: int | None = None
        self.pipelines: tuple[service.Named, ...] = ()
        self.elsewhere: tuple[Stage, ...] = ()
        self.stages: dict[int, Stage] = {}
        self.axis = Axis(By.STAGE, (), session.today)
        self.rows: Axis | None = None
        self.slots: dict[Key, Slot] = {}
        self.open_rows: list[Key] | None = None
        self.columns: dict[CellKey, ColumnModel] = {}
        self.figures: dict[CellKey, StageFigures] = {}
        self.cards = CardStore(partial(session.fetch, service.fetch), self)
        self._jobs: list[Any] = []
        self._seq = 0
        self._to_fill = 0
        self._filled_to: dict[CellKey, int] = {}
        self._reload = QTimer(self)
        self._reload.setSingleShot(True)
        self._reload.timeout.connect(self.load)
        # A moment later than the first cards, so that reading does not hold up their painting.
        self._fill = QTimer(self)
        self._fill.setSingleShot(True)
        self._fill.setInterval(_FILL_MS)
        self._fill.timeout.connect(self._on_fill)
        session.changed.connect(self._on_changed)

    def show(self, where: DealFilter, sort: Sort, pipeline_id: int | None, layout: Layout | None = None) -> None:
        """Shows the deals of a pipeline (None: the first) that match, in an order and a layout (None: as it is)."""
        layout = layout or self.layout
        asked = (where, sort, pipeline_id, layout)
        stays = asked == (self.where, self.sort, self.pipeline_id, self.layout)
        if not self._jobs or not stays or (layout.by is By.MONTH and self.axis.today != self._session.today):
            if layout != self.layout:
                self.open_rows = None
            self.where, self.sort, self.pipeline_id, self.layout = asked
            self.load()

    def load(self) -> None:
        """Reads the board afresh: figures and first cards, then the whole order of each column behind the scenes."""
        self._fill.stop()
        for job in self._jobs:
            job.cancel()
        self._jobs = [
            self._session.ask(
                service.snapshot, self.where, self.sort, pipeline_id=self.pipeline_id, layout=self.layout,
                open_rows=self.open_rows, done=self._on_snapshot,
            )
        ]  # fmt: skip

    def toggle_row(self, key: Key) -> None:
        """Shows the cards of a row, or no longer."""
        opened = list(self.open_rows or [])
        self.open_rows = [each for each in opened if each != key] if key in opened else [*opened, key]
        self.load()

    def figures_of(self, *, column: Key | None = None, row: Key | None = None) -> StageFigures:
        """Sums of a column, a row, or both; of everything without either."""
        found = StageFigures()
        for cell, figures in self.figures.items():
            at = cell if isinstance(cell, tuple) else (None, cell)
            if column in (None, at[1]) and row in (None, at[0]):
                found.gather(figures)
        return found

    def closings(self) -> list[tuple[Stage, ...]]:
        """Won and lost stages that deals of any row can be closed into: each alone, or those of all pipelines together."""
        closed = [stage for stage in self.stages.values() if stage.kind is not StageKind.OPEN]
        if not self.by_pipeline:
            return [(stage,) for stage in closed]
        kinds = dict.fromkeys(stage.kind for stage in closed)
        return [tuple(stage for stage in closed if stage.kind is kind) for kind in kinds]

    @property
    def by_pipeline(self) -> bool:
        """Whether each row is a pipeline."""
        return self.layout.lanes is By.PIPELINE

    def slots_of(self, cell: CellKey) -> tuple[Slot, Slot | None]:
        """Column and row of a place."""
        if isinstance(cell, tuple):
            assert self.rows is not None
            return self.slots[cell[1]], next(slot for slot in self.rows.slots if slot.key == cell[0])
        return self.slots[cell], None

    # The stream ---------------------------------------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.seq <= self._seq:
            return
        named = {_NAMES.get(by) for by in (self.layout.by, self.layout.lanes) if by is not None}
        anew = changes.tables & {"stage", "pipeline", *named}
        if anew or (changes.bulk and changes.touches("opportunity")):
            self.cards.clear()
            self._reload.start(0)
            return
        if changes.bulk and changes.tables & _LINKED:
            self.cards.clear()
        touched: set[CellKey] = set()
        placed: list[int] = []
        last: CellKey | None = None
        for change in changes.of("opportunity"):
            was, is_ = self._cell_of(change.before), self._cell_of(change.after)
            self._apply(changes.seq, change.row_id, (change.before, was), (change.after, is_), touched)
            if is_ is not None and was != is_:
                placed.append(change.row_id)
                last = is_
        if touched:
            self.figures_changed.emit(touched)
        if changes.tables & (_LINKED - {"person"}) and not changes.bulk:
            self._refresh_names(changes)
        if changes.origin == self._session.workspace.origin:
            self._tell_placed(changes, placed, last)

    def _tell_placed(self, changes: ChangeSet, placed: list[int], last: CellKey | None) -> None:
        if not placed:
            shown = [(c.row_id, self._cell_of(c.after)) for c in changes.of("opportunity")]
            placed = [row_id for row_id, cell in shown if cell is not None]
            last = next((cell for _, cell in shown if cell is not None), None)
        if last is not None:
            self.placed.emit(placed, last)

    def _apply(
        self, seq: int, deal_id: int, old: tuple[Row | None, CellKey | None], new: tuple[Row | None, CellKey | None],
        touched: set[CellKey],
    ) -> None:  # fmt: skip
        (before, was), (after, is_) = old, new
        self.cards.follow(deal_id, after, self.stages)
        if before is not None and was is not None:
            self.figures.setdefault(was, StageFigures()).add(before["currency"], _sums(before), -1)
            touched.add(was)
        if after is not None and is_ is not None:
            self.figures.setdefault(is_, StageFigures()).add(after["currency"], _sums(after))
            touched.add(is_)
        if was is not None and was == is_ and was in self.columns:
            assert before is not None
            assert after is not None
            self.columns[was].shift(deal_id, self._key(was, before), self._key(was, after))
            return
        if was is not None and before is not None and was in self.columns:
            self.columns[was].take(deal_id, self._key(was, before))
        if is_ is not None and after is not None and is_ in self.columns:
            # A column that was read after this commit has the deal already.
            read_since = seq <= self._filled_to.get(is_, 0)
            self.columns[is_].insert(deal_id, self._key(is_, after), maybe_there=read_since)

    def _key(self, cell: CellKey, row: Row) -> int:
        return sort_key(service.slot_sort(self.columns[cell].slot, self.sort), row)

    def _cell_of(self, row: Row | None) -> CellKey | None:
        """Where a row of ``opportunity`` stands, None where it is not shown; a place that is not there yet is read."""
        stage = self.stages.get(row["stage_id"]) if row is not None else None
        if row is None or stage is None or not self.where.matches(row):
            return None
        if stage.kind is not StageKind.OPEN or self.layout.by is By.STAGE:
            if stage.kind is not StageKind.OPEN and self.rows is not None:
                return stage.id
            column: Key | None = stage.id if stage.id in self.slots else None
        else:
            column = self.axis.key_of(row)
        at = None if self.rows is None else self.rows.key_of(row)
        if column is None or (self.rows is not None and at is None):
            self._reload.start(0)
            return None
        return column if at is None else (at, column)

    def _refresh_names(self, changes: ChangeSet) -> None:
        """A company, contact or product changed its name: the cards that are kept may show the old one."""
        if any(change.before is not None for table in _LINKED for change in changes.of(table)):
            self.cards.clear()
            for column in self.columns.values():
                if column.rowCount():
                    column.dataChanged.emit(column.index(0, 0), column.index(column.rowCount() - 1, 0))

    # Loading ------------------------------------------------------------------------------------------------------

    def _on_snapshot(self, found: service.Snapshot) -> None:
        self._seq = found.seq
        self.pipeline_id, self.pipelines, self.elsewhere = found.pipeline_id, found.pipelines, found.elsewhere
        self._filled_to.clear()
        self.cards.clear()
        self.cards.put(card for cards in found.first.values() for card in cards)
        axis = found.columns or Axis(By.STAGE, service.stage_slots(found.stages), self._session.today)
        self._take_figures(found)
        if found.rows is not None and self.open_rows is None:
            self.open_rows = list(service.opened(found.rows, None))
        cells = list(_cells(axis, found.rows, self.open_rows or []))
        stages = {stage.id: stage for stage in found.stages}
        built = (self.axis.slots, self.rows and self.rows.slots, self.stages, list(self.columns))
        self.axis, self.rows, self.stages = axis, found.rows, stages
        self.slots = {slot.key: slot for slot in axis.slots}
        if (axis.slots, found.rows and found.rows.slots, stages, cells) != built:
            self._build(cells)
        for cell, column in self.columns.items():
            first = found.first.get(cell, [])
            sort = service.slot_sort(column.slot, self.sort)
            keys = [sort_key(sort, _as_row(card)) for card in first]
            count = self.figures[cell].count if cell in self.figures else 0
            column.begin([card.id for card in first], keys, count)
        self.figures_changed.emit(set(cells))
        self.loaded.emit()
        self._fill.start()

    def _take_figures(self, found: service.Snapshot) -> None:
        self.figures = {} if found.columns is not None else {stage.id: StageFigures() for stage in found.stages}
        for f in found.figures:
            if f.stage_id in self.figures:
                self.figures[f.stage_id].add(f.currency, Sums(f.count, f.value, f.weighted, f.no_value))
        for cell, by_currency in found.cells.items():
            for currency, sums in by_currency.items():
                self.figures.setdefault(cell, StageFigures()).add(currency, Sums(*sums))

    def _on_fill(self) -> None:
        """Reads the whole order of the columns that the first cards did not complete."""
        short = [(cell, column) for cell, column in self.columns.items() if not column.complete]
        self._to_fill = len(short)
        for cell, column in short:
            place = service.place_of(self.stages.values(), *self.slots_of(cell))
            self._jobs.append(
                self._session.ask(
                    service.order, place, self.where, service.slot_sort(column.slot, self.sort), background=True,
                    done=lambda order, cell=cell: self._on_column(cell, order),
                )
            )  # fmt: skip
        if not short:
            self.filled.emit()

    def _build(self, cells: list[CellKey]) -> None:
        for column in self.columns.values():
            column.deleteLater()
        key = self._session.workspace.store.name
        self.columns = {
            cell: ColumnModel(
                cell, self.slots_of(cell)[0], self.cards, key, self._texts, self,
                may_edit=self._may_edit, takes=self._session.workspace.rights.write, may_take=self._may_take,
                invites=self._may_give(self._session.workspace.actor_id, cell),
            )
            for cell in cells
        }  # fmt: skip
        self.reset.emit()

    def _may_edit(self, card: Card) -> bool:
        return self._session.workspace.rights.edits("opportunity", card.id, card.owner_id)

    def _may_take(self, cell: CellKey, card: Card) -> bool:
        """Whether a deal may become the one's whose column or row this is, if it is anybody's."""
        return self._may_give(card.owner_id, cell)

    def _may_give(self, owner_id: int | None, cell: CellKey) -> bool:
        owners = [slot for slot in self.slots_of(cell) if slot is not None and slot.by is By.OWNER]
        return all(self._session.workspace.rights.gives(owner_id, slot.value) for slot in owners)

    def _on_column(self, cell: CellKey, order: service.Order) -> None:
        if cell in self.columns:
            self.columns[cell].complete_with(order.ids, order.keys)
            self._filled_to[cell] = order.seq
        self._to_fill -= 1
        if self._to_fill == 0:
            self.filled.emit()


def _cells(axis: Axis, rows: Axis | None, open_rows: list[Key]) -> Iterator[CellKey]:
    """Every place whose cards are shown."""
    keys = [slot.key for slot in axis.slots]
    if rows is None:
        yield from keys
    else:
        yield from product([slot.key for slot in rows.slots if slot.key in open_rows], keys)


def _sums(row: Row) -> Sums:
    value = row["value"]
    return Sums(1, value or 0, (value or 0) * row["probability"], int(value is None))


def _as_row(card: Card) -> dict[str, Any]:
    return {
        "rank": card.rank, "value": card.value, "touched_on": card.touched_on,
        "day": card.closed_on if card.closed_on else card.expected_close, "next_activity_on": card.next_activity_on,
    }  # fmt: skip
