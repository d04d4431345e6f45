"""Changes of stage: move, win, lose, reopen. Every way a deal can change its stage ends in one function here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.ranks import between
from ..domain.stage_rules import StageRules
from ..domain.stages import Stage, StageKind
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import N_, tr
from . import derived, placing, rewards, stage_rules
from .opportunities import FIRST_DAY, check_value, live, written
from .stage_rules import Given
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

KEEP = object()
"""Stands for "leave the value as it is"."""


def move(
    ws: Workspace, ids: Sequence[int], stage_id: int, *, after_id: int | None = None, lost: dict[str, Any] | None = None,
    also: Mapping[int, Mapping[str, Any]] | None = None, **given: Any,
) -> ChangeSet | None:  # fmt: skip
    """Moves deals to a stage, in the order given, behind card ``after_id`` (placing.TOP: first; None: first).

    Within the same stage it only changes their order. To a won stage it closes them with their value, today; to a lost
    one ``lost`` must hold a reason (see ``lose``). ``also``: deal → EDITABLE fields that it is given with it. One
    transaction, one notification, one undo. None when nothing changed.

    ``given`` (here and below): answers, confirmed, back_reason, to what stages ask (stage_rules.Given). Raises NeedsMore
    while something is still to be answered; nothing is written then.
    """

    def fields(stage: Stage) -> dict[str, Any]:
        return _on_entering(ws, stage, lost or {})

    return _to_stage(ws, "move", ids, stage_id, fields, after_id, Given(**given), also or {})


def win(
    ws: Workspace, ids: Sequence[int], *, value: Any = KEEP, closed_on: date | None = None, stage_id: int | None = None,
    after_id: int | None = None, **given: Any,
) -> ChangeSet | None:  # fmt: skip
    """Closes deals as won: ``value`` in minor units replaces the value of a single deal; ``closed_on`` defaults to today."""
    fields: dict[str, Any] = {"closed_on": _closing_day(closed_on, ws)}
    if value is not KEEP:
        if len(ids) > 1:
            raise InvalidInput("value", tr("A final value is for one deal only."), tr("Close them one by one."))
        check_value(value)
        fields["value"] = value
    won = stage_id or _first_of_kind(ws, ids, StageKind.WON)
    return _to_stage(ws, "win", ids, won, lambda _: fields, after_id, Given(**given))


def lose(
    ws: Workspace, ids: Sequence[int], *, reason_id: int | None, competitor: str = "", note: str = "",
    closed_on: date | None = None, stage_id: int | None = None, after_id: int | None = None, **given: Any,
) -> ChangeSet | None:  # fmt: skip
    """Closes deals as lost for a reason, which is compulsory; competitor and note are optional."""
    values = {"reason_id": reason_id, "competitor": competitor, "note": note, "closed_on": closed_on}
    fields = _lost_fields(values, ws)
    lost = stage_id or _first_of_kind(ws, ids, StageKind.LOST)
    return _to_stage(ws, "lose", ids, lost, lambda _: fields, after_id, Given(**given))


def reopen(
    ws: Workspace, ids: Sequence[int], stage_id: int, *, after_id: int | None = None, **given: Any
) -> ChangeSet | None:
    """Takes closed deals back to an open stage; points already given stay."""
    with ws.store.read() as connection:
        stage = _stage(storage.reference.stages(connection), stage_id)
    if stage.kind is not StageKind.OPEN:
        raise InvalidInput("stage", tr("A deal is reopened to an open stage."), tr("Choose one of the open stages."))
    return _to_stage(ws, "reopen", ids, stage_id, lambda _: {}, after_id, Given(**given))


def clear(ws: Workspace, uow: UnitOfWork, stages: list[Stage], stage: Stage, target: Stage) -> None:
    """Moves every deal of an open stage to the top of another, for the stage goes away: as a move does, without points.

    Those in the bin go along. No rule is asked, and whoever follows the deals is told once.
    """
    uow.know_stages({each.id: each.kind.value for each in stages})
    ids = storage.pipelines.deals_in(uow.connection, stage.id)
    first = storage.order.rank_after(uow.connection, target.id, None, 0, [0])
    ranks = dict(zip(ids, between(None, first, len(ids)) or [], strict=True))
    told: list[tuple[Mapping[str, Any], Stage]] = []
    for start in range(0, len(ids), 500):
        for deal in uow.rows("opportunity", ids[start : start + 500]).values():
            derived.apply(uow, deal, {
                "rank": ranks[deal["id"]], "touched_on": deal["touched_on"], **entering(ws, deal, stage, target, {}),
            })  # fmt: skip
            if deal["deleted_at"] is None:
                told.append(({name: deal[name] for name in ("id", "name", "owner_id", "value", "currency")}, stage))
    if told:
        rewards.notify_moved(uow, told, target, "stage_changed")


def _to_stage(
    ws: Workspace, verb: str, ids: Sequence[int], stage_id: int, closing: Callable[[Stage], dict[str, Any]],
    after_id: int | None, given: Given, also: Mapping[int, Mapping[str, Any]] = MappingProxyType({}),
) -> ChangeSet | None:  # fmt: skip
    """The one way from stage to stage: fields, place, history, points and notification in one unit of work.

    ``closing`` gives the fields that a deal takes in that stage beside what every entering sets, ``also`` EDITABLE ones.
    """
    ids = list(dict.fromkeys(ids))
    if not ids:
        return None
    with ws.unit(verb, []) as uow:
        board = Board(uow)
        after = _stage(board.stages, stage_id)
        fields = closing(after)
        found = uow.rows("opportunity", ids)
        deals = [live(found.get(deal_id), deal_id) for deal_id in ids]
        first = deals[0]["name"]
        uow.call_it(_label(verb, first, after, len(ids)))
        if verb != "move" and all(deal["stage_id"] == stage_id for deal in deals):
            raise UserError(
                tr("“{name}” is already in {stage}.").format(name=first, stage=after.name), tr("Nothing was changed.")
            )
        _place(ws, uow, board, deals, after, fields, after_id, given, also)
    return uow.change_set


class Board:
    """Every stage, and the rules of those that have some, as a unit of work reads them."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.stages, self.rules = storage.pipelines.stages_with_rules(uow.connection)
        self.by_id = {stage.id: stage for stage in self.stages}
        uow.know_stages({stage.id: stage.kind.value for stage in self.stages})


