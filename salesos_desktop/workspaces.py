"""Which workspaces a person opens: files and teams, as they are named, kept and shown."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from .config import Preferences, default_workspace
from .errors import InvalidInput
from .i18n import tr

if TYPE_CHECKING:
    from .domain import teams
    from .domain.teams import Address
    from .storage.store import Store

Where: TypeAlias = "Path | Address"
"""A workspace's file, or a login on a team's database."""
_MOST = 12
_ADDRESS = "://"
"""What every address has; who works in a file does without the module of addresses."""


def named(text: str) -> Where:
    """What somebody has written on a command line: a file, or a team without a password. Raises InvalidInput."""
    if _ADDRESS not in text:
        return Path(text)
    from getpass import getuser

    from .domain import teams

    if not teams.looks_like_one(text):
        return Path(text)
    try:
        address, password = teams.parse(text)
    except teams.NotTaken as error:
        raise not_taken("workspace", error) from error
    except ValueError as error:
        raise InvalidInput(
            "workspace",
            tr("“{text}” is no address of a team.").format(text=text.rpartition("@")[2][:80]),
            tr("Write it like postgresql://login@server/database."),
        ) from error
    if password:
        raise InvalidInput(
            "workspace",
            tr("A password in an address can be read by everybody on this computer."),
            tr(
                "Leave it out: it comes from the keyring, from PGPASSWORD, or is asked for. Change one that was written so."
            ),
        )
    if not address.database:
        raise InvalidInput(
            "workspace", tr("The address names no database."), tr("Write it like postgresql://login@server/database.")
        )
    return replace(address, host=address.host or "localhost", login=address.login or getuser())


def not_taken(field: str, error: teams.NotTaken) -> InvalidInput:
    """What to say of something behind the ? of an address that is not taken."""
    return InvalidInput(
        field, tr("“{text}” is not taken in an address.").format(text=str(error)[:80]),
        tr("Behind the ? may stand sslmode=verify-full, require or disable, sslrootcert=FILE, host, port, dbname and user."),
    )  # fmt: skip


def last(preferences: Preferences) -> Where:
    """The workspace that opens when none is named."""
    kept = _kept([preferences.workspace or ""])
    return kept[0] if kept else default_workspace()


def recent(preferences: Preferences) -> list[Where]:
    """What was opened, the newest first."""
    return _kept(preferences.workspaces)


def note(preferences: Preferences, where: Where) -> None:
    """It was opened: the list has it first. Kept when preferences are saved next."""
    text = written(where)
    preferences.workspaces = [text, *(each for each in preferences.workspaces if each != text)][:_MOST]


def keep(preferences: Preferences, where: Where) -> None:
    """Makes it the one that opens when none is named."""
    note(preferences, where)
    preferences.workspace = written(where)
    preferences.save()


def drop(preferences: Preferences, where: Where) -> None:
    """Takes one off the list; nothing happens to the workspace itself."""
    text = written(where)
    preferences.workspaces = [each for each in preferences.workspaces if each != text]
    preferences.save()


def written(where: Where) -> str:
    """As it is kept: a path, or an address without a password."""
    return str(where.absolute()) if isinstance(where, Path) else where.text


def title(where: Where) -> str:
    """Its name in short: of the file without its ending, or of the database."""
    return where.stem if isinstance(where, Path) else where.database


def place(where: Where) -> str:
    """Where it is, in full."""
    return str(where) if isinstance(where, Path) else f"{where.login}@{where.place}"


def where_is(store: Store) -> Where:
    """Where an open workspace is."""
    found = store.path.absolute() if store.path is not None else store.address
    assert found is not None, "only the owner of the tables has no address"
    return found


def _kept(texts: Sequence[object]) -> list[Where]:
    """What the file of preferences has, as far as it can be understood."""
    found: list[Where] = []
    for text in texts:
        if not isinstance(text, str) or not text:
            continue
        if _ADDRESS not in text:
            found.append(Path(text))
            continue
        from .domain import teams

        with suppress(ValueError):
            found.append(teams.parse(text)[0])
    return found
