"""Opening a workspace from a terminal or a script."""

from __future__ import annotations

import os
import sys
from getpass import getpass
from pathlib import Path

from .. import bootstrap, passwords
from ..domain.teams import Address
from ..errors import NeedsPassword
from ..i18n import tr
from ..services.workspace import Workspace
from ..workspaces import Where


def opened(where: Where, *, create: bool, progress: bootstrap.Progress) -> Workspace:
    """A file, made where ``create`` says so, or a team's workspace, which is there or is not. Raises WorkspaceError."""
    if not isinstance(where, Path):
        return _enter(where)
    workspace = bootstrap.open_workspace(where, create=create, program="cli", progress=progress)
    try:
        bootstrap.prepare(workspace)
    except BaseException:
        workspace.store.close()
        raise
    return workspace


def _enter(address: Address) -> Workspace:
    """Opens it with PGPASSWORD, with what the keyring has, without a password, or with one that is typed at a terminal.

    Raises WorkspaceError.
    """
    if address.plain and not address.local:
        print(tr("The connection with {place} is not encrypted.").format(place=address.place), file=sys.stderr)
    known = os.environ.get("PGPASSWORD", "") or passwords.kept(address)
    try:
        return bootstrap.open_team(address, known, program="cli")
    except NeedsPassword as error:
        if not _at_terminal():
            raise NeedsPassword(
                error.title,
                tr("Set PGPASSWORD, or keep the password in the keyring with the window."),
                wrong=error.wrong,
            ) from None
    asked = tr("Password of {login} at {place}: ").format(login=address.login, place=address.place)
    return bootstrap.open_team(address, getpass(asked, sys.stderr), program="cli")


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
