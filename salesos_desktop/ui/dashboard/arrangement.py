"""Which cards a dashboard shows, in which order and how wide: each person's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """A card by the code of its figure; a ``wide`` one takes the whole width."""

    code: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Cards in order, and the codes of those that were hidden. It may name figures that are not there at the moment: they
    come back to their places."""

    shown: tuple[Place, ...] = ()
    hidden: frozenset[str] = frozenset()

    def moved(self, code: str, before: str | None) -> Arrangement:
        """A card stands before another, or (None) behind all."""
        card = self.place(code)
        if card is None or code == before:
            return self
        rest = [each for each in self.shown if each.code != code]
        at = next((n for n, each in enumerate(rest) if each.code == before), len(rest))
        return replace(self, shown=(*rest[:at], card, *rest[at:]))

    def widened(self, code: str, wide: bool) -> Arrangement:
        """A card takes the whole width, or half of it."""
        return replace(self, shown=tuple(Place(code, wide) if each.code == code else each for each in self.shown))

    def without(self, code: str) -> Arrangement:
        """A card is hidden."""
        return Arrangement(tuple(each for each in self.shown if each.code != code), self.hidden | {code})

    def having(self, place: Place) -> Arrangement:
        """A card is shown again, behind the others."""
        return Arrangement((*self.without(place.code).shown, place), self.hidden - {place.code})

    def place(self, code: str) -> Place | None:
        """Where a card is; None where it is not shown."""
        return next((each for each in self.shown if each.code == code), None)

    def plain(self) -> dict[str, Any]:
        """As plain values for a saved view."""
        return {"shown": [[each.code, each.wide] for each in self.shown], "hidden": sorted(self.hidden)}


def read(kept: Mapping[str, Any], figures: Iterable[tuple[Place, bool]]) -> Arrangement:
    """What ``plain`` gave, with the figures it does not know behind it, those that are shown at first (True)."""
    listed, hidden = kept.get("shown"), kept.get("hidden")
    shown = {
        each[0]: Place(each[0], bool(each[1]))
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, list) and len(each) == 2 and isinstance(each[0], str)
    }
    away = {each for each in (hidden if isinstance(hidden, list) else []) if isinstance(each, str)} - set(shown)
    for place, at_first in figures:
        if place.code in shown or place.code in away:
            continue
        if at_first:
            shown[place.code] = place
        else:
            away.add(place.code)
    return Arrangement(tuple(shown.values()), frozenset(away))
