"""The parts of the forecast page: the months, what changed, how right it was, and what if."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...domain.outlook import Scope
from ...i18n import tr
from ...services.outlook.targets import EVERYBODY, Whose
from ..deals import DealActions
from ..session import Session
from ..tabs import FittingTabs

_WHAT_IF = 3


class ForecastTabs(FittingTabs):
    """``months`` is there at once, the others are made when they are first shown: ``changes``, ``accuracy`` and ``what_if``,
    None before.

    Signals:
        months_shown(bool): whether the months are the part that is shown.
    """

    months_shown = Signal(object)

    def __init__(self, session: Session, actions: DealActions, months: QWidget) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self._session, self._actions = session, actions
        self._scope = Scope()
        self._whose: Whose | None = EVERYBODY
        self._holders = [QWidget(), QWidget(), QWidget()]
        self._made: dict[int, Any] = {}
        self.add(months, tr("Months"))
        for holder, title in zip(self._holders, (tr("What changed"), tr("Accuracy"), tr("What if")), strict=True):
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

    @property
    def what_if(self) -> Any:
        """What if."""
        return self._made.get(_WHAT_IF)

    def show_scope(self, scope: Scope, whose: Whose | None) -> None:
        """Whose deals the parts tell of, and whose target that is (None: nobody's)."""
        self._scope, self._whose = scope, whose
        for made in self._made.values():
            self._tell(made)

    def _tell(self, made: Any) -> None:
        if made is self.what_if:
            made.choose(self._scope, self._whose)
        else:
            made.show_scope(self._scope)

    def _on_shown(self, place: int) -> None:
        if place > 0 and place not in self._made:
            made = self._made[place] = self._make(place)
            self._tell(made)
            self._holders[place - 1].layout().addWidget(made)
        self.months_shown.emit(place == 0)

    def _make(self, place: int) -> Any:
        # With them come the charts, which nobody pays for who does not look at them.
        if place == 1:
            from .changes_view import ChangesView

            return ChangesView(self._session, self._actions.open_requested.emit)
        if place == _WHAT_IF:
            from .what_if import WhatIfView

            return WhatIfView(self._session, self._actions)
        from .backtest_view import BacktestView

        return BacktestView(self._session, self._actions)
