"""Who sells, and what is sold, in the months of the forecast that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout

from ...domain.forecast import Totals
from ...domain.stages import Category
from ...i18n import N_, decimal, money, number, tr
from ...services.deal_words import CATEGORIES
from ...services.lines import Won
from ..board.figure_texts import round_units
from ..choices import add_group
from ..models.tables import TextTableModel, figure_table
from ..parts import Elided, Pill, label
from . import breakdown_rows as rows

QUANTITY = "quantity"
"""What was won of each product, in pieces: from the lines of deals, not from the forecast."""
_BY = {**rows.BY, QUANTITY: N_("Won by product")}
NAMES = {
    "owner": N_("Owner"), "team": N_("Team"), "pipeline": N_("Pipeline"), "product": N_("Product"), "source": N_("Source"),
    "month": N_("Month"), "quarter": N_("Quarter"),
}  # fmt: skip
_SHOWN = {"figures": N_("Figures"), "categories": N_("Categories")}
_ORDER = (Category.PIPELINE, Category.BEST_CASE, Category.COMMIT, Category.CLOSED, Category.OMITTED)


class Breakdown(QFrame):
    """A table of the months shown; ``by`` is what it is parted by (NAMES), ``columns`` figures or categories.

    Signals:
        chosen(): it is parted by something else.
    """

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.by, self.columns = "owner", "figures"
        self._found: list[rows.Part] = []
        self._said: dict[tuple[Totals, str], list[str]] = {}
        self._currency = ""
        self.model = TextTableModel([], frozenset(), self)
        self.pills = {"by": Pill(), "columns": Pill()}
        for name, pill in self.pills.items():
            menu = QMenu(pill)
            menu.aboutToShow.connect(lambda menu=menu, name=name: self._fill(name, menu))
            pill.setMenu(menu)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Elided(tr("In the months shown"), "heading"), 1)
        for pill in self.pills.values():
            head.addWidget(pill)
        self.table = figure_table(self.model, tr("In the months shown"))
        self.said = label("", "muted", wrap=True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.said.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.said, 1)
        column.addWidget(self.table, 1)
        self._show_pills()

    @property
    def found(self) -> list[rows.Part]:
        """Its rows."""
        return self._found

    def choose(self, by: str) -> None:
        """Parts it by another of BY, or shows QUANTITY."""
        self.by = by
        self._found = []
        self._show_pills()
        self.model.show_table([], frozenset(), [])
        self.chosen.emit()

    def choose_columns(self, columns: str) -> None:
        """``figures`` or ``categories``."""
        self.columns = columns
        self._show_pills()
        self._show()

    def show_parts(self, found: list[rows.Part], currency: str) -> None:
        """Rows of the forecast."""
        self._found, self._currency = found, currency
        self._show()

    def show_products(self, found: Sequence[Won] | None) -> None:
        """What was won of each product, in each currency; None for a past day, of which the lines of deals are not kept."""
        if self.by != QUANTITY:
            return
        listed = []
        for won in found or ():
            amounts = " + ".join(money(amount, code) for code, amount in sorted(won.value.items()))
            listed.append((won.product_id, [won.product, decimal(Decimal(won.quantity) / 1000), amounts]))
        self._put([tr("Product"), tr("Quantity"), tr("Won")], listed)
        if found is None:
            self._say(tr("What was won of each product is not kept for past days. Go back to today to see it."))

    def _show(self) -> None:
        if self.by == QUANTITY:
            return
        if self.columns == "categories":
            names = [tr(CATEGORIES[each]) for each in _ORDER]
        else:
            names = [tr("Won"), tr("Weighted"), tr("Best case"), tr("Committed"), tr("Still open")]
        listed = [(part, self._texts(part)) for part in self._found]
        if self.columns == "figures":
            self._said = {(part.totals, self._currency): texts for part, texts in listed}
        self._put([tr(NAMES[self.by]), *names], [(part.key, [part.name, *texts]) for part, texts in listed])

    def _texts(self, part: rows.Part) -> list[str]:
        if self.columns == "categories":
            found = part.categories
            sums = [found.get(each) for each in _ORDER]
            return ["—" if each is None else self._money(each.value) for each in sums]
        totals = part.totals
        amounts = (totals.won, totals.weighted, totals.best_case, totals.committed)
        # Most parts are as they were: their texts cost more than their figures.
        said = self._said.get((totals, self._currency))
        return said if said is not None else [*(self._money(each) for each in amounts), number(totals.count)]

    def _money(self, minor: int) -> str:
        return money(round_units(minor, self._currency), self._currency)

    def _say(self, text: str) -> None:
        """Words in the place of the table; empty for the table."""
        self.said.setText(text)
        self.said.setVisible(bool(text))
        self.table.setVisible(not text)

    def _put(self, headers: list[str], listed: list[tuple[Any, list[str]]]) -> None:
        self._say("")
        if [self.model.headerData(n, Qt.Orientation.Horizontal) for n in range(self.model.columnCount())] == headers:
            self.model.show_rows(listed)
        else:
            self.model.show_table(headers, frozenset(range(1, len(headers))), listed)

    def _fill(self, name: str, menu: QMenu) -> None:
        menu.clear()
        if name == "by":
            add_group(menu, [(tr(text), by, by == self.by) for by, text in _BY.items()], self.choose)
        else:
            shown = [(tr(text), each, each == self.columns) for each, text in _SHOWN.items()]
            add_group(menu, shown, self.choose_columns)

    def _show_pills(self) -> None:
        self.pills["by"].show_choice(tr(_BY[self.by]), self.by != "owner")
        self.pills["columns"].show_choice(tr(_SHOWN[self.columns]), self.columns != "figures")
        self.pills["columns"].setVisible(self.by != QUANTITY)
