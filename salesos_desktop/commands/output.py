"""What commands print: JSON for programs, aligned columns for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from ..domain.money import to_major
from ..domain.opportunities import Card


def amount(minor: int | None, currency: str) -> str | None:
    """Minor units as a decimal string in major units: ``"1054.00"``; None stays None."""
    return None if minor is None else str(to_major(minor, currency))


def whole_percent(weighted_percent: int, currency: str) -> str:
    """Minor units × percent as a decimal string in major units, rounded half up on the minor unit."""
    return str(to_major((weighted_percent + 50) // 100, currency))


def iso(day: date | None) -> str | None:
    """ISO 8601 date."""
    return None if day is None else day.isoformat()


def deal(card: Card, stage: str, pipeline: str) -> dict[str, Any]:
    """A deal as the README documents it, with the names of its stage and pipeline."""
    return {
        "id": card.id, "name": card.name, "stage": stage, "pipeline": pipeline, "kind": card.kind.value,
        "value": amount(card.value, card.currency), "currency": card.currency, "probability": card.probability,
        "owner": card.owner or None, "company": card.company or None, "product": card.product or None,
        "expected_close": iso(card.expected_close), "closed_on": iso(card.closed_on), "hold_until": iso(card.hold_until),
    }  # fmt: skip


def write(data: Any, as_json: bool, lines: Sequence[Sequence[Any]] | str) -> None:
    """Prints ``data`` as JSON, or ``lines`` as columns (the first line is the header)."""
    if as_json:
        json.dump(data, sys.stdout, ensure_ascii=False, indent=1, default=_plain)
        print()
    elif isinstance(lines, str):
        print(lines)
    else:
        _table([["" if cell is None else str(cell) for cell in line] for line in lines])


def write_line(data: Any, as_json: bool, cells: Sequence[Any]) -> None:
    """Prints one of many as soon as it is there: ``data`` as a line of JSON, or ``cells`` between tabs."""
    text = (
        json.dumps(data, ensure_ascii=False, default=_plain)
        if as_json
        else "\t".join("" if cell is None else str(cell) for cell in cells)
    )
    print(text, flush=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat()


def _table(rows: list[list[str]]) -> None:
    if not rows:
        return
    widths = [min(48, max(len(row[n]) for row in rows)) for n in range(len(rows[0]))]
    for row in rows:
        cells = [
            (cell if len(cell) <= 48 else cell[:47] + "…").ljust(width) for cell, width in zip(row, widths, strict=True)
        ]
        print("  ".join(cells).rstrip())
