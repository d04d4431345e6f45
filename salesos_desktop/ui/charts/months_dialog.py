"""From which month to which the forecast is shown."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ...domain.periods import month_of, months_between
from ...errors import InvalidInput
from ...i18n import number, tr
from ..dates import MonthEdit
from ..dialogs.base import FormDialog
from . import figures


class MonthsDialog(FormDialog):
    """Asks two months; of the days only their month counts.

    Signals:
        chosen(period): as figures.View has it.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None, first: date, last: date) -> None:
        super().__init__(parent, tr("Choose months"), tr("Whole months, the first and the last included."))
        self.first, self.last = MonthEdit(first), MonthEdit(last)
        self.add_row(
            self.add_field("first", tr("From"), self.first), self.add_field("last", tr("Until"), self.last)
        )  # fmt: skip
        self.add_buttons(tr("Show"), self._show)

    def _show(self) -> None:
        first, last = (month_of(edit.taken()) for edit in (self.first, self.last))
        if last < first:
            raise InvalidInput("last", tr("The last month is before the first."), tr("Choose a later one."))
        if len(months_between(first, last)) > figures.MOST_MONTHS:
            cure = tr("Choose at most {count}.").format(count=number(figures.MOST_MONTHS))
            raise InvalidInput("last", tr("These are too many months for one chart."), cure)
        self.chosen.emit(f"{first}..{last}")
        self.accept()
