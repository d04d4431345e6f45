"""Who sells, and what is sold, in the months of the forecast that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from ...i18n import decimal, money, tr
from ...services.lines import Won
from ..models.tables import TextTableModel, text_table
from ..parts import button, label


class Breakdown(QFrame):
    """A table by owner, and one by product in its place.

    Signals:
        products_asked(): the table by product is shown now.
    """

    products_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.owners = TextTableModel(
            [tr("Owner"), tr("Won"), tr("Weighted"), tr("Best case")], frozenset({1, 2, 3}), self
        )
        self.products = TextTableModel([tr("Product"), tr("Quantity"), tr("Won")], frozenset({1, 2}), self)
        self._title = label("", "heading")
        self._toggle = button("", self.toggle, "link")
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._toggle)
        self._stack = QStackedWidget()
        self._stack.addWidget(text_table(self.owners, tr("By owner, in the months shown")))
        self._stack.addWidget(text_table(self.products, tr("Won by product, in the months shown")))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        self._show_title()

    @property
    def by_product(self) -> bool:
        """Whether the table by product is shown."""
        return self._stack.currentIndex() == 1

    def toggle(self) -> None:
        """The other table."""
        self._stack.setCurrentIndex(0 if self.by_product else 1)
        self._show_title()
        if self.by_product:
            self.products_asked.emit()

    def show_owners(self, rows: Sequence[tuple[Any, list[str]]]) -> None:
        """Rows of owner, won, weighted, best case."""
        self.owners.show_rows(list(rows))

    def show_products(self, found: Sequence[Won]) -> None:
        """What was won of each product, in each currency."""
        self.products.show_rows(
            [
                (
                    won.product_id,
                    [
                        won.product,
                        decimal(Decimal(won.quantity) / 1000),
                        " + ".join(money(amount, code) for code, amount in sorted(won.value.items())),
                    ],
                )
                for won in found
            ]
        )

    def _show_title(self) -> None:
        products = self.by_product
        self._title.setText(
            tr("Won by product, in the months shown") if products else tr("By owner, in the months shown")
        )
        self._toggle.setText(tr("By owner") if products else tr("By product"))
