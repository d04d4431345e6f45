"""A block of cells from a spreadsheet on deals: what would change, and what is wrong with which field of which deal."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .. import storage
from ..domain.day_texts import read_day
from ..domain.deal_rows import DealRow
from ..domain.opportunities import Priority
from ..domain.stages import Stage, StageKind
from ..domain.text import fold, one_line
from ..errors import InvalidInput, NeedsMore, UserError
from ..i18n import day_words, language, parse_amount, tr
from ..storage.refusals import refuse_broken
from ..storage.values import Named
from . import bulk, deal_table
from .board import names
from .conversion import LABELS
from .workspace import Workspace

MOST_ROWS = 10_000
FIELDS = frozenset(
    {"name", "company", "contact", "product", "value", "currency", "expected_close", "owner_id", "source_id", "priority",
     "probability", "tags", "note", "stage_id"}
)  # fmt: skip
"""What can be pasted, beside own fields (``custom.key``). Another stage is a move: one that would ask something is refused."""

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
    rows, known = deal_table.fetch(ws, ids), _known(ws)
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
                cells.append(Cell(deal_id, field, text, _why(error, known)))
        changes[deal_id] = values
    found = bulk.tried(ws, changes)
    reasons = {(p.deal_id, p.field): _why(p.error, known) for p in found.problems}
    tried = tuple(
        cell if cell.reason or place not in reasons else replace(cell, reason=reasons[place])
        for cell in cells
        if (place := (cell.deal_id, cell.field)) not in found.same
    )
    return Look(tried, changes, {deal_id: rows[deal_id].version for deal_id in changes})


@dataclass(frozen=True, slots=True)
class _Known:
    """What pasted texts can name."""

    people: list[Named]
    sources: list[Named]
    stages: list[Stage]
    own: Mapping[str, str]
    """Own field → its label."""


def _known(ws: Workspace) -> _Known:
    with ws.store.read() as connection:
        stages, own = storage.reference.stages(connection), storage.custom_fields.fields(connection)
    labels = {each.path: each.label for each in own if each.belongs_to("opportunity")}
    return _Known(names(ws, "person"), names(ws, "source"), stages, labels)


def _why(error: UserError, known: _Known) -> str:
    """A refusal in a line; of a stage that asks for something, what that is."""
    if not isinstance(error, NeedsMore) or error.skipped:
        return f"{error.title} {error.message}".strip()
    wanted = [known.own.get(field) or tr(LABELS.get(field, field)) for field in error.fields]
    if error.entry_text:
        wanted.append(tr("to confirm “{text}”").format(text=one_line(error.entry_text)))
    if error.back_reason:
        wanted.append(tr("why it goes back"))
    return tr("{title} Missing: {what}.").format(title=error.title, what="; ".join(wanted))


def _put(values: dict[str, Any], field: str, value: Any) -> None:
    if field.startswith("custom."):
        values.setdefault("custom", {})[field.removeprefix("custom.")] = value
    else:
        values[field] = value


def _read(
    ws: Workspace, row: DealRow, field: str, text: str, beside: Mapping[str, str], known: _Known
) -> Any:  # fmt: skip
    """What a text means as a value of a field."""
    if field != "note":
        refuse_broken({field: text})
    clean = text.strip()
    match field:
        case "value":
            return parse_amount(clean, beside.get("currency", "").strip().upper() or row.currency)
        case "currency":
            return clean.upper()
        case "expected_close":
            return _day(ws, row, clean)
        case "owner_id":
            return _named(clean, known.people)
        case "source_id":
            return _named(clean, known.sources)
        case "stage_id":
            return _stage(clean, row, known.stages)
        case "priority":
            return _priority(clean)
        case "probability":
            return _percent(clean)
        case "note":
            return text if clean else ""
        case "tags":
            return [part.strip() for part in re.split("[,;]", clean) if part.strip()]
    return clean


def _day(ws: Workspace, row: DealRow, text: str) -> Any:
    if row.kind is not StageKind.OPEN:
        raise InvalidInput(
            "expected_close", tr("A closed deal keeps its closing date."), tr("Reopen it to change that.")
        )
    try:
        return read_day(
            text if text != "—" else "", ws.clock.today(), day_words(), day_first=language() == "es"
        )  # fmt: skip
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


def _stage(text: str, row: DealRow, known: Sequence[Stage]) -> int:
    """A stage of the deal's own pipeline before one of another."""
    same = [each for each in known if fold(each.name) == fold(text)]
    found = [each for each in same if each.pipeline_id == row.pipeline_id] or same
    if len(found) == 1:
        return found[0].id
    title = tr("Several are called “{text}”.") if found else tr("No stage is called “{text}”.")
    raise InvalidInput("stage_id", title.format(text=text[:60]), tr("Correct it."))


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
