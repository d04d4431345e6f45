"""What if: changes of open deals that are only played through. A scenario makes other deals of deals and touches none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from .money import MAX_MINOR
from .outlook import Deal, counts_in_forecast
from .stages import OPEN_CATEGORIES, Category, Stage, StageKind

_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Edit:
    """What a field of a deal is to be, and what it was when that was decided."""

    to: Any
    was: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to a deal: whether it ``counted`` in or out (None: as it really is), and other values of FIELDS."""

    counted: bool | None = None
    edits: Mapping[str, Edit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changes by the id of their deal, and the code of the ``period`` they were made for, "" where that is not known. Each
    change of it gives another one; two with the same changes are equal."""

    changes: Mapping[int, Change] = field(default_factory=dict)
    period: str = field(default="", compare=False)

    def ticked(self, some: Iterable[tuple[Deal, Stage]], counted: bool) -> Scenario:
        """With deals in or out of the forecast; where one would be anyway is no change."""
        made = {}
        for deal, stage in some:
            change = replace(self.changes.get(deal.id, Change()), counted=None)
            untouched = Scenario({deal.id: change}).applied(deal, stage)
            wanted = None if counted is counts_in_forecast(untouched, stage) else counted
            made[deal.id] = replace(change, counted=wanted)
        return self._with(made)

    def edited(self, deal: Deal, name: str, value: Any) -> Scenario:
        """With another value of one of FIELDS; the real one is no change. Raises ValueError for what the field cannot have."""
        if not FIELDS[name](value):
            raise ValueError(f"{name} cannot be {value!r}")
        change, real = self.changes.get(deal.id, Change()), getattr(deal, name)
        edits = {each: edit for each, edit in change.edits.items() if each != name}
        if value != real:
            edits[name] = Edit(value, real)
        return self._with({deal.id: replace(change, edits=edits)})

    def without(self, ids: Iterable[int]) -> Scenario:
        """With some deals as they really are."""
        gone = set(ids)
        return replace(self, changes={each: change for each, change in self.changes.items() if each not in gone})

    def applied(self, deal: Deal, stage: Stage) -> Deal:
        """What it makes of a deal; nothing of one that is closed.

        One that is counted in although it is left out has the category of its stage, or "pipeline" where the stage leaves
        its deals out.
        """
        change = self.changes.get(deal.id)
        if change is None or stage.kind is not StageKind.OPEN:
            return deal
        made = replace(deal, **{name: edit.to for name, edit in change.edits.items()})
        if change.counted is False:
            return replace(made, category=Category.OMITTED.value)
        if change.counted and not counts_in_forecast(made, stage):
            shown = Category.PIPELINE if stage.category is Category.OMITTED else stage.category
            return replace(made, category=shown.value)
        return made

    def moved_on(self, deal: Deal) -> frozenset[str]:
        """Changed fields whose real value is no longer what it was, and not what the scenario makes of it either."""
        edits = self.changes.get(deal.id, Change()).edits
        return frozenset(
            name for name, edit in edits.items() if getattr(deal, name) not in (edit.was, edit.to)
        )  # fmt: skip

    def _with(self, made: Mapping[int, Change]) -> Scenario:
        """With other changes of some deals, which stand last."""
        kept = {each: change for each, change in self.changes.items() if each not in made}
        kept.update((each, change) for each, change in made.items() if change != Change())
        return replace(self, changes=kept)


def to_json(scenario: Scenario) -> dict[str, Any]:
    """Plain values for JSON: the period, and deal → ``in`` and, of each field, what it is to be and what it was."""
    return {
        "period": scenario.period,
        "deals": {
            str(deal_id): {
                **({} if change.counted is None else {"in": change.counted}),
                **{name: [_plain(edit.to), _plain(edit.was)] for name, edit in change.edits.items()},
            }
            for deal_id, change in scenario.changes.items()
        },
    }


def from_json(values: Any) -> Scenario:
    """The scenario of plain values, as far as they can be understood."""
    listed, period = (values.get("deals"), values.get("period")) if isinstance(values, dict) else (None, None)
    found = {}
    for text, said in listed.items() if isinstance(listed, dict) else ():
        if isinstance(said, dict) and isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 19:
            counted = said.get("in")
            edits = {name: edit for name in FIELDS if (edit := _edit(name, said.get(name))) is not None}
            change = Change(counted if isinstance(counted, bool) else None, edits)
            if change != Change():
                found[int(text)] = change
    return Scenario(found, period if isinstance(period, str) else "")


def _edit(name: str, said: Any) -> Edit | None:
    if not isinstance(said, list) or len(said) != 2:
        return None
    to, was = (_day(each) if name == "day" else each for each in said)
    return Edit(to, was) if FIELDS[name](to) and FIELDS[name](was) and to != was else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _day(value: Any) -> Any:
    try:
        return None if value is None else date.fromisoformat(value)
    except (TypeError, ValueError):
        return _NOTHING


def _whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "value": lambda value: value is None or _whole(value, MAX_MINOR),
    "day": lambda day: day is None or (isinstance(day, date) and 1900 <= day.year <= 2200),
    "probability": lambda percent: _whole(percent, 100),
    "category": lambda category: category == "" or category in tuple(OPEN_CATEGORIES),
}
"""Fields of an open Deal that a scenario changes, each with whether it can have a value."""
