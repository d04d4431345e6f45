"""What is exported goes in again: a fresh workspace has the same records, whatever their texts, amounts and own fields."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from salesos_desktop.domain.contacts import (
    CompanyFilter,
    CompanySort,
    ContactFilter,
    ContactPoint,
    ContactSort,
    PointKind,
)
from salesos_desktop.domain.filters import DealFilter
from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.domain.text import fold
from salesos_desktop.i18n import set_language
from salesos_desktop.services import (
    board,
    companies,
    contacts,
    custom_fields,
    leads,
    moves,
    opportunities,
    pipelines,
    products,
)
from salesos_desktop.services.transfer import cells, exporting, importing
from salesos_desktop.services.transfer.exporting import Selection
from salesos_desktop.services.workspace import Workspace
from tests.conftest import StillClock, copied

FEW = settings(deadline=None, phases=(Phase.explicit, Phase.generate))
"""An example takes two workspaces, so that looking for the smallest one that fails would take minutes."""

SIGNS = "=+-@'\"“,;|\t\r\n\\ aZé0９１ñ中＝%#$"
OPTIONS = ["North", "South, east", 'Of "gold"', "=1+1", "'+x", "a;b|c"]
EVERY_CELL = st.text(st.sampled_from(SIGNS), max_size=12)
NOTE = EVERY_CELL.map(str.strip)
LINE = EVERY_CELL.map(lambda text: " ".join(text.split()))
NAME = LINE.filter(fold)
TAGS = st.lists(NAME, max_size=3, unique_by=fold)
PHONE = st.sampled_from(["+34 600 12 34 56", "+1 212-555-0134 ext. 5", "+52 55 5234 5678", "+34 12345678901"])
AMOUNT = st.none() | st.integers(0, 10**9)
OWN = st.fixed_dictionaries(
    {},
    optional={
        "own_text": NAME, "own_long_text": NOTE.filter(bool), "own_choice": st.sampled_from(OPTIONS),
        "own_number": st.sampled_from([0, -5, 1.125, 0.000001, -1234.5, 10**14]), "own_currency": st.integers(-(10**6), 10**9),
        "own_date": st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(date.isoformat),
        "own_choices": st.sets(st.sampled_from(OPTIONS), min_size=1).map(lambda s: [o for o in OPTIONS if o in s]),
        "own_checkbox": st.booleans(), "own_email": st.just("a+b@example.com"), "own_phone": PHONE,
        "own_url": st.just("https://example.com/?a=1,2;3"),
    },
)  # fmt: skip


@pytest.fixture(scope="module")
def odd_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with own fields of every form, some with odd names, and a second pipeline."""
    path = tmp_path_factory.mktemp("odd") / "odd.salesos"
    ws = copied(path, StillClock())
    for form in (
        "text",
        "long_text",
        "number",
        "currency",
        "date",
        "choice",
        "choices",
        "checkbox",
        "email",
        "phone",
        "url",
    ):
        options = OPTIONS if form.startswith("choice") else []
        default = True if form == "checkbox" else None
        custom_fields.save(
            ws, {"label": f"Own {form}", "subject": "both", "form": form, "options": options, "default": default}
        )
    for label in ("Value", "=Stage", "Deal; name, 2", "email"):
        custom_fields.save(ws, {"label": label, "subject": "both", "form": "text"})
    pipelines.create(ws, "Second", copy_of=None)
    ws.store.close()
    return path


@contextmanager
def two(odd_file: Path) -> Iterator[tuple[Workspace, Workspace, Path]]:
    """The workspace twice, and a folder."""
    with tempfile.TemporaryDirectory() as folder:
        made = [copied(Path(folder) / f"{n}.salesos", StillClock(), odd_file) for n in range(2)]
        try:
            yield made[0], made[1], Path(folder)
        finally:
            for ws in made:
                ws.store.close()


