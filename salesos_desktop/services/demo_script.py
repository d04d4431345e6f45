"""What the sample deals go through: gathered deal by deal, written in the order in which it happened, as history is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from random import Random
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.money import exponent
from ..domain.points import won_points
from ..domain.stages import Stage, StageKind
from . import derived
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_EVERY = 200
"""Steps between two words on how far it is."""


class Script:
    """Steps at instants; none of a deal comes before the deal or later than now."""

    def __init__(self, ws: Workspace, uow: UnitOfWork) -> None:
        self._ws, self._uow = ws, uow
        self._now = ws.clock.now()
        self._steps: list[tuple[datetime, int, Callable[[], None]]] = []
        self._made: dict[int, datetime] = {}
        self._last: dict[int, datetime] = {}
        self._rows: dict[int, dict[str, Any]] = {}
        self._names: dict[tuple[str, int | None], str] = {}

    def make(self, row: dict[str, Any], at: datetime) -> None:
        """A deal comes as ``row`` says; it is given its number at once, as ``id``."""
        row["id"] = self._uow.next_id("opportunity")
        first = dict(row)
        self._made[row["id"]] = at
        self.tell(row, at, lambda: self._make(first))

    def change(self, row: dict[str, Any], at: datetime, values: Mapping[str, Any]) -> None:
        """A deal changes; ``row`` is as it then is."""
        row.update(values)
        self.tell(row, at, lambda: self._change(row["id"], values))

    def move(self, row: dict[str, Any], at: datetime, day: date, stage: Stage, **more: Any) -> None:
        """A deal goes on to a stage on a day, with its points, not before what was told of it already."""
        values = {"stage_id": stage.id, "stage_since": day, "probability": stage.probability, **more}
        row.update(values)
        self.tell(row, max(at, self.latest(row)), lambda: self._move(row["id"], stage, values))

    def tell(self, row: Mapping[str, Any], at: datetime, what: Callable[[], None]) -> None:
        """Anything else that happens to a deal, with the clock of the unit of work at that instant."""
        at = min(max(at, self._made[row["id"]]), self._now)
        self._last[row["id"]] = max(at, self._last.get(row["id"], at))
        self._steps.append((at, len(self._steps), what))

    def then(self, at: datetime, what: Callable[[], None]) -> None:
        """What happens to no deal."""
        self._steps.append((at, len(self._steps), what))

    def latest(self, row: Mapping[str, Any]) -> datetime:
        """When the last of what happened to a deal did."""
        return self._last[row["id"]]

    def play(self, progress: Callable[[float], None]) -> None:
        """Writes it; ``progress`` is given shares of it from 0 to 1."""
        for number, (at, _, what) in enumerate(sorted(self._steps)):
            self._uow.at = at
            what()
            if number % _EVERY == 0:
                progress(number / len(self._steps))

    def _make(self, row: dict[str, Any]) -> None:
        row |= derived.derive(self._uow, row, name_of=self._name)
        self._rows[self._uow.insert("opportunity", row, row["id"])] = row

    def _name(self, table: str, row_id: int | None) -> str:
        key = table, row_id
        if key not in self._names:
            self._uow.flush()
            self._names[key] = storage.reference.name_of(self._uow.connection, table, row_id)
        return self._names[key]

    def _change(self, deal_id: int, values: Mapping[str, Any]) -> None:
        row = self._rows[deal_id] = {**self._rows[deal_id], **values}
        self._uow.update("opportunity", deal_id, {**values, **derived.derive(self._uow, row, frozenset(values))})

    def _move(self, deal_id: int, stage: Stage, values: Mapping[str, Any]) -> None:
        self._change(deal_id, values)
        row, rules = self._rows[deal_id], self._ws.point_rules
        if stage.kind is StageKind.OPEN:
            self._uow.award(row["owner_id"], "stage_forward", rules["stage_forward"], deal_id, stage.id)
        elif stage.kind is StageKind.WON:
            points = won_points(row["value"], exponent(row["currency"]), rules)
            self._uow.award(row["owner_id"], "won", points, deal_id, stage.id)


def instant(day: date, chance: Random | None = None) -> datetime:
    """A moment of a day's working hours; without ``chance`` three o'clock."""
    hour = chance.randint(12, 20) if chance else 15
    minute = chance.randint(0, 59) if chance else 0
    return datetime.combine(day, time(hour, minute), UTC)
