"""A figure of one's own counted the plain way: every deal is read, and looked at by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from salesos_desktop.domain.conditions import AnyOf, Condition, Not, Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.domain.outlook import Scope
from salesos_desktop.domain.questions import Dated, Measure, Question
from salesos_desktop.domain.relative_days import Range, RangeName
from salesos_desktop.domain.spans import Span
from salesos_desktop.services import rates
from salesos_desktop.services.workspace import Workspace

Deal = dict[str, Any]
CONDITIONS: list[tuple[Condition | None, Callable[[Deal], bool]]] = [
    (None, lambda _: True),
    (Ask("value", Operator.AT_LEAST, 100_000), lambda deal: (deal["value"] or 0) >= 100_000),
    (Not(Ask("priority", Operator.EQUALS, "high")), lambda deal: deal["priority"] != "high"),
    (Ask("tags", Operator.HAS_ANY, ("VIP",)), lambda deal: "vip" in lowered(deal["tags"])),
    (Ask("expected_close", Operator.WITHIN, Range(RangeName.THIS_MONTH)),
     lambda deal: deal["expected_close"] is not None and deal["expected_close"].strftime("%Y-%m") == "2026-11"),
    (AnyOf((Ask("custom.zone", Operator.EQUALS, "norte"), Ask("owner_id", Operator.EMPTY))),
     lambda deal: json.loads(deal["custom"]).get("zone") == "Norte" or deal["owner_id"] is None),
]  # fmt: skip
"""The same as a tree and in plain words."""


def lowered(listed: str) -> list[str]:
    return [text.lower() for text in json.loads(listed)]


@dataclass
class Plain:
    """What is known of one group."""

    deals: list[Deal] = field(default_factory=list)

    def figure(self, measure: Measure) -> Any:
        values = [deal["worth"] for deal in self.deals if deal["worth"] is not None]
        won = [deal for deal in self.deals if deal["kind"] == "won"]
        closed = [deal for deal in self.deals if deal["kind"] != "open"]
        worth = lambda deals: sum(deal["worth"] or 0 for deal in deals)  # noqa: E731
        spent = [days for deal in self.deals if (days := _days(deal, measure)) is not None]
        return {
            Measure.NUMBER: lambda: len(self.deals),
            Measure.VALUE: lambda: _rounded(sum(values)),
            Measure.WEIGHTED: lambda: _rounded(
                Fraction(_rounded(sum((d["worth"] or 0) * d["probability"] for d in self.deals)), 100)
            ),
            Measure.AVERAGE: lambda: _rounded(sum(values) / len(values)) if values else None,
            Measure.WIN_RATE: lambda: len(won) / len(closed) if closed else None,
            Measure.VALUE_RATE: lambda: float(worth(won) / worth(closed)) if worth(closed) else None,
            Measure.CYCLE: lambda: sum(spent) / len(spent) if spent else None,
            Measure.AGE: lambda: sum(spent) / len(spent) if spent else None,
            Measure.NO_VALUE: lambda: sum(deal["value"] is None for deal in self.deals),
        }[measure]()


def counted(
    ws: Workspace, deals: list[Deal], question: Question, holds: Callable[[Deal], bool], scope: Scope, span: Span
) -> dict[tuple[Any, Any], Plain]:
    """(row, column) → deals; "*" for all of a field."""
    found: dict[tuple[Any, Any], Plain] = {}
    for deal in deals:
        if not (_asked(deal, question, scope, span) and holds(deal)):
            continue
        rows = _groups(ws, deal, question.rows)
        columns = _groups(ws, deal, question.columns) if question.columns else []
        for row in ["*", *rows]:
            for column in ["*", *columns]:
                found.setdefault((row, column), Plain()).deals.append(deal)
    return found


def deals_of(ws: Workspace) -> list[Deal]:
    """Every row of ``opportunity``, with its stage's kind and what it is worth in the workspace's currency."""
    with ws.store.read() as connection:
        from sqlalchemy import text

        from salesos_desktop.storage.schema.sales import opportunity

        stages = {r[0]: r for r in connection.execute(text("SELECT id, kind, category, pipeline_id FROM stage"))}
        teams = {r[0]: r[1] for r in connection.execute(text("SELECT id, team_id FROM person"))}
        deals = [dict(row) for row in connection.execute(opportunity.select()).mappings()]
    for deal in deals:
        _, deal["kind"], deal["stage_category"], deal["pipeline_id"] = stages[deal["stage_id"]]
        deal["team"], deal["today"] = teams.get(deal["owner_id"]), ws.clock.today()
        on = deal["closed_on"] if deal["kind"] != "open" and deal["closed_on"] else ws.clock.today()
        rate = rates.rate_on(ws, deal["currency"], ws.currency, on)
        deal["worth"] = None if deal["value"] is None or rate is None else deal["value"] * Fraction(Decimal(rate))
    return deals


def _asked(deal: Deal, question: Question, scope: Scope, span: Span) -> bool:
    kinds = {"closed": ("won", "lost"), "all": ("open", "won", "lost")}.get(question.of, (question.of.value,))
    if deal["deleted_at"] is not None or deal["hold_until"] is not None or deal["kind"] not in kinds:
        return False
    if scope.owners is not None and deal["owner_id"] not in scope.owners:
        return False
    column = {Dated.EXPECTED: "expected_close", Dated.CLOSED: "closed_on", Dated.CREATED: "created_on"}
    return question.dated is Dated.NONE or span.has(deal[column[question.dated]])


def _groups(ws: Workspace, deal: Deal, code: str) -> list[Any]:
    own = json.loads(deal["custom"])
    if code == "custom.zone":
        return [own["zone"].lower() if own.get("zone") else None]
    if code == "custom.likes":
        return [text.lower() for text in own.get("likes") or []] or [None]
    if code == "custom.hot":
        return [own.get("hot") is True]
    if code.startswith(("close_", "created_")):
        return [_time(deal["day" if code.startswith("close_") else "created_on"], code.rpartition("_")[2])]
    if code == "tag":
        return lowered(deal["tags"]) or [None]
    if code == "band":
        return [_band(ws, deal)]
    if code == "category":
        return [deal["category"] or deal["stage_category"] if deal["kind"] == "open" else deal["stage_category"]]
    if code == "competitor":
        return [deal["competitor"].lower() or None]
    column = {"state": "kind", "team": "team", "priority": "priority"}.get(code, f"{code}_id")
    return [deal[column]]


def _band(ws: Workspace, deal: Deal) -> Any:
    if deal["value"] is None:
        return None
    if deal["currency"] != ws.currency:
        return "currency"
    low = 0
    for edge in (1_000, 5_000, 10_000, 50_000, 100_000):
        low = edge * 100 if deal["value"] >= edge * 100 else low
    return low


def _time(day: date | None, unit: str) -> str | None:
    if day is None:
        return None
    if unit == "week":
        return (day - timedelta(days=day.weekday())).isoformat()
    return day.strftime("%Y-%m") if unit == "month" else f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def _days(deal: Deal, measure: Measure) -> int | None:
    end = deal["closed_on"] if measure is Measure.CYCLE else deal["today"]
    return None if end is None or deal["created_on"] is None else max(0, (end - deal["created_on"]).days)


def _rounded(amount: Any) -> int:
    return int((Fraction(amount) + Fraction(1, 2)) // 1)
