"""Two rows become one: field by field, with everything that hangs on them, and back again by one undo."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from salesos_desktop import cli
from salesos_desktop.domain.contacts import BuyingRole, ContactFilter, ContactPoint, ContactSort, PointKind
from salesos_desktop.domain.products import Line
from salesos_desktop.errors import InvalidInput, NotFound, UserError
from salesos_desktop.services import (
    attachments,
    board,
    checklists,
    checks,
    companies,
    contact_points,
    contacts,
    deal_contacts,
    leads,
    lines,
    merge_moves,
    merging,
    moves,
    notes,
    opportunities,
    people,
    products,
    timeline,
    undo,
)
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals


def sound(ws: Workspace) -> bool:
    return ws.store.path is None or checks.problems(ws) == []


def test_contacts_become_one_with_all_that_hangs_on_them(any_ws: Workspace) -> None:
    ana = contacts.create(any_ws, {"name": "Ana Ruiz", "email": "a@x.es", "company": "Alfa", "tags": ["vip"]})
    twin = contacts.create(
        any_ws,
        {"name": "A. Ruiz", "phone": "+34 600 11 22 33", "company": "Beta", "position": "CEO", "tags": ["VIP", "fair"],
         "points": [ContactPoint(PointKind.EMAIL, "A@X.es"), ContactPoint(PointKind.EMAIL, "b@x.es")]},
    )  # fmt: skip
    contacts.add_employment(any_ws, twin, companies.create(any_ws, {"name": "Gamma"}), "Adviser")
    main, further, both = make_deals(any_ws, 3)
    for deal in (further, both):
        deal_contacts.add(any_ws, deal, contacts.create(any_ws, {"name": "Boss"}))
    deal_contacts.add(any_ws, main, twin)
    deal_contacts.add(any_ws, further, twin, BuyingRole.DECIDES)
    deal_contacts.add(any_ws, both, ana)
    deal_contacts.add(any_ws, both, twin, BuyingRole.BUYS)
    notes.pin(any_ws, notes.add(any_ws, "contact", ana, "mine"))
    notes.pin(any_ws, notes.add(any_ws, "contact", twin, "theirs"))
    attachments.add_link(any_ws, "contact", twin, "https://example.com/cv")

    merging.merge(any_ws, "contact", ana, twin, {"name": "other"})

    found = contacts.get(any_ws, ana)
    assert (found.row["name"], found.row["email"], found.company) == ("A. Ruiz", "a@x.es", "Alfa")
    assert (found.row["phone"], found.row["position"], found.row["tags"]) == (
        "+34 600 11 22 33",
        "CEO",
        '["vip", "fair"]',
    )
    assert [p.value for p in found.points] == ["a@x.es", "b@x.es", "+34 600 11 22 33"]
    assert [(e.company, e.position) for e in found.employments] == [("Beta", "CEO"), ("Gamma", "Adviser")]
    roles = {deal: [(p.name, p.role) for p in deal_contacts.of(any_ws, deal)] for deal in (main, further, both)}
    assert roles == {
        main: [("A. Ruiz", None)], further: [("Boss", None), ("A. Ruiz", BuyingRole.DECIDES)],
        both: [("Boss", None), ("A. Ruiz", BuyingRole.BUYS)],
    }  # fmt: skip
    assert [(n.body, n.pinned) for n in notes.of(any_ws, "contact", ana)] == [("mine", True), ("theirs", False)]
    assert [a.url for a in attachments.of(any_ws, "contact", ana)] == ["https://example.com/cv"]
    assert "A. Ruiz" in [e.after for e in timeline.entries(any_ws, ana, "contact") if e.field == "merged"]
    assert len(contacts.listing(any_ws, ContactFilter(text="ruiz"), ContactSort.NAME).ids) == 1
    with pytest.raises(NotFound):
        contacts.get(any_ws, twin)
    assert sound(any_ws)
    undo.undo(any_ws)
    assert (contacts.get(any_ws, ana).row["name"], contacts.get(any_ws, twin).company) == ("Ana Ruiz", "Beta")
    assert [(p.name, p.role) for p in deal_contacts.of(any_ws, both)][1:] == [
        ("Ana Ruiz", None),
        ("A. Ruiz", BuyingRole.BUYS),
    ]
    assert [p.value for p in contact_points.of(any_ws, "contact", ana)] == ["a@x.es"]
    assert sound(any_ws)


@pytest.mark.parametrize("above", ["keep", "other", "neither"])
def test_companies_become_one_without_a_circle(any_ws: Workspace, above: str) -> None:
    keep, other = companies.create(any_ws, {"name": "Keep"}), companies.create(any_ws, {"name": "Other"})
    top = companies.create(any_ws, {"name": "Top"})
    between = companies.create(any_ws, {"name": "Between", "parent_id": {"keep": keep, "other": other}.get(above)})
    if above == "keep":
        companies.edit(any_ws, other, {"parent_id": between})
        companies.edit(any_ws, keep, {"parent_id": top})
    elif above == "other":
        companies.edit(any_ws, keep, {"parent_id": between})
        companies.edit(any_ws, other, {"parent_id": top})
    else:
        companies.edit(any_ws, other, {"parent_id": top})
    ana = contacts.create(any_ws, {"name": "Ana", "company_id": other})
    contacts.add_employment(any_ws, ana, keep)
    deals = make_deals(any_ws, 2, company="Other")
    merging.merge(any_ws, "company", keep, other)
    found = companies.get(any_ws, keep)
    assert found.parent == "Top"
    assert [s.name for s in found.subsidiaries] == ([] if above == "neither" else ["Between"])
    assert [(p.name, p.main) for p in found.people] == [("Ana", True)]
    assert contacts.get(any_ws, ana).employments == []
    assert sorted(card.id for card in contacts.deals_of(any_ws, "company", keep)) == deals
    assert {card.id for card in board.listed(any_ws, board.DealFilter(text="keep"))} == set(deals)
    assert sound(any_ws)
    undo.undo(any_ws)
    assert sorted(card.id for card in contacts.deals_of(any_ws, "company", other)) == deals
    assert sound(any_ws)


def test_deals_become_one_with_lines_checks_and_people(any_ws: Workspace) -> None:
    keep, other = make_deals(any_ws, 2)
    opportunities.edit(any_ws, other, {"value": 5000, "contact": "Ana", "product": "GTX"})
    opportunities.edit(any_ws, keep, {"contact": "Bea"})
    lines.set_lines(any_ws, keep, [Line(None, "Seat", 2000, 10_000, 0)], True)
    lines.set_lines(any_ws, other, [Line(None, "Help", 1000, 7_000, 0)], False)
    checklists.tick(any_ws, checklists.add(any_ws, keep, "one"))
    checklists.add(any_ws, other, "two")
    notes.add(any_ws, "opportunity", other, "spoke")
    merging.merge(any_ws, "opportunity", keep, other)
    deal = opportunities.get(any_ws, keep)
    assert (deal.card.value, deal.card.contact, deal.card.product) == (27_000, "Bea", "GTX")
    assert [line.description for line in lines.lines_of(any_ws, keep).lines] == ["Seat", "Help"]
    assert (deal.row["checks_done"], deal.row["checks_total"]) == (1, 2)
    assert [i.text for i in checklists.of(any_ws, keep)] == ["one", "two"]
    assert [p.name for p in deal_contacts.of(any_ws, keep)] == ["Bea", "Ana"]
    assert [n.body for n in notes.of(any_ws, "opportunity", keep)] == ["spoke"]
    assert sum(f.count for f in board.stage_figures(any_ws, board.DealFilter())) == 1
    assert sound(any_ws)
    undo.undo(any_ws)
    assert (opportunities.get(any_ws, other).card.value, opportunities.get(any_ws, keep).card.value) == (5000, 20_000)
    assert opportunities.get(any_ws, other).row["checks_total"] == 1
    assert sound(any_ws)


def test_a_chosen_value_brings_its_currency_and_lines_in_another_are_refused(ws: Workspace) -> None:
    keep, other, third = make_deals(ws, 3)
    opportunities.edit(ws, other, {"value": 700, "currency": "EUR"})
    merging.merge(ws, "opportunity", keep, other, {"value": "other"})
    assert (opportunities.get(ws, keep).card.value, opportunities.get(ws, keep).card.currency) == (700, "EUR")
    lines.set_lines(ws, third, [Line(None, "Seat", 1000, 500, 0)], True)
    with pytest.raises(UserError, match="different currencies"):
        merging.merge(ws, "opportunity", keep, third)
    assert opportunities.get(ws, third).card.value == 500
    assert sound(ws)


def figures(ws: Workspace) -> tuple[Any, ...]:
    return (
        sorted((f.stage_id, f.count, f.value) for f in board.stage_figures(ws, board.DealFilter())),
        people.me(ws).points, lines.won_quantities(ws, date(2000, 1, 1), date(2100, 1, 1)),
    )  # fmt: skip


@pytest.mark.parametrize("kinds", [("open", "won"), ("open", "lost"), ("lost", "won")])
def test_a_closed_deal_is_the_one_that_stays_with_what_it_was_closed_with(
    any_ws: Workspace, kinds: tuple[str, str]
) -> None:
    weaker, stronger = make_deals(any_ws, 2)
    product = products.create(any_ws, {"name": "Seat", "price": 5_000})
    for deal, kind, value in ((weaker, kinds[0], 700), (stronger, kinds[1], None)):
        lines.set_lines(any_ws, deal, [Line(product, "", 1000, 5_000, 0)], True)
        if kind == "lost":
            moves.lose(any_ws, [deal], reason_id=board.names(any_ws, "loss_reason")[0].id)
        elif kind == "won":
            moves.win(any_ws, [deal])
        elif value:
            opportunities.edit(any_ws, deal, {"value": value})
    before, was = figures(any_ws), opportunities.get(any_ws, stronger).row
    for ask in (merging.compare, merging.merge):
        with pytest.raises(InvalidInput, match=f"is {kinds[1]}") as caught:
            ask(any_ws, "opportunity", weaker, stronger)
        assert caught.value.field == "keep"
    with pytest.raises(InvalidInput, match="keeps its value") as caught:
        merging.merge(any_ws, "opportunity", stronger, weaker, {"value": "other"})
    assert "value" not in [d.field for d in merging.compare(any_ws, "opportunity", stronger, weaker)]
    assert "opportunity_line" not in merge_moves.what_moves(any_ws, "opportunity", stronger, weaker)
    assert figures(any_ws) == before
    merging.merge(any_ws, "opportunity", stronger, weaker)
    row = opportunities.get(any_ws, stronger).row
    for name in ("stage_id", "value", "currency", "closed_on", "loss_reason_id", "competitor", "close_note"):
        assert row[name] == was[name]
    after = figures(any_ws)
    assert [f for f in after[0] if f[0] == row["stage_id"]] == [f for f in before[0] if f[0] == row["stage_id"]]
    assert after[1:] == before[1:]
    assert sound(any_ws)
    undo.undo(any_ws)
    assert figures(any_ws) == before


def test_two_won_deals_that_were_one_count_once(ws: Workspace) -> None:
    keep, other = make_deals(ws, 2)
    opportunities.edit(ws, keep, {"value": None})
    lines.set_lines(ws, other, [Line(None, "Seat", 1000, 5_000, 0)], True)
    moves.win(ws, [keep])
    once = people.me(ws).points
    moves.win(ws, [other])
    before = figures(ws)
    merging.merge(ws, "opportunity", keep, other)
    assert people.me(ws).points == once
    assert opportunities.get(ws, keep).card.value is None
    assert len(lines.lines_of(ws, keep).lines) == 1
    assert not lines.lines_of(ws, keep).follows
    undo.undo(ws)
    assert figures(ws) == before
    assert sound(ws)


def test_leads_become_one_and_go_on_naming_what_they_became(any_ws: Workspace) -> None:
    keep = leads.create(any_ws, {"name": "Ana", "email": "a@x.es", "tags": ["a"]})
    other = leads.create(any_ws, {"name": "Ana R", "email": "b@x.es", "company": "Alfa", "value": 900, "tags": ["b"]})
    (deal,) = make_deals(any_ws, 1)
    with any_ws.unit("x", ["x", {}]) as uow:
        uow.update("opportunity", deal, {"lead_id": other})
        uow.update("lead", other, {"opportunity_id": deal, "status": "converted", "custom": '{"size": 3}'})
        uow.update("lead", keep, {"custom": '{"place": "x", "size": null}'})
    note = notes.add(any_ws, "lead", other, "spoke")
    merging.merge(any_ws, "lead", keep, other, {"email": "other"})
    row = leads.get(any_ws, keep).row
    assert (row["name"], row["email"], row["email_key"], row["company"]) == ("Ana", "b@x.es", "b@x.es", "Alfa")
    assert (row["value"], row["status"], row["opportunity_id"], row["tags"]) == (900, "converted", deal, '["a", "b"]')
    assert row["custom"] == '{"place": "x", "size": 3}'
    assert row["last_activity_at"] is not None
    assert opportunities.get(any_ws, deal).row["lead_id"] == keep
    assert [n.id for n in notes.of(any_ws, "lead", keep)] == [note]
    assert sound(any_ws)
    undo.undo(any_ws)
    assert leads.get(any_ws, keep).row["opportunity_id"] is None
    assert leads.get(any_ws, other).row["email"] == "b@x.es"


def test_what_differs_is_shown_with_names_before_it_is_merged(ws: Workspace) -> None:
    one = contacts.create(ws, {"name": "Ana", "company": "Alfa", "position": "CEO"})
    two = contacts.create(ws, {"name": "Ana", "company": "Beta", "position": "", "note": "x"})
    found = {d.field: (d.keep, d.other, d.taken) for d in merging.compare(ws, "contact", one, two)}
    assert found == {
        "company_id": ("Alfa", "Beta", "keep"), "position": ("CEO", "", "keep"), "note": ("", "x", "other"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "ids", "choices", "error"),
    [
        ("contact", (1, 1), {}, InvalidInput), ("contact", (1, 77), {}, NotFound), ("person", (1, 2), {}, InvalidInput),
        ("contact", (1, 2), {"colour": "keep"}, InvalidInput), ("contact", (1, 2), {"custom.no": "other"}, InvalidInput),
        ("contact", (1, 2), {"name": "mine"}, InvalidInput),
    ],
)  # fmt: skip
def test_what_cannot_be_merged_is_refused(
    ws: Workspace, kind: str, ids: tuple[int, int], choices: dict[str, str], error: Any
) -> None:
    for name in ("Ana", "Bea"):
        contacts.create(ws, {"name": name})
    with pytest.raises(error):
        merging.merge(ws, kind, *ids, choices)
    assert len(contacts.listing(ws, ContactFilter(), ContactSort.NAME).ids) == 2


def test_pairs_that_look_alike_are_offered_with_the_reason_until_told_apart(any_ws: Workspace) -> None:
    def make(name: str, **more: Any) -> int:
        return contacts.create(any_ws, {"name": name, **more})

    ana = make("Ana Ruiz", email="a@x.es", company="Alfa")
    by_email = make(
        "Somebody", points=[ContactPoint(PointKind.EMAIL, "other@x.es"), ContactPoint(PointKind.EMAIL, "A@x.es")]
    )
    bea = make("Bea Sol", phone="+34 600 11 22 33")
    by_phone = make("Someone", phone="600 11 22 33", owner_id=None) if _spain(any_ws) else 0
    by_name = make("Ruiz, Aná", company="Alfa SL")
    make("Ana Ruiz", company="Omega")
    make("Ana Luz", company="Alfa")
    make("Renewal 2025", company="Alfa")
    make("Renewal 2026", company="Alfa")
    found = [(c.first_id, c.second_id, c.reason) for c in merging.candidates(any_ws, "contact")]
    assert found == [(ana, by_email, "email"), (bea, by_phone, "phone"), (ana, by_name, "name")]
    assert len(merging.candidates(any_ws, "contact", 1)) == 1
    merging.say_different(any_ws, "contact", by_email, ana)
    assert [c.reason for c in merging.candidates(any_ws, "contact")] == ["phone", "name"]
    undo.undo(any_ws)
    assert len(merging.candidates(any_ws, "contact")) == 3
    merging.merge(any_ws, "contact", ana, by_email)
    assert [c.reason for c in merging.candidates(any_ws, "contact")] == ["phone", "name"]


def _spain(ws: Workspace) -> bool:
    ws.settings["country"] = "ES"
    return True


@pytest.mark.parametrize("kind", ["lead", "company", "opportunity"])
def test_every_kind_has_its_candidates(any_ws: Workspace, kind: str) -> None:
    if kind == "lead":
        pair = [
            leads.create(any_ws, {"name": n, "company": "Alfa", "email": f"{len(n.encode())}@x.es"})
            for n in ("Ana Ruiz", "Ana Ruíz")
        ]
    elif kind == "company":
        pair = [companies.create(any_ws, {"name": n}) for n in ("Ferretería Andina S.A.", "ferreteria andina")]
    else:
        pair = make_deals(any_ws, 2, name="Machines for the plant", company="Alfa")
    assert [(c.first_id, c.second_id, c.reason) for c in merging.candidates(any_ws, kind)] == [(*pair, "name")]


def test_the_command_prints_the_row_that_stays(
    ws: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    for name, city in (("Keep", "Lima"), ("Other", "Madrid"), ("Third", "")):
        companies.create(ws, {"name": name, "location": city, "sector": "Retail", "email": f"{name}@x.es"})
    path = str(ws.store.path)
    for words, said in (
        (["company", "1", "1"], "one and the same"), (["company", "1", "9"], "Company 9 does not exist"),
        (["company", "1", "2", "--field", "city=other"], "no field city"), (["company", "1", "2", "--field", "x"], "name=other"),
        (["person", "1", "2"], "invalid choice"),
    ):  # fmt: skip
        assert cli.main(["--workspace", path, "merge", *words]) == 2
        line = capsys.readouterr().err.strip()
        assert said in line
        assert "\n" not in line
    assert cli.main(["--workspace", path, "--json", "merge", "company", "1", "2", "--field", "location=other"]) == 0
    kept = json.loads(capsys.readouterr().out)
    assert (kept["id"], kept["name"], kept["location"], kept["emails"]) == (
        1,
        "Keep",
        "Madrid",
        ["Keep@x.es", "Other@x.es"],
    )
    assert cli.main(["--workspace", path, "merge", "company", "1", "3"]) == 0
    assert "Third@x.es" in capsys.readouterr().out
    for kind, make in (("lead", leads.create), ("contact", contacts.create)):
        one, two = (make(ws, {"name": name, "email": "a@x.es"}) for name in ("A", "B"))
        assert cli.main(["--workspace", path, "--json", "merge", kind, str(one), str(two)]) == 0
        assert json.loads(capsys.readouterr().out)["name"] == "A"
    one, two = make_deals(ws, 2)
    assert cli.main(["--workspace", path, "--json", "merge", "opportunity", str(one), str(two)]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == "1000.00"
    assert cli.main(["--workspace", path, "check"]) == 0
