"""Each migration: an older file is brought up to date after a backup, and ends as a new one is made."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from salesos_desktop import bootstrap
from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.services import checks, leads
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage import migrate
from salesos_desktop.storage.schema import metadata


def older(path: Path, revision: str, *statements: str) -> Path:
    """A workspace as an earlier program made it."""
    engine = sa.create_engine(f"sqlite:///{path}")
    config = migrate._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()
    return path


@pytest.mark.parametrize(("stage", "status"), [("Prospección", "Nuevo"), ("Prospecting", "New")])
def test_0002_fills_in_what_leads_are_compared_by_and_the_lists(tmp_path: Path, stage: str, status: str) -> None:
    path = older(
        tmp_path / "old.salesos", "0001",
        "INSERT INTO person (id, name) VALUES (1, 'Marta')", "INSERT INTO pipeline (id, name) VALUES (1, 'Sales')",
        f"INSERT INTO stage (id, pipeline_id, name, position) VALUES (1, 1, '{stage}', 1)",
        "INSERT INTO setting (name, value) VALUES ('local_person', '1')",
        "INSERT INTO lead (id, name, folded, email, phone, company, created_at) "
        "VALUES (7, 'Ana Ruiz', 'ana ruiz', 'Ana@Example.com', '+34 600 123 456', 'Café Sol', '2026-01-02 03:04:05.000000')",
    )  # fmt: skip
    ws = bootstrap.open_workspace(path)
    row = leads.get(ws, 7).row
    assert (row["email_key"], row["phone_key"], row["company_folded"]) == ("ana@example.com", "00123456", "cafe sol")
    assert list(leads.listing(ws, LeadFilter(text="cafe"), LeadSort.NAME).ids) == [7]
    assert next(s.name for s in leads.statuses(ws)) == status
    assert leads.create(ws, {"name": "Bea", "email": "b@example.com"}) > 0
    assert checks.problems(ws) == []
    ws.store.close()
    with sqlite3.connect(tmp_path / f"old.before-{migrate.HEAD}.salesos") as backup:
        assert backup.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    backup.close()


def test_the_newest_layout_is_the_one_that_the_program_knows(any_ws: Workspace) -> None:
    assert migrate.known()[-1] == migrate.HEAD

    def ours(name: str | None, kind: str, _parents: Any) -> bool:
        return not (kind == "table" and name == "alembic_version")

    with any_ws.store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": False})
        assert compare_metadata(context, metadata) == []
