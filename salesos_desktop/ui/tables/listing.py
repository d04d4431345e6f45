"""Keeps a table of records showing what the service has: asks for orders in the background and follows the change stream."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from ...domain.changes import ChangeSet
from ...errors import LineLost
from ...services.workspace import Workspace
from ..session import Session
from .model import RecordTableModel

_SETTLE_MS = 30
_FIRST = 80


class RecordList(QObject):
    """One list under a filter and an order.

    ``beginning(ws, where, sort, descending=…)`` gives the first ``ids``, their ``rows`` and whether that is the ``whole``;
    ``listing`` with the same arguments gives all ``ids``. ``table`` is the records' own in the change stream; a change in
    one of ``linked`` may change what their rows show and the order, one in ``beside`` only what they show.

    Signals:
        shown(): the first rows of what was asked for are here.
        counted(count): the whole order is here.
        missed(): what was asked for cannot be read without a line; it is read when that is back.
    """

    shown = Signal()
    counted = Signal(object)
    missed = Signal()

    def __init__(
        self, session: Session, model: RecordTableModel, beginning: Callable[..., Any], listing: Callable[..., Any],
        table: str, linked: frozenset[str], parent: QObject | None = None, *, beside: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session, self._model = session, model
        self._beginning, self._listing = beginning, listing
        self._table, self._linked, self._beside = table, linked, beside
        self._asked: tuple[Any, Any, bool] | None = None
        self._jobs: list[Any] = []
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_SETTLE_MS)
        self._again.timeout.connect(self._ask_order)
        model.completed.connect(lambda: self.counted.emit(model.rowCount()))
        session.changed.connect(self._on_changed)
        if session.drafts is not None:
            session.drafts.shown_by(table, model.store.get)

    def show(self, where: Any, sort: Any, descending: bool) -> None:
        """Shows what matches, in an order; nothing is asked when that is what is shown."""
        if self._asked == (where, sort, descending):
            return
        self._asked = (where, sort, descending)
        self._cancel()
        self._jobs = [
            self._session.ask(
                self._beginning, where, sort, descending=descending, done=self._on_beginning, failed=self._on_failed
            )
        ]  # fmt: skip

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, LineLost):
            self.missed.emit()
        self._session.missed(error)

    def _on_beginning(self, found: Any) -> None:
        self._model.begin(found.ids, found.rows.values(), whole=found.whole)
        self.shown.emit()
        if not found.whole:
            self._ask_order()

    def _ask_order(self) -> None:
        if self._asked is None:
            return
        where, sort, descending = self._asked
        self._cancel()
        self._jobs = [
            self._session.ask(self._listing, where, sort, descending=descending, background=True, done=self._on_order)
        ]

    def _on_order(self, found: Any) -> None:
        self._model.apply_order(found.ids)
        self.shown.emit()

    def _cancel(self) -> None:
        self._again.stop()
        for job in self._jobs:
            job.cancel()
        self._jobs = []

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._asked is not None and changes.tables & self._beside:
            self._model.renew()
        if self._asked is None or not (changes.touches(self._table) or changes.tables & self._linked):
            return
        if changes.bulk or changes.tables & self._linked:
            self._model.renew()
        else:
            self._model.renew([change.row_id for change in changes.of(self._table)])
        # The first of several changes starts the clock, so that a stream of them does not hold the list up.
        if not self._again.isActive():
            self._again.start()


@dataclass(frozen=True, slots=True)
class Whole:
    """All ids of a list with the rows of the first."""

    ids: array[int]
    rows: dict[int, Any]
    whole: bool = True


def whole_list(service: Any) -> Callable[..., Whole]:
    """``beginning`` of a service that only has ``listing`` and ``fetch``."""

    def beginning(ws: Workspace, where: Any, sort: Any, *, descending: bool = False) -> Whole:
        ids = service.listing(ws, where, sort, descending=descending).ids
        return Whole(ids, service.fetch(ws, ids[:_FIRST]))

    return beginning
