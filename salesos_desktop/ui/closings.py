"""What closing, reopening and holding deals needs of them and of their pipeline; without a line, what the window knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ..domain.custom_fields import CustomField
from ..domain.deal_rows import DealRow
from ..domain.opportunities import Card
from ..domain.stage_rules import StageRules
from ..domain.stages import Stage
from ..errors import LineLost
from ..services import board, custom_fields, lists, stage_rules
from ..services.board import Named
from ..services.lists import Entry
from ..services.workspace import Workspace

if TYPE_CHECKING:
    from .session import Session

TABLES = frozenset({"stage", "pipeline", "loss_reason", "person", "source", "custom_field"})
Deal: TypeAlias = Card | DealRow
"""A deal as the board has it, or the table."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Deals with the stages of their pipeline, in board order, and the reasons of losing that are offered in it."""

    deals: Sequence[Deal]
    stages: Sequence[Stage]
    reasons: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Every:
    """Stages and reasons of all pipelines, the rules of those stages that have some, and what answers them."""

    stages: Sequence[Stage]
    rules: Mapping[int, StageRules]
    reasons: Sequence[Entry]
    people: list[Named]
    sources: list[Named]
    fields: list[CustomField]

    def stage(self, stage_id: int | None) -> Stage | None:
        """One stage, None for one that is not known."""
        return next((each for each in self.stages if each.id == stage_id), None)


def read(ws: Workspace, ids: Sequence[int]) -> Closing:
    """Reads it, by the pipeline of the first; deals that are gone are left out."""
    cards = board.fetch(ws, ids)
    return Closing(
        [cards[each] for each in ids if each in cards], board.stages_of(ws, ids[0]), lists.loss_reasons_of(ws, ids[0])
    )


def every(ws: Workspace) -> Every:
    """Reads what is kept for when the line is lost."""
    return Every(
        *stage_rules.every(ws), lists.entries(ws, "loss_reason"), board.names(ws, "person"), board.names(ws, "source"),
        custom_fields.fields(ws, "opportunity"),
    )  # fmt: skip


def kept(session: Session) -> Every | None:
    """What is kept, None where nothing is."""
    found: Every | None = session.known.kept(every)
    return found


def shown(session: Session, ids: Sequence[int]) -> list[Deal]:
    """The deals as the window shows them; empty where one of them is not shown."""
    found = [session.drafts and session.drafts.record_of("opportunity", each) for each in ids]
    return found if all(found) else []


def ask(session: Session, ids: Sequence[int], done: Callable[[Closing], object]) -> None:
    """Asks for it; nothing is done where no deal is left. Without a line the deals that are shown will do."""

    def found(closing: Closing) -> None:
        if closing.deals:
            done(closing)

    def failed(error: Exception) -> None:
        closing = _known(session, ids) if isinstance(error, LineLost) else None
        if closing is None or session.server is None:
            session.failed(error)
        else:
            session.server.miss()
            done(closing)

    if ids:
        session.ask(read, list(ids), done=found, failed=failed)


def _known(session: Session, ids: Sequence[int]) -> Closing | None:
    """What the window has of it, None where that is not all."""
    known, deals = kept(session), shown(session, ids)
    stage = known.stage(deals[0].stage_id) if known is not None and deals else None
    if known is None or stage is None:
        return None
    return Closing(
        deals, [each for each in known.stages if each.pipeline_id == stage.pipeline_id],
        [each for each in known.reasons if each.active and each.pipeline_id in (None, stage.pipeline_id)],
    )  # fmt: skip
