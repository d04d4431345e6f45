"""What an import reports: counts, the rows it could not take, the ones that were there already."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import UserError
from ...i18n import N_, tr
from .cells import guarded
from .reading import Table
from .writing import Twin

ERRORS_KEPT = 1000
DUPLICATES_KEPT = 200
REASONS = {
    "email": N_("same email as {whom}"), "phone": N_("same phone as {whom}"),
    "name": N_("name and company like {whom}"),
}  # fmt: skip
OUTCOMES = {"created": N_("imported all the same"), "updated": N_("brought up to date"), "skipped": N_("left as it is")}


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot be taken: ``line`` of ``file`` counted from 1, the column's name, what is wrong and the cure."""

    file: str
    line: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row whose lead or contact is there already: ``line`` of ``file``, its name, the ``twin``, what became of the row."""

    file: str
    line: int
    name: str
    twin: Twin
    outcome: str


@dataclass(slots=True)
class Result:
    """What went in, or would. ``made`` counts rows made along the way (table → count), ``matched`` nearly equal names.

    ``duplicates`` counts the rows by why they are taken for one that is there (email, phone, name); the first are kept.
    """

    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)
    made: dict[str, int] = field(default_factory=dict)
    matched: dict[tuple[str, str], str] = field(default_factory=dict)
    duplicates: dict[str, int] = field(default_factory=dict)
    first_duplicates: list[Duplicate] = field(default_factory=list)
    kept: bool = True
    bad_lines: dict[Path, dict[int, str]] = field(default_factory=dict)

    def add_error(self, path: Path, error: RowError) -> None:
        """Counts a bad row; the first thousand are kept in words."""
        self.failed += 1
        if len(self.errors) < ERRORS_KEPT:
            self.errors.append(error)
        lines = self.bad_lines.setdefault(path, {})
        lines[error.line] = f"{error.field}: {error.message}" if error.field else error.message

    def add_duplicate(self, found: Duplicate) -> None:
        """Counts a row whose lead or contact is there already; the first are kept in words."""
        self.duplicates[found.twin.reason] = self.duplicates.get(found.twin.reason, 0) + 1
        if len(self.first_duplicates) < DUPLICATES_KEPT:
            self.first_duplicates.append(found)


def duplicate_text(double: Duplicate) -> str:
    """A duplicate in a sentence: why it is one, of whom, and what became of the row."""
    twin = double.twin
    whom = f"{twin.name} ({twin.company})" if twin.company else twin.name
    if twin.in_file:
        whom = tr("{whom}, further up").format(whom=whom)
    return f"{double.name}: {tr(REASONS[twin.reason]).format(whom=whom)} · {tr(OUTCOMES[double.outcome])}"


def save_bad_rows(tables: Iterable[Table], result: Result, target: Path) -> int:
    """Writes the rows that were refused, with a last column that says why; returns how many. Raises UserError.

    Each file's rows follow its own header line.
    """
    check_target(target)
    count = 0
    try:
        with target.open("x", encoding="utf-8-sig", newline="") as file:
            for table in tables:
                lines = result.bad_lines.get(table.path, {})
                if not lines:
                    continue
                writer = csv.writer(file, delimiter=table.delimiter)
                writer.writerow([*map(guarded, table.headers), tr("error")])
                writer.writerows(
                    [*map(guarded, row.values), lines[row.line]] for row in table.rows() if row.line in lines
                )
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
