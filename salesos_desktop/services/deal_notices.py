"""Who is told when somebody else gives away, changes or writes about a deal: its owner and its followers, once each."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.notices import Kind
from ..domain.text import unmarked
from ..i18n import N_

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

Row = Mapping[str, Any]
_EXCERPT = 160
_NAMED = 3
_OF_MINE: list[Any] = [
    N_("{count} deal of yours has another value"), N_("{count} deals of yours have another value"), 0, {},
]  # fmt: skip
_OF_FOLLOWED: list[Any] = [
    N_("{count} deal that you follow was changed"), N_("{count} deals that you follow were changed"), 0, {},
]  # fmt: skip


def changed(uow: UnitOfWork, before: Row | None, after: Row) -> None:
    """Tells of another owner or value; ``before`` None for a deal that was just made, ``after`` holds its id.

    A change of stage tells its own (rewards.notify_moved).
    """
    new, old = after["owner_id"], None if before is None else before["owner_id"]
    given, value = new != old, before is not None and _worth(before) != _worth(after)
    if not given and not value:
        return
    reached = _Reached(uow, after["id"], {new, old})
    amount: list[Any] = ["{value}", {"value": after["value"], "currency": after["currency"]}]
    if value and before is not None:
        amount = [N_("{before} → {after}"), {"before": [_amount(before)], "after": [_amount(after)]}]
    if given:
        reached.tell(new, Kind.DEAL_ASSIGNED, [N_("For you: {name}"), {"name": after["name"]}], amount)
    title = [N_("{name} has another value"), {"name": after["name"]}]
    if given:
        who = storage.reference.name_of(uow.connection, "person", new)
        title = [
            N_("{name} is {who}’s now") if who else N_("{name} is nobody’s now"),
            {"name": after["name"], "who": who},
        ]
        reached.tell(old, Kind.DEAL_CHANGED, title, amount)
    elif value:
        reached.tell(new, Kind.DEAL_CHANGED, title, amount)
    if before is not None:
        reached.tell_followers(title, amount)


def noted(uow: UnitOfWork, deal_id: int, body: str, told: Set[int]) -> None:
    """Tells of a note; ``told`` are people who know of it already."""
    deal = uow.get("opportunity", deal_id)
    reached = _Reached(uow, deal_id, {deal["owner_id"]}, told)
    title, text = [N_("Note on {name}"), {"name": deal["name"]}], excerpt(body)
    reached.tell(deal["owner_id"], Kind.DEAL_CHANGED, title, text)
    reached.tell_followers(title, text)


def excerpt(body: str) -> list[Any]:
    """The beginning of a note in plain words, as a message."""
    flat = unmarked(body[: 8 * _EXCERPT])
    return ["{text}", {"text": flat if len(flat) <= _EXCERPT else flat[: _EXCERPT - 1] + "…"}]


class Many:
    """Gathers what the owners and followers of many deals are to be told of another value, and followers of another owner:
    one notification for each person. New and earlier owners are told by who gives the deals away.
    """

    def __init__(self) -> None:
        self._deals = array("q")
        self._valued: dict[int, array[int]] = {}

    def look(self, before: Row, values: Row) -> None:
        """One of the deals as it was, and the columns that are written."""
        after = {**before, **values}
        given, value = after["owner_id"] != before["owner_id"], _worth(after) != _worth(before)
        if given or value:
            self._deals.append(before["id"])
        if value and not given and after["owner_id"] is not None:
            self._valued.setdefault(after["owner_id"], array("q")).append(before["id"])

    def tell(self, uow: UnitOfWork) -> None:
        """Tells each person once, but not whoever did it."""
        active = storage.people.who_follows(uow.connection, self._valued.keys(), False)
        followed: dict[int, array[int]] = {}
        for deal_id, person_id in storage.people.followers(uow.connection, self._deals):
            followed.setdefault(person_id, array("q")).append(deal_id)
        for person_id in sorted(active - {uow.actor_id}):
            self._tell(uow, person_id, Kind.DEAL_CHANGED, _OF_MINE, self._valued[person_id])
        for person_id in sorted(followed.keys() - active - {uow.actor_id}):
            self._tell(uow, person_id, Kind.FOLLOWED, _OF_FOLLOWED, followed[person_id])

    def _tell(self, uow: UnitOfWork, person_id: int, kind: str, forms: list[Any], ids: Sequence[int]) -> None:
        rows = uow.rows("opportunity", ids[:_NAMED])
        names = ", ".join(rows[deal_id]["name"][:60] for deal_id in ids[:_NAMED])
        body = [N_("{names} and others") if len(ids) > _NAMED else "{names}", {"names": names}]
        uow.notify(person_id, kind, [*forms[:2], len(ids), {}], body, ids[0] if len(ids) == 1 else None)


class _Reached:
    """Who can be told of a deal in this unit of work: nobody twice, and not whoever did it."""

    def __init__(self, uow: UnitOfWork, deal_id: int, people: Set[int | None], told: Set[int] = frozenset()) -> None:
        self._uow, self._deal_id = uow, deal_id
        self._active = storage.people.who_follows(uow.connection, {each for each in people if each}, False)
        self._told = {uow.actor_id, *told}

    def tell(self, person_id: int | None, kind: str, title: list[Any], body: list[Any]) -> None:
        if person_id in self._active and person_id not in self._told:
            self._told.add(person_id)
            self._uow.notify(person_id, kind, title, body, self._deal_id)

    def tell_followers(self, title: list[Any], body: list[Any]) -> None:
        for _, person_id in storage.people.followers(self._uow.connection, [self._deal_id]):
            self._active.add(person_id)
            self.tell(person_id, Kind.FOLLOWED, title, body)


def _worth(row: Row) -> tuple[Any, Any]:
    return row["value"], row["currency"]


def _amount(row: Row) -> list[Any]:
    return ["{value}", {"value": row["value"], "currency": row["currency"]}]
