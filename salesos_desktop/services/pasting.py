"""A block of cells from a spreadsheet on deals: what would change, and what is wrong with which field of which deal."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..domain.day_texts import read_day
from ..domain.deal_rows import DealRow
from ..domain.opportunities import Priority
from ..domain.stages import StageKind
from ..domain.text import fold
from ..errors import InvalidInput, UserError
from ..i18n import language, parse_amount, tr
from ..storage.values import Named
from . import bulk, deal_table
from .board import names
from .workspace import Workspace

MOST_ROWS = 10_000
FIELDS = frozenset(
    {"name", "company", "contact", "product", "value", "currency", "expected_close", "owner_id", "source_id", "priority",
     "probability", "tags"}
)  # fmt: skip
"""What can be pasted, beside own fields (``custom.key``): another stage is a move, which asks its questions."""

Block = list[list[str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is written: what was there is the row's, ``text`` is what was pasted, ``reason`` why it cannot be."""

    deal_id: int
    field: str
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What pasting would do: every cell that changes or is wrong, and for bulk.set_each the changes with the versions they
    were read at."""

    cells: tuple[Cell, ...]
    changes: Mapping[int, Mapping[str, Any]]
    versions: Mapping[int, int]

    @property
    def wrong(self) -> tuple[Cell, ...]:
        """Cells that cannot be written."""
        return tuple(cell for cell in self.cells if cell.reason)


def block_of(text: str) -> Block:
    """Rows of cells as spreadsheets put them on the clipboard: tabs between cells, quotes around those with line breaks."""
    # An unclosed quote makes one cell of the whole rest.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    rows = list(csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), dialect="excel-tab"))
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return rows


def look(ws: Workspace, ids: Sequence[int], fields: Sequence[str], block: Block) -> Look:
    """Reads a block, its rows for ``ids`` and its columns for ``fields``, and tries it; nothing is written.

    A blank cell empties its field; a row that is shorter leaves the rest as it is. Raises InvalidInput for a field that
    cannot be pasted.
    """
    for field in fields:
        if field not in FIELDS and not field.startswith("custom."):
            raise InvalidInput(field, tr("{field} is not edited by pasting.").format(field=field))
    rows, known = deal_table.fetch(ws, ids), {table: names(ws, table) for table in ("person", "source")}
    cells: list[Cell] = []
    changes: dict[int, dict[str, Any]] = {}
    for deal_id, line in zip(ids, block, strict=False):
        if deal_id not in rows:
            cells.append(Cell(deal_id, "", "", tr("Opportunity {id} does not exist.").format(id=deal_id)))
            continue
        values: dict[str, Any] = {}
        texts = dict(zip(fields, line, strict=False))
        for field, text in texts.items():
            try:
                _put(values, field, _read(ws, rows[deal_id], field, text, texts, known))
                cells.append(Cell(deal_id, field, text))
            except UserError as error:
                cells.append(Cell(deal_id, field, text, f"{error.title} {error.message}".strip()))
        changes[deal_id] = values
    found = bulk.tried(ws, changes)
    reasons = {(p.deal_id, p.field): f"{p.error.title} {p.error.message}".strip() for p in found.problems}
    tried = tuple(
        replace(cell, reason=cell.reason or reasons.get((cell.deal_id, cell.field), ""))
        for cell in cells
        if (cell.deal_id, cell.field) not in found.same
    )
    return Look(tried, changes, {deal_id: rows[deal_id].version for deal_id in changes})


def _put(values: dict[str, Any], field: str, value: Any) -> None:
    if field.startswith("custom."):
        values.setdefault("custom", {})[field.removeprefix("custom.")] = value
    else:
        values[field] = value


def _read(
    ws: Workspace, row: DealRow, field: str, text: str, beside: Mapping[str, str], known: Mapping[str, list[Named]]
) -> Any:
    """What a text means as a value of a field."""
    clean = text.strip()
    readers: dict[str, Callable[[], Any]] = {
        "value": lambda: parse_amount(clean, beside.get("currency", "").strip().upper() or row.currency),
        "currency": clean.upper,
        "expected_close": lambda: _day(ws, row, clean),
        "owner_id": lambda: _named(clean, known["person"]),
        "source_id": lambda: _named(clean, known["source"]),
        "priority": lambda: _priority(clean),
        "probability": lambda: _percent(clean),
        "tags": lambda: [part.strip() for part in re.split("[,;]", clean) if part.strip()],
    }
    return readers[field]() if field in readers else clean


def _day(ws: Workspace, row: DealRow, text: str) -> Any:
    if row.kind is not StageKind.OPEN:
        raise InvalidInput(
            "expected_close", tr("A closed deal keeps its closing date."), tr("Reopen it to change that.")
        )
    try:
        return read_day(text if text != "—" else "", ws.clock.today(), day_first=language() == "es")
    except ValueError as error:
        raise InvalidInput(
            "expected_close", tr("“{text}” is not a date.").format(text=text[:40]), tr("Write it like 2026-12-31.")
        ) from error


def _named(text: str, known: Sequence[Named]) -> int | None:
    if text in ("", "—") or fold(text) == fold(tr("Nobody")):
        return None
    found = [each.id for each in known if fold(each.name) == fold(text) and each.active]
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidInput("", tr("Several are called “{text}”.").format(text=text[:60]), tr("Choose one by hand."))
    raise InvalidInput("", tr("Nobody and nothing here is called “{text}”.").format(text=text[:60]), tr("Correct it."))


def _priority(text: str) -> str:
    words = {Priority.HIGH: ("high", "alta"), Priority.MEDIUM: ("medium", "media"), Priority.LOW: ("low", "baja")}
    found = next((each for each, names_ in words.items() if fold(text) in names_), None)
    if found is None:
        raise InvalidInput(
            "priority", tr("“{text}” is no priority.").format(text=text[:40]), tr("Write high, medium or low.")
        )
    return found.value


def _percent(text: str) -> int | None:
    clean = text.replace("%", "").strip()
    if not clean:
        return None
    if not clean.isdecimal() or len(clean) > 9:
        raise InvalidInput(
            "probability", tr("“{text}” is not a whole number.").format(text=text[:40]), tr("Correct it.")
        )
    return int(clean)
