"""Rows of the table of opportunities for a spreadsheet: amounts without their sign, days as 2026-12-31, plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ...domain.deal_rows import DealRow
from ...i18n import amount_for_edit
from ..tables.columns import Column
from ..tables.delegate import flat


def block(columns: Sequence[Column], rows: Iterable[DealRow], today: date) -> str:
    """Lines of cells with tabs between them."""
    return "\n".join("\t".join(_cell(column, row, today) for column in columns) for row in rows)


def _cell(column: Column, row: DealRow, today: date) -> str:
    """A text without tabs and line breaks; a note keeps its own, in quotes."""
    if column.name == "note" and any(sign in row.note for sign in '\t\n"'):
        return '"' + row.note.replace('"', '""') + '"'
    return flat(_text(column, row, today))


def _text(column: Column, row: DealRow, today: date) -> str:
    plain = _PLAIN.get(column.name)
    if plain is not None:
        return plain(row)
    if column.name in _SINCE:
        day = getattr(row, _SINCE[column.name])
        return "" if day is None else str(max(0, (today - day).days))
    text = column.text(row)
    return "" if text == "—" else text


def _day(name: str) -> Callable[[DealRow], str]:
    def text(row: DealRow) -> str:
        day: Any = getattr(row, name)
        return "" if day is None else day.isoformat()

    return text


_SINCE = {"in_stage": "stage_since", "age": "created_on"}
_DAYS = {
    "close": "day", "activity": "next_activity_on", "touched": "touched_on", "created": "created_on", "closed": "closed_on",
    "hold": "hold_until",
}  # fmt: skip
_PLAIN: Mapping[str, Callable[[DealRow], str]] = {
    "value": lambda row: amount_for_edit(row.value, row.currency),
    "weighted": lambda row: amount_for_edit(row.weighted, row.currency),
    "probability": lambda row: str(row.probability),
    "number": lambda row: str(row.id),
    "owner": lambda row: row.owner,
    "note": lambda row: row.note,
    **{name: _day(field) for name, field in _DAYS.items()},
}
