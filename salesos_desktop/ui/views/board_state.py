"""What a saved view of the board says, as far as it can still be shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from ...domain.filters import Sort
from ...i18n import tr
from ...services.board import Named

Days = tuple[date | None, date | None]


class BoardState:
    """Reads a definition against the people and pipelines there are; ``words`` says what is gone."""

    def __init__(self, state: Mapping[str, Any], people: Sequence[Named], pipelines: Sequence[Named]) -> None:
        self._state = state
        self.words: list[str] = []
        self.owner_id, self.owner_name = self._owner(people)
        self.pipeline_id = self._pipeline(pipelines)
        sort = str(state.get("sort"))
        self.sort = Sort(sort) if sort in set(Sort) - {Sort.CLOSED} else Sort.MANUAL

    def period(self, known: Collection[str]) -> tuple[str, Days]:
        """The name of the period, and the days of one's own."""
        name = str(self._state.get("period", "all"))
        try:
            first, before = map(date.fromisoformat, self._state.get("range") or ())
        except (ValueError, TypeError):
            return (name if name in known else "all"), (None, None)
        return ("range" if name == "range" else "all"), (first, before)

    def _owner(self, people: Sequence[Named]) -> tuple[int | None, str]:
        owner_id = self._state.get("owner_id")
        if not isinstance(owner_id, int):
            return None, ""
        found = next((each for each in people if each.id == owner_id), None)
        if people and found is None:
            self.words.append(tr("part of the filter “{name}”").format(name=tr("Owner")))
            return None, ""
        return owner_id, found.name if found is not None else str(self._state.get("owner_name", ""))

    def _pipeline(self, pipelines: Sequence[Named]) -> int | None:
        pipeline_id = self._state.get("pipeline_id")
        if pipelines and pipeline_id is not None and all(each.id != pipeline_id for each in pipelines):
            self.words.append(tr("its pipeline"))
            return None
        return pipeline_id if isinstance(pipeline_id, int) else None
