"""Backups of a workspace's file, and putting one back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ..errors import WorkspaceError
from ..i18n import tr
from ..storage import store
from . import attachments
from .workspace import Workspace


def back_up(ws: Workspace, target: Path) -> None:
    """Writes a whole, verified copy, also while others write, with the attached files beside it.

    Raises WorkspaceError; never replaces a file. A team's workspace is refused.
    """
    if ws.store.path is None:
        raise only_files()
    ws.store.backup(target)
    _copy_files(ws.store.path, target)


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


def only_files() -> WorkspaceError:
    """What to say where a team's workspace is to be backed up or restored."""
    return WorkspaceError(
        tr("Only a workspace in a file is backed up and restored here."),
        tr("A team's is on its server: whoever looks after that backs it up."),
    )


def _copy_files(source: Path, target: Path, *, share: bool = False) -> None:
    try:
        attachments.copy_all(attachments.folder_of(source), attachments.folder_of(target), share=share)
    except OSError as error:
        raise WorkspaceError(
            tr("Not every attached file could be copied to {path}.").format(path=attachments.folder_of(target)),
            tr("The workspace itself is whole. Check the space and the folder, and try again."),
        ) from error