def brought_over(one: Workspace, other: Workspace, folder: Path, chosen: Selection, delimiter: str) -> None:
    """Exports from one and imports into the other, with everything guessed."""
    path = folder / exporting.file_name(chosen.kind, date(2026, 11, 24))
    count = exporting.run(one, chosen, path, delimiter=delimiter)
    plan = importing.plan(path, own=custom_fields.fields(other))
    assert plan.kind == chosen.kind
    assert len(plan.columns) == len(plan.table.headers), "every column is recognised"
    plan.on_duplicate = "create"
    importing.analyse(plan)
    assert plan.questions == []
    result = importing.run(other, [plan])
    assert (result.errors, result.created) == ([], count)


def all_leads(ws: Workspace) -> list[Any]:
    found = [leads.get(ws, i) for i in leads.listing(ws, LeadFilter(archived=True), LeadSort.NAME).ids]
    plain = ("name", "email", "phone", "company", "position", "value", "place", "tags", "note")
    return sorted(
        (*(each.row[name] for name in plain), each.status.name, each.source, each.owner, each.row["created_at"].date(),
         json.loads(each.row["custom"]))
        for each in found
    )  # fmt: skip


def all_contacts(ws: Workspace) -> list[Any]:
    found = [contacts.get(ws, i) for i in contacts.listing(ws, ContactFilter(), ContactSort.NAME).ids]
    return sorted(
        (each.row["name"], each.row["position"], each.row["tags"], each.row["note"], each.company, each.owner,
         [(p.kind, p.value, p.label) for p in each.points])
        for each in found
    )  # fmt: skip


def all_companies(ws: Workspace) -> list[Any]:
    found = [companies.get(ws, i) for i in companies.listing(ws, CompanyFilter(), CompanySort.NAME).ids]
    plain = ("name", "sector", "year_established", "revenue", "employees", "location", "website", "tags", "note")
    return sorted(
        (repr([each.row[name] for name in plain]), each.parent, each.owner, [(p.kind, p.value, p.label) for p in each.points])
        for each in found
    )  # fmt: skip


def all_products(ws: Workspace) -> list[Any]:
    return [(p.name, p.code, p.series, p.price, p.currency, p.active, dict(p.prices)) for p in products.listing(ws)]


def all_deals(ws: Workspace) -> list[Any]:
    plain = (
        "external_id", "name", "value", "currency", "day", "probability", "probability_set", "priority", "tags", "note",
        "competitor", "created_on",
    )  # fmt: skip
    names = {s.id: (p.name, s.name) for p in board.pipelines(ws) for s in board.stages(ws, p.id)}
    found = [opportunities.get(ws, card.id) for card in board.listed(ws, DealFilter())]
    return sorted(
        (repr([d.row[name] for name in plain]), d.card.owner, d.card.company, d.card.contact, d.card.product, d.source,
         d.loss_reason, names[d.card.stage_id], repr(sorted(json.loads(d.row["custom"]).items())))
        for d in found
    )  # fmt: skip


def change(ws: Workspace, table: str, row_id: int, values: dict[str, Any]) -> None:
    with ws.unit("edit", []) as uow:
        uow.update(table, row_id, values)


LEAD = st.fixed_dictionaries(
    {"name": NAME, "company": LINE, "position": LINE, "place": LINE, "note": NOTE, "tags": TAGS, "value": AMOUNT,
     "phone": PHONE, "custom": OWN, "status": st.sampled_from(["new", "contacted", "qualified"])}
)  # fmt: skip


@given(
    st.lists(st.tuples(LEAD, st.dates(date(1970, 1, 2), date(2026, 11, 24))), min_size=1, max_size=3),
    st.sampled_from(",;"), st.sampled_from(["es", "en"]),
)  # fmt: skip
@settings(FEW, max_examples=25)
def test_leads_come_back(odd_file: Path, made: list[Any], delimiter: str, speech: str) -> None:
    with two(odd_file) as (one, other, folder):
        for n, (values, day) in enumerate(made):
            lead_id = leads.create(one, {**values, "email": f"=n{n}+@example.com"})
            change(one, "lead", lead_id, {"created_at": datetime(day.year, day.month, day.day, 15, tzinfo=UTC)})
        set_language(speech)
        brought_over(one, other, folder, Selection("leads"), delimiter)
        assert all_leads(other) == all_leads(one)


