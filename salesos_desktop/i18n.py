"""Texts, plurals, numbers, money and dates in the language in use: Spanish first, English second."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeVar

from .config import resources_dir
from .domain import money as amounts
from .errors import InvalidInput

if TYPE_CHECKING:
    from .domain.day_texts import DayWords

LANGUAGES = ("es", "en")
_NBSP = "\u00a0"
_LOCALES = {"es": "es_419", "en": "en_US"}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "MXN": "MX$", "ARS": "AR$", "CLP": "CL$", "COP": "CO$",
            "PEN": "S/", "BRL": "R$", "UYU": "$U"}  # fmt: skip

_current = "es"
_T = TypeVar("_T")


def set_language(code: str) -> None:
    """Switches every text, number and date to ``es`` or ``en``."""
    global _current
    if code not in LANGUAGES:
        raise ValueError(code)
    _current = code
    for cached in (money, short_date, long_date):
        cached.cache_clear()


def language() -> str:
    """The language in use, ``es`` or ``en``."""
    return _current


def choose_language(preference: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """The person's choice, else the system's language when it is English, else Spanish."""
    if preference in LANGUAGES:
        return str(preference)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name, "")
        if value and value.split(".")[0] not in ("C", "POSIX"):
            return "en" if value.lower().startswith("en") else "es"
    return "es"


def tr(text: str) -> str:
    """The text in the language in use; ``text`` is English and fills its values with ``.format``."""
    return text if _current == "en" else _catalog().gettext(text)


def ntr(one: str, many: str, count: int) -> str:
    """The text for ``count`` things."""
    return (one if count == 1 else many) if _current == "en" else _catalog().ngettext(one, many, count)


def N_(text: str) -> str:
    """Marks a text for translation that is translated later, when it is shown."""
    return text


def in_every_language(text: str) -> tuple[str, ...]:
    """A text of the program in each language, English first: for what may be typed in any."""
    return text, _catalog().gettext(text)


@cache
def _catalog() -> gettext.NullTranslations:
    return gettext.translation("salesos", resources_dir() / "locale", languages=["es"], fallback=True)


# Money and numbers ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def money(minor: int, currency: str, *, exact: bool = False) -> str:
    """Minor units as money: ``$ 18.400`` in Spanish, ``$18,400`` in English; decimals only when there are some or ``exact``."""
    digits = amounts.exponent(currency)
    whole, part = divmod(abs(minor), 10**digits)
    text = _grouped(whole)
    if digits and (part or exact):
        text += _decimal_sign() + str(part).zfill(digits)
    symbol = _SYMBOLS.get(currency, currency)
    space = _NBSP if _current == "es" or len(symbol) > 2 else ""
    return ("−" if minor < 0 else "") + symbol + space + text


def compact_money(minor: float, currency: str) -> str:
    """Money for an axis: ``800 k``, ``1,2 M``; the sign of the currency left out."""
    value = float(minor) / 10 ** amounts.exponent(currency)
    for limit, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            text = f"{value / limit:.1f}".removesuffix(".0").replace(".", _decimal_sign())
            return text + _NBSP + sign
    return number(round(value))


def amount_for_edit(minor: int | None, currency: str) -> str:
    """Minor units as a person would type them: ``198.500,00``; empty for None."""
    if minor is None:
        return ""
    digits = amounts.exponent(currency)
    whole, part = divmod(abs(minor), 10**digits)
    return ("-" if minor < 0 else "") + _grouped(whole) + (_decimal_sign() + str(part).zfill(digits) if digits else "")


def parse_amount(text: str, currency: str) -> int | None:
    """What a person typed as minor units; None for nothing. ``1.234,56`` and ``1,234.56`` are both understood.

    A single sign followed by exactly three digits groups thousands when that is the language's habit. Raises InvalidInput.
    """
    rest = text.replace(_SYMBOLS.get(currency, currency), "").replace(currency, "")
    try:
        found = parse_decimal("".join(c for c in rest if c not in "$€£¥"))
        return None if found is None else amounts.to_minor(found, currency)
    except (InvalidOperation, ValueError) as error:
        raise InvalidInput(
            "value",
            tr("“{text}” is not an amount.").format(text=text.strip()),
            tr("Write it like {example}.").format(example=amount_for_edit(123456, currency)),
        ) from error


_WRITTEN = re.compile("[+-]?[0-9.,]{1,60}")


def parse_decimal(text: str) -> Decimal | None:
    """What a person typed as a number; None for nothing. Both ``1.234,5`` and ``1,234.5`` are understood.

    A single sign followed by exactly three digits groups thousands when that is the language's habit. Raises ValueError.
    """
    clean = "".join(c for c in text.replace("−", "-") if not c.isspace() and c not in "'’")
    if not clean:
        return None
    point, comma = clean.rfind("."), clean.rfind(",")
    decimal_sign = _decimal_sign()
    if not _WRITTEN.fullmatch(clean):
        raise ValueError(text)
    if point >= 0 and comma >= 0:
        decimal_sign = "." if point > comma else ","
    elif point >= 0 or comma >= 0:
        sign = "." if point >= 0 else ","
        tail = clean[max(point, comma) + 1 :]
        decimal_sign = (
            sign if clean.count(sign) == 1 and (len(tail) != 3 or sign == decimal_sign) else ",."[sign == ","]
        )
    try:
        found = Decimal(clean.replace("," if decimal_sign == "." else ".", "").replace(decimal_sign, "."))
    except InvalidOperation as error:
        raise ValueError(text) from error
    return found


def number(value: int) -> str:
    """A whole number with its thousands grouped."""
    return ("−" if value < 0 else "") + _grouped(abs(value))


def decimal(value: Decimal) -> str:
    """A number with the decimals it has and no more: ``1.234,5`` in Spanish, ``1,234.5`` in English."""
    whole, _, rest = f"{abs(value.normalize()):f}".partition(".")
    return ("−" if value < 0 else "") + _grouped(int(whole)) + (_decimal_sign() + rest if rest else "")


def file_size(size: int) -> str:
    """Bytes in the unit that suits them: ``1,2 MB``, ``340 kB``."""
    for limit, sign in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= limit:
            return decimal(Decimal(size * 10 // limit) / 10) + _NBSP + sign
    return number(size) + _NBSP + "B"


def percent(value: float) -> str:
    """A percentage: ``25 %`` in Spanish, ``25%`` in English."""
    text = f"{value:.1f}".removesuffix(".0").replace(".", _decimal_sign())
    return f"{text}{_NBSP}%" if _current == "es" else f"{text}%"


def _grouped(whole: int) -> str:
    text = f"{whole:,}"
    return text.replace(",", ".") if _current == "es" else text


def _decimal_sign() -> str:
    return "," if _current == "es" else "."


# Dates ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def short_date(day: date, this_year: int, *, tight: bool = False) -> str:
    """``12 dic``, with the year when it is another: ``12 dic 2027``, ``tight`` ``12 dic ’27``; ``Dec 12`` in English."""
    month, year = month_name(day.month), f"’{day.year % 100:02d}" if tight else str(day.year)
    if _current == "es":
        return f"{day.day} {month}" + ("" if day.year == this_year else f" {year}")
    return f"{month} {day.day}" + ("" if day.year == this_year else f"{'' if tight else ','} {year}")


@lru_cache(maxsize=4096)
def long_date(day: date) -> str:
    """``12 de diciembre de 2026``, ``December 12, 2026``."""
    from babel.dates import format_date

    return str(format_date(day, "long", _LOCALES[_current]))


def date_time(moment: datetime, zone: tzinfo | None, this_year: int = 0) -> str:
    """Day and time where the person is: ``12 dic 2026, 10:42``, without the year when it is ``this_year``."""
    local = moment.astimezone(zone)
    return f"{short_date(local.date(), this_year)}, {local:%H:%M}"


_MONTHS = {
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
           "diciembre"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
}  # fmt: skip
_SHORT = {
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def month_name(month: int, *, full: bool = False) -> str:
    """Name of a month, 1 to 12: ``dic`` or ``diciembre``. Babel's names, kept here because the first paint needs them."""
    return (_MONTHS if full else _SHORT)[_current][month - 1]


@cache
def day_words() -> DayWords:
    """What days are said with, in every language."""
    from .domain.day_texts import DayWords
    from .domain.relative_days import Unit
    from .domain.text import fold

    def said(meanings: dict[str, _T]) -> dict[str, _T]:
        return {fold(name): value for text, value in meanings.items() for name in in_every_language(text)}

    months = {fold(name): number for names in _MONTHS.values() for number, name in enumerate(names, 1)}
    weekdays = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    near, units = {"today": 0, "tomorrow": 1, "yesterday": -1}, (Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)
    return DayWords(
        months | {"setiembre": 9}, said({name: number for number, name in enumerate(weekdays)}), said(near),
        said({str(unit): unit for unit in units}),
    )  # fmt: skip
