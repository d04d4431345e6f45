"""Files: what is no workspace is left untouched, and a backup is put back without losing anything."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesos_desktop import bootstrap
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.errors import WorkspaceError
from salesos_desktop.services import backups, board
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def made(path: Path, *statements: str) -> bytes:
    with sqlite3.connect(path) as file:
        for statement in statements:
            file.execute(statement)
    file.close()
    return path.read_bytes()


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (("CREATE TABLE t (a)",), "another program"),
        (("CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('9999')"), "newer"),
        (
            ("CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('0001')"),
            "another program",
        ),
        (("CREATE TABLE alembic_version (other)",), "another program"),
    ],
)
def test_what_is_no_workspace_is_left_as_it_is_and_never_restored(
    tmp_path: Path, statements: tuple[str, ...], said: str
) -> None:
    foreign, target = tmp_path / "foreign.db", tmp_path / "mine.salesos"
    before = made(foreign, *statements)
    with pytest.raises(WorkspaceError, match=said):
        bootstrap.open_workspace(foreign)
    assert foreign.read_bytes() == before
    bootstrap.open_workspace(target).store.close()
    kept = target.read_bytes()
    with pytest.raises(WorkspaceError, match=said):
        backups.restore(foreign, target, NOW)
    assert target.read_bytes() == kept


def test_a_backup_is_not_put_under_a_program_that_has_the_file_open(ws: Workspace, tmp_path: Path) -> None:
    backup = tmp_path / "backup.salesos"
    backups.back_up(ws, backup)
    make_deals(ws, 1)
    path = ws.store.path
    assert path is not None
    with ws.store.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM opportunity").scalar()
        with pytest.raises(WorkspaceError, match="open in another"):
            backups.restore(backup, path, NOW)
    assert len(board.listed(ws, DealFilter())) == 1


def test_what_a_backup_replaces_is_kept_whole(tmp_path: Path) -> None:
    path, backup = tmp_path / "w.salesos", tmp_path / "b.salesos"
    workspace = bootstrap.open_workspace(path)
    bootstrap.prepare(workspace)
    backups.back_up(workspace, backup)
    make_deals(workspace, 3)
    workspace.store.close()
    kept = backups.restore(backup, path, NOW)
    assert kept is not None
    for file, deals in ((path, 0), (kept, 3)):
        opened = bootstrap.open_workspace(file, create=False)
        assert len(board.listed(opened, DealFilter())) == deals
        opened.store.close()
