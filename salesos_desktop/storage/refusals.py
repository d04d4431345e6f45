"""What a disk or file refuses, in one sentence with its cure."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..domain.text import whole
from ..errors import Deadlock, Denied, InvalidInput, WorkspaceError
from ..i18n import tr


def refuse_broken(values: Mapping[str, Any]) -> None:
    """Raises InvalidInput for a text with a character that no database keeps (see ``whole`` in domain/text.py)."""
    for name, value in values.items():
        if type(value) is str and not whole(value):
            raise broken_text(name)


def broken_text(field: str = "") -> InvalidInput:
    """What to say of such a text; ``field`` is where it was entered."""
    return InvalidInput(
        field,
        tr("There is a character in the text that is none."),
        tr("Nothing was written. Type it again without it."),
    )


def only_read() -> Denied:
    """What to say of a change on a replica, or where whoever looks after the server has stopped them."""
    return Denied(
        tr("The server takes no changes: it is a replica, or has been set to be only read."),
        tr(
            "Nothing was changed. Open the workspace at the address of the server itself, or ask whoever looks after it."
        ),
    )


def denied() -> Denied:
    """What to say of what a role may not do."""
    return Denied(tr("Your role does not allow this."), tr("Ask an administrator."))


def too_long() -> WorkspaceError:
    """What to say when a server has stopped waiting, for somebody or for its own answer."""
    return WorkspaceError(
        tr("The server had no time for it: it is busy, or somebody keeps what it takes."),
        tr("Nothing was changed. Try again in a moment."),
    )


def deadlock() -> Deadlock:
    """What to say of one who was stopped because two waited for each other."""
    return Deadlock(
        tr("Somebody else was changing the same at the same moment."), tr("Nothing was changed. Try again in a moment.")
    )


def copy_failed(target: Path, reason: object) -> WorkspaceError:
    """What to say of a copy of the workspace that could not be written."""
    return WorkspaceError(
        tr("The copy to {path} failed: {reason}.").format(path=target, reason=reason),
        tr("The workspace itself is untouched. Check the space and the folder, and try again."),
    )


def refusal(error: BaseException) -> WorkspaceError | None:
    """What an error of SQLite means to a person and what they can do; None when it is a bug of ours."""
    if isinstance(error, sqlite3.IntegrityError):
        return None
    text = str(error).lower()
    saved = tr("What was saved before is untouched.")
    if "full" in text or "disk i/o" in text:
        return WorkspaceError(
            tr("The disk is full or cannot be written, so the change was not saved."),
            saved + " " + tr("Free some space and try again."),
        )
    if "readonly" in text or "read-only" in text:
        return WorkspaceError(
            tr("The workspace file can only be read, so the change was not saved."),
            saved + " " + tr("Allow writing to the file and its folder, and try again."),
        )
    if "locked" in text or "busy" in text:
        return WorkspaceError(
            tr("Another program is writing to the workspace, so the change was not saved."),
            tr("Wait a moment and try again."),
        )
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return WorkspaceError(
            tr("The workspace file is damaged."), tr("Restore a backup; the file itself was left as it is.")
        )
    if "no such table" in text or "no such column" in text:
        return WorkspaceError(
            tr("The file is a database of another program."), tr("Nothing was changed. Choose another file.")
        )
    if "unable to open" in text:
        return WorkspaceError(
            tr("The workspace file cannot be opened."), tr("Check that its folder exists and that you may use it.")
        )
    return None
