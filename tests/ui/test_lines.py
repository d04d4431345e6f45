"""Lines of products: only what a person changes is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.products import Line
from salesos_desktop.services.products import Product
from salesos_desktop.ui.lines import LinesEditor

SUPPORT = Product(1, "Soporte 24×7", "S-1", "", 2_600_000, "USD", True)
TRAINING = Product(2, "Training", "F-1", "", 900_000, "USD", True)
NEGOTIATED = Line(1, "", 2000, 1_300_000, 0)


@pytest.fixture
def editor(qtbot: QtBot) -> Iterator[LinesEditor]:
    """An editor with one line, beside a field to go to."""
    holder = QWidget()
    qtbot.addWidget(holder)
    made, elsewhere = LinesEditor(), QLineEdit()
    column = QVBoxLayout(holder)
    column.addWidget(made)
    column.addWidget(elsewhere)
    made.set_catalogue([SUPPORT, TRAINING], "USD")
    made.show_lines([NEGOTIATED])
    with qtbot.waitActive(holder):
        holder.show()
    yield made
    holder.hide()


def test_looking_at_a_line_changes_nothing(editor: LinesEditor) -> None:
    edited = []
    editor.edited.connect(lambda: edited.append(editor.lines()))
    row = editor.rows[0]
    row.product.setFocus()
    QTest.keyClick(row.product, Qt.Key.Key_Return)
    for field in (row.quantity, row.price, row.discount):
        field.setFocus()
    assert editor.lines() == [NEGOTIATED]
    assert all(lines == [NEGOTIATED] for lines in edited)


def test_another_product_brings_its_price(editor: LinesEditor) -> None:
    row = editor.rows[0]
    row.product.setFocus()
    row.product.lineEdit().selectAll()
    QTest.keyClicks(row.product, "training")
    QTest.keyClick(row.product, Qt.Key.Key_Tab)
    assert editor.lines() == [Line(2, "", 2000, 900_000, 0)]


def test_lines_that_are_shown_anew_take_no_focus_and_tell_of_no_edit(editor: LinesEditor) -> None:
    told = []
    editor.edited.connect(lambda: told.append(None))
    editor.rows[0].price.setFocus()
    editor.show_lines([NEGOTIATED, Line(2, "", 1000, 900_000, 0)])
    assert told == []
    assert QApplication.focusWidget() not in [row.product for row in editor.rows]