CONTACT = st.fixed_dictionaries(
    {
        "name": NAME,
        "position": LINE,
        "note": NOTE,
        "tags": TAGS,
        "company": st.sampled_from(["", "=Acme", "Ñandú, S.A."]),
    }
)
ADDRESS = st.sampled_from(["", "1 Main St\nMadrid", '=A1, "left"'])


@given(st.lists(st.tuples(CONTACT, ADDRESS), min_size=1, max_size=3), st.sampled_from(",;"))
@settings(FEW, max_examples=15)
def test_contacts_come_back_with_every_way_to_reach_them(odd_file: Path, made: list[Any], delimiter: str) -> None:
    with two(odd_file) as (one, other, folder):
        for n, (values, address) in enumerate(made):
            points = [ContactPoint(PointKind.EMAIL, f"{part}{n}@example.com") for part in "abc"[: n + 1]]
            points += [ContactPoint(PointKind.PHONE, f"+34 91{n} 12 34 5{digit}") for digit in range(n + 1)]
            points += [ContactPoint(PointKind.PHONE, f"+34 60{n} 12 34 56", "mobile")]
            points += [ContactPoint(PointKind.ADDRESS, address)] if address else []
            contacts.create(one, {**values, "points": points})
        brought_over(one, other, folder, Selection("contacts"), delimiter)
        assert all_contacts(other) == all_contacts(one)


COMPANY = st.fixed_dictionaries(
    {"name": NAME, "sector": LINE, "location": LINE, "website": st.sampled_from(["", "https://a.example.com"]), "note": NOTE,
     "tags": TAGS, "revenue": AMOUNT, "employees": st.none() | st.integers(0, 10**6),
     "year_established": st.none() | st.integers(1, 2026)}
)  # fmt: skip


@given(st.lists(COMPANY, min_size=1, max_size=4, unique_by=lambda c: fold(c["name"])), st.sampled_from(",;"))
@settings(FEW, max_examples=15)
def test_companies_come_back_with_their_parents(odd_file: Path, made: list[Any], delimiter: str) -> None:
    with two(odd_file) as (one, other, folder):
        parent = companies.create(one, {"name": "Zeta Holding"})
        for n, values in enumerate(made):
            emails = [ContactPoint(PointKind.EMAIL, f"{part}{n}@example.com") for part in "abc"[: n + 1]]
            companies.create(one, {**values, "parent_id": parent if n else None, "points": emails})
        brought_over(one, other, folder, Selection("companies"), delimiter)
        assert all_companies(other) == all_companies(one)


PRODUCT = st.fixed_dictionaries(
    {"name": NAME, "series": LINE, "price": AMOUNT, "currency": st.sampled_from(["EUR", "JPY", "KWD"]),
     "active": st.booleans(), "prices": st.dictionaries(st.sampled_from(["USD", "CLP", "TND"]), st.integers(0, 10**9))}
)  # fmt: skip


@given(
    st.lists(PRODUCT, min_size=1, max_size=4, unique_by=lambda p: fold(p["name"])), st.sampled_from(",;"),
    st.sampled_from(["es", "en"]),
)  # fmt: skip
@settings(FEW, max_examples=25)
def test_products_come_back_in_every_currency(odd_file: Path, made: list[Any], delimiter: str, speech: str) -> None:
    with two(odd_file) as (one, other, folder):
        set_language(speech)
        for n, values in enumerate(made):
            products.create(one, {**values, "code": f"00{n}"})
        brought_over(one, other, folder, Selection("products"), delimiter)
        assert all_products(other) == all_products(one)


