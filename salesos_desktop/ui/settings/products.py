"""The catalogue of products."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from ...domain.money import CURRENCIES
from ...domain.opportunities import NAME_LIMIT
from ...errors import InvalidInput
from ...i18n import amount_for_edit, money, number, parse_amount, tr
from ...services import products
from ...services.products import Product
from ..dialogs.deal import choose, combo
from ..session import Session
from .records import RecordsSection


class ProductsSection(RecordsSection):
    """Name, code, series and prices; a price on a deal stays as it was agreed.

    Signals:
        export_requested(): the person wants the catalogue in a file.
    """

    export_requested = Signal()
    tables = frozenset({"product", "product_price", "opportunity_line"})
    figures = frozenset({3, 4})

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Products"), tr("Prices are taken over into a deal's lines and can be changed there."),
            [tr("Name"), tr("Code"), tr("Series"), tr("Price"), tr("Deals"), tr("State")],
            tr("There are no products yet. Add the first one."),
        )  # fmt: skip
        self.name, self.code, self.series, self.price = (QLineEdit() for _ in range(4))
        for edit in (self.name, self.code, self.series):
            edit.setMaxLength(NAME_LIMIT)
        self.currency = combo([(code, code) for code in CURRENCIES], session.workspace.currency)
        self.prices = QPlainTextEdit()
        self.prices.setTabChangesFocus(True)
        self.prices.setFixedHeight(74)
        self.prices.setPlaceholderText(tr("One a line, such as EUR 450"))
        for name, caption, editor in (
            ("name", tr("Name"), self.name), ("code", tr("Code"), self.code), ("series", tr("Series"), self.series),
            ("price", tr("Price"), self.price), ("currency", tr("Currency"), self.currency),
            ("prices", tr("Prices in other currencies"), self.prices),
        ):  # fmt: skip
            self.add_field(name, caption, editor)
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_tool("switch", tr("Switch off"), self._switch)
        self.add_tool("export", tr("Export…"), self.export_requested.emit)
        self.tools.addStretch(1)

    def reload(self, chosen: int | None) -> None:
        """Reads the catalogue."""
        self._session.ask(products.listing, done=lambda found: self.show_things(found, chosen))

    def cells(self, thing: Product) -> list[str]:
        """A row."""
        price = "—" if thing.price is None else money(thing.price, thing.currency)
        if thing.prices:
            price += " +" + number(len(thing.prices))
        return [
            thing.name,
            thing.code,
            thing.series,
            price,
            number(thing.uses),
            "" if thing.active else tr("switched off"),
        ]

    def new_title(self) -> str:
        """A new one."""
        return tr("New product")

    def fill(self, thing: Product | None) -> None:
        """Shows a product."""
        self.name.setText(thing.name if thing else "")
        self.code.setText(thing.code if thing else "")
        self.series.setText(thing.series if thing else "")
        currency = thing.currency if thing else self._session.workspace.currency
        choose(self.currency, currency, currency)
        self.price.setText(amount_for_edit(thing.price, currency) if thing else "")
        further = thing.prices if thing else {}
        self.prices.setPlainText("\n".join(f"{code} {amount_for_edit(price, code)}" for code, price in further.items()))

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        currency = self.currency.currentData()
        return {
            "name": self.name.text(), "code": self.code.text(), "series": self.series.text(), "currency": currency,
            "price": _amount("price", self.price.text(), currency), "prices": parse_prices(self.prices.toPlainText()),
        }  # fmt: skip

    def writing(self, thing: Product | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Makes or edits."""
        return (products.create, values) if thing is None else (products.edit, thing.id, values)

    def update_tools(self, thing: Product | None) -> None:
        """One that is there can be switched off and on."""
        self.buttons["switch"].setEnabled(thing is not None)
        self.buttons["switch"].setText(tr("Switch off") if thing is None or thing.active else tr("Switch on"))

    def _switch(self) -> None:
        if self.current is not None:
            self.do(products.set_active, self.current.id, not self.current.active)


def parse_prices(text: str) -> dict[str, int]:
    """Lines such as ``EUR 450`` as {currency: minor units}. Raises InvalidInput on ``prices``."""
    found: dict[str, int] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        code, _, amount = line.partition(" ")
        code = code.upper()
        price = _amount("prices", amount, code) if len(code) == 3 and code.isalpha() else None
        if price is None or code in found:
            raise InvalidInput(
                "prices",
                tr("“{text}” is not a price.").format(text=line[:40]),
                tr("Write it like EUR 450, each currency once."),
            )
        found[code] = price
    return found


def _amount(field: str, text: str, currency: str) -> int | None:
    try:
        return parse_amount(text, currency)
    except InvalidInput as error:
        raise InvalidInput(field, error.title, error.message) from error
