"""Badges: earned in the unit of work that reaches them, shown with progress, made by the administrator."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.badges import (
    DEFAULT_BADGES,
    EARNING,
    ICONS,
    MAX_THRESHOLD,
    MONEY,
    Badge,
    Criteria,
    Measure,
    Rarity,
    criteria_of,
    usual,
)
from ..domain.changes import ChangeSet
from ..domain.money import exponent
from ..domain.notices import Kind
from ..domain.rates import SCALE, Rates
from ..errors import InvalidInput, UserError
from ..i18n import N_, language, ntr, number, tr
from . import forecast, roles
from .setup import MAX_POINTS
from .workspace import SETTINGS, Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

FIELDS = frozenset({"name", "description", "icon", "measure", "threshold", "points", "rarity", "hidden"})
_MADE = "badges_made"
_LONGEST = 300
SAID = {
    N_("First Blood"): N_("Your first won deal."), N_("Deal Maker"): N_("10 won deals."),
    N_("Closer"): N_("50 won deals."), N_("Sales Machine"): N_("100 won deals."),
    N_("Revenue Hunter"): N_("100,000 sold in all."), N_("Big Fish"): N_("One sale of 50,000 or more."),
}  # fmt: skip
"""Name → description of the default badges, which everybody reads in their own language until somebody words them anew."""


# Earning ----------------------------------------------------------------------------------------------------------


def earn(ws: Workspace, uow: UnitOfWork, *, tell: bool = True) -> None:
    """Gives the people who have earned points in this unit of work the badges they have reached by them, each once: the
    award, its points and, unless nobody is to be told, a notification."""
    grown = {
        person_id: frozenset().union(*(EARNING.get(reason, frozenset()) for reason in reasons))
        for person_id, reasons in uow.earners.items()
    }
    if not any(grown.values()):
        return
    uow.flush()
    known = [(row, criteria_of(row.criteria)) for row in storage.leaderboard.badges(uow.connection)]
    rates: Rates | None = None
    for person_id, measures in sorted(grown.items()):
        wanted = [(row, found) for row, found in known if found is not None and found.measure in measures]
        if not wanted or uow.find("person", person_id) is None:
            continue
        has = storage.leaderboard.held(uow.connection, person_id)
        wanted = [(row, found) for row, found in wanted if row.id not in has]
        if wanted:
            rates = rates or forecast.rates_of(ws, uow.connection)
            there = _measured(uow.connection, rates, person_id, {found.measure for _, found in wanted})
            for row, found in wanted:
                if there[found.measure] >= goal_of(ws, found):
                    _give(uow, row, person_id, tell=tell)


def give(uow: UnitOfWork, badge_id: int, person_id: int) -> None:
    """Gives a badge that was won otherwise, unless the person holds it."""
    uow.flush()
    if badge_id not in storage.leaderboard.held(uow.connection, person_id):
        row = next((each for each in storage.leaderboard.badges(uow.connection) if each.id == badge_id), None)
        if row is not None:
            _give(uow, row, person_id)


def _give(uow: UnitOfWork, row: Any, person_id: int, *, tell: bool = True) -> None:
    uow.insert("badge_award", {"badge_id": row.id, "person_id": person_id, "at": uow.at, "change_seq": uow.seq})
    uow.award(person_id, "badge", row.points, row.id, table="badge")
    if not tell:
        return
    name, description = _worded(row.name, row.description)
    body = [N_("{description} +{points} points"), {"description": description, "points": row.points}]
    uow.notify(person_id, Kind.BADGE, [N_("Badge earned: {name}"), {"name": name}], body, row.id, "ranking")


def _worded(name: str, description: str) -> tuple[str | list[Any], str | list[Any]]:
    """The texts of a badge as values of a message: those of a default one are read in the language of whoever looks."""
    return ([[name, {}]], [[SAID[name], {}]]) if usual(name, description) else (name, description)


def _texts(name: str, description: str) -> tuple[str, str]:
    """The texts of a badge in the language in use."""
    return (tr(name), tr(SAID[name])) if usual(name, description) else (name, description)


def goal_of(ws: Workspace, criteria: Criteria) -> int:
    """What has to be reached, money in minor units of the workspace's currency."""
    return criteria.threshold * 10 ** exponent(ws.currency) if criteria.measure in MONEY else criteria.threshold


