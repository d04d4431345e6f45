"""Importing leads: checked like those that are entered by hand, compared with those that are there, given to people."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from salesos_desktop.domain.conditions import All
from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.services import assignment, checks, custom_fields, leads, lists, undo
from salesos_desktop.services.transfer import importing
from salesos_desktop.services.transfer.results import Result
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.queries import timeline

FIRST = "Name,Email,Phone,Company\nAna Pérez,ana@acme.com,+34 600 11 22 33,Acme\n"


def imported(ws: Workspace, folder: Path, text: str, *, on_duplicate: str = "skip", **more: Any) -> Result:
    path = folder / "leads.csv"
    path.write_text(text, encoding="utf-8")
    plan = importing.plan(path, own=custom_fields.fields(ws))
    assert plan.kind == "leads"
    plan.on_duplicate = on_duplicate
    importing.analyse(plan)
    return importing.run(ws, [plan], **{"stop_on_error": False, **more})


def rows(ws: Workspace) -> list[dict[str, Any]]:
    ids = leads.listing(ws, LeadFilter(archived=True), LeadSort.NAME).ids
    return [leads.get(ws, lead_id).row for lead_id in ids]


def test_every_column_of_a_lead_goes_in_tidied(any_ws: Workspace, tmp_path: Path) -> None:
    ws = any_ws
    result = imported(
        ws, tmp_path,
        "First name,Last name,E-mail,Mobile,Company,Job title,Lead status,Lead source,Owner,Value,City,Created,Tags,Notes\n"
        "Ana,Pérez Soto, Ana@Acme.COM ,+34600112233,ACME  Industrias,CTO,Calificado,Trade fair,Luis Gil,1500.50,Bilbao,"
        '2026-01-15,"a; b",Likes it\n',
    )  # fmt: skip
    assert (result.created, result.errors) == (1, [])
    assert result.made == {"source": 1, "person": 1}
    (row,) = rows(ws)
    named = leads.get(ws, row["id"])
    assert (row["name"], row["email"], row["company"], row["place"]) == (
        "Ana Pérez Soto", "Ana@acme.com", "ACME Industrias", "Bilbao",
    )  # fmt: skip
    assert (named.source, named.owner, named.status.code) == ("Trade fair", "Luis Gil", "qualified")
    assert (row["value"], leads.tags_in(row), row["created_at"].date()) == (150_050, ["a", "b"], date(2026, 1, 15))
    assert {name: row[name] for name in leads.derived(row)} == leads.derived(row)
    assert row["phone_key"].endswith("112233")


def test_what_is_wrong_with_a_row_is_said_with_its_column_and_the_cure(ws: Workspace, tmp_path: Path) -> None:
    result = imported(
        ws, tmp_path,
        "Name,Email,Phone,Status,Created\nA,a@@x,,,\nB,,12,,\nC,,,,\nD,d@x.com,,Sold,\nE,e@x.com,,Converted,\n"
        "F,f@x.com,,,2026-12-24\n,g@x.com,,,\nH,h@x.com,,Discarded,2026-01-01\n",
    )  # fmt: skip
    assert [(e.line, e.field) for e in result.errors] == [
        (2, "Email"), (3, "Phone"), (4, "Email"), (5, "Status"), (6, "Status"), (7, "Created"), (8, "Name"),
    ]  # fmt: skip
    assert "name@example.com" in result.errors[0].message
    assert "Contacted" in result.errors[3].message
    assert [row["name"] for row in rows(ws)] == ["H"], "a discarded one needs no reason"


def test_a_status_is_known_by_the_name_that_it_has_here(ws: Workspace, tmp_path: Path) -> None:
    entry = next(e for e in lists.entries(ws, "lead_status") if e.code == "contacted")
    lists.edit(ws, "lead_status", entry.id, {"name": "Spoken to"})
    lists.add(ws, "lead_status", {"name": "Waiting", "kind": "open"})
    imported(ws, tmp_path, "Name,Email,Status\nA,a@x.com,spoken TO\nB,b@x.com,Contactado\nC,c@x.com,waiting\n")
    assert [row["status"] for row in rows(ws)] == ["contacted", "contacted", "waiting"]


SECOND = """Name,Email,Phone,Company,Position,Tags
A. Pérez,ANA@acme.com,,,CTO,new
Somebody,other@acme.com,+34 600112233,,,
Ana Peres,third@acme.com,,ACME SL,,
Ana Pérez,fourth@other.com,,Other,,
"""


@pytest.mark.parametrize(
    ("choice", "counts", "reasons"),
    [
        ("skip", (1, 0, 3), ["email", "phone", "name"]), ("create", (4, 0, 0), ["email", "phone", "name"]),
        # The third row is no longer like a lead that the second has given another name.
        ("update", (2, 2, 0), ["email", "phone"]),
    ],
)  # fmt: skip
def test_duplicates_are_found_by_email_phone_and_name_and_dealt_with_as_chosen(
    any_ws: Workspace, tmp_path: Path, choice: str, counts: tuple[int, int, int], reasons: list[str]
) -> None:
    imported(any_ws, tmp_path, FIRST)
    result = imported(any_ws, tmp_path, SECOND, on_duplicate=choice)
    assert (result.created, result.updated, result.skipped) == counts
    assert result.duplicates == dict.fromkeys(reasons, 1)
    assert [(d.line, d.twin.reason, d.twin.name) for d in result.first_duplicates] == [
        (2 + n, reason, "A. Pérez" if choice == "update" and n else "Ana Pérez") for n, reason in enumerate(reasons)
    ]
    assert len(rows(any_ws)) == 1 + counts[0]


def test_an_update_fills_what_is_empty_takes_over_the_rest_and_leaves_what_the_file_lacks(
    ws: Workspace, tmp_path: Path
) -> None:
    imported(ws, tmp_path, "Name,Email,Phone,Company,Tags\nAna Pérez,ana@acme.com,+34 600 11 22 33,Acme,old\n")
    text = "Name,Email,Phone,Company,Position,Status,Tags\nAna Pérez Soto,ana@acme.com,,Acme,CTO,Contacted,new\n"
    assert imported(ws, tmp_path, text, on_duplicate="update").updated == 1
    (row,) = rows(ws)
    assert (row["name"], row["phone"], row["position"], row["status"]) == (
        "Ana Pérez Soto", "+34 600 11 22 33", "CTO", "contacted",
    )  # fmt: skip
    assert leads.tags_in(row) == ["old", "new"]
    assert {name: row[name] for name in leads.derived(row)} == leads.derived(row)
    again = imported(ws, tmp_path, text, on_duplicate="update")
    assert (again.updated, again.skipped) == (0, 1)


def test_duplicates_within_the_file_are_seen_and_numbers_tell_names_apart(ws: Workspace, tmp_path: Path) -> None:
    text = (
        "Name,Email,Company\nAna,ana@x.com,X\nEva,eva@x.com,X\nAna Maria,ANA@x.com,\n"
        "Shop 12,s12@x.com,Chain 4\nShop 13,s13@x.com,Chain 4\nShop 12,s14@x.com,Chain 5\n"
    )
    result = imported(ws, tmp_path, text)
    assert (result.created, result.skipped) == (5, 1)
    (double,) = result.first_duplicates
    assert (double.line, double.name, double.twin.name, double.twin.in_file) == (4, "Ana Maria", "Ana", True)


def test_a_duplicate_is_found_however_far_up_in_the_file_the_other_is(any_ws: Workspace, tmp_path: Path) -> None:
    lines = [f"Lead {n},l{n}@x.com,+34 6001{n:05d},Firm {n}\n" for n in range(900)]
    lines += ["X,L0@x.com,,\n", "Y,,+34 600100001,\n", "Leadd 2,y@y.com,,FIRM 2\n", "X,l899@x.com,,\n"]
    result = imported(any_ws, tmp_path, "Name,Email,Phone,Company\n" + "".join(lines))
    assert (result.created, result.duplicates) == (900, {"email": 2, "phone": 1, "name": 1})
    assert [(d.twin.name, d.twin.in_file) for d in result.first_duplicates] == [
        ("Lead 0", True), ("Lead 1", True), ("Lead 2", True), ("Lead 899", True),
    ]  # fmt: skip


def test_a_dry_run_counts_duplicates_and_writes_nothing(ws: Workspace, tmp_path: Path) -> None:
    imported(ws, tmp_path, FIRST)
    result = imported(ws, tmp_path, SECOND, dry_run=True)
    assert (result.created, result.skipped, result.duplicates) == (1, 3, {"email": 1, "phone": 1, "name": 1})
    assert len(rows(ws)) == 1


def test_leads_without_an_owner_are_given_in_turn_and_each_person_is_told_once(ws: Workspace, tmp_path: Path) -> None:
    with ws.unit("x", []) as uow:
        team = uow.insert("team", {"name": "Web", "assignment": "turns"})
        people = [
            uow.insert("person", {"name": name, "folded": name.lower(), "team_id": team, "role": "rep"})
            for name in ("Eva", "Leo")
        ]
    assignment.save_rule(ws, "All", All(), team_id=team)
    text = "Name,Email,Owner\n" + "".join(f"Lead {n},l{n}@x.com,{'Marta Ríos' if n == 9 else ''}\n" for n in range(11))
    imported(ws, tmp_path, text)
    owners = [row["owner_id"] for row in rows(ws)]
    assert [owners.count(person) for person in people] == [5, 5]
    assert owners.count(ws.actor_id) == 1
    with ws.store.read() as connection:
        told = [timeline.notices_of(connection, person, 9) for person in people]
    assert [[notice.kind for notice in notices] for notices in told] == [["lead_assigned"], ["lead_assigned"]]
    assert ["5" in notices[0].title for notices in told] == [True, True], told


def test_an_import_gives_no_points_for_leads_and_one_undo_takes_it_back(ws: Workspace, tmp_path: Path) -> None:
    imported(ws, tmp_path, "Name,Email,Status\nA,a@x.com,Qualified\nB,b@x.com,\n")
    with ws.store.read() as connection:
        assert [timeline.points_earned(connection, row["id"], "lead") for row in rows(ws)] == [[], []]
    undo.undo(ws)
    assert rows(ws) == []
    assert checks.problems(ws) == []
    undo.redo(ws)
    assert [row["name"] for row in rows(ws)] == ["A", "B"]


def test_own_fields_are_guessed_read_checked_and_take_their_defaults(any_ws: Workspace, tmp_path: Path) -> None:
    ws = any_ws
    custom_fields.save(ws, {"label": "Budget", "subject": "lead", "form": "currency", "required": True})
    custom_fields.save(ws, {"label": "Decision day", "subject": "both", "form": "date"})
    custom_fields.save(ws, {"label": "Size", "subject": "lead", "form": "choice", "options": ["Small", "Large"],
                            "default": "Small"})  # fmt: skip
    text = (
        'Name,Email,Budget,decision_day,Size\nA,a@x.com,"1,234.50",31/12/2026,\nB,b@x.com,500,,large\n'
        "C,c@x.com,7,,Huge\nD,d@x.com,,,\nE,e@x.com,x,,\n"
    )
    result = imported(ws, tmp_path, text)
    assert [(e.line, e.field) for e in result.errors] == [(4, "Size"), (5, "Budget"), (6, "Budget")]
    found = {row["name"]: row["custom"] for row in rows(ws)}
    assert found == {
        "A": '{"size": "Small", "budget": 123450, "decision_day": "2026-12-31"}',
        "B": '{"size": "Large", "budget": 50000}',
    }
    imported(ws, tmp_path, "Name,Email,Size\nA,a@x.com,Large\n", on_duplicate="update")
    assert '"budget": 123450' in rows(ws)[0]["custom"]
    assert '"size": "Large"' in rows(ws)[0]["custom"]


def test_a_column_goes_to_an_own_field_before_it_goes_to_what_others_call_a_field(
    ws: Workspace, tmp_path: Path
) -> None:
    custom_fields.save(ws, {"label": "Amount", "subject": "lead", "form": "number"})
    path = tmp_path / "leads.csv"
    path.write_text("Name,Email,Amount,Value\nA,a@x.com,1,2\n", encoding="utf-8")
    plan = importing.plan(path, own=custom_fields.fields(ws))
    assert plan.columns == {0: "name", 1: "email", 2: "custom.amount", 3: "value"}
    assert plan.fields["custom.amount"].title == "Own field: Amount"
