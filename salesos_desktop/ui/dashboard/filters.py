"""What the dashboard shows: whose deals, of which pipeline, in which days, and the days these are compared with."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtWidgets import QMenu

from ...domain.outlook import Scope
from ...domain.spans import NAMED, Span, before
from ...i18n import N_, short_date, tr
from ..charts.filters import ScopeFilters
from ..choices import add_group
from ..deal_lists import KeptDealLists
from .body import View

RANGE, USUAL = "range", "quarter"
PERIODS = {
    "month": N_("This month"), "last_month": N_("Last month"), "quarter": N_("This quarter"),
    "last_quarter": N_("Last quarter"), "year": N_("This year"), "last_year": N_("Last year"),
    "days30": N_("Last 30 days"), "days90": N_("Last 90 days"), "days365": N_("Last 365 days"),
    RANGE: N_("Choose days…"),
}  # fmt: skip
"""Codes of domain/spans.py, and RANGE for two days that are chosen."""
_NUMBERS = ("owner_id", "team_id", "pipeline_id")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of PERIODS (``first`` to ``last`` of RANGE), an owner or a team with its ``members``, and a pipeline; None: all."""

    period: str = USUAL
    owner_id: int | None = None
    team_id: int | None = None
    members: frozenset[int] = frozenset()
    pipeline_id: int | None = None
    first: date | None = None
    last: date | None = None

    def view(self, today: date) -> View:
        """The question that the cards are asked."""
        owners = None if self.owner_id is None else frozenset({self.owner_id})
        scope = Scope(owners if self.team_id is None else frozenset(self.members), self.pipeline_id)
        if self.period == RANGE and self.first is not None and self.last is not None:
            span = Span(self.first, self.last + timedelta(days=1))
            return View(scope, span, before(span))
        return View(scope, *NAMED[self.period if self.period in NAMED else USUAL](today))

    def plain(self) -> str:
        """As text for the preferences."""
        days = [None if each is None else each.isoformat() for each in (self.first, self.last)]
        return json.dumps({"period": self.period, "days": days} | {name: getattr(self, name) for name in _NUMBERS})


def read(kept: str) -> Choice:
    """What ``plain`` gave; the usual choice for anything else."""
    with suppress(ValueError, TypeError, AttributeError):
        found = json.loads(kept)
        numbers = {name: found[name] for name in _NUMBERS if isinstance(found.get(name), int)}
        first, last = (None if each is None else date.fromisoformat(each) for each in found["days"])
        period = found["period"] if found["period"] in PERIODS else USUAL
        if (first is None) is (last is None) and (period != RANGE or (first and last and first <= last)):
            return Choice(period, first=first, last=last, **numbers)
    return Choice()


def span_text(span: Span, today: date) -> str:
    """``Oct 1 – Oct 29``."""
    return f"{short_date(span.first, today.year)} – {short_date(span.last, today.year)}"


def compared_text(view: View, today: date, *, whole: bool = True) -> str:
    """The days, and those they are compared with; not ``whole`` these alone."""
    days, others = (span_text(each, today) for each in (view.span, view.before))
    text = tr("{days}, compared with {others}") if whole else tr("compared with {others}")
    return text.format(days=days, others=others)


class DashboardFilters(ScopeFilters):
    """Pills of a Choice."""

    def __init__(self, choice: Choice, lists: KeptDealLists, today: date) -> None:
        self._today = today
        super().__init__(choice, lists, "period")

    def _fill_other(self, name: str, menu: QMenu) -> None:  # noqa: ARG002
        entries = [(tr(text), code, code == self.view.period) for code, text in PERIODS.items()]
        add_group(menu, entries[:-1], self.choose_period)
        menu.addSeparator()
        add_group(menu, entries[-1:], self.choose_period)

    def choose_period(self, code: str) -> None:
        """One of PERIODS; RANGE begins with the days that are shown."""
        if code == RANGE and self.view.period != RANGE:
            span = self.view.view(self._today).span
            self.choose(period=code, first=span.first, last=span.last)
        else:
            self.choose(period=code)

    def follow(self, today: date) -> None:
        """It is another day."""
        self._today = today
        self.chosen.emit()

    def _show(self) -> None:
        super()._show()
        self.pills["period"].show_choice(tr(PERIODS[self.view.period]).rstrip("…"), self.view.period != USUAL)
