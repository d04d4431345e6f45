"""Money as whole minor units with an ISO 4217 code."""

from __future__ import annotations

from decimal import Decimal

EXPONENTS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}

CURRENCIES = (
    "USD", "EUR", "ARS", "BOB", "BRL", "CAD", "CHF", "CLP", "COP", "CRC", "DOP", "GBP", "GTQ", "HNL", "JPY", "MXN", "NIO",
    "PEN", "PYG", "UYU",
)  # fmt: skip
"""Currencies that are offered; any other ISO 4217 code works as well."""

MAX_MINOR = 10**13
"""Largest amount of one deal in minor units (100 billion dollars), so that sums of value × percent over many thousands of
such deals still fit the 64 bits of a database's whole numbers."""


def exponent(currency: str) -> int:
    """Digits after the decimal sign of a currency (ISO 4217): 2 for most, 0 for JPY, 3 for KWD."""
    return EXPONENTS.get(currency, 2)


def to_major(minor: int, currency: str) -> Decimal:
    """Minor units to major: 123456, "USD" → Decimal("1234.56")."""
    return Decimal(minor).scaleb(-exponent(currency))


def rescaled(minor: int, before: str, after: str) -> int:
    """Minor units of one currency as those of another, the amount people read staying the same: 1200 USD → 12 JPY.

    Raises ValueError when the other currency cannot hold it.
    """
    return minor if exponent(before) == exponent(after) else to_minor(to_major(minor, before), after)


def to_minor(major: Decimal | int | str, currency: str) -> int:
    """Major units to minor. Raises ValueError when the amount has more decimals than the currency or is too large."""
    try:
        scaled = Decimal(major).scaleb(exponent(currency))
        fits = scaled.is_finite() and abs(scaled) <= MAX_MINOR and scaled == scaled.to_integral_value()
        minor = int(scaled) if fits else 0
    except ArithmeticError as error:
        raise ValueError(f"{major} is no amount") from error
    if not fits:
        raise ValueError(f"{major} does not fit {currency}")
    return minor
