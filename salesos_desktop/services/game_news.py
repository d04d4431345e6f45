"""What challenges and the ranking have to tell by themselves: progress, the end with its prizes, another place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.challenges import Challenge, Phase, level_of, state_of
from ..domain.notices import Kind
from ..domain.periods import month_of
from ..domain.ranking import Period
from ..i18n import N_
from . import badges, challenges, leaderboard, told
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

TOLD = "game_told"
"""Verb of the commits that tell it."""


def tell(ws: Workspace) -> None:
    """Tells everybody of challenges that have reached a level or have ended, and gives their prizes, once whatever number of
    windows look; tells the local person of another place in the month, at most once a day."""
    if ws.rights.write:
        _challenges(ws)
    if ws.actor_id:
        _place(ws)


def _challenges(ws: Workspace) -> None:
    today = ws.clock.today()
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, "challenge", {})
        rows = [row for row in rows if row["starts_on"] <= today and not state_of(row["state"]).ended]
        if not rows or not any(_news(ws, each) for each in challenges.read(ws, connection, rows)):
            return
    with ws.unit(TOLD, [N_("Tell of challenges"), {}], undoable=False) as uow:
        # Another window may have told some of it meanwhile.
        there = uow.rows("challenge", [row["id"] for row in rows])
        for found in challenges.read(ws, uow.connection, list(there.values())):
            if not found.state.ended:
                _tell(ws, uow, found)


def _news(ws: Workspace, found: Challenge) -> dict[int, int]:
    """Person → level that they have reached and were not told of; at the end everybody."""
    ended = found.phase(ws.clock.today()) is Phase.COMPLETED
    levels = {each.person_id: level_of(found.percent(each.person_id)) for each in found.places}
    if ended:
        return levels or {0: 0}
    return {key: level for key, level in levels.items() if level > found.state.told.get(key, 0)}


def _tell(ws: Workspace, uow: UnitOfWork, found: Challenge) -> None:
    news = _news(ws, found)
    if not news:
        return
    if found.phase(ws.clock.today()) is Phase.COMPLETED:
        uow.update("challenge", found.id, {"state": replace(found.state, ended=True).to_json()})
        _end(uow, found)
        return
    uow.update("challenge", found.id, {"state": replace(found.state, told={**found.state.told, **news}).to_json()})
    for person_id, level in sorted(news.items()):
        text = N_("Goal reached: {name}") if level >= 100 else N_("{level} % of the goal: {name}")
        body = [N_("Until {day}"), {"day": found.ends_on.isoformat()}]
        said = [text, {"name": found.name, "level": level}]
        uow.notify(person_id, Kind.CHALLENGE_PROGRESS, said, body, found.id, "ranking")


def _end(uow: UnitOfWork, found: Challenge) -> None:
    """The results for everybody who took part, the prize for who has reached the goal."""
    for each in found.places:
        reached = found.reached(each.person_id)
        text = N_("Goal reached: {percent} %") if reached else N_("Goal not reached: {percent} %")
        body: list[Any] = [[text, {"percent": found.percent(each.person_id)}]]
        if not found.shared and len(found.places) > 1:
            place = {"position": each.position, "count": len(found.places)}
            body.append([N_("place {position} of {count}"), place])
        if reached and found.prize.words:
            body.append([N_("prize: {prize}"), {"prize": found.prize.words}])
        said = [N_("Challenge ended: {name}"), {"name": found.name}]
        uow.notify(each.person_id, Kind.CHALLENGE_RESULTS, said, ["{lines}", {"lines": body}], found.id, "ranking")
        if reached and found.prize.points:
            uow.award(each.person_id, "challenge", found.prize.points, found.id, table="challenge")
        if reached and found.prize.badge_id is not None:
            badges.give(uow, found.prize.badge_id, each.person_id)


def _place(ws: Workspace) -> None:
    today = ws.clock.today()
    with ws.store.read() as connection:
        known = told.kept(connection, ws.actor_id)
        before: dict[str, Any] = known.get("place", {})
        if before.get("on") == today.isoformat():
            return
        position, count = leaderboard.position(ws, connection, Period.MONTH)
    if count < 2 or position == before.get("position"):
        return
    with ws.unit(TOLD, [N_("Tell of the ranking"), {}], undoable=False) as uow:
        now = {"month": month_of(today), "position": position}
        if before.get("month") == now["month"]:
            now["on"] = today.isoformat()
            text = N_("You are now number {position} of the month")
            body = [N_("You were number {before}."), {"before": before["position"]}]
            uow.notify(ws.actor_id, Kind.RANKING_CHANGED, [text, {"position": position}], body, None, "ranking")
        told.keep(uow, ws.actor_id, {**told.kept(uow.connection, ws.actor_id), "place": now})
