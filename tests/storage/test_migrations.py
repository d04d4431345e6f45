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
from salesos_desktop.cli import main
from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.services import board, checks, forecast, leads, search
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage import migrate, totals
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


LOOKED_UP = {
    "SELECT id FROM lead WHERE contact_id = 5": "ix_lead_contact_id",
    "SELECT id FROM lead WHERE company_id = 5": "ix_lead_company_id",
    "SELECT id FROM lead WHERE opportunity_id = 5": "ix_lead_opportunity_id",
    "SELECT id FROM opportunity_contact WHERE contact_id = 5": "ix_opportunity_contact_contact_id",
    "SELECT id FROM opportunity_line WHERE product_id = 5": "ix_opportunity_line_product_id",
    "SELECT id FROM company WHERE parent_id = 5": "ix_company_parent_id",
    "SELECT id FROM company WHERE folded = 'x' AND deleted_at IS NULL": "ix_company_folded",
    "SELECT id FROM contact WHERE folded >= 'x' AND folded < 'y' AND deleted_at IS NULL": "ix_contact_folded",
    "SELECT id FROM product WHERE folded = 'x'": "ix_product_folded",
    "SELECT id FROM points WHERE change_seq = 5": "ix_points_change_seq",
}  # fmt: skip


def test_0003_keeps_every_row_and_a_copy_from_before(tmp_path: Path) -> None:
    path = older(
        tmp_path / "old.salesos", "0002",
        "INSERT INTO person (id, name) VALUES (1, 'Marta')", "INSERT INTO setting (name, value) VALUES ('local_person', '1')",
        "INSERT INTO contact (id, name, folded) VALUES (3, 'Ana Ruiz', 'ana ruiz')",
    )  # fmt: skip
    ws = bootstrap.open_workspace(path)
    assert [named.name for named in board.names(ws, "contact")] == ["Ana Ruiz"]
    assert checks.problems(ws) == []
    ws.store.close()
    with sqlite3.connect(tmp_path / f"old.before-{migrate.HEAD}.salesos") as backup:
        assert backup.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
    backup.close()


@pytest.mark.parametrize("query", LOOKED_UP)
def test_what_hangs_on_a_row_is_found_along_an_index(ws: Workspace, query: str) -> None:
    with ws.store.read() as connection:
        steps = [str(row[3]) for row in connection.execute(sa.text("EXPLAIN QUERY PLAN " + query))]
    assert any(LOOKED_UP[query] in step and step.startswith("SEARCH") for step in steps), steps


def test_the_newest_layout_is_the_one_that_the_program_knows(any_ws: Workspace) -> None:
    assert migrate.known()[-1] == migrate.HEAD

    def ours(name: str | None, kind: str, _parents: Any) -> bool:
        # What indexes the words of the search, the transactions of the feed and the contents of files is each database's own.
        made_apart = (
            "alembic_version",
            "search_index",
            "ix_search_entry_words",
            "ix_change_log_xid", "ix_notification_change_seq",
            "ix_attachment_content",
        )
        return not (kind in ("table", "index") and str(name).startswith(made_apart))

    with any_ws.store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # What bounds rows there is made at each upgrade; gone for this transaction alone.
            found = connection.exec_driver_sql("SELECT conrelid::regclass FROM pg_constraint WHERE conname = 'salesos_bounds'")
            for table in found.scalars().all():
                connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT salesos_bounds")
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_0004_keeps_every_instant_as_one_text(tmp_path: Path) -> None:
    path = older(
        tmp_path / "old.salesos", "0003",
        "INSERT INTO person (id, name, created_at) VALUES (1, 'Marta', '2026-01-02 03:04:05+00:00')",
        "INSERT INTO person (id, name, created_at) VALUES (2, 'Ana', '2026-01-02 03:04:05.678900+00:00')",
        "INSERT INTO person (id, name, created_at) VALUES (3, 'Luis', '2026-01-02 03:04:05.000001')",
    )  # fmt: skip
    bootstrap.open_workspace(path).store.close()
    with sqlite3.connect(path) as file:
        found = [row[0] for row in file.execute("SELECT created_at FROM person ORDER BY id")]
    file.close()
    assert found == ["2026-01-02 03:04:05.000000", "2026-01-02 03:04:05.678900", "2026-01-02 03:04:05.000001"]


