"""Pipelines and stages with what an administrator set for them, and what each is used by."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, func, select

from ...domain.stage_rules import StageRules
from ...domain.stages import Category, Stage, StageKind
from ..prepared import Prepared
from ..schema.pipelines import pipeline, pipeline_team, stage
from ..schema.sales import opportunity


def stages_with_rules(connection: Connection) -> tuple[list[Stage], dict[int, StageRules]]:
    """Every stage in board order, and the rules of those that have some: one statement."""
    stages: list[Stage] = []
    rules: dict[int, StageRules] = {}
    for r in _STAGES.rows(connection):
        stages.append(Stage(r[0], r[1], r[2], StageKind(r[3]), r[4], r[5], r[6], Category(r[7]), r[8]))
        required, entry_text, skipping, back_reason, plan_id = r[9:]
        if required != "[]" or entry_text or back_reason or not skipping or plan_id:
            rules[r[0]] = StageRules(tuple(json.loads(required)), entry_text, skipping, back_reason, plan_id)
    return stages, rules


def pipelines(connection: Connection) -> list[dict[str, Any]]:
    """Every pipeline in its order."""
    order = select(pipeline).order_by(pipeline.c.position, pipeline.c.id)
    return [dict(r) for r in connection.execute(order).mappings()]


def stages(connection: Connection, pipeline_id: int) -> list[dict[str, Any]]:
    """Whole rows of a pipeline's stages in order."""
    found = select(stage).where(stage.c.pipeline_id == pipeline_id).order_by(stage.c.position, stage.c.id)
    return [dict(r) for r in connection.execute(found).mappings()]


def deal_counts(connection: Connection) -> dict[int, int]:
    """Stage → deals in it, those in the bin included."""
    counted = select(opportunity.c.stage_id, func.count()).group_by(opportunity.c.stage_id)
    return {r[0]: r[1] for r in connection.execute(counted)}


def deals_in(connection: Connection, stage_id: int) -> list[int]:
    """Ids of every deal in a stage, those in the bin included, in the order of the column."""
    found = select(opportunity.c.id).where(opportunity.c.stage_id == stage_id)
    return [r[0] for r in connection.execute(found.order_by(opportunity.c.rank, opportunity.c.id))]


def following_probability(connection: Connection, stage_id: int) -> list[int]:
    """Ids of the deals in a stage whose probability is the stage's."""
    found = select(opportunity.c.id).where(opportunity.c.stage_id == stage_id, ~opportunity.c.probability_set)
    return [r[0] for r in connection.execute(found.order_by(opportunity.c.id))]


def teams(connection: Connection) -> list[tuple[int, int, int]]:
    """(row, pipeline, team) of every pipeline that is for certain teams."""
    columns = (pipeline_team.c[name] for name in ("id", "pipeline_id", "team_id"))
    return [(r[0], r[1], r[2]) for r in connection.execute(select(*columns).order_by(pipeline_team.c.id))]


_RULES = (stage.c.required_fields, stage.c.entry_text, pipeline.c.skipping, pipeline.c.back_reason, stage.c.plan_id)
_STAGES = Prepared(
    select(*(stage.c[field.name] for field in fields(Stage)), *_RULES)
    .join(pipeline, pipeline.c.id == stage.c.pipeline_id)
    .order_by(stage.c.pipeline_id, stage.c.position, stage.c.id)
)
