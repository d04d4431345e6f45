"""Tables of records: the model tells exactly what changed, the view keeps selection, columns and keyboard."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesos_desktop.config import Preferences
from salesos_desktop.ui.models.cards import CardStore
from salesos_desktop.ui.tables.columns import Column
from salesos_desktop.ui.tables.delegate import row_height
from salesos_desktop.ui.tables.model import RecordTableModel
from salesos_desktop.ui.tables.store import RecordStore
from salesos_desktop.ui.tables.view import RecordTable
from salesos_desktop.ui.theme import apply_theme


@dataclass(frozen=True)
class Thing:
    id: int
    name: str


COLUMNS = [
    Column("name", "Name", lambda r: r.name, 120, sort="name"),
    Column("number", "Number", lambda r: str(r.id), 80, right=True, sort="number"),
    Column("odd", "Odd", lambda r: "odd" if r.id % 2 else "", 80),
]


class Source:
    """Answers fetches when it is told to."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.asked: list[list[int]] = []
        self._waiting: list[tuple[list[int], Callable[[dict[int, Any]], None], Callable[[], object]]] = []

    def __call__(self, ids: list[int], done: Callable[[dict[int, Any]], None], missed: Callable[[], object]) -> None:
        self.asked.append(ids)
        self._waiting.append((ids, done, missed))

    def answer(self) -> None:
        waiting, self._waiting = self._waiting, []
        for ids, done, _ in waiting:
            done({i: Thing(i, self.names.get(i, f"Thing {i}")) for i in ids if i < 1_000_000})

    def miss(self) -> None:
        """The line is lost."""
        waiting, self._waiting = self._waiting, []
        for _, _, missed in waiting:
            missed()


def heard(model: RecordTableModel) -> list[str]:
    names: list[str] = []
    for name in ("rowsInserted", "rowsRemoved", "rowsMoved", "modelReset", "layoutChanged"):
        getattr(model, name).connect(lambda *_, name=name: names.append(name))
    return names


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def model(qtbot: QtBot, qapp: object, source: Source) -> RecordTableModel:  # noqa: ARG001
    apply_theme(qapp, "light")  # type: ignore[arg-type]
    made = RecordTableModel(COLUMNS, source)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.apply_order(array("q", range(1, 101)))
    return made


@pytest.fixture
def preferences() -> Preferences:
    return Preferences()


@pytest.fixture
def table(qtbot: QtBot, model: RecordTableModel, preferences: Preferences, source: Source) -> RecordTable:
    made = RecordTable(model, "things", preferences, sort="name")
    qtbot.addWidget(made)
    made.resize(500, 400)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: bool(source.asked))
    source.answer()
    return made


@pytest.mark.parametrize(
    ("order", "signal"),
    [
        (list(range(1, 101)), []),
        ([1, 500, *range(2, 101)], ["rowsInserted"]),
        ([*range(1, 101), 500, 501], ["rowsInserted"]),
        ([n for n in range(1, 101) if n != 7], ["rowsRemoved"]),
        ([n for n in range(1, 101) if not 20 < n < 40], ["rowsRemoved"]),
        ([], ["rowsRemoved"]),
        ([n for n in range(1, 101) if n != 7] + [7], ["rowsMoved"]),
        ([90, *(n for n in range(1, 101) if n != 90)], ["rowsMoved"]),
        ([2, 1, *range(3, 101)], ["rowsMoved"]),
        (list(range(100, 0, -1)), ["layoutChanged"]),
        ([*range(50, 0, -1)], ["modelReset"]),
    ],
)
def test_an_order_that_comes_changes_no_more_than_it_must(
    model: RecordTableModel, order: list[int], signal: list[str]
) -> None:
    names = heard(model)
    model.apply_order(array("q", order))
    assert names == signal
    assert list(model.ids) == order


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 30), unique=True, max_size=14), st.lists(st.integers(1, 30), unique=True, max_size=14))
def test_rows_that_are_marked_stay_with_their_records(qtbot: QtBot, one: list[int], other: list[int]) -> None:  # noqa: ARG001
    from PySide6.QtCore import QPersistentModelIndex

    model = RecordTableModel(COLUMNS, Source())
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.apply_order(array("q", one))
    names = heard(model)
    marks = {i: QPersistentModelIndex(model.index(row, 1)) for row, i in enumerate(one)}
    model.apply_order(array("q", other))
    assert list(model.ids) == other
    if "modelReset" not in names:
        for record_id, mark in marks.items():
            assert (model.id_at(mark.row()) == record_id) if mark.isValid() else (record_id not in other)


