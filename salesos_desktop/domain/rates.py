"""Amounts of other currencies in the workspace's own, at dated rates, exactly until they are shown."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from .money import exponent

SCALE = 10**12
"""Parts of a minor unit in which converted sums are kept, so that adding and taking off leaves nothing behind."""


class Rates:
    """What one minor unit of another currency was worth on a day: the latest rate not after it, of either direction."""

    def __init__(self, base: str, rates: Iterable[tuple[str, str, date, Decimal]]) -> None:
        """``rates``: from, to, day, how much of ``to`` one of ``from`` is worth."""
        self.base = base
        dated: dict[str, list[tuple[date, int, int]]] = {}
        for source, target, day, rate in rates:
            if base in (source, target):
                other = source if target == base else target
                worth = rate if target == base else 1 / rate
                # Of two of one day the direct one counts, as in services/rates.py.
                shift = exponent(base) - exponent(other)
                dated.setdefault(other, []).append((day, int(target == base), int(worth.scaleb(shift) * SCALE)))
        self._dated = {code: sorted(found) for code, found in dated.items()}

    def factor(self, currency: str, day: date) -> int | None:
        """Minor units of the base for one of ``currency``, times SCALE; None when no rate is known: never guessed."""
        if currency == self.base:
            return SCALE
        found = self._dated.get(currency, [])
        place = bisect_right(found, (day, 2, 0))
        return found[place - 1][2] if place else None

    def convert(self, minor: int, currency: str, day: date) -> int | None:
        """One amount in whole minor units of the base, rounded half up; None when no rate is known."""
        factor = self.factor(currency, day)
        return None if factor is None else (minor * factor + SCALE // 2) // SCALE
