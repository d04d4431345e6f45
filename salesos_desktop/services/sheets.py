"""Figures of a table as people read them: on the screen, aloud, on paper and on the clipboard."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ..domain.sheets import Amount, Column, Kind, Sheet, Value
from ..i18n import decimal, money, ntr, number, percent, short_date, tr
from .transfer.cells import guarded

NOTHING = "—"
_READ_ALOUD = 14


def text(column: Column, value: Value, this_year: int = 0) -> str:
    """A value of a column; dates have their year where it is not ``this_year``. A share of 0.455 is ``45.5%``."""
    if value is None:
        return NOTHING
    if isinstance(value, date):
        return short_date(value, this_year)
    if isinstance(value, str):
        return value
    if isinstance(value, Amount):
        return money(value.minor, value.currency)
    if column.kind is Kind.MONEY:
        return money(round(value), column.currency)
    if column.kind is Kind.SHARE:
        return percent(100 * value)
    if column.kind is Kind.DAYS:
        return tr("{days} d").format(days=_rounded(value))
    return number(value) if isinstance(value, int) else _rounded(value)


def texts(sheet: Sheet, this_year: int = 0) -> list[list[str]]:
    """Every row in texts."""
    columns = sheet.columns
    return [[text(c, value, this_year) for c, value in zip(columns, row, strict=True)] for row in sheet.rows]


def copied(sheet: Sheet, this_year: int = 0) -> str:
    """Titles and rows parted by tabs, for a spreadsheet or a letter; what people typed is guarded as in files."""
    lines = [[guarded(" ".join(column.name.split())) for column in sheet.columns]]
    for row, told in zip(sheet.rows, texts(sheet, this_year), strict=True):
        cells = zip(row, (" ".join(cell.split()) for cell in told), strict=True)
        lines.append([guarded(cell) if isinstance(value, str) else cell for value, cell in cells])
    return "\n".join("\t".join(line) for line in lines)


def said(sheet: Sheet, this_year: int = 0) -> str:
    """The first rows in words: what a chart shows, for whoever hears it. ``Proposal: Deals 12, Value $ 4,000; …``"""
    rows = texts(sheet, this_year)
    names = [column.name for column in sheet.columns]
    told = [
        ": ".join(filter(None, (row[0], ", ".join(f"{n} {t}" for n, t in zip(names[1:], row[1:], strict=True)))))
        for row in rows[:_READ_ALOUD]
    ]
    left = len(rows) - len(told)
    return "; ".join([*told, more(left)] if left else told)


def more(count: int) -> str:
    """So many rows are not named."""
    return ntr("{count} row more", "{count} rows more", count).format(count=number(count))


def _rounded(value: float) -> str:
    """With one decimal, none where it is a whole number."""
    return decimal(Decimal(str(round(value, 1))))