def test_what_a_lost_line_did_not_bring_is_asked_for_again(qtbot: QtBot, source: Source) -> None:
    for store in (RecordStore(source), CardStore(source)):
        for _ in range(2):
            asked = len(source.asked)
            store.get(7)
            if isinstance(store, RecordStore):
                store.want([7])
            qtbot.waitUntil(lambda asked=asked: len(source.asked) > asked)
            source.miss()


def test_only_what_is_looked_at_is_fetched(table: RecordTable, model: RecordTableModel, source: Source) -> None:
    model.apply_order(array("q", range(1, 10_001)))
    table.verticalScrollBar().setValue(5_000 * row_height())
    table.viewport().repaint()
    assert model.index(5_000, 0).data() is None
    QApplication.processEvents()
    source.answer()
    assert model.index(5_000, 0).data() == "Thing 5001"
    assert sum(map(len, source.asked)) < 400
    assert len({i for ids in source.asked for i in ids}) == sum(map(len, source.asked))


def test_a_record_that_changed_is_shown_as_it_was_until_the_new_one_is_here(
    table: RecordTable, model: RecordTableModel, source: Source
) -> None:
    source.names[3] = "Renamed"
    model.renew([3])
    table.viewport().repaint()
    assert model.index(2, 0).data() == "Thing 3"
    QApplication.processEvents()
    assert source.asked[-1] == [3]
    source.answer()
    assert model.index(2, 0).data() == "Renamed"


def test_one_that_is_gone_is_not_asked_for_again_and_again(
    table: RecordTable, model: RecordTableModel, source: Source
) -> None:
    model.apply_order(array("q", [1_000_001, *range(1, 101)]))
    for _ in range(4):
        table.viewport().repaint()
        QApplication.processEvents()
        source.answer()
    assert sum(1_000_001 in ids for ids in source.asked) == 1


