"""Imports files in one transaction: reads, checks every row, links names, writes, and reports what it could not take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from ...domain.custom_fields import CustomField
from ...errors import InvalidInput, UserError
from ...i18n import N_, tr
from .. import reach
from ..workspace import Workspace
from .links import Links
from .mapping import KINDS, Field, fields_of, guess, guess_kind
from .own_fields import OwnFields
from .parsing import BadValue, parse_row
from .reading import Row, Table, open_table
from .results import Duplicate, Result, RowError
from .values import Evidence
from .writers import WRITERS
from .writing import CREATE, SKIP, UPDATE, Run, Writer, full_name

_CHUNK = 400
ON_DUPLICATE = (SKIP, UPDATE, CREATE)
WITH_DUPLICATES = ("leads", "contacts")
"""Kinds of which somebody may be there already; the others are known by their names and numbers, and updated."""
_NUMBERS = ("money", "number", "decimal", "percent")
_ORDER = ("people", "companies", "products", "contacts", "leads", "opportunities")

Progress = Callable[[int, int], None]


class Cancelled(Exception):
    """The person stopped the import; nothing of it is kept."""


class _RollBack(Exception):
    """Ends a dry run, or an import that a bad row stops."""


@dataclass(slots=True)
class Plan:
    """How one file goes in: column number → field; ``matches`` value → name; orders of dates and decimals per column.

    ``own`` are the workspace's own fields, ``on_duplicate`` (skip, update, create) what becomes of WITH_DUPLICATES.
    """

    table: Table
    kind: str
    columns: dict[int, str]
    own: tuple[CustomField, ...] = ()
    on_duplicate: str = SKIP
    matches: dict[str, str] = field(default_factory=dict)
    evidence: dict[int, Evidence] = field(default_factory=dict)
    rows: int = 0
    distinct: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Field]:
        """Every field that a column can go to, by its name."""
        return {field.name: field for field in fields_of(self.kind, self.own)}

    def suppose(self, kind: str) -> None:
        """Takes the rows for those of another kind and guesses the columns anew."""
        self.kind, self.columns = kind, guess(kind, self.table.headers, self.own)

    @property
    def questions(self) -> list[int]:
        """Columns whose values do not decide how dates or numbers are meant."""
        return [number for number in self.columns if self.question_of(number)]

    def question_of(self, number: int) -> str:
        """``date`` or ``number`` where a person must decide, else empty."""
        found = self.fields.get(self.columns[number])
        seen = self.evidence.get(number)
        if found is None or seen is None:
            return ""
        if found.form == "date" and seen.dates.order is None:
            return "date"
        return "number" if found.form in _NUMBERS and seen.numbers.decimal is None else ""


def plan(
    path: Path,
    *,
    kind: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    own: Sequence[CustomField] = (),
) -> Plan:
    """A plan for a file with everything guessed that is not given; ``own`` are the workspace's own fields.

    Raises UserError.
    """
    table = open_table(path, encoding=encoding, delimiter=delimiter)
    chosen = kind or guess_kind(table.headers, path.stem, own)
    return Plan(table, chosen, guess(chosen, table.headers, own), tuple(own))


def analyse(found: Plan, *, progress: Progress | None = None) -> None:
    """Reads the whole file once: counts rows and sees how each column writes its values. Raises UserError."""
    found.evidence = {number: Evidence() for number in found.columns}
    found.rows = 0
    forms = _forms(found)
    linked = {n: name for n, name in found.columns.items() if forms.get(n) == "link"}
    found.distinct = {name: {} for name in linked.values()}
    for row in found.table.rows():
        found.rows += 1
        _see(found, forms, row)
        for number, name in linked.items():
            text = row.values[number]
            if text:
                found.distinct[name][text] = found.distinct[name].get(text, 0) + 1
        if progress and found.rows % 5000 == 0:
            progress(found.rows, 0)


def preview(ws: Workspace, found: Plan, rows: Sequence[Row]) -> list[tuple[dict[str, Any], str, str]]:
    """What some first rows become: for each (field → value, field that is wrong or empty, why). Asks no database."""
    sample = Plan(found.table, found.kind, found.columns, found.own)
    sample.evidence = {number: Evidence() for number in found.columns}
    forms = _forms(sample)
    for row in rows:
        _see(sample, forms, row)
    read = _Reader(ws, sample)
    shown: list[tuple[dict[str, Any], str, str]] = []
    for row in rows:
        texts = {name: row.values[number] for number, name in found.columns.items()}
        try:
            values = read(row)
            read.own.read(values)
            shown.append((values, "", ""))
        except BadValue as error:
            shown.append((texts, found.columns.get(error.column, ""), error.message))
        except InvalidInput as error:
            shown.append((texts, error.field, str(error)))
    return shown


class _Reader:
    """Reads the rows of a plan into values."""

    def __init__(self, ws: Workspace, found: Plan) -> None:
        self._found, self._fields = found, found.fields
        self._currency, self._region = ws.currency, reach.region(ws)
        self.own = OwnFields(ws, WRITERS[found.kind].table, found.own)

    def __call__(self, row: Row) -> dict[str, Any]:
        """Field → value. Raises BadValue."""
        return parse_row(self._fields, self._found.columns, self._found.evidence, row, self._currency, self._region)


def _forms(found: Plan) -> dict[int, str]:
    fields = found.fields
    return {number: fields[name].form for number, name in found.columns.items() if name in fields}


def _see(found: Plan, forms: dict[int, str], row: Row) -> None:
    """Lets the dates and numbers of a row speak for how their columns are written."""
    for number, form in forms.items():
        text = row.values[number]
        if text and form == "date":
            found.evidence[number].dates.see(text)
        elif text and form in _NUMBERS:
            found.evidence[number].numbers.see(text)


def run(
    ws: Workspace,
    plans: Sequence[Plan],
    *,
    stop_on_error: bool = True,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Imports analysed plans in one transaction, whatever they need first; one undo takes it back.

    With ``stop_on_error`` a single bad row keeps everything out (``kept`` is False then); else the good rows go in. A dry
    run does all of it and keeps nothing. ``progress(rows, all)`` may raise Cancelled. Raises UserError.
    """
    for found in plans:
        _check_plan(found)
    ordered = sorted(plans, key=lambda p: _ORDER.index(p.kind))
    total = sum(p.rows for p in ordered)
    result = Result()
    names = ", ".join(p.table.path.name for p in ordered)
    done = 0
    try:
        with ws.unit("import", [N_("Import {file}"), {"file": names[:120]}]) as uow:
            shared = Run(ws, uow)
            for found in ordered:
                done = _run_one(shared, found, result, progress, done, total)
            shared.close()
            if dry_run or (stop_on_error and result.failed):
                raise _RollBack
    except _RollBack:
        result.kept = False
        if not dry_run:
            result.created = result.updated = result.skipped = 0
            result.duplicates, result.first_duplicates = {}, []
    return result


