"""One writer at a time, and nobody waits for one who has fallen asleep (``salesos.take_turn``, ``salesos.clear_the_way``)."""

from __future__ import annotations

import time

from sqlalchemy import Connection, RootTransaction, text
from sqlalchemy.exc import DBAPIError

from ...errors import WorkspaceError
from ...i18n import tr

_TAKE, _CLEAR = text("SELECT salesos.take_turn()"), text("SELECT salesos.clear_the_way()")
_WAITED = "55P03"
LONGEST = 300.0
"""Seconds that a writer waits for the others."""


def begin(connection: Connection) -> RootTransaction:
    """A transaction that has the turn to write. Raises WorkspaceError when others have written for LONGEST."""
    until = time.monotonic() + LONGEST
    while True:
        transaction = connection.begin()
        try:
            connection.execute(_TAKE)
            return transaction
        except DBAPIError as error:
            transaction.rollback()
            if getattr(error.orig, "sqlstate", None) != _WAITED:
                raise
            if time.monotonic() > until:
                raise WorkspaceError(
                    tr("Somebody else has been writing for minutes, so the change was not saved."),
                    tr("Wait a moment and try again."),
                ) from error
            with connection.begin():
                connection.execute(_CLEAR)
