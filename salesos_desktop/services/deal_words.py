"""What the codes of a deal are called."""

from __future__ import annotations

from ..domain.opportunities import Priority
from ..domain.stages import Category
from ..i18n import N_

PRIORITIES = {Priority.HIGH: N_("High"), Priority.MEDIUM: N_("Medium"), Priority.LOW: N_("Low")}
CATEGORIES = {
    Category.PIPELINE: N_("Pipeline"), Category.BEST_CASE: N_("Best case"), Category.COMMIT: N_("Committed"),
    Category.OMITTED: N_("Left out"), Category.CLOSED: N_("Closed"),
}  # fmt: skip
"""How a deal counts in the forecast."""
