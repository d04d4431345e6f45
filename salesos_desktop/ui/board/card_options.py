"""Cards as a person wants them: which fields, how much room, which colour for what, what headers measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...i18n import N_

FIELDS: Mapping[str, str] = {
    "company": N_("Company"), "contact": N_("Contact"), "product": N_("Product"), "source": N_("Source"),
    "own": N_("Own fields"), "value": N_("Value"), "close": N_("Close date"), "days": N_("Days in stage"),
    "owner": N_("Owner"), "activity": N_("Next activity"), "priority": N_("Priority"), "checks": N_("Check list"),
    "tags": N_("Tags"),
}  # fmt: skip
"""What can stand on a card, with its name."""
USUAL = frozenset(FIELDS) - {"tags", "source"}

COLOURS: Mapping[str, str] = {
    "": N_("No colour"), "stage": N_("Stage"), "priority": N_("Priority"), "stale": N_("How long without a touch"),
    "activity": N_("Next activity"), "rules": N_("Conditions of my own…"),
}  # fmt: skip
"""What a colour can say, beside an own list field (``custom.KEY``)."""
MEASURES: Mapping[str, str] = {
    "value": N_("Value"), "weighted": N_("Weighted"), "average": N_("Average"), "count": N_("Count"),
}  # fmt: skip
MOST_RULES = 8


@dataclass(frozen=True, slots=True)
class ColourRule:
    """Deals that meet a condition (domain/condition_json.py) have this colour and this word beside it."""

    word: str
    colour: str
    condition: str


@dataclass(frozen=True, slots=True)
class CardOptions:
    """``colour``: a key of COLOURS, or ``custom.KEY``; ``rules`` are asked in their order, the first that holds decides."""

    fields: frozenset[str] = USUAL
    compact: bool = False
    colour: str = ""
    rules: tuple[ColourRule, ...] = ()
    measure: str = "value"

    def toggled(self, field: str) -> CardOptions:
        """With a field more or less."""
        return replace(self, fields=self.fields ^ {field})

    def plain(self) -> dict[str, Any]:
        """As plain values for the preferences."""
        return {
            "fields": sorted(self.fields), "compact": self.compact, "colour": self.colour, "measure": self.measure,
            "rules": [[rule.word, rule.colour, rule.condition] for rule in self.rules],
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Any) -> CardOptions:
        """From what was kept, as far as it can be understood."""
        if not isinstance(kept, dict):
            return cls()
        fields, rules = kept.get("fields"), kept.get("rules")
        colour = kept.get("colour")
        known = isinstance(colour, str) and (colour in COLOURS or colour.startswith("custom."))
        return cls(
            frozenset(FIELDS).intersection(map(str, fields)) if isinstance(fields, list) else USUAL,
            kept.get("compact") is True,
            str(colour) if known else "",
            tuple(
                ColourRule(*each)
                for each in (rules if isinstance(rules, list) else [])[:MOST_RULES]
                if isinstance(each, list) and len(each) == 3 and all(isinstance(part, str) for part in each)
            ),
            next((each for each in MEASURES if each == kept.get("measure")), "value"),
        )
