"""Badges: what earns one, how near somebody is, and the six that a new workspace has."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NEAR = 0.8
"""Progress from which a hidden badge is shown."""
MAX_THRESHOLD = 10**15


class Measure(StrEnum):
    """What a badge counts, over all time: won deals, their value together or the largest of them (minor units of the
    workspace's currency), leads made and qualified, activities done."""

    WON = "won"
    REVENUE = "revenue"
    LARGEST = "largest"
    LEADS = "leads"
    QUALIFIED = "qualified"
    ACTIVITIES = "activities"


MONEY = frozenset({Measure.REVENUE, Measure.LARGEST})
"""Measures of which a threshold is kept in whole major units, so that it holds in any currency."""
EARNING: dict[str, frozenset[Measure]] = {
    "won": frozenset({Measure.WON, Measure.REVENUE, Measure.LARGEST}),
    "lead_created": frozenset({Measure.LEADS}),
    "lead_qualified": frozenset({Measure.LEADS, Measure.QUALIFIED}),
    "lead_converted": frozenset({Measure.QUALIFIED}),
    "task_on_time": frozenset({Measure.ACTIVITIES}),
    "note_logged": frozenset({Measure.ACTIVITIES}),
}
"""Reason of points → measures that have grown with them."""


class Rarity(StrEnum):
    """How rare a badge is meant to be."""

    COMMON = "common"
    RARE = "rare"
    EPIC = "epic"
    LEGENDARY = "legendary"


ICONS = ("trophy", "medal", "star", "target", "flame", "diamond", "whale", "bolt")
"""Pictures a badge may have."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What has to be reached: at least ``threshold`` of ``measure``, of money in whole major units."""

    measure: Measure
    threshold: int

    def to_json(self) -> str:
        """As the database keeps it."""
        return json.dumps({"measure": self.measure.value, "threshold": self.threshold})


def criteria_of(text: str) -> Criteria | None:
    """What ``to_json`` made; None for what this program does not understand: such a badge is not earned here."""
    try:
        kept = json.loads(text)
        return Criteria(Measure(kept["measure"]), max(1, int(kept["threshold"])))
    except (KeyError, TypeError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge as somebody sees it. ``value`` is what they have of its measure and ``goal`` what they need, money in minor
    units; ``earned_at`` None while they do not hold it; ``colleagues`` how many others do."""

    id: int
    version: int
    name: str
    description: str
    icon: str
    points: int
    rarity: Rarity
    hidden: bool
    criteria: Criteria | None
    value: int = 0
    goal: int = 0
    earned_at: datetime | None = None
    colleagues: int = 0

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        if self.earned_at is not None:
            return 1.0
        return min(1.0, self.value / self.goal) if self.goal else 0.0

    @property
    def shown(self) -> bool:
        """Whether it may be seen: a hidden one only from NEAR on."""
        return not self.hidden or self.progress >= NEAR


@dataclass(frozen=True, slots=True)
class DefaultBadge:
    """A badge of a new workspace; ``description`` is (Spanish, English, earlier ones), and any may have been kept."""

    name: str
    description: tuple[str, ...]
    icon: str
    criteria: Criteria
    points: int
    rarity: Rarity
    hidden: bool = False


DEFAULT_BADGES = (
    DefaultBadge(
        "First Blood", ("Tu primera oportunidad ganada.", "Your first won deal."), "flame",
        Criteria(Measure.WON, 1), 25, Rarity.COMMON,
    ),
    DefaultBadge(
        "Deal Maker", ("10 oportunidades ganadas.", "10 won deals."), "medal",
        Criteria(Measure.WON, 10), 50, Rarity.COMMON,
    ),
    DefaultBadge(
        "Closer", ("50 oportunidades ganadas.", "50 won deals."), "target",
        Criteria(Measure.WON, 50), 100, Rarity.RARE,
    ),
    DefaultBadge(
        "Sales Machine", ("100 oportunidades ganadas.", "100 won deals."), "trophy",
        Criteria(Measure.WON, 100), 200, Rarity.LEGENDARY, hidden=True,
    ),
    DefaultBadge(
        "Revenue Hunter", ("100.000 vendidos en total.", "100,000 sold in all.", "100 000 vendidos en total."), "diamond",
        Criteria(Measure.REVENUE, 100_000), 150, Rarity.EPIC,
    ),
    DefaultBadge(
        "Big Fish", ("Una venta de 50.000 o más.", "One sale of 50,000 or more.", "Una venta de 50 000 o más."), "whale",
        Criteria(Measure.LARGEST, 50_000), 100, Rarity.EPIC,
    ),
)  # fmt: skip


def usual(name: str, description: str) -> DefaultBadge | None:
    """The default badge that has these texts, in whichever language they are kept; None for one that was worded anew."""
    return next((each for each in DEFAULT_BADGES if each.name == name and description in each.description), None)
