"""Lines of products on a deal, and the value that follows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.opportunities import NAME_LIMIT
from ..domain.products import MAX_QUANTITY, WHOLE, Line, lines_total
from ..domain.text import one_line
from ..errors import Conflict, InvalidInput
from ..i18n import N_, decimal, money, tr
from . import deal_notices, derived
from .opportunities import check_value, live
from .workspace import Workspace

_SAID = 5


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a deal in its currency; ``follows`` tells whether its value is their sum (``total``, minor units)."""

    lines: tuple[Line, ...]
    follows: bool
    currency: str

    @property
    def total(self) -> int:
        """The sum in minor units."""
        return lines_total(self.lines)


@dataclass(frozen=True, slots=True)
class Won:
    """What was won of a product: ``quantity`` in thousandths, ``value`` in minor units per currency."""

    product_id: int
    product: str
    quantity: int
    value: dict[str, int]


def lines_of(ws: Workspace, deal_id: int) -> Lines:
    """The lines of a deal. Raises NotFound."""
    with ws.store.read() as connection:
        deal = storage.cards.row(connection, deal_id) if storage.cards.cards(connection, [deal_id]) else None
        deal = live(deal, deal_id)
        found = storage.products.lines_of(connection, deal_id)
    return _lines(deal, found)


def set_lines(
    ws: Workspace, deal_id: int, lines: Sequence[Line], follow: bool, *, expect: Lines | None = None
) -> ChangeSet | None:
    """Makes these the lines of a deal, in this order; with ``follow`` its value is their sum from now on.

    Lines that stay as they are are not written. Raises InvalidInput on ``lines.<place>.<field>``, NotFound, or Conflict when
    the deal no longer has the lines that are expected; nothing is written then.
    """
    rows = [_checked(place, line) for place, line in enumerate(lines)]
    with ws.unit("lines", []) as uow:
        deal = live(uow.find("opportunity", deal_id), deal_id)
        uow.call_it([N_("Products of “{name}”"), {"name": deal["name"]}])
        for product_id in {line.product_id for line in lines if line.product_id is not None}:
            uow.get("product", product_id)
        known = storage.products.lines_of(uow.connection, deal_id)
        now = _lines(deal, known)
        if expect is not None and now != expect:
            mine = _words(uow.connection, Lines(tuple(lines), follow, now.currency))
            raise Conflict(
                tr("Somebody else changed “{name}” meanwhile.").format(name=deal["name"]),
                tr("Nothing was written. There are now: {theirs}. Yours: {mine}.").format(
                    theirs=_words(uow.connection, now), mine=mine
                ),
            )
        for row in known[len(rows) :]:
            uow.delete("opportunity_line", row["id"])
        for position, row in enumerate(rows):
            if position < len(known):
                uow.update("opportunity_line", known[position]["id"], row)
            else:
                uow.insert("opportunity_line", {**row, "opportunity_id": deal_id})
        values: dict[str, Any] = {"value_follows": follow}
        if follow:
            values["value"] = lines_total(lines)
            check_value(values["value"])
        derived.apply(uow, deal, values)
        deal_notices.changed(uow, deal, {**deal, **values})
    return uow.change_set


def won_quantities(ws: Workspace, since: date, until: date) -> list[Won]:
    """What was won of each product by deals closed from ``since`` to ``until`` (both in), most first."""
    with ws.store.read() as connection:
        names = {row["id"]: row["name"] for row in storage.products.catalogue(connection)}
        found: dict[int, Won] = {}
        for product_id, currency, quantity, price, discount in storage.products.won_lines(connection, since, until):
            kept = found.get(product_id) or Won(product_id, names[product_id], 0, {})
            value = kept.value.get(currency, 0) + Line(product_id, "", quantity, price, discount).total
            found[product_id] = Won(product_id, kept.product, kept.quantity + quantity, {**kept.value, currency: value})
    return sorted(found.values(), key=lambda won: (-won.quantity, won.product))


def _lines(deal: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Lines:
    return Lines(tuple(_line(row) for row in rows), deal["value_follows"], deal["currency"])


def _line(row: dict[str, Any]) -> Line:
    return Line(
        row["product_id"], row["description"], row["quantity_thousandths"], row["unit_price"],
        row["discount_basis_points"],
    )  # fmt: skip


def _words(connection: Any, shown: Lines) -> str:
    """The first lines with quantity, product and amount, and the sum."""
    named = (
        (line, line.description or storage.reference.name_of(connection, "product", line.product_id))
        for line in shown.lines[:_SAID]
    )
    said = [
        f"{decimal(Decimal(line.quantity) / 1000)} × {name} {money(line.total, shown.currency)}" for line, name in named
    ]
    more = ["…"] if len(shown.lines) > _SAID else []
    return f"{', '.join(said + more) or '—'} = {money(shown.total, shown.currency)}"


def _checked(place: int, line: Line) -> dict[str, Any]:
    description = one_line(line.description)
    for field, wrong, title in (
        ("description", len(description) > NAME_LIMIT, tr("The description is too long.")),
        ("product", line.product_id is None and not description, tr("The line names no product.")),
        ("quantity", not 0 < line.quantity <= MAX_QUANTITY, tr("The quantity must be above 0 and at most a million.")),
        ("discount", not 0 <= line.discount <= WHOLE, tr("The discount must be between 0 and 100 %.")),
    ):
        if wrong:
            raise InvalidInput(f"lines.{place}.{field}", title, tr("Correct it."))
    try:
        check_value(line.unit_price)
        check_value(line.total)
    except InvalidInput as error:
        raise InvalidInput(f"lines.{place}.unit_price", error.title, error.message) from error
    return {
        "product_id": line.product_id, "description": description, "quantity_thousandths": line.quantity,
        "unit_price": line.unit_price, "discount_basis_points": line.discount, "position": place,
    }  # fmt: skip
