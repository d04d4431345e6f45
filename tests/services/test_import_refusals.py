"""Of a row that an import refuses nothing stays: no company, person, source, product or stage that only it named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesos_desktop.services import board, checks, custom_fields, pipelines
from salesos_desktop.services.workspace import Workspace
from tests.services.test_import_contacts import imported

TABLES = ("company", "contact", "person", "product", "source", "loss_reason")
REFUSED = {
    "opportunities": (
        "name,stage,close date,company,contact,product,owner,source,loss reason,Region\n"
        "Bad,Pilot,2026-12-24,New Co,New Person,New Thing,New Rep,New Source,,\n"
        "Late,Won,2099-01-01,New Co,,,,,New Reason,North\n"
        "Good,Pilot,2026-12-24,Good Co,,,,,,North\n"
    ),
    "leads": "name,email,source,owner,Region\nBad,a@example.com,New Source,New Rep,\nGood,b@example.com,Good Source,,North\n",
    "contacts": "name,email,company,owner\n,a@example.com,New Co,New Rep\nGood,b@example.com,Good Co,\n",
    "companies": "name,parent,owner\nGood Co,Mother,\nMother,Good Co,New Rep\nSelf,self,New Rep\n",
    "people": "name,team\n,New Team\nGood Rep,Good Team\n",
    "products": "name,code,price,currency,prices\nBad,X-1,5,USD,USD 5\nGood,X-1,5,USD,EUR 5\n",
}


def names(ws: Workspace) -> set[str]:
    found = {each.name for table in TABLES for each in board.names(ws, table)}
    found |= {each.stage.name for p in pipelines.listing(ws) for each in pipelines.stages(ws, p.id)}
    with ws.unit("look", ["x", {}]) as uow:
        return found | {row["name"] for row in uow.rows("team", range(100)).values()}


@pytest.mark.parametrize("kind", REFUSED)
def test_nothing_of_a_refused_row_stays(ws: Workspace, tmp_path: Path, kind: str) -> None:
    custom_fields.save(ws, {"label": "Region", "subject": "both", "form": "text", "required": True})
    before = names(ws)
    result = imported(ws, tmp_path, kind, REFUSED[kind])
    good = REFUSED[kind].count("\nGood")
    assert result.created == good
    assert result.failed == REFUSED[kind].strip().count("\n") - good
    fresh = names(ws) - before
    assert fresh
    wanted = {"Good", "Good Co", "Good Rep", "Good Source", "Good Team", "Mother"} | (
        {"Pilot"} if kind == "opportunities" else set()
    )
    assert fresh <= wanted
    assert result.made == {
        "opportunities": {"company": 1, "stage": 1}, "leads": {"source": 1}, "contacts": {"company": 1},
        "companies": {"company": 1}, "people": {"team": 1}, "products": {},
    }[kind]  # fmt: skip
    assert checks.problems(ws) == []


def test_what_a_refused_row_named_is_made_by_the_row_that_needs_it(ws: Workspace, tmp_path: Path) -> None:
    custom_fields.save(ws, {"label": "Region", "subject": "both", "form": "text", "required": True})
    text = "name,close date,company,contact,Region\nBad,2026-12-24,Café Sol,Ana,\n" + "".join(
        f"Good {n},2026-12-24,{spelling},Ana,North\n" for n, spelling in enumerate(("Cafe-Sol", "CAFÉ SOL", "cafesol"))
    )
    result = imported(ws, tmp_path, "opportunities", text)
    assert (result.created, result.failed) == (3, 1)
    assert [each.name for each in board.names(ws, "company")] == ["Cafe-Sol"]
    assert set(result.matched.values()) == {"Cafe-Sol"}
    assert [each.name for each in board.names(ws, "contact")] == ["Ana"]


def test_a_contact_is_known_within_its_chunk_as_beyond_it(any_ws: Workspace, tmp_path: Path) -> None:
    rows = [
        "Ana Ruiz,ana@example.com,,Acme", "Ana R.,ANA@example.com,,", "Teo Sol,,+34 600 11 22 33,Acme",
        "Teo S,,0034600112233,", "Eva Mar,,+34 600 11 22 33,", "ana ruiz,,,ACME", "Luz,,,", "luz,,,", "Luz,,,Acme",
    ]  # fmt: skip
    text = "name,email,phone,company\n" + "\n".join(rows) + "\n"
    result = imported(any_ws, tmp_path, "contacts", text)
    assert (result.created, result.skipped) == (5, 4)
    told: list[Any] = [(d.twin.name, d.twin.company, d.twin.reason, d.twin.in_file) for d in result.first_duplicates]
    assert told == [
        ("Ana Ruiz", "Acme", "email", True), ("Teo Sol", "Acme", "phone", True), ("Ana Ruiz", "Acme", "name", True),
        ("Luz", "", "name", True),
    ]  # fmt: skip
    update = "name,email,phone,position\nAna María,ana@example.com,+34 600 99 88 77,CEO\nAna María,,+34600998877,CTO\n"
    result = imported(any_ws, tmp_path, "contacts", update, "update")
    assert (result.updated, result.created) == (2, 0)
    assert checks.problems(any_ws) == []
