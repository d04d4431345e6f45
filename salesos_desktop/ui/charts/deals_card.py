"""The deals behind a bar of the forecast, whose value, date and category are edited where they stand."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from ...domain.deal_rows import DealRow
from ...domain.filters import DealFilter
from ...domain.forecast import NO_DATE, OVERDUE
from ...domain.periods import month_of
from ...domain.stages import StageKind
from ...i18n import number, tr
from ...services import board as lists
from ...services import deal_table
from ...services.workspace import Workspace
from ..deals import DealActions
from ..opportunities.columns import editable_columns
from ..opportunities.small_table import SmallDealTable
from ..parts import Elided, label
from ..session import Session
from . import figures

_MOST = 500


class DealsCard(QFrame):
    """``table`` has the deals that were listed last; ``gone`` says where one has gone that was edited out of the list.

    Signals:
        opened(id): one was chosen.
    """

    opened = Signal(object)

    def __init__(self, session: Session, actions: DealActions) -> None:
        super().__init__()
        self._session = session
        self._title = ""
        self._job: Any = None
        self._edited = 0
        self.setProperty("role", "card")
        self.title, self.gone = label("", "heading"), Elided("", "small")
        self.gone.hide()
        columns = editable_columns(session)
        self.table = SmallDealTable(session, actions, columns, name="forecast-deals", title=tr("Deals"))
        self.table.opened.connect(self.opened)
        self.table.editing.written.connect(self._on_written)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.gone)
        column.addWidget(self.table, 1)

    def ask(self, title: str, where: DealFilter, stage_ids: list[int]) -> None:
        """Lists the deals that match, in some stages."""
        if title != self._title:
            self._title = title
            self._tell("")
        if self._job is not None:
            self._job.cancel()
        self._job = self._session.ask(_listed, where, stage_ids, done=self._on_listed)

    def _on_listed(self, rows: list[DealRow]) -> None:
        self._job = None
        more = "+" if len(rows) == _MOST else ""
        self.title.setText(tr("Deals: {what}").format(what=self._title) + f"  ({number(len(rows))}{more})")
        self.table.show_deals((row.id for row in rows), {row.id: row for row in rows})
        self._look_for_edited()

    def _on_written(self, deal_id: int) -> None:
        self._edited = deal_id
        self._tell("")
        if self._job is None:
            self._look_for_edited()

    def _look_for_edited(self) -> None:
        """Says where the deal is that was edited last, once it is no longer in the list."""
        edited, self._edited = self._edited, 0
        if edited and self.table.deals.row_of(edited) < 0:
            self._session.ask(deal_table.fetch, [edited], done=lambda found: self._on_found(found.get(edited)))

    def _on_found(self, row: DealRow | None) -> None:
        if row is None:
            return
        today = self._session.today
        bucket = NO_DATE if row.day is None else month_of(row.day)
        if row.kind is StageKind.OPEN and row.day is not None and row.day < today:
            bucket = OVERDUE
        place = figures.bucket_name(bucket, today, full=True)
        self._tell(tr("“{name}” has gone to: {place}").replace("{place}", place).replace("{name}", row.name))

    def _tell(self, text: str) -> None:
        self.gone.show_text(text)
        self.gone.setVisible(bool(text))


def _listed(ws: Workspace, where: DealFilter, stage_ids: list[int]) -> list[DealRow]:
    """The first _MOST of them, in the order of the board."""
    ids = [card.id for card in lists.listed(ws, where, stage_ids=stage_ids, limit=_MOST)]
    found = deal_table.fetch(ws, ids)
    return [found[each] for each in ids if each in found]
