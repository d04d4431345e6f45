"""Challenges: made by managers for people, teams or all, or by anybody for themselves; followed, told, and their prize given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.challenges import (
    LONGEST_DAYS,
    MAX_GOAL,
    NAME_LIMIT,
    Challenge,
    Figure,
    Metric,
    Prize,
    placed,
    prize_of,
    state_of,
)
from ..domain.changes import ChangeSet
from ..domain.notices import Kind
from ..domain.ranking import within
from ..errors import InvalidInput, UserError
from ..i18n import N_, number, tr
from . import forecast, roles
from .leaderboard import instants, revenue
from .opportunities import FIRST_DAY
from .setup import MAX_POINTS
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

FIELDS = frozenset(
    {"name", "metric", "goal", "starts_on", "ends_on", "shared", "automatic", "prize", "people", "teams", "personal"}
)


# Seeing -----------------------------------------------------------------------------------------------------------


def listing(ws: Workspace) -> list[Challenge]:
    """Every challenge that the local person may see, the latest first: personal ones are seen by their own alone."""
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, "challenge", {})
        found = [each for each in read(ws, connection, rows) if not each.personal or ws.actor_id in each.open_to]
    return sorted(found, key=lambda each: (each.ends_on, each.id), reverse=True)


def may_make(ws: Workspace) -> bool:
    """Whether the local person may make challenges for others."""
    with ws.store.read() as connection:
        return roles.may(ws, connection, roles.CHALLENGE)


def read(ws: Workspace, connection: Any, rows: Sequence[Mapping[str, Any]]) -> list[Challenge]:
    """Challenges with everybody's figures; those that are the same in metric and days are counted once."""
    everybody = storage.leaderboard.people(connection)
    teams = within({row[0]: row[2] for row in storage.leaderboard.teams(connection)})
    taking_part: dict[int, list[dict[str, Any]]] = {}
    for each in storage.children.rows(connection, "challenge_participant", {}):
        taking_part.setdefault(each["challenge_id"], []).append(each)
    counted: dict[tuple[Metric, date, date], dict[int, Figure]] = {}
    found = []
    for row in rows:
        metric = Metric(row["metric"])
        key = (metric, row["starts_on"], row["ends_on"])
        if key not in counted:
            counted[key] = measured(ws, connection, *key)
        found.append(_one(ws, row, taking_part.get(row["id"], []), everybody, teams, counted[key]))
    return found


def _one(
    ws: Workspace, row: Mapping[str, Any], named: Sequence[Mapping[str, Any]],
    everybody: Sequence[tuple[int, str, int | None, bool]], teams: Mapping[int, frozenset[int]],
    figures: Mapping[int, Figure],
) -> Challenge:  # fmt: skip
    metric, state = Metric(row["metric"]), state_of(row["state"])
    people = tuple(each["person_id"] for each in named if each["person_id"] is not None)
    chosen = tuple(each["team_id"] for each in named if each["team_id"] is not None)
    below = frozenset().union(*(teams.get(team, frozenset()) for team in chosen))
    open_to = frozenset(
        key for key, _, team, active in everybody if active and (not named or key in people or team in below)
    )
    here = open_to if row["automatic"] else open_to & state.joined
    places = placed({key: name for key, name, _, _ in everybody if key in here}, figures, metric)
    total = Figure()
    for key in here:
        total = total + figures.get(key, Figure())
    own = next((each.amount for each in places if each.person_id == ws.actor_id), None)
    personal = people == (row["created_by"],) and not chosen
    return Challenge(
        row["id"], row["version"], row["name"], metric, row["goal"], row["starts_on"], row["ends_on"], row["shared"],
        row["automatic"], personal, prize_of(row["prize"]), state, row["created_by"], people, chosen, open_to, places,
        own, total.amount(metric),
    )  # fmt: skip


