"""Exported files: what is in them and in which order, and that they are whole or not there."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from salesos_desktop.domain.contacts import CompanySort, ContactFilter, ContactPoint, PointKind
from salesos_desktop.domain.filters import DealFilter, Sort
from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.errors import UserError
from salesos_desktop.i18n import set_language
from salesos_desktop.services import board, companies, contacts, custom_fields, leads, moves, opportunities, products
from salesos_desktop.services.transfer import exporting, importing, results, sheets, templates
from salesos_desktop.services.transfer.exporting import TABLES, Selection
from salesos_desktop.services.workspace import Workspace
from tests.conftest import make_deals

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def exported(ws: Workspace, folder: Path, chosen: Selection, **more: Any) -> list[dict[str, str]]:
    path = folder / "out.csv"
    count = exporting.run(ws, chosen, path, overwrite=True, **more)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=","))
    assert len(rows) == count
    return rows


def names(rows: list[dict[str, str]]) -> list[str]:
    return [row["Name"] for row in rows]


def lead(ws: Workspace, name: str, **more: Any) -> int:
    return leads.create(ws, {"name": name, "email": f"{name.lower()}@example.com", **more})


@pytest.mark.parametrize("speech", ["en", "es"])
@pytest.mark.parametrize("kind", TABLES)
def test_columns_are_those_of_the_template_in_its_order(ws: Workspace, tmp_path: Path, kind: str, speech: str) -> None:
    custom_fields.save(ws, {"label": "Budget", "subject": "both", "form": "number"})
    custom_fields.save(ws, {"label": "Gone", "subject": "both", "form": "text", "active": False})
    set_language(speech)
    templates.write(ws, kind, tmp_path / "template.csv")
    exporting.run(ws, Selection(kind), tmp_path / "out.csv")
    template, out = (
        importing.plan(tmp_path / name, own=custom_fields.fields(ws)).table for name in ("template.csv", "out.csv")
    )
    assert out.delimiter == template.delimiter
    assert [header for header in out.headers if header in template.headers] == list(template.headers)
    assert ("Budget" in out.headers) == (kind in ("leads", "opportunities"))
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_leads_as_they_are_filtered_and_ordered(any_ws: Workspace, tmp_path: Path) -> None:
    ids = [lead(any_ws, name, company=company) for name, company in (("Ana", "Acme"), ("Bea", "Zeta"), ("Cid", "Acme"))]
    assert names(exported(any_ws, tmp_path, Selection("leads"))) == ["Cid", "Bea", "Ana"], "the newest first"
    where = LeadFilter(text="acme")
    assert names(exported(any_ws, tmp_path, Selection("leads", where, LeadSort.NAME))) == ["Ana", "Cid"]
    assert names(exported(any_ws, tmp_path, Selection("leads", where, LeadSort.NAME, True))) == ["Cid", "Ana"]
    leads.delete(any_ws, ids[:1])
    assert names(exported(any_ws, tmp_path, Selection("leads", ids=(ids[0], ids[2], ids[1])))) == ["Cid", "Bea"]


def test_contacts_and_companies_with_how_they_are_reached(any_ws: Workspace, tmp_path: Path) -> None:
    home = companies.create(any_ws, {"name": "Home", "email": "home@example.com"})
    companies.create(any_ws, {"name": "Branch", "parent_id": home, "employees": 7})
    points = [ContactPoint(PointKind.PHONE, f"+34 91234567{n}") for n in range(2)]
    points += [ContactPoint(PointKind.PHONE, "+34 600123456", "mobile"), ContactPoint(PointKind.EMAIL, "a@example.com")]
    contacts.create(any_ws, {"name": "Ana", "company": "Home", "points": points, "tags": ["a, b", "c"]})
    contacts.create(any_ws, {"name": "Bea"})
    (ana,) = exported(any_ws, tmp_path, Selection("contacts", ContactFilter(text="home")))
    assert [ana[c] for c in ("Email", "Email 2", "Phone", "Phone 2", "Phone 3", "Mobile", "Company", "Tags")] == [
        "a@example.com", "", "+34 912 34 56 70", "+34 912 34 56 71", "", "+34 600 12 34 56", "Home", '"a, b", c',
    ]  # fmt: skip
    found = exported(any_ws, tmp_path, Selection("companies", sort=CompanySort.NAME))
    assert [(row["Name"], row["Parent company"], row["Employees"]) for row in found] == [
        ("Branch", "Home", "7"), ("Home", "", ""),
    ]  # fmt: skip


def test_opportunities_as_the_board_has_them_with_closed_ones(any_ws: Workspace, tmp_path: Path) -> None:
    first, second, third = make_deals(any_ws, 3)
    opportunities.edit(any_ws, second, {"value": 5, "currency": "JPY"})
    moves.win(any_ws, [first], closed_on=date(2026, 11, 3))
    moves.lose(any_ws, [third], reason_id=board.names(any_ws, "loss_reason")[0].id)
    rows = exported(any_ws, tmp_path, Selection("opportunities", DealFilter(), Sort.VALUE))
    assert [(row["Name"], row["Stage"], row["Value"], row["Currency"], row["Close date"]) for row in rows] == [
        ("Deal 1", "Prospecting", "5", "JPY", "2026-12-15"), ("Deal 0", "Won", "1000.00", "USD", "2026-11-03"),
        ("Deal 2", "Lost", "1000.00", "USD", "2026-11-24"),
    ]  # fmt: skip
    stages = tuple(stage.id for stage in board.stages(any_ws) if stage.name == "Won")
    assert names(exported(any_ws, tmp_path, Selection("opportunities", stage_ids=stages))) == ["Deal 0"]
    assert names(exported(any_ws, tmp_path, Selection("opportunities", DealFilter(text="company 1")))) == ["Deal 1"]


def test_products_with_every_price(any_ws: Workspace, tmp_path: Path) -> None:
    products.create(any_ws, {"name": "Plan", "code": "007", "price": 150000, "prices": {"KWD": 1500, "JPY": 9}})
    products.create(any_ws, {"name": "Other"})
    (plan,) = exported(any_ws, tmp_path, Selection("products", "007"))
    assert (plan["Code"], plan["Price"], plan["Prices in other currencies"]) == ("007", "1500.00", "JPY 9; KWD 1.5000")


def test_formulas_are_kept_from_running_and_semicolons_go_with_decimal_commas(ws: Workspace, tmp_path: Path) -> None:
    leads.create(ws, {"name": "=1+1", "phone": "+34 600 12 34 56", "note": "-2+3\nline; two", "value": 123450})
    path = tmp_path / "leads.csv"
    exporting.run(ws, Selection("leads"), path, delimiter=";")
    text = path.read_text(encoding="utf-8-sig")
    assert "\n'=1+1;;+34 600 12 34 56;" in text
    assert ";1234,50;" in text
    assert '"\'-2+3\nline; two"' in text


def test_xlsx_has_texts_as_texts_and_numbers_and_dates_as_such(ws: Workspace, tmp_path: Path) -> None:
    custom_fields.save(ws, {"label": "Budget", "subject": "lead", "form": "number"})
    leads.create(ws, {"name": "=1+1", "phone": "+34 600 12 34 56", "value": 123450, "custom": {"budget": 1.5}})
    path = tmp_path / "leads.xlsx"
    assert exporting.run(ws, Selection("leads"), path) == 1
    with zipfile.ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter(f"{MAIN}f")), "no formulas"
    header, row = (list(each) for each in sheet.iter(f"{MAIN}row"))
    texts = {c.get("r", "")[:1]: "".join(c.itertext()) for c in header}
    cells = {texts[c.get("r", "")[:1]]: (c.get("t", "n"), "".join(c.itertext())) for c in row}
    assert cells["Name"] == ("inlineStr", "=1+1")
    assert cells["Phone"] == ("inlineStr", "+34 600 12 34 56")
    assert cells["Value"] == ("n", "1234.50")
    assert cells["Budget"] == ("n", "1.5")
    assert cells["Created on"] == ("n", "46350"), "2026-11-24 in the days of spreadsheets"


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_an_export_that_is_stopped_leaves_the_file_that_was_there(
    ws: Workspace, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    lead(ws, "Ana")
    path = tmp_path / "out" / f"leads{ending}"
    path.parent.mkdir()
    path.write_text("mine", encoding="utf-8")

    def stop(_done: int, _all: int) -> None:
        raise importing.Cancelled

    with pytest.raises(importing.Cancelled):
        exporting.run(ws, Selection("leads"), path, overwrite=True, progress=stop)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.read_text(encoding="utf-8") == "mine"
    assert not list((tmp_path / "temporary").iterdir())
    with pytest.raises(UserError, match="already exists"):
        exporting.run(ws, Selection("leads"), path)
    exporting.run(ws, Selection("leads"), path, overwrite=True)
    assert path.read_bytes() != b"mine"
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert not list((tmp_path / "temporary").iterdir())


def test_what_cannot_be_written_is_said(ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, told in (
        (tmp_path / "no" / "leads.csv", "cannot be written"), (tmp_path / "leads.txt", "neither CSV nor XLSX"),
        (tmp_path / "folder.csv", "is a folder"),
    ):  # fmt: skip
        (tmp_path / "folder.csv").mkdir(exist_ok=True)
        with pytest.raises(UserError, match=told):
            exporting.run(ws, Selection("leads"), path, overwrite=True)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(sheets.os, "fsync", refuse)
    with pytest.raises(UserError, match=r"cannot be written.*Permission denied"):
        exporting.run(ws, Selection("leads"), tmp_path / "leads.csv")
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith((".part", "leads.csv"))] == []


def test_every_row_is_of_one_state(ws: Workspace, tmp_path: Path) -> None:
    """What is committed while the file is written is not in it."""
    ids = [lead(ws, f"Lead{n}") for n in range(501)]
    seen: list[int] = []

    def meanwhile(done: int, _all: int) -> None:
        if not seen:
            leads.edit(ws, ids[0], {"name": "Changed"})
            leads.delete(ws, ids[1:2])
        seen.append(done)

    rows = exported(ws, tmp_path, Selection("leads"), progress=meanwhile)
    assert seen == [500, 501]
    assert {"Lead0", "Lead1"} <= set(names(rows))
    assert "Changed" not in names(rows)


def test_rows_that_an_import_refuses_are_kept_from_running_too(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("Name,Email\n'=cmd,nobody\n", encoding="utf-8")
    plan = importing.plan(path, kind="leads")
    importing.analyse(plan)
    result = importing.run(ws, [plan])
    results.save_bad_rows([plan.table], result, tmp_path / "bad.csv")
    assert "'=cmd,nobody," in (tmp_path / "bad.csv").read_text(encoding="utf-8-sig")


def test_two_prices_in_one_currency_are_refused(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text(
        "Name,Price,Currency,Prices in other currencies\nA,1.50,USD,USD 2\nB,1.50,USD,EUR x\nC,1.50,USD,EUR 2.50; MXN 3\n",
        encoding="utf-8",
    )
    plan = importing.plan(path, kind="products")
    importing.analyse(plan)
    result = importing.run(ws, [plan], stop_on_error=False)
    assert [(error.line, error.field) for error in result.errors] == [
        (2, "Prices in other currencies"), (3, "Prices in other currencies"),
    ]  # fmt: skip
    assert [(p.name, dict(p.prices)) for p in products.listing(ws)] == [("C", {"EUR": 250, "MXN": 300})]
