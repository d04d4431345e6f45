"""The parts of the forecast page: the months, what changed, and how right it was."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...domain.outlook import Scope
from ...i18n import tr
from ..deals import DealActions
from ..session import Session
from ..tabs import FittingTabs


class ForecastTabs(FittingTabs):
    """``months`` is there at once, the others are made when they are first shown: ``changes`` and ``accuracy``, None before.

    Signals:
        months_shown(bool): whether the months are the part that is shown.
    """

    months_shown = Signal(object)

    def __init__(self, session: Session, actions: DealActions, months: QWidget) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self._session, self._actions = session, actions
        self._scope = Scope()
        self._holders = [QWidget(), QWidget()]
        self._made: dict[int, Any] = {}
        self.add(months, tr("Months"))
        for holder, title in zip(self._holders, (tr("What changed"), tr("Accuracy")), strict=True):
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            self.add(holder, title)
        self.currentChanged.connect(self._on_shown)

    @property
    def changes(self) -> Any:
        """What changed."""
        return self._made.get(1)

    @property
    def accuracy(self) -> Any:
        """How right it was."""
        return self._made.get(2)

    def show_scope(self, scope: Scope) -> None:
        """Whose deals the parts tell of."""
        self._scope = scope
        for made in self._made.values():
            made.show_scope(scope)

    def _on_shown(self, place: int) -> None:
        if place > 0 and place not in self._made:
            made = self._make(place)
            made.show_scope(self._scope)
            self._made[place] = made
            self._holders[place - 1].layout().addWidget(made)
        self.months_shown.emit(place == 0)

    def _make(self, place: int) -> Any:
        # With them come the charts, which nobody pays for who does not look at them.
        if place == 1:
            from .changes_view import ChangesView

            return ChangesView(self._session, self._actions.open_requested.emit)
        from .backtest_view import BacktestView

        return BacktestView(self._session, self._actions)
