"""Which scenario is being played with, what of it is not saved yet, and the steps that led there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer

from ...domain.scenario import Scenario, from_json, to_json
from ...services.outlook.scenarios import Saved
from ..session import Session

_KEPT, _REST_MS = "what-if", 200
UNNAMED = 0


class Desk:
    """``scenario`` is what is played; ``current`` the saved one it belongs to, UNNAMED for none.

    What is not saved is a draft in the person's preferences, one for each scenario: closing the program and opening another
    scenario lose nothing. They are written a moment after a step, or when ``write`` says so.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        self._session = session
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST_MS)
        self._timer.timeout.connect(self.write)
        self._workspace = session.workspace.store.name
        mine = self._all().get(self._workspace)
        mine = mine if isinstance(mine, dict) else {}
        drafts = mine.get("drafts")
        self._drafts: dict[int, Scenario] = {
            int(key): from_json(values)
            for key, values in (drafts.items() if isinstance(drafts, dict) else ())
            if key.isdecimal()
        }
        current = mine.get("current")
        self.current = current if isinstance(current, int) else UNNAMED
        self.saved: Sequence[Saved] = ()
        self.scenario = self._drafts.get(self.current, Scenario())
        self._past: list[Scenario] = []
        self._future: list[Scenario] = []

    @property
    def opened(self) -> Saved | None:
        """The saved scenario that is played with."""
        return self.of(self.current)

    @property
    def unsaved(self) -> bool:
        """Whether it is another than what is saved, or made for another period."""
        base = self._base(self.current)
        return self.scenario != base or bool(base.period and base.period != self.scenario.period)

    def of(self, scenario_id: int) -> Saved | None:
        """A saved scenario."""
        return next((each for each in self.saved if each.id == scenario_id), None)

    def has_draft(self, scenario_id: int) -> bool:
        """Whether there is something that is not saved of a scenario."""
        return scenario_id in self._drafts

    # Playing ------------------------------------------------------------------------------------------------------

    def play(self, scenario: Scenario) -> None:
        """The next step."""
        if scenario != self.scenario:
            self._past.append(self.scenario)
            self._future.clear()
            self._show(scenario)

    def discard(self) -> None:
        """Back to what is saved, nothing where it has no name; a step that can be taken back, but for its period."""
        base = self._base(self.current)
        self.play(base)
        self._show(base)

    def turn(self, period: str) -> None:
        """It is of another period from now on. That is no step."""
        if self.scenario.changes:
            self._show(replace(self.scenario, period=period))

    @property
    def can_go(self) -> tuple[bool, bool]:
        """Whether there is a step to take back, and one to bring again."""
        return bool(self._past), bool(self._future)

    def go_back(self) -> None:
        """Takes the last step back."""
        if self._past:
            self._future.append(self.scenario)
            self._show(self._as_now(self._past.pop()))

    def go_forward(self) -> None:
        """Brings back what was taken back last."""
        if self._future:
            self._past.append(self.scenario)
            self._show(self._as_now(self._future.pop()))

    def _as_now(self, step: Scenario) -> Scenario:
        """In the period that is shown."""
        return replace(step, period=self.scenario.period or step.period)

    # Saved ones ---------------------------------------------------------------------------------------------------

    def take(self, scenario_id: int) -> None:
        """Goes on with another scenario, where it was left."""
        self._turn_to(scenario_id)
        self._show(self._drafts.get(scenario_id, self._base(scenario_id)))

    def show_saved(self, saved: Sequence[Saved]) -> None:
        """What is kept by now. One that is gone goes on without a name."""
        before, self.saved = self._base(self.current), saved
        if self.current != UNNAMED and self.opened is None:
            played = self.scenario
            self._turn_to(UNNAMED)
            self._show(self._drafts.get(UNNAMED, played))
        elif self.current in self._drafts or self.scenario != before:
            self._show(self._drafts.get(self.current, self.scenario))
        else:
            self._show(self._base(self.current))

    def kept_as(self, scenario_id: int, scenario: Scenario) -> None:
        """What was played is saved under an id."""
        self._drafts.pop(self.current, None)
        if scenario_id != self.current:
            self._turn_to(scenario_id)
        if self.scenario == scenario:
            self._drafts.pop(scenario_id, None)
        self._timer.start()

    def _turn_to(self, scenario_id: int) -> None:
        self.current = scenario_id
        self._past.clear()
        self._future.clear()

    def _base(self, scenario_id: int) -> Scenario:
        found = self.of(scenario_id)
        return found.scenario if found is not None else Scenario()

    # Preferences --------------------------------------------------------------------------------------------------

    def _show(self, scenario: Scenario) -> None:
        self.scenario = scenario
        if self.unsaved:
            self._drafts[self.current] = scenario
        else:
            self._drafts.pop(self.current, None)
        self._timer.start()

    def write(self) -> None:
        """Writes the drafts."""
        self._timer.stop()
        kept = {"current": self.current, "drafts": {str(key): to_json(each) for key, each in self._drafts.items()}}
        text = json.dumps({**self._all(), self._workspace: kept})
        preferences = self._session.preferences
        if preferences.geometry.get(_KEPT) != text:
            preferences.geometry[_KEPT] = text
            preferences.save()

    def _all(self) -> dict[str, Any]:
        with suppress(ValueError):
            found = json.loads(self._session.preferences.geometry.get(_KEPT, "{}"))
            if isinstance(found, dict):
                return found
        return {}
