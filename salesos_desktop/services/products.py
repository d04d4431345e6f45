"""The catalogue: products with their prices in one or more currencies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.opportunities import NAME_LIMIT
from ..domain.text import fold, one_line
from ..errors import InvalidInput, NotFound
from ..i18n import N_, tr
from .lists import checked_name
from .opportunities import check_value
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

EDITABLE = frozenset({"name", "code", "series", "price", "currency", "prices", "active"})
"""Fields that ``create`` and ``edit`` take; ``price`` minor units of ``currency`` or None, ``prices`` {currency: minor units}
in further currencies."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the catalogue; ``uses`` counts the deals that have it."""

    id: int
    name: str
    code: str
    series: str
    price: int | None
    currency: str
    active: bool
    prices: Mapping[str, int] = field(default_factory=dict)
    uses: int = 0

    def price_in(self, currency: str) -> int | None:
        """Its price in a currency, None when it has none there: prices are never converted."""
        return self.price if currency == self.currency else self.prices.get(currency)


def listing(ws: Workspace, *, active_only: bool = False) -> list[Product]:
    """The catalogue by name."""
    with ws.store.read() as connection:
        rows, uses = storage.products.catalogue(connection), storage.products.uses(connection)
        prices = storage.products.prices(connection)
    more: dict[int, dict[str, int]] = {}
    for price in prices:
        more.setdefault(price["product_id"], {})[price["currency"]] = price["price"]
    return [
        Product(
            r["id"], r["name"], r["code"], r["series"], r["price"], r["currency"], r["active"], more.get(r["id"], {}),
            uses.get(r["id"], 0),
        )
        for r in rows
        if r["active"] or not active_only
    ]  # fmt: skip


def create(ws: Workspace, values: dict[str, Any]) -> int:
    """Makes a product and returns its id; needs a name. Raises InvalidInput and writes nothing."""
    with ws.unit("product", [N_("Add “{name}”"), {"name": str(values.get("name") or "")}]) as uow:
        clean = _checked(uow, {"name": "", "currency": ws.currency, **values}, None)
        prices = clean.pop("prices", {})
        product_id = uow.insert("product", clean)
        write_prices(uow, product_id, prices)
        return product_id


def edit(ws: Workspace, product_id: int, values: dict[str, Any]) -> ChangeSet | None:
    """Changes EDITABLE fields; prices on deals stay as they were agreed. Raises InvalidInput, NotFound."""
    with ws.unit("product", []) as uow:
        before = uow.find("product", product_id)
        if before is None:
            raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))
        uow.call_it([N_("Edit “{name}”"), {"name": before["name"]}])
        clean = _checked(uow, values, before)
        prices = clean.pop("prices", None)
        uow.update("product", product_id, clean)
        if prices is not None:
            write_prices(uow, product_id, prices)
    return uow.change_set


def set_active(ws: Workspace, product_id: int, active: bool) -> ChangeSet | None:
    """Offers a product or no longer offers it; deals that have it keep it."""
    return edit(ws, product_id, {"active": active})


def _checked(uow: UnitOfWork, values: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    clean = dict(values)
    for name in clean.keys() - EDITABLE:
        raise InvalidInput(name, tr("There is no field {field}.").format(field=name))
    itself = 0 if before is None else before["id"]
    if "name" in clean:
        same = storage.products.named(uow.connection, fold(clean["name"] or ""), itself)
        clean["name"] = checked_name(clean["name"], [] if same is None else [same])
        clean["folded"] = fold(clean["name"])
    for name in ("code", "series"):
        if name in clean:
            clean[name] = one_line(clean[name])
            if len(clean[name]) > NAME_LIMIT:
                raise InvalidInput(
                    name, tr("The text has more than {limit} characters.").format(limit=NAME_LIMIT), tr("Shorten it.")
                )
    twin = storage.products.coded(uow.connection, fold(clean["code"]), itself) if clean.get("code") else None
    if twin is not None:
        raise InvalidInput("code", tr("“{name}” has this code already.").format(name=twin), tr("Choose another code."))
    currency = clean.get("currency", before["currency"] if before else None)
    prices = dict(clean.get("prices") or {})
    for code in (currency, *prices):
        if not re.fullmatch("[A-Z]{3}", code or ""):
            raise InvalidInput(
                "currency", tr("“{text}” is not a currency; write a code such as USD.").format(text=str(code)[:20])
            )
    if currency in prices:
        raise InvalidInput("prices", tr("There are two prices in {currency}.").format(currency=currency))
    for field_name, price in (("price", clean.get("price")), *(("prices", price) for price in prices.values())):
        _check_price(field_name, price)
    return clean


def _check_price(field_name: str, price: int | None) -> None:
    try:
        check_value(price)
    except InvalidInput as error:
        raise InvalidInput(field_name, error.title, error.message) from error


def write_prices(uow: UnitOfWork, product_id: int, wanted: Mapping[str, int]) -> None:
    """Makes these the prices of a product in further currencies."""
    uow.flush()
    known = {r["currency"]: r for r in storage.products.prices(uow.connection, [product_id])}
    for currency, row in known.items():
        if currency not in wanted:
            uow.delete("product_price", row["id"])
    for currency, price in wanted.items():
        if currency in known:
            uow.update("product_price", known[currency]["id"], {"price": price})
        else:
            uow.insert("product_price", {"product_id": product_id, "currency": currency, "price": price})
