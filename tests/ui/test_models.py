"""Item models under Qt's own tester, and the exact signals of each change."""

from __future__ import annotations

from array import array
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.slots import By, Slot
from salesos_desktop.domain.stages import Category, Stage, StageKind
from salesos_desktop.ui.models.cards import CardStore
from salesos_desktop.ui.models.column import ColumnModel, dropped_ids
from salesos_desktop.ui.models.tables import TextTableModel, text_table

STAGE = Stage(1, 1, "A", StageKind.OPEN, 1, 10, 30, Category.PIPELINE, "stage1")
SLOT = Slot(By.STAGE, 1, "A", value=1, stage=STAGE)


def column() -> ColumnModel:
    cards = CardStore(lambda *_: None)
    made = ColumnModel(1, SLOT, cards, "here", lambda card: (card.name, ""))
    cards.setParent(made)
    return made


def heard(model: ColumnModel) -> list[str]:
    """Names of the signals that change rows, as they come."""
    names: list[str] = []
    for name in ("rowsInserted", "rowsRemoved", "rowsMoved", "modelReset", "dataChanged", "layoutChanged"):
        getattr(model, name).connect(lambda *_, name=name: names.append(name))
    return names


@pytest.fixture
def full(qtbot: QtBot) -> ColumnModel:  # noqa: ARG001
    model = column()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.begin([10, 20, 30], [1, 2, 3], 3)
    return model


def test_a_card_that_comes_is_one_inserted_row(full: ColumnModel) -> None:
    names = heard(full)
    assert full.insert(25, 2) == 2
    assert names == ["rowsInserted"]
    assert list(full.ids) == [10, 20, 25, 30]


def test_a_card_that_goes_is_one_removed_row(full: ColumnModel) -> None:
    names = heard(full)
    full.take(20, 2)
    assert names == ["rowsRemoved"]
    assert list(full.ids) == [10, 30]


def test_a_card_that_changes_its_place_is_one_moved_row(full: ColumnModel) -> None:
    names = heard(full)
    full.shift(10, 1, 9)
    assert names == ["rowsMoved", "dataChanged"]
    assert list(full.ids) == [20, 30, 10]


def test_an_edit_in_place_is_one_changed_row(full: ColumnModel) -> None:
    names = heard(full)
    full.shift(20, 2, 2)
    assert names == ["dataChanged"]


def test_a_drop_only_asks(full: ColumnModel) -> None:
    asked: list[Any] = []
    full.move_requested.connect(lambda *a: asked.append(a))
    data = full.mimeData([full.index(0, 0), full.index(2, 0)])
    assert dropped_ids(data, "here") == [10, 30]
    assert dropped_ids(data, "elsewhere") == []
    assert full.dropMimeData(data, Qt.DropAction.MoveAction, 1, 0, QModelIndex())
    assert asked == [([10, 30], 1, 1)]
    assert full.removeRows(0, 1) is False
    assert full.rowCount() == 3


def test_placeholders_become_cards_when_the_order_arrives(qtbot: QtBot) -> None:  # noqa: ARG001
    model = column()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    assert tester is not None
    model.begin([5], [1], 4)
    assert (model.rowCount(), model.complete, model.id_at(3)) == (4, False, 0)
    model.take(99, 8)
    assert model.rowCount() == 3
    names = heard(model)
    model.complete_with(array("q", [5, 6, 7, 8]), array("q", [1, 2, 3, 4]))
    assert names == ["rowsInserted", "dataChanged"]
    assert model.complete


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 12), st.integers(0, 6)), max_size=40))
def test_a_column_is_always_in_order(qtbot: QtBot, steps: list[tuple[int, int, int]]) -> None:  # noqa: ARG001
    model = column()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.begin([], [], 0)
    keys: dict[int, int] = {}
    for kind, deal, key in steps:
        if kind == 0 and deal not in keys:
            model.insert(deal, key)
            keys[deal] = key
        elif kind == 1 and deal in keys:
            model.take(deal, keys.pop(deal))
        elif kind == 2 and deal in keys:
            model.shift(deal, keys[deal], key)
            keys[deal] = key
        assert list(model.ids) == sorted(keys, key=lambda d: (keys[d], d))


def test_tables_pass_the_tester(qtbot: QtBot) -> None:  # noqa: ARG001
    model = TextTableModel(["A", "B"], frozenset({1}))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.show_rows([(1, ["x", "1"]), (2, ["y", "2"])])
    model.show_rows([(1, ["x", "3"]), (2, ["y", "2"])])
    assert model.data(model.index(0, 1)) == "3"
    model.show_rows([])
    assert model.rowCount() == 0


def test_a_table_of_texts_tells_and_measures_what_differs(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    model = TextTableModel(["Who", "Won", "Open"], frozenset({1, 2}))
    rows = [(n, [f"P{n}", f"{n + 10}", f"{n + 50}"]) for n in range(40)]
    model.show_rows(rows)
    table = text_table(model, "T")
    qtbot.addWidget(table)
    table.resize(400, 300)
    table.show()
    told, measured = [], []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), first.column(), last.row(), last.column())))
    measure = table.fontMetrics
    monkeypatch.setattr(table, "fontMetrics", lambda: (measured.append(1), measure())[1])
    before = table.columnWidth(2)
    model.show_rows([*rows[:7], (7, ["P7", "17", "123,456,789"]), *rows[8:]])
    assert (told, len(measured)) == ([(7, 2, 7, 2)], 1)
    assert table.columnWidth(2) > before
    model.show_rows(rows)
    assert table.columnWidth(2) == before
