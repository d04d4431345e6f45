"""Opening a workspace from a terminal or a script."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import TypeVar

from .. import bootstrap, passwords
from ..domain.teams import Address
from ..errors import NeedsPassword
from ..i18n import number, tr
from ..services import replicas
from ..services.workspace import Workspace
from ..workspaces import Where

_Entered = TypeVar("_Entered")


def opened(where: Where, *, create: bool, progress: bootstrap.Progress, owner: bool = False) -> Workspace:
    """A file, made where ``create`` says so, or a team's workspace, which is there or is not, as one of its members or with
    ``owner`` also as the owner of the tables. Raises WorkspaceError."""
    if not isinstance(where, Path):
        team = entered(where, lambda password: _team(where, password, owner))
        behind = replicas.behind(team)
        if behind is not None:
            said = tr("Read from a replica that is {seconds} s behind.").format(seconds=number(round(behind)))
            print(said, file=sys.stderr)
        return team
    workspace = bootstrap.open_workspace(where, create=create, program="cli", progress=progress)
    try:
        bootstrap.prepare(workspace)
    except BaseException:
        workspace.store.close()
        raise
    return workspace


def _team(where: Address, password: str, owner: bool) -> Workspace:
    return bootstrap.look_after(where, password) if owner else bootstrap.open_team(where, password, program="cli")


def entered(address: Address, opening: Callable[[str], _Entered]) -> _Entered:
    """Opens a server's workspace with PGPASSWORD, with what the keyring has, without a password, or with one that is typed at a
    terminal. Raises WorkspaceError.
    """
    if address.plain and not address.local:
        print(tr("The connection with {place} is not encrypted.").format(place=address.place), file=sys.stderr)
    try:
        return opening(os.environ.get("PGPASSWORD", "") or passwords.kept(address))
    except NeedsPassword as error:
        if not _at_terminal():
            raise NeedsPassword(
                error.title,
                tr("Set PGPASSWORD, or keep the password in the keyring with the window."),
                wrong=error.wrong,
            ) from None
    asked = tr("Password of {login} at {place}: ").format(login=address.login, place=address.place)
    return opening(getpass(asked, sys.stderr))


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
