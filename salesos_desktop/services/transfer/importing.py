"""Imports files in one transaction: reads, checks every row, links names, writes, and reports what it could not take."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import UserError
from ...i18n import N_, tr
from ..workspace import Workspace
from .links import Links
from .mapping import KINDS, field_of, guess, guess_kind
from .parsing import BadValue, parse_row
from .reading import Row, Table, open_table
from .values import Evidence
from .writers import WRITERS, Writer

if TYPE_CHECKING:
    from ...storage.unit_of_work import UnitOfWork

_CHUNK = 400
ERRORS_KEPT = 1000
_ORDER = ("people", "companies", "products", "contacts", "leads", "opportunities")

Progress = Callable[[int, int], None]


class Cancelled(Exception):
    """The person stopped the import; nothing of it is kept."""


class _RollBack(Exception):
    """Ends a dry run, or an import that a bad row stops."""


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot be taken: ``line`` of ``file`` counted from 1, the column's name, what is wrong and the cure."""

    file: str
    line: int
    field: str
    message: str


@dataclass(slots=True)
class Plan:
    """How one file goes in: column number → field; ``matches`` value → name; orders of dates and decimals per column."""

    table: Table
    kind: str
    columns: dict[int, str]
    matches: dict[str, str] = field(default_factory=dict)
    evidence: dict[int, Evidence] = field(default_factory=dict)
    rows: int = 0
    distinct: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def questions(self) -> list[int]:
        """Columns whose values do not decide how dates or numbers are meant."""
        return [number for number in self.columns if self.question_of(number)]

    def question_of(self, number: int) -> str:
        """``date`` or ``number`` where a person must decide, else empty."""
        found = field_of(self.kind, self.columns[number])
        seen = self.evidence.get(number)
        if found is None or seen is None:
            return ""
        if found.form == "date" and seen.dates.order is None:
            return "date"
        return "number" if found.form in ("money", "number", "percent") and seen.numbers.decimal is None else ""


