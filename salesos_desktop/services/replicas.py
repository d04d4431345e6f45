"""A team's workspace that is read from a replica: how far that is behind."""

from __future__ import annotations

from .. import storage
from .workspace import Workspace


def behind(ws: Workspace) -> float | None:
    """Seconds by which what is read may be old; None where the workspace is no replica."""
    if ws.store.path is not None:
        return None
    with ws.store.read() as connection:
        found: float | None = storage.feed.behind(connection)
    return found
