"""Points and notices of a change of stage, written in the same unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.money import exponent
from ..domain.notices import Kind
from ..domain.points import won_points
from ..domain.stages import Stage, stages_advanced
from ..i18n import N_

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


def award_forward(
    uow: UnitOfWork, deal: Row, pipeline: list[Stage], before: Stage, after: Stage, rules: Mapping[str, int]
) -> int:
    """Points for open stages a deal enters for the first time, skipped ones included; returns their sum."""
    entered = stages_advanced(pipeline, before, after)
    if not entered:
        return 0
    earned = {stage_id for _, reason, stage_id, net in _given(uow, deal) if reason == "stage_forward" and net > 0}
    given = 0
    for stage in entered:
        if stage.id not in earned:
            uow.award(_seller(uow, deal), "stage_forward", rules["stage_forward"], deal["id"], stage.id)
            given += rules["stage_forward"]
    return given


def award_won(uow: UnitOfWork, deal: Row, stage: Stage, rules: Mapping[str, int]) -> int:
    """Points for a deal that is won for the first time (a reopened one keeps those it gave); returns them."""
    if any(reason == "won" and net > 0 for _, reason, _, net in _given(uow, deal)):
        return 0
    amount = won_points(deal["value"], exponent(deal["currency"]), rules)
    uow.award(_seller(uow, deal), "won", amount, deal["id"], stage.id)
    return amount


def award_lead(uow: UnitOfWork, lead: Row, reason: str, rules: Mapping[str, int]) -> int:
    """Points that a lead gives once: lead_created, lead_qualified or lead_converted; returns them."""
    if uow.awarding:
        uow.flush()
    given = storage.timeline.points_earned(uow.connection, lead["id"], "lead")
    person_id = lead["owner_id"] or uow.actor_id
    if not person_id or any(known == reason and net > 0 for _, known, _, net in given):
        return 0
    uow.award(person_id, reason, rules[reason], lead["id"], table="lead")
    return rules[reason]


def notify_moved(uow: UnitOfWork, moved: Sequence[tuple[Row, Stage]], after: Stage, kind: str) -> None:
    """One notification per person for the deals of one action, however many they are; a won deal tells the team.

    Who only follows some of them is told of those.
    A move into another pipeline names it.
    """
    deals = [deal for deal, _ in moved]
    recipients = {uow.actor_id}
    recipients |= storage.people.who_follows(
        uow.connection, {d["owner_id"] for d in deals if d["owner_id"]}, kind == "won"
    )
    for person_id in sorted(recipients - {0}):
        uow.notify(person_id, kind, *_told(uow, moved, after, kind))
    followed: dict[int, set[int]] = {}
    for deal_id, person_id in storage.people.followers(uow.connection, [deal["id"] for deal in deals]):
        if person_id not in recipients:
            followed.setdefault(person_id, set()).add(deal_id)
    for person_id, theirs in sorted(followed.items()):
        some = [each for each in moved if each[0]["id"] in theirs]
        uow.notify(person_id, Kind.FOLLOWED, *_told(uow, some, after, kind))


def _told(
    uow: UnitOfWork, moved: Sequence[tuple[Row, Stage]], after: Stage, kind: str
) -> tuple[list[Any], list[Any], int | None]:
    """Title, body and subject of a notification."""
    there = after.name
    if any(before.pipeline_id != after.pipeline_id for _, before in moved):
        there = f"{storage.reference.name_of(uow.connection, 'pipeline', after.pipeline_id)} · {after.name}"
    if len(moved) == 1:
        deal, before = moved[0]
        title: list[Any] = [_TITLES[kind], {"name": deal["name"], "stage": there}]
        detail = {"before": before.name, "after": there, "value": deal["value"], "currency": deal["currency"]}
        return title, [N_("{before} → {after} · {value}"), detail], deal["id"]
    title = [N_("{count} deal moved to {stage}"), N_("{count} deals moved to {stage}"), len(moved), {"stage": there}]
    names = ", ".join(deal["name"][:60] for deal, _ in moved[:3])
    return title, [N_("{names} and others") if len(moved) > 3 else "{names}", {"names": names}], None


def _given(uow: UnitOfWork, deal: Row) -> list[tuple[int, str, int | None, int]]:
    if uow.awarding:
        uow.flush()
    return storage.timeline.points_earned(uow.connection, deal["id"])


def _seller(uow: UnitOfWork, deal: Row) -> int:
    return int(deal["owner_id"] or uow.actor_id)


_TITLES = {
    "stage_changed": N_("{name} moved to {stage}"),
    "won": N_("Won: {name}"),
    "lost": N_("Lost: {name}"),
}
