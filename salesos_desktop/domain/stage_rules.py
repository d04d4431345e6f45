"""What a stage asks of a deal that enters it: fields, a confirmation, a reason for going back, no jumping."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .custom_fields import CustomField, is_blank, is_shown, stored
from .stages import Stage, StageKind

COLUMNS = {
    "value": "value", "expected_close": "expected_close", "owner_id": "owner_id", "company": "company_id",
    "contact": "contact_id", "product": "product_id", "source_id": "source_id", "tags": "tags", "note": "note",
}  # fmt: skip
"""Fields that a stage can require, beside ``custom.<key>``, and the columns that hold them."""
CUSTOM = "custom."


@dataclass(frozen=True, slots=True)
class StageRules:
    """What holds for a stage: its own required fields and entry text, the plan of activities that it starts, and the flags
    of its pipeline."""

    required: tuple[str, ...] = ()
    entry_text: str = ""
    skipping: bool = True
    back_reason: bool = False
    plan_id: int | None = None


def missing(
    deal: Mapping[str, Any], required: Sequence[str], own: Iterable[CustomField], today: date
) -> tuple[str, ...]:
    """Those of the required fields that a row of ``opportunity`` does not have; a box must be ticked.

    ``own``: the fields that deals have. One that is not among them, or that the deal does not show, is not demanded.
    """
    shown = {each.path for each in own if each.path in required and is_shown(each, deal, today)}
    custom = stored(deal) if shown else {}

    def value(name: str) -> Any:
        if name in shown:
            return custom.get(name.removeprefix(CUSTOM))
        return json.loads(deal.get("tags") or "[]") if name == "tags" else deal.get(COLUMNS[name])

    return tuple(name for name in required if (name in COLUMNS or name in shown) and is_blank(value(name)))


def goes_back(before: Stage, after: Stage) -> bool:
    """Whether a move leads to an earlier open stage of the same pipeline; reopening a closed deal does not count."""
    both_open = before.kind is StageKind.OPEN and after.kind is StageKind.OPEN
    return both_open and before.pipeline_id == after.pipeline_id and after.position < before.position


def skipped(stages: Sequence[Stage], before: Stage, after: Stage) -> list[Stage]:
    """Open stages that a move from an open one jumps over, on the way to a later one or to won; losing jumps over none."""
    if before.kind is not StageKind.OPEN or after.kind is StageKind.LOST or before.pipeline_id != after.pipeline_id:
        return []
    won = after.kind is StageKind.WON
    return [
        stage
        for stage in stages
        if stage.pipeline_id == after.pipeline_id
        and stage.kind is StageKind.OPEN
        and before.position < stage.position
        and (won or stage.position < after.position)
    ]
