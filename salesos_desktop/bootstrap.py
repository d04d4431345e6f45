"""Composition root: opens a workspace and puts its parts together, without Qt."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .services import setup
from .services.workspace import Clock, SystemClock, Workspace
from .storage.store import Store

if TYPE_CHECKING:
    from .domain.teams import Address

Progress = Callable[[str, int, int], None]


def open_workspace(
    path: Path, *, create: bool = True, clock: Clock | None = None, program: str = "", progress: Progress | None = None
) -> Workspace:
    """Opens or makes the file. Raises WorkspaceError. A new one still waits for ``prepare``.

    ``program`` names in the history what the changes come from when that is no window (services/timeline.py);
    ``progress(step, done, all)`` is told of what an older file takes (``is_older``), 0 of 0 where that is not known.
    """
    return _loaded(Store.open_file(path, create=create, progress=progress or _quiet), clock, program)


def open_team(address: Address, password: str = "", *, clock: Clock | None = None, program: str = "") -> Workspace:
    """Opens a team's workspace with a member's own login; takes up to ten seconds where nobody answers.

    Raises WorkspaceError; ``NeedsPassword`` when the server wants another password than this, or one at all.
    """
    return _loaded(Store.open_team(address, password), clock, program)


def look_at(address: Address, password: str = "") -> None:
    """Finds out whether this login may make a workspace in a server's database; makes nothing. Raises WorkspaceError like
    ``open_team``.
    """
    Store.may_own(address, password)


def look_after(
    address: Address,
    password: str = "",
    *,
    upgrade: bool = False,
    create: bool = False,
    progress: Progress | None = None,
) -> Workspace:
    """Opens a server's workspace for who looks after it, the owner of its tables or an administrator; with ``upgrade`` the
    tables are brought up to date first, or made with ``create``, which only their owner may do. Raises WorkspaceError like
    ``open_team``.
    """
    store = Store.open_owner(address, password, upgrade=upgrade, create=create, progress=progress or _quiet)
    return _loaded(store, None, "cli")


def _loaded(store: Store, clock: Clock | None, program: str) -> Workspace:
    workspace = Workspace(store, clock or SystemClock())
    if program:
        workspace.origin = f"{program}:{workspace.origin}"
    try:
        workspace.load()
    except BaseException:
        store.close()
        raise
    return workspace


def is_older(path: Path) -> bool:
    """Whether a file is of an older layout, which may take minutes to open."""
    return Store.is_older(path)


def _quiet(_step: str, _done: int, _all: int) -> None:
    """Progress that nobody looks at."""


def prepare(workspace: Workspace, *, currency: str = setup.DEFAULT_CURRENCY) -> bool:
    """Gives a new workspace its stages and lists; False when it has them already."""
    return setup.prepare(workspace, person_name(), currency=currency)


def person_name() -> str:
    """The person's name as the system knows it."""
    try:
        import pwd

        full = pwd.getpwuid(os.getuid()).pw_gecos.split(",")[0].strip()
        if full and full.lower() != "root":
            return full
    except (ImportError, KeyError):
        pass
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "SalesOS"
