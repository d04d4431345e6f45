"""Who follows a deal: people who are told of it as its owner is."""

from __future__ import annotations

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.notices import Kind
from ..errors import InvalidInput
from ..i18n import N_, tr
from ..storage.values import Named
from .opportunities import live
from .workspace import Workspace


def of(ws: Workspace, deal_id: int) -> list[Named]:
    """The people who follow a deal, in the order in which they began."""
    with ws.store.read() as connection:
        rows = storage.children.rows(connection, "follower", {"opportunity_id": deal_id})
        names = storage.children.names(connection, "person", [row["person_id"] for row in rows])
    return [Named(row["person_id"], names.get(row["person_id"], "")) for row in rows]


def follow(ws: Workspace, deal_id: int, person_id: int | None = None) -> ChangeSet | None:
    """Lets a person (None: oneself) follow a deal; None when they do already. Somebody else is told.

    Raises NotFound, or InvalidInput for somebody who no longer works here.
    """
    who = person_id or ws.actor_id
    with ws.unit("follow", []) as uow:
        deal = live(uow.find("opportunity", deal_id), deal_id)
        person = uow.get("person", who)
        if not person["active"]:
            raise InvalidInput("person_id", tr("This person does not work here."), tr("Choose another one."))
        values = {"name": deal["name"], "who": person["name"]}
        uow.call_it([N_("Follow “{name}”") if who == ws.actor_id else N_("{who} follows “{name}”"), values])
        there = {"opportunity_id": deal_id, "person_id": who}
        if not storage.children.rows(uow.connection, "follower", there):
            uow.insert("follower", there)
            if who != ws.actor_id:
                me = storage.reference.name_of(uow.connection, "person", ws.actor_id)
                title = [N_("You follow {name} now"), {"name": deal["name"]}]
                uow.notify(who, Kind.FOLLOWED, title, [N_("{who} wants you to know."), {"who": me}], deal_id)
    return uow.change_set


def unfollow(ws: Workspace, deal_id: int, person_id: int | None = None) -> ChangeSet | None:
    """Ends it; None when they do not follow. Raises NotFound."""
    who = person_id or ws.actor_id
    with ws.unit("follow", []) as uow:
        deal = live(uow.find("opportunity", deal_id), deal_id)
        values = {"name": deal["name"], "who": storage.reference.name_of(uow.connection, "person", who)}
        uow.call_it(
            [N_("Stop following “{name}”") if who == ws.actor_id else N_("{who} no longer follows “{name}”"), values]
        )
        for row in storage.children.rows(uow.connection, "follower", {"opportunity_id": deal_id, "person_id": who}):
            uow.delete("follower", row["id"])
    return uow.change_set
