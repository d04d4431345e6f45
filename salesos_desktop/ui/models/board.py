"""The whole board: a model per stage, figures per stage, kept up to date from the change stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from ...domain.changes import ChangeSet, Row
from ...domain.filters import DealFilter, Sort, sort_key
from ...domain.forecast import Sums
from ...domain.opportunities import Card
from ...domain.stages import Stage
from ...services import board as service
from ..session import Session
from .cards import CardStore
from .column import StageColumnModel

_LINKED = frozenset({"person", "company", "contact", "product"})
_FILL_MS = 40


@dataclass
class StageFigures:
    """Sums of one stage per currency."""

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


class BoardModel(QObject):
    """Columns and figures under one filter and order.

    Signals:
        reset(): the stages are (other) ones: build the columns.
        figures_changed(stage_ids): sums of these stages moved.
        loaded(): the first cards are here.
        filled(): the whole order of every column is here.
        placed(ids, stage_id): a change set of this window put deals into a stage.
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
        self.pipeline_id: int | None = None
        self.pipelines: tuple[service.Named, ...] = ()
        self.elsewhere: tuple[Stage, ...] = ()
        self.stages: dict[int, Stage] = {}
        self.columns: dict[int, StageColumnModel] = {}
        self.figures: dict[int, StageFigures] = {}
        self.cards = CardStore(lambda ids, done: session.ask(service.fetch, ids, done=done), self)
        self._jobs: list[Any] = []
        self._seq = 0
        self._to_fill = 0
        self._filled_to: dict[int, int] = {}
        self._reload = QTimer(self)
        self._reload.setSingleShot(True)
        self._reload.timeout.connect(self.load)
        # A moment later than the first cards, so that reading does not hold up their painting.
        self._fill = QTimer(self)
        self._fill.setSingleShot(True)
        self._fill.setInterval(_FILL_MS)
        self._fill.timeout.connect(self._on_fill)
        session.changed.connect(self._on_changed)

    def show(self, where: DealFilter, sort: Sort, pipeline_id: int | None) -> None:
        """Shows the deals of a pipeline (None: the first) that match, in an order."""
        if not self._jobs or (where, sort, pipeline_id) != (self.where, self.sort, self.pipeline_id):
            self.where, self.sort, self.pipeline_id = where, sort, pipeline_id
            self.load()

    def load(self) -> None:
        """Reads the board afresh: figures and first cards, then the whole order of each column behind the scenes."""
        self._fill.stop()
        for job in self._jobs:
            job.cancel()
        self._jobs = [
            self._session.ask(
                service.snapshot, self.where, self.sort, pipeline_id=self.pipeline_id, done=self._on_snapshot
            )
        ]

    def key_of(self, stage: Stage, row: Row) -> int:
        """Sort key of a row in the column of a stage."""
        return sort_key(service.column_sort(stage, self.sort), row)

    # The stream ---------------------------------------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.seq <= self._seq:
            return
        if changes.tables & {"stage", "pipeline"} or (changes.bulk and changes.touches("opportunity")):
            self.cards.clear()
            self._reload.start(0)
            return
        if changes.bulk and changes.tables & _LINKED:
            self.cards.clear()
        touched: set[int] = set()
        placed: list[int] = []
        for change in changes.of("opportunity"):
            self._apply(changes.seq, change.row_id, change.before, change.after, touched)
            if change.after is not None and (
                change.before is None or change.before["stage_id"] != change.after["stage_id"]
            ):
                placed.append(change.row_id)
        if touched:
            self.figures_changed.emit(touched)
        if changes.tables & (_LINKED - {"person"}) and not changes.bulk:
            self._refresh_names(changes)
        if changes.origin == self._session.workspace.origin:
            moved = placed or [change.row_id for change in changes.of("opportunity")]
            last = next((c.after["stage_id"] for c in changes.of("opportunity") if c.row_id in moved and c.after), None)
            if moved and last is not None:
                self.placed.emit(moved, last)

    def _apply(self, seq: int, deal_id: int, before: Row | None, after: Row | None, touched: set[int]) -> None:
        self.cards.follow(deal_id, after, self.stages)
        was, is_ = self._shown_in(before), self._shown_in(after)
        if before is not None and was is not None:
            self.figures[was].add(before["currency"], _sums(before), -1)
            touched.add(was)
        if after is not None and is_ is not None:
            self.figures[is_].add(after["currency"], _sums(after))
            touched.add(is_)
        if was is not None and was == is_:
            assert before is not None
            assert after is not None
            stage = self.stages[was]
            self.columns[was].shift(deal_id, self.key_of(stage, before), self.key_of(stage, after))
            return
        if was is not None and before is not None:
            self.columns[was].take(deal_id, self.key_of(self.stages[was], before))
        if is_ is not None and after is not None:
            # A column that was read after this commit has the deal already.
            read_since = seq <= self._filled_to.get(is_, 0)
            self.columns[is_].insert(deal_id, self.key_of(self.stages[is_], after), maybe_there=read_since)

    def _shown_in(self, row: Row | None) -> int | None:
        if row is None or row["stage_id"] not in self.columns or not self.where.matches(row):
            return None
        return int(row["stage_id"])

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
        self.figures = {stage.id: StageFigures() for stage in found.stages}
        for f in found.figures:
            if f.stage_id in self.figures:
                self.figures[f.stage_id].add(f.currency, Sums(f.count, f.value, f.weighted, f.no_value))
        fresh = {stage.id: stage for stage in found.stages}
        if fresh != self.stages:
            self._build(fresh)
        for stage in found.stages:
            first = found.first.get(stage.id, [])
            sort = service.column_sort(stage, self.sort)
            keys = [sort_key(sort, _as_row(card)) for card in first]
            self.columns[stage.id].begin([card.id for card in first], keys, self.figures[stage.id].count)
        self.figures_changed.emit(set(fresh))
        self.loaded.emit()
        self._fill.start()

    def _on_fill(self) -> None:
        """Reads the whole order of the columns that the first cards did not complete."""
        short = [column.stage for column in self.columns.values() if not column.complete]
        self._to_fill = len(short)
        for stage in short:
            self._jobs.append(
                self._session.ask(
                    service.column, stage, self.where, self.sort, background=True,
                    done=lambda order, stage_id=stage.id: self._on_column(stage_id, order),
                )
            )  # fmt: skip
        if not short:
            self.filled.emit()

    def _build(self, stages: dict[int, Stage]) -> None:
        for column in self.columns.values():
            column.deleteLater()
        self.stages = stages
        key = self._session.workspace.store.name
        self.columns = {
            stage.id: StageColumnModel(stage, self.cards, key, self._texts, self) for stage in stages.values()
        }
        self.reset.emit()

    def _on_column(self, stage_id: int, order: service.Order) -> None:
        if stage_id in self.columns:
            self.columns[stage_id].complete_with(order.ids, order.keys)
            self._filled_to[stage_id] = order.seq
        self._to_fill -= 1
        if self._to_fill == 0:
            self.filled.emit()


def _sums(row: Row) -> Sums:
    value = row["value"]
    return Sums(1, value or 0, (value or 0) * row["probability"], int(value is None))


def _as_row(card: Card) -> dict[str, Any]:
    return {
        "rank": card.rank, "value": card.value, "touched_on": card.touched_on,
        "day": card.closed_on if card.closed_on else card.expected_close, "next_activity_on": card.next_activity_on,
    }  # fmt: skip
