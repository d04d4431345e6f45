"""The Products tab of a deal: its lines, and whether its value follows them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QScrollArea, QVBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...errors import Conflict, InvalidInput, UserError
from ...i18n import money, tr
from ...services import lines as service
from ...services import products
from ...services.lines import Lines
from ...services.products import Product
from ...services.workspace import Workspace
from ..lines import LinesEditor
from ..session import Session


class ProductsPane(QWidget):
    """The lines of one deal, written as each field is left.

    Signals:
        counted(count): how many lines there are.
    """

    counted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._deal_id = session, 0
        self._shown: Lines | None = None
        self.editor = LinesEditor()
        self.editor.edited.connect(self._write)
        self.follows = QCheckBox(tr("The value of the deal follows its lines"))
        self.follows.toggled.connect(lambda _: self._write())
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(12)
        column.addWidget(self.editor)
        column.addWidget(self.follows)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(holder)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(area)
        session.changed.connect(self._on_changed)

    def show_row(self, deal_id: int) -> None:
        """Shows the lines of another deal."""
        if deal_id != self._deal_id:
            self._shown = None
        self._deal_id = deal_id
        self._ask()

    def _ask(self) -> None:
        if self._deal_id:
            deal_id = self._deal_id
            self._session.ask(_read, deal_id, done=lambda found: self._show(deal_id, *found))

    def _show(self, deal_id: int, lines: Lines | None, catalogue: list[Product]) -> None:
        if deal_id != self._deal_id or lines is None:
            return
        self.editor.set_catalogue(catalogue, lines.currency)
        if lines != self._shown:
            self._shown = lines
            self.editor.show_lines(lines.lines)
            with QSignalBlocker(self.follows):
                self.follows.setChecked(lines.follows)
        self.counted.emit(len(lines.lines))

    def _write(self) -> None:
        if self._shown is None:
            return
        try:
            lines = self.editor.lines()
        except InvalidInput as error:
            self.editor.show_problem(error)
            return
        follows = self.follows.isChecked()
        before, self._shown = self._shown, Lines(tuple(lines), follows, self._shown.currency)
        if before != self._shown:
            deal_id = self._deal_id
            self._session.ask(
                service.set_lines, deal_id, lines, follows, expect=before,
                failed=lambda error: self._on_failed(deal_id, before, error),
                draft=money(self._shown.total, self._shown.currency),
            )  # fmt: skip

    def _on_failed(self, deal_id: int, before: Lines, error: Exception) -> None:
        if deal_id == self._deal_id:
            self._shown = before
        if isinstance(error, Conflict):
            self._shown = None
            self._ask()
        if isinstance(error, InvalidInput):
            self.editor.show_problem(error)
        elif isinstance(error, UserError):
            self._session.problem.emit(error)
        else:
            raise error

    def _on_changed(self, changes: ChangeSet) -> None:
        about = any(change.row_id == self._deal_id for change in changes.of("opportunity"))
        if about or changes.bulk or changes.tables & {"opportunity_line", "product", "product_price"}:
            self._ask()


def _read(ws: Workspace, deal_id: int) -> tuple[Lines | None, list[Product]]:
    """The lines, None when the deal has gone meanwhile; the pane itself tells of that."""
    try:
        found: Any = service.lines_of(ws, deal_id)
    except UserError:
        found = None
    return found, products.listing(ws)