def test_selection_and_place_survive_another_order(table: RecordTable, model: RecordTableModel) -> None:
    table.select_ids([40, 42, 60], current=42)
    top = model.id_at(table.verticalScrollBar().value() // row_height())
    model.apply_order(array("q", [300, 301, 302, *(n for n in range(1, 101) if n not in (5, 60))]))
    assert table.selected_ids() == [40, 42]
    assert table.current_id() == 42
    assert model.id_at(table.verticalScrollBar().value() // row_height()) == top
    model.apply_order(array("q", reversed(model.ids)))
    assert table.selected_ids() == [42, 40]


def test_what_is_selected_is_found_again_when_the_whole_order_is_here(
    table: RecordTable, model: RecordTableModel
) -> None:
    table.select_ids([3, 80])
    model.begin(array("q", [1, 2, 3]), [], whole=False)
    assert table.selected_ids() == [3]
    model.apply_order(array("q", [1, 2, 3, *range(70, 90)]))
    assert table.selected_ids() == [3, 80]


def test_the_keyboard_goes_selects_opens_and_deletes(table: RecordTable, qtbot: QtBot) -> None:
    opened: list[int] = []
    deleted: list[list[int]] = []
    table.open_requested.connect(opened.append)
    table.delete_requested.connect(deleted.append)
    table.focus_rows()
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.current_id() == 100
    qtbot.keyClick(table, Qt.Key.Key_Home)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert table.selected_ids() == [1, 2, 3]
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened == [3]
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert deleted == [[1, 2, 3]]
    qtbot.keyClicks(table, "Thing 9")
    assert table.current_id() == 3
    qtbot.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert table.selected_ids()[-1] == 100
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(table.selected_ids()) == 100


def test_the_selection_is_copied_as_it_is_shown(table: RecordTable, qtbot: QtBot, source: Source) -> None:
    source.names[99] = "Tab\there"
    table.horizontalHeader().moveSection(1, 0)
    table.show_column(2, False)
    table.select_ids([2, 99])
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    source.answer()
    assert QApplication.clipboard().text() == "2\tThing 2\n99\tTab here"


def test_a_header_asks_for_its_order_and_a_second_click_turns_it(table: RecordTable) -> None:
    asked: list[tuple[Any, bool]] = []
    table.sort_requested.connect(lambda: asked.append((table.sort, table.descending)))
    for section in (1, 1, 2, 0):
        table.horizontalHeader().sectionClicked.emit(section)
    assert asked == [("number", False), ("number", True), ("name", False)]
    assert list(table._model.ids[:3]) == [1, 2, 3]


def test_another_order_begins_at_the_top_and_a_change_stays_where_it_is(table: RecordTable) -> None:
    bar = table.verticalScrollBar()
    last = array("q", [*range(50, 101), *range(1, 50)])
    table._model.begin(last[:40], {}, whole=False)
    table._model.apply_order(last)
    bar.setValue(0)
    table._model.begin(array("q", range(1, 101)), {}, whole=True)
    assert bar.value() > 0, "what stood on top still does"
    table.horizontalHeader().sectionClicked.emit(1)
    table._model.begin(last, {}, whole=True)
    assert bar.value() == 0
    bar.setValue(300)
    table._model.apply_order(last[:-1])
    assert bar.value() == 300


def test_columns_stay_as_the_person_left_them(
    table: RecordTable, model: RecordTableModel, preferences: Preferences, qtbot: QtBot
) -> None:
    table.horizontalHeader().moveSection(0, 1)
    table.horizontalHeader().resizeSection(1, 140)
    table.show_column(2, False)
    table.horizontalHeader().sectionClicked.emit(1)
    again = RecordTable(model, "things", preferences, sort="name")
    qtbot.addWidget(again)
    header = again.horizontalHeader()
    assert [header.logicalIndex(n) for n in range(3)] == [1, 0, 2]
    assert header.sectionSize(1) == 140
    assert again.isColumnHidden(2)
    assert (again.sort, again.descending) == ("number", False)
    again.show_column(0, False)
    again.show_column(1, False)
    assert not again.isColumnHidden(1), "the last column stays"
    again.reset_columns()
    assert [header.logicalIndex(n) for n in range(3)] == [0, 1, 2]
    assert header.hiddenSectionCount() == 0


@pytest.mark.parametrize("kept", ["{", "[]", '{"order": ["gone", "odd"], "widths": {"gone": 5}, "sort": "odd"}'])
def test_columns_that_cannot_be_understood_are_as_at_first(model: RecordTableModel, qtbot: QtBot, kept: str) -> None:
    made = RecordTable(model, "things", Preferences(geometry={"table-things": kept}), sort="name")
    qtbot.addWidget(made)
    assert made.sort == "name"
    assert made.horizontalHeader().hiddenSectionCount() == 0


def test_readers_are_told_what_a_cell_says_and_of_which_column(table: RecordTable, model: RecordTableModel) -> None:
    cell = model.index(1, 2)
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "Odd —"
    assert cell.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Odd"
    table.selectionModel().setCurrentIndex(cell, QItemSelectionModel.SelectionFlag.NoUpdate)
    assert table.selected_ids() == [2]


def test_selecting_everything_looks_at_few_rows(qtbot: QtBot, source: Source) -> None:
    class Counting(RecordTableModel):
        asked = 0

        def flags(self, index: Any) -> Qt.ItemFlag:
            self.asked += 1
            return super().flags(index)

    model = Counting(COLUMNS, source)
    model.apply_order(array("q", range(1, 20_001)))
    table = RecordTable(model, "things", Preferences(), sort="name")
    qtbot.addWidget(table)
    with qtbot.waitExposed(table):
        table.show()
    table.selectAll()
    table.repaint()
    QApplication.processEvents()
    assert len(table.selected_ids()) == 20_000
    assert model.asked < 1000
