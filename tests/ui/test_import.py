"""The import's window: templates, what becomes of duplicates, and their numbers."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from salesos_desktop.domain.leads import LeadFilter, LeadSort
from salesos_desktop.services import custom_fields, leads
from salesos_desktop.ui.dialogs.import_wizard import ImportWizard
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle

LEADS = (
    "Name,Email,Company,Budget\nAna P.,ana@acme.com,Acme,5\nEva Gil,eva@x.com,X,many\nLeo Roy,leo@x.com,X,7\n"
    "Zoe Paz,zoe@@x,X,1\n"
)


def opened(window: MainWindow, qtbot: QtBot, file: Path | None = None) -> ImportWizard:
    wizard = ImportWizard(window, window.session)
    wizard.open()
    if file is not None:
        wizard.open_file(file)
    settle(qtbot, window.session)
    return wizard


def test_leads_are_tried_and_imported_as_was_chosen_for_duplicates(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    ws = window.session.workspace
    custom_fields.save(ws, {"label": "Budget", "subject": "lead", "form": "number"})
    there = leads.create(ws, {"name": "Ana Pérez", "email": "ana@acme.com"})
    before = len(leads.listing(ws, LeadFilter(), LeadSort.NAME).ids)
    file = tmp_path / "leads.csv"
    file.write_text(LEADS, encoding="utf-8")
    wizard = opened(window, qtbot, file)
    page = wizard.columns
    assert page.kind.currentText() == "Leads"
    assert page.columns[3].currentText() == "Own field: Budget"
    shown = [page.preview.index(row, page.preview.columnCount() - 1).data() for row in range(4)]
    assert [bool(text) for text in shown] == [False, True, False, True]
    wizard.go_on()
    settle(qtbot, window.session)
    box = wizard.matches.duplicates
    assert box is not None
    assert box.currentData() == "skip"
    box.setCurrentIndex(box.findData("update"))
    wizard.go_on()
    settle(qtbot, window.session)
    assert wizard.results.duplicates.rowCount() == 1
    assert wizard.results.errors.rowCount() == 2
    assert "1 row is there already: 1 by email" in wizard.results._details.text()
    assert leads.get(ws, there).row["name"] == "Ana Pérez"
    wizard._skip.click()
    settle(qtbot, window.session)
    assert wizard.result is not None
    assert (wizard.result.created, wizard.result.updated, wizard.result.kept) == (1, 1, True)
    assert leads.get(ws, there).row["name"] == "Ana P."
    assert len(leads.listing(ws, LeadFilter(), LeadSort.NAME).ids) == before + 1
    wizard.accept()


def test_kinds_without_duplicates_ask_nothing_of_them(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("Name,Code,Price\nBasic,B1,10.50\n", encoding="utf-8")
    wizard = opened(window, qtbot, file)
    wizard.go_on()
    settle(qtbot, window.session)
    assert wizard.matches.duplicates is None
    wizard.reject()


def test_a_template_of_the_chosen_kind_is_written_and_can_be_opened(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    wizard = opened(window, qtbot)
    wanted: list[str] = []
    wizard.file.template_wanted.disconnect()
    wizard.file.template_wanted.connect(wanted.append)
    wizard.file.kind.setCurrentIndex(wizard.file.kind.findData("contacts"))
    wizard.file.template.click()
    assert wanted == ["contacts"]
    path = tmp_path / "contacts.csv"
    path.write_text("what was there", encoding="utf-8")
    wizard.write_template("contacts", path)
    settle(qtbot, window.session)
    assert str(path) in wizard.file.written.text()
    wizard.open_file(path)
    settle(qtbot, window.session)
    assert wizard.columns.kind.currentData() == "contacts"
    assert all(box.currentData() for box in wizard.columns.columns)
    wizard.reject()
