"""Who may do what of the documented roles: asked inside the unit of work that does it, and of what only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.rights import Rights, Role
from ..errors import Denied, UserError
from ..i18n import N_, tr
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

ADMINISTER = frozenset({"admin"})
CHALLENGE = frozenset({"admin", "manager"})


_NOW = {
    Role.REP: N_("You are a rep now."), Role.MANAGER: N_("You are a manager now."),
    Role.ADMIN: N_("You are an administrator now."), Role.VIEWER: N_("You are a viewer now."),
}  # fmt: skip


def now(rights: Rights) -> str:
    """Tells a person of their new role."""
    return tr(_NOW[rights.role])


def refusal(rights: Rights) -> Denied:
    """What to say of what a role does not allow."""
    if rights.replica:
        return Denied(
            tr("This is a replica, which is only read."),
            tr("Nothing was changed. Open the workspace at the address of the server itself."),
        )
    if not rights.write:
        return Denied(
            tr("Your role is Viewer: you see this workspace and change nothing in it."), tr("Ask an administrator.")
        )
    return Denied(tr("Your role does not allow this."), tr("Ask an administrator."))


def require(ws: Workspace, right: str) -> None:
    """Raises Denied without one of the rights of ``Rights``, by its name."""
    if not getattr(ws.rights, right):
        raise refusal(ws.rights)


def may(ws: Workspace, connection: Any, allowed: frozenset[str]) -> bool:
    """Whether whoever acts has one of these roles; the local person of a file has every right."""
    if not ws.actor_id or ws.settings.get("local_person") == ws.actor_id:
        return True
    return storage.people.role(connection, ws.actor_id) in allowed


def need(ws: Workspace, uow: UnitOfWork, allowed: frozenset[str]) -> None:
    """Raises UserError when whoever acts has none of these roles."""
    if not may(ws, uow.connection, allowed):
        raise UserError(tr("Your role does not allow this."), tr("Ask an administrator."))