def take(ws: Workspace, uow: UnitOfWork, board: Board, ids: Sequence[int], stage_id: int) -> None:
    """``move`` of deals that go to another stage, inside a unit of work that does more. Raises like ``move``."""
    after = _stage(board.stages, stage_id)
    found = uow.rows("opportunity", ids)
    deals = [live(found.get(deal_id), deal_id) for deal_id in ids]
    _place(ws, uow, board, deals, after, _on_entering(ws, after), None, Given(), {})


def check(ws: Workspace, uow: UnitOfWork, board: Board, deal: dict[str, Any], stage_id: int) -> None:
    """Finds out whether ``take`` would refuse a deal. Raises like it."""
    after = _stage(board.stages, stage_id)
    before = board.by_id[deal["stage_id"]]
    fields = _on_entering(ws, after)
    if before != after and stage_id in board.rules:
        stage_rules.check_move(
            ws, uow, [(deal, before)], after, board.stages, board.rules[stage_id], Given(), fields
        )  # fmt: skip


def _on_entering(ws: Workspace, stage: Stage, lost: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """What a deal takes that is moved into a stage and not closed with more."""
    if stage.kind is StageKind.WON:
        return {"closed_on": ws.clock.today()}
    return _lost_fields(dict(lost), ws) if stage.kind is StageKind.LOST else {}


def _place(
    ws: Workspace, uow: UnitOfWork, board: Board, deals: list[dict[str, Any]], after: Stage, fields: dict[str, Any],
    after_id: int | None, given: Given, also: Mapping[int, Mapping[str, Any]],
) -> None:  # fmt: skip
    """Writes deals into a stage, with what it asks, points, plans and notices."""
    # What closes a deal is written only on entering the stage: dropping a won card among won ones changes no figure.
    moved = [(deal, board.by_id[deal["stage_id"]]) for deal in deals if deal["stage_id"] != after.id]
    more = {}
    if after.id in board.rules:
        more = stage_rules.check_move(ws, uow, moved, after, board.stages, board.rules[after.id], given, fields)
    ranks = _ranks(uow, deals, after.id, after_id)
    for deal in deals:
        values = {"rank": ranks[deal["id"]], **written(ws, uow, deal, dict(also.get(deal["id"], {})))}
        if deal["stage_id"] != after.id:
            values |= more.get(deal["id"], {})
            values |= entering(ws, deal, board.by_id[deal["stage_id"]], after, fields)
        if values.get("value", deal["value"]) != deal["value"]:
            values["value_follows"] = False
        derived.apply(uow, deal, values)
    for deal, before in moved:
        now = {**deal, **more.get(deal["id"], {}), **{n: value for n, value in fields.items() if n == "value"}}
        if after.kind is StageKind.WON:
            rewards.award_won(uow, now, after, ws.point_rules)
        elif before.pipeline_id == after.pipeline_id:
            pipeline = [s for s in board.stages if s.pipeline_id == after.pipeline_id]
            rewards.award_forward(uow, now, pipeline, before, after, ws.point_rules)
    if moved:
        _plans(ws, uow, [deal for deal, _ in moved], after, board.rules)
        kind = "stage_changed" if after.kind is StageKind.OPEN else after.kind.value
        told = [({**deal, **more.get(deal["id"], {}), **fields}, before) for deal, before in moved]
        rewards.notify_moved(uow, told, after, kind)


def _plans(
    ws: Workspace, uow: UnitOfWork, deals: list[dict[str, Any]], after: Stage, rules: Mapping[int, StageRules]
) -> None:
    """Closing a deal ends what plans have planned for it; entering a stage may start one."""
    plan_id = rules[after.id].plan_id if after.id in rules else None
    if after.kind is StageKind.OPEN and plan_id is None:
        return
    from . import activity_plans

    if after.kind is StageKind.OPEN:
        activity_plans.entered(ws, uow, deals, plan_id)
    else:
        activity_plans.end(uow, [deal["id"] for deal in deals])


def _ranks(uow: UnitOfWork, deals: list[dict[str, Any]], stage_id: int, after_id: int | None) -> dict[int, int]:
    ids = [deal["id"] for deal in deals]
    staying = {deal["id"]: deal["rank"] for deal in deals if deal["stage_id"] == stage_id}
    if after_id is None and len(staying) == len(deals):
        return staying
    if after_id in ids:
        return (
            {deal["id"]: deal["rank"] for deal in deals}
            if len(staying) == len(deals)
            else _ranks(uow, deals, stage_id, 0)
        )
    return dict(zip(ids, placing.ranks_after(uow, stage_id, after_id or placing.TOP, ids), strict=True))


def entering(
    ws: Workspace, deal: dict[str, Any], before: Stage, after: Stage, fields: dict[str, Any]
) -> dict[str, Any]:
    """Fields a deal takes on entering a stage; leaving a closed stage takes off what closing had written."""
    values: dict[str, Any] = {"stage_id": after.id, "stage_since": ws.clock.today(), "hold_until": None}
    if after.kind is not StageKind.OPEN or before.kind is not StageKind.OPEN or not deal["probability_set"]:
        values |= {"probability": after.probability, "probability_set": False}
    if after.kind is StageKind.OPEN:
        values["closed_on"] = None
    if after.kind is not StageKind.LOST:
        values |= {"loss_reason_id": None, "competitor": "", "close_note": ""}
    return values | fields


def _lost_fields(values: dict[str, Any], ws: Workspace) -> dict[str, Any]:
    reason_id = values.get("reason_id")
    if reason_id is None:
        raise InvalidInput(
            "reason", tr("Say why the deal was lost."), tr("A reason is needed to close a deal as lost.")
        )
    with ws.store.read() as connection:
        if reason_id not in {reason.id for reason in storage.reference.named(connection, "loss_reason")}:
            raise InvalidInput("reason", tr("This reason does not exist."), tr("Choose one of the list."))
    return {
        "closed_on": _closing_day(values.get("closed_on"), ws),
        "loss_reason_id": reason_id,
        "competitor": str(values.get("competitor", "")).strip(),
        "close_note": str(values.get("note", "")).strip(),
    }


def _closing_day(day: date | None, ws: Workspace) -> date:
    today = ws.clock.today()
    if day is not None and day < FIRST_DAY:
        raise InvalidInput("date", tr("The date must be between 1900 and 2200."), tr("Correct it."))
    if day is not None and day > today:
        raise InvalidInput(
            "date", tr("A deal cannot be closed on a day to come."), tr("Choose today or an earlier day.")
        )
    return day or today


def _first_of_kind(ws: Workspace, ids: Sequence[int], kind: StageKind) -> int:
    """The won or lost stage of the pipeline that the first deal is in."""
    with ws.store.read() as connection:
        stages = storage.reference.stages(connection)
        pipeline = storage.reference.pipeline_of(connection, ids[0]) if ids else None
    for stage in stages:
        if stage.kind is kind and pipeline in (None, stage.pipeline_id):
            return stage.id
    raise UserError(tr("This pipeline has no such stage."), tr("Ask the administrator to add one."))


def _stage(stages: list[Stage], stage_id: int) -> Stage:
    for stage in stages:
        if stage.id == stage_id:
            return stage
    raise NotFound(tr("This stage no longer exists."), tr("Nothing was moved. Choose another stage."))


def _label(verb: str, name: str, stage: Stage, count: int) -> list[Any]:
    if count > 1:
        return [N_("Move {count} deal to {stage}"), N_("Move {count} deals to {stage}"), count, {"stage": stage.name}]
    texts = {"win": N_("Win “{name}”"), "lose": N_("Lose “{name}”"), "reopen": N_("Reopen “{name}”")}
    return [texts.get(verb, N_("Move “{name}” to {stage}")), {"name": name, "stage": stage.name}]
