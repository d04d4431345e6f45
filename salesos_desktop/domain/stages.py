"""Stages of a pipeline: their kinds, their defaults, and what a move between two of them means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class StageKind(StrEnum):
    """What a deal in the stage is."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Category(StrEnum):
    """How a deal counts in the forecast: its stage says so, unless the deal says otherwise.

    Open deals are ``pipeline``, ``best_case``, ``commit`` or ``omitted``, which counts nowhere; won ones are ``closed``.
    """

    PIPELINE = "pipeline"
    BEST_CASE = "best_case"
    COMMIT = "commit"
    CLOSED = "closed"
    OMITTED = "omitted"


OPEN_CATEGORIES = (Category.PIPELINE, Category.BEST_CASE, Category.COMMIT, Category.OMITTED)


@dataclass(frozen=True, slots=True)
class Stage:
    """A column of the board. ``probability`` is a whole percentage; ``stale_days``, working days, None means never
    stale."""

    id: int
    pipeline_id: int
    name: str
    kind: StageKind
    position: int
    probability: int
    stale_days: int | None
    category: Category
    colour: str

    @property
    def committed(self) -> bool:
        """Whether its deals count as committed."""
        return self.category is Category.COMMIT


@dataclass(frozen=True, slots=True)
class DefaultStage:
    """A stage of a new workspace; ``name`` is (Spanish, English)."""

    name: tuple[str, str]
    kind: StageKind
    probability: int
    stale_days: int | None
    category: Category
    colour: str


DEFAULT_STAGES: tuple[DefaultStage, ...] = (
    DefaultStage(("Prospección", "Prospecting"), StageKind.OPEN, 10, 30, Category.PIPELINE, "stage1"),
    DefaultStage(("Calificación", "Qualification"), StageKind.OPEN, 25, 21, Category.PIPELINE, "stage2"),
    DefaultStage(("Propuesta", "Proposal"), StageKind.OPEN, 50, 21, Category.BEST_CASE, "stage3"),
    DefaultStage(("Negociación", "Negotiation"), StageKind.OPEN, 75, 14, Category.COMMIT, "stage4"),
    DefaultStage(("Ganado", "Won"), StageKind.WON, 100, None, Category.CLOSED, "won"),
    DefaultStage(("Perdido", "Lost"), StageKind.LOST, 0, None, Category.OMITTED, "lost"),
)

FURTHER_COLOURS = ("#2E8F98", "#B07A1E", "#7A8A2E", "#A4553F", "#5B7F95")
"""Beside the four of the default stages; each stands out on light and dark ground."""

DEFAULT_LOSS_REASONS: tuple[tuple[str, str], ...] = (
    ("Precio", "Price"),
    ("Plazo", "Timing"),
    ("Competencia", "Competitor"),
    ("Confianza", "Trust"),
    ("Sin necesidad", "No need"),
    ("Sin presupuesto", "No budget"),
    ("Sin respuesta", "No answer"),
    ("Otro", "Other"),
)

DEFAULT_SOURCES: tuple[tuple[str, str], ...] = (
    ("Formulario web", "Web form"),
    ("Llamada", "Phone call"),
    ("Referido", "Referral"),
    ("Redes sociales", "Social media"),
    ("Evento", "Event"),
    ("Prospección en frío", "Cold outreach"),
    ("Socio", "Partner"),
)


def stages_advanced(stages: list[Stage], before: Stage, after: Stage) -> list[Stage]:
    """Open stages entered by a forward move, the skipped ones included; empty when not forward or not to an open one.

    ``stages`` is the whole pipeline. A move out of won or lost is a reopening, one to another
    pipeline a new beginning: neither advances anything.
    """
    if after.kind is not StageKind.OPEN or before.kind is not StageKind.OPEN or before.pipeline_id != after.pipeline_id:
        return []
    return [s for s in stages if s.kind is StageKind.OPEN and before.position < s.position <= after.position]


def is_stale(stale_days: int | None, untouched: int) -> bool:
    """A deal is stale once nobody has dealt with it for more working days than its stage allows."""
    return stale_days is not None and untouched > stale_days


def free_colour(stages: Iterable[Stage]) -> str:
    """A colour that no stage of the pipeline has yet, while there is one."""
    used = {stage.colour for stage in stages}
    return next((colour for colour in FURTHER_COLOURS if colour not in used), FURTHER_COLOURS[0])
