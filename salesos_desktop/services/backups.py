"""Backups of a workspace, and putting one back: a file's is a copy of it, a team's is a file too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ..errors import WorkspaceError
from ..i18n import tr
from ..storage import migrate, store
from . import attachments, moving
from .workspace import Workspace

Progress = Callable[[str, int, int], None]


def back_up(ws: Workspace, target: Path, *, progress: Progress = migrate.quiet) -> int:
    """Writes a whole, verified copy, also while others write, with the attached files beside it; of a team's workspace an
    administrator or the owner does it. Returns how many attached files were not whole on a team's server.

    Raises WorkspaceError; never replaces a file.
    """
    if ws.store.path is None:
        with ws.store.read() as connection:
            return moving.write_backup(ws, connection, target, progress)
    ws.store.backup(target)
    _copy_files(ws.store.path, target)
    return 0


def restore(source: Path, target: Path, at: datetime) -> Path | None:
    """Puts a verified backup in place of ``target``, which must not be open here, and keeps the earlier file beside it.

    Returns where the earlier file is, None when there was none. Raises WorkspaceError; ``target`` is then as it was.
    """
    kept = store.restore(source, target, at)
    if kept is not None:
        # Files that only the earlier file names are swept away from beside the new one.
        _copy_files(target, kept, share=True)
    _copy_files(source, target)
    return kept


def _copy_files(source: Path, target: Path, *, share: bool = False) -> None:
    try:
        attachments.copy_all(attachments.folder_of(source), attachments.folder_of(target), share=share)
    except OSError as error:
        raise WorkspaceError(
            tr("Not every attached file could be copied to {path}.").format(path=attachments.folder_of(target)),
            tr("The workspace itself is whole. Check the space and the folder, and try again."),
        ) from error