def measured(ws: Workspace, connection: Any, metric: Metric, first: date, last: date) -> dict[int, Figure]:
    """Person → what they have of a metric from one day to another, both included."""
    after = last + timedelta(days=1)
    moments = instants(ws, (first, after))
    if metric in (Metric.REVENUE, Metric.WON):
        won, _ = revenue(forecast.rates_of(ws, connection), storage.leaderboard.won(connection, first, after))
        return {key: Figure(value if metric is Metric.REVENUE else deals) for key, (deals, value) in won.items()}
    if metric is Metric.ACTIVITIES:
        return {key: Figure(count) for key, count in storage.leaderboard.activities(connection, *moments).items()}
    leads = storage.leaderboard.leads(connection, *moments)
    if metric is Metric.CONVERSION:
        return {key: Figure(converted, made) for key, (made, _, converted) in leads.items()}
    return {key: Figure(made if metric is Metric.LEADS else good) for key, (made, good, _) in leads.items()}


# Making -----------------------------------------------------------------------------------------------------------


def add(ws: Workspace, values: Mapping[str, Any]) -> int:
    """Makes a challenge of FIELDS and returns its id; whoever may take part is told.

    ``goal``: minor units for revenue, whole percent for conversion. ``people`` and ``teams``: ids, none of both for all;
    ``personal`` True for oneself alone, which everybody may. ``prize`` a Prize. Raises InvalidInput, UserError.
    """
    with ws.unit("challenge", []) as uow:
        personal = bool(values.get("personal"))
        if not personal:
            roles.need(ws, uow, roles.CHALLENGE)
        people, teams = ([ws.actor_id], []) if personal else (values.get("people", ()), values.get("teams", ()))
        usual = {"starts_on": ws.clock.today(), "prize": Prize(), "shared": False, "automatic": True}
        given = _checked({**usual, **_fields(values)})
        if personal:
            given |= {"shared": False, "automatic": True}
        uow.call_it([N_("Add the challenge “{name}”"), {"name": given["name"]}])
        challenge_id = uow.insert("challenge", {**given, "created_by": ws.actor_id or None})
        _take_in(uow, challenge_id, people, teams)
        uow.flush()
        if not personal:
            made = read(ws, uow.connection, [uow.get("challenge", challenge_id)])[0]
            text = N_("New challenge: {name}") if given["automatic"] else N_("New challenge to join: {name}")
            for person_id in sorted(made.open_to - {ws.actor_id}):
                uow.notify(
                    person_id, Kind.CHALLENGE_NEW, [text, {"name": made.name}], _until(made), challenge_id, "ranking"
                )
    return challenge_id


def edit(
    ws: Workspace, challenge_id: int, values: Mapping[str, Any], *, expect_version: int | None = None
) -> ChangeSet | None:
    """Changes FIELDS of a challenge but ``personal``. Raises like ``add``, NotFound, Conflict."""
    with ws.unit("challenge", []) as uow:
        row = uow.get("challenge", challenge_id)
        before = read(ws, uow.connection, [row])[0]
        _need_own(ws, uow, before)
        kept = {name: row[name] for name in FIELDS if name in row} | {"prize": before.prize}
        given = _checked({**kept, **_fields(values)})
        uow.call_it([N_("Change the challenge “{name}”"), {"name": given["name"]}])
        uow.update("challenge", challenge_id, given, expect_version=expect_version)
        people, teams = values.get("people", before.people), values.get("teams", before.teams)
        if not before.personal and (set(people) != set(before.people) or set(teams) != set(before.teams)):
            for each in storage.children.rows(uow.connection, "challenge_participant", {"challenge_id": challenge_id}):
                uow.delete("challenge_participant", each["id"])
            _take_in(uow, challenge_id, people, teams)
    return uow.change_set


def delete(ws: Workspace, challenge_id: int) -> ChangeSet | None:
    """Takes a challenge away; points it gave stay, and undo brings it back. Raises UserError, NotFound."""
    with ws.unit("challenge", []) as uow:
        row = uow.get("challenge", challenge_id)
        _need_own(ws, uow, read(ws, uow.connection, [row])[0])
        uow.call_it([N_("Delete the challenge “{name}”"), {"name": row["name"]}])
        for each in storage.children.rows(uow.connection, "challenge_participant", {"challenge_id": challenge_id}):
            uow.delete("challenge_participant", each["id"])
        uow.delete("challenge", challenge_id)
    return uow.change_set


