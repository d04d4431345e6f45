"""Sends what has waited for a lost line: through the same services, once, and not over what others have done meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .. import storage
from ..domain.slots import FIELD, By
from ..errors import Conflict
from ..i18n import tr
from .draft_kinds import ANY, KINDS, MANY, SERVICES
from .drafts import Draft
from .workspace import AlreadyDone, Workspace


def send(ws: Workspace, draft: Draft) -> Any:
    """Does what waits, None where it turns out to be done. Raises what its service does, and Conflict where somebody else has
    changed the same meanwhile."""
    try:
        with ws.once(draft.mark, again=True):
            _refuse_overtaken(ws, draft)
            return SERVICES[draft.kind](ws, *draft.args, **draft.given)
    except AlreadyDone:
        return None


def insisted(ws: Workspace, draft: Draft) -> Draft:
    """The same of a person who knows what others have done meanwhile."""
    given = {name: value for name, value in draft.given.items() if name not in ("versions", "expect")}
    return replace(draft, seen=ws.seen_seq, given=given, problem="")


def edit_service(draft: Draft) -> Callable[..., Any]:
    """The service of an edit that waits, as ``service(ws, row_id, values, expect=…)``, for who looks at what there is."""

    def edit(ws: Workspace, row_id: int, values: dict[str, Any], *, expect: Any) -> Any:
        return send(ws, replace(draft, args=[row_id, values], given={"expect": expect}, seen=0))

    return edit


def move_service(draft: Draft) -> Callable[..., Any]:
    """The service of a move that waits, as ``service(ws, **answers)`` to what the stage asks."""

    def move(ws: Workspace, **given: Any) -> Any:
        return send(ws, replace(draft, given={**draft.given, **given}))

    return move


def _refuse_overtaken(ws: Workspace, draft: Draft) -> None:
    table, columns = _written(draft)
    rows = draft.args[0] if columns and not isinstance(draft.args[0], int) else draft.args[:1]
    with ws.store.read() as connection:
        if draft.seen > storage.change_log.last_seq(connection):
            raise Conflict(
                tr("The server was put back to an earlier state after you saved this."),
                tr("Nothing was written. Look at what is there now before you send it all the same."),
            )
        for row_id, column in ((each, column) for column in columns for each in rows):
            if column == ANY:
                actor_id = storage.change_log.who_changed(connection, table, row_id, draft.seen)
                overtaken = actor_id not in (None, ws.actor_id)
            else:
                actor_id, _, seq = storage.change_log.last_change(connection, table, row_id, column)
                overtaken = seq > draft.seen and actor_id != ws.actor_id
            if overtaken:
                said = {
                    "who": storage.reference.name_of(connection, "person", actor_id) or tr("Somebody else"),
                    "name": storage.reference.name_of(connection, table, row_id)[:80],
                }
                moved = tr("{who} has moved “{name}” meanwhile."), tr("{who} has changed “{name}” meanwhile.")
                raise Conflict(moved[column != "stage_id"].format(**said), tr("Nothing was written."))


def _written(draft: Draft) -> tuple[str, tuple[str, ...]]:
    """The table and the columns of a change of several records, none where its service itself looks for others' changes."""
    if draft.kind == "regroup":
        slots = draft.args[1]
        return "opportunity", tuple("expected_close" if each.by is By.MONTH else FIELD[each.by] for each in slots)
    if draft.kind in MANY and draft.kind != "opportunity_many":
        return MANY[draft.kind].of, tuple(draft.args[1])
    kind = KINDS.get(draft.kind)
    return (kind.of, kind.columns) if kind is not None else ("", ())
