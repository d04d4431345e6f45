"""What changed the forecast and how right it was, on the command line."""

from __future__ import annotations

import argparse
from typing import Any

from ..domain.outlook import period
from ..errors import InvalidInput
from ..i18n import N_, tr
from ..services.outlook import changes
from ..services.workspace import Workspace
from . import output, values

_STEPS = {
    "new": N_("New deals"), "reopened": N_("Reopened"), "grown": N_("Grew"), "advanced": N_("Advanced"),
    "pulled_in": N_("Came into the period"), "won": N_("Deals won"), "shrunk": N_("Shrank"), "fell_back": N_("Fell back"),
    "pushed_out": N_("Left the period"), "lost": N_("Deals lost"), "gone": N_("No longer counts"), "rates": N_("Exchange rates"),
}  # fmt: skip
_MOST_MONTHS = 60


def waterfall(ws: Workspace, args: argparse.Namespace) -> int:
    """``{start, steps[{kind, amount, deals}], end}`` between two days, of all deals or of those that close in a period."""
    whole = None
    if args.period:
        try:
            whole = period(args.period)
        except ValueError as error:
            raise InvalidInput(
                "period", tr("“{text}” is no period.").format(text=args.period[:20]),
                tr("Write it like 2026-11, 2026-Q4 or 2026."),
            ) from error  # fmt: skip
    found = changes.between(ws, values.day("from", args.start), values.day("to", args.end), period=whole)

    def money(minor: int) -> str | None:
        return output.amount(minor, ws.currency)

    data = {
        "currency": ws.currency, "start": money(found.start),
        "steps": [
            {"kind": step.value, "amount": money(part.amount), "deals": part.deals} for step, part in found.steps.items()
        ],
        "end": money(found.end),
    }  # fmt: skip
    lines: list[list[Any]] = [["", ws.currency, tr("deals")], [args.start, money(found.start), None]]
    lines += [[tr(_STEPS[step]), money(part.amount), len(part.deals)] for step, part in found.steps.items()]
    output.write(data, args.json, [*lines, [args.end, money(found.end), None]])
    return 0


def backtest(ws: Workspace, args: argparse.Namespace) -> int:
    """Past months as their first day saw them, against what was won; errors and bias as shares of it."""
    from ..services.outlook.backtest import backtest as service

    if not 1 <= args.months <= _MOST_MONTHS:
        raise InvalidInput("months", tr("The months must be between 1 and {most}.").format(most=_MOST_MONTHS))
    found = service(ws, args.months)

    def money(minor: int | None) -> str | None:
        return output.amount(minor, ws.currency)

    def share(value: float | None) -> float | None:
        return None if value is None else round(value, 3)

    months = [
        {
            "month": each.month, "set": money(each.set), "learnt": money(each.learnt), "adjusted": money(each.adjusted),
            "p10": money(each.range.p10), "p50": money(each.range.p50), "p90": money(each.range.p90),
            "won": money(each.won), "inside": each.inside,
        }
        for each in found.months
    ]  # fmt: skip
    data = {
        "currency": ws.currency, "months": months,
        "accuracy": {
            kind: {"months": each.months, "error": share(each.error), "bias": share(each.bias)}
            for kind, each in found.accuracy.items()
        },
        "covered": share(found.covered),
        "reliability": {
            kind: [
                {"from": b.lower, "to": b.upper, "deals": b.deals, "given": share(b.given), "won": share(b.won)} for b in bins
            ]
            for kind, bins in found.bins.items()
        },
    }  # fmt: skip
    header = ["month", "set", "learnt", "adjusted", "p10", "p50", "p90", "won"]
    lines: list[list[Any]] = [header, *([each[name] for name in header] for each in months)]
    output.write(data, args.json, lines if months else tr("There is no whole month of history to judge yet."))
    return 0