def join(ws: Workspace, challenge_id: int, *, joined: bool = True) -> ChangeSet | None:
    """Takes part in a challenge that is joined, or no longer. Raises UserError for who may not, NotFound."""
    with ws.unit("challenge", []) as uow:
        row = uow.get("challenge", challenge_id)
        found = read(ws, uow.connection, [row])[0]
        text = N_("Join the challenge “{name}”") if joined else N_("Leave the challenge “{name}”")
        uow.call_it([text, {"name": found.name}])
        if found.automatic or ws.actor_id not in found.open_to or ws.clock.today() > found.ends_on:
            raise UserError(tr("This challenge cannot be joined or left."), tr("Nothing was changed."))
        now = found.state.joined | {ws.actor_id} if joined else found.state.joined - {ws.actor_id}
        uow.update("challenge", challenge_id, {"state": replace(found.state, joined=now).to_json()})
    return uow.change_set


def _need_own(ws: Workspace, uow: UnitOfWork, found: Challenge) -> None:
    if not (found.personal and found.created_by == ws.actor_id):
        roles.need(ws, uow, roles.CHALLENGE)


def _take_in(uow: UnitOfWork, challenge_id: int, people: Sequence[int], teams: Sequence[int]) -> None:
    for table, name, ids in (("person", "person_id", people), ("team", "team_id", teams)):
        known = uow.rows(table, ids)
        for row_id in dict.fromkeys(ids):
            if row_id not in known:
                raise InvalidInput("people", tr("Somebody of these no longer exists."), tr("Choose again."))
            uow.insert("challenge_participant", {"challenge_id": challenge_id, name: row_id})


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    for name in values.keys() - FIELDS:
        raise InvalidInput(name, tr("There is no field {field}.").format(field=name))
    return {name: value for name, value in values.items() if name not in ("people", "teams", "personal")}


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a challenge. Raises InvalidInput on the field's name."""
    name = " ".join(str(given.get("name") or "").split())
    if not name:
        raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
    if len(name) > NAME_LIMIT:
        raise InvalidInput("name", tr("This text is too long."), tr("Shorten it."))
    if given.get("metric") not in frozenset(Metric):
        raise InvalidInput("metric", tr("Say what counts."), tr("Choose one of the list."))
    metric, goal = Metric(given["metric"]), given.get("goal")
    most = 100 if metric is Metric.CONVERSION else MAX_GOAL
    if not isinstance(goal, int) or not 1 <= goal <= most:
        raise InvalidInput("goal", tr("The goal is a number above 0."), tr("Correct it."))
    first, last = given.get("starts_on"), given.get("ends_on")
    if first is None or last is None or first < FIRST_DAY or last > date(2200, 12, 31):
        raise InvalidInput("ends_on", tr("The date is missing."), tr("Fill it in."))
    if last < first:
        raise InvalidInput("ends_on", tr("It ends before it begins."), tr("Choose a later day."))
    if (last - first).days > LONGEST_DAYS:
        raise InvalidInput("ends_on", tr("It lasts longer than three years."), tr("Choose an earlier day."))
    prize = given["prize"]
    if not 0 <= prize.points <= MAX_POINTS:
        text = tr("Points are whole numbers from 0 to {most}.").format(most=number(MAX_POINTS))
        raise InvalidInput("prize", text, tr("Correct it."))
    if len(prize.words) > NAME_LIMIT:
        raise InvalidInput("prize", tr("This text is too long."), tr("Shorten it."))
    return {
        "name": name, "metric": metric.value, "goal": goal, "starts_on": first, "ends_on": last,
        "shared": bool(given["shared"]), "automatic": bool(given["automatic"]), "prize": prize.to_json(),
    }  # fmt: skip


def _until(found: Challenge) -> list[Any]:
    return [N_("Until {day}"), {"day": found.ends_on.isoformat()}]
