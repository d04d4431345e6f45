"""The records of a table that were looked at lately, fetched in windows from the worker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

LIMIT = 4000
_BATCH = 300

Fetch = Callable[[list[int], Callable[[dict[int, Any]], None], Callable[[], object]], Any]
"""Called with ids, with what takes their records, by id (those that are gone are left out), and what is told when they cannot
be read."""


class RecordStore(QObject):
    """Keeps up to LIMIT records and asks for the ones that are missing, many at once.

    A record that has changed is shown as it was until the new one is here.

    Signals:
        arrived(ids): records that were asked for are here.
    """

    arrived = Signal(object)

    def __init__(self, fetch: Fetch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._records: OrderedDict[int, Any] = OrderedDict()
        self._wanted: dict[int, None] = {}
        self._asked: set[int] = set()
        self._stale: set[int] = set()
        self._gone: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)

    def get(self, record_id: int) -> Any:
        """The record, None when it is not here; never asks."""
        record = self._records.get(record_id)
        if record is not None:
            self._records.move_to_end(record_id)
        return record

    def lacks(self, record_id: int) -> bool:
        """Whether the record is missing or has changed, and nobody has asked for it yet."""
        if record_id in self._stale:
            return True
        return not (record_id in self._records or record_id in self._asked or record_id in self._gone)

    def want(self, ids: Iterable[int]) -> None:
        """Asks soon for those that it lacks; what was wanted last comes first when it is too many."""
        self._wanted.update((i, None) for i in ids if self.lacks(i))
        if self._wanted and not self._timer.isActive():
            self._timer.start(0)

    def put(self, records: Iterable[Any]) -> None:
        """Takes records that were read together with something else."""
        for record in records:
            self._records[record.id] = record
            self._records.move_to_end(record.id)
        while len(self._records) > LIMIT:
            self._stale.discard(self._records.popitem(last=False)[0])

    def renew(self, ids: Iterable[int] | None = None) -> None:
        """These records (all, when None) have changed: each is asked for again when it is looked at."""
        self._stale.update(self._records if ids is None else (i for i in ids if i in self._records or i in self._asked))
        self._gone.clear()

    def read(self, ids: Iterable[int], done: Callable[[dict[int, Any]], None]) -> None:
        """Calls ``done`` with all of these records, at once or when the missing ones are here."""
        wanted = list(ids)
        here = {i: self._records[i] for i in wanted if i in self._records and i not in self._stale}
        missing = [i for i in wanted if i not in here]
        if missing:
            self._fetch(missing, lambda found: done({**here, **found}), lambda: None)
        else:
            done(here)

    def _ask(self) -> None:
        wanted = list(self._wanted)[-_BATCH:]
        self._wanted.clear()
        if wanted:
            self._asked.update(wanted)
            stale = self._stale.intersection(wanted)
            self._stale -= stale
            self._fetch(wanted, lambda found: self._on_fetched(wanted, found), lambda: self._on_missed(wanted, stale))

    def _on_missed(self, wanted: list[int], stale: set[int]) -> None:
        self._asked.difference_update(wanted)
        self._stale |= stale

    def _on_fetched(self, wanted: list[int], found: dict[int, Any]) -> None:
        self._asked.difference_update(wanted)
        self._gone.update(i for i in wanted if i not in found)
        self.put(found.values())
        self.arrived.emit(wanted)