def _measured(connection: Any, rates: Rates, person_id: int, measures: Iterable[Measure]) -> dict[Measure, int]:
    """What a person has of some measures, over all time."""
    wanted = set(measures)
    found: dict[Measure, int] = {}
    if wanted & {Measure.WON, Measure.REVENUE, Measure.LARGEST}:
        found |= _of_won(rates, storage.leaderboard.won_by(connection, person_id))
    if wanted & {Measure.LEADS, Measure.QUALIFIED}:
        made, good, _ = storage.leaderboard.leads(connection, None, None, person_id).get(person_id, (0, 0, 0))
        found |= {Measure.LEADS: made, Measure.QUALIFIED: good}
    if Measure.ACTIVITIES in wanted:
        done = storage.leaderboard.activities(connection, None, None, person_id)
        found[Measure.ACTIVITIES] = done.get(person_id, 0)
    return found


def _of_won(rates: Rates, rows: Iterable[tuple[date | None, str, int, int, int]]) -> dict[Measure, int]:
    count = parts = largest = 0
    for day, currency, deals, value, most in rows:
        count += deals
        factor = rates.factor(currency, day or date.min)
        if factor is not None:
            parts += value * factor
            largest = max(largest, most * factor)
    return {
        Measure.WON: count, Measure.REVENUE: (parts + SCALE // 2) // SCALE,
        Measure.LARGEST: (largest + SCALE // 2) // SCALE,
    }  # fmt: skip


# Seeing -----------------------------------------------------------------------------------------------------------


def seen(ws: Workspace, person_id: int | None = None) -> list[Badge]:
    """The badges that a person (None: the local one) may see, with their progress; earned ones first, then the nearest."""
    who = ws.actor_id if person_id is None else person_id
    found = [badge for badge in listing(ws, who) if badge.shown]
    return sorted(found, key=lambda badge: (badge.earned_at is None, -badge.progress, badge.id))


def listing(ws: Workspace, person_id: int | None = None) -> list[Badge]:
    """Every badge, in the order they were made, with the progress of a person (None: the local one)."""
    who = ws.actor_id if person_id is None else person_id
    with ws.store.read() as connection:
        rows = storage.leaderboard.badges(connection)
        has, holders = storage.leaderboard.held(connection, who), storage.leaderboard.holders(connection)
        known = {row.id: criteria_of(row.criteria) for row in rows}
        wanted = {found.measure for found in known.values() if found is not None}
        there = _measured(connection, forecast.rates_of(ws, connection), who, wanted)
    return [
        Badge(
            row.id, row.version, *_texts(row.name, row.description), row.icon, row.points, _rarity(row.rarity),
            bool(row.hidden),
            found, there[found.measure] if found else 0, goal_of(ws, found) if found else 0, has.get(row.id),
            sum(each != who for each in holders.get(row.id, ())),
        )
        for row in rows
        for found in (known[row.id],)
    ]  # fmt: skip


def _rarity(text: str) -> Rarity:
    return Rarity(text) if text in frozenset(Rarity) else Rarity.COMMON


# Making -----------------------------------------------------------------------------------------------------------


def make_usual(uow: UnitOfWork) -> None:
    """The six of a new workspace, in the language in use."""
    which = 0 if language() == "es" else 1
    for each in DEFAULT_BADGES:
        uow.insert(
            "badge",
            {
                "name": each.name, "description": each.description[which], "icon": each.icon, "points": each.points,
                "criteria": each.criteria.to_json(), "rarity": each.rarity.value, "hidden": each.hidden,
            },
        )  # fmt: skip
    storage.settings.put(uow.connection, _MADE, json.dumps(True))


def ready(ws: Workspace) -> None:
    """Gives a workspace of an earlier program the usual badges, once."""
    if ws.settings.get(_MADE):
        return
    with ws.unit(SETTINGS, [N_("Add the usual badges"), {}], undoable=False) as uow:
        if storage.settings.get(uow.connection, _MADE) is None:
            uow.touch()
            if not storage.leaderboard.badges(uow.connection):
                make_usual(uow)
            storage.settings.put(uow.connection, _MADE, json.dumps(True))


def add(ws: Workspace, values: Mapping[str, Any]) -> int:
    """Makes a badge of FIELDS and returns its id; who has reached it already earns it with their next points.

    ``threshold`` is a whole number, of money in major units. Raises InvalidInput, UserError for who may not.
    """
    with ws.unit("badge", [N_("Add the badge “{name}”"), {"name": values.get("name", "")}]) as uow:
        roles.need(ws, uow, roles.ADMINISTER)
        return uow.insert("badge", _checked(uow, values, None))


def edit(
    ws: Workspace, badge_id: int, values: Mapping[str, Any], *, expect_version: int | None = None
) -> ChangeSet | None:
    """Changes FIELDS of a badge; who holds it keeps it, with the points it gave. Raises like ``add``, NotFound, Conflict."""
    with ws.unit("badge", [N_("Change the badge “{name}”"), {"name": values.get("name", "")}]) as uow:
        roles.need(ws, uow, roles.ADMINISTER)
        row = uow.get("badge", badge_id)
        uow.update("badge", badge_id, _checked(uow, values, row), expect_version=expect_version)
    return uow.change_set


def delete(ws: Workspace, badge_id: int) -> ChangeSet | None:
    """Takes a badge away that nobody holds and no challenge gives; undo brings it back. Raises UserError, NotFound."""
    with ws.unit("badge", []) as uow:
        roles.need(ws, uow, roles.ADMINISTER)
        row = uow.get("badge", badge_id)
        uow.call_it([N_("Delete the badge “{name}”"), {"name": _worded(row["name"], row["description"])[0]}])
        count = len(storage.children.rows(uow.connection, "badge_award", {"badge_id": badge_id}))
        if count:
            text = ntr("{count} person holds this badge.", "{count} people hold this badge.", count)
            raise UserError(text.format(count=number(count)), tr("It stays: what was earned is not taken back."))
        uow.delete("badge", badge_id)
    return uow.change_set


def _checked(uow: UnitOfWork, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    for name in values.keys() - FIELDS:
        raise InvalidInput(name, tr("There is no field {field}.").format(field=name))
    kept = criteria_of(before["criteria"]) if before else None
    goal = {"measure": kept.measure, "threshold": kept.threshold} if kept else {}
    given: dict[str, Any] = {"description": "", "icon": ICONS[0], "points": 0, "rarity": Rarity.COMMON, "hidden": False}
    given |= {**({name: before[name] for name in FIELDS if name in before} if before else {}), **goal, **values}
    name = str(given.get("name") or "").strip()
    description = str(given["description"]).strip()
    if before is not None and (name, description) == _texts(before["name"], before["description"]):
        name, description = before["name"], before["description"]
    if not name:
        raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
    for field, text in (("name", name), ("description", description)):
        if len(text) > _LONGEST:
            raise InvalidInput(field, tr("This text is too long."), tr("Shorten it."))
    others = storage.leaderboard.badges(uow.connection)
    taken = {
        each.casefold() for row in others if before is None or row.id != before["id"]
        for each in (row.name, _texts(row.name, row.description)[0])
    }  # fmt: skip
    if name.casefold() in taken:
        raise InvalidInput("name", tr("There is a badge of that name already."), tr("Choose another one."))
    if given.get("measure") not in frozenset(Measure):
        raise InvalidInput("measure", tr("Say what has to be reached."), tr("Choose one of the list."))
    for field, least, most in (("threshold", 1, MAX_THRESHOLD), ("points", 0, MAX_POINTS)):
        value = given.get(field)
        if not isinstance(value, int) or not least <= value <= most:
            text = tr("A whole number from {least} to {most}.").format(least=number(least), most=number(most))
            raise InvalidInput(field, text, tr("Correct it."))
    if given["icon"] not in ICONS or given["rarity"] not in frozenset(Rarity):
        raise InvalidInput("icon", tr("There is no such picture or rarity."), tr("Choose one of the list."))
    return {
        "name": name, "description": description, "icon": given["icon"],
        "points": given["points"], "rarity": str(given["rarity"]), "hidden": bool(given["hidden"]),
        "criteria": Criteria(Measure(given["measure"]), given["threshold"]).to_json(),
    }  # fmt: skip
