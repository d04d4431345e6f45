"""Pipelines and their stages, as an administrator sets them up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.filters import DealFilter
from ..domain.opportunities import NOTE_LIMIT
from ..domain.stage_rules import COLUMNS
from ..domain.stages import DEFAULT_STAGES, FURTHER_COLOURS, OPEN_CATEGORIES, Category, Stage, StageKind, free_colour
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import N_, language, ntr, number, tr
from . import moves
from .lists import checked_name
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

COLOURS = ("stage1", "stage2", "stage3", "stage4", *FURTHER_COLOURS)
"""Colours that an open stage can have; won and lost keep theirs."""
MAX_STALE_DAYS = 3650
_PIPELINE = frozenset({"name", "skipping", "back_reason", "team_ids"})
_STAGE = frozenset(
    {"name", "colour", "probability", "stale_days", "category", "help", "required", "entry_text", "plan_id"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline; ``team_ids`` empty means every team. ``deals`` counts those in it, the bin included."""

    id: int
    name: str
    active: bool
    skipping: bool
    back_reason: bool
    team_ids: tuple[int, ...]
    deals: int


@dataclass(frozen=True, slots=True)
class StageSettings:
    """A stage with what it asks of a deal; ``required`` are names as in domain/stage_rules.py."""

    stage: Stage
    help: str
    required: tuple[str, ...]
    entry_text: str
    deals: int
    plan_id: int | None = None


def listing(ws: Workspace) -> list[Pipeline]:
    """Every pipeline in its order; those that are no longer used come last."""
    with ws.store.read() as connection:
        counts, teams = storage.pipelines.deal_counts(connection), storage.pipelines.teams(connection)
        pipeline_of = {stage.id: stage.pipeline_id for stage in storage.reference.stages(connection)}
        return [
            Pipeline(
                r["id"], r["name"], r["active"], r["skipping"], r["back_reason"],
                tuple(team for _, pipeline_id, team in teams if pipeline_id == r["id"]),
                sum(count for stage_id, count in counts.items() if pipeline_of.get(stage_id) == r["id"]),
            )
            for r in storage.pipelines.pipelines(connection)
        ]  # fmt: skip


def stages(ws: Workspace, pipeline_id: int) -> list[StageSettings]:
    """The stages of a pipeline in order, won and lost last."""
    with ws.store.read() as connection:
        counts = storage.pipelines.deal_counts(connection)
        return [
            StageSettings(_stage(r), r["help"], tuple(json.loads(r["required_fields"])), r["entry_text"],
                          counts.get(r["id"], 0), r["plan_id"])
            for r in storage.pipelines.stages(connection, pipeline_id)
        ]  # fmt: skip


# Pipelines ------------------------------------------------------------------------------------------------------------


def create(ws: Workspace, name: str, *, copy_of: int | None = None) -> int:
    """Makes a pipeline with the stages of another and their rules, or with the usual ones; returns its id."""
    with ws.unit("pipeline", [N_("Add pipeline “{name}”"), {"name": name}]) as uow:
        known = storage.pipelines.pipelines(uow.connection)
        row: dict[str, Any] = {
            "name": checked_name(name, [r["name"] for r in known]),
            "position": 1 + max((r["position"] for r in known), default=0),
        }
        if copy_of is None:
            made = _usual_stages()
        else:
            source = uow.get("pipeline", copy_of)
            row |= {flag: source[flag] for flag in ("skipping", "back_reason")}
            made = storage.pipelines.stages(uow.connection, copy_of)
        pipeline_id = uow.insert("pipeline", row)
        for stage in made:
            kept = {name: value for name, value in stage.items() if name not in ("id", "version")}
            uow.insert("stage", {**kept, "pipeline_id": pipeline_id})
        uow.forget_stages()
        return pipeline_id


