"""Files of a table as they are written: CSV and XLSX, row after row, put in their place only when they are whole."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Protocol, TypeAlias
from uuid import uuid4

from ...errors import UserError
from ...i18n import tr
from .cells import figure, guarded

Cell: TypeAlias = str | int | float | Decimal | date | None
"""A Decimal is an amount with as many decimals as its currency has; other numbers have the decimals they need."""

MOST_ROWS = 1_048_575
"""Rows that a sheet of XLSX takes below its header."""
_WIDTH = 18
_FIRST_DAY = date(1900, 3, 1)
"""Spreadsheets count days from here on alike."""


class Sheet(Protocol):
    """A table that is being written; ``close`` completes it, ``abandon`` lets go of it."""

    def write(self, row: Sequence[Cell]) -> None: ...

    def close(self) -> None: ...

    def abandon(self) -> None: ...


class CsvSheet:
    """UTF-8 with a mark, as spreadsheets expect it; a decimal comma where semicolons part the cells."""

    def __init__(self, file: IO[bytes], headers: Sequence[str], delimiter: str) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
        self._writer = csv.writer(self._text, delimiter=delimiter)
        self._decimal = "," if delimiter == ";" else "."
        self.write(headers)

    def write(self, row: Sequence[Cell]) -> None:
        """One row."""
        self._writer.writerow([self._shown(cell) for cell in row])

    def _shown(self, cell: Cell) -> str:
        if cell is None:
            return ""
        if isinstance(cell, str):
            return guarded(cell)
        if isinstance(cell, date):
            return cell.isoformat()
        return figure(Decimal(str(cell)), self._decimal)

    def close(self) -> None:
        """Hands the file back."""
        self._text.detach()

    def abandon(self) -> None:
        """What was not written yet is let go."""
        with suppress(OSError, ValueError):
            self._text.detach()


class XlsxSheet:
    """Texts as texts, dates and numbers as such; rows wait in a temporary file, not in memory."""

    def __init__(self, file: IO[bytes], headers: Sequence[str], title: str) -> None:
        import xlsxwriter

        self._folder = tempfile.TemporaryDirectory(prefix="salesos-")
        self._book: Any = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": self._folder.name})
        self._sheet: Any = self._book.add_worksheet(title[:31])
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._amounts: dict[int, Any] = {}
        self._row = 1
        bold = self._book.add_format({"bold": True})
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(0, len(headers) - 1), _WIDTH)
        for column, header in enumerate(headers):
            self._sheet.write_string(0, column, header, bold)

    def write(self, row: Sequence[Cell]) -> None:
        """One row."""
        for column, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            if isinstance(cell, Decimal):
                self._sheet.write_number(self._row, column, cell, self._amount(cell))
            elif isinstance(cell, int | float):
                self._sheet.write_number(self._row, column, cell)
            elif isinstance(cell, date) and cell >= _FIRST_DAY:
                self._sheet.write_datetime(self._row, column, cell, self._day)
            else:
                self._sheet.write_string(self._row, column, str(cell))
        self._row += 1

    def _amount(self, cell: Decimal) -> Any:
        digits = -int(cell.as_tuple().exponent)
        if digits not in self._amounts:
            self._amounts[digits] = self._book.add_format({"num_format": "#,##0" + ("." + "0" * digits) * bool(digits)})
        return self._amounts[digits]

    def close(self) -> None:
        """Puts the book together. Raises OSError."""
        from xlsxwriter.exceptions import XlsxWriterException

        try:
            self._book.close()
        except XlsxWriterException as error:
            raise OSError(str(error)) from error
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Removes what waits."""
        self._sheet.row_data_fh.close()
        with suppress(OSError):
            self._folder.cleanup()


def check(target: Path, *, overwrite: bool) -> None:
    """Whether a file may be written there. Raises UserError, also for a name that no file can have."""
    try:
        folder, there, reachable = target.is_dir(), target.resolve().exists(), target.parent.is_dir()
    except (OSError, ValueError) as error:
        raise _unwritable(target, error) from error
    if folder:
        raise UserError(tr("{path} is a folder.").format(path=target), tr("Choose a name for the file."))
    if there and not overwrite:
        raise UserError(tr("{path} already exists.").format(path=target), tr("Choose another name."))
    if not reachable:
        raise UserError(tr("{path} cannot be written.").format(path=target), tr("Choose another folder."))


def _unwritable(target: Path, error: OSError | ValueError) -> UserError:
    reason = (isinstance(error, OSError) and error.strerror) or error
    return UserError(
        tr("{path} cannot be written.").format(path=target),
        tr("Nothing was changed there. Choose another folder, or close the file where it is open: {reason}").format(
            reason=reason
        ),
    )


@contextmanager
def put_in_place(target: Path, *, overwrite: bool) -> Iterator[IO[bytes]]:
    """A file beside ``target`` that takes its place at the end of the block, or is gone after any exception.

    Raises UserError where it cannot be written, or when ``target`` is there and is not to be replaced.
    """
    check(target, overwrite=overwrite)
    target = target.resolve()
    beside = target.with_name(f".export-{uuid4().hex[:12]}.part")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        check(target, overwrite=overwrite)
        beside.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
