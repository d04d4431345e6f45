"""What a page of records shows as plain values, and back: filter, columns and order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...i18n import N_, tr
from ..tables.filter_bar import RecordFilterBar
from ..tables.view import RecordTable

_FILTERS = {
    "status": N_("Status"), "state": N_("Status"), "owner": N_("Owner"), "source": N_("Source"), "created": N_("Added"),
    "close": N_("Close date"), "value": N_("Value"), "aspects": N_("Filter"), "more": N_("More filters"),
    "sector": N_("Sector"), "company": N_("Company"),
}  # fmt: skip


def of_list(bar: RecordFilterBar, table: RecordTable) -> dict[str, Any]:
    """What a list shows."""
    table.save_columns()
    return {"filter": bar.chosen, "table": table.kept_columns.read()}


def show_list(bar: RecordFilterBar, table: RecordTable, state: Mapping[str, Any]) -> list[str]:
    """Shows what ``of_list`` gave; returns in words what is no longer there."""
    words = []
    if isinstance(state.get("table"), dict):
        table.kept_columns.put(state["table"])
        kept = table.kept_columns.read()
        known = {column.name for column in table.model().columns}  # type: ignore[attr-defined]
        shown = [name for name in kept.get("order", []) if name not in kept.get("hidden", [])]
        words += [tr("the column “{name}”").format(name=name) for name in shown if name not in known]
        table.restore_columns()
        table.show_order()
        table.forget_pictures()
    chosen = state.get("filter")
    gone = bar.choose(chosen if isinstance(chosen, dict) else {})
    words += [tr("part of the filter “{name}”").format(name=tr(_FILTERS.get(name, name))) for name in gone]
    return words
