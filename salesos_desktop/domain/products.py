"""Lines of products on a deal: what a line comes to, and what a deal that follows its lines is worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MAX_QUANTITY = 10**9
"""Largest quantity of a line, in thousandths: a million pieces."""
WHOLE = 10_000
"""A discount of everything, in basis points."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a deal: ``quantity`` in thousandths, ``unit_price`` in minor units, ``discount`` in basis points."""

    product_id: int | None
    description: str
    quantity: int
    unit_price: int
    discount: int = 0

    @property
    def total(self) -> int:
        """Minor units."""
        return line_total(self.quantity, self.unit_price, self.discount)


def line_total(quantity: int, unit_price: int, discount: int) -> int:
    """Quantity (thousandths) × price (minor units) less discount (basis points), in minor units.

    The exact amount is rounded once, to the nearest minor unit, a half up. No argument is negative.
    """
    exact, unit = quantity * unit_price * (WHOLE - discount), 1000 * WHOLE
    return (2 * exact + unit) // (2 * unit)


def lines_total(lines: Iterable[Line]) -> int:
    """The sum of the rounded lines: what a person adds up on the page."""
    return sum(line.total for line in lines)
