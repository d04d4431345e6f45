"""Many deals at once: each call is one transaction, one undo and one notification per person told, all or nothing.

What moves, wins, loses, plans and deletes takes several deals as it is: moves.move, moves.win, moves.lose,
activities.plan_each, activity_plans.start, opportunities.delete. Deals are read some hundreds at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.custom_fields import stored
from ..domain.opportunities import Priority
from ..domain.stage_rules import CUSTOM
from ..domain.text import fold, one_line
from ..errors import Conflict, InvalidInput, UserError
from ..i18n import N_, tr
from . import deal_notices, derived, moves
from .opportunities import live, tags_of, written
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_CHUNK = 400
_NAMED = 3
_WRITTEN = {
    "company": ("company_id",), "contact": ("contact_id",), "product": ("product_id",),
    "probability": ("probability", "probability_set"),
}  # fmt: skip
"""Columns of fields that are not kept under their names."""

Changes = Mapping[int, Mapping[str, Any]]
"""Deal → EDITABLE fields (services/opportunities.py), and ``stage_id``, and what they become."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one field of one deal cannot be written; ``field`` is empty where it is the whole deal."""

    deal_id: int
    field: str
    error: UserError


@dataclass(frozen=True, slots=True)
class Tried:
    """What cannot be written, and the (deal, field) that would stay as they are."""

    problems: list[Problem]
    same: set[tuple[int, str]]


def assign(ws: Workspace, ids: Sequence[int], owner_id: int | None) -> ChangeSet | None:
    """Gives deals to a person, or to nobody. The new owner is told once, and so is each earlier one.

    Raises InvalidInput for somebody who is not there or no longer works here, NotFound; nothing is written then.
    """
    ids = list(dict.fromkeys(ids))
    with ws.unit("bulk", []) as uow:
        person = None if owner_id is None else uow.find("person", owner_id)
        if owner_id is not None and (person is None or not person["active"]):
            raise InvalidInput("owner_id", tr("This person does not work here."), tr("Choose another one."))
        told, others, first = _Told(owner_id), deal_notices.Many(), ""
        for deal in _each(uow, ids):
            first = first or deal["name"]
            told.look(deal)
            others.look(deal, {"owner_id": owner_id})
            derived.apply(uow, deal, {"owner_id": owner_id})
        uow.call_it(
            _named(_NOBODYS if person is None else _ASSIGN, first, len(ids), who=(person or {}).get("name", ""))
        )
        told.tell(uow)
        others.tell(uow)
    return uow.change_set


def retag(
    ws: Workspace, ids: Sequence[int], add: Iterable[str] = (), remove: Iterable[str] = ()
) -> ChangeSet | None:  # fmt: skip
    """Puts tags on deals and takes others off; a tag is the same whatever its case and accents. Raises NotFound."""
    ids, more = list(dict.fromkeys(ids)), [tag for tag in map(one_line, add) if tag]
    less = {fold(tag) for tag in remove} - {fold(tag) for tag in more}
    with ws.unit("bulk", []) as uow:
        first = ""
        for deal in _each(uow, ids):
            first = first or deal["name"]
            kept = [tag for tag in json.loads(deal["tags"] or "[]") if fold(tag) not in less]
            # A tag that the deal has stays as it is written there.
            there = {fold(tag) for tag in kept}
            derived.apply(uow, deal, {"tags": tags_of(kept + [tag for tag in more if fold(tag) not in there])})
        uow.call_it(_named(_TAG, first, len(ids)))
    return uow.change_set


def reschedule(ws: Workspace, ids: Sequence[int], day: date) -> ChangeSet | None:
    """Expects deals to close on another day. Raises InvalidInput, NotFound."""
    return _same(ws, ids, {"expected_close": day}, _DATE)


def prioritise(ws: Workspace, ids: Sequence[int], priority: Priority) -> ChangeSet | None:
    """Gives deals a priority. Raises NotFound."""
    return _same(ws, ids, {"priority": priority}, _PRIORITY)


def set_fields(ws: Workspace, ids: Sequence[int], values: Mapping[str, Any]) -> ChangeSet | None:
    """The same EDITABLE fields for each of these deals. Raises InvalidInput, NotFound; nothing is written then."""
    return _same(ws, ids, values, _EDIT)


