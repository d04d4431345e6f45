"""The writers of every kind of row; those of products and of people of the team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ... import storage
from ...domain.custom_fields import CustomField
from ...domain.text import fold
from ...errors import InvalidInput
from ...i18n import tr
from ..opportunities import check_value
from ..products import write_prices
from .contact_rows import Companies, Contacts
from .lead_rows import Leads
from .links import Links
from .opportunity_rows import Opportunities
from .parsing import BadValue, in_its_currency
from .writing import CREATED, SKIPPED, UPDATED, Outcome, RowWriter, Run, Writer, given


class Products(RowWriter):
    """The catalogue; a product is known by its code, else by its name, and each of both is there once."""

    table = "product"

    def __init__(self, run: Run, links: Links, own: Sequence[CustomField], on_duplicate: str) -> None:
        super().__init__(run, links, own, on_duplicate)
        self._rows = {row["id"]: row for row in storage.products.catalogue(run.uow.connection)}
        self._by_code = {fold(row["code"]): row["id"] for row in self._rows.values() if row["code"]}
        self._by_name = {fold(row["name"]): row["id"] for row in self._rows.values()}
        self._seen: set[int] = set()

    def write(self, values: Mapping[str, Any]) -> Outcome:
        """Makes or updates a product."""
        name = values.get("name")
        if not name:
            raise BadValue(-1, tr("The name is missing; fill it in."), "name")
        row = {"name": name, "folded": fold(name)} | given(values, "code", "series", "price", "currency", "active")
        check_value(row.get("price"))
        prices, written = values.get("prices") or {}, self.uow.changed_rows
        by_code = self._by_code.get(fold(row["code"])) if row.get("code") else None
        by_name = self._by_name.get(row["folded"])
        known = by_name if by_code is None else by_code
        if by_code is not None and by_name != by_code and (by_name is not None or by_code in self._seen):
            raise InvalidInput(
                "code",
                tr("“{name}” has this code already.").format(name=self._rows[by_code]["name"]),
                tr("Choose another code."),
            )
        main = row.get("currency") or (
            self.ws.currency if known is None else self.uow.get("product", known)["currency"]
        )
        if row.get("price") is not None and "currency" not in row:
            row["price"] = in_its_currency(row["price"], self.ws.currency, main, "price")
        if main in prices:
            raise InvalidInput("prices", tr("There are two prices in {currency}.").format(currency=main))
        if known is None:
            known = self.uow.insert("product", {"currency": self.ws.currency, **row})
            outcome = CREATED
        else:
            before = self._rows[known]
            self._by_name.pop(fold(before["name"]), None)
            self._by_code.pop(fold(before["code"]), None)
            if fold(before["name"]) == row["folded"]:
                del row["name"], row["folded"]
            if fold(before["code"]) == fold(row.get("code", "")):
                row.pop("code", None)
            self.uow.update("product", known, row)
            outcome = SKIPPED
        self._add_prices(known, prices)
        if outcome is SKIPPED and self.uow.changed_rows > written:
            outcome = UPDATED
        self._seen.add(known)
        row = self._rows[known] = {**self._rows.get(known, {"code": ""}), **row}
        self._by_name[fold(row["name"])] = known
        if row["code"]:
            self._by_code[fold(row["code"])] = known
        return outcome

    def _add_prices(self, product_id: int, prices: Mapping[str, int]) -> None:
        """Takes over the prices in further currencies that the file gives; the others stay."""
        if not prices:
            return
        known = storage.products.prices(self.uow.connection, [product_id])
        write_prices(self.uow, product_id, {row["currency"]: row["price"] for row in known} | dict(prices))


class People(RowWriter):
    """People of the team, known by their name; a team that is named is made."""

    table = "person"

    def write(self, values: Mapping[str, Any]) -> Outcome:
        """Makes or updates a person."""
        name = values.get("name")
        if not name:
            raise BadValue(-1, tr("The name is missing; fill it in."), "name")
        row = given(values, "email", "manager")
        if values.get("team"):
            row["team_id"] = self.links.get("team", values["team"])
        known = self.links.find("person", name)
        self.links.keep()
        if known is not None:
            return UPDATED if self.uow.update("person", known, row) else SKIPPED
        new = {"name": name, "folded": fold(name), "created_at": self.uow.at, "role": "rep"}
        self.links.add("person", name, self.uow.insert("person", new | row))
        return CREATED


WRITERS: Mapping[str, type[Writer]] = {
    "products": Products, "companies": Companies, "people": People, "contacts": Contacts, "leads": Leads,
    "opportunities": Opportunities,
}  # fmt: skip
