"""One writer at a time, and nobody waits for one who has fallen asleep (``salesos.take_turn``, ``salesos.clear_the_way``)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, RootTransaction, text
from sqlalchemy.exc import DBAPIError

from ...errors import WorkspaceError
from ...i18n import tr

_TAKE, _CLEAR = text("SELECT salesos.take_turn()"), text("SELECT salesos.clear_the_way()")
_WAITED = "55P03"
T = TypeVar("T")
LONGEST = 300.0
"""Seconds that a writer waits for the others."""


def begin(connection: Connection) -> RootTransaction:
    """A transaction that has the turn to write. Raises like ``taken``."""
    transaction = connection.begin()
    taken(connection, lambda: connection.execute(_TAKE))
    return transaction


def taken(connection: Connection, take: Callable[[], T]) -> T:
    """What ``take`` gives: the first statement of a transaction, which waits for the turn to write and is tried until it has it.

    Raises WorkspaceError when others have written for LONGEST.
    """
    # Past SQLAlchemy, for which the transaction has only begun.
    line: Any = connection.connection.driver_connection
    until, waited = time.monotonic() + LONGEST, False
    while True:
        try:
            if waited:
                connection.execute(_CLEAR)
                line.commit()
            return take()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _WAITED:
                raise
            line.rollback()
            waited = True
            if time.monotonic() > until:
                raise WorkspaceError(
                    tr("Somebody else has been writing for minutes, so the change was not saved."),
                    tr("Wait a moment and try again."),
                ) from error
