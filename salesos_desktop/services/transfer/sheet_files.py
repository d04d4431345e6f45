"""Writes figures as CSV or XLSX: numbers as numbers, amounts in major units under their currency, shares as shares.

In XLSX each table has a sheet of its own. In CSV they follow one another, each behind its name where there are several, a
blank line between them. Texts are guarded as in exports of records (``cells.guarded``).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from ...domain.money import exponent, to_major
from ...domain.sheets import Column, Kind, Sheet, Value
from ...domain.text import fold
from ...errors import UserError
from ...i18n import language, tr
from .cells import figure, guarded
from .sheets import put_in_place

ENDINGS = (".csv", ".xlsx")
_LONGEST, _WIDEST, _NARROWEST = 31, 44, 12
_REFUSED = re.compile(r"[\[\]:*?/\\]")
_FIRST_DAY = date(1900, 3, 1)
_FORMATS = {Kind.SHARE: "0.0%", Kind.DAYS: "#,##0.0", Kind.NUMBER: "#,##0.##########", Kind.DATE: "yyyy-mm-dd"}


def write(sheets: Sequence[Sheet], target: Path, *, overwrite: bool = False) -> int:
    """Writes the file, by its ending, and returns how many rows it has. It is whole or not there. Raises UserError."""
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise UserError(
            tr("{file} is neither CSV nor XLSX.").format(file=target.name), tr("End its name in .csv or .xlsx.")
        )
    with put_in_place(target, overwrite=overwrite) as file:
        (_write_csv if ending == ".csv" else _write_xlsx)(file, sheets)
    return sum(len(sheet.rows) for sheet in sheets)


def file_name(title: str, day: date, ending: str) -> str:
    """What a file is called at first: ``time-in-stage-2026-11-24.csv``."""
    words = re.findall(r"\w+", fold(title))
    return f"{'-'.join(words) or 'salesos'}-{day:%Y-%m-%d}{ending}"


def header(column: Column) -> str:
    """A column's title; of amounts with their currency."""
    return f"{column.name} ({column.currency})" if column.currency else column.name


def _cell(column: Column, value: Value) -> str | int | float | Decimal | date | None:
    """A value as it stands in a file: of money a Decimal with as many places as its currency has."""
    if column.kind is Kind.MONEY and isinstance(value, int | float):
        return to_major(round(value), column.currency)
    return value


def _write_csv(file: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """UTF-8 with a mark; in Spanish semicolons part the cells and numbers have a decimal comma."""
    spanish = language() == "es"
    stream = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(stream, delimiter=";" if spanish else ",")
    for place, sheet in enumerate(sheets):
        if len(sheets) > 1:
            writer.writerows([[]] * bool(place) + [[guarded(sheet.name)]])
        writer.writerow([guarded(header(column)) for column in sheet.columns])
        for row in sheet.rows:
            cells = (_cell(c, value) for c, value in zip(sheet.columns, row, strict=True))
            writer.writerow([_in_csv(cell, "," if spanish else ".") for cell in cells])
    stream.detach()


def _in_csv(cell: Any, sign: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    return cell.isoformat() if isinstance(cell, date) else figure(Decimal(str(cell)), sign)


def _write_xlsx(file: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Raises OSError."""
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    book: Any = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    formats: dict[str, Any] = {}
    for name, sheet in zip(_names(sheets), sheets, strict=True):
        page = book.add_worksheet(name)
        page.freeze_panes(1, 0)
        for place, column in enumerate(sheet.columns):
            page.write_string(0, place, header(column), bold)
            shown = _format(column)
            made = formats.setdefault(shown, book.add_format({"num_format": shown})) if shown else None
            longest = max((len(str(row[place])) for row in sheet.rows[:200]), default=0)
            page.set_column(place, place, min(_WIDEST, max(_NARROWEST, longest, len(header(column)))))
            for number, row in enumerate(sheet.rows, 1):
                _put(page, number, place, _cell(column, row[place]), made)
    try:
        book.close()
    except XlsxWriterException as error:
        raise OSError(str(error)) from error


def _put(page: Any, row: int, place: int, cell: Any, shown: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(row, place, cell)
    elif not isinstance(cell, date):
        page.write_number(row, place, cell, shown)
    elif cell >= _FIRST_DAY:
        page.write_datetime(row, place, cell, shown)
    else:
        page.write_string(row, place, cell.isoformat())


def _format(column: Column) -> str:
    if column.kind is Kind.MONEY:
        digits = exponent(column.currency)
        return "#,##0" + ("." + "0" * digits) * bool(digits)
    return _FORMATS.get(column.kind, "")


def _names(sheets: Sequence[Sheet]) -> Iterator[str]:
    """Names that spreadsheets take: each once whatever its case, of 31 characters, without their own signs."""
    used = {"history", ""}
    for place, sheet in enumerate(sheets, 1):
        name = " ".join(_REFUSED.sub(" ", sheet.name).split()).strip("'")[:_LONGEST].strip(" '")
        number = 1
        while name.casefold() in used:
            number += 1
            end = f" {number}"
            base = " ".join(_REFUSED.sub(" ", sheet.name).split()).strip("'") or str(place)
            name = base[: _LONGEST - len(end)].strip(" '") + end
        used.add(name.casefold())
        yield name
