"""Opening a team's workspace with the keyring's help; called beside the window's thread."""

from __future__ import annotations

from dataclasses import dataclass

from ... import bootstrap, passwords
from ...domain.teams import Address
from ...errors import UserError
from ...services import people
from ...services.workspace import Workspace


@dataclass(frozen=True)
class Entered:
    """An open workspace; ``problem``: why the password is not kept although that was wished."""

    workspace: Workspace
    problem: UserError | None = None


def enter(address: Address, password: str, remember: bool | None) -> Entered:
    """Opens it with a password or, where none was typed, with the one that is kept; ``remember`` None leaves that as it is.

    Raises WorkspaceError; what is kept stays as it was then.
    """
    workspace = bootstrap.open_team(address, password or passwords.kept(address))
    try:
        if remember and password:
            passwords.keep(address, password)
        elif remember is False:
            passwords.forget(address)
    except UserError as problem:
        return Entered(workspace, problem)
    return Entered(workspace)


def leave(entered: Entered) -> None:
    """Closes what nobody waits for any more."""
    entered.workspace.store.close()


def look(address: Address, password: str) -> str:
    """Name of the person that this login is; nothing stays open. Raises WorkspaceError."""
    entered = enter(address, password, None)
    try:
        return people.me(entered.workspace).name
    finally:
        leave(entered)
