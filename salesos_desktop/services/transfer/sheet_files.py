"""Writes figures as CSV or XLSX: numbers as numbers, amounts in major units under their currency, shares as shares with four
digits, days with one. Where a column has amounts of several currencies, that of each stands behind it.

In XLSX each table has a sheet of its own. In CSV they follow one another, each behind its name where there are several, a
blank line between them. Texts are guarded as in exports of records (``cells.guarded``).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from ...domain.money import to_major
from ...domain.sheets import Amount, Column, Kind, Sheet, Value
from ...domain.text import fold
from ...errors import UserError
from ...i18n import language, tr
from .cells import figure, guarded
from .sheets import put_in_place

ENDINGS = (".csv", ".xlsx")
_LONGEST, _WIDEST, _NARROWEST = 31, 44, 12
"""Units of UTF-16 that the name of a sheet may have; letters that a column is wide."""
_MOST_LETTERS, _STEM_BYTES = 32_767, 120
"""Letters that a cell of XLSX takes; bytes of a title in the name of a file, of which systems take 255 in all."""
_REFUSED = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff\[\]:*?/\\]")
_FIRST_DAY = date(1900, 3, 1)
_FORMATS = {Kind.SHARE: "0.0%", Kind.DAYS: "#,##0.0", Kind.NUMBER: "#,##0.##########", Kind.DATE: "yyyy-mm-dd"}
_DIGITS = {Kind.SHARE: 4, Kind.DAYS: 1}


def write(sheets: Sequence[Sheet], target: Path, *, overwrite: bool = False) -> int:
    """Writes the file, by its ending, and returns how many rows it has. It is whole or not there. Raises UserError."""
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise UserError(
            tr("{file} is neither CSV nor XLSX.").format(file=target.name), tr("End its name in .csv or .xlsx.")
        )
    with put_in_place(target, overwrite=overwrite) as file:
        (_write_csv if ending == ".csv" else _write_xlsx)(file, [_parted(sheet) for sheet in sheets])
    return sum(len(sheet.rows) for sheet in sheets)


def file_name(title: str, day: date, ending: str) -> str:
    """What a file is called at first: ``time-in-stage-2026-11-24.csv``."""
    words = "-".join(re.findall(r"\w+", fold(title)))
    stem = words.encode()[:_STEM_BYTES].decode(errors="ignore").strip("-")
    return f"{stem or 'salesos'}-{day:%Y-%m-%d}{ending}"


def header(column: Column) -> str:
    """A column's title; of amounts with their currency."""
    return f"{column.name} ({column.currency})" if column.currency else column.name


def _parted(sheet: Sheet) -> Sheet:
    """With a column for the currencies behind each column that has several."""
    several = [column.kind is Kind.MONEY and not column.currency for column in sheet.columns]
    if not any(several):
        return sheet
    columns: list[Column] = []
    for column, parted in zip(sheet.columns, several, strict=True):
        columns += [column, Column(tr("Currency"))] if parted else [column]
    rows = []
    for row in sheet.rows:
        cells: list[Value] = []
        for value, parted in zip(row, several, strict=True):
            cells += [value, value.currency if isinstance(value, Amount) else None] if parted else [value]
        rows.append(cells)
    return Sheet(sheet.name, columns, rows)


def _cell(column: Column, value: Value) -> str | int | float | Decimal | date | None:
    """A value as it stands in a file: of money a Decimal with as many places as its currency has, else without the noise of
    floats."""
    if isinstance(value, Amount):
        return to_major(value.minor, value.currency)
    if isinstance(value, float) and column.kind in _DIGITS:
        return round(value, _DIGITS[column.kind])
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
    formats: dict[str, Any] = {"": None}
    try:
        for name, sheet in zip(_names(sheets), sheets, strict=True):
            page = book.add_worksheet(name)
            page.freeze_panes(1, 0)
            for place, column in enumerate(sheet.columns):
                page.write_string(0, place, header(column)[:_MOST_LETTERS], bold)
                longest = max((len(str(row[place])) for row in sheet.rows[:200]), default=0)
                page.set_column(place, place, min(_WIDEST, max(_NARROWEST, longest, len(header(column)))))
                for number, row in enumerate(sheet.rows, 1):
                    cell = _cell(column, row[place])
                    shown = _format(column, cell)
                    if shown not in formats:
                        formats[shown] = book.add_format({"num_format": shown})
                    _put(page, number, place, cell, formats[shown])
        book.close()
    except XlsxWriterException as error:
        raise OSError(str(error)) from error


def _put(page: Any, row: int, place: int, cell: Any, shown: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(row, place, cell[:_MOST_LETTERS])
    elif not isinstance(cell, date):
        page.write_number(row, place, cell, shown)
    elif cell >= _FIRST_DAY:
        page.write_datetime(row, place, cell, shown)
    else:
        page.write_string(row, place, cell.isoformat())


def _format(column: Column, cell: Any) -> str:
    if isinstance(cell, Decimal):
        digits = -int(cell.as_tuple().exponent)
        return "#,##0" + ("." + "0" * digits) * bool(digits)
    return _FORMATS.get(column.kind, "")


def _names(sheets: Sequence[Sheet]) -> list[str]:
    """Names that spreadsheets take: each once whatever its case, of 31 units of UTF-16, without their own signs."""
    used, names = {"history", ""}, list[str]()
    for place, sheet in enumerate(sheets, 1):
        whole = " ".join(_REFUSED.sub(" ", sheet.name).split()).strip(" '")
        name, number = _cut(whole, _LONGEST), 1
        while name.casefold() in used:
            number += 1
            end = f" {number}"
            name = _cut(whole or str(place), _LONGEST - len(end)) + end
        used.add(name.casefold())
        names.append(name)
    return names


def _cut(text: str, units: int) -> str:
    """As much of it as takes no more units of UTF-16."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore").strip(" '")
