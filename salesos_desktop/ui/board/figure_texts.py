"""What headers and key figures say of sums: totals, weighted totals, averages; each currency apart."""

from __future__ import annotations

from ...domain.money import exponent
from ...i18n import money, ntr, number
from ..models.board import StageFigures


def money_texts(figures: StageFigures) -> tuple[str, str]:
    """Total and weighted total; each currency apart, never added up."""
    if not figures.by_currency:
        return "—", "—"
    pairs = sorted(figures.by_currency.items(), key=lambda pair: -pair[1].value)
    return (
        " + ".join(money(sums.value, currency) for currency, sums in pairs),
        " + ".join(money(round_units(sums.weighted, currency), currency) for currency, sums in pairs),
    )


def measured(figures: StageFigures, measure: str, *, closed: bool = False) -> tuple[str, str]:
    """What a header shows large, and what beside it, when it is to measure that."""
    if not figures.by_currency:
        return "—", ""
    total, weighted = money_texts(figures)
    match measure:
        case "count":
            return ntr("{count} deal", "{count} deals", figures.count).format(count=number(figures.count)), total
        case "weighted" if not closed:
            return "≈ " + weighted, total
        case "average":
            return "Ø " + _average(figures), total
    return total, "" if closed else "≈ " + weighted


def _average(figures: StageFigures) -> str:
    """Value of a deal that has one, each currency apart."""
    pairs = sorted(figures.by_currency.items(), key=lambda pair: -pair[1].value)
    valued = [(c, sums.value, sums.count - sums.no_value) for c, sums in pairs if sums.count > sums.no_value]
    return " + ".join(money(round_units(value // count, c), c) for c, value, count in valued) or "—"


def round_units(minor: int, currency: str) -> int:
    """A weighted figure in whole units of its currency: its cents mean nothing."""
    unit = 10 ** exponent(currency)
    return (minor + unit // 2) // unit * unit