def set_each(ws: Workspace, changes: Changes, *, versions: Mapping[int, int] | None = None) -> ChangeSet | None:
    """Fields of deals, to each its own; another stage is a move. Whoever is given deals or loses some is told once.

    ``versions``: deal → the version that the person saw. Raises InvalidInput, NotFound, NeedsMore (moves.move), or
    Conflict naming a deal that is at another one; nothing is written then.
    """
    with ws.unit("bulk", []) as uow:
        _write(ws, uow, changes, versions or {}, _EDIT)
    return uow.change_set


def tried(ws: Workspace, changes: Changes) -> Tried:
    """What ``set_each`` would make of every field of every deal; nothing is written, and others write meanwhile."""
    found = Tried([], set())
    ids = list(changes)
    with ws.trial() as uow:
        board = moves.Board(uow)
        for start in range(0, len(ids), _CHUNK):
            part = ids[start : start + _CHUNK]
            rows = uow.rows("opportunity", part)
            for deal_id in part:
                try:
                    deal = live(rows.get(deal_id), deal_id)
                except UserError as error:
                    found.problems.append(Problem(deal_id, "", error))
                else:
                    _try(ws, uow, board, deal, changes[deal_id], found)
    return found


def _try(
    ws: Workspace, uow: UnitOfWork, board: moves.Board, deal: dict[str, Any], values: Mapping[str, Any], found: Tried
) -> None:  # fmt: skip
    """Tries the fields of a deal together; one that is refused is left out, until the others can be written."""
    left = {name: value for name, value in values.items() if name not in ("custom", "stage_id")}
    left |= {f"{CUSTOM}{key}": value for key, value in values.get("custom", {}).items()}
    order = {name: place for place, name in enumerate([*left, "stage_id"])}
    problems: dict[str, UserError] = {}
    after: dict[str, Any] = {}
    while left:
        try:
            after = written(ws, uow, deal, _nested(left))
            break
        except InvalidInput as error:
            field = error.field if error.field in left else next(iter(left))
            problems[field] = error
            del left[field]
    stays = {field for field in left if _stays(deal, after, field)}
    stage_id = values.get("stage_id", deal["stage_id"])
    if stage_id != deal["stage_id"]:
        try:
            moves.check(ws, uow, board, {**deal, **after}, stage_id)
        except UserError as error:
            problems["stage_id"] = error
    elif "stage_id" in values:
        stays.add("stage_id")
    refused = sorted(problems, key=order.__getitem__)
    found.problems.extend([Problem(deal["id"], field, problems[field]) for field in refused])
    found.same.update((deal["id"], field) for field in stays)


