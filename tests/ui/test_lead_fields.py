"""Own fields as columns of the table of leads, the filter by any field, and filters that outlast a start."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesos_desktop import bootstrap, config
from salesos_desktop.domain.conditions import All, Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.domain.relative_days import Range, RangeName
from salesos_desktop.services import board, contacts, custom_fields, leads
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.ui.companies.page import CompaniesView
from salesos_desktop.ui.contacts.page import ContactsView
from salesos_desktop.ui.leads.page import LeadsView
from salesos_desktop.ui.session import Session
from tests.ui.conftest import settle

pytestmark = pytest.mark.opens_on("leads")


@pytest.fixture
def fields(ws: Workspace) -> dict[str, int]:
    """An amount, a day and a list, with values on the first of three leads and smaller ones on the second."""
    made = {
        label: custom_fields.save(
            ws, {"label": label, "form": form, "subject": "lead", "options": ["North", "South", "West"]}
        )
        for label, form in (("Budget", "currency"), ("Visit", "date"), ("Zones", "choices"), ("Agreed", "checkbox"))
    }
    for name, own in (
        ("Ana Ruiz", {"budget": 250_000, "visit": "2026-12-31", "zones": ["North", "West"], "agreed": True}),
        ("Bea Sol", {"budget": 90_000, "visit": "2026-11-26"}), ("Ciro Paz", {}),
    ):  # fmt: skip
        leads.create(ws, {"name": name, "email": f"{name[:3]}@example.com", "custom": own})
    return made


def opened(session: Session, qtbot: QtBot, kind: type = LeadsView) -> Any:
    """A page as another start would make it."""
    page = kind(session, None)
    qtbot.addWidget(page)
    page.resize(1300, 700)
    page.show()
    settle(qtbot, session)
    return page


def titles(page: Any, *, shown: bool = False) -> list[str]:
    return [c.title for n, c in enumerate(page.model.columns) if not (shown and page.table.isColumnHidden(n))]


def section(page: Any, title: str) -> int:
    return titles(page).index(title)


def names(page: Any) -> list[str]:
    return [page.model.index(row, 0).data() for row in range(page.model.rowCount())]


def test_every_own_field_can_be_a_column_of_leads(session: Session, fields: dict[str, int], qtbot: QtBot) -> None:
    page = opened(session, qtbot)
    assert titles(page)[-4:] == list(fields)
    assert not set(titles(page, shown=True)) & set(fields)
    row = names(page).index("Ana Ruiz")
    texts = [page.model.index(row, section(page, title)).data() for title in fields]
    assert texts == ["$2,500", "Dec 31", "North, West", "Yes"]
    assert page.model.index(names(page).index("Ciro Paz"), section(page, "Budget")).data() == ""


@pytest.mark.usefixtures("fields")
def test_chosen_columns_widths_and_order_outlast_a_start(session: Session, qtbot: QtBot) -> None:
    page = opened(session, qtbot)
    page.table.show_column(section(page, "Budget"), True)
    page.table.horizontalHeader().resizeSection(section(page, "Budget"), 133)
    page.table.horizontalHeader().moveSection(page.table.horizontalHeader().visualIndex(section(page, "Budget")), 1)
    page.table.horizontalHeader().sectionClicked.emit(section(page, "Budget"))
    settle(qtbot, session)
    assert names(page) == ["Bea Sol", "Ana Ruiz", "Ciro Paz"]
    asked: list[Any] = []
    again = LeadsView(session, None)
    qtbot.addWidget(again)
    shown, again.list.show = again.list.show, lambda *args: (asked.append(args), shown(*args))
    again.resize(1300, 700)
    again.show()
    settle(qtbot, session)
    assert {args[1] for args in asked} == {page.table.sort}, "the usual order is not asked for in between"
    assert names(again) == ["Bea Sol", "Ana Ruiz", "Ciro Paz"]
    header = again.table.horizontalHeader()
    assert (header.sectionSize(section(again, "Budget")), header.visualIndex(section(again, "Budget"))) == (133, 1)
    assert not again.table.isColumnHidden(section(again, "Budget"))


def test_columns_follow_the_settings_also_of_another_window(
    session: Session, fields: dict[str, int], qtbot: QtBot
) -> None:
    page, ws = opened(session, qtbot), session.workspace
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal, page.model)
    page.table.show_column(section(page, "Visit"), True)
    page.table.horizontalHeader().sectionClicked.emit(section(page, "Visit"))
    settle(qtbot, session)
    page.table.select_ids([page.model.id_at(1)])
    chosen = page.table.selected_ids()
    other = bootstrap.open_workspace(ws.store.path)  # type: ignore[arg-type]
    try:
        custom_fields.save(other, {"label": "Call on", "form": "date"}, field_id=fields["Visit"])
        custom_fields.save(other, {"label": "Floor", "form": "number", "subject": "lead"})
    finally:
        other.store.close()
    session._on_tick()
    qtbot.waitUntil(lambda: "Floor" in titles(page))
    settle(qtbot, session)
    assert "Visit" not in titles(page)
    assert "Call on" in titles(page, shown=True), "renamed, it is the same column"
    assert page.table.selected_ids() == chosen
    custom_fields.save(ws, {"label": "Call on", "active": False}, field_id=fields["Visit"])
    qtbot.wait(45)
    settle(qtbot, session)
    assert "Call on" not in titles(page)
    assert page.table.sort == "created", "what was sorted by is gone"
    custom_fields.save(ws, {"label": "Call on", "active": True}, field_id=fields["Visit"])
    settle(qtbot, session)
    assert "Call on" in titles(page, shown=True), "it comes back as it was left"


@pytest.mark.usefixtures("fields")
def test_leads_are_narrowed_by_any_field(session: Session, qtbot: QtBot) -> None:
    page = opened(session, qtbot)
    pill = page.filter_bar.more
    assert pill.text().startswith("More filters")
    pill.click()
    pill.click()
    settle(qtbot, session)
    dialog: Any = pill.dialog
    assert [each for each in QApplication.topLevelWidgets() if type(each) is type(dialog)] == [dialog]
    line = dialog.editor.group.parts[0]
    line.field.setCurrentIndex(line.field.findData("custom.budget"))
    line.field.activated.emit(line.field.currentIndex())
    line.operator.setCurrentIndex(line.operator.findData("at_least"))
    line.operator.activated.emit(line.operator.currentIndex())
    dialog.answer()
    assert pill.condition is None, "a line that is not complete is refused"
    assert dialog.isVisible()
    line.value.editors[0].setText("1,000")
    dialog.answer()
    settle(qtbot, session)
    assert names(page) == ["Ana Ruiz"]
    assert pill.text().startswith("More filters: 1")
    assert pill.property("active") == "true"
    assert page._clear.isVisible()
    page.filter_bar.clear()
    settle(qtbot, session)
    assert len(names(page)) == 3
    assert pill.property("active") == "false"


@pytest.mark.usefixtures("fields")
def test_filters_outlast_a_start_and_the_search_does_not(session: Session, qtbot: QtBot) -> None:
    page, me = opened(session, qtbot), session.workspace.actor_id
    soon = Ask("custom.visit", Operator.WITHIN, Range(RangeName.THIS_WEEK))
    page.filter_bar.owner.choose(me)
    page.filter_bar.created.choose("month")
    page.filter_bar.more.choose(All((soon,)))
    page.set_text("bea")
    settle(qtbot, session)
    assert "this_week" in session.preferences.geometry["filter-leads"], "days that move with today stay what they are"
    session.preferences = config.Preferences.load(session.preferences.path)
    again = opened(session, qtbot)
    bar = again.filter_bar
    assert (bar.owner.value, bar.created.value, bar.more.keep(), bar.text) == (
        me,
        "month",
        page.filter_bar.more.keep(),
        "",
    )
    assert [pill.property("active") for pill in (bar.owner, bar.created, bar.more)] == ["true"] * 3
    assert names(again) == ["Bea Sol"]
    assert again._clear.isVisible()
    session.workspace.clock.day = session.today.replace(month=12)  # type: ignore[attr-defined]
    session.day_changed.emit()
    settle(qtbot, session)
    assert names(again) == [], "another week has begun"


def test_what_no_longer_exists_falls_away(session: Session, fields: dict[str, int], qtbot: QtBot) -> None:
    page, ws = opened(session, qtbot), session.workspace
    source = board.names(ws, "source")[0].id
    page.filter_bar.source.choose(source)
    page.filter_bar.more.choose(
        All((Ask("custom.agreed", Operator.EQUALS, True), Ask("name", Operator.STARTS_WITH, "b")))
    )
    settle(qtbot, session)
    with ws.unit("x", ["x", {}]) as uow:
        uow.update("source", source, {"active": False})
    settle(qtbot, session)
    assert page.filter_bar.source.value == source, "while it is chosen it stays"
    again = opened(session, qtbot)
    assert again.filter_bar.source.value is None
    custom_fields.save(ws, {"label": "Agreed", "active": False}, field_id=fields["Agreed"])
    qtbot.wait(45)
    settle(qtbot, session)
    assert again.filter_bar.more.text().startswith("More filters: 1")
    assert names(again) == ["Bea Sol"]
    again.filter_bar.clear()
    settle(qtbot, session)
    assert not json.loads(session.preferences.geometry["filter-leads"])["chosen"]


@pytest.mark.usefixtures("fields")
@pytest.mark.parametrize(
    "chosen",
    [
        "{", "[]", '{"workspace": "elsewhere", "chosen": {"owner": 1}}', {"owner": 999, "status": "gone", "source": [1]},
        {"created": ["2026-13-01", 4], "more": {"field": "custom.none", "operator": "empty"}}, {"more": 7, "created": "x"},
        {"created": "own", "status": 1, "none": 3},
    ],
)  # fmt: skip
def test_filters_that_cannot_be_taken_up_are_none(session: Session, qtbot: QtBot, chosen: Any) -> None:
    if not isinstance(chosen, str):
        chosen = json.dumps({"workspace": str(session.workspace.store.path), "chosen": chosen})
    session.preferences.geometry["filter-leads"] = chosen
    page = opened(session, qtbot)
    assert len(names(page)) == 3
    assert not page.filter_bar.narrowed


@pytest.mark.usefixtures("fields")
def test_two_days_of_ones_own_are_kept(session: Session, qtbot: QtBot) -> None:
    page = opened(session, qtbot)
    days = session.today.replace(day=1), session.today.replace(day=2)
    page.filter_bar.created.choose_days(*days)
    settle(qtbot, session)
    again = opened(session, qtbot)
    assert again.filter_bar.created.range() == page.filter_bar.created.range()
    assert names(again) == []


def test_contacts_and_companies_keep_their_filters(session: Session, qtbot: QtBot) -> None:
    ws = session.workspace
    contacts.create(ws, {"name": "Ana Ruiz", "email": "a@example.com", "company": "Acme"})
    contacts.create(ws, {"name": "Bea Sol", "email": "b@example.com"})
    page = opened(session, qtbot, ContactsView)
    acme = next(iter(row for row in contacts.fetch(ws, page.model.ids).values() if row.company))
    page.filter_bar.company.show_company(acme.company_id, acme.company)
    page.filter_bar.owner.choose(ws.actor_id)
    settle(qtbot, session)
    again = opened(session, qtbot, ContactsView)
    assert names(again) == ["Ana Ruiz"]
    assert again.filter_bar.company.text().startswith("Acme")
    with ws.unit("x", ["x", {}]) as uow:
        uow.update("company", acme.company_id, {"deleted_at": ws.clock.now()})
    third = opened(session, qtbot, ContactsView)
    assert third.filter_bar.company.value is None
    assert third.filter_bar.owner.value == ws.actor_id
    companies = opened(session, qtbot, CompaniesView)
    companies.filter_bar.owner.choose(0)
    settle(qtbot, session)
    assert opened(session, qtbot, CompaniesView).filter_bar.owner.value == 0