def test_0005_finds_what_an_older_file_has(tmp_path: Path) -> None:
    path = older(
        tmp_path / "old.salesos", "0004",
        "INSERT INTO person (id, name) VALUES (1, 'Marta')", "INSERT INTO setting (name, value) VALUES ('local_person', '1')",
        "INSERT INTO contact (id, name, folded) VALUES (3, 'Ana Ruíz', 'ana ruiz')",
        "INSERT INTO contact_point (id, subject_table, subject_id, kind, value) "
        "VALUES (1, 'contact', 3, 'phone', '+34 600 12 34 56')",
        "INSERT INTO note (id, subject_table, subject_id, body) VALUES (5, 'contact', 3, 'Quiere toldos')",
    )  # fmt: skip
    ws = bootstrap.open_workspace(path)
    for text, found in (("ruiz", ("contact", 3)), ("600123456", ("contact", 3)), ("toldos", ("note", 5))):
        assert [(hit.kind, hit.id) for hit in search.find(ws, text)] == [found]
    assert checks.problems(ws) == []
    ws.store.close()


def test_0006_counts_stages_as_their_flag_and_keeps_the_totals(tmp_path: Path) -> None:
    path = older(
        tmp_path / "old.salesos", "0005",
        "INSERT INTO person (id, name) VALUES (1, 'Marta')", "INSERT INTO setting (name, value) VALUES ('local_person', '1')",
        "INSERT INTO pipeline (id, name) VALUES (1, 'Sales')",
        *(
            "INSERT INTO stage (id, pipeline_id, name, position, probability, kind, committed) "
            f"VALUES ({n}, 1, 'S{n}', {n}, {rest})"
            for n, rest in enumerate(("25, 'open', 0", "50, 'open', 0", "75, 'open', 1", "100, 'won', 0", "0, 'lost', 0"), 1)
        ),
        "INSERT INTO opportunity (id, name, value, currency, probability, stage_id, day, expected_close) "
        "VALUES (9, 'Deal', 5000, 'USD', 75, 3, '2026-12-01', '2026-12-01')",
        "INSERT INTO total VALUES (3, 0, 739951, 'USD', 1, 5000, 375000, 0)",
        "INSERT INTO stage_total VALUES (3, 'USD', 1, 5000, 375000, 0)",
    )  # fmt: skip
    ws = bootstrap.open_workspace(path)
    assert [str(s.category) for s in board.stages(ws)] == ["pipeline", "best_case", "commit", "closed", "omitted"]
    assert forecast.load(ws).totals("USD").committed == 5000
    with ws.store.read() as connection:
        assert totals.differences(connection) == []
    ws.store.close()


def test_an_older_workspace_says_what_it_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    path = older(tmp_path / "old.salesos", "0003", "INSERT INTO setting (name, value) VALUES ('local_person', '1')")
    told: list[tuple[str, int, int]] = []
    assert bootstrap.is_older(path)
    bootstrap.open_workspace(path, progress=lambda *each: told.append(each)).store.close()
    steps = list(dict.fromkeys(step for step, _, _ in told))
    assert [step.split()[0] for step in steps] == ["Making", "Checking", "Bringing", "Getting"]
    layouts = [(done, every) for step, done, every in told if step == steps[2]]
    assert layouts == [(n, len(layouts) - 1) for n in range(len(layouts))]
    assert layouts[-1][1] == len(migrate.known()) - 3
    assert all(done <= every for _, done, every in told)
    assert not bootstrap.is_older(path)
    told.clear()
    bootstrap.open_workspace(path, progress=lambda *each: told.append(each)).store.close()
    bootstrap.open_workspace(tmp_path / "new.salesos", progress=lambda *each: told.append(each)).store.close()
    assert told == [], "neither one that is up to date nor a new one"
    older(
        tmp_path / "again.salesos", "0005", "INSERT INTO person (id, name) VALUES (1, 'Marta')",
        "INSERT INTO pipeline (id, name) VALUES (1, 'Sales')", "INSERT INTO setting (name, value) VALUES ('local_person', '1')",
    )  # fmt: skip
    assert main(["--workspace", str(tmp_path / "again.salesos"), "stages"]) == 0
    assert capsys.readouterr().err.splitlines() == steps