def edit(ws: Workspace, pipeline_id: int, values: dict[str, Any]) -> ChangeSet | None:
    """Changes name, skipping, back_reason, team_ids. Raises InvalidInput, NotFound."""
    with ws.unit("pipeline", []) as uow:
        before, clean = uow.get("pipeline", pipeline_id), dict(values)
        uow.call_it([N_("Edit pipeline “{name}”"), {"name": before["name"]}])
        _refuse_unknown(clean, _PIPELINE)
        if "name" in clean:
            known = storage.pipelines.pipelines(uow.connection)
            clean["name"] = checked_name(clean["name"], [r["name"] for r in known if r["id"] != pipeline_id])
        teams = clean.pop("team_ids", None)
        uow.update("pipeline", pipeline_id, clean)
        if teams is not None:
            _write_teams(uow, pipeline_id, set(teams))
    return uow.change_set


def place(ws: Workspace, ids: Sequence[int]) -> ChangeSet | None:
    """Puts the pipelines into this order, those in use first; the board opens with the first one."""
    with ws.unit("pipeline", [N_("Change the order of the pipelines"), {}]) as uow:
        known = {r["id"]: r for r in storage.pipelines.pipelines(uow.connection)}
        _same(known.keys(), ids)
        for position, pipeline_id in enumerate(sorted(ids, key=lambda i: not known[i]["active"]), start=1):
            uow.update("pipeline", pipeline_id, {"position": position})
    return uow.change_set


def set_active(ws: Workspace, pipeline_id: int, active: bool) -> ChangeSet | None:
    """Takes a pipeline out of use, or into use again. Raises UserError for the last one and for one with open deals."""
    with ws.unit("pipeline", []) as uow:
        before = uow.get("pipeline", pipeline_id)
        text = N_("Switch on “{name}”") if active else N_("Switch off “{name}”")
        uow.call_it([text, {"name": before["name"]}])
        known = storage.pipelines.pipelines(uow.connection)
        if not active:
            _refuse_in_use(uow, before, known)
        rest = [r for r in known if r["id"] != pipeline_id]
        order = [r for r in rest if r["active"]], [r for r in rest if not r["active"]]
        for position, row in enumerate([*order[0], before, *order[1]], start=1):
            uow.update("pipeline", row["id"], {"position": position})
        uow.update("pipeline", pipeline_id, {"active": active})
    return uow.change_set


# Stages ---------------------------------------------------------------------------------------------------------------


def add_stage(ws: Workspace, pipeline_id: int, values: dict[str, Any]) -> int:
    """Adds an open stage behind the last open one and returns its id; needs a name. Raises InvalidInput, NotFound."""
    with ws.unit("stage", [N_("Add stage “{name}”"), {"name": str(values.get("name") or "")}]) as uow:
        uow.get("pipeline", pipeline_id)
        known = storage.pipelines.stages(uow.connection, pipeline_id)
        open_stages = [r for r in known if r["kind"] == StageKind.OPEN]
        clean = _checked(uow, {"name": "", **values}, known, StageKind.OPEN)
        row = {
            "pipeline_id": pipeline_id, "colour": free_colour([_stage(r) for r in known]), "stale_days": None,
            "probability": open_stages[-1]["probability"] if open_stages else 10, **clean,
        }  # fmt: skip
        stage_id = uow.insert("stage", {**row, "position": len(open_stages) + 1})
        _renumber(uow, [*(r["id"] for r in open_stages), stage_id], known)
        uow.forget_stages()
        return stage_id


def edit_stage(ws: Workspace, stage_id: int, values: dict[str, Any]) -> ChangeSet | None:
    """Changes name, colour, probability, stale_days, category, help, required, entry_text, plan_id of a stage.

    Deals whose probability is the stage's follow it in the same step. Raises InvalidInput, NotFound.
    """
    with ws.unit("stage", []) as uow:
        before = uow.get("stage", stage_id)
        uow.call_it([N_("Edit stage “{name}”"), {"name": before["name"]}])
        known = storage.pipelines.stages(uow.connection, before["pipeline_id"])
        clean = _checked(uow, values, [r for r in known if r["id"] != stage_id], StageKind(before["kind"]))
        uow.update("stage", stage_id, clean)
        if clean.get("probability", before["probability"]) != before["probability"]:
            for deal_id in storage.pipelines.following_probability(uow.connection, stage_id):
                uow.update("opportunity", deal_id, {"probability": clean["probability"]})
    return uow.change_set