_NAMED_BY = {
    "opportunities": {"name", "external_id", "product", "company"},
    "leads": {"name", "first_name", "last_name"},
    "contacts": {"name", "first_name", "last_name"},
}


def _check_plan(found: Plan) -> None:
    if found.kind not in KINDS:
        raise UserError(tr("There is no kind {kind}.").format(kind=found.kind), ", ".join(KINDS))
    fields = set(found.columns.values())
    wanted = _NAMED_BY.get(found.kind, {"name"})
    if not fields & wanted:
        raise UserError(
            tr("No column of {file} is the name.").format(file=found.table.path.name),
            tr("Choose the column that holds it."),
        )
    for number in found.questions:
        header = found.table.headers[number]
        if found.question_of(number) == "date":
            raise UserError(
                tr("The dates in “{column}” can be read day first or month first.").format(column=header),
                tr("Say which it is (--dates dmy or --dates mdy)."),
            )
        raise UserError(
            tr("The numbers in “{column}” can be read with a decimal comma or point.").format(column=header),
            tr("Say which it is (--decimal , or --decimal .)."),
        )


def _run_one(run: Run, found: Plan, result: Result, progress: Progress | None, done: int, total: int) -> int:
    ws, uow = run.ws, run.uow
    links = Links(
        uow, found.matches,
        {
            "company": lambda: {"created_at": uow.at, "owner_id": uow.actor_id or None},
            "contact": lambda: {"created_at": uow.at, "owner_id": uow.actor_id or None},
            "person": lambda: {"created_at": uow.at, "role": "rep"},
            "product": lambda: {"currency": ws.currency},
            "loss_reason": lambda: {"position": 99},
        },
    )  # fmt: skip
    writer, read = WRITERS[found.kind](run, links, found.own, found.on_duplicate), _Reader(ws, found)
    for chunk in _chunks(found.table.rows()):
        good: list[tuple[Row, dict[str, Any]]] = []
        known = len(result.errors)
        for row in chunk:
            try:
                good.append((row, read(row)))
            except BadValue as error:
                header = found.table.headers[error.column] if error.column >= 0 else ""
                _refuse(result, found, row, header, error.message)
        _write_chunk(writer, links, good, found, result)
        result.errors[known:] = sorted(result.errors[known:], key=lambda error: error.line)
        done += len(chunk)
        if progress:
            progress(done, total)
    writer.finish()
    for table, count in links.made.items():
        result.made[table] = result.made.get(table, 0) + count
    result.made = {table: count for table, count in result.made.items() if count}
    result.matched |= links.matched
    return done


def _write_chunk(
    writer: Writer, links: Links, good: list[tuple[Row, dict[str, Any]]], found: Plan, result: Result
) -> None:
    writer.prepare([values for _, values in good])
    headers = {name: found.table.headers[number] for number, name in found.columns.items()}
    for row, values in good:
        links.begin()
        try:
            outcome = writer.write(values)
        except (BadValue, InvalidInput) as error:
            links.drop()
            message = error.message if isinstance(error, BadValue) else str(error)
            _refuse(result, found, row, headers.get(error.field, error.field), message)
            continue
        setattr(result, outcome.what, getattr(result, outcome.what) + 1)
        if outcome.twin is not None:
            result.add_duplicate(
                Duplicate(found.table.path.name, row.line, full_name(values), outcome.twin, outcome.what)
            )


def _refuse(result: Result, found: Plan, row: Row, column: str, message: str) -> None:
    result.add_error(found.table.path, RowError(found.table.path.name, row.line, column, message))


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk
