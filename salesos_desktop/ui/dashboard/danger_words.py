"""Deals in danger in words: their reasons, and what was done about one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ...domain.changes import ChangeSet, RowChange
from ...domain.deal_rows import DealRow
from ...domain.home import Endangered
from ...domain.stages import Category
from ...domain.staleness import Reason
from ...domain.work_list import Why, WorkItem
from ...i18n import N_, money, short_date, tr
from ...services.deal_words import CATEGORIES
from ...services.messages import render

REASONS = {
    Reason.PAST_CLOSE: N_("Past their close date"), Reason.STALE: N_("No touch"),
    Reason.POSTPONED: N_("Put off again and again"), Reason.UNDECIDED: N_("Nobody decides"),
    Reason.NO_ACTIVITY: N_("No next step"),
}  # fmt: skip
"""What the reasons of several deals are called."""
_CLOSED = {"win": N_("won"), "lose": N_("lost")}


def item_of(deal: Endangered, row: DealRow) -> WorkItem:
    """A deal as the list shows it one by one."""
    key = ("opportunity", deal.id)
    category = tr(CATEGORIES[Category(row.category or row.stage_category)])
    detail = " · ".join(part for part in (deal.company, row.owner or tr("Nobody"), category) if part)
    return WorkItem(Why.DANGER, key, deal.name, detail, key, danger=deal)


def done_text(changes: ChangeSet, year: int) -> str:
    """What a commit did, in a line; dates of ``year`` are without it."""
    if changes.verb in _CLOSED:
        return tr(_CLOSED[changes.verb])
    parts: list[str] = []
    if changes.verb in ("undo", "redo"):
        return render(changes.label)
    for change in changes.changes:
        if change.table == "opportunity" and change.before is not None and change.after is not None:
            parts += _edited(change.before, change.after, year)
        elif change.table in ("activity", "note") and change.before is None:
            parts.append(_added(change, year))
    return ", ".join(parts) or render(changes.label)


def _edited(before: Mapping[str, Any], after: Mapping[str, Any], year: int) -> list[str]:
    names = {"value": tr("value"), "expected_close": tr("close date"), "category": tr("forecast")}
    found = []
    for field, name in names.items():
        if before[field] != after[field]:
            was, now = (_text(field, row, year) for row in (before, after))
            found.append(f"{name} {was} → {now}")
    return found


def _text(field: str, row: Mapping[str, Any], year: int) -> str:
    value = row[field]
    if field == "value":
        return tr("no value") if value is None else money(value, row["currency"])
    if field == "category":
        return tr(CATEGORIES[Category(value)]) if value else tr("as the stage")
    return tr("no date") if value is None else short_date(value, year)


def _added(change: RowChange, year: int) -> str:
    row = change.after or {}
    if change.table == "note":
        return tr("note written")
    day: date | None = row["due_on"]
    when = f", {short_date(day, year)}" if day is not None else ""
    return tr("planned: {what}").replace("{what}", row["subject"]) + when