def place_stages(ws: Workspace, pipeline_id: int, ids: Sequence[int]) -> ChangeSet | None:
    """Puts the open stages of a pipeline into this order; won and lost stay behind them."""
    with ws.unit("stage", [N_("Change the order of the stages"), {}]) as uow:
        known = storage.pipelines.stages(uow.connection, pipeline_id)
        _same([r["id"] for r in known if r["kind"] == StageKind.OPEN], ids)
        _renumber(uow, ids, known)
    return uow.change_set


def delete_stage(ws: Workspace, stage_id: int, *, to_stage_id: int | None = None) -> ChangeSet | None:
    """Takes an open stage away; its deals go to ``to_stage_id``, an open stage, in the same step and without points.

    Raises UserError for the last open stage and for won and lost, InvalidInput on ``to_stage`` while it holds deals.
    """
    with ws.unit("stage", []) as uow:
        row = uow.get("stage", stage_id)
        uow.call_it([N_("Delete stage “{name}”"), {"name": row["name"]}])
        every = storage.reference.stages(uow.connection)
        siblings = [s for s in every if s.pipeline_id == row["pipeline_id"] and s.kind is StageKind.OPEN]
        if row["kind"] != StageKind.OPEN or len(siblings) == 1:
            raise UserError(
                tr("“{name}” cannot be deleted.").format(name=row["name"]),
                tr("A pipeline has at least one open stage, one for won and one for lost."),
            )
        count = storage.pipelines.deal_counts(uow.connection).get(stage_id, 0)
        target = next((s for s in every if s.id == to_stage_id and s.kind is StageKind.OPEN), None)
        if count and (target is None or target.id == stage_id):
            raise InvalidInput(
                "to_stage",
                ntr("{count} deal is in this stage.", "{count} deals are in this stage.", count).format(
                    count=number(count)
                ),
                tr("Choose the open stage it goes to.") if count == 1 else tr("Choose the open stage they go to."),
            )
        if target is not None and count:
            moves.clear(ws, uow, every, _stage(row), target)
        _renumber(
            uow,
            [s.id for s in siblings if s.id != stage_id],
            storage.pipelines.stages(uow.connection, row["pipeline_id"]),
        )
        uow.delete("stage", stage_id)
    return uow.change_set


# Inside ---------------------------------------------------------------------------------------------------------------


def _stage(row: dict[str, Any]) -> Stage:
    return Stage(
        row["id"], row["pipeline_id"], row["name"], StageKind(row["kind"]), row["position"], row["probability"],
        row["stale_days"], Category(row["category"]), row["colour"],
    )  # fmt: skip


def _usual_stages() -> list[dict[str, Any]]:
    which = 0 if language() == "es" else 1
    return [
        {
            "name": stage.name[which], "kind": stage.kind.value, "position": position, "probability": stage.probability,
            "stale_days": stage.stale_days, "category": stage.category.value,
            "committed": stage.category is Category.COMMIT, "colour": stage.colour,
        }
        for position, stage in enumerate(DEFAULT_STAGES, start=1)
    ]  # fmt: skip


def _refuse_unknown(values: dict[str, Any], known: frozenset[str]) -> None:
    for field in values.keys() - known:
        raise InvalidInput(field, tr("There is no field {field}.").format(field=field))


def _same(known: Any, ids: Sequence[int]) -> None:
    if set(known) != set(ids) or len(set(ids)) != len(ids):
        raise NotFound(tr("The list has changed meanwhile."), tr("Nothing was changed. Try again."))


