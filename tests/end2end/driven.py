"""The program with somebody at its mouse: ``python -m tests.end2end.driven ADDRESS`` opens the window as the program does.

It takes commands from standard input, a list in JSON a line; each is answered by a line of JSON."""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from salesos_desktop import cli
from salesos_desktop.ui.board.column_view import ColumnView
from salesos_desktop.ui.drafts_bar import DraftsBar
from salesos_desktop.ui.line_banner import LineBanner
from salesos_desktop.ui.main_window import MainWindow

from .compared import board_of, forecast_of, ranking_of

_LEFT = Qt.MouseButton.LeftButton


class Hands(QObject):
    """Does what is asked, on the window's thread; a drag has a loop of its own, which goes on between two commands."""

    _asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._asked.connect(self._answer)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self._asked.emit(json.loads(line))

    def _answer(self, words: list[Any]) -> None:
        name, *rest = words
        print(json.dumps(getattr(self, name)(*rest)), flush=True)

    @property
    def _window(self) -> MainWindow | None:
        return next((each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)), None)

    def state(self) -> dict[str, Any]:
        """What the window shows; nothing while it is not there yet."""
        window = self._window
        if window is None or not window.board.model.columns or window.forecast_model.cube is None:
            return {}
        model, ranking = window.board.model, window.__dict__.get("ranking")
        banner, drafts = window.findChild(LineBanner), window.findChild(DraftsBar)
        return {
            "board": board_of(
                model.stages.values(), {key: list(column.ids) for key, column in model.columns.items()},
                {stage.id: model.figures_of(column=stage.id).by_currency for stage in model.stages.values()},
                model.cards.get,
            ),
            "forecast": forecast_of(window.forecast_model.cube),
            "ranking": ranking_of(ranking and ranking.found),
            "banner": banner.isVisible(),
            "drafts": drafts.accessibleName() if drafts.isVisible() else "",
            "messages": window.messages.accessibleName() if window.messages.isVisible() else "",
            "held": any(view.lifted_ids for view in window.board.grid.views()),
            "idle": window.session.idle,
        }  # fmt: skip

    def show(self, page: str) -> None:
        """Opens a page of a window of the usual size."""
        assert self._window is not None
        self._window.resize(1440, 900)
        self._window.show_page(page)

    def lift(self, deal_id: int, stage_id: int) -> None:
        """Takes a card with the mouse and holds it over a column."""
        QTimer.singleShot(0, self, lambda: self._drag(deal_id, stage_id))

    def drop(self, stage_id: int) -> None:
        """Lets go of it over a column."""
        end = self._target(stage_id)
        QTest.mouseRelease(self._handle(), _LEFT, Qt.KeyboardModifier.NoModifier, end)

    def confirm(self) -> bool:
        """The main button of the dialog that is open; whether there is one."""
        dialog = QApplication.activeModalWidget()
        found = [] if dialog is None else [each for each in dialog.findChildren(QPushButton) if each.isDefault()]
        if found:
            QTest.mouseClick(found[0], _LEFT)
        return bool(found)

    def _drag(self, deal_id: int, stage_id: int) -> None:
        # What came or went above the columns has moved them.
        QApplication.processEvents()
        view = next(view for view in self._views() if view.column_model.row_of(deal_id) >= 0)
        index = view.column_model.index(view.column_model.row_of(deal_id), 0)
        view.scrollTo(index)
        start, end = self._place(view, view.visualRect(index).center()), self._target(stage_id)
        handle, far = self._handle(), QApplication.startDragDistance() + 1
        QTest.mousePress(handle, _LEFT, Qt.KeyboardModifier.NoModifier, start)
        QTimer.singleShot(0, self, lambda: QTest.mouseMove(handle, end))
        # With this the drag begins, which takes until the drop.
        QTest.mouseMove(handle, start + QPoint(far, 0))
        QTest.mouseMove(handle, start + QPoint(2 * far, 0))

    def _handle(self) -> Any:
        assert self._window is not None
        return self._window.windowHandle()

    def _views(self) -> list[ColumnView]:
        assert self._window is not None
        return self._window.board.grid.views()

    def _target(self, stage_id: int) -> QPoint:
        assert self._window is not None
        frame = next(each for each in self._window.board.grid.frames if each.cell == stage_id)
        return frame.mapTo(self._window, frame.rect().center())

    def _place(self, view: ColumnView, point: QPoint) -> QPoint:
        assert self._window is not None
        return view.viewport().mapTo(self._window, point)


if __name__ == "__main__":
    hands = Hands()
    sys.exit(cli.main(["--workspace", sys.argv[1]]))
