"""The key figures above the board: what is open and weighted, what this quarter has won."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent

from ...domain.periods import months_between, quarter_range
from ...domain.stages import StageKind
from ...i18n import money, number, tr
from ..key_figures import KeyFigure, KeyFigureStrip
from ..models.board import BoardModel, StageFigures
from ..models.forecast import ForecastModel
from ..session import Session
from .figure_texts import money_texts, round_units
from .filter_bar import FilterBar

_FRAME_MS = 16


class BoardStrip(KeyFigureStrip):
    """Follows the board's figures; several signals of one change show it once, after the cards are painted."""

    def __init__(self, session: Session, model: BoardModel, bar: FilterBar, forecast: ForecastModel) -> None:
        super().__init__()
        self._session, self._model, self._bar, self._forecast = session, model, bar, forecast
        self._stale = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_FRAME_MS)
        self._soon.timeout.connect(self.refresh)

    def refresh_soon(self) -> None:
        """Shows the figures in the next frame, or once the board is shown."""
        if self.isVisible():
            self._soon.start()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Catches up with what changed meanwhile."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Shows the figures as they are now."""
        self._soon.stop()
        self._stale = False
        open_ = StageFigures()
        for slot in self._model.slots.values():
            if slot.kind is StageKind.OPEN:
                open_.gather(self._model.figures_of(column=slot.key))
        total, weighted = money_texts(open_)
        self.show_figures(
            [
                KeyFigure(tr("Open pipeline"), total),
                KeyFigure(tr("Weighted forecast"), weighted, *self._today_change()),
                *self._won_figure(),
                KeyFigure(tr("Open deals"), number(open_.count)),
            ]
        )

    def _won_figure(self) -> list[KeyFigure]:
        """Won this quarter, where the filter is one that the forecast's sums can answer."""
        where = self._bar.where
        if where.words or where.value_from is not None or where.value_to is not None:
            return []
        return [KeyFigure(tr("Won this quarter"), self._won_this_quarter())]

    def _today_change(self) -> tuple[str, bool | None]:
        """By how much today has moved the weighted forecast; only where the whole of it is shown."""
        changes = self._forecast.today_change
        if not changes or self._bar.narrowed or len(self._model.pipelines) > 1:
            return "", None
        currency = self._session.workspace.currency
        amount = round_units((changes.get(currency, 0) + 50) // 100, currency)
        if not amount:
            return "", None
        sign = "▲" if amount > 0 else "▼"
        return tr("{sign} {amount} today").format(sign=sign, amount=money(abs(amount), currency)), amount > 0

    def _won_this_quarter(self) -> str:
        cube = self._forecast.cube
        if cube is None:
            return "…"
        first, after = quarter_range(self._session.today)
        months = months_between(f"{first:%Y-%m}", f"{after:%Y-%m}")[:-1]
        owner = self._bar.where.owner_id
        pipeline = self._model.pipeline_id
        sums = {c: cube.totals(c, months, owner, pipeline).won for c in sorted(cube.currencies())}
        found = [money(amount, currency) for currency, amount in sums.items() if amount]
        return " + ".join(found) or money(0, self._session.workspace.currency)
