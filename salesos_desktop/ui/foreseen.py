"""What a stage asks of deals, foreseen while the line is lost: by the rules that were known when the window connected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from ..domain.conditions import All
from ..domain.stages import Stage, StageKind
from ..errors import NeedsMore
from ..services import stage_rules
from .closings import Deal, Every, kept, shown
from .dialogs.stage_rules import Asked
from .session import Session

_KINDS = {"win": StageKind.WON, "lose": StageKind.LOST}


def needs(session: Session, kind: str, args: Sequence[Any], values: Mapping[str, Any]) -> NeedsMore | None:
    """What is still to be answered before a change of this kind (services/draft_kinds.py) may wait; None for nothing, or where
    deals or rules are not known."""
    known, deals = kept(session), shown(session, args[0])
    after = _after(known, kind, deals, args, values) if known is not None and deals else None
    if known is None or after is None or after.id not in known.rules:
        return None
    written = {"value": values["value"]} if "value" in values else {}
    moved = [(_row(each) | written, known.stage(each.stage_id)) for each in deals if each.stage_id != after.id]
    try:
        stage_rules.foresee(
            [(row, before) for row, before in moved if before is not None], after, known.stages,
            known.rules[after.id], known.fields, session.today,
        )  # fmt: skip
    except NeedsMore as error:
        return error
    return None


def asked(session: Session, error: NeedsMore) -> Asked:
    """What its dialog needs to know."""
    known = kept(session)
    assert known is not None
    first = next(iter(shown(session, list(error.missing)[:1])), None)
    own = [replace(each, shown_if=All(), required=True) for each in known.fields if each.path in error.fields]
    return Asked(
        first.name if first else "", first.currency if first else session.workspace.currency, known.people,
        known.sources, own,
    )  # fmt: skip


def _after(
    known: Every, kind: str, deals: Sequence[Deal], args: Sequence[Any], values: Mapping[str, Any]
) -> Stage | None:
    stage_id = args[1] if len(args) > 1 else values.get("stage_id")
    before = known.stage(deals[0].stage_id)
    if stage_id is not None or kind not in _KINDS or before is None:
        return known.stage(stage_id)
    closed = (each for each in known.stages if each.kind is _KINDS[kind] and each.pipeline_id == before.pipeline_id)
    return next(closed, None)


def _row(deal: Deal) -> dict[str, Any]:
    """As far as it is shown; for company, contact and product it only says whether there is one."""
    row = {each.name: getattr(deal, each.name) for each in fields(deal)}
    row |= {f"{name}_id": row[name] or None for name in ("company", "contact", "product")}
    return row | ({} if isinstance(row["tags"], str) else {"tags": json.dumps(row["tags"])})
