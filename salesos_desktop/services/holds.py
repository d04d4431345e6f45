"""Deals on hold until a day: off the board and out of the open figures, and back by themselves when the day has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.filters import DealFilter
from ..domain.opportunities import Card
from ..domain.stages import StageKind
from ..errors import InvalidInput
from ..i18n import N_, tr
from . import derived
from .opportunities import FIRST_DAY, live
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

BACK = "back_on_board"
"""Kind of the notification that a deal is there again."""


def hold(ws: Workspace, ids: Sequence[int], until: date) -> ChangeSet | None:
    """Takes open deals off the board until a day to come; one transaction, one undo. None when nothing changed.

    Raises InvalidInput for a day that is not to come and for a closed deal; nothing is written then.
    """
    if not ws.clock.today() < until <= date(2200, 12, 31):
        raise InvalidInput("until", tr("A deal waits until a day to come."), tr("Choose tomorrow or a later day."))
    return _write(ws, "hold", ids, until)


def release(ws: Workspace, ids: Sequence[int]) -> ChangeSet | None:
    """Brings deals back before their day; those that are not on hold stay as they are."""
    return _write(ws, "release", ids, None)


def wake(ws: Workspace) -> ChangeSet | None:
    """Brings back what is due of what the person may change, once, and tells owners and followers. Nobody undoes it: a hold
    can be set anew."""
    today = ws.clock.today()
    with ws.store.read() as connection:
        if not _due(ws, connection, today):
            return None
    with ws.unit("wake", [N_("Back from hold"), {}], undoable=False) as uow:
        deals = list(uow.rows("opportunity", _due(ws, uow.connection, today)).values())
        for deal in deals:
            derived.apply(uow, deal, {"hold_until": None, "touched_on": deal["touched_on"]})
        for person_id, theirs in sorted(_told(uow, deals).items()):
            _tell(uow, person_id, theirs)
    return uow.change_set


def _due(ws: Workspace, connection: Any, today: date) -> list[int]:
    found = storage.cards.due_from_hold(connection, today)
    return [deal_id for deal_id, owner_id in found if ws.rights.edits("opportunity", deal_id, owner_id)]


def held(ws: Workspace, pipeline_id: int | None = None) -> list[Card]:
    """Deals on hold, of one pipeline or (None) of all, the one that comes back first first."""
    with ws.store.read() as connection:
        wanted = (
            None if pipeline_id is None else [each.id for each in storage.reference.stages(connection, pipeline_id)]
        )
        found = storage.cards.listed(connection, DealFilter(held=True), wanted, None)
    return sorted(found, key=lambda card: (card.hold_until or FIRST_DAY, card.id))


def held_count(ws: Workspace, pipeline_id: int | None = None) -> int:
    """How many are on hold."""
    with ws.store.read() as connection:
        return storage.cards.held_count(connection, pipeline_id)


def _write(ws: Workspace, verb: str, ids: Sequence[int], until: date | None) -> ChangeSet | None:
    ids = list(dict.fromkeys(ids))
    with ws.unit(verb, []) as uow:
        found = uow.rows("opportunity", ids)
        deals = [live(found.get(deal_id), deal_id) for deal_id in ids]
        for deal in deals:
            if until is not None and uow.stage_kinds[deal["stage_id"]] != StageKind.OPEN.value:
                raise InvalidInput(
                    "until", tr("“{name}” is closed.").format(name=deal["name"]), tr("Only an open deal can wait.")
                )
            derived.apply(uow, deal, {"hold_until": until})
        if deals:
            uow.call_it(_label(deals[0]["name"], len(deals), until))
    return uow.change_set


def _label(name: str, count: int, until: date | None) -> list[Any]:
    if until is None:
        several: list[Any] = [N_("Bring back {count} deal"), N_("Bring back {count} deals"), count, {}]
        return [N_("Bring back “{name}”"), {"name": name}] if count == 1 else several
    day = {"day": until.isoformat()}
    if count == 1:
        return [N_("“{name}” on hold until {day}"), {"name": name, **day}]
    return [N_("{count} deal on hold until {day}"), N_("{count} deals on hold until {day}"), count, day]


def _told(uow: UnitOfWork, deals: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    """Person → the deals that they own or follow."""
    found: dict[int, dict[int, Mapping[str, Any]]] = {}
    by_id = {deal["id"]: deal for deal in deals}
    for deal in by_id.values():
        if deal["owner_id"]:
            found.setdefault(deal["owner_id"], {})[deal["id"]] = deal
    for row in storage.children.rows(uow.connection, "follower", {"opportunity_id": list(by_id)}):
        found.setdefault(row["person_id"], {})[row["opportunity_id"]] = by_id[row["opportunity_id"]]
    active = storage.people.who_follows(uow.connection, found.keys(), whole_team=False)
    return {person_id: list(theirs.values()) for person_id, theirs in found.items() if person_id in active}


def _tell(uow: UnitOfWork, person_id: int, deals: Sequence[Mapping[str, Any]]) -> None:
    names = ", ".join(deal["name"][:60] for deal in deals[:3])
    if len(deals) == 1:
        title: list[Any] = [N_("{name} is back on the board"), {"name": deals[0]["name"]}]
        body: list[Any] = [N_("It was on hold until today."), {}]
    else:
        title = [N_("{count} deal is back on the board"), N_("{count} deals are back on the board"), len(deals), {}]
        body = [N_("{names} and others") if len(deals) > 3 else "{names}", {"names": names}]
    uow.notify(person_id, BACK, title, body, deals[0]["id"] if len(deals) == 1 else None)
