"""How texts and lists stand in a cell: nothing that a spreadsheet would run, and the import reads the same again."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from decimal import Decimal

_STARTS = "[=+\\-@\t\r\n＝＋－＠]"
_RUNS = re.compile(f"'*{_STARTS}")
_GUARDED = re.compile(f"'+{_STARTS}")
# Figures and the signs of phones: the worst that a spreadsheet can do with them is to add them up.
_HARMLESS = re.compile(r"[+-]\d[\d ()./-]*(?: ext\. \d+)?")
_PARTS = re.compile('[,;|"]|^\\s|\\s$')


def guarded(text: str) -> str:
    """A text behind an apostrophe where a spreadsheet could take it for a formula; phones and numbers stay as they are.

    ``unguarded`` gives every text back; one that has apostrophes before such a beginning gets one more.
    """
    return "'" + text if _RUNS.match(text) and not _HARMLESS.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The text without the apostrophe of ``guarded``, which other programs write as well."""
    return text[1:] if _GUARDED.match(text) else text


def figure(number: Decimal, sign: str = ".") -> str:
    """A number without grouping, its decimals behind ``sign``; never three of them, which would read as thousands."""
    whole, point, part = f"{number:f}".partition(".")
    return whole + (sign + part + "0" * (len(part) == 3) if point else "")


def joined(parts: Iterable[str]) -> str:
    """Several texts in one cell, by commas; one that has a comma or the like is put in quotes."""
    return ", ".join('"' + part.replace('"', '""') + '"' if _PARTS.search(part) else part for part in parts)


def parted(text: str) -> list[str]:
    """The texts of a cell: by commas or semicolons; where there are quotes, by commas outside of them."""
    found = next(csv.reader([text], skipinitialspace=True)) if '"' in text else re.split("[,;]", text)
    return [part.strip() for part in found if part.strip()]
