"""Exports what a page shows: asks for the file, writes it beside the window's own questions, and tells when it is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from ..errors import UserError
from ..i18n import ntr, number, percent, tr
from ..services.transfer import exporting
from ..services.transfer.exporting import Selection
from .jobs import Jobs
from .notifications.toast import Toast
from .session import Session

if TYPE_CHECKING:
    from .board.page import BoardView
    from .tables.page import RecordView

_QUIET_SECONDS = 0.7
"""Shorter exports are told of only when they are done."""
_STEP_SECONDS = 0.5


class _Stopped(Exception):
    """The person stopped the export, or the window closes; nothing of it is kept."""


class Exporting(QObject):
    """The exports of one window, one after the other on a thread of their own, so that nobody waits for a long one."""

    _progressed = Signal(object, object)

    def __init__(self, session: Session, toast: Toast, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._toast, self._window = session, toast, window
        self._jobs = Jobs(self)
        self._folder = Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home()
        )
        self._stopped = self._cancelled = False
        self._title, self._begun, self._told, self._shown = "", 0.0, 0.0, False
        self._progressed.connect(self._on_progress, Qt.ConnectionType.QueuedConnection)

    @property
    def window(self) -> QWidget:
        """The window whose exports they are."""
        return self._window

    @property
    def today(self) -> date:
        """The day that files are named by."""
        return self._session.today

    def ask(self, chosen: Selection) -> None:
        """Asks where to, and exports."""
        if not self._session.may("export"):
            return
        kinds = {tr("CSV (*.csv)"): ".csv", tr("Excel (*.xlsx)"): ".xlsx"}
        found = self.target(exporting.file_name(chosen.kind, self.today), kinds, exporting.ENDINGS)
        if found is not None:
            self.start(chosen, found[0], overwrite=found[1])

    def ask_products(self) -> None:
        """Asks where the products are to go."""
        self.ask(Selection("products"))

    def target(self, name: str, kinds: Mapping[str, str], endings: Collection[str]) -> tuple[Path, bool] | None:
        """Asks for a file, and gives whether it may be replaced; the dialog itself asks that. None when there is no answer."""
        start = self._folder / name
        found, kind = QFileDialog.getSaveFileName(self._window, tr("Export"), str(start), ";;".join(kinds))
        if not found:
            return None
        target, whole = Path(found), True
        if target.suffix.lower() not in endings:
            # The dialog has not asked about this name.
            target, whole = target.with_name(target.name + kinds.get(kind, next(iter(endings)))), False
        self._folder = target.parent
        return target, whole

    def start(self, chosen: Selection, target: Path, *, overwrite: bool) -> None:
        """Exports to a file; says so in the corner."""
        workspace = self._session.workspace
        self.write(
            target, lambda: exporting.run(workspace, chosen, target, overwrite=overwrite, progress=self._progress)
        )

    def write(self, target: Path, work: Callable[[], int | None]) -> None:
        """Does what writes a file and gives how many rows it has, None where it has none; says so in the corner."""

        def begun() -> int | None:
            self._cancelled, self._begun, self._told = self._stopped, time.monotonic(), 0.0
            self._title, self._shown = tr("Exporting {file}…").format(file=target.name), False
            return work()

        self._jobs.submit(begun, lambda count: self._on_done(target, count), self._on_failed)

    def stop(self) -> None:
        """Ends what is being written, of which nothing stays."""
        self._stopped = self._cancelled = True
        self._jobs.close()

    def _progress(self, done: int, total: int) -> None:
        """On the thread of exports."""
        if self._cancelled:
            raise _Stopped
        now = time.monotonic()
        if now - self._begun > _QUIET_SECONDS and now - self._told > _STEP_SECONDS:
            self._told = now
            self._progressed.emit(done, total)

    def _on_progress(self, done: int, total: int) -> None:
        """Not again once somebody has closed the message, or another one has taken its place."""
        if not self._stopped and (
            not self._shown or (self._toast.isVisible() and self._toast.text.startswith(self._title))
        ):
            self._shown = True
            self._toast.say(self._title, percent(100 * done // total), [(tr("Cancel"), self._cancel)])

    def _cancel(self) -> None:
        self._cancelled = True

    def _on_done(self, target: Path, count: int | None) -> None:
        if self._stopped:
            return
        text = "" if count is None else ntr("{count} row", "{count} rows", count).format(count=number(count))
        folder = QUrl.fromLocalFile(str(target.parent.absolute()))
        self._toast.say(
            tr("Exported: {file}").format(file=target.name), text,
            [(tr("Open folder"), lambda: QDesktopServices.openUrl(folder))],
        )  # fmt: skip

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, _Stopped):
            if not self._stopped:
                self._toast.say(tr("Export cancelled"), tr("No file was written."), [])
        elif isinstance(error, UserError):
            self._session.problem.emit(error)
        else:
            raise error


def of_board(board: BoardView) -> list[tuple[str, Selection]]:
    """What can be exported of the board: (text, what), every stage as it is filtered and ordered."""
    bar = board.filter_bar
    return [(tr("Export…"), Selection("opportunities", bar.where, bar.sort, pipeline_id=board.model.pipeline_id))]


def of_list(kind: str, page: RecordView) -> list[tuple[str, Selection]]:
    """What can be exported of a list: all that match in its order, or the selected ones where there are several."""
    table = page.table
    every = Selection(kind, page.filter_bar.where, table.sort, table.descending)
    ids = tuple(table.selected_ids())
    if len(ids) < 2:
        return [(tr("Export…"), every)]
    selected = ntr("Export the {count} selected…", "Export the {count} selected…", len(ids))
    chosen = Selection(kind, ids=ids)
    return [(selected.format(count=number(len(ids))), chosen), (tr("Export the whole list…"), every)]
