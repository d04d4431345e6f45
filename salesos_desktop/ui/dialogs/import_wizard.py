"""The import: choose a file, map its columns, decide what is open, try it, and take it in, with one undo."""

from __future__ import annotations

import threading
from itertools import islice
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...domain.text import fold
from ...errors import UserError
from ...i18n import tr
from ...services import board as lists
from ...services import custom_fields
from ...services.transfer import importing, results, templates
from ...services.transfer.importing import Plan
from ...services.transfer.links import match_stage, near_names
from ...services.transfer.reading import Row
from ...services.transfer.results import Result
from ...services.workspace import Workspace
from ..parts import Elided, button, label
from ..session import Session
from .import_pages import ColumnsPage, FilePage, MatchesPage, ResultPage

_SAMPLE = 30
_TABLE_OF = {"company": "company", "owner": "person", "product": "product", "contact": "contact", "source": "source"}


class ImportWizard(QDialog):
    """Four steps in one window: file, columns, matches, result.

    Signals:
        finished_import(result): something went in.
    """

    finished_import = Signal(object)
    _progressed = Signal(object, object)

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Import"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(860, 640)
        self._session = session
        self.plan: Plan | None = None
        self.result: Result | None = None
        self._cancel = threading.Event()
        self._busy = False
        self._title = label(tr("Import"), "title")
        self._file = Elided("", "muted")
        self._stack = QStackedWidget()
        self._problem = label("", "error", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.file, self.columns = FilePage(), ColumnsPage(session)
        self.matches, self.results = MatchesPage(), ResultPage()
        self.file.file_wanted.connect(self._on_choose)
        self.file.template_wanted.connect(self._on_template)
        self.columns.reading_chosen.connect(self._on_reading_chosen)
        self._build()
        self._progressed.connect(self._on_progressed)
        self._show_step(0)

    # Building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        for page in (self.file, self.columns, self.matches, self.results):
            self._stack.addWidget(page)
        self._back = button(tr("Back"), self._on_back)
        self._cancel_button = button(tr("Cancel"), self.reject)
        self._save_bad = button(tr("Save the bad rows…"), self._on_save_bad)
        self._next = button(tr("Next"), self.go_on, "primary")
        self._skip = button(tr("Import the good rows"), lambda: self._run(stop=False, dry=False))
        buttons = QHBoxLayout()
        buttons.addWidget(self._back)
        buttons.addWidget(self._save_bad)
        buttons.addStretch(1)
        for made in (self._cancel_button, self._skip, self._next):
            buttons.addWidget(made)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        layout.addWidget(self._title)
        layout.addWidget(self._file)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._problem)
        layout.addWidget(self._bar)
        layout.addLayout(buttons)
        self._bar.hide()
        self._problem.hide()

    # Steps --------------------------------------------------------------------------------------------------------

    def _show_step(self, step: int) -> None:
        self._stack.setCurrentIndex(step)
        self._problem.hide()
        done = self.result is not None and self.result.kept
        bad = self.result is not None and bool(self.result.failed)
        self._back.setVisible(step > 0 and not done)
        self._next.setVisible(step > 0)
        self._save_bad.setVisible(step == 3 and bad)
        self._skip.setVisible(
            step == 3 and bad and not done and self.result is not None and self.result.created + self.result.updated > 0
        )
        texts = {1: tr("Next"), 2: tr("Try it"), 3: tr("Close") if done else tr("Import")}
        self._next.setText(texts.get(step, ""))
        self._next.setEnabled(step != 3 or done or not bad)
        self._cancel_button.setVisible(not done)

    def _on_back(self) -> None:
        self.result = None
        self._show_step(max(0, self._stack.currentIndex() - 1))

    def go_on(self) -> None:
        """The main button: to the next step, or the import itself."""
        step = self._stack.currentIndex()
        if step == 1:
            self._read()
        elif step == 2:
            self._run(stop=False, dry=True)
        elif self.result is not None and self.result.kept:
            self.accept()
        else:
            self._run(stop=True, dry=False)

    def _on_choose(self) -> None:
        kinds = tr("Tables (*.csv *.tsv *.txt);;All files (*)")
        found, _ = QFileDialog.getOpenFileName(self, tr("Choose a file"), str(Path.home()), kinds)
        if found:
            self.open_file(Path(found))

    def _on_template(self, kind: str) -> None:
        start = str(Path.home() / templates.file_name(kind))
        found, _ = QFileDialog.getSaveFileName(self, tr("Download template"), start, "CSV (*.csv)")
        if found:
            self.write_template(kind, Path(found))

    def write_template(self, kind: str, path: Path) -> None:
        """Writes the template of a kind in the place of whatever is there."""

        def work(ws: Workspace) -> None:
            path.unlink(missing_ok=True)
            templates.write(ws, kind, path)

        self._ask(work, lambda _: self.file.written.setText(tr("Saved as {path}.").format(path=path)))

    def open_file(self, path: Path) -> None:
        """Looks at a file and goes to its columns."""
        self._ask(lambda ws: _looked(ws, path), self._on_looked)

    def _on_reading_chosen(self, encoding: str, delimiter: str) -> None:
        plan = self.plan
        assert plan is not None
        path, kind = plan.table.path, plan.kind
        self._ask(lambda ws: _looked(ws, path, kind, encoding, delimiter), self._on_looked)

    def _on_looked(self, found: tuple[Plan, list[Row]]) -> None:
        self.plan, rows = found
        self._file.show_text(self.plan.table.path.name)
        self.columns.show_plan(self.plan, rows)
        self._show_step(1)

    def _read(self) -> None:
        plan = self.plan
        assert plan is not None

        def work(ws: Workspace) -> dict[str, Any]:
            importing.analyse(plan, progress=self._tell)
            return _suggestions(ws, plan)

        self._ask(work, self._on_read)

    def _on_read(self, found: dict[str, Any]) -> None:
        assert self.plan is not None
        self.matches.show_questions(self.plan, found["near"], found["stages"], found["stage_names"])
        self._show_step(2)

    def _run(self, *, stop: bool, dry: bool) -> None:
        plan = self.plan
        assert plan is not None
        self.matches.decide(plan)
        self._ask(
            lambda ws: importing.run(ws, [plan], stop_on_error=stop, dry_run=dry, progress=self._tell),
            lambda result: self._on_run(result, dry),
        )

    def _on_run(self, result: Result, dry: bool) -> None:
        self.result = result
        self.results.show_result(result, dry)
        self._show_step(3)
        if result.kept:
            self.finished_import.emit(result)

    def _on_save_bad(self) -> None:
        plan, result = self.plan, self.result
        assert plan is not None
        assert result is not None
        name = plan.table.path.stem + "-" + tr("bad rows").replace(" ", "-") + ".csv"
        found, _ = QFileDialog.getSaveFileName(self, tr("Save the bad rows"), str(Path.home() / name), "CSV (*.csv)")
        if found:
            path = Path(found)
            path.unlink(missing_ok=True)
            self._ask(lambda _ws: results.save_bad_rows([plan.table], result, path), lambda _: self._show_step(3))

    # Working ------------------------------------------------------------------------------------------------------

    def _ask(self, work: Any, done: Any) -> None:
        self._busy = True
        self._cancel.clear()
        self._problem.hide()
        self._bar.setRange(0, 0)
        self._bar.show()
        self._next.setEnabled(False)
        self._back.setEnabled(False)

        def finished(result: Any) -> None:
            self._rest()
            done(result)

        self._session.ask(work, done=finished, failed=self._on_failed)

    def _rest(self) -> None:
        self._busy = False
        self._bar.hide()
        self._next.setEnabled(True)
        self._back.setEnabled(True)

    def _on_failed(self, error: Exception) -> None:
        self._rest()
        if isinstance(error, importing.Cancelled):
            return
        if not isinstance(error, UserError):
            raise error
        self._problem.setText(f"{error.title} {error.message}")
        self._problem.show()

    def _tell(self, done: int, total: int) -> None:
        """Called on the worker: tells the bar, and stops when the person cancelled."""
        if self._cancel.is_set():
            raise importing.Cancelled
        self._progressed.emit(done, total)

    def _on_progressed(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def reject(self) -> None:
        """Cancel: stops what is running, or closes."""
        if self._busy:
            self._cancel.set()
        else:
            super().reject()


def _looked(
    ws: Workspace, path: Path, kind: str | None = None, encoding: str | None = None, delimiter: str | None = None
) -> tuple[Plan, list[Row]]:
    plan = importing.plan(path, kind=kind, encoding=encoding, delimiter=delimiter, own=custom_fields.fields(ws))
    return plan, list(islice(plan.table.rows(), _SAMPLE))


def _suggestions(ws: Workspace, plan: Plan) -> dict[str, Any]:
    """Names that look like existing ones, and stages with what they match."""
    near: dict[str, list[str]] = {}
    for field, table in _TABLE_OF.items():
        values = plan.distinct.get(field, {})
        if values and len(values) < 2000:
            names = [named.name for named in lists.names(ws, table)]
            known = {fold(name) for name in names}
            for value in values:
                if fold(value) not in known:
                    found = near_names(names, value)
                    if found:
                        near[value] = found
    stages = [stage for pipeline in lists.pipelines(ws) for stage in lists.stages(ws, pipeline.id)]
    matches = {}
    for value in list(plan.distinct.get("stage", {}))[:60]:
        match = match_stage(value, stages)
        matches[value] = match.name if match else None
    return {"near": near, "stages": matches, "stage_names": list(dict.fromkeys(stage.name for stage in stages))}
