"""What a person is told of and how, kept with the person."""

from __future__ import annotations

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.notices import NoticeSettings, from_json
from ..i18n import N_
from .workspace import Workspace


def get(ws: Workspace) -> NoticeSettings:
    """What the local person has chosen."""
    with ws.store.read() as connection:
        return from_json(storage.people.notices(connection, ws.actor_id))


def change(ws: Workspace, settings: NoticeSettings) -> ChangeSet | None:
    """Keeps another choice of the local person's; it counts from the next notification on. Not undone."""
    with ws.unit("notices", [N_("Change what I am told of"), {}], undoable=False) as uow:
        uow.update("person", ws.actor_id, {"notices": settings.to_json()})
    return uow.change_set
