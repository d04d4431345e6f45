"""Sample targets of each month, what each person called, and how a manager adjusted the forecast of some months."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..domain.periods import add_months, month_of, month_start, months_between
from ..i18n import language
from . import demo_words as words
from .demo_past import HABITS, MONTHS, Habit, Life, first_day
from .demo_script import instant
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_CALLED, _ADJUSTED = 6, 4
"""How many months, the one at hand included, somebody has spoken of."""
_AMBITION, _RAISE = 0.97, 0.02
"""Target of the middle of the past as a share of what is won in a usual month, and how much it rises each month."""
_AHEAD = 11


class TargetSamples:
    """Writes them inside the unit of work that makes the sample deals, out of how the deals that are over ended."""

    def __init__(
        self, ws: Workspace, uow: UnitOfWork, chance: random.Random, people: Sequence[int], over: Sequence[Life]
    ) -> None:
        self._ws, self._uow, self._chance = ws, uow, chance
        self._team = list(zip(people, HABITS, strict=True))
        self._today = ws.clock.today()
        self._here = month_of(self._today)
        self._won: dict[tuple[int, str], int] = {}
        for life in over:
            if life.won:
                key = life.owner_id, month_of(life.closed)
                self._won[key] = self._won.get(key, 0) + life.value

    def fill(self) -> None:
        """Targets from the first day to a year from now, calls and adjustments of the last months."""
        for month in months_between(month_of(first_day(self._today)), add_months(self._here, _AHEAD)):
            whole = self._target(month)
            parts = sum(_weight(habit) for _, habit in self._there(month))
            self._quota(None, month, whole)
            for person_id, habit in self._there(month):
                self._quota(person_id, month, whole * _weight(habit) / parts)
        for back in range(_CALLED):
            self._calls(add_months(self._here, -back), closed=back > 0)
        for back in range(_ADJUSTED):
            self._adjust(add_months(self._here, -back), back)

    def _target(self, month: str) -> float:
        """What everybody is asked for in a month."""
        usual = sum(self._won.values()) / MONTHS
        age = (date.fromisoformat(month + "-01") - first_day(self._today)).days / 31
        return usual * (_AMBITION + (age - MONTHS / 2) * _RAISE)

    def _quota(self, person_id: int | None, month: str, amount: float) -> None:
        values = {"person_id": person_id, "period": month, "amount": _round(amount), "currency": self._ws.currency}
        self._uow.insert("quota", values)

    def _calls(self, month: str, *, closed: bool) -> None:
        """Each says twice what they will sell: as the month begins, and in its middle, when they know better."""
        for person_id, habit in self._there(month):
            truth = self._won.get((person_id, month), 0) if closed else self._target(month) / len(self._team)
            for day, doubt in ((1, habit.calls), (15, (1 + habit.calls) / 2)):
                at = instant(month_start(month) + timedelta(days=day), self._chance)
                if at <= self._ws.clock.now():
                    said = truth * doubt * self._chance.uniform(0.85, 1.1)
                    self._say("forecast_call", person_id, at, {"person_id": person_id, "note": ""}, month, said)

    def _adjust(self, month: str, back: int) -> None:
        """What the manager expects of everybody, some days before the month begins."""
        won = sum(self._won.get((person_id, month), 0) for person_id, _ in self._team)
        reasons = words.ADJUSTMENTS[0 if language() == "es" else 1]
        said = (won if back else self._target(month)) * self._chance.uniform(0.9, 1.12)
        at = instant(month_start(month) - timedelta(days=2), self._chance)
        values = {"reason": reasons[back % len(reasons)]}
        self._say("forecast_adjustment", self._ws.actor_id, at, values, month, said)

    def _say(self, table: str, by: int, at: datetime, values: dict[str, Any], month: str, amount: float) -> None:
        said = {"period": month, "amount": _round(amount), "currency": self._ws.currency, "created_by": by or None}
        self._uow.at = at
        self._uow.insert(table, {**values, **said, "created_at": at})

    def _there(self, month: str) -> list[tuple[int, Habit]]:
        """Who was with the team in a month."""
        age = (self._today - month_start(month)).days
        return [(person_id, habit) for person_id, habit in self._team if age <= habit.here]


def _weight(habit: Habit) -> float:
    """Who sells more is asked for more, but not as much more."""
    return habit.share * (0.3 + habit.wins)


def _round(amount: float) -> int:
    """To two significant digits, as people set such figures."""
    digits = max(0, len(str(int(amount))) - 2)
    return int(round(amount, -digits))
