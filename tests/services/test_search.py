"""The search over everything: what is found, in which order, and that the index follows every change on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from salesos_desktop.services import (
    activities,
    attachments,
    bin,
    checks,
    companies,
    contacts,
    leads,
    merging,
    moves,
    notes,
    opportunities,
    products,
    search,
    undo,
)
from salesos_desktop.services.search import Rank
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage import search as index


def deal(ws: Workspace, name: str, **more: Any) -> int:
    return opportunities.create(ws, {"name": name, "value": 100, "expected_close": date(2026, 12, 1), **more})


def found(ws: Workspace, text: str, kind: str = "") -> list[str]:
    return [hit.title for hit in search.find(ws, text) if hit.kind == (kind or hit.kind)]


def sound(ws: Workspace) -> bool:
    """The index is that of the rows, and FTS5 agrees."""
    with ws.store.write() as connection:
        return not list(index.differences(connection)) and not index.damaged(connection)


def test_names_first_then_words_anywhere(any_ws: Workspace) -> None:
    deal(any_ws, "Renovación anual", company="Andina Norte", contact="Lucía Gómez")
    deal(any_ws, "Flota Andina", note="La llama Lucía en enero")
    companies.create(any_ws, {"name": "Andina"})
    hits = search.find(any_ws, "ANDÍNA")
    assert [(hit.title, hit.rank) for hit in hits] == [
        ("Andina", Rank.EXACT), ("Andina Norte", Rank.BEGINNING), ("Flota Andina", Rank.NAME),
        ("Renovación anual", Rank.WORDS), ("Lucía Gómez", Rank.WORDS),
    ]  # fmt: skip
    assert found(any_ws, "gom luc") == ["Lucía Gómez", "Renovación anual"], "each word is a beginning, in any order"
    assert found(any_ws, "lucia gomez anual") == ["Renovación anual"]
    by_note = next(hit for hit in search.find(any_ws, "enero"))
    assert (by_note.title, by_note.where, by_note.excerpt) == ("Flota Andina", "Note", "La llama Lucía en enero")
    assert found(any_ws, "xyz") == []
    assert found(any_ws, "  ¿? ") == []


def test_phones_emails_and_numbers_in_any_spelling(any_ws: Workspace) -> None:
    leads.create(any_ws, {"name": "Ana Ruiz", "phone": "+34 600 12 34 56", "email": "ana.ruiz@sol-cafe.example"})
    contacts.create(any_ws, {"name": "Bea Soto", "phone": "+34 911 22 33 44", "email": "bea@example.com"})
    number = deal(any_ws, "Numbered")
    with any_ws.unit("edit", ["x", {}]) as uow:
        uow.update("opportunity", number, {"external_id": "OPP-0042"})
    for text in ("600123456", "+34600123456", "600-12-34-56", "0034 600 123 456", "600 12 34", "ana.ruiz@sol-cafe.example",
                 "ana.ruiz@", "anaruiz", "ruiz ana", "sol-cafe", "cafe.example", "ana 600123456"):  # fmt: skip
        assert found(any_ws, text) == ["Ana Ruiz"], text
    for text in ("OPP-0042", "opp0042", "0042", f"#{number}"):
        assert found(any_ws, text, "opportunity") == ["Numbered"], text
    (hit,) = search.find(any_ws, "600123456")
    assert (hit.rank, hit.where, hit.excerpt) == (Rank.EXACT, "Phone", "+34 600 12 34 56")


@pytest.mark.parametrize(
    "text", ["ferretria", "ferreteira", "ferrretería", "verreteria", "fereteri", "ferretreia andina", "andnia"]
)
def test_typing_errors_are_forgiven(any_ws: Workspace, text: str) -> None:
    companies.create(any_ws, {"name": "Ferretería Andina"})
    companies.create(any_ws, {"name": "Café Sol"})
    assert found(any_ws, text, "company") == ["Ferretería Andina"]
    assert [hit.title for hit in search.find(any_ws, text, forgiving=False)] == []


def test_what_was_typed_right_comes_before_what_was_not(any_ws: Workspace) -> None:
    for name in ("Martina", "Marina"):
        companies.create(any_ws, {"name": name})
    assert [(hit.title, hit.rank) for hit in search.find(any_ws, "marina")] == [
        ("Marina", Rank.EXACT), ("Martina", Rank.NAME_MISTYPED),
    ]  # fmt: skip


def test_what_hangs_on_a_record_is_found_as_long_as_that_is(any_ws: Workspace) -> None:
    row = deal(any_ws, "Sede nueva", tags=["urgente"])
    notes.add(any_ws, "opportunity", row, "Quieren **paneles** solares")
    attachments.add_link(any_ws, "opportunity", row, "https://planos.example/azotea", "Planos")
    activities.plan(any_ws, {"kind": "call", "subject": "Llamar al perito", "outcome": "dudan"}, ("opportunity", row))
    searched = {
        "paneles": "note",
        "planos": "attachment",
        "azotea": "attachment",
        "perito": "activity",
        "dudan": "activity",
    }
    for text, kind in searched.items():
        (hit,) = search.find(any_ws, text)
        assert (hit.kind, hit.about) == (kind, ("opportunity", row))
        assert "Sede nueva" in hit.detail
    opportunities.delete(any_ws, [row])
    assert [text for text in (*searched, "sede", "urgente") if search.find(any_ws, text)] == []
    bin.restore(any_ws, "opportunity", [row])
    assert [text for text in (*searched, "sede", "urgente") if not search.find(any_ws, text)] == []
    assert sound(any_ws)


def test_names_of_others_and_merging_and_undo_are_followed(any_ws: Workspace) -> None:
    product = products.create(any_ws, {"name": "Bomba", "price": 100})
    row = deal(any_ws, "Riego", company="Viñedos del Sur", product="Bomba")
    company = search.find(any_ws, "viñedos", kinds=["company"])[0].id
    companies.edit(any_ws, company, {"name": "Bodegas del Sur"})
    assert found(any_ws, "vinedos") == []
    assert found(any_ws, "bodegas", "opportunity") == ["Riego"]
    undo.undo(any_ws)
    assert found(any_ws, "vinedos", "opportunity") == ["Riego"]
    products.edit(any_ws, product, {"name": "Turbina"})
    assert found(any_ws, "turbina") == ["Riego"]
    other = deal(any_ws, "Riego doble", note="con sensores")
    merging.merge(any_ws, "opportunity", row, other, {})
    assert found(any_ws, "riego") == ["Riego"]
    undo.undo(any_ws)
    assert found(any_ws, "riego") == ["Riego", "Riego doble"]
    assert sound(any_ws)


def test_a_name_of_the_same_words_is_another_title(ws: Workspace) -> None:
    lead = leads.create(ws, {"name": "Ana", "email": "ana@example.com"})
    leads.edit(ws, lead, {"name": "Ana Ana"})
    assert checks.problems(ws) == []


def test_limit_and_kinds(any_ws: Workspace) -> None:
    for n in range(5):
        deal(any_ws, f"Grua {n}")
        companies.create(any_ws, {"name": f"Grua {n}"})
    hits = search.find(any_ws, "grua", 3)
    assert [hit.kind for hit in hits] == ["opportunity"] * 3 + ["company"] * 3
    assert {hit.kind for hit in search.find(any_ws, "grua", kinds=["company"])} == {"company"}
    records = [("company", hits[-1].id), ("opportunity", 999), ("opportunity", hits[0].id)]
    assert [(hit.kind, hit.title) for hit in search.shown(any_ws, records)] == [
        ("company", hits[-1].title), ("opportunity", hits[0].title),
    ]  # fmt: skip


def test_open_deals_stand_before_closed_ones(any_ws: Workspace) -> None:
    first = deal(any_ws, "Grua 9")
    for n in range(4):
        moves.win(any_ws, [deal(any_ws, f"Grua {n}")])
    last = deal(any_ws, "Gran grua")
    assert search.find(any_ws, "grua", 3, ["opportunity"])[0].id == first
    assert [hit.id for hit in search.find(any_ws, "gruaz", 2, ["opportunity"])] == [last, first]


def test_a_move_does_not_write_its_entry_again(ws: Workspace) -> None:
    from tests.conftest import stage_named

    row = deal(ws, "Grua")
    with ws.store.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER never BEFORE UPDATE ON search_entry BEGIN SELECT RAISE(ABORT, 'rewritten'); END"
        )
    moves.move(ws, [row], stage_named(ws, "Proposal").id)
    with pytest.raises(Exception, match="rewritten"):
        opportunities.edit(ws, row, {"name": "Otra"})


def test_check_says_what_differs_and_a_rebuild_repairs_it(any_ws: Workspace) -> None:
    row = deal(any_ws, "Grua roja")
    deal(any_ws, "Grua azul")
    with any_ws.store.write() as connection:
        connection.exec_driver_sql("UPDATE search_entry SET words = '0nada' WHERE title = 'grua roja'")
        connection.exec_driver_sql("DELETE FROM search_entry WHERE title = 'grua azul'")
    assert [str(row) in problem for problem in checks.problems(any_ws)][:2] == [True, False]
    with any_ws.store.write() as connection:
        assert index.rebuild(connection) == 2
    assert checks.problems(any_ws) == []
    assert found(any_ws, "roja grua") == ["Grua roja"]
    if any_ws.store.path is not None:
        with any_ws.store.write() as connection:
            connection.exec_driver_sql("INSERT INTO search_index(search_index) VALUES ('delete-all')")
        assert len(checks.problems(any_ws)) == 1
        with any_ws.store.write() as connection:
            index.rebuild(connection)
        assert sound(any_ws)
