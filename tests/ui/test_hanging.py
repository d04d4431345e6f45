"""What hangs on a deal: notes, check list, files, in the pane and on the card."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from salesos_desktop.services import attachments, checklists, notes
from salesos_desktop.ui.detail.notes import MarkdownText
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle


def opened(window: MainWindow, qtbot: QtBot) -> int:
    deal = window.board.frames[0].model.id_at(0)
    window.open_deal(deal)
    settle(qtbot, window.session)
    return deal


def test_a_note_is_written_edited_pinned_and_its_draft_waits_with_its_deal(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, opened(window, qtbot)
    pane = window.pane.notes
    window.pane.tabs.setCurrentWidget(pane)
    pane.editor.setPlainText("**First**")
    qtbot.keyClick(pane.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window.session)
    assert pane.editor.toPlainText() == ""
    assert window.pane.tabs.tabText(window.pane.tabs.indexOf(pane)) == "Notes 1"
    note = notes.of(ws, "opportunity", deal)[0]
    pane._edit(note)
    pane.editor.setPlainText("Second")
    pane._save()
    settle(qtbot, window.session)
    assert [n.body for n in notes.of(ws, "opportunity", deal)] == ["Second"]
    pane.editor.setPlainText("half a thought")
    other = window.board.frames[1].model.id_at(0)
    window.open_deal(other)
    settle(qtbot, window.session)
    assert pane.editor.toPlainText() == ""
    window.open_deal(deal)
    settle(qtbot, window.session)
    assert pane.editor.toPlainText() == "half a thought"
    notes.add(ws, "opportunity", deal, "Third")
    third, second = notes.of(ws, "opportunity", deal)
    pane._edit(second)
    pane.editor.setPlainText("Second, longer")
    pane._edit(third)
    pane._stop_editing()
    assert pane.editor.toPlainText() == "half a thought"
    pane._edit(second)
    assert pane.editor.toPlainText() == "Second, longer", "each note keeps what was typed for it"
    window.open_deal(other)
    window.open_deal(deal)
    settle(qtbot, window.session)
    assert pane.editor.toPlainText() == "Second, longer"
    pane._save()
    settle(qtbot, window.session)
    assert [n.body for n in notes.of(ws, "opportunity", deal)] == ["Third", "Second, longer"]
    assert pane.editor.toPlainText() == "half a thought"
    pane._save()
    pane.show_row(other)
    settle(qtbot, window.session)
    pane.show_row(deal)
    assert pane.editor.toPlainText() == "", "what was saved meanwhile is no draft"


def test_markdown_shows_neither_html_nor_pictures(qtbot: QtBot) -> None:
    made = MarkdownText("**bold** <b>plain</b>\n![x](file:///etc/hostname)")
    qtbot.addWidget(made)
    text = made.toPlainText()
    assert "bold" in text
    assert "<b>plain</b>" in text
    assert made.loadResource(2, QUrl("file:///etc/hostname")) is None


def test_the_check_list_is_ticked_moved_and_counted_on_the_card(window: MainWindow, qtbot: QtBot) -> None:
    ws, deal = window.session.workspace, opened(window, qtbot)
    pane = window.pane.checks
    window.pane.tabs.setCurrentWidget(pane)
    for text in ("one", "two", "three"):
        pane.line.setText(text)
        qtbot.keyClick(pane.line, Qt.Key.Key_Return)
    settle(qtbot, window.session)
    pane.view.item(2).setCheckState(Qt.CheckState.Checked)
    settle(qtbot, window.session)
    pane.view.setCurrentRow(2)
    pane.view.setFocus()
    qtbot.keyClick(pane.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, window.session)
    assert [(i.text, i.done) for i in checklists.of(ws, deal)] == [("one", False), ("three", True), ("two", False)]
    card = window.board.model.cards.peek(deal)
    assert card is not None
    assert (card.checks_done, card.checks_total) == (1, 3)
    assert window.pane.tabs.tabText(window.pane.tabs.indexOf(pane)) == "Checks 1⁄3"
    pane.view.setCurrentRow(0)
    qtbot.keyClick(pane.view, Qt.Key.Key_Delete)
    settle(qtbot, window.session)
    assert len(checklists.of(ws, deal)) == 2
    pane.view.item(0).setText("renamed")
    settle(qtbot, window.session)
    assert checklists.of(ws, deal)[0].text == "renamed"


def test_dropped_files_and_pasted_links_are_attached_opened_and_removed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: object
) -> None:
    ws, deal = window.session.workspace, opened(window, qtbot)
    file = tmp_path / "offer.txt"
    file.write_text("offer", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)), QUrl("https://example.com/terms")])
    pane = window.pane.files
    pane.take(data)
    settle(qtbot, window.session)
    assert {a.name for a in attachments.of(ws, "opportunity", deal)} == {"offer.txt", "example.com/terms"}
    opened_urls: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened_urls.append(url) or True)  # type: ignore[attr-defined]
    for row in range(2):
        pane.view.itemActivated.emit(pane.view.item(row))
    settle(qtbot, window.session)
    kinds = sorted(url.scheme() for url in opened_urls)
    assert kinds == ["file", "https"]
    copy = next(Path(url.toLocalFile()) for url in opened_urls if url.isLocalFile())
    assert copy.read_text(encoding="utf-8") == "offer"
    pane.view.selectAll()
    qtbot.keyClick(pane.view, Qt.Key.Key_Delete)
    settle(qtbot, window.session)
    assert attachments.of(ws, "opportunity", deal) == []
