"""Deals in danger on a card of the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...domain.sheets import Amount, Column, Kind, Sheet, Value
from ...i18n import tr
from ...services.endangered import Found
from ..home.reasons import reasons_of
from ..session import Session
from ..wheel import wheel_to_page
from .body import FigureBody, View
from .danger import DangerList, show_danger

if TYPE_CHECKING:
    from ..main_window import MainWindow

_HEIGHT = 300


class DangerFigure(FigureBody):
    """The list; its button works through it over the whole page."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__()
        self._session, self._window = session, window
        self.list = _Told(session, window.actions_, self)
        self.list.work_requested.connect(self._work)
        wheel_to_page(self.list.body.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)

    def sizeHint(self) -> QSize:
        """Some rows, the others scroll."""
        return QSize(400, _HEIGHT)

    def show_view(self, view: View) -> None:
        """Whose deals; they are in danger now, whatever days are shown."""
        self.list.show_scope(view.scope)

    def wake(self) -> None:
        """Catches up, also while its table is shown."""
        self.list.wake()

    def sheet(self) -> Sheet:
        """The gravest deals, each with all of its reasons."""
        columns = [
            Column(tr("Deal")), Column(tr("Company")), Column(tr("Owner")), Column(tr("Stage")), Column(tr("Why")),
            Column(tr("Close date"), Kind.DATE), Column(tr("Value"), Kind.MONEY),
            Column(tr("Amount at risk"), Kind.MONEY, self._session.workspace.currency),
        ]  # fmt: skip
        found, rows = self.list.found, list[tuple[Value, ...]]()
        for deal in found.deals if found is not None else ():
            value = None if deal.value is None else Amount(deal.value, deal.currency)
            owner, at_risk = found.rows[deal.id].owner, found.at_stake.get(deal.id)
            reasons = " · ".join(reasons_of(deal))
            rows.append((deal.name, deal.company, owner, deal.stage, reasons, deal.expected_close, value, at_risk))
        return Sheet(tr("Deals in danger"), columns, rows)

    def on_paper(self) -> QWidget | None:
        """On paper it is its table."""
        return None

    def open_row(self, row: int) -> None:
        """Shows a deal beside the page."""
        if self.list.found is not None:
            self._window.open_deal(self.list.found.deals[row].id)

    def _work(self) -> None:
        page = self._window.dashboard
        shown = show_danger(page, self._session, self._window.actions_, page.view.scope)
        shown.follow(page.filters.chosen, lambda: page.view.scope)
        shown.work_through()


class _Told(DangerList):
    """Keeps what it shows, and tells."""

    def __init__(self, session: Session, actions: Any, figure: DangerFigure) -> None:
        super().__init__(session, actions)
        self.found: Found | None = None
        self._figure = figure

    @property
    def seen(self) -> bool:
        """Also while its table is shown in its place."""
        return self._figure.seen

    def show_found(self, found: Any) -> None:
        """Shows what the service found."""
        self.found = found
        super().show_found(found)
        self._figure.told.emit()
