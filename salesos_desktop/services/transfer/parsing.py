"""One row of texts becomes typed values, or one clear sentence about what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ...domain.money import exponent, rescaled, to_minor
from ...domain.opportunities import NAME_LIMIT, NOTE_LIMIT, Priority
from ...domain.text import fold, one_line
from ...errors import InvalidInput
from ...i18n import money, parse_amount, tr
from .. import reach
from .cells import parted
from .mapping import Field
from .reading import Row
from .values import Evidence, read_date, read_number

_PRIORITIES = {
    "high": Priority.HIGH, "alta": Priority.HIGH, "medium": Priority.MEDIUM, "media": Priority.MEDIUM, "normal": Priority.MEDIUM,
    "low": Priority.LOW, "baja": Priority.LOW,
}  # fmt: skip
_FLAGS = {
    "yes": True, "y": True, "true": True, "1": True, "x": True, "si": True, "s": True, "verdadero": True, "active": True,
    "activo": True, "no": False, "n": False, "false": False, "0": False, "falso": False, "inactive": False, "inactivo": False,
}  # fmt: skip
_PLAIN = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*")
_FIRST, _LAST = date(1900, 1, 1), date(2200, 12, 31)


class BadValue(Exception):
    """A value that cannot be taken; ``column`` is its number (−1: none), ``message`` says what is wrong and the cure."""

    def __init__(self, column: int, message: str, field: str = "") -> None:
        super().__init__(message)
        self.column, self.message, self.field = column, message, field


def parse_row(
    fields: Mapping[str, Field], columns: Mapping[int, str], evidence: Mapping[int, Evidence], row: Row, currency: str,
    region: str,
) -> dict[str, Any]:  # fmt: skip
    """Field → value, None where the cell is empty. Raises BadValue.

    ``currency`` is that of amounts without one and of the workspace's own fields, ``region`` the country of phones without.
    """
    if row.extra:
        raise BadValue(
            -1,
            tr("The row has {count} values too many; put quotes around a value with the delimiter in it.").format(
                count=row.extra
            ),
        )
    values: dict[str, Any] = {}
    by_name = {name: number for number, name in columns.items()}
    in_row = currency
    if "currency" in by_name:
        code = row.values[by_name["currency"]].upper()
        if code and not re.fullmatch("[A-Z]{3}", code):
            raise BadValue(
                by_name["currency"],
                tr("“{text}” is not a currency; write a code such as USD.").format(text=_short(code)),
            )
        in_row = code or currency
        values["currency"] = code or None
    for number, name in columns.items():
        target, text = fields.get(name), row.values[number]
        if target is not None and name != "currency":
            seen = evidence.get(number) or Evidence()
            code = currency if name.startswith("custom.") else in_row
            values[name] = _parse(target, text, number, seen, code, region) if text else None
    return values


def in_its_currency(minor: int, read_as: str, currency: str, field: str) -> int:
    """An amount without a currency that was read as one of the workspace's, in the currency of the record it goes to.

    Raises BadValue for one that it cannot hold.
    """
    try:
        return rescaled(minor, read_as, currency)
    except ValueError as error:
        title = tr("{amount} cannot be an amount in {currency}.").format(
            amount=money(minor, read_as), currency=currency
        )
        raise BadValue(-1, title, field) from error


def _parse(target: Field, text: str, number: int, seen: Evidence, currency: str, region: str) -> Any:
    if "\0" in text:
        raise BadValue(number, tr("There is a character in it that no text has (NUL); take it out."))
    match target.form:
        case "date":
            return _date(text, number, seen)
        case "money" | "number" | "decimal" | "percent":
            return _number(target, text, number, seen, currency)
        case "prices":
            return _prices(text, number)
        case "email" | "phone":
            return _reached(target.form, text, number, region)
        case "list":
            return parted(text)
        case "flag":
            return _flag(text, number)
        case "raw":
            return text
    if target.name == "priority":
        found = _PRIORITIES.get(text.lower())
        if found is None:
            raise BadValue(number, tr("“{text}” is no priority; write high, medium or low.").format(text=_short(text)))
        return found.value
    limit = NOTE_LIMIT if target.name == "note" else NAME_LIMIT
    if len(text) > limit:
        raise BadValue(number, tr("The text has more than {limit} characters; shorten it.").format(limit=limit))
    return text if target.name in ("note", "address") else one_line(text) or None


def _reached(form: str, text: str, number: int, region: str) -> str:
    try:
        return _email(text) if form == "email" else reach.clean_phone(text, region)
    except InvalidInput as error:
        raise BadValue(number, f"{error.title} {error.message}") from error


def _email(text: str) -> str:
    """``reach.clean_email``, which looks at each domain once where the part before it is plain: files hold many of few."""
    local, _, domain = text.rpartition("@")
    if len(local) <= 64 and len(text) <= 254 and _PLAIN.fullmatch(local):
        with suppress(InvalidInput):
            return local + _domain(domain)
    return reach.clean_email(text)


@lru_cache(maxsize=16384)
def _domain(domain: str) -> str:
    return reach.clean_email("a@" + domain)[1:]


def _flag(text: str, number: int) -> bool:
    found = _FLAGS.get(fold(text))
    if found is None:
        raise BadValue(number, tr("“{text}” is neither yes nor no; correct it.").format(text=_short(text)))
    return found


def _date(text: str, number: int, seen: Evidence) -> date:
    try:
        found = read_date(text, seen.dates.order or "dmy")
    except ValueError as error:
        raise BadValue(
            number, tr("“{text}” is not a date that exists; write it like 2026-12-31.").format(text=_short(text))
        ) from error
    if not _FIRST <= found <= _LAST:
        raise BadValue(
            number, tr("The date {text} is not between 1900 and 2200; correct it.").format(text=_short(text))
        )
    return found


def _number(target: Field, text: str, number: int, seen: Evidence, currency: str) -> int | Decimal:
    form, sign = target.form, seen.numbers.decimal or "."
    try:
        found = read_number(text.rstrip("% ") if form == "percent" else text, sign)
    except ValueError as error:
        advice = tr("“{text}” is not a number; write it with digits only, like {sample}.")
        raise BadValue(number, advice.format(text=_short(text), sample=f"1234{sign}56")) from error
    if form == "money":
        return _money(found, text, number, currency, signed=target.name.startswith("custom."))
    if form == "percent":
        if found != found.to_integral_value() and 0 <= found <= 1:
            found *= 100
        if not 0 <= found <= 100:
            raise BadValue(
                number, tr("The probability {text} is not between 0 and 100; correct it.").format(text=_short(text))
            )
        return int(found.to_integral_value())
    if form == "decimal":
        return found
    if abs(found) >= 10**15:
        raise BadValue(number, tr("The number {text} is too large; correct it.").format(text=_short(text)))
    return int(found.to_integral_value())


def _money(found: Decimal, text: str, number: int, currency: str, *, signed: bool) -> int:
    if found < 0 and not signed:
        raise BadValue(number, tr("The value {text} is negative; correct it.").format(text=_short(text)))
    try:
        return to_minor(found, currency)
    except ValueError as error:
        digits = exponent(currency)
        raise BadValue(
            number,
            tr("The value {text} is too large or has more than {digits} decimals; correct it.").format(
                text=_short(text), digits=digits
            ),
        ) from error


def _prices(text: str, number: int) -> dict[str, int]:
    """``EUR 450; MXN 9000`` as {currency: minor units}."""
    found: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in re.split("[;\\n]", text))):
        code, _, amount = part.partition(" ")
        code = code.upper()
        with suppress(InvalidInput):
            price = parse_amount(amount, code) if re.fullmatch("[A-Z]{3}", code) and code not in found else None
            if price is not None and price >= 0:
                found[code] = price
                continue
        raise BadValue(
            number,
            tr("“{text}” is not a price; write it like EUR 450; MXN 9000, each currency once.").format(
                text=_short(part)
            ),
        )
    return found


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:38] + "…"
