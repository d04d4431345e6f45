"""Errors that a person can cure; everything else that is raised is a bug."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class UserError(Exception):
    """Something the person can put right.

    ``title`` says in a few words what happened, ``message`` what was kept and what to do.
    """

    def __init__(self, title: str, message: str = "") -> None:
        super().__init__(f"{title} {message}".strip())
        self.title = title
        self.message = message


class InvalidInput(UserError):
    """A value that cannot be taken; ``field`` is the name of the field it belongs to.

    ``lacking``: every field that must still be filled in, when that is what is wrong.
    """

    def __init__(self, field: str, title: str, message: str = "", *, lacking: tuple[str, ...] = ()) -> None:
        super().__init__(title, message)
        self.field = field
        self.lacking = lacking


class NeedsMore(UserError):
    """A change of stage that waits for answers; nothing was written.

    ``missing``: deal → names of the fields it lacks; ``entry_text``: what is to be confirmed, empty for nothing;
    ``back_reason``: whether it must be said why deals go back; ``skipped``: stages may not be jumped over, which no answer
    cures.
    """

    def __init__(
        self,
        title: str,
        message: str = "",
        *,
        missing: Mapping[int, tuple[str, ...]] | None = None,
        entry_text: str = "",
        back_reason: bool = False,
        skipped: bool = False,
    ) -> None:
        super().__init__(title, message)
        self.missing = dict(missing or {})
        self.entry_text = entry_text
        self.back_reason = back_reason
        self.skipped = skipped

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that some deal lacks, each once."""
        return tuple(dict.fromkeys(name for names in self.missing.values() for name in names))


class AlreadyConverted(UserError):
    """The lead has become an opportunity before; ``deal_id`` is its number."""

    def __init__(self, deal_id: int, title: str, message: str = "") -> None:
        super().__init__(title, message)
        self.deal_id = deal_id


class NotFound(UserError):
    """What was asked for does not exist (any more)."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people have changed: what it said, what it says now and what was to be written, in words.

    ``field`` is its name for the service that refused, ``custom.<key>`` for an own field. ``values`` are what that service
    is given to write mine all the same, ``now`` the columns that it then finds. ``who`` is empty when it is not known.
    """

    field: str
    title: str
    before: str
    theirs: str
    mine: str
    who: str
    at: datetime | None
    values: Mapping[str, Any]
    now: Mapping[str, Any]


class Conflict(UserError):
    """Somebody else changed the row meanwhile; nothing was written. ``clashes``: the fields that both have changed."""

    def __init__(self, title: str, message: str = "", *, clashes: tuple[Clash, ...] = ()) -> None:
        super().__init__(title, message)
        self.clashes = clashes


class LineLost(UserError):
    """The server of a team cannot be reached; nothing was written.

    ``uncertain``: whether a commit came to an end could not be asked yet. What was committed is told by the change stream.
    ``reading``: nothing was to be written.
    """

    def __init__(self, title: str, message: str = "", *, uncertain: bool = False, reading: bool = False) -> None:
        super().__init__(title, message)
        self.uncertain, self.reading = uncertain, reading


class Denied(UserError):
    """The person's role does not allow it; nothing was written."""


class WorkspaceError(UserError):
    """The workspace file cannot be opened, read or written."""


class Deadlock(WorkspaceError):
    """Two who write have waited for each other on a server, which stopped one of them: nothing of it was written."""


class NotLetIn(WorkspaceError):
    """A server does not let a login in that it knows; only an administrator can change that."""


class NeedsPassword(WorkspaceError):
    """A server wants a password: none was given, or (``wrong``) it is another one."""

    def __init__(self, title: str, message: str = "", *, wrong: bool = False) -> None:
        super().__init__(title, message)
        self.wrong = wrong
