"""Exports leads, contacts, companies, products and opportunities as CSV or XLSX files.

The columns are those of the import's template, in its order, and the workspace's own fields behind them: an exported CSV
goes in again without a column being chosen by hand, and gives the same records in a workspace with the same own fields.
What the import cannot take is not in the file or does not come back: further emails, phones and addresses than there are
columns, the labels of those but "mobile" on the last phone, further companies and people, notes, files and product
lines; a converted lead is refused there, a record of nobody goes to whoever imports, and a field without a value takes
its default. Blanks around a text are lost.

A text in CSV that a spreadsheet could take for a formula stands behind an apostrophe, which the import takes off again
(``cells.guarded``): ``=cmd`` is written ``'=cmd`` and ``'=cmd`` is written ``''=cmd``. Phones such as ``+34 600 12 34 56``
are left as they are, for figures and signs alone run nothing. In XLSX texts are texts, whatever they begin with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import storage
from ...domain import custom_fields
from ...domain.contacts import CompanyFilter, CompanySort, ContactFilter, ContactSort, PointKind
from ...domain.custom_fields import CustomField, FieldForm
from ...domain.filters import DealFilter, Sort
from ...domain.leads import LeadFilter, LeadSort
from ...domain.money import to_major
from ...domain.slots import Place
from ...domain.text import fold
from ...errors import UserError
from ...i18n import N_, language, tr
from .. import board, contact_points, roles
from ..workspace import Workspace
from .cells import figure, joined
from .mapping import KIND_TITLES, fields_of, headers
from .sheets import MOST_ROWS, Cell, CsvSheet, Sheet, XlsxSheet, check, put_in_place

if TYPE_CHECKING:
    from typing import IO

Progress = Callable[[int, int], None]
Row = Mapping[str, Any]

TABLES = {
    "leads": "lead", "contacts": "contact", "companies": "company", "products": "product", "opportunities": "opportunity",
}  # fmt: skip
"""Kinds that can be exported, with their tables."""
ENDINGS = (".csv", ".xlsx")
DELIMITERS = (",", ";")
_CHUNK = 500
_PRIORITIES = {"high": N_("High"), "medium": N_("Medium"), "low": N_("Low")}
_MADE_OF = frozenset({"first_name", "last_name"})
_LINKS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "leads": {"source": ("source_id", "source"), "owner": ("owner_id", "person")},
    "contacts": {"company": ("company_id", "company"), "owner": ("owner_id", "person")},
    "companies": {"parent": ("parent_id", "company"), "owner": ("owner_id", "person")},
    "products": {},
    "opportunities": {
        "stage": ("stage_id", "stage"), "owner": ("owner_id", "person"), "company": ("company_id", "company"),
        "contact": ("contact_id", "contact"), "product": ("product_id", "product"), "source": ("source_id", "source"),
        "loss_reason": ("loss_reason_id", "loss_reason"),
    },
}  # fmt: skip
"""Kind → field → the column that refers to a row, and the table whose name stands for it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records of a kind (one of TABLES), in which order.

    ``where`` is the filter of the kind's list (of products a text), ``sort`` and ``descending`` its order (a
    deal_rows.Order as well); None is all of them as the list first stands. ``ids`` are just these, in this order.
    ``stage_ids`` and ``pipeline_id`` are of opportunities: only in these stages, only of this pipeline.
    """

    kind: str
    where: Any = None
    sort: Any = None
    descending: bool = False
    ids: tuple[int, ...] | None = None
    pipeline_id: int | None = None
    stage_ids: tuple[int, ...] | None = None


def run(
    ws: Workspace, chosen: Selection, target: Path, *, overwrite: bool = False, delimiter: str = "",
    progress: Progress | None = None,
) -> int:  # fmt: skip
    """Writes the file, as CSV or XLSX by its ending, and returns how many records it has.

    All of it is read from one state of the workspace, a few hundred records at a time. The file is whole or not there, and
    one that was there is replaced only with ``overwrite``. ``delimiter`` of CSV is one of DELIMITERS; by the language when
    empty. ``progress(records, all)`` may raise to stop it. Raises UserError, Denied.
    """
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise UserError(
            tr("{file} is neither CSV nor XLSX.").format(file=target.name), tr("End its name in .csv or .xlsx.")
        )
    roles.require(ws, "export")
    check(target, overwrite=overwrite)
    with ws.store.read() as connection:
        records, ids = _Records(ws, connection, chosen.kind), _ids(ws, connection, chosen)
        if ending == ".xlsx" and len(ids) > MOST_ROWS:
            raise UserError(tr("There are more rows than a sheet of XLSX takes."), tr("Choose CSV."))
        with put_in_place(target, overwrite=overwrite) as file:
            sheet = _sheet(file, ending, records.headers, chosen.kind, delimiter)
            try:
                done = _fill(sheet, records, ids, progress)
                sheet.close()
            except BaseException:
                sheet.abandon()
                raise
    return done


def file_name(kind: str, day: date, ending: str = ".csv") -> str:
    """What an exported file is called at first: ``leads-2026-11-24.csv``; the import knows the kind by it."""
    return f"{tr(KIND_TITLES[kind]).lower()}-{day:%Y-%m-%d}{ending}"


def _sheet(file: IO[bytes], ending: str, columns: Sequence[str], kind: str, delimiter: str) -> Sheet:
    if ending == ".xlsx":
        return XlsxSheet(file, columns, tr(KIND_TITLES[kind]))
    return CsvSheet(file, columns, delimiter or (";" if language() == "es" else ","))


def _fill(sheet: Sheet, records: _Records, ids: Sequence[int], progress: Progress | None) -> int:
    count = 0
    for start in range(0, len(ids), _CHUNK):
        part = list(ids[start : start + _CHUNK])
        for row in records.of(part):
            sheet.write(row)
            count += 1
        if progress is not None:
            progress(start + len(part), len(ids))
    return count


def _ids(ws: Workspace, connection: Any, chosen: Selection) -> Sequence[int]:
    """Ids in order, eight bytes each."""
    if chosen.ids is not None:
        return chosen.ids
    where, sort = chosen.where, chosen.sort
    match chosen.kind:
        case "leads":
            clock, descending = ws.clock, chosen.descending or sort is None
            return storage.leads.order(
                connection, where or LeadFilter(), sort or LeadSort.CREATED, clock.today(), clock.zone(),
                descending=descending,
            )  # fmt: skip
        case "contacts":
            order = sort or ContactSort.NAME
            return storage.contacts.order(connection, where or ContactFilter(), order, descending=chosen.descending)
        case "companies":
            order = sort or CompanySort.NAME
            return storage.companies.order(connection, where or CompanyFilter(), order, descending=chosen.descending)
        case "products":
            words = fold(where or "").split()
            found = (
                (row["id"], f"{row['folded']}\n{fold(row['code'])}") for row in storage.products.catalogue(connection)
            )
            return [row_id for row_id, text in found if all(word in text for word in words)]
    if isinstance(sort, tuple):
        return storage.deals.order(connection, where, sort)
    ids: list[int] = []
    for stage in _stages(connection, chosen):
        by = board.column_sort(stage, sort or Sort.MANUAL)
        ids.extend(
            storage.cards.column_order(connection, Place.of_stage(stage.id), where or DealFilter(held=None), by)[0]
        )
    return ids


def _stages(connection: Any, chosen: Selection) -> list[Any]:
    """The stages of opportunities that are chosen, pipeline after pipeline in board order."""
    pipelines = [chosen.pipeline_id] if chosen.pipeline_id else [p.id for p in storage.reference.pipelines(connection)]
    stages = [stage for each in pipelines for stage in storage.reference.stages(connection, each)]
    return [stage for stage in stages if chosen.stage_ids is None or stage.id in chosen.stage_ids]


class _Records:
    """Turns records into rows of cells; whatever their names stand for is read for many at once."""

    def __init__(self, ws: Workspace, connection: Any, kind: str) -> None:
        own = storage.custom_fields.fields(connection)
        self._fields = [field for field in fields_of(kind, own) if field.name not in _MADE_OF]
        self.headers = headers(kind, self._fields, own)
        self._own = {each.path: each for each in own}
        self._connection, self._kind = connection, kind
        self._currency, self._zone = ws.currency, ws.clock.zone()
        self._statuses = {status.code: status.name for status in storage.leads.statuses(connection)}
        pipelines = {pipeline.id: pipeline.name for pipeline in storage.reference.pipelines(connection)}
        self._pipelines = {s.id: pipelines[s.pipeline_id] for s in storage.reference.stages(connection)}
        self._names: dict[str, dict[int | None, str]] = {}

    def of(self, ids: list[int]) -> Iterator[list[Cell]]:
        """Rows of some records in their order; those that are in the bin are left out."""
        where: dict[str, Any] = {"id": ids} | ({} if self._kind == "products" else {"deleted_at": None})
        found = {row["id"]: row for row in storage.children.rows(self._connection, TABLES[self._kind], where)}
        rows = [found[row_id] for row_id in ids if row_id in found]
        for name, (column, table) in _LINKS[self._kind].items():
            self._names[name] = storage.children.names(self._connection, table, {row[column] for row in rows})
        more = self._more([row["id"] for row in rows], found)
        for row in rows:
            kept = custom_fields.stored(row)
            mine = more.get(row["id"], {})
            yield [self._cell(field.name, row, mine, kept) for field in self._fields]

    def _cell(self, name: str, row: Row, more: Row, kept: Row) -> Cell:
        each = self._own.get(name)
        if each is not None:
            return self._own_value(each, kept.get(each.key))
        link = _LINKS[self._kind].get(name)
        if link is not None:
            return self._names[name].get(row[link[0]], "")
        if name in more:
            cell: Cell = more[name]
            return cell
        match name:
            case "value" | "price":
                return None if row[name] is None else to_major(row[name], row.get("currency", self._currency))
            case "tags":
                return joined(json.loads(row["tags"]))
            case "status":
                return self._statuses.get(row["status"], row["status"])
            case "pipeline":
                return self._pipelines[row["stage_id"]]
            case "close_date":
                day: date | None = row["day"]
                return day
            case "created_on" if "created_at" in row:
                return None if row["created_at"] is None else row["created_at"].astimezone(self._zone).date()
            case "priority":
                return tr(_PRIORITIES[row["priority"]])
            case "active" | "probability_set":
                return tr("Yes") if row[name] else tr("No")
        found: Cell = row.get(name)
        return found

    def _own_value(self, each: CustomField, value: Any) -> Cell:
        """A box that is not ticked is written, for an empty cell would take the field's default."""
        if each.form is FieldForm.CHECKBOX:
            return tr("Yes") if value else tr("No")
        if custom_fields.is_blank(value):
            return None
        match each.form:
            case FieldForm.CURRENCY if isinstance(value, int):
                return to_major(value, self._currency)
            case FieldForm.NUMBER if isinstance(value, int | float):
                return value
            case FieldForm.DATE:
                return _day(str(value))
            case FieldForm.CHOICES if isinstance(value, list):
                return joined(map(str, value))
        return str(value)

    def _more(self, ids: list[int], found: Mapping[int, Row]) -> dict[int, dict[str, Cell]]:
        """What other tables hold of some records: how they are reached, prices in further currencies."""
        if self._kind == "products":
            prices: dict[int, list[str]] = {}
            for row in storage.products.prices(self._connection, ids):
                amount = figure(to_major(row["price"], row["currency"]))
                prices.setdefault(row["product_id"], []).append(f"{row['currency']} {amount}")
            return {row_id: {"prices": "; ".join(prices.get(row_id, ()))} for row_id in ids}
        if self._kind not in ("contacts", "companies"):
            return {}
        table, points = TABLES[self._kind], dict[int, list[Row]]()
        where = {"subject_table": table, "subject_id": ids}
        for row in storage.children.rows(self._connection, "contact_point", where, ("position", "id")):
            points.setdefault(row["subject_id"], []).append(row)
        return {row_id: _reached(found[row_id], points.get(row_id, ())) for row_id in ids}


def _reached(row: Row, rows: Iterable[Row]) -> dict[str, Cell]:
    """Columns for emails, phones and the address, in their order; the last phone as the mobile one where it is called so."""
    points = contact_points.put_together(row, rows)
    emails = [point.value for point in points if point.kind is PointKind.EMAIL]
    phones = [point for point in points if point.kind is PointKind.PHONE]
    mobile = phones.pop() if phones and (phones[-1].label == "mobile" or len(phones) == 4) else None
    cells: dict[str, Cell] = {"mobile": mobile.value if mobile else ""}
    for n, name in enumerate(("", "_2", "_3")):
        cells["email" + name] = emails[n] if n < len(emails) else ""
        cells["phone" + name] = phones[n].value if n < len(phones) else ""
    cells["address"] = next((point.value for point in points if point.kind is PointKind.ADDRESS), "")
    return cells


def _day(text: str) -> Cell:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