def _nested(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields by name as EDITABLE has them, own ones together."""
    plain = {name: value for name, value in fields.items() if not name.startswith(CUSTOM)}
    own = {name.removeprefix(CUSTOM): value for name, value in fields.items() if name.startswith(CUSTOM)}
    return plain | ({"custom": own} if own else {})


def _stays(deal: Mapping[str, Any], after: Mapping[str, Any], field: str) -> bool:
    """Whether a field is the same in the columns that are written."""
    if field.startswith(CUSTOM):
        key = field.removeprefix(CUSTOM)
        return stored(deal).get(key) == stored(after).get(key)
    return all(deal[name] == after[name] for name in _WRITTEN.get(field, (field,)))


def _same(ws: Workspace, ids: Sequence[int], values: Mapping[str, Any], texts: _Texts) -> ChangeSet | None:
    with ws.unit("bulk", []) as uow:
        _write(ws, uow, dict.fromkeys(ids, values), {}, texts)
    return uow.change_set


def _write(
    ws: Workspace, uow: UnitOfWork, changes: Changes, versions: Mapping[int, int], texts: _Texts
) -> None:  # fmt: skip
    told: dict[Any, _Told] = {}
    moving: dict[int, list[int]] = {}
    others = deal_notices.Many()
    first = ""
    for deal in _each(uow, list(changes)):
        first = first or deal["name"]
        if versions.get(deal["id"], deal["version"]) != deal["version"]:
            raise Conflict(
                tr("Somebody else changed “{name}” meanwhile.").format(name=deal["name"]),
                tr("Nothing was written. Look at the new values and try again."),
            )
        fields = dict(changes[deal["id"]])
        stage_id = fields.pop("stage_id", deal["stage_id"])
        if stage_id != deal["stage_id"]:
            moving.setdefault(stage_id, []).append(deal["id"])
        values = written(ws, uow, deal, fields)
        owner_id = values.get("owner_id", deal["owner_id"])
        if owner_id != deal["owner_id"]:
            told.setdefault(owner_id, _Told(owner_id)).look(deal)
        others.look(deal, values)
        derived.apply(uow, deal, values)
    if moving:
        board = moves.Board(uow)
        for stage_id, ids in moving.items():
            moves.take(ws, uow, board, ids, stage_id)
    uow.call_it(_named(texts, first, len(changes)))
    for each in told.values():
        each.tell(uow)
    others.tell(uow)


def _each(uow: UnitOfWork, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The deals one after the other; what was written of some hundred leaves memory before the next are read.

    Raises NotFound.
    """
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        found = uow.rows("opportunity", part)
        for deal_id in part:
            yield live(found.get(deal_id), deal_id)
        uow.flush()


def _named(texts: _Texts, first: str, count: int, **values: Any) -> list[Any]:
    """What is said of one deal by its name, of several by their number."""
    one, many = texts
    return [one, {"name": first, **values}] if count == 1 else [*many[:2], count, values]


class _Deals:
    """As much of some deals as is told of them: how many, the names of the first, the first one itself."""

    def __init__(self) -> None:
        self.count = 0
        self.names: list[str] = []
        self.first: Mapping[str, Any] = {}

    def add(self, deal: Mapping[str, Any]) -> None:
        """One more."""
        self.first = self.first or {name: deal[name] for name in ("id", "value", "currency")}
        self.count += 1
        if self.count <= _NAMED:
            self.names.append(deal["name"][:60])


class _Told:
    """Gathers whom to tell of deals that go to one person (None: to nobody): that person, and whose they were."""

    def __init__(self, owner_id: int | None) -> None:
        self._owner_id, self._come = owner_id, _Deals()
        self._gone: dict[int, _Deals] = {}

    def look(self, deal: Mapping[str, Any]) -> None:
        """One of the deals as it was before."""
        before = deal["owner_id"]
        if before != self._owner_id:
            self._come.add(deal)
            if before is not None:
                self._gone.setdefault(before, _Deals()).add(deal)

    def tell(self, uow: UnitOfWork) -> None:
        """One notification each; nobody is told what they did themselves."""
        new = storage.reference.name_of(uow.connection, "person", self._owner_id)
        whose = {**self._gone, **({self._owner_id: self._come} if self._owner_id and self._come.count else {})}
        for person_id in sorted(storage.people.who_follows(uow.connection, set(whose), False) - {uow.actor_id}):
            deals, mine = whose[person_id], person_id == self._owner_id
            title = _named(_YOURS if mine else _GIVEN if new else _TAKEN, deals.names[0], deals.count, who=new)
            body: list[Any] = ["{value}", {name: deals.first[name] for name in ("value", "currency")}]
            if deals.count > 1:
                names = ", ".join(deals.names)
                body = [N_("{names} and others") if deals.count > _NAMED else "{names}", {"names": names}]
            subject = deals.first["id"] if deals.count == 1 else None
            uow.notify(person_id, "deal_assigned" if mine else "deal_changed", title, body, subject)


_Texts = tuple[str, list[Any]]
"""What is said of one deal, and of several as a message with two forms."""
_ASSIGN = (
    N_("Assign “{name}” to {who}"),
    [N_("Assign {count} deal to {who}"), N_("Assign {count} deals to {who}"), 0, {}],
)
_NOBODYS = (
    N_("Give “{name}” to nobody"),
    [N_("Give {count} deal to nobody"), N_("Give {count} deals to nobody"), 0, {}],
)
_TAG = (N_("Change the tags of “{name}”"),
        [N_("Change the tags of {count} deal"), N_("Change the tags of {count} deals"), 0, {}])  # fmt: skip
_DATE = (N_("Change the date of “{name}”"),
         [N_("Change the date of {count} deal"), N_("Change the date of {count} deals"), 0, {}])  # fmt: skip
_PRIORITY = (N_("Change the priority of “{name}”"),
             [N_("Change the priority of {count} deal"), N_("Change the priority of {count} deals"), 0, {}])  # fmt: skip
_EDIT = (N_("Edit “{name}”"), [N_("Edit {count} deal"), N_("Edit {count} deals"), 0, {}])
_YOURS = (N_("For you: {name}"), [N_("For you: {count} deal"), N_("For you: {count} deals"), 0, {}])
_GIVEN = (N_("{name} is {who}’s now"), [N_("{count} deal is {who}’s now"), N_("{count} deals are {who}’s now"), 0, {}])
_TAKEN = (
    N_("{name} is nobody’s now"),
    [N_("{count} deal is nobody’s now"), N_("{count} deals are nobody’s now"), 0, {}],
)
