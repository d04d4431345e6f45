"""The morning summary: one notification a day of what is to be done and which deals have come into danger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.notices import MORNING, Channel, Kind, NoticeSettings, QuietHours
from ..domain.staleness import Reason
from ..i18n import N_
from . import notice_settings, staleness, told, working_days
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

SUMMED = "summary"
"""Verb of the commit that tells it."""
_NAMED = 3
_MOST = 500
Message = list[Any]


def due(ws: Workspace, quiet: QuietHours) -> bool:
    """Whether the day has begun: a working day, after MORNING, and the quiet hours are over."""
    zone = ws.clock.zone()
    local = ws.clock.now().astimezone(zone)
    return (
        local.time() >= MORNING and not quiet.hold(ws.clock.now(), zone) and working_days.of(ws).works(ws.clock.today())
    )


def greet(ws: Workspace) -> ChangeSet | None:
    """Tells the local person of the day, once, whatever number of windows they have; None when that is done or not due.

    What comes near its close date, passes it or becomes stale is told once per deal and reason; a deal that was out of
    danger meanwhile is told anew. On a day without anything to tell there is no notification.
    """
    settings = notice_settings.get(ws)
    with ws.store.read() as connection:
        known = storage.people.summary_on(connection, ws.actor_id)
    if known == ws.clock.today() or not due(ws, settings.quiet):
        return None
    with ws.unit(SUMMED, [N_("Tell of the day"), {}], undoable=False) as uow:
        if uow.get("person", ws.actor_id)["summary_on"] == ws.clock.today():
            return None
        uow.update("person", ws.actor_id, {"summary_on": ws.clock.today()})
        title, body = _texts(ws, uow, settings)
        if title:
            uow.notify(ws.actor_id, Kind.SUMMARY, [N_("Good morning: {parts}"), {"parts": title}], body, None)
    return uow.change_set


def _texts(ws: Workspace, uow: UnitOfWork, settings: NoticeSettings) -> tuple[list[Message], Message]:
    """Parts of the title, none for a day without anything to tell, and the body, which names the deals."""
    today, overdue = storage.staleness.due_counts(uow.connection, ws.actor_id, ws.clock.today())
    parts: list[Message] = []
    if today:
        parts.append([N_("{count} activity today"), N_("{count} activities today"), today, {}])
    if overdue and settings.wants(Kind.ACTIVITY_OVERDUE, Channel.IN_APP):
        parts.append([N_("{count} overdue"), N_("{count} overdue"), overdue, {}])
    lines: list[Message] = []
    for kind, said, ids in _deals(ws, uow):
        if ids and settings.wants(kind, Channel.IN_APP):
            parts.append(said)
            lines.append(["{what}: {names}", {"what": [said], "names": _names(uow, ids)}])
    return parts, ["{lines}", {"lines": lines}]


def _deals(ws: Workspace, uow: UnitOfWork) -> list[tuple[Kind, Message, list[int]]]:
    """What is to be told of which deals."""
    found = staleness.by_reason(ws, uow.connection, _MOST)
    fresh = _fresh(uow, ws.actor_id, found)
    rows = uow.rows("opportunity", found[Reason.CLOSING])
    today = [i for i in found[Reason.CLOSING] if rows[i]["expected_close"] == ws.clock.today()]
    near = [i for i in fresh[Reason.CLOSING] if i not in set(today)]
    stale, past = fresh[Reason.STALE], fresh[Reason.PAST_CLOSE]
    of_stale: Message = [N_("{count} deal without a touch"), N_("{count} deals without a touch"), len(stale), {}]
    of_today: Message = [N_("{count} closes today"), N_("{count} close today"), len(today), {}]
    of_near: Message = [N_("{count} closes soon"), N_("{count} close soon"), len(near), {}]
    of_past: Message = [N_("{count} past its close date"), N_("{count} past their close date"), len(past), {}]
    return [
        (Kind.DEAL_STALE, of_stale, stale), (Kind.CLOSE_NEAR, of_today, today), (Kind.CLOSE_NEAR, of_near, near),
        (Kind.CLOSE_NEAR, of_past, past),
    ]  # fmt: skip


def _fresh(uow: UnitOfWork, person_id: int, found: dict[Reason, list[int]]) -> dict[Reason, list[int]]:
    """The deals that were not told for a reason yet; from now on they are."""
    known = told.kept(uow.connection, person_id)
    before = {reason: set(known.get("danger", {}).get(reason.value, ())) for reason in _TOLD}
    told.keep(uow, person_id, {**known, "danger": {reason.value: found[reason] for reason in _TOLD}})
    return {reason: [i for i in found[reason] if i not in before[reason]] for reason in _TOLD}


def _names(uow: UnitOfWork, ids: Sequence[int]) -> str:
    rows = uow.rows("opportunity", ids[:_NAMED])
    names = ", ".join(rows[deal_id]["name"][:60] for deal_id in ids[:_NAMED])
    return names + ("…" if len(ids) > _NAMED else "")


_TOLD = (Reason.PAST_CLOSE, Reason.STALE, Reason.CLOSING)