DEAL = st.fixed_dictionaries(
    {"name": NAME, "value": AMOUNT, "currency": st.sampled_from(["USD", "JPY", "KWD"]), "note": NOTE, "tags": TAGS,
     "company": st.sampled_from(["", "=Acme"]), "contact": st.sampled_from(["", "-Ana"]),
     "product": st.sampled_from(["", "@Plan"]), "priority": st.sampled_from(["high", "low"]), "custom": OWN,
     "probability": st.none() | st.just(10) | st.integers(0, 100),
     "expected_close": st.dates(date(2026, 1, 1), date(2028, 12, 31))}
)  # fmt: skip


def _left_open(_ws: Workspace, _deal: int) -> None:
    return None


def _won(ws: Workspace, deal: int) -> None:
    moves.win(ws, [deal], value=5, closed_on=date(2026, 11, 3))


def _lost(ws: Workspace, deal: int) -> None:
    moves.lose(ws, [deal], reason_id=board.names(ws, "loss_reason")[0].id, competitor="=Rival")


def _elsewhere(ws: Workspace, deal: int) -> None:
    second = next(p for p in board.pipelines(ws) if p.name == "Second")
    change(ws, "opportunity", deal, {"external_id": f"00{deal}"})
    moves.move(ws, [deal], board.stages(ws, second.id)[1].id)


@given(
    st.lists(st.tuples(DEAL, st.sampled_from([_left_open, _won, _lost, _elsewhere])), min_size=1, max_size=4),
    st.sampled_from(",;"), st.sampled_from(["es", "en"]),
)  # fmt: skip
@settings(FEW, max_examples=25)
def test_opportunities_come_back_open_won_and_lost(
    odd_file: Path, made: list[tuple[Any, Callable[[Workspace, int], None]]], delimiter: str, speech: str
) -> None:
    with two(odd_file) as (one, other, folder):
        for values, then in made:
            then(one, opportunities.create(one, values))
        set_language(speech)
        brought_over(one, other, folder, Selection("opportunities"), delimiter)
        assert all_deals(other) == all_deals(one)


def test_a_file_says_whose_the_probability_of_a_known_deal_is(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "opportunities.csv"
    for cells_of, kept in [
        ("30,", (30, True)), ("10,yes", (10, True)), ("10,", (10, True)), ("40,no", (10, False)), ("10,", (10, False)),
        (",yes", (10, False)), ("10,yes", (10, True)), (",no", (10, False)),
    ]:  # fmt: skip
        path.write_text(f"Number,Name,Stage,Value,Probability,Probability set by hand\n1,A,Prospecting,5,{cells_of}\n")
        plan = importing.plan(path)
        importing.analyse(plan)
        assert importing.run(ws, [plan]).errors == []
        row = opportunities.get(ws, 1).row
        assert (row["probability"], row["probability_set"]) == kept, cells_of


@given(EVERY_CELL)
def test_a_guarded_text_is_no_formula_and_comes_back(text: str) -> None:
    kept = cells.guarded(text)
    assert cells.unguarded(kept) == text
    assert kept[:1] not in set("=@\t\r\n＝") or not kept


@pytest.mark.parametrize("phone", ["+34 600 12 34 56", "+1 212-555-0134", "+1 212-555-0134 ext. 5", "-5"])
def test_phones_and_numbers_stay_as_they_are(phone: str) -> None:
    assert cells.guarded(phone) == phone


@given(st.lists(NAME, max_size=4))
def test_several_in_one_cell_come_back(parts: list[str]) -> None:
    assert cells.parted(cells.joined(parts)) == parts


def test_what_other_programs_guard_is_read_without_the_sign(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("Name,Email,Phone\nAna,ana@example.com,'+34600123456\n", encoding="utf-8")
    plan = importing.plan(path, kind="leads")
    importing.analyse(plan)
    importing.run(ws, [plan])
    assert [lead[2] for lead in all_leads(ws)] == ["+34 600 12 34 56"]
