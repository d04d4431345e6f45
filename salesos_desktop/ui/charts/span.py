"""Between which two days, and of which period, the changes are told."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from ...domain.outlook import Period, period_of
from ...domain.periods import quarter_range
from ...i18n import N_, tr
from ..choices import add_group
from ..flow import FlowLayout
from ..parts import Pill
from ..two_days import TwoDays

QUICK = {
    "day": N_("Since yesterday"),
    "week": N_("Since a week ago"),
    "month": N_("Since a month ago"),
    "quarter": N_("Since the quarter began"),
}
PERIODS = {
    "month": N_("Closing this month"),
    "quarter": N_("Closing this quarter"),
    "year": N_("Closing this year"),
    "all": N_("Closing whenever"),
}
_DAYS = {"day": 1, "week": 7, "month": 30}


class Span(QWidget):
    """``days()`` and ``period()`` as they are chosen; a quick choice moves with the day it is.

    Signals:
        changed(): something else is chosen.
    """

    changed = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today
        self.quick: str | None = "week"
        self.kind = "all"
        self.pills = {"quick": Pill(), "period": Pill()}
        for name, pill in self.pills.items():
            menu = QMenu(pill)
            menu.aboutToShow.connect(lambda menu=menu, name=name: self._fill(name, menu))
            pill.setMenu(menu)
        self.two = TwoDays(today, (tr("From the end of"), tr("To the end of")))
        self.two.chosen.connect(self._on_days)
        flow = FlowLayout(8)
        for widget in (self.pills["quick"], self.two, self.pills["period"]):
            flow.addWidget(widget)
        self.setLayout(flow)
        self.follow(today)

    def days(self) -> tuple[date, date]:
        """First and last day."""
        return self.two.days()

    def period(self) -> Period | None:
        """What closes when; None for whenever."""
        return None if self.kind == "all" else period_of(self.today, self.kind)

    def follow(self, today: date) -> None:
        """It is another day: quick choices move, and what ended today still does."""
        ends_today = self.days()[1] == self.today
        self.today = today
        first, last = self.days()
        if self.quick is not None:
            # What stood when the quarter began is what stood when the one before ended.
            eve = quarter_range(today)[0] - timedelta(days=1)
            first = eve if self.quick == "quarter" else today - timedelta(days=_DAYS[self.quick])
        self._show(first, today if self.quick is not None or ends_today else last)

    def choose(self, quick: str) -> None:
        """One of QUICK."""
        self.quick = quick
        self.follow(self.today)
        self.changed.emit()

    def choose_period(self, kind: str) -> None:
        """One of PERIODS."""
        self.kind = kind
        self.follow(self.today)
        self.changed.emit()

    def _fill(self, name: str, menu: QMenu) -> None:
        menu.clear()
        if name == "quick":
            add_group(menu, [(tr(text), key, key == self.quick) for key, text in QUICK.items()], self.choose)
        else:
            add_group(menu, [(tr(text), key, key == self.kind) for key, text in PERIODS.items()], self.choose_period)

    def _show(self, first: date, last: date) -> None:
        self.two.show_days(first, last, latest=self.today)
        self._show_pills()

    def _show_pills(self) -> None:
        quick = tr("Two days") if self.quick is None else tr(QUICK[self.quick])
        self.pills["quick"].show_choice(quick, self.quick != "week")
        self.pills["period"].show_choice(tr(PERIODS[self.kind]), self.kind != "all")

    def _on_days(self, *_days: date) -> None:
        self.quick = None
        self._show_pills()
        self.changed.emit()
