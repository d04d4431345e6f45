"""A cube for whatever is chosen on the forecast page, moved by every change set."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from ...domain.changes import ChangeSet
from ...domain.forecast import Cube
from ...services import forecast as service
from ...services.forecast import Asked
from ...services.workspace import SETTINGS
from ..models.forecast import ForecastModel
from ..session import Session

_ALL = Asked()


class FollowedCube(QObject):
    """The cube of what was ``ask``ed for last. That of all deals by owner is the window's own and costs nothing.

    Signals:
        changed(): figures moved, or the cube of another question is there.
    """

    changed = Signal()

    def __init__(self, session: Session, model: ForecastModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._model = session, model
        self.asked: Asked | None = None
        self._cube: Cube | None = None
        self._seq = 0
        self._waiting: list[ChangeSet] = []
        self._job: Any = None
        model.changed.connect(self._on_model_changed)
        session.changed.connect(self._on_changed)
        session.day_changed.connect(self._load)

    @property
    def cube(self) -> Cube | None:
        """The cube, None until it is there."""
        return self._model.cube if self.asked == _ALL else self._cube

    def ask(self, asked: Asked | None) -> None:
        """Another question; None for no more of it."""
        if asked != self.asked:
            self.asked, self._cube = asked, None
            self._load()

    def _load(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._waiting = []
        if self.asked not in (None, _ALL):
            self._job = self._session.ask(service.loaded, self.asked, done=self._on_loaded)

    def _on_loaded(self, found: tuple[Cube, int]) -> None:
        self._job = None
        self._cube, self._seq = found
        waiting, self._waiting = self._waiting, []
        for changes in waiting:
            self._follow(changes)
        self.changed.emit()

    def _on_model_changed(self) -> None:
        if self.asked == _ALL:
            self.changed.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.asked is None or self.asked == _ALL:
            return
        if self.asked.converted and changes.verb == SETTINGS:
            self._load()
        if not changes.tables & {"opportunity", "stage", "exchange_rate"}:
            return
        if changes.bulk:
            self._load()
        elif self._job is not None:
            self._waiting.append(changes)
        elif self._follow(changes):
            self.changed.emit()

    def _follow(self, changes: ChangeSet) -> bool:
        """Moves the cube; loads it afresh where that cannot be done."""
        if self._cube is None or changes.seq <= self._seq or self.asked is None:
            return False
        if service.follow(self._cube, changes, self.asked.where):
            return True
        self._load()
        return False