@dataclass(slots=True)
class Result:
    """What went in, or would. ``made`` counts rows made along the way (table → count), ``matched`` nearly equal names."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)
    made: dict[str, int] = field(default_factory=dict)
    matched: dict[tuple[str, str], str] = field(default_factory=dict)
    kept: bool = True
    bad_lines: dict[Path, dict[int, str]] = field(default_factory=dict)

    def add_error(self, path: Path, error: RowError) -> None:
        """Counts a bad row; the first thousand are kept in words."""
        self.failed += 1
        if len(self.errors) < ERRORS_KEPT:
            self.errors.append(error)
        lines = self.bad_lines.setdefault(path, {})
        lines[error.line] = f"{error.field}: {error.message}" if error.field else error.message


def plan(path: Path, *, kind: str | None = None, encoding: str | None = None, delimiter: str | None = None) -> Plan:
    """A plan for a file with everything guessed that is not given. Raises UserError."""
    table = open_table(path, encoding=encoding, delimiter=delimiter)
    chosen = kind or guess_kind(table.headers)
    return Plan(table, chosen, guess(chosen, table.headers))


def analyse(found: Plan, *, progress: Progress | None = None) -> None:
    """Reads the whole file once: counts rows and sees how each column writes its values. Raises UserError."""
    found.evidence = {number: Evidence() for number in found.columns}
    found.rows = 0
    linked = {n: name for n, name in found.columns.items() if _form(found, n) == "link"}
    found.distinct = {name: {} for name in linked.values()}
    for row in found.table.rows():
        found.rows += 1
        _see(found, row)
        for number, name in linked.items():
            text = row.values[number]
            if text:
                found.distinct[name][text] = found.distinct[name].get(text, 0) + 1
        if progress and found.rows % 5000 == 0:
            progress(found.rows, 0)


def preview(found: Plan, rows: Sequence[Row], currency: str) -> list[tuple[dict[str, Any], str, str]]:
    """What some first rows become: for each (field → value, field that is wrong or empty, why)."""
    sample = Plan(found.table, found.kind, found.columns, evidence={number: Evidence() for number in found.columns})
    for row in rows:
        _see(sample, row)
    shown: list[tuple[dict[str, Any], str, str]] = []
    for row in rows:
        try:
            shown.append((parse_row(found.kind, found.columns, sample.evidence, row, currency), "", ""))
        except BadValue as error:
            texts = {name: row.values[number] for number, name in found.columns.items()}
            shown.append((texts, found.columns.get(error.column, ""), error.message))
    return shown


def _form(found: Plan, number: int) -> str:
    target = field_of(found.kind, found.columns[number])
    return target.form if target else "text"


def _see(found: Plan, row: Row) -> None:
    """Lets the dates and numbers of a row speak for how their columns are written."""
    for number, evidence in found.evidence.items():
        text, form = row.values[number], _form(found, number)
        if text and form == "date":
            evidence.dates.see(text)
        elif text and form in ("money", "number", "percent"):
            evidence.numbers.see(text)


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
            for found in ordered:
                done = _run_one(ws, uow, found, result, progress, done, total)
            if dry_run or (stop_on_error and result.failed):
                raise _RollBack
    except _RollBack:
        result.kept = False
        if not dry_run:
            result.created = result.updated = result.skipped = 0
    return result


def save_bad_rows(plans: Sequence[Plan], result: Result, target: Path) -> int:
    """Writes the rows that were refused, with a last column that says why; returns how many. Raises UserError.

    Each file's rows follow its own header line.
    """
    check_target(target)
    count = 0
    try:
        with target.open("x", encoding="utf-8-sig", newline="") as file:
            for found in plans:
                lines = result.bad_lines.get(found.table.path, {})
                if not lines:
                    continue
                writer = csv.writer(file, delimiter=found.table.delimiter)
                writer.writerow([*found.table.headers, tr("error")])
                writer.writerows([*row.values, lines[row.line]] for row in found.table.rows() if row.line in lines)
                count += len(lines)
    except OSError as error:
        raise UserError(tr("{path} cannot be written.").format(path=target), tr("Choose another folder.")) from error
    return count


def check_target(target: Path) -> None:
    """Whether bad rows can be written there, asked before anything is imported. Raises UserError."""
    if target.exists():
        raise UserError(tr("{path} already exists.").format(path=target), tr("Choose another name."))
    if not target.parent.is_dir():
        raise UserError(tr("{path} cannot be written.").format(path=target), tr("Choose another folder."))


def _check_plan(found: Plan) -> None:
    if found.kind not in KINDS:
        raise UserError(tr("There is no kind {kind}.").format(kind=found.kind), ", ".join(KINDS))
    fields = set(found.columns.values())
    wanted = {"opportunities": {"name", "external_id", "product", "company"}}.get(found.kind, {"name"})
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


def _run_one(
    ws: Workspace, uow: UnitOfWork, found: Plan, result: Result, progress: Progress | None, done: int, total: int
) -> int:
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
    writer = WRITERS[found.kind](ws, uow, links)
    file = found.table.path.name
    for chunk in _chunks(found.table.rows()):
        good: list[tuple[Row, dict[str, Any]]] = []
        for row in chunk:
            try:
                good.append((row, parse_row(found.kind, found.columns, found.evidence, row, ws.currency)))
            except BadValue as error:
                header = found.table.headers[error.column] if error.column >= 0 else ""
                result.add_error(found.table.path, RowError(file, row.line, header, error.message))
        _write_chunk(writer, good, found, result)
        done += len(chunk)
        if progress:
            progress(done, total)
    writer.finish()
    for table, count in links.made.items():
        result.made[table] = result.made.get(table, 0) + count
    result.matched |= links.matched
    return done


def _write_chunk(writer: Writer, good: list[tuple[Row, dict[str, Any]]], found: Plan, result: Result) -> None:
    writer.prepare([values for _, values in good])
    by_field = {name: number for number, name in found.columns.items()}
    for row, values in good:
        try:
            outcome = writer.write(values)
        except BadValue as error:
            number = by_field.get(error.field, -1)
            header = found.table.headers[number] if number >= 0 else error.field
            result.add_error(found.table.path, RowError(found.table.path.name, row.line, header, error.message))
            continue
        setattr(result, outcome, getattr(result, outcome) + 1)


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk
