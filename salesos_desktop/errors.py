"""Errors that a person can cure; everything else that is raised is a bug."""

from __future__ import annotations


class UserError(Exception):
    """Something the person can put right.

    ``title`` says in a few words what happened, ``message`` what was kept and what to do.
    """

    def __init__(self, title: str, message: str = "") -> None:
        super().__init__(f"{title} {message}".strip())
        self.title = title
        self.message = message


class InvalidInput(UserError):
    """A value that cannot be taken; ``field`` is the name of the field it belongs to."""

    def __init__(self, field: str, title: str, message: str = "") -> None:
        super().__init__(title, message)
        self.field = field


class NotFound(UserError):
    """What was asked for does not exist (any more)."""


class Conflict(UserError):
    """Somebody else changed the row meanwhile; nothing was written."""


class WorkspaceError(UserError):
    """The workspace file cannot be opened, read or written."""
