"""Whatever two rows have, merging them leaves a sound workspace, and undo gives every table back as it was."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesos_desktop.domain.contacts import BuyingRole, ContactPoint, PointKind
from salesos_desktop.domain.products import Line
from salesos_desktop.errors import InvalidInput
from salesos_desktop.services import (
    checklists,
    checks,
    companies,
    contacts,
    deal_contacts,
    leads,
    lines,
    merging,
    notes,
    opportunities,
    undo,
)
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.queries import children
from salesos_desktop.storage.schema import TABLES
from tests.conftest import StillClock, copied, make_deals

# What a commit adds to, and what everybody may shift.
GROWING = {
    "change_log",
    "change_row",
    "history",
    "points",
    "notification",
    "id_counter",
    "setting",
    "total",
    "stage_total",
    "search_word",
}
COUNT = 4
PICK = st.integers(0, COUNT - 1)
TEXT = st.sampled_from(["", "x", "y"])
EMAIL = st.sampled_from(["", "a@x.es", "B@x.es", "b@X.es"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["job", "parent", "role", "note", "check", "line", "point", "edit"]), PICK, PICK, TEXT, EMAIL
    ),
    max_size=14,
)


@contextmanager
def workspace() -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory() as folder:
        ws = copied(Path(folder) / "test.salesos", StillClock())
        try:
            yield ws
        finally:
            ws.store.close()


def tables(ws: Workspace) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table without its version."""
    with ws.store.read() as connection:
        found = {name: children.rows(connection, name, {}) for name in TABLES.keys() - GROWING}
    return {name: [{k: v for k, v in row.items() if k != "version"} for row in rows] for name, rows in found.items()}


def filled(ws: Workspace, steps: list[tuple[str, int, int, str, str]]) -> dict[str, list[int]]:
    """Four rows of each kind with links between them."""
    rows = {
        "company": [companies.create(ws, {"name": f"Company {n}"}) for n in range(COUNT)],
        "contact": [contacts.create(ws, {"name": f"Person {n}", "company": f"Company {n % 2}"}) for n in range(COUNT)],
        "lead": [leads.create(ws, {"name": f"Lead {n}", "email": f"{n}@x.es"}) for n in range(COUNT)],
        "opportunity": make_deals(ws, COUNT),
    }
    for step in steps:
        try:
            _do(ws, rows, *step)
        except InvalidInput:
            continue
    return rows


def _do(ws: Workspace, rows: dict[str, list[int]], what: str, a: int, b: int, text: str, email: str) -> None:
    contact, company, deal, lead = (rows[kind][a] for kind in ("contact", "company", "opportunity", "lead"))
    kind = ("contact", "company", "opportunity", "lead")[b]
    if what == "job":
        contacts.add_employment(ws, contact, rows["company"][b], text)
    elif what == "parent":
        companies.edit(ws, company, {"parent_id": rows["company"][b], "note": text})
    elif what == "role":
        deal_contacts.add(ws, deal, rows["contact"][b], BuyingRole.DECIDES if text else None)
    elif what == "note":
        notes.pin(ws, notes.add(ws, kind, rows[kind][a], "text"), bool(text))
    elif what == "check":
        checklists.tick(ws, checklists.add(ws, deal, "check"), bool(text))
    elif what == "line":
        lines.set_lines(ws, deal, [Line(None, "Seat", 1000, 100 * b, 0)], bool(text))
    elif what == "point" and email:
        points = [ContactPoint(PointKind.EMAIL, email), ContactPoint(PointKind.ADDRESS, text or "z")]
        (contacts if b % 2 else companies).edit(ws, contact if b % 2 else company, {"points": points})
    elif what == "edit":
        contacts.edit(ws, contact, {"email": email, "position": text, "company_id": rows["company"][b]})
        leads.edit(ws, lead, {"company": text, "tags": [text, "z"]})
        opportunities.edit(ws, deal, {"contact": f"Person {b}", "note": text, "value": 100 * b or None})


@pytest.mark.parametrize("kind", ["lead", "contact", "company", "opportunity"])
@settings(max_examples=12, deadline=None)
@given(
    steps=STEPS, pair=st.permutations(range(COUNT)), sides=st.lists(st.sampled_from(["", "keep", "other"]), min_size=12)
)
def test_undo_of_a_merge_gives_every_table_back(
    kind: str, steps: list[tuple[str, int, int, str, str]], pair: list[int], sides: list[str]
) -> None:
    with workspace() as ws:
        rows = filled(ws, steps)
        before = tables(ws)
        choices = {field: side for field, side in zip(merging.FIELDS[kind], sides, strict=False) if side}
        merging.merge(ws, kind, rows[kind][pair[0]], rows[kind][pair[1]], choices)
        assert checks.problems(ws) == []
        merged = tables(ws)
        for table, column in (("opportunity", "contact_id"), ("opportunity", "company_id"), ("contact", "company_id")):
            assert not [row for row in merged[table] if column == f"{kind}_id" and row[column] == rows[kind][pair[1]]]
        for company in rows["company"]:
            with ws.unit("x", ["x", {}]) as uow:
                above = companies.chain(uow, company)
                assert uow.get("company", above[-1])["parent_id"] is None, "a circle"
        undo.undo(ws)
        assert tables(ws) == before
        assert checks.problems(ws) == []
        undo.redo(ws)
        assert tables(ws) == merged