def _refuse_in_use(uow: UnitOfWork, row: dict[str, Any], known: list[dict[str, Any]]) -> None:
    if row["active"] and sum(r["active"] for r in known) == 1:
        raise UserError(tr("This is the only pipeline in use."), tr("Add or switch on another one first."))
    own = {
        s.id
        for s in storage.reference.stages(uow.connection)
        if s.pipeline_id == row["id"] and s.kind is StageKind.OPEN
    }
    count = sum(f.count for f in storage.figures.by_stage(uow.connection, DealFilter(held=None)) if f.stage_id in own)
    if count:
        raise UserError(
            ntr("“{name}” has {count} open deal.", "“{name}” has {count} open deals.", count).format(
                name=row["name"], count=number(count)
            ),
            tr("Close them or move them to another pipeline first."),
        )


def _write_teams(uow: UnitOfWork, pipeline_id: int, wanted: set[int]) -> None:
    known = {team: row for row, owner, team in storage.pipelines.teams(uow.connection) if owner == pipeline_id}
    for team in known.keys() - wanted:
        uow.delete("pipeline_team", known[team])
    for team in sorted(wanted - known.keys()):
        uow.get("team", team)
        uow.insert("pipeline_team", {"pipeline_id": pipeline_id, "team_id": team})


def _renumber(uow: UnitOfWork, open_ids: Sequence[int], known: list[dict[str, Any]]) -> None:
    closing = [r["id"] for r in known if r["kind"] != StageKind.OPEN]
    for position, stage_id in enumerate([*open_ids, *closing], start=1):
        uow.update("stage", stage_id, {"position": position})


def _checked(uow: UnitOfWork, values: dict[str, Any], others: list[dict[str, Any]], kind: StageKind) -> dict[str, Any]:
    clean = dict(values)
    _refuse_unknown(clean, _STAGE)
    if "name" in clean:
        clean["name"] = checked_name(clean["name"], [r["name"] for r in others])
    if kind is not StageKind.OPEN and clean.keys() & {"probability", "colour", "stale_days", "category"}:
        field = min(clean.keys() & {"probability", "colour", "stale_days", "category"})
        raise InvalidInput(field, tr("Won and lost keep this."), tr("Change an open stage."))
    if "colour" in clean and clean["colour"] not in COLOURS:
        raise InvalidInput("colour", tr("There is no such colour."), tr("Choose one of the list."))
    if "probability" in clean and not 0 <= clean["probability"] <= 100:
        raise InvalidInput("probability", tr("The probability must be between 0 and 100."), tr("Correct it."))
    if "category" in clean:
        if clean["category"] not in OPEN_CATEGORIES:
            raise InvalidInput("category", tr("There is no such category."), tr("Choose one of the list."))
        clean["committed"] = clean["category"] == Category.COMMIT
    days = clean.get("stale_days")
    if days is not None and not 1 <= days <= MAX_STALE_DAYS:
        raise InvalidInput(
            "stale_days", tr("The days must be between 1 and {most}.").format(most=number(MAX_STALE_DAYS))
        )
    for field in ("help", "entry_text"):
        if field in clean:
            clean[field] = (clean[field] or "").strip()
            if len(clean[field]) > NOTE_LIMIT:
                raise InvalidInput(field, tr("The text is too long."), tr("Shorten it."))
    if clean.get("plan_id") is not None and uow.find("activity_plan", clean["plan_id"]) is None:
        raise InvalidInput("plan_id", tr("This plan does not exist."), tr("Choose one of the list."))
    if "required" in clean:
        own = {f.path for f in storage.custom_fields.fields(uow.connection) if f.belongs_to("opportunity")}
        for field in clean["required"]:
            if field not in COLUMNS and field not in own:
                raise InvalidInput("required", tr("There is no field {field}.").format(field=field))
        clean["required_fields"] = json.dumps(list(dict.fromkeys(clean.pop("required"))), ensure_ascii=False)
    return clean
