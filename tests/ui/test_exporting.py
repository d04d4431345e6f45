"""Exporting from the window: what the menu offers, the file, and the message that it is there."""

from __future__ import annotations

import csv
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from salesos_desktop.services import board, leads, opportunities
from salesos_desktop.services.transfer import exporting
from salesos_desktop.services.transfer.exporting import Selection
from salesos_desktop.ui import exporting as ui_exporting
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle


def offered(window: MainWindow) -> dict[str, QAction]:
    window.top_bar.menu_opened.emit()
    return {action.text(): action for action in window.top_bar.menu.actions()}


def export(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, text: str, path: Path
) -> list[dict[str, str]]:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), "CSV (*.csv)"))
    window.notifications.toast.hide()
    offered(window)[text].trigger()
    written = path if path.suffix else path.with_suffix(".csv")
    qtbot.waitUntil(lambda: window.notifications.toast.text.startswith(f"Exported: {written.name}"))
    with written.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_board_is_exported_as_it_is_filtered_with_closed_deals(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = window.session.workspace
    rows = export(window, qtbot, monkeypatch, "Export…", tmp_path / "deals.csv")
    assert len(rows) == 60
    assert {"Won", "Lost"} <= {row["Stage"] for row in rows}
    company = rows[0]["Company"]
    window.top_bar.search.setText(company)
    window.top_bar.flush_search()
    settle(qtbot, window.session)
    found = export(window, qtbot, monkeypatch, "Export…", tmp_path / "found.csv")
    shown = [
        i
        for stage in board.stages(ws)
        for i in board.column(ws, stage, window.board.filter_bar.where, window.board.filter_bar.sort).ids
    ]
    assert [row["Name"] for row in found] == [opportunities.get(ws, i).row["name"] for i in shown]
    assert 0 < len(found) < 60


def test_a_list_is_exported_in_its_order_or_only_what_is_selected(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = window.session.workspace
    for name in ("Zoe", "Ana", "Mia"):
        leads.create(ws, {"name": name, "email": f"{name}@example.com", "company": "Only Here"})
    window.show_page("leads")
    window.leads.set_text("only here")
    settle(qtbot, window.session)
    assert list(offered(window)) == ["Import…", "Export…"]
    rows = export(window, qtbot, monkeypatch, "Export…", tmp_path / "leads")
    assert [row["Name"] for row in rows] == ["Mia", "Ana", "Zoe"]
    window.leads.table.selectRow(0)
    window.leads.table.select_ids([window.leads.model.ids[0], window.leads.model.ids[2]])
    assert list(offered(window)) == ["Import…", "Export the 2 selected…", "Export the whole list…"]
    rows = export(window, qtbot, monkeypatch, "Export the 2 selected…", tmp_path / "some.csv")
    assert [row["Name"] for row in rows] == ["Mia", "Zoe"]
    window.show_page("forecast")
    assert list(offered(window)) == ["Import…", "Export the figures", "Print…", "As it was…"]
    window.show_page("agenda")
    assert "Export the figures" not in offered(window)


def test_the_message_opens_the_folder_and_products_are_exported_from_settings(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "products.xlsx"), ""))
    window.show_page("settings")
    section: Any = window.settings.show_section("products")
    settle(qtbot, window.session)
    section.buttons["export"].click()
    toast = window.notifications.toast
    qtbot.waitUntil(lambda: "products.xlsx" in toast.text)
    assert (tmp_path / "products.xlsx").read_bytes().startswith(b"PK")
    toast._buttons[0].click()
    assert [Path(url.toLocalFile()) for url in opened] == [tmp_path]


def test_a_name_that_the_dialog_did_not_ask_about_replaces_nothing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deals.csv").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "deals"), "CSV (*.csv)"))
    offered(window)["Export…"].trigger()
    qtbot.waitUntil(lambda: "already exists" in window.messages.text)
    assert (tmp_path / "deals.csv").read_text(encoding="utf-8") == "mine"


def test_the_window_answers_while_an_export_runs_and_closing_ends_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    real = exporting.run

    def slow(*args: Any, progress: Any, **more: Any) -> int:
        begun.set()
        go_on.wait(10)
        return real(*args, progress=progress, **more)

    monkeypatch.setattr(exporting, "run", slow)
    window.exporting.start(Selection("opportunities"), tmp_path / "deals.csv", overwrite=False)
    assert begun.wait(10)
    window.show_page("leads")
    settle(qtbot, window.session)
    assert window.leads.model.rowCount(), "the worker was free for the list"
    later = threading.Timer(0.2, go_on.set)
    later.start()
    window.retire()
    later.join()
    assert list(tmp_path.glob("*deals*")) == []
    assert list(tmp_path.glob(".export-*")) == []


def test_a_long_export_says_how_far_it_is_and_can_be_cancelled(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui_exporting, "_QUIET_SECONDS", 0)
    monkeypatch.setattr(ui_exporting, "_STEP_SECONDS", 0)
    monkeypatch.setattr(exporting, "_CHUNK", 1)
    halfway, go_on = threading.Event(), threading.Event()
    real = window.exporting._progress

    def held(done: int, total: int) -> None:
        real(done, total)
        if done == 30:
            halfway.set()
            go_on.wait(10)

    monkeypatch.setattr(window.exporting, "_progress", held)
    toast = window.notifications.toast
    window.exporting.start(Selection("opportunities"), tmp_path / "deals.csv", overwrite=False)
    assert halfway.wait(10)
    qtbot.waitUntil(lambda: "Exporting deals.csv… 50%" in toast.text)
    toast._buttons[0].click()
    go_on.set()
    qtbot.waitUntil(lambda: toast.text == "Export cancelled No file was written.")
    assert not list(tmp_path.glob("*deals*"))
    assert not list(tmp_path.glob(".export-*"))
