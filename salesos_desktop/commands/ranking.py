"""The ranking on the command line."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from ..domain.ranking import Period, Standing
from ..services import leaderboard
from ..services.workspace import Workspace
from . import output


def run(ws: Workspace, args: argparse.Namespace) -> int:
    """People and teams of a period by position."""
    found = leaderboard.load(ws, Period(args.period))
    first, after = found.span

    def said(each: Standing) -> dict[str, Any]:
        score = each.score
        return {
            "position": each.position, "before": each.before, "change": each.change.value, "id": each.id,
            "name": each.name, "points": score.points, "won": score.won,
            "revenue": output.amount(score.revenue, ws.currency), "leads": score.leads, "converted": score.converted,
            "conversion": None if score.conversion is None else round(score.conversion, 4),
        }  # fmt: skip

    data = {
        "period": found.period.value, "from": output.iso(first),
        "to": output.iso(after - timedelta(days=1)) if after is not None else None, "currency": ws.currency,
        "people": [said(each) for each in found.people], "teams": [said(each) for each in found.teams],
        "without_rate": {code: output.amount(value, code) for code, value in sorted(found.left_out.items())},
    }  # fmt: skip
    shown = ("position", "change", "name", "points", "won", "revenue", "conversion")
    rows = data["teams" if args.teams else "people"]
    output.write(data, args.json, [list(shown), *([row[name] for name in shown] for row in rows)])  # type: ignore[union-attr]
    return 0
