"""What choices and references of conditions can be: people, teams, sources, statuses, stages, by their names."""

from __future__ import annotations

from typing import Any

from ...domain.opportunities import Priority
from ...domain.stages import StageKind
from ...i18n import N_, tr
from ...services import assignment, board, custom_fields, leads
from ...services.workspace import Workspace
from ..dialogs.deal import CATEGORIES, PRIORITIES
from .fields import FieldChoice, choices

_KINDS = {StageKind.OPEN: N_("open"), StageKind.WON: N_("won"), StageKind.LOST: N_("lost")}
_ROLES = {"rep": N_("Rep"), "manager": N_("Manager"), "admin": N_("Admin"), "viewer": N_("Viewer")}


def options_for(ws: Workspace) -> dict[str, list[tuple[Any, str]]]:
    """Path → (value, title), for every table."""
    people = [(each.id, each.name) for each in board.names(ws, "person")]
    teams = [(team.id, team.name) for team in assignment.teams(ws)]
    pipelines = [(each.id, each.name) for each in board.pipelines(ws)]
    stages = [(stage.id, stage.name) for each in pipelines for stage in board.stages(ws, each[0])]
    categories = [(kind.value, tr(text)) for kind, text in CATEGORIES.items()]
    return {
        "owner_id": people, "source_id": [(each.id, each.name) for each in board.names(ws, "source")],
        "team_id": teams, "owner.team_id": teams, "status": [(each.code, each.name) for each in leads.statuses(ws)],
        "stage_id": stages, "stage.pipeline_id": pipelines,
        "stage.kind": [(kind.value, tr(text)) for kind, text in _KINDS.items()],
        "priority": [(Priority(kind).value, tr(text)) for kind, text in PRIORITIES.items()],
        "category": [("", tr("as the stage")), *categories], "stage.category": categories,
        "owner.role": [(role, tr(text)) for role, text in _ROLES.items()],
    }  # fmt: skip


def offered(ws: Workspace, table: str, *, related: bool = True) -> list[FieldChoice]:
    """Every field of ``table`` that a condition can look at, own ones included; ``related`` as for ``choices``."""
    own = custom_fields.fields(ws, table) if table in custom_fields.TABLES else []
    return choices(table, own, options_for(ws), related=related)
