"""Backups of a workspace's file, and putting one back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ..storage import store
from .workspace import Workspace


def back_up(ws: Workspace, target: Path) -> None:
    """Writes a whole, verified copy, also while others write. Raises WorkspaceError; never replaces a file."""
    ws.store.backup(target)


def restore(source: Path, target: Path, at: datetime) -> Path | None:
    """Puts a verified backup in place of ``target``, which must not be open here, and keeps the earlier file beside it.

    Returns where the earlier file is, None when there was none. Raises WorkspaceError; ``target`` is then as it was.
    """
    return store.restore(source, target, at)
