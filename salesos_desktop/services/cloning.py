"""A deal like another one: what it is about comes along, what has happened to it does not."""

from __future__ import annotations

from typing import Any

from .. import storage
from ..domain.opportunities import NAME_LIMIT
from ..domain.stages import StageKind
from ..i18n import N_, tr
from . import checklists, deal_notices
from .opportunities import live, open_stage, put_on_top
from .workspace import Workspace

_SAME = (
    "value", "currency", "expected_close", "owner_id", "company_id", "contact_id", "product_id", "source_id", "priority",
    "tags", "custom", "note", "value_follows",
)  # fmt: skip


def clone(ws: Workspace, deal_id: int) -> int:
    """Makes a deal with the fields, products, contacts and own fields of another and its check list with nothing ticked, on
    top of the same stage (of a closed one: the first open stage of its pipeline), and returns its id. One undo.

    It has no history, points, activities, files, notes or number of another program, and is called "… (copy)".
    Raises NotFound.
    """
    with ws.unit("clone", []) as uow:
        deal = live(uow.find("opportunity", deal_id), deal_id)
        row = _row(ws, uow, deal, _copy_of(deal["name"]))
        uow.call_it([N_("Clone “{name}”"), {"name": deal["name"]}])
        made = put_on_top(uow, row)
        for table, more in (("opportunity_line", {}), ("opportunity_contact", {}), ("check_item", {"done": False})):
            for each in storage.children.rows(uow.connection, table, {"opportunity_id": deal_id}):
                kept = {key: value for key, value in each.items() if key not in ("id", "version")}
                uow.insert(table, {**kept, "opportunity_id": made, **more})
        checklists.recount(uow, made)
        deal_notices.changed(uow, None, {**row, "id": made})
    return made


def _row(ws: Workspace, uow: Any, deal: dict[str, Any], name: str) -> dict[str, Any]:
    stages = {stage.id: stage for stage in storage.reference.stages(uow.connection)}
    stage, today = stages[deal["stage_id"]], ws.clock.today()
    own = stage.kind is StageKind.OPEN and deal["probability_set"]
    if stage.kind is not StageKind.OPEN:
        stage = open_stage(uow, None, stage.pipeline_id)
    return {
        **{column: deal[column] for column in _SAME}, "name": name, "external_id": None, "closed_on": None,
        "created_on": today, "stage_since": today, "stage_id": stage.id, "probability_set": own,
        "probability": deal["probability"] if own else stage.probability,
    }  # fmt: skip


def _copy_of(name: str) -> str:
    made = tr("{name} (copy)")
    return made.format(name=name[: NAME_LIMIT - len(made)])
