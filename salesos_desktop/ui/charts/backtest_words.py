"""What the look back at past forecasts says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...i18n import N_, money, month_name, ntr, number, percent, tr
from ..key_figures import KeyFigure

if TYPE_CHECKING:
    from ...services.outlook.backtest import Accuracy, Backtest, Month

KINDS = {
    "set": N_("With the set probabilities"),
    "learnt": N_("With the learnt ones"),
    "adjusted": N_("As adjusted"),
}
_PROMISED = 0.8
_NEAR = 0.1
"""So far from the promised share the months within the range may lie."""
_FEW = 6


def share(value: float) -> str:
    """``35 %`` of 0.35."""
    return percent(round(100 * value))


def month(code: str, *, full: bool = False) -> str:
    """``jun 26`` or ``junio 2026`` of ``2026-06``."""
    name = month_name(int(code[5:7]), full=full)
    return f"{name} {code[:4]}" if full else f"{name} {code[2:4]}"


def bias(found: Accuracy) -> str:
    """Whether it said too much or too little on the whole."""
    if found.bias is None:
        return ""
    if round(100 * found.bias) == 0:
        return tr("neither too high nor too low")
    text = tr("{share} too high") if found.bias > 0 else tr("{share} too low")
    return text.format(share=share(abs(found.bias)))


def inside(judged: Backtest) -> int:
    """How many months ended within their range."""
    return sum(each.inside for each in judged.months)


def summary(judged: Backtest) -> str:
    """A paragraph for who has to rely on it."""
    count = len(judged.months)
    texts = [
        ntr(
            "The forecast of the first day of each month, held against what was won in it: {count} whole month.",
            "The forecast of the first day of each month, held against what was won in it: {count} whole months.",
            count,
        ).format(count=number(count))
    ]
    for kind, text in (
        ("set", tr("With the set probabilities it was off by {error} of what was won, on the whole {bias}.")),
        ("learnt", tr("With those that history teaches it was off by {error}, on the whole {bias}.")),
        ("adjusted", tr("As adjusted by a manager it was off by {error}, on the whole {bias}.")),
    ):
        found = judged.accuracy[kind]
        if found.error is not None:
            texts.append(text.format(error=share(found.error), bias=bias(found)))
    texts.append(
        ntr(
            "In {inside} of {count} month the amount ended between P10 and P90; eight of ten are promised.",
            "In {inside} of {count} months the amount ended between P10 and P90; eight of ten are promised.",
            count,
        ).format(inside=number(inside(judged)), count=number(count))
    )
    return " ".join([*texts, _verdict(judged)])


def _verdict(judged: Backtest) -> str:
    if len(judged.months) < _FEW:
        return tr("These are few months: take the figures as a hint.")
    covered = judged.covered or 0.0
    if covered < _PROMISED - _NEAR:
        return tr("The range has been narrower than it should be: plan with more room.")
    if covered > _PROMISED + _NEAR:
        return tr("The range has been wider than it had to be.")
    return tr("The range keeps what it promises.")


def figures(judged: Backtest) -> list[KeyFigure]:
    """Months within the range, then the error of each kind with its bias beside it."""
    count = len(judged.months)
    listed = [
        KeyFigure(
            tr("Months within P10–P90"), tr("{inside} of {count}").format(inside=inside(judged), count=count),
            tr("promised: 8 of 10"),
        )
    ]  # fmt: skip
    for kind, name in KINDS.items():
        found = judged.accuracy[kind]
        if found.error is not None:
            listed.append(KeyFigure(tr(name), tr("off by {share}").format(share=share(found.error)), bias(found)))
    return listed


def row(each: Month, currency: str) -> list[str]:
    """A month: set, learnt, adjusted, P10, P90, won, whether within."""
    adjusted = "—" if each.adjusted is None else money(each.adjusted, currency)
    amounts = [money(each.set, currency), money(each.learnt, currency), adjusted]
    ends = [money(amount, currency) for amount in (each.range.p10, each.range.p90, each.won)]
    return [month(each.month), *amounts, *ends, tr("yes") if each.inside else tr("no")]
